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

/* Up to here no finished mail is left; zero is the beginning. */
struct queue_position {
	int64_t at;
	uint64_t message;
};

struct queue_retention {
	int64_t now;
	int64_t age; /* seconds since it came in */
	uint64_t size; /* octets of the store, without those of open mail */
	struct queue_position from;
};

struct queue_retained {
	bool more; /* another call has more to do, from there on */
	struct queue_position reached;
};

/*
 * In a job: one slice. Old mail that is open, be it thousands that are held, is passed over once
 * for all slices of a run. Mail behind the position that is finished meanwhile is the next run's.
 */
int queue_retain(struct store_db *db, const struct queue_retention *r,
	struct queue_retained *ret_retained) MUST_CHECK;

#endif
