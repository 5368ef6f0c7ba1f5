/*
 * token_life.h - the life of an OAuth2 sign-in: when its access token is renewed, what a failure
 * to renew means, and when a person is needed. A machine without I/O: answers of the token endpoint
 * and refusals of the relay go in, "renew now", "sign-in needed" and "works again" come out. Times
 * are milliseconds of a clock that never jumps and counts suspend; how old things are after a
 * restart is the caller's to work out from the wall clock.
 *
 * One renewal is under way at a time, whoever wants it. It is due 10 minutes or a fifth of the
 * token's life before its end, whichever is earlier, but not before half of its life is over, nor
 * within seconds of the one before, and at least once a week, since a refresh token that is not
 * used dies at most providers.
 *
 * Only invalid_grant, and only when it came again over minutes (some providers say it for a passing
 * fault), leads to "sign-in needed". A client that is refused needs a person too, but may be mended
 * in the provider's console alone, so it is tried again each hour; invalid_grants from before it do
 * not count with those behind it. All else passes, and says nothing of the sign-in: it is tried
 * again for ever. Nothing here ever deletes a token; a person does.
 *
 * Sources: RFC 6749 5.1, 5.2, 6; RFC 9700 4.14.
 */
#ifndef TOCSIN_CORE_TOKEN_LIFE_H
#define TOCSIN_CORE_TOKEN_LIFE_H

#include "base/base.h"

enum {
	TOKEN_MARGIN_MS = 10 * 60 * 1000, /* HVE at Microsoft refuses tokens with less left */
	TOKEN_UNUSED_MS = 7 * 24 * 3600 * 1000,
	TOKEN_RENEW_MIN_MS = 10 * 1000, /* however short its life: no hammering */
	TOKEN_PRESSED_MIN_MS = 2 * 1000, /* nor by a person who presses a button often */
	TOKEN_LIFE_DEFAULT_S = 3600, /* when the answer does not say (RFC 6749 5.1: RECOMMENDED) */
	TOKEN_LIFE_MAX_S = 7 * 24 * 3600, /* one that says more is renewed weekly all the same */
	TOKEN_DENIALS_MAX = 4, /* invalid_grant so often in a row is believed */
	TOKEN_WAIT_MAX_MS = 3600 * 1000, /* of a Retry-After */
};

enum token_state {
	TOKEN_NONE, /* nobody has signed in, or a person disconnected */
	TOKEN_GOOD, /* the last renewal was good */
	TOKEN_FAILING, /* renewing fails for now; the token may still be good */
	TOKEN_REFUSED, /* the client is refused: id, secret, or what it may do */
	TOKEN_SIGN_IN_NEEDED, /* the refresh token is dead */
};

/* What the token endpoint said, or that it said nothing. */
enum token_answer {
	TOKEN_ANSWER_GRANTED,
	TOKEN_ANSWER_DENIED, /* invalid_grant */
	TOKEN_ANSWER_CLIENT, /* invalid_client, unauthorized_client, invalid_scope, ... */
	TOKEN_ANSWER_NONE, /* no connection, 5xx, 429, HTML: passes by itself */
	TOKEN_ANSWER_COUNT,
};

enum token_event {
	TOKEN_EVENT_NONE,
	TOKEN_EVENT_RENEW, /* ask the token endpoint now; its answer is fed back */
	TOKEN_EVENT_BROKE, /* a person is needed: REFUSED or SIGN_IN_NEEDED, or now for the other */
	TOKEN_EVENT_WORKS, /* it is good again after that */
};

struct token_life {
	enum token_state state;
	int64_t since; /* when the state began */
	bool can_renew; /* there is a refresh token, or a flow that needs none */
	bool renewing; /* RENEW was given out */
	bool renew, broke, works; /* events not yet given out */
	int64_t granted; /* when the access token came */
	int64_t ends; /* when it is no longer good; 0 none */
	int64_t renew_at; /* INT64_MAX: by no time */
	unsigned denials; /* in a row: only a grant or a refused client ends it */
	unsigned failures; /* in a row, of any kind */
	bool relay_refused; /* renewed because the relay refused a token; a good mail ends it */
};

void token_life_init(struct token_life *t, int64_t now);

/*
 * Somebody signed in, or what was stored is taken up after a restart: an access token that came so
 * long ago (0 just now) and lived for so many seconds; life_s 0 is "not said". An age below 0 (the
 * wall clock was set back) counts as past the end.
 */
void token_life_start(struct token_life *t, bool can_renew, int64_t age_ms, int64_t life_s,
	int64_t now);

/* A person disconnected, or the settings name another client or provider. */
void token_life_forget(struct token_life *t, int64_t now);

/* After a restart: a person was needed already, and knows. */
void token_life_restore_broken(struct token_life *t, enum token_state state, int64_t now);

/* The answer to RENEW. life_s counts when it was granted; wait_ms is a Retry-After, 0 none. */
void token_life_answered(struct token_life *t, enum token_answer answer, int64_t life_s,
	int64_t wait_ms, int64_t now);

/*
 * The relay refused the token (535). True when it is worth a renewal: the first time since mail was
 * accepted. False: the mail must be held, or it would go on for ever. Either way the token is not
 * shown again when a person is needed for the next one.
 */
bool token_life_relay_refused(struct token_life *t, int64_t now);
void token_life_relay_accepted(struct token_life *t);

/* Settings were mended, or the way is free again: what is failing is tried at once. */
void token_life_try_now(struct token_life *t, int64_t now);
/* A person says "renew now": a good token is renewed as well, but not one of this very moment. */
void token_life_renew_now(struct token_life *t, int64_t now);

/* Until when the access token can be shown to a relay, whatever else is broken; 0 not at all. */
int64_t token_life_usable_until(const struct token_life *t);
bool token_life_is_usable(const struct token_life *t, int64_t now);

enum token_event token_life_next(struct token_life *t);
int64_t token_life_deadline(const struct token_life *t); /* INT64_MAX none */
void token_life_expire(struct token_life *t, int64_t now);

const char *token_answer_name(enum token_answer answer); /* "granted", "no_answer", ... */
const char *token_state_name(enum token_state state); /* "good", "sign-in needed", ... */

#endif
