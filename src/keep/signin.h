/* signin.h - what signing in shares with making accounts: the hashing worker and new sessions. */
#ifndef TOCSIN_KEEP_SIGNIN_H
#define TOCSIN_KEEP_SIGNIN_H

#include "keep/keeper.h"
#include "store/sessions.h"
#include "store/throttle.h"

enum {
	TYPED_MAX = 64 * 1024, /* octets of a name or password, more than a form can hold */
};

/* Runs a job in the hashing worker; WORKER_FULL when too many wait. */
int keep_hash(struct keeper *k, struct job *job) MUST_CHECK;

/* Seconds to wait before this may be tried, 0 when it may be now; negative when the store fails. */
int64_t keep_throttled(struct keeper *k, const struct throttle_subject *subject);

struct keep_new_session {
	char token[TOKEN_TEXT_SIZE], csrf[TOKEN_TEXT_SIZE];
	int64_t now;
};

void keep_new_session_make(struct keep_new_session *s);
/* In a job. */
int keep_new_session_write(struct store_db *db, const struct keep_new_session *s, uint64_t account,
	const char *address) MUST_CHECK;

/* Answers with LOGIN_IS. */
void keep_reply_login(struct request *r, enum login_result result, const char *token,
	int64_t retry_after);

#endif
