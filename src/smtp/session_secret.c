/*
 * session_secret.c - finds in a server's words what signed us in. Such words are shown to nobody,
 * since a transcript or a log would carry the secret on. Part of the SMTP session; see
 * session_private.h.
 */
#include "smtp/session_private.h"

#include "base/secret.h"

enum {
	SECRET_SHOWN_MIN = 4, /* shorter ones would be found in any text */
	ENCODED_SHOWN_MIN = 8,
	PIECE = 24, /* octets of a long secret that count as the secret */
};

static bool contains(struct slice text, struct slice part)
{
	return part.len > 0 && slice_find(text, part) < text.len;
}

/* A server may cut what it repeats, so of a long secret each piece counts. */
static bool contains_piece(struct slice text, struct slice secret)
{
	if (secret.len <= PIECE)
		return contains(text, secret);
	for (size_t at = 0; text.len >= PIECE && at + PIECE <= secret.len; at += PIECE)
		if (contains(text, slice_sub(secret, at, PIECE)))
			return true;
	return false;
}

static bool contains_base64(struct slice text, struct slice bytes)
{
	struct buffer encoded;
	bool found;

	buffer_init_secret(&encoded, SMTP_OUTPUT_MAX);
	base64_encode(&encoded, bytes);
	found = encoded.len >= ENCODED_SHOWN_MIN && contains_piece(text, buffer_slice(&encoded));
	buffer_release(&encoded);
	return found;
}

/* Inside a longer text in base64 it looks one of three ways, by where in it the secret begins. */
static bool contains_encoded(struct slice text, struct slice secret)
{
	for (size_t skip = 0; skip < 3 && skip < secret.len; skip++)
		if (contains_base64(text, slice_sub(secret, skip, (secret.len - skip) / 3 * 3)))
			return true;
	return contains_base64(text, secret);
}

static bool contains_plain_response(const struct smtp_session *s, struct slice text)
{
	struct buffer plain;
	struct sasl sasl;
	bool found;

	buffer_init_secret(&plain, SMTP_OUTPUT_MAX);
	sasl_init(&sasl, SMTP_MECHANISM_PLAIN, s->credentials);
	(void)sasl_initial(&sasl, &plain);
	found = contains_base64(text, buffer_slice(&plain));
	buffer_release(&plain);
	return found;
}

bool session_repeats_secret(const struct smtp_session *s, struct slice text)
{
	bool token = sasl_has_token(&s->credentials);
	struct slice secret = slice_of(token ? s->credentials.token : s->credentials.password);

	if (!s->auth || secret.len < SECRET_SHOWN_MIN || text.len < SECRET_SHOWN_MIN)
		return false;
	return contains_piece(text, secret) || contains_encoded(text, secret) ||
	    (!token && contains_plain_response(s, text));
}

const char *session_secret_name(const struct smtp_session *s)
{
	return sasl_has_token(&s->credentials) ? "access token" : "password";
}
