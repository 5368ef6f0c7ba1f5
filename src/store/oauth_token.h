/*
 * oauth_token.h - the sign-in to the relay by OAuth2: its tokens, sealed, and what is known of
 * them. One at the most; a new refresh token moves the one before aside, where it is kept for a
 * person and never read again by us.
 */
#ifndef TOCSIN_STORE_OAUTH_TOKEN_H
#define TOCSIN_STORE_OAUTH_TOKEN_H

#include "base/secret.h"
#include "core/ending.h"
#include "core/token_life.h"
#include "store/store.h"

enum {
	STORE_OAUTH_TOKEN_MAX = 31 * 1024, /* octets of one token */
};

struct store_oauth_token {
	unsigned char fingerprint[SHA256_SIZE]; /* of the client, provider and relay it is for */
	const char *access;
	const char *refresh; /* "" without one */
	int64_t granted; /* when the access token came */
	int64_t life; /* seconds, 0 not said */
	int64_t refresh_since; /* when the refresh token came */
	int64_t refresh_used; /* when it was last used with success */
	int64_t refresh_ends; /* as the provider named it, 0 not named */
	enum ending_habit refresh_habit; /* of that end */
	bool died_young; /* the sign-in before, see core/ending.h */
	const char *scopes;
	const char *account; /* or "" */
	const char *by; /* who signed in */
	int64_t signed_in;
	const char *issuer; /* or "" */
	const char *revocation; /* its endpoint, or "" */
	bool basic; /* the client's secret goes into the header */
	enum token_state state; /* GOOD, or a state that needs a person */
	int64_t state_at;
};

/* Texts lie in the arena, which should be one that nothing else stays in. STORE_NOT_FOUND. */
int store_oauth_token_load(struct store_db *db, struct arena *a,
	struct store_oauth_token *ret_token) MUST_CHECK;

/* In jobs. Saving another refresh token than the stored one keeps that as the previous one. */
int store_oauth_token_save(struct store_db *db, const struct store_oauth_token *token) MUST_CHECK;
int store_oauth_token_state(struct store_db *db, enum token_state state, int64_t at) MUST_CHECK;
/* What it taught about the one after it (died_young) stays, for the same fingerprint. */
int store_oauth_token_forget(struct store_db *db, bool died_young) MUST_CHECK;

/* Whether one with this fingerprint was forgotten and had taught that; a saved one ends it. */
int store_oauth_token_lesson(struct store_db *db, const unsigned char fingerprint[SHA256_SIZE],
	bool *ret_died_young) MUST_CHECK;

/*
 * A good one for the same relay and provider that came later than the other: many providers end the
 * refresh token that was used, so the other is dead, and showing it may end both.
 */
bool store_oauth_token_outlives(const struct store_oauth_token *token,
	const struct store_oauth_token *other) MUST_CHECK;

/* The one that is written so; UNSEEN for a number that is none. */
enum ending_habit store_oauth_token_habit_of(int64_t number);

/* The state that is written with that name; false: none is. */
bool store_oauth_token_state_of(struct slice name, enum token_state *ret_state) MUST_CHECK;

#endif
