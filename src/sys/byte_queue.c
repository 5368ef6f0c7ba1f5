/* byte_queue.c - a run of bytes with a front that moves; see byte_queue.h. */
#include "sys/byte_queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

enum {
	SIZE_MIN = 512,
	SIZE_KEPT = 4096, /* an empty queue keeps no more, so that idle connections are small */
};

void byte_queue_init(struct byte_queue *q, size_t limit)
{
	*q = (struct byte_queue){ .limit = limit };
}

static void drop_memory(struct byte_queue *q)
{
	if (q->data != NULL)
		secret_wipe(q->data, q->size);
	free(q->data);
	q->data = NULL;
	q->at = q->size = 0;
}

void byte_queue_release(struct byte_queue *q)
{
	drop_memory(q);
	q->len = 0;
}

struct slice byte_queue_slice(const struct byte_queue *q)
{
	return q->len > 0 ? slice_make(q->data + q->at, q->len) : SLICE("");
}

size_t byte_queue_room(const struct byte_queue *q)
{
	return q->limit - q->len;
}

static bool grow(struct byte_queue *q, size_t size)
{
	size_t new_size = size_max(q->size, SIZE_MIN);
	char *data;

	while (new_size < size)
		new_size *= 2;
	data = malloc(new_size);
	if (data == NULL)
		return false;
	if (q->len > 0)
		memcpy(data, q->data + q->at, q->len);
	drop_memory(q);
	q->data = data;
	q->size = new_size;
	return true;
}

/* Moves the content to the start of the memory. */
static void compact(struct byte_queue *q)
{
	memmove(q->data, q->data + q->at, q->len);
	secret_wipe(q->data + q->len, q->at);
	q->at = 0;
}

char *byte_queue_reserve(struct byte_queue *q, size_t want, size_t *ret_len)
{
	size_t len = size_min(want, byte_queue_room(q));

	if (len == 0)
		return NULL;
	if (q->at + q->len + len > q->size) {
		/* moving is worth it only when it frees at least as much as it moves */
		if (q->len + len <= q->size && q->at >= q->len)
			compact(q);
		else if (!grow(q, q->len + len))
			return NULL;
	}
	*ret_len = len;
	return q->data + q->at + q->len;
}

void byte_queue_added(struct byte_queue *q, size_t len)
{
	q->len += len;
}

int byte_queue_add(struct byte_queue *q, struct slice bytes)
{
	size_t len;
	char *to;

	if (bytes.len == 0)
		return 0;
	if (bytes.len > byte_queue_room(q))
		return -1;
	to = byte_queue_reserve(q, bytes.len, &len);
	if (to == NULL)
		return -1;
	memcpy(to, bytes.data, bytes.len);
	byte_queue_added(q, bytes.len);
	return 0;
}

void byte_queue_consume(struct byte_queue *q, size_t len)
{
	len = size_min(len, q->len);
	if (len == 0)
		return;
	secret_wipe(q->data + q->at, len);
	q->at += len;
	q->len -= len;
	if (q->len > 0)
		return;
	q->at = 0;
	if (q->size > SIZE_KEPT)
		drop_memory(q);
}
