/*
 * authorization.h - the way of a browser to the provider's sign-in page and back: the address it is
 * led to, and what it brings back to the redirect URI.
 * Sources: RFC 6749 4.1.1, 4.1.2, RFC 7636 (PKCE, S256 always), RFC 9207 (iss), OpenID Connect Core
 * 3.1.2.1 (prompt, login_hint); Google's access_type.
 */
#ifndef TOCSIN_OAUTH2_AUTHORIZATION_H
#define TOCSIN_OAUTH2_AUTHORIZATION_H

#include "base/buffer.h"
#include "http/form.h"

enum {
	OAUTH_URL_MAX = 16 * 1024,
	OAUTH_CODE_MAX = 4096,
	OAUTH_STATE_MAX = 200,
};

struct oauth_authorization {
	const char *endpoint; /* https; may have a query of its own */
	const char *client_id;
	const char *redirect_uri;
	const char *scopes;
	const char *state;
	const char *challenge; /* S256 of a verifier that stays with the caller */
	const char *login_hint; /* the mailbox, or "" */
	bool consent; /* ask again though it was given: the last answer had no refresh token */
};

/* Appends the whole address. Google gets what it needs for a refresh token by its host name. */
void oauth_authorization_url(struct buffer *out, const struct oauth_authorization *a);

/* What came back. Texts are checked for length and control characters only. */
struct oauth_callback {
	const char *state;
	const char *code; /* or NULL: then error is set */
	const char *error;
	const char *description; /* the provider's words, or "" */
	const char *issuer; /* or NULL */
};

/*
 * NULL and *ret_callback, or a sentence: a parameter that stands twice, is too long, holds control
 * characters, or neither code nor error is there. Of a query as it came, or of an address that
 * somebody pasted.
 */
const char *oauth_callback_read(const struct form *query, struct arena *a,
	struct oauth_callback *ret_callback) MUST_CHECK;

/* The same of an address as a person pastes it: its query counts, the rest does not. */
const char *oauth_callback_read_address(struct slice address, struct arena *a,
	struct oauth_callback *ret_callback) MUST_CHECK;

#endif
