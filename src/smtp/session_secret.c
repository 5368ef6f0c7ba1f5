/*
 * session_secret.c - finds in a server's words what signed us in. Such words are shown to nobody,
 * since a transcript or a log would carry the secret on. Part of the SMTP session; see
 * session_private.h.
 */
#include "smtp/session_private.h"

#include "base/secret.h"

static bool contains_plain_response(const struct smtp_session *s, struct slice text)
{
	struct buffer plain;
	struct sasl sasl;
	bool found;

	buffer_init_secret(&plain, SMTP_OUTPUT_MAX);
	sasl_init(&sasl, SMTP_MECHANISM_PLAIN, s->credentials);
	(void)sasl_initial(&sasl, &plain);
	found = secret_is_in_base64(text, buffer_slice(&plain));
	buffer_release(&plain);
	return found;
}

bool session_repeats_secret(const struct smtp_session *s, struct slice text)
{
	bool token = sasl_has_token(&s->credentials);
	struct slice secret = slice_of(token ? s->credentials.token : s->credentials.password);

	return s->auth && (secret_is_in(text, secret) ||
	    (!token && secret.len > 0 && contains_plain_response(s, text)));
}

const char *session_secret_name(const struct smtp_session *s)
{
	return sasl_has_token(&s->credentials) ? "access token" : "password";
}
