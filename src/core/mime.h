/*
 * mime.h - the encodings of mail: bodies (quoted-printable, base64) in mime.c, header text (encoded
 * words, phrases, folding) in mime_header.c. All output has CRLF line ends; a failed buffer tells.
 * Sources: RFC 2045 6.7 and 6.8, RFC 2047, RFC 5322 2.2.3.
 */
#ifndef TOCSIN_CORE_MIME_H
#define TOCSIN_CORE_MIME_H

#include "base/buffer.h"
#include "base/slice.h"

enum {
	MIME_LINE = 76, /* encoded lines */
	MIME_FOLD = 78, /* header lines we write ourselves */
	MIME_WORD_MAX = 75, /* one encoded word */
	MIME_HARD_LINE = 998, /* any line of a message, without its CRLF */
};

/*
 * Text with CRLF line ends; other CRs and LFs are data and encoded. No line is longer than 76 and
 * none begins with ".", "From " or "--".
 */
void mime_quoted_printable_encode(struct slice in, struct buffer *out);
/* Forgiving as RFC 2045 advises: a "=" that starts nothing stays. */
void mime_quoted_printable_decode(struct slice in, struct buffer *out);

void mime_base64_encode(struct slice in, struct buffer *out); /* lines of 76, each with CRLF */
/* Skips what is not of the alphabet; false (out as it was) when the rest is no base64. */
bool mime_base64_decode(struct slice in, struct buffer *out) MUST_CHECK;

/* True when base64 is the shorter of the two for this text. */
bool mime_prefers_base64(struct slice in);

/*
 * A part of text with CRLF line ends: Content-Type (type with its charset), the encoding that fits,
 * the empty line, the text, and a line end.
 */
void mime_text_part(const char *type, struct slice text, struct buffer *out);

/*
 * Text as encoded words, "=?utf-8?q?...?=", or b when most octets would be escaped, cut between
 * characters and folded with CRLF SP; column is where the line stands already. Bytes that are no
 * UTF-8 become U+FFFD.
 */
void mime_encoded_words(struct slice text, size_t column, struct buffer *out);

/*
 * The other way, to show a field that was unfolded: encoded words in UTF-8 or ISO 8859-1 become
 * text, all else, also what would not be printable, stays as it is written.
 */
void mime_decode_words(struct slice text, struct buffer *out);

/* "Name: text" CRLF for unstructured fields (Subject): encoded where needed, folded at 78. */
void mime_text_field(const char *name, struct slice text, struct buffer *out);

/* A display name as a phrase: atoms, a quoted string or encoded words. */
void mime_phrase(struct slice name, size_t column, struct buffer *out);

/*
 * One whole header field without its last CRLF, folded or not: lines longer than width are folded
 * at blanks, and where none is, and the line is longer than 998, with CRLF SP (as Postfix does).
 * Writes the last CRLF too. Lines within the width stay as they are; lines of blanks only go.
 */
void mime_fold(struct slice field, size_t width, struct buffer *out);

#endif
