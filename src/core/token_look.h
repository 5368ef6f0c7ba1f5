/*
 * token_look.h - what is wrong with an access token for sending, as far as it shows: what a JWT
 * says of itself, not verified, beside what the settings want. For people who look for the reason
 * of "535 Authentication unsuccessful"; nothing is decided by it.
 * Sources: Microsoft's "Authenticate an IMAP, POP or SMTP connection using OAuth" (audience, scp,
 * roles), RFC 7519 4.1, RFC 9068 2.2.
 */
#ifndef TOCSIN_CORE_TOKEN_LOOK_H
#define TOCSIN_CORE_TOKEN_LOOK_H

#include "base/arena.h"

/* Texts are "" when the token does not say. */
struct token_claims {
	bool readable; /* it is a JWT; else it tells nothing but to those who gave it out */
	const char *audience;
	const char *scopes; /* separated by blanks */
	const char *roles; /* what an application may do by itself, separated by blanks */
	const char *account;
	int64_t ends; /* seconds since 1970, 0 not said */
};

struct token_wants {
	bool exchange; /* the relay is Exchange Online */
	bool alone; /* the application has it for itself, not for somebody who signed in */
	const char *email; /* the mailbox that sends */
	int64_t now;
};

/* NULL, or the first thing that does not fit, in sentences with the cure. */
const char *token_look(const struct token_claims *claims, const struct token_wants *wants,
	struct arena *a);

#endif
