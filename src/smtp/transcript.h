/*
 * transcript.h - the dialogue as people see it. Secrets cannot be in it because they are never
 * given to it: the session hands in what it decided to say, not the bytes of the wire. Text is
 * printable UTF-8. Bounded in lines and octets; when full, a last remark says so.
 */
#ifndef TOCSIN_SMTP_TRANSCRIPT_H
#define TOCSIN_SMTP_TRANSCRIPT_H

#include "base/arena.h"
#include "base/slice.h"

enum {
	SMTP_TRANSCRIPT_LINES = 600,
	SMTP_TRANSCRIPT_LINE_SIZE = 1024, /* a longer one is cut */
	SMTP_TRANSCRIPT_BYTES = 128 * 1024,
};

enum smtp_direction {
	SMTP_OURS = 'C',
	SMTP_THEIRS = 'S',
	SMTP_REMARK = '*', /* what happened besides: TLS began, the connection closed */
};

struct smtp_transcript_line {
	enum smtp_direction direction;
	int64_t at; /* ms since the transcript began */
	const char *text; /* the transcript's */
};

struct smtp_transcript {
	int64_t began;
	struct arena *arena;
	struct smtp_transcript_line *lines;
	size_t n_lines, n_bytes;
	bool full;
};

int smtp_transcript_init(struct smtp_transcript *t, int64_t now) MUST_CHECK; /* negative: memory */
void smtp_transcript_release(struct smtp_transcript *t);

/* t may be NULL everywhere: nothing is kept then. */
void smtp_transcript_add(struct smtp_transcript *t, enum smtp_direction d, int64_t now,
	struct slice text);
void smtp_transcript_addf(struct smtp_transcript *t, enum smtp_direction d, int64_t now,
	const char *format, ...) PRINTF_LIKE(4, 5);

#endif
