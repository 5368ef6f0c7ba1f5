/*
 * sendmail_options.h - the command line of sendmail(8) as programs have called it for decades.
 * What we do, what does no harm to ignore, and what is refused by name; the parser makes no calls.
 * Sources: sendmail(1) of Postfix, sendmail(8), dma(8).
 */
#ifndef TOCSIN_TOOLS_SENDMAIL_OPTIONS_H
#define TOCSIN_TOOLS_SENDMAIL_OPTIONS_H

#include "base/arena.h"
#include "core/dsn.h"

enum sendmail_mode {
	SENDMAIL_SEND, /* -bm, and without another: a message on standard input */
	SENDMAIL_LIST, /* -bp, or called as mailq */
	SENDMAIL_ALIASES, /* -bi, -I, or called as newaliases */
	SENDMAIL_RUN, /* -q, -qI: try what waits */
	SENDMAIL_RUN_EVERY, /* -q30m: the daemon does so by itself */
};

struct sendmail_options {
	enum sendmail_mode mode;
	bool recipients_from_header; /* -t */
	bool dots_are_text; /* -i, -oi: a line with a single dot does not end the message */
	const char *sender; /* -f, -r; "" when not given, "<>" for the null sender */
	const char *full_name; /* -F; "" when not given */
	struct dsn dsn; /* -N, -R, -V */
	const char *queue_id; /* -qI; "" for all that waits */
	const char **recipients;
	size_t n_recipients;
};

enum {
	SENDMAIL_BAD = 1, /* *ret_problem names the option */
	SENDMAIL_ABSENT = 2, /* a mode that other programs have and this one has not; as above */
};

/*
 * argv[0] chooses the mode when its last part is "mailq" or "newaliases". 0, SENDMAIL_BAD,
 * SENDMAIL_ABSENT, or negative without memory.
 */
int sendmail_options_parse(int argc, char *const *argv, struct arena *a,
	struct sendmail_options *ret_options, const char **ret_problem) MUST_CHECK;

/* What of standard input is the message: all of it, or what stands before a line with one dot. */
struct slice sendmail_message(struct slice text, const struct sendmail_options *o);

#endif
