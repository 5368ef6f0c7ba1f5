/*
 * ending.h - what ends on a known day unless a person does something: the client's secret or
 * certificate, the sign-in by OAuth2. It is told 30, 14, 7, 3 and 1 days before, each step once;
 * when several steps were passed at once (the node was off, or mail could not leave), only the
 * nearest. A machine without state: what was told is the caller's to keep. Times are seconds since
 * 1970 by a clock that may step.
 *
 * Sources: Microsoft's refresh tokens end 90 days after their last use, Google's after six months
 * without use, and seven days after the sign-in while the consent screen's publishing status is
 * Testing. Google says the last by refresh_token_expires_in, Keycloak any by refresh_expires_in.
 */
#ifndef TOCSIN_CORE_ENDING_H
#define TOCSIN_CORE_ENDING_H

#include "base/arena.h"

enum ending_kind {
	ENDING_SECRET, /* of the client, by the date that a person entered */
	ENDING_CERTIFICATE, /* of the client */
	ENDING_SIGN_IN, /* the refresh token */
	ENDING_TESTING, /* the same, because Google's consent screen is in testing */
	ENDING_ACCESS, /* the access token, after which none comes */
	ENDING_KIND_COUNT,
};

enum {
	ENDING_SOON_DAYS = 30, /* the first step */
	ENDING_CURE_MAX = 4,
};

struct ending {
	enum ending_kind kind;
	int64_t until;
};

/* What was told of a kind last. */
struct ending_mark {
	int64_t until; /* the end that was told */
	int step; /* days, 0 nothing was told */
	int64_t at; /* when */
};

/* The step that has been reached: 30, 14, 7, 3 or 1 days, 0 before all of them. */
int ending_step(int64_t until, int64_t now);

/* Whether it is to be told now. Another end begins anew; a mark from far ahead is void. */
bool ending_is_due(const struct ending *e, const struct ending_mark *told, int64_t now);

/* ---- the sign-in ---- */

enum ending_provider {
	ENDING_PROVIDER_OTHER,
	ENDING_PROVIDER_MICROSOFT,
	ENDING_PROVIDER_GOOGLE,
};

/* How an end that the provider named behaves when the refresh token is used. */
enum ending_habit {
	ENDING_UNSEEN, /* it was not used yet */
	ENDING_MOVES,
	ENDING_STAYS,
};

struct sign_in_facts {
	enum ending_provider provider;
	int64_t signed_in;
	int64_t used; /* when the refresh token was last used */
	int64_t named; /* its end as the provider named it, 0 not named */
	enum ending_habit habit;
	bool died_young; /* the sign-in before ended by itself when it was seven days old */
	bool renews; /* renewals work */
	int64_t next_use; /* when it is used next, 0 not known */
};

/* When the refresh token ends unless it is used, as far as anybody knows; 0 not known. */
int64_t ending_unused(const struct sign_in_facts *f);

/* Whether the sign-in is going to end; false when its use keeps it alive, or nobody knows. */
bool ending_of_sign_in(const struct sign_in_facts *f, int64_t now, struct ending *ret_ending);

/* A sign-in that ended so long after it began as Google's do in testing. */
bool ending_is_young(int64_t signed_in, int64_t died);

/* What a new sign-in is to know of this one (died_young); died: when it was found dead, 0 alive. */
bool ending_warns_next(const struct sign_in_facts *f, int64_t died, int64_t now);

/* ---- words ---- */

struct ending_words {
	const char *name; /* "client_secret", for programs */
	const char *label; /* "OAuth2 client secret" */
	const char *meaning; /* what happens then */
	const char *cure[ENDING_CURE_MAX]; /* NULL behind the last */
};

const struct ending_words *ending_words(enum ending_kind kind);

/* What it means and what to do, in one row of sentences. */
const char *ending_cure(enum ending_kind kind, struct arena *a);

/* "OAuth2 client secret ends in 14 days", "... ends within a day", "... has ended". */
const char *ending_sentence(const struct ending *e, int64_t now, struct arena *a);

#endif
