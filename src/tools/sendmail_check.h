/*
 * sendmail_check.h - would the daemon take this message at all? Asked before it is left in the drop
 * folder, where a refusal would reach nobody. Front decides in the same way (submit/prepare.h).
 */
#ifndef TOCSIN_TOOLS_SENDMAIL_CHECK_H
#define TOCSIN_TOOLS_SENDMAIL_CHECK_H

#include "wire/post.h"

/*
 * What can be told from the command line alone: 0, or an exit code of sysexits.h with *ret_problem,
 * a sentence in the arena.
 */
int sendmail_check_post(const struct post *post, struct arena *a, const char **ret_problem)
	MUST_CHECK;

/* The whole: 0; an exit code of sysexits.h with *ret_problem; negative without memory. */
int sendmail_check_message(const struct post *post, struct slice message, const char *node_name,
	struct arena *a, const char **ret_problem) MUST_CHECK;

#endif
