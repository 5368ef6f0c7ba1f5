/*
 * buffer.h - a growing run of bytes whose limit is given when it is born.
 *
 * Appending past the limit, or without memory, appends nothing and marks the buffer failed; the
 * mark stays, so a builder appends freely and asks buffer_ok() once at the end. A failed buffer
 * never holds half of one append.
 */
#ifndef TOCSIN_BASE_BUFFER_H
#define TOCSIN_BASE_BUFFER_H

#include <stdarg.h>

#include "base/slice.h"

struct buffer {
	char *data; /* NULL while empty and unused */
	size_t len;
	size_t size; /* bytes allocated */
	size_t limit; /* len never passes this */
	bool failed;
	bool full; /* failed by its limit, not for want of memory */
	bool wipe; /* holds secrets: memory is wiped before it is given back */
};

void buffer_init(struct buffer *b, size_t limit);
void buffer_init_secret(struct buffer *b, size_t limit);
void buffer_release(struct buffer *b); /* also good for a zeroed struct; usable again after init */
void buffer_clear(struct buffer *b); /* empty, mark gone, memory kept */

void buffer_append(struct buffer *b, const void *data, size_t len);
void buffer_append_slice(struct buffer *b, struct slice s);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_append_char(struct buffer *b, char c);
void buffer_appendf(struct buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_appendv(struct buffer *b, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Room for len bytes to write into (then buffer_added), or NULL and the mark. */
char *buffer_reserve(struct buffer *b, size_t len);
void buffer_added(struct buffer *b, size_t len);

/* Drops bytes from the front. */
void buffer_consume(struct buffer *b, size_t len);

bool buffer_ok(const struct buffer *b);
bool buffer_full(const struct buffer *b); /* failed because an append would have passed the limit */
struct slice buffer_slice(const struct buffer *b);

/* The content with a NUL behind it that is not counted; "" when failed or empty. */
const char *buffer_text(struct buffer *b);

#endif
