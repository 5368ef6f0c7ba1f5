/*
 * byte_queue.h - bytes that come in at the end and leave at the front, up to a limit; the inside
 * of a stream. The content is one run of memory. Bytes are wiped when they leave.
 */
#ifndef TOCSIN_SYS_BYTE_QUEUE_H
#define TOCSIN_SYS_BYTE_QUEUE_H

#include "base/slice.h"

struct byte_queue {
	char *data;
	size_t at, len; /* the content is data[at .. at + len) */
	size_t size;
	size_t limit;
};

void byte_queue_init(struct byte_queue *q, size_t limit);
void byte_queue_release(struct byte_queue *q); /* zeroed struct is fine */

struct slice byte_queue_slice(const struct byte_queue *q);
size_t byte_queue_room(const struct byte_queue *q);

/*
 * Room at the end for up to want bytes, less when the limit is near (*ret_len, then
 * byte_queue_added()). NULL without room or memory.
 */
char *byte_queue_reserve(struct byte_queue *q, size_t want, size_t *ret_len);
void byte_queue_added(struct byte_queue *q, size_t len);

/* All or nothing; negative without room or memory. */
int byte_queue_add(struct byte_queue *q, struct slice bytes);
void byte_queue_consume(struct byte_queue *q, size_t len);

#endif
