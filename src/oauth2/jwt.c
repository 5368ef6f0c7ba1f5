/* jwt.c - whose token it is, as far as it tells; see jwt.h. */
#include "oauth2/jwt.h"

#include "base/secret.h"
#include "json/json_read.h"
#include "oauth2/answer.h"

enum {
	ACCOUNT_MAX = 254,
};

/* The first that looks like a mail address is taken. */
static const char *const claims[] = { "email", "preferred_username", "upn", "unique_name" };

static bool is_account(const char *text)
{
	struct slice s = slice_of(text);

	return s.len > 0 && slice_has_char(s, '@') && !slice_has_char(s, ' ') &&
	    slice_is_printable(s) && slice_is_utf8(s);
}

static const char *account_of(struct slice payload, struct arena *a)
{
	const char *problem, *account = "";
	json_t *o = json_read(payload, a, &problem);

	for (size_t i = 0; o != NULL && i < COUNT_OF(claims) && account[0] == '\0'; i++) {
		const char *text = json_read_text(o, claims[i], ACCOUNT_MAX, a);

		if (text != NULL && is_account(text))
			account = text;
	}
	json_decref(o);
	return account;
}

/* jwt = header "." payload "." signature, each base64url */
const char *oauth_jwt_account(const char *token, struct arena *a)
{
	struct slice rest = slice_of(token), payload;
	const char *account = "";
	struct buffer json;

	if (rest.len > OAUTH_TOKEN_MAX)
		return "";
	slice_cut(&rest, '.');
	payload = slice_cut(&rest, '.');
	if (payload.len == 0 || rest.data == NULL)
		return "";
	buffer_init_secret(&json, OAUTH_TOKEN_MAX);
	if (base64url_decode(&json, payload))
		account = account_of(buffer_slice(&json), a);
	buffer_release(&json);
	return account;
}
