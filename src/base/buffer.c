/* buffer.c - bounded byte runs; see buffer.h. */
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

void buffer_init(struct buffer *b, size_t limit)
{
	*b = (struct buffer){ .limit = limit };
}

void buffer_init_secret(struct buffer *b, size_t limit)
{
	*b = (struct buffer){ .limit = limit, .wipe = true };
}

static void give_back(struct buffer *b)
{
	if (b->wipe && b->data != NULL)
		sodium_memzero(b->data, b->size);
	free(b->data);
}

void buffer_release(struct buffer *b)
{
	give_back(b);
	*b = (struct buffer){ .limit = b->limit, .wipe = b->wipe };
}

void buffer_clear(struct buffer *b)
{
	if (b->wipe && b->data != NULL)
		sodium_memzero(b->data, b->size);
	b->len = 0;
	b->failed = false;
	b->full = false;
}

/* One byte more than asked is always there, for the NUL of buffer_text(). */
char *buffer_reserve(struct buffer *b, size_t len)
{
	size_t size;
	char *data;

	if (!b->failed && len > b->limit - b->len)
		b->failed = b->full = true;
	if (b->failed)
		return NULL;
	if (b->size > b->len + len)
		return b->data + b->len;
	size = size_max(b->len + len + 1, size_min(b->size * 2, b->limit + 1));
	size = size_max(size, size_min(64, b->limit + 1));
	/* not realloc: the old bytes may be secrets and must not stay behind */
	data = malloc(size);
	if (data == NULL) {
		b->failed = true;
		return NULL;
	}
	if (b->len > 0)
		memcpy(data, b->data, b->len);
	give_back(b);
	b->data = data;
	b->size = size;
	return b->data + b->len;
}

void buffer_added(struct buffer *b, size_t len)
{
	b->len += len;
}

void buffer_append(struct buffer *b, const void *data, size_t len)
{
	char *room = buffer_reserve(b, len);

	if (room == NULL || len == 0)
		return;
	memcpy(room, data, len);
	buffer_added(b, len);
}

void buffer_append_slice(struct buffer *b, struct slice s)
{
	buffer_append(b, s.data, s.len);
}

void buffer_append_text(struct buffer *b, const char *text)
{
	buffer_append(b, text, strlen(text));
}

void buffer_append_char(struct buffer *b, char c)
{
	buffer_append(b, &c, 1);
}

void buffer_appendf(struct buffer *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buffer_appendv(b, format, args);
	va_end(args);
}

void buffer_appendv(struct buffer *b, const char *format, va_list args)
{
	va_list again;
	char *room;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	room = len >= 0 ? buffer_reserve(b, (size_t)len) : NULL;
	if (room != NULL) {
		vsnprintf(room, (size_t)len + 1, format, again);
		buffer_added(b, (size_t)len);
	}
	va_end(again);
}

void buffer_consume(struct buffer *b, size_t len)
{
	len = size_min(len, b->len);
	if (len > 0 && len < b->len)
		memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
}

bool buffer_ok(const struct buffer *b)
{
	return !b->failed;
}

bool buffer_full(const struct buffer *b)
{
	return b->full;
}

struct slice buffer_slice(const struct buffer *b)
{
	return slice_make(b->data, b->len);
}

const char *buffer_text(struct buffer *b)
{
	if (b->failed || b->data == NULL)
		return "";
	b->data[b->len] = '\0';
	return b->data;
}
