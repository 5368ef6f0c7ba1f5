/*
 * sendmail_options.h - the command line of sendmail(8) as programs have called it for decades.
 * What we do, what does no harm to ignore, and what is refused by name; the parser makes no calls.
 */
#ifndef TOCSIN_TOOLS_SENDMAIL_OPTIONS_H
#define TOCSIN_TOOLS_SENDMAIL_OPTIONS_H

#include "base/arena.h"

struct sendmail_options {
	bool recipients_from_header; /* -t */
	bool dots_are_text; /* -i, -oi: a line with a single dot does not end the message */
	const char *sender; /* -f, -r; "" when not given, "<>" for the null sender */
	const char *full_name; /* -F; "" when not given */
	const char **recipients;
	size_t n_recipients;
};

enum {
	SENDMAIL_BAD = 1, /* *ret_problem names the option */
};

/* 0, SENDMAIL_BAD, or negative without memory. */
int sendmail_options_parse(int argc, char *const *argv, struct arena *a,
	struct sendmail_options *ret_options, const char **ret_problem) MUST_CHECK;

/* What of standard input is the message: all of it, or what stands before a line with one dot. */
struct slice sendmail_message(struct slice text, const struct sendmail_options *o);

#endif
