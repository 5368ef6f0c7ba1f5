/*
 * queue_check.h - the laws of the queue, held against the database: for tests, and for whoever
 * doubts. Reads only.
 */
#ifndef TOCSIN_STORE_QUEUE_CHECK_H
#define TOCSIN_STORE_QUEUE_CHECK_H

#include "store/queue.h"

enum queue_law {
	QUEUE_LAW_RECIPIENTS, /* every message has recipients */
	QUEUE_LAW_OPEN, /* n_open is the number of recipients that are not final */
	QUEUE_LAW_TALLY, /* the tallies are the numbers of recipients in each state */
	QUEUE_LAW_WHOLE, /* an open or kept message's octets are all there */
	QUEUE_LAW_DROPPED, /* nobody else's are */
	QUEUE_LAW_KEPT, /* what is kept has failed */
	QUEUE_LAW_HELD, /* nothing is due of what a person holds */
	QUEUE_LAW_VOLUME, /* the volumes are the sums of the octets */
	QUEUE_LAW_CONTENT, /* they are those that were accepted */
	QUEUE_LAW_LAST, /* a recipient's last try is one of its own */
	QUEUE_LAW_COUNT,
};

const char *queue_law_text(enum queue_law law);

/* How often each law is broken. Reads all octets. */
int queue_check(struct store_db *db, uint64_t ret_broken[static QUEUE_LAW_COUNT]) MUST_CHECK;

#endif
