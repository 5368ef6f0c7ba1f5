/*
 * proof.h - one's own password once more. Whoever makes a way in from a browser - an account, a
 * password, a token - types the password of the account they are signed in with, so that a session
 * left open is not enough to stay in for good. Source: OWASP ASVS 5.0 7.5.1.
 *
 * Who commands on this box itself has no session, and is asked for nothing.
 */
#ifndef TOCSIN_KEEP_PROOF_H
#define TOCSIN_KEEP_PROOF_H

#include "keep/keeper.h"
#include "store/accounts.h"

/* Lies in the request's arena. */
struct keep_proof {
	struct request *request;
	struct slice typed;
	struct keep_problems problems; /* what else is wrong: told in the same answer */
	void (*then)(struct keep_proof *p); /* nothing is */

	/* proof.c's own */
	struct store_account account;
	struct job job;
	bool fits;
};

/* Goes on with then(), at once or later; or the request was refused with all that is wrong. */
void keep_prove(struct keep_proof *p);

#endif
