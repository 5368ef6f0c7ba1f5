/*
 * dot.h - message content on its way through DATA: only CRLF ends a line, a dot at the beginning
 * of a line is doubled, the end is CRLF "." CRLF (RFC 5321 4.5.2). No input makes it emit a CR or
 * LF alone, wherever the input is cut into pieces: nothing can be smuggled behind the dot.
 */
#ifndef TOCSIN_SMTP_DOT_H
#define TOCSIN_SMTP_DOT_H

#include "base/buffer.h"

struct dot_stuffer {
	bool inside; /* the line has begun */
	bool after_cr; /* a CR was taken in and not put out yet */
};

void dot_stuffer_init(struct dot_stuffer *d);

/* Appends at most 2 * piece.len + 2 octets. */
void dot_stuffer_put(struct dot_stuffer *d, struct slice piece, struct buffer *out);

/* Ends the last line if it is open. */
void dot_stuffer_end(struct dot_stuffer *d, struct buffer *out);

#endif
