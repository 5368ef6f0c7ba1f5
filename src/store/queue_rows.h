/*
 * queue_rows.h - what the files of the queue share: verdicts as rows, and what follows from a
 * change of recipients. For queue*.c and, to read and write verdicts, notices.c.
 */
#ifndef TOCSIN_STORE_QUEUE_ROWS_H
#define TOCSIN_STORE_QUEUE_ROWS_H

#include "store/db.h"
#include "store/queue.h"

enum {
	QUEUE_PARTS_MAX = 1024, /* content's id = message * this + part; stands in the schema */
};

struct attempt_row {
	uint64_t recipient;
	int64_t at;
	const char *relay;
	uint64_t took_ms;
	const struct verdict *verdict;
};

/* Adds it to the log and makes it the recipient's last. */
int attempt_write(struct store_db *db, const struct attempt_row *row) MUST_CHECK;

/* The columns class, stage, reason, code, enhanced, words from "first" on. */
void attempt_read_verdict(const struct query *q, int first, struct verdict *ret_verdict);

/*
 * In a job, after recipients of a message changed: n_open. When the last one has become final the
 * octets go, or are kept when one failed and nobody deleted it.
 */
int queue_refresh(struct store_db *db, uint64_t message) MUST_CHECK;

/* In a job: the octets of a message go if it is kept; *ret_did whether it was. */
int queue_drop_kept(struct store_db *db, uint64_t message, bool *ret_did) MUST_CHECK;

#endif
