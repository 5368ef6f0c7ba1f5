/* signed_in.h - the keeper's answer to a sign-in and to the set-up of the first account. */
#ifndef TOCSIN_WEB_PAGES_SIGNED_IN_H
#define TOCSIN_WEB_PAGES_SIGNED_IN_H

#include "web/visit.h"

struct signed_in {
	enum login_result result;
	const char *token; /* of the new session */
	uint64_t retry_after; /* seconds, at least 1 */
};

/* False when the keeper gave no such answer: the request is then answered. */
bool signed_in_read(struct visit *v, const struct question *q, struct signed_in *ret_answer)
	MUST_CHECK;

void signed_in_add_retry(struct visit *v, const struct signed_in *s);

#endif
