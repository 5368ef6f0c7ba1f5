/*
 * reply.h - reads one SMTP reply at a time out of bytes as they come, whatever their size, in
 * bounded memory.
 *
 *   reply      = *( line-more ) line-last                    ; RFC 5321 4.2
 *   line-more  = code "-" text CRLF
 *   line-last  = code [ SP text ] CRLF
 *   code       = %x32-35 2DIGIT                              ; the same in every line
 *   text       = *( any octet but LF )                       ; shown escaped
 *
 * Second and third digits are free (an unknown one counts by the first). A line ends with CRLF
 * only: an LF alone is refused, since a server that lets foreign text into its replies could be
 * made to answer twice; a CR alone and NUL are text. What does not begin with a digit is refused
 * without waiting for the line's end. An enhanced status code (RFC 2034) counts when
 * its class is the code's first digit.
 */
#ifndef TOCSIN_SMTP_REPLY_H
#define TOCSIN_SMTP_REPLY_H

#include "base/buffer.h"
#include "core/verdict.h"

enum {
	SMTP_REPLY_LINE_MAX = 2048, /* octets kept of a line; the rest is read and dropped */
	SMTP_REPLY_READ_MAX = 64 * 1024, /* octets of a whole reply */
	SMTP_REPLY_LINES_MAX = 100,
};

enum smtp_reply_status {
	SMTP_REPLY_MORE, /* all bytes are used up, the reply goes on */
	SMTP_REPLY_DONE, /* one reply is there; bytes may be left */
	SMTP_REPLY_MALFORMED,
	SMTP_REPLY_BARE_LF,
	SMTP_REPLY_MIXED, /* lines with different codes */
	SMTP_REPLY_TOO_LONG, /* SMTP_REPLY_READ_MAX or SMTP_REPLY_LINES_MAX */
	SMTP_REPLY_NO_MEMORY,
};

struct smtp_reply {
	/* the result, after SMTP_REPLY_DONE */
	unsigned code;
	struct enhanced_status enhanced;
	struct buffer text; /* the lines behind code and separator, each with an LF behind it */
	bool cut; /* a line was longer than what was kept */

	/* how far the reading got */
	struct buffer line; /* its first octets */
	size_t line_len; /* all its octets so far */
	size_t n_read, n_lines;
	bool after_cr;
};

void smtp_reply_init(struct smtp_reply *r);
void smtp_reply_release(struct smtp_reply *r);
void smtp_reply_clear(struct smtp_reply *r); /* ready for the next one */

/* Reads up to the end of one reply and cuts what it used from *bytes. After an error: clear. */
enum smtp_reply_status smtp_reply_feed(struct smtp_reply *r, struct slice *bytes);

/* True between replies: not one octet of the next was seen. */
bool smtp_reply_is_empty(const struct smtp_reply *r);

/* The line that is being read, for error texts. */
struct slice smtp_reply_line(const struct smtp_reply *r);

/* Lines one by one, *at begins at 0; false at the end. Raw bytes. */
bool smtp_reply_next_line(const struct smtp_reply *r, size_t *at, struct slice *ret_line);

/* The reply's words without enhanced status codes, lines separated by LF; appended. */
void smtp_reply_words(const struct smtp_reply *r, struct buffer *out);

#endif
