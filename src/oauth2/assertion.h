/*
 * assertion.h - a JSON Web Token that proves who asks for a token: for a service account (the
 * grant itself) or in place of a client's secret. What is signed is made here; signing is
 * sys/tls_key.h's.
 * Sources: RFC 7523 2.1, 2.2, 3; RFC 7515 3.1, 4.1, 7.1; Google's "OAuth 2.0 for server to server
 * applications"; Microsoft's "application authentication certificate credentials".
 */
#ifndef TOCSIN_OAUTH2_ASSERTION_H
#define TOCSIN_OAUTH2_ASSERTION_H

#include "base/buffer.h"

enum {
	OAUTH_ASSERTION_MAX = 32 * 1024,
	/*
	 * Seconds. A clock that is ahead by less than EARLY, or behind by less than LIFE, does no
	 * harm; providers allow an hour from iat to exp.
	 */
	OAUTH_ASSERTION_EARLY = 60,
	OAUTH_ASSERTION_LIFE = 10 * 60,
};

struct oauth_assertion {
	const char *algorithm; /* "RS256" */
	const char *key_id; /* or "" */
	struct slice thumbprint, thumbprint_256; /* of the certificate, octets; empty: none */
	const char *issuer, *subject, *audience;
	const char *scopes; /* of a grant; or "" */
	const char *id; /* new each time */
	int64_t now; /* wall clock */
};

/* header "." claims; false without memory, or when a text is not UTF-8. */
bool oauth_assertion_text(struct buffer *out, const struct oauth_assertion *a) MUST_CHECK;
/* "." signature, behind it. */
void oauth_assertion_sign(struct buffer *out, struct slice signature);

#endif
