/*
 * sessions.h - signed-in browsers, known by the digest of their token. How long a session lasts is
 * the caller's: idle and absolute, in seconds. One that began or was used minutes ahead of now is
 * over, too: its clock was wrong, and nobody knows how old it is.
 */
#ifndef TOCSIN_STORE_SESSIONS_H
#define TOCSIN_STORE_SESSIONS_H

#include "store/accounts.h"

struct store_session {
	uint64_t id;
	uint64_t account;
	const char *realm;
	const char *name; /* the account's */
	const char *csrf;
	int64_t created;
	int64_t seen; /* last touched */
	const char *address; /* where it began */
};

struct store_session_limits {
	int64_t idle; /* 30 * 60 */
	int64_t absolute; /* 12 * 3600 */
};

/* In a job. csrf is text of the caller's making (token_make()). */
int store_session_add(struct store_db *db, const struct token_digest *digest, uint64_t account,
	const char *csrf, const char *address, int64_t now, uint64_t *ret_id) MUST_CHECK;

/* STORE_NOT_FOUND also when it is over or its account is disabled. */
int store_session_find(struct store_db *db, const struct token_digest *digest, int64_t now,
	const struct store_session_limits *limits, struct arena *a,
	struct store_session *ret_session) MUST_CHECK;

/* How many sessions of this account are alive besides this one. */
int store_session_count_others(struct store_db *db, const struct store_session *session,
	int64_t now, const struct store_session_limits *limits, uint64_t *ret_n) MUST_CHECK;

/* In jobs. Ending what is not there is no error. */
int store_session_touch(struct store_db *db, uint64_t id, int64_t now) MUST_CHECK;
int store_session_end(struct store_db *db, uint64_t id) MUST_CHECK;
int store_session_end_others(struct store_db *db, uint64_t account, uint64_t except,
	uint64_t *ret_n) MUST_CHECK; /* except 0: all of the account */
int store_session_expire(struct store_db *db, int64_t now,
	const struct store_session_limits *limits) MUST_CHECK;

#endif
