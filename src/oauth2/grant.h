/*
 * grant.h - requests to a token endpoint: their bodies, application/x-www-form-urlencoded.
 * The client authenticates in the body (client_secret_post), or with a header of the caller's
 * (client_secret_basic), or by an assertion; a public client by its name alone.
 * Sources: RFC 6749 2.3.1, 4.1.3, 4.4.2, 6; RFC 7009 2.1; RFC 7521 4; RFC 7523 2; RFC 8628 3.1 and
 * 3.4.
 */
#ifndef TOCSIN_OAUTH2_GRANT_H
#define TOCSIN_OAUTH2_GRANT_H

#include "base/buffer.h"

struct oauth_client {
	const char *id;
	const char *secret; /* "" of a public client */
	const char *assertion; /* a signed JWT instead of the secret, or "" */
	bool basic; /* id and secret go in the Authorization header */
};

/* All append to a buffer that wipes. */
void oauth_grant_code(struct buffer *out, const struct oauth_client *c, const char *code,
	const char *redirect_uri, const char *verifier);
void oauth_grant_refresh(struct buffer *out, const struct oauth_client *c,
	const char *refresh_token);
void oauth_grant_client(struct buffer *out, const struct oauth_client *c, const char *scopes);
void oauth_grant_device(struct buffer *out, const struct oauth_client *c, const char *device_code);
void oauth_grant_jwt(struct buffer *out, const char *assertion);

/* To the device authorization endpoint. */
void oauth_device_request(struct buffer *out, const struct oauth_client *c, const char *scopes);
/* To the revocation endpoint. */
void oauth_revocation(struct buffer *out, const struct oauth_client *c, const char *token);

/* "Basic ..." of both, each escaped first (RFC 6749 2.3.1). */
void oauth_client_basic(struct buffer *out, const struct oauth_client *c);

#endif
