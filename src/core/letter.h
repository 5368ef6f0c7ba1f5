/*
 * letter.h - a message from its parts, as programs give them to the API: addresses, subject, text,
 * HTML, further header fields. What is wrong is told by part, all at once. Date and Message-ID are
 * added where mail is submitted (submission.h).
 * Sources: RFC 5322 3.6, RFC 2046 5.1.4, RFC 6409 8.
 */
#ifndef TOCSIN_CORE_LETTER_H
#define TOCSIN_CORE_LETTER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "core/submission.h"

enum {
	LETTER_RECIPIENTS_MAX = SUBMISSION_RECIPIENTS_MAX,
	LETTER_FIELDS_MAX = 50,
	LETTER_PROBLEMS_MAX = 50,
};

/* Addresses as header fields have them, "Anna <anna@example.com>", one a slice. */
struct letter_list {
	const char *name; /* of the part, for problems: "to" */
	const struct slice *items;
	size_t n;
	bool is_list; /* then a problem's part is "to[3]" */
};

struct letter_field {
	struct slice name, value;
};

struct letter {
	struct slice from; /* one address */
	struct letter_list to, cc, bcc;
	struct slice subject;
	struct slice text, html; /* absent when there is none; line ends may be LF */
	const struct letter_field *fields;
	size_t n_fields;
	const char *boundary; /* letters and digits, random; used when there are text and HTML */
};

struct letter_problem {
	const char *part; /* "to[3]", "headers.X-Y" */
	const char *text; /* continues a sentence that begins with the part */
};

struct letter_result {
	const char *sender; /* envelope */
	const char **recipients; /* the envelope's, of to, cc and bcc */
	size_t n_recipients;
	struct letter_problem problems[LETTER_PROBLEMS_MAX];
	size_t n_problems;
};

/*
 * Appends the message; with a problem, what is in out is of no use. Returns 0, also with problems;
 * or negative without memory. Texts of the result lie in the arena.
 */
int letter_write(const struct letter *l, struct arena *a, struct buffer *out,
	struct letter_result *ret_result) MUST_CHECK;

#endif
