/*
 * queue_retain.h - how long the mail log reaches back. Finished messages go by age, and when the
 * log has outgrown its size: first the octets of failed mail, then the messages, the oldest first.
 * Open mail never goes. Pages of the file that become free are used again; the file does not
 * shrink.
 */
#ifndef TOCSIN_STORE_QUEUE_RETAIN_H
#define TOCSIN_STORE_QUEUE_RETAIN_H

#include "store/queue.h"

enum {
	QUEUE_RETAIN_ROWS = 500, /* deleted in one call, but for what hangs on the last recipient */
	QUEUE_RETAIN_ALWAYS = 2 * 24 * 3600, /* the size alone deletes no younger message */
};

struct queue_retention {
	int64_t now;
	int64_t age; /* seconds since it came in */
	uint64_t size; /* octets of the store, without those of open mail */
};

/* In a job: one slice. *ret_more when another call has more to do. */
int queue_retain(struct store_db *db, const struct queue_retention *r, bool *ret_more) MUST_CHECK;

#endif
