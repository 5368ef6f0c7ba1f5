/* jwt.c - whose token it is, as far as it tells; see jwt.h. */
#include "oauth2/jwt.h"

#include "base/secret.h"
#include "json/json_read.h"
#include "oauth2/answer.h"

enum {
	ACCOUNT_MAX = 254,
	WORDS_MAX = 100, /* of one list */
	WORDS_LENGTH_MAX = 2000,
};

static const double MOMENT_MAX = 253402300800; /* the year 10000 */

/* The first that looks like a mail address is taken. */
static const char *const claims[] = { "email", "preferred_username", "upn", "unique_name" };

static bool is_account(const char *text)
{
	struct slice s = slice_of(text);

	return s.len > 0 && slice_has_char(s, '@') && !slice_has_char(s, ' ') &&
	    slice_is_printable(s) && slice_is_utf8(s);
}

/* "" without an object, too. */
static const char *account_of(const json_t *o, struct arena *a)
{
	const char *account = "";

	for (size_t i = 0; o != NULL && i < COUNT_OF(claims) && account[0] == '\0'; i++) {
		const char *text = json_read_text(o, claims[i], ACCOUNT_MAX, a);

		if (text != NULL && is_account(text))
			account = text;
	}
	return account;
}

/* ---- the payload ---- */

/* jwt = header "." payload "." signature, each base64url; NULL when it is none */
static json_t *read_payload(const char *token, struct arena *a)
{
	struct slice rest = slice_of(token), payload;
	const char *problem;
	struct buffer json;
	json_t *o = NULL;

	if (rest.len > OAUTH_TOKEN_MAX)
		return NULL;
	slice_cut(&rest, '.');
	payload = slice_cut(&rest, '.');
	if (payload.len == 0 || rest.data == NULL)
		return NULL;
	buffer_init_secret(&json, OAUTH_TOKEN_MAX);
	if (base64url_decode(&json, payload))
		o = json_read(buffer_slice(&json), a, &problem);
	buffer_release(&json);
	return o;
}

const char *oauth_jwt_account(const char *token, struct arena *a)
{
	json_t *o = read_payload(token, a);
	const char *account = account_of(o, a);

	json_decref(o);
	return account;
}

/* ---- all that is shown ---- */

/* A text, or texts of a list put behind each other with blanks; "" when it is neither. */
static const char *words_of(const json_t *member, struct arena *a)
{
	const char *text = "";
	size_t n = json_array_size(member);

	if (json_is_string(member))
		return arena_text(a, slice_make(json_string_value(member),
		    json_string_length(member)));
	for (size_t i = 0; i < n && i < WORDS_MAX; i++) {
		const json_t *word = json_array_get(member, i);

		if (json_is_string(word))
			text = arena_printf(a, "%s%s%s", text, text[0] != '\0' ? " " : "",
			    json_string_value(word));
	}
	return text;
}

static const char *words_member(const json_t *o, const char *name, struct arena *a)
{
	const char *words = words_of(json_object_get(o, name), a);
	struct slice s = slice_of(words);

	return s.len <= WORDS_LENGTH_MAX && slice_is_printable(s) ? words : "";
}

bool oauth_jwt_read(const char *token, struct arena *a, struct oauth_jwt *ret_jwt)
{
	json_t *o = read_payload(token, a);
	double ends = json_number_value(json_object_get(o, "exp"));

	*ret_jwt = (struct oauth_jwt){ .audience = "", .scopes = "", .roles = "", .account = "" };
	if (o == NULL)
		return false;
	ret_jwt->audience = words_member(o, "aud", a);
	ret_jwt->scopes = words_member(o, "scp", a);
	if (ret_jwt->scopes[0] == '\0')
		ret_jwt->scopes = words_member(o, "scope", a);
	ret_jwt->roles = words_member(o, "roles", a);
	ret_jwt->account = account_of(o, a);
	ret_jwt->ends = ends >= 1 && ends < MOMENT_MAX ? (int64_t)ends : 0;
	json_decref(o);
	return true;
}
