/*
 * message.h - a message as the house keeps it: canonical, that is CRLF line ends only, no NUL, no
 * line above 998 octets, a header section, one empty line, a body. Made once, at submission, so
 * that what stands in the queue can go to a relay as it is.
 * Sources: RFC 5322 2.1 and 2.2, RFC 5321 2.3.8 and 4.5.3.1.6, RFC 2045; habits of sendmail(8).
 */
#ifndef TOCSIN_CORE_MESSAGE_H
#define TOCSIN_CORE_MESSAGE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/slice.h"

enum {
	MESSAGE_MAX = 32 * 1024 * 1024, /* octets of a canonical message */
	MESSAGE_HEADER_MAX = 256 * 1024, /* octets of its header section */
	MESSAGE_FIELDS_MAX = 1000,
	MESSAGE_LINE_MAX = 998, /* without its CRLF */
	MESSAGE_NAME_MAX = 200, /* a field name; a longer one is taken for text */
};

enum message_error {
	MESSAGE_OK,
	MESSAGE_TOO_LARGE, /* passes the limit of the output buffer */
	MESSAGE_HEADER_TOO_LARGE,
	MESSAGE_TOO_MANY_FIELDS,
	MESSAGE_NOT_CANONICAL, /* message_open() only: these bytes are not from here */
	MESSAGE_NEEDS_SMTPUTF8, /* message_downgrade_header() only */
};

/* A view; it lives as long as the bytes do. */
struct message {
	struct slice text; /* all of it, canonical */
	size_t body_at; /* behind the empty line */
	size_t n_fields;
	bool body_8bit; /* MAIL needs BODY=8BITMIME, or message_downgrade_body() */
	bool header_utf8; /* the header is not ASCII: SMTPUTF8, or message_downgrade_header() */
};

/*
 * Makes raw bytes (of sendmail's standard input, or of an SMTP DATA without its dots) canonical.
 * - LF and CRLF end a line; a lone CR becomes a space, and so does a NUL in a field.
 * - Leading mbox lines ("From ...", ">From ...") are dropped. The header section ends at the first
 *   empty line or at the first line that is no field, which is then the first line of the body.
 * - Fields stay as they are and in order, but: blanks before the colon and lines of blanks only go,
 *   lines above 998 are folded, bytes that are no UTF-8 are read as ISO 8859-1.
 * - A body with a line above 998 or a NUL is re-encoded part by part (recode.h); the last line gets
 *   its end.
 * Appends to out, whose limit is the message's. The message is canonical input again and then
 * comes out as it is. Returns 0, an enum message_error, or negative (memory).
 */
int message_normalise(struct slice raw, struct buffer *out, struct message *ret_message) MUST_CHECK;

/* Checks that the bytes are canonical and gives the view. Returns 0 or an enum message_error. */
int message_open(struct slice text, struct message *ret_message) MUST_CHECK;

/* Begins with a capital: "The message is larger than 32 MiB." */
const char *message_error_text(int error);

/*
 * What sendmail without -i reads: up to a line with a single dot, which is dropped with all behind
 * it. Lines end with LF or CRLF.
 */
struct slice message_until_dot(struct slice raw);

struct slice message_header(const struct message *m); /* fields without the empty line */
struct slice message_body(const struct message *m);

/* Appends a header section (with its empty line) and a body, and opens what that gives. */
int message_join(struct slice header, struct slice body, struct buffer *out,
	struct message *ret_message) MUST_CHECK;

struct message_field {
	struct slice name;
	struct slice body; /* behind the colon, folds inside, without the last CRLF */
	struct slice raw; /* all lines with their CRLFs */
};

/* The length of the name when the line is the first of a field, else 0. RFC 5322 2.2 and 4.5. */
size_t message_field_name(struct slice line);

/* Walks a canonical header section; *at begins at 0. False at the end. */
bool message_next_field(struct slice header, size_t *at, struct message_field *ret_field);

/* The first field of that name (any case). */
bool message_find_field(struct slice header, const char *name, struct message_field *ret_field);

/* The field's text on one line: folds undone, blanks at both ends cut. */
struct slice message_unfold(struct slice body, struct arena *arena);

/*
 * The same message for a relay without 8BITMIME: each 8-bit leaf becomes quoted-printable or
 * base64, the labels in the header follow, other fields stay. What cannot be re-encoded (recode.h)
 * stays 8-bit, and ret_message->body_8bit says so. Returns as message_normalise().
 */
int message_downgrade_body(const struct message *m, struct buffer *out, struct message *ret_message)
	MUST_CHECK;

/*
 * The same header section (with its empty line) for a relay without SMTPUTF8: text and display
 * names become encoded words, domains A-labels. Returns 0; MESSAGE_NEEDS_SMTPUTF8 when an address
 * has a local part that only SMTPUTF8 can carry (refused for good, 5.6.7); negative (memory).
 */
int message_downgrade_header(const struct message *m, struct arena *arena, struct buffer *out)
	MUST_CHECK;

#endif
