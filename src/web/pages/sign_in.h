/*
 * sign_in.h - the way of a browser to the provider's sign-in page and back, as templates/lead.html
 * and templates/sign_in.html print it.
 */
#ifndef TOCSIN_WEB_PAGES_SIGN_IN_H
#define TOCSIN_WEB_PAGES_SIGN_IN_H

#include "web/form_view.h"
#include "web/frame.h"
#include "web/pages/connection.h"

/* A test mail that was asked for runs when the sign-in is done. */
void sign_in_remember_test(struct visit *v);

/* A field for the address that the browser ended at. */
struct paste_view {
	const char *csrf;
	struct field_view address;
};

/* The page that leads on to the provider. */
struct lead_view {
	const char *url; /* of the provider's page */
	const char *host;
	const char *email;
	const char *redirect_uri;
	bool loopback; /* it leads to the browser's own machine: the address is to be pasted */
	bool again; /* it has led on by itself before, and does not a second time */
	struct paste_view paste;
};

struct sign_in_view {
	const char *csrf;
	bool over; /* the page that led to the provider was opened again */
	const char *refused; /* why what came back was not taken, a sentence, or NULL */
	struct problems_view problems;
	enum oauth_attempt attempt;
	bool live; /* it changes by itself: the page is loaded again */
	const char *email;
	const char *user_code, *verification_uri, *verification_uri_complete; /* of a device */
	uint64_t ends;
	const char *run_url; /* of the test at the relay, or NULL */
	bool test_waits; /* a test mail follows */
	const struct trouble_view *trouble; /* or NULL */
	const char *text; /* what the keeper says of the attempt, or "" */
	const struct connection_view *connection; /* or NULL */
	struct paste_view paste;
};

struct disconnect_view {
	const char *csrf;
	const struct connection_view *connection; /* or NULL: nothing is connected */
	bool revokes; /* the provider offers it */
};

#endif
