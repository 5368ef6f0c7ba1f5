/*
 * grant.h - one question to an OAuth2 provider, asked by keeper and put by sender, and its answer.
 * Holds secrets: both sides keep it in arenas, which wipe, and nobody logs it.
 *   GRANT          = the fields of struct grant in their order
 *   GRANT_ERROR    = text error, text suberror, n x number code, text description, text problem
 *   GRANT_METADATA = the fields of struct grant_metadata in their order
 *   TOKEN_CLAIMS   = the fields of struct token_claims in their order
 *   GRANT_ANSWER   = the fields of struct grant_answer in their order
 */
#ifndef TOCSIN_WIRE_GRANT_H
#define TOCSIN_WIRE_GRANT_H

#include "core/diagnosis.h"
#include "core/token_look.h"
#include "wire/pack.h"

enum {
	GRANT_URL_MAX = 2048,
	GRANT_TEXT_MAX = 4096,
	GRANT_TOKEN_MAX = 16 * 1024,
	GRANT_PEM_MAX = 65536,
	GRANT_KEY_MAX = 16 * 1024,
	GRANT_CODES_MAX = 8,
	GRANT_KEY_DAYS = 730, /* a certificate that is made here is good for, if nobody says */
	GRANT_KEY_DAYS_MAX = 3650,
	GRANT_SECONDS_MAX = 20 * 366 * 24 * 3600, /* no life and no wait is that long */
};

enum grant_kind {
	GRANT_CODE, /* code, redirect_uri, verifier */
	GRANT_REFRESH, /* refresh_token */
	GRANT_CLIENT, /* scopes */
	GRANT_SERVICE, /* scopes, subject, private_key */
	GRANT_DEVICE_START, /* endpoint: of device authorization; scopes */
	GRANT_DEVICE_POLL, /* device_code */
	GRANT_REVOKE, /* endpoint: of revocation; refresh_token */
	GRANT_DISCOVER, /* endpoint: the issuer */
	GRANT_LOOK, /* refresh_token: an access token that is read here and sent nowhere; is the
	             * endpoint there? */
	GRANT_KIND_COUNT,
};

/* What a kind does not need is "". */
struct grant {
	enum grant_kind kind;
	const char *endpoint; /* https */
	const char *client_id;
	const char *client_secret; /* "" of a public client */
	const char *private_key; /* PEM: signs what proves the client, instead of a secret; or "" */
	const char *key_id; /* how the provider knows the key: by name, by certificate (PEM), or "" */
	const char *certificate;
	const char *subject; /* for which mailbox a service account asks */
	bool basic; /* this provider takes the secret in the Authorization header alone */
	const char *scopes;
	const char *code, *redirect_uri, *verifier;
	const char *refresh_token;
	const char *device_code;
	const char *ca_certificate; /* PEM, "" for the system's */
	const char *proxy; /* or "" */
	bool allow_private; /* loopback and private addresses */
};

enum grant_outcome {
	GRANT_GRANTED, /* revoked, discovered and there, too */
	GRANT_DENIED, /* invalid_grant */
	GRANT_REFUSED, /* any other error: of the client or the request; a person mends it */
	GRANT_PENDING, /* device: nobody has signed in yet */
	GRANT_SLOW_DOWN, /* device: and we ask too often */
	GRANT_EXPIRED, /* device: the code is over */
	GRANT_NO_ANSWER, /* passes by itself */
	GRANT_OUTCOME_COUNT,
};

/* Why there is no token, for people; never a part of a body but the provider's own error words. */
struct grant_error {
	const char *error; /* "invalid_grant", or "" */
	const char *suberror;
	unsigned codes[GRANT_CODES_MAX]; /* Microsoft's AADSTS numbers */
	size_t n_codes;
	const char *description; /* the provider's words, one printable line, or "" */
	const char *problem; /* what is wrong with the answer or the way to it, a sentence, or "" */
};

struct grant_metadata {
	const char *issuer;
	const char *auth_endpoint, *token_endpoint, *revocation_endpoint, *device_endpoint; /* or "" */
	bool says_iss; /* its callbacks have iss (RFC 9207) */
};

struct grant_answer {
	enum grant_outcome outcome;
	const char *access_token, *refresh_token; /* "" when the answer has none */
	uint64_t expires_in; /* seconds, 0 not said */
	uint64_t refresh_expires_in; /* the same of the refresh token */
	const char *scopes; /* "" when they are those asked for */
	const char *account; /* whose token it is, as far as can be seen; not verified; or "" */
	bool basic; /* only so the client was let in */
	struct grant_error error;
	uint64_t retry_after; /* seconds, 0 none */
	const char *device_code, *user_code, *verification_uri, *verification_uri_complete;
	uint64_t interval; /* seconds; expires_in is the code's */
	struct grant_metadata metadata;
	struct token_claims claims; /* of GRANT_LOOK */
};

extern const struct grant grant_none; /* all texts "" */
extern const struct grant_answer grant_answer_none; /* GRANT_NO_ANSWER, all texts "" */

void grant_pack(struct buffer *b, const struct grant *g);
void grant_unpack(struct unpack *u, struct arena *a, struct grant *ret_grant);

void grant_error_pack(struct buffer *b, const struct grant_error *e);
void grant_error_unpack(struct unpack *u, struct arena *a, struct grant_error *ret_error);
/* By which a row of diagnosis.conf is found for it; error is not "". */
struct diagnosis_facts grant_error_facts(const struct grant_error *e, struct arena *a);

void grant_metadata_pack(struct buffer *b, const struct grant_metadata *m);
void grant_metadata_unpack(struct unpack *u, struct arena *a, struct grant_metadata *ret_metadata);

void token_claims_pack(struct buffer *b, const struct token_claims *c);
void token_claims_unpack(struct unpack *u, struct arena *a, struct token_claims *ret_claims);

void grant_answer_pack(struct buffer *b, const struct grant_answer *g);
void grant_answer_unpack(struct unpack *u, struct arena *a, struct grant_answer *ret_answer);

#endif
