/*
 * answer.h - what a token endpoint answers: a token, or why not. Whatever else comes (a page of a
 * captive portal, half an answer, a proxy's words) is no answer and passes by itself.
 * Sources: RFC 6749 5.1, 5.2; RFC 8628 3.2, 3.5; RFC 6750 2.1 (what a token may look like).
 */
#ifndef TOCSIN_OAUTH2_ANSWER_H
#define TOCSIN_OAUTH2_ANSWER_H

#include "base/arena.h"

enum {
	OAUTH_ANSWER_MAX = 128 * 1024, /* octets of a body that are looked at */
	OAUTH_TOKEN_MAX = 16 * 1024,
	OAUTH_CODES_MAX = 8,
	OAUTH_ERROR_MAX = 64,
};

enum oauth_outcome {
	OAUTH_GRANTED,
	OAUTH_DENIED, /* invalid_grant */
	OAUTH_CLIENT, /* any other error of the request or the client: a person has to mend it */
	OAUTH_PENDING, /* device: authorization_pending */
	OAUTH_SLOW_DOWN, /* device */
	OAUTH_EXPIRED, /* device: the code is over */
	OAUTH_NO_ANSWER, /* passes by itself: 5xx, 429, no JSON, temporarily_unavailable */
};

struct oauth_answer {
	enum oauth_outcome outcome;

	/* granted */
	const char *access_token;
	const char *refresh_token; /* "" when the answer has none: the one before stays */
	int64_t expires_in; /* seconds, 0 not said */
	int64_t refresh_expires_in; /* the refresh token's, 0 not said; in no standard */
	const char *scopes; /* "" when they are those asked for */
	const char *id_token; /* "" without one; not verified, for a person's eyes */

	/* otherwise */
	const char *error; /* "invalid_grant", or "" */
	const char *suberror; /* Microsoft's suberror or Google's error_subtype, or "" */
	unsigned codes[OAUTH_CODES_MAX]; /* numbers of Microsoft's AADSTS errors */
	size_t n_codes;
	const char *description; /* the provider's words, one printable line, or "" */
	const char *problem; /* what is wrong with an answer that is none, a sentence, or "" */
};

/* Of a status and a body as they came. Texts are in the arena; of a bad answer nothing is taken. */
void oauth_answer_read(unsigned status, struct slice body, struct arena *a,
	struct oauth_answer *ret_answer);

/* The provider's words that repeat a secret of the question, in whatever form, become a note. */
void oauth_answer_hide(struct oauth_answer *answer, struct slice secret);

struct oauth_device {
	const char *device_code;
	const char *user_code;
	const char *verification_uri; /* https */
	const char *verification_uri_complete; /* or "" */
	int64_t expires_in; /* seconds */
	int64_t interval; /* seconds between questions, at least 1 */
};

/* The answer to oauth_device_request(): true and *ret_device, else *ret_answer says why not. */
bool oauth_device_read(unsigned status, struct slice body, struct arena *a,
	struct oauth_device *ret_device, struct oauth_answer *ret_answer) MUST_CHECK;

#endif
