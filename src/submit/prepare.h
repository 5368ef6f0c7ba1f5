/*
 * prepare.h - a message as a program gave it becomes one as the keeper takes it: canonical content
 * and an envelope. A pure function of what it is given; what sendmail(8) does to a message is
 * core/submission.h's.
 */
#ifndef TOCSIN_SUBMIT_PREPARE_H
#define TOCSIN_SUBMIT_PREPARE_H

#include "submit/users.h"
#include "wire/envelope.h"
#include "wire/post.h"
#include "wire/who.h"

struct prepare_input {
	const struct post *post;
	struct slice raw; /* the message, lines ended by LF or CRLF */
	struct who who; /* who submits, as the kernel or the token says */
	int64_t now; /* when it was given first */
	int utc_offset; /* seconds east */
	const char *node_name;
	const char *machine_name; /* what programs may call it besides; "" the same */
	const char *mail_domain; /* for bare names */
	const struct submit_users *users;
	const struct submit_users *aliases; /* their names, in lower case; NULL none */
};

struct prepared {
	struct arena *arena; /* what the envelope points to */
	struct envelope envelope;
	struct buffer text; /* the canonical message as it came */
	struct buffer header; /* its header section, made new, with the empty line */
	struct slice body; /* of text */
};

/*
 * Returns 0; an exit code of sysexits.h with *ret_problem, a sentence in p's arena; or negative
 * without memory. p is to be released in any case.
 */
int prepare(const struct prepare_input *in, struct prepared *p, const char **ret_problem)
	MUST_CHECK;
void prepared_release(struct prepared *p); /* zeroed struct is fine */

/* A piece of header and body as they stand behind each other; empty at the end. */
struct slice prepared_piece(const struct prepared *p, size_t at, size_t max);

#endif
