/*
 * queue_act.h - what people do with mail in the queue, and the record of it. A recipient that is
 * with the sender (in flight, or its dot sent) is never touched: the relay may have it already.
 * Whatever is done twice does nothing the second time.
 */
#ifndef TOCSIN_STORE_QUEUE_ACT_H
#define TOCSIN_STORE_QUEUE_ACT_H

#include "store/queue.h"

struct queue_order {
	enum queue_action action;
	int64_t at;
	const char *who; /* "anna", "root (local)" */
};

/* Sums, to be begun with 0. */
struct queue_acted {
	uint64_t messages; /* that it did something to */
	uint64_t recipients; /* that it did something to */
	uint64_t with_sender; /* open recipients that were with the sender, and were left there */
};

/*
 * In a job: one message. STORE_NOT_FOUND. Adds to *acted.
 * - hold: open recipients are held, and stay so whatever happens; those with the sender become
 *   held when they come back unsent.
 * - release: what is held is due now; what a person held is no longer.
 * - retry: what waits is due now, also what a person holds.
 * - delete: what waits has failed, the octets go with the last open recipient, also of a message
 *   that has failed before.
 * Bare names, which have no address yet, stay held.
 */
int queue_act(struct store_db *db, const struct queue_order *order, const char *queue_id,
	struct queue_acted *acted) MUST_CHECK;

enum {
	QUEUE_ACT_SLICE = 500, /* recipients in one call, but for the last message's */
};

/*
 * In a job: open messages behind *after, as many as make a slice; *after is where to go on, 0 when
 * all was seen. Retry leaves alone what a person holds.
 */
int queue_act_all(struct store_db *db, const struct queue_order *order, uint64_t *after,
	struct queue_acted *acted) MUST_CHECK;

/* ---- sending again ---- */

struct queue_original {
	uint64_t message;
	struct queue_message copy; /* to be completed: submission, at, submitter, content */
	struct buffer content; /* the octets as they were; release it */
	uint64_t n_resent; /* how often it was sent again before */
};

/*
 * In a job: a message whose octets are here, with the recipients that failed. STORE_NOT_FOUND: no
 * such message; STORE_CONFLICT: its octets are gone, or nobody failed. The texts lie in the arena.
 */
int queue_original(struct store_db *db, const char *queue_id, struct arena *a,
	struct queue_original *ret_original) MUST_CHECK;

/* In a job: notes on both that the copy was made. STORE_EXISTS when that is noted already. */
int queue_note_resent(struct store_db *db, const struct queue_original *original,
	const char *queue_id, const char *copy_id, int64_t at, const char *who) MUST_CHECK;

/* ---- the record ---- */

struct queue_deed {
	int64_t at;
	const char *who;
	const char *what; /* "hold", "release", "retry", "delete", "resend", "copy" */
	const char *other; /* resend: the copy's queue ID; copy: the original's; else "" */
	uint64_t recipients;
};

struct queue_deeds {
	struct queue_deed *items; /* the newest first */
	size_t n;
};

/* The newest 100. */
int queue_deeds(struct store_db *db, uint64_t message, struct arena *a,
	struct queue_deeds *ret_deeds) MUST_CHECK;

#endif
