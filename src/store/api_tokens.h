/*
 * api_tokens.h - tokens of the API: made, found by the digest of what a program shows, listed,
 * revoked. A revoked name is free again. What the bits of scopes mean is not known here.
 */
#ifndef TOCSIN_STORE_API_TOKENS_H
#define TOCSIN_STORE_API_TOKENS_H

#include "store/store.h"
#include "store/token.h"

struct store_api_token {
	uint64_t id;
	const char *name;
	uint64_t scopes;
	int64_t created;
	const char *created_by;
	int64_t expires; /* 0 never: times below, too */
	int64_t used;
	const char *used_from;
	int64_t revoked;
	const char *revoked_by;
};

struct store_api_tokens {
	struct store_api_token *items; /* the newest first */
	size_t n;
};

/*
 * In a job: name, scopes, created, created_by and expires are read. STORE_EXISTS when a token that
 * is not revoked has the name.
 */
int store_api_token_add(struct store_db *db, const struct token_digest *digest,
	const struct store_api_token *token, uint64_t *ret_id) MUST_CHECK;

/* One that is good now, else STORE_NOT_FOUND. */
int store_api_token_find(struct store_db *db, const struct token_digest *digest, int64_t now,
	struct arena *a, struct store_api_token *ret_token) MUST_CHECK;

/* At most limit. */
int store_api_token_list(struct store_db *db, size_t limit, struct arena *a,
	struct store_api_tokens *ret_list) MUST_CHECK;
int store_api_token_count(struct store_db *db, uint64_t *ret_n) MUST_CHECK;

/* In a job. */
int store_api_token_touch(struct store_db *db, uint64_t id, int64_t now, const char *from)
	MUST_CHECK;
/* In a job; by the name of one that is not revoked, or by number. STORE_NOT_FOUND. */
int store_api_token_revoke(struct store_db *db, const char *name_or_id, int64_t now, const char *by)
	MUST_CHECK;
/* In a job: those that were revoked or expired before that time. */
int store_api_token_forget(struct store_db *db, int64_t before) MUST_CHECK;

#endif
