/*
 * accounts.h - who may sign in, and the one-time set-up link by which the first account is made.
 * Names are unique in their realm without regard to ASCII case. Rules about names and passwords
 * are the keeper's; here a hash is text.
 */
#ifndef TOCSIN_STORE_ACCOUNTS_H
#define TOCSIN_STORE_ACCOUNTS_H

#include "store/store.h"
#include "store/token.h"

struct store_account {
	uint64_t id;
	const char *realm; /* "login", "appliance" */
	const char *name; /* as it was written when the account was made */
	const char *hash;
	int64_t created;
	bool disabled;
};

/* One row of the list of users. */
struct store_user {
	uint64_t id;
	const char *name;
	int64_t created;
	int64_t signed_in; /* last, 0 never */
	uint64_t n_sessions; /* begun after the time asked for */
	bool disabled;
};

struct store_users {
	struct store_user *items;
	size_t n;
};

/* In a job. STORE_EXISTS when the name is taken. */
int store_account_add(struct store_db *db, const char *realm, const char *name, const char *hash,
	int64_t now, uint64_t *ret_id) MUST_CHECK;
/* STORE_NOT_FOUND; a disabled account is found. */
int store_account_find(struct store_db *db, const char *realm, const char *name, struct arena *a,
	struct store_account *ret_account) MUST_CHECK;
int store_account_count(struct store_db *db, const char *realm, uint64_t *ret_n) MUST_CHECK;

/* By name, up to limit; of sessions those are counted that are alive (sessions.h) after since. */
int store_account_list(struct store_db *db, const char *realm, int64_t seen_since,
	int64_t begun_since, size_t limit, struct arena *a, struct store_users *ret_users)
	MUST_CHECK;

/* How many accounts besides this one may sign in. */
int store_account_count_others(struct store_db *db, const char *realm, uint64_t id,
	uint64_t *ret_n) MUST_CHECK;

/* In a job. STORE_NOT_FOUND. Its sessions go with it. */
int store_account_remove(struct store_db *db, uint64_t id) MUST_CHECK;
/* In a job. Somebody signed in. */
int store_account_signed_in(struct store_db *db, uint64_t id, int64_t now) MUST_CHECK;

/* In a job. STORE_NOT_FOUND. Sessions of the account stay; end them besides (sessions.h). */
int store_account_set_hash(struct store_db *db, uint64_t id, const char *hash) MUST_CHECK;
/* In a job. Disabling ends its sessions. */
int store_account_set_disabled(struct store_db *db, uint64_t id, bool disabled) MUST_CHECK;

/* In a job. Replaces the realm's earlier link. */
int store_setup_put(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t expires) MUST_CHECK;
/* STORE_NOT_FOUND when it is another, used, replaced or expired one. */
int store_setup_check(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t now) MUST_CHECK;
/* In a job, the same one that adds the account: uses the link up. STORE_NOT_FOUND. */
int store_setup_take(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t now) MUST_CHECK;

#endif
