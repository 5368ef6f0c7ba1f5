/*
 * notice.h - mail of the node's own to the admin contacts: written from rows, queued in one
 * transaction with the mark that it was sent. The submitter is "tocsin", by which the store knows
 * that a failure of such a mail is told to nobody.
 */
#ifndef TOCSIN_KEEP_NOTICE_H
#define TOCSIN_KEEP_NOTICE_H

#include "core/notice_text.h"
#include "keep/keeper.h"
#include "store/notices.h"
#include "store/queue.h"

struct notice {
	struct keeper *keeper;
	struct arena *arena; /* the notice lies in it */
	struct notice_frame frame;

	/* for keep_notice_send(): set by the caller */
	const char *name; /* of the submission: the queue takes a name once */
	int (*mark)(struct store_db *db, const struct notice *n); /* in the same transaction */
	void (*done)(struct notice *n, int result); /* a store_result; then the notice is freed */
	struct notice_text text;

	/* the caller's own */
	struct notice_mark sent;
	uint64_t last_id;
	void *data;

	/* notice.c's */
	struct store_job job;
	struct queue_message message;
	struct buffer content;
	char queue_id[QUEUE_ID_SIZE];
};

/* With its frame filled in. NULL without memory. */
struct notice *keep_notice_new(struct keeper *k);
void keep_notice_free(struct notice *n); /* one that is not sent */

/* Takes the notice. Without contacts, or when it cannot be written, done says STORE_FAILED. */
void keep_notice_send(struct notice *n);

/* A list of the store's as a notice shows it. */
void keep_notice_failures(const struct failures *list, struct arena *a,
	struct notice_failures *ret_failures);

/* Whether a notice may go out now: mail is set up and not broken, and somebody is to get it. */
bool keep_notice_may_go(struct keeper *k);

#endif
