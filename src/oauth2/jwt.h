/*
 * jwt.h - a look into a JSON Web Token without verifying it: whose it is, for a person's eyes and
 * for hints. Nothing is decided by it.
 * Sources: RFC 7519 4, RFC 7515 7.1; OpenID Connect Core 5.1; Microsoft's upn and unique_name.
 */
#ifndef TOCSIN_OAUTH2_JWT_H
#define TOCSIN_OAUTH2_JWT_H

#include "base/arena.h"

/* The mail address the token names, or "": it is no JWT, too long, or names none. Never NULL. */
const char *oauth_jwt_account(const char *token, struct arena *a);

/* What a token says of itself; texts are printable, "" when it does not say. */
struct oauth_jwt {
	const char *audience; /* aud; several are separated by blanks */
	const char *scopes; /* scp or scope, separated by blanks */
	const char *roles; /* separated by blanks */
	const char *account;
	int64_t ends; /* exp, 0 not said */
};

/* False: it is no JWT. */
bool oauth_jwt_read(const char *token, struct arena *a, struct oauth_jwt *ret_jwt);

#endif
