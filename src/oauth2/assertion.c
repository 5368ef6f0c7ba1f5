/* assertion.c - what is signed to prove who asks; see assertion.h. */
#include "oauth2/assertion.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/secret.h"

static bool put(json_t *o, const char *name, const char *value)
{
	return value[0] == '\0' || json_object_set_new(o, name, json_string(value)) == 0;
}

static bool put_number(json_t *o, const char *name, int64_t value)
{
	return json_object_set_new(o, name, json_integer(value)) == 0;
}

static bool put_octets(json_t *o, const char *name, struct slice octets)
{
	struct buffer text;
	bool good;

	if (octets.len == 0)
		return true;
	buffer_init(&text, 100);
	base64url_encode(&text, octets);
	good = buffer_ok(&text) && put(o, name, buffer_text(&text));
	buffer_release(&text);
	return good;
}

static bool fill_header(json_t *o, const struct oauth_assertion *a)
{
	return put(o, "alg", a->algorithm) && put(o, "typ", "JWT") && put(o, "kid", a->key_id) &&
		put_octets(o, "x5t", a->thumbprint) && put_octets(o, "x5t#S256", a->thumbprint_256);
}

static bool fill_claims(json_t *o, const struct oauth_assertion *a)
{
	int64_t from = a->now - OAUTH_ASSERTION_EARLY;

	return put(o, "iss", a->issuer) && put(o, "sub", a->subject) && put(o, "aud", a->audience) &&
		put(o, "scope", a->scopes) && put(o, "jti", a->id) && put_number(o, "iat", from) &&
		put_number(o, "nbf", from) && put_number(o, "exp", a->now + OAUTH_ASSERTION_LIFE);
}

typedef bool fill_fn(json_t *o, const struct oauth_assertion *a);

static bool append_part(struct buffer *out, fill_fn *fill, const struct oauth_assertion *a)
{
	json_t *o = json_object();
	char *text = o != NULL && fill(o, a) ? json_dumps(o, JSON_COMPACT) : NULL;

	if (text != NULL)
		base64url_encode(out, slice_of(text));
	free(text);
	json_decref(o);
	return text != NULL;
}

bool oauth_assertion_text(struct buffer *out, const struct oauth_assertion *a)
{
	if (!append_part(out, fill_header, a))
		return false;
	buffer_append_char(out, '.');
	return append_part(out, fill_claims, a) && buffer_ok(out);
}

void oauth_assertion_sign(struct buffer *out, struct slice signature)
{
	buffer_append_char(out, '.');
	base64url_encode(out, signature);
}
