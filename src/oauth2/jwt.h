/*
 * jwt.h - a look into a JSON Web Token without verifying it: whose it is, for a person's eyes and
 * for a hint. Nothing is decided by it.
 * Sources: RFC 7519 4, RFC 7515 7.1; OpenID Connect Core 5.1; Microsoft's upn and unique_name.
 */
#ifndef TOCSIN_OAUTH2_JWT_H
#define TOCSIN_OAUTH2_JWT_H

#include "base/arena.h"

/* The mail address the token names, or "": it is no JWT, too long, or names none. Never NULL. */
const char *oauth_jwt_account(const char *token, struct arena *a);

#endif
