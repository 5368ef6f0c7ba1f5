/*
 * backup.h - what a backup holds, as rows of plain values, and putting such rows back. Sealing and
 * the file are the keeper's (keep/backup_file.h). Never the queue: of mail only what is final.
 *
 * Kinds are numbers of the file's and only grow. Rows come in an order (keep/backup_record.h); a
 * recipient, its attempts and the deeds follow their message. Columns by kind (backup.c): i number,
 * t text, b octets; a capital letter may be NULL.
 */
#ifndef TOCSIN_STORE_BACKUP_H
#define TOCSIN_STORE_BACKUP_H

#include "store/oauth_token.h"
#include "store/store.h"

enum backup_kind {
	BACKUP_NONE,
	BACKUP_HEAD, /* program version, node, made at, by whom: the caller's, not the store's */
	BACKUP_SETTING, /* key, value (a secret's too), at, by */
	BACKUP_ACCOUNT, /* realm, name, hash, created, disabled, signed in */
	BACKUP_TOKEN, /* digest, name, scopes, created, by, expires, used, from, revoked, by */
	BACKUP_ALIAS, /* name, targets, at, by */
	BACKUP_NOTICE, /* name, day, at */
	BACKUP_AUDIT, /* seq, at, who, address, what, chain */
	BACKUP_MESSAGE, /* id and the columns of message that say what it was */
	BACKUP_RECIPIENT, /* id, address, state, changed, attempts, ambiguous */
	BACKUP_ATTEMPT, /* id, at, relay, took, class, stage, reason, code, enhanced, words */
	BACKUP_DEED, /* at, who, what, other, n */
	BACKUP_SIGN_IN, /* what struct store_oauth_token holds; one at the most */
	BACKUP_CERTIFICATE, /* chain, key: of the pages; the caller's, as HEAD; one at the most */
	BACKUP_KINDS,
};

enum {
	BACKUP_COLUMNS_MAX = 19,
	BACKUP_MESSAGES_MAX = 200 * 1000, /* the newest of the history */
};

struct backup_value {
	bool null;
	int64_t number;
	struct slice octets; /* good during the call */
};

struct backup_row {
	enum backup_kind kind;
	size_t n;
	struct backup_value values[BACKUP_COLUMNS_MAX];
};

const char *backup_columns(enum backup_kind kind); /* "ttit" */

/*
 * All rows but HEAD and CERTIFICATE as they are at one moment, in the thread that has
 * store_snapshot(). take's result other than 0 ends it and is given back. *ret_left_out: messages
 * of the history above the limit, the oldest ones.
 */
int store_backup_read(struct store_db *db, int (*take)(void *arg, const struct backup_row *row),
	void *arg, uint64_t *ret_left_out) MUST_CHECK;

/*
 * In a job: accounts, tokens and aliases are replaced, sessions end; history, notices and audit
 * entries come in beside what is there. A message that is here stays as it is, and so does an audit
 * entry; one of another node's gets the next number, its own said in front of its text. A sign-in
 * takes the place of the one here unless that outlives it (oauth_token.h). Settings are not put
 * back here (settings.h).
 */
struct store_restore {
	struct store_db *db;
	const char *node; /* of the backup */
	uint64_t message, recipient; /* the newest that came in, 0: it was here */
	uint64_t n_messages, n_audit; /* that came in */
	bool certificate; /* came in, and waits (restored_certificate.h) */
	bool sign_in; /* came in: there was one, and none here that outlives it */
};

/* The row's sign-in, texts in the arena. False: it is none that this program could have written. */
bool backup_sign_in(const struct backup_row *row, struct arena *a,
	struct store_oauth_token *ret_token) MUST_CHECK;

int store_restore_begin(struct store_restore *r, struct store_db *db, const char *node) MUST_CHECK;
int store_restore_row(struct store_restore *r, const struct backup_row *row) MUST_CHECK;
int store_restore_end(struct store_restore *r) MUST_CHECK;

#endif
