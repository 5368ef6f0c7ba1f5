/*
 * oauth_status.h - the sign-in to the relay by OAuth2 as people see it: what is connected, until
 * when, and the attempt to connect that is under way. Holds no secret. Times are seconds since
 * 1970, 0 not known or none.
 *   OAUTH_BEGUN  = the fields of struct oauth_begun in their order
 *   OAUTH_STATUS = the fields of struct oauth_status in their order
 */
#ifndef TOCSIN_WIRE_OAUTH_STATUS_H
#define TOCSIN_WIRE_OAUTH_STATUS_H

#include "core/token_life.h"
#include "wire/grant.h"

/* What the address of the provider's sign-in page is made of (oauth2/authorization.h). */
struct oauth_begun {
	const char *endpoint;
	const char *client_id;
	const char *redirect_uri;
	const char *scopes;
	const char *state; /* random; good once, for 10 minutes, for whoever began */
	const char *challenge;
	const char *login_hint;
	bool consent; /* the last answer had no refresh token: ask again */
	bool loopback; /* the redirect URI is the loopback's */
	bool led; /* it was told before: nobody is led on a second time without asking for it */
};

enum oauth_attempt {
	OAUTH_ATTEMPT_NONE,
	OAUTH_ATTEMPT_BEGUN, /* somebody is at the provider's page */
	OAUTH_ATTEMPT_EXCHANGING, /* the provider is asked for a token, or for a code */
	OAUTH_ATTEMPT_DEVICE, /* a code is shown and waits for somebody */
	OAUTH_ATTEMPT_CHECKING, /* the relay is asked: attempt_run is a test's run */
	OAUTH_ATTEMPT_FAILED, /* attempt_error, attempt_text */
	OAUTH_ATTEMPT_DONE, /* the relay took the token */
	OAUTH_ATTEMPT_COUNT,
};

enum {
	OAUTH_REVOKE_WAIT_MS = 40 * 1000, /* a provider may take 30 s */
};

/* Said after a disconnect whose WORD_DONE counts 0. */
#define OAUTH_UNREVOKED "The tokens are forgotten here, but the provider did not confirm that they " \
	"are revoked: they may be good there until they end. Take this app's access back on the " \
	"provider's account page."

struct oauth_status {
	bool chosen; /* email.auth is oauth2 */
	enum token_state state;
	uint64_t since; /* when that state began */
	bool usable; /* there is an access token that can be shown to the relay */
	bool relay_refuses; /* it, when it was shown last, also after a renewal for that reason */
	const char *email; /* the mailbox that is to sign in: email.oauth_email */
	const char *account; /* connected as: what the token says, not verified; or "" */
	const char *by; /* who signed in */
	uint64_t signed_in; /* when */
	uint64_t access_ends;
	bool has_refresh; /* without one the sign-in ends with its access token */
	uint64_t refresh_since; /* how old the refresh token is */
	uint64_t refresh_ends; /* its known or usual end when it is not used */
	uint64_t renewed; /* the last renewal */
	uint64_t next_renewal;
	uint64_t secret_expires;
	bool alone; /* the flow is one in which nobody signs in */
	uint64_t certificate_ends;
	const char *thumbprint; /* of that certificate (SHA-1, as providers show it), or "" */
	const char *scopes; /* that were granted */
	const char *revocation; /* its endpoint, or "" */
	uint64_t error_at; /* of the last answer that was none */
	struct grant_error error;
	const char *advice; /* what a person has to do, sentences, or "" */

	enum oauth_attempt attempt;
	uint64_t attempt_at; /* when it began */
	uint64_t attempt_run; /* OAUTH_ATTEMPT_CHECKING and later: the test's run, 0 none */
	const char *user_code, *verification_uri, *verification_uri_complete; /* of a device */
	uint64_t attempt_ends; /* until when a code or a sign-in is waited for */
	struct grant_error attempt_error;
	const char *attempt_text; /* sentences for a person, or "" */
};

const char *oauth_attempt_name(enum oauth_attempt attempt); /* "none", "checking", ... */

void oauth_begun_pack(struct buffer *b, const struct oauth_begun *o);
void oauth_begun_unpack(struct unpack *u, struct arena *a, struct oauth_begun *ret_begun);

void oauth_status_pack(struct buffer *b, const struct oauth_status *s);
void oauth_status_unpack(struct unpack *u, struct arena *a, struct oauth_status *ret_status);

#endif
