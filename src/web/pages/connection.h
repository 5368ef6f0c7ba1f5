/*
 * connection.h - the sign-in to the relay by OAuth2 as a box on a page: connected as, since, until
 * when, what is wrong with it; and a failed answer of a provider in plain words.
 */
#ifndef TOCSIN_WEB_PAGES_CONNECTION_H
#define TOCSIN_WEB_PAGES_CONNECTION_H

#include "web/frame.h"
#include "wire/oauth_status.h"

struct connection_view {
	const char *note; /* what was just done, a sentence, or "" */
	const char *csrf;
	const char *kind; /* class of the banner: "good", "bad", "wait", "note" */
	struct shape_view shape;
	const char *headline;
	const char *email, *account, *by; /* account, by: or "" */
	bool other_account; /* the token is of another account than the mailbox that is to send */
	bool connected; /* there is something to renew and to disconnect */
	bool under_way; /* somebody is at the provider's page, or later */
	bool signed_in_before; /* then the button says "Sign in again" */
	bool sign_in_needed;
	bool has_refresh;
	uint64_t signed_in, access_ends, refresh_ends, renewed, next_renewal, secret_expires;
	uint64_t certificate_ends;
	const char *thumbprint;
	bool alone; /* nobody has to sign in */
	bool certificate_over;
	uint64_t refresh_age; /* seconds, 0 not known */
	bool access_over, secret_over;
	const char *scopes;
	uint64_t error_at;
	const struct trouble_view *trouble; /* or NULL */
	const char *advice; /* what a person has to do, or "" */
};

struct question *connection_ask(struct visit *v);

/* False when it did not come or is not well-formed. */
bool connection_status(struct visit *v, const struct question *q, struct oauth_status *ret_status)
	MUST_CHECK;

/* The box; NULL when OAuth2 is not chosen, or how it stands is not known. q may be NULL. */
const struct connection_view *connection_read(struct visit *v, const struct question *q);

/* The same of a status that was read. */
const struct connection_view *connection_make(struct visit *v, const struct oauth_status *s);

/* Why there is no token; NULL when nothing was wrong, or without memory. */
const struct trouble_view *connection_trouble(struct visit *v, const struct grant_error *e,
	bool signing_in);

#endif
