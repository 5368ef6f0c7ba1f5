/* keeper_oauth.c - sample sign-ins by OAuth2; see keeper.h. */
#include <sysexits.h>

#include "unit/unit.h"

#include "web/keeper.h"
#include "wire/oauth_status.h"

enum {
	SIGNED_IN_AT = 1772546520, /* 3 March 2026, 14:02 UTC */
	DAY = 24 * 3600,
};

static const struct grant_error no_error = {
	.error = "", .suberror = "", .description = "", .problem = "",
};

static struct grant_error denied(const struct browser *b)
{
	return (struct grant_error){
		.error = "invalid_grant", .suberror = "", .codes = { 7000215 }, .n_codes = 1,
		.description = told(b, "AADSTS7000215: Invalid client secret provided."), .problem = "",
	};
}

static void sample_oauth(const struct browser *b, struct oauth_status *ret_status)
{
	static const enum oauth_attempt attempts[] = {
		[OAUTH_SAMPLE_BEGUN] = OAUTH_ATTEMPT_BEGUN,
		[OAUTH_SAMPLE_EXCHANGING] = OAUTH_ATTEMPT_EXCHANGING,
		[OAUTH_SAMPLE_DEVICE] = OAUTH_ATTEMPT_DEVICE,
		[OAUTH_SAMPLE_CHECKING] = OAUTH_ATTEMPT_CHECKING,
		[OAUTH_SAMPLE_FAILED] = OAUTH_ATTEMPT_FAILED,
		[OAUTH_SAMPLE_DONE] = OAUTH_ATTEMPT_DONE,
	};
	bool connected = b->oauth == OAUTH_SAMPLE_GOOD || b->oauth == OAUTH_SAMPLE_NEEDED ||
		b->oauth == OAUTH_SAMPLE_DONE;
	bool device = b->oauth == OAUTH_SAMPLE_DEVICE;

	*ret_status = (struct oauth_status){
		.chosen = b->oauth != OAUTH_SAMPLE_OFF,
		.state = b->oauth == OAUTH_SAMPLE_NEEDED ? TOKEN_SIGN_IN_NEEDED :
			connected ? TOKEN_GOOD : TOKEN_NONE,
		.usable = connected && b->oauth != OAUTH_SAMPLE_NEEDED,
		.email = told(b, "alerts@example.com"),
		.account = connected ? told(b, "alerts@example.com") : "",
		.by = connected ? told(b, "anna") : "",
		.signed_in = connected ? SIGNED_IN_AT : 0,
		.access_ends = connected ? SIGNED_IN_AT + 3600 : 0,
		.has_refresh = connected,
		.refresh_since = connected ? SIGNED_IN_AT : 0,
		.refresh_ends = connected ? SIGNED_IN_AT + 90 * DAY : 0,
		.renewed = connected ? SIGNED_IN_AT : 0,
		.next_renewal = connected ? SIGNED_IN_AT + 2880 : 0,
		.secret_expires = SIGNED_IN_AT + 300 * DAY,
		.alone = b->oauth_flow != NULL && (strcmp(b->oauth_flow, "client") == 0 ||
			strcmp(b->oauth_flow, "service") == 0),
		.thumbprint = "",
		.scopes = connected ? told(b, "https://outlook.office.com/SMTP.Send") : "",
		.revocation = connected ? "https://login.example.com/revoke" : "",
		.error_at = b->oauth == OAUTH_SAMPLE_NEEDED ? SIGNED_IN_AT + 7200 : 0,
		.error = b->oauth == OAUTH_SAMPLE_NEEDED ? denied(b) : no_error,
		.advice = b->oauth == OAUTH_SAMPLE_NEEDED ? told(b, "Press \"Sign in again\".") : "",
		.attempt = (size_t)b->oauth < COUNT_OF(attempts) ? attempts[b->oauth] :
			OAUTH_ATTEMPT_NONE,
		.attempt_at = SIGNED_IN_AT,
		.attempt_run = b->oauth == OAUTH_SAMPLE_CHECKING ||
			b->oauth == OAUTH_SAMPLE_DONE ? 2 : 0,
		.user_code = device ? told(b, "WDJB-MJHT") : "",
		.verification_uri = device ? told(b, "https://login.example.com/device") : "",
		.verification_uri_complete = device ? told(b, "https://login.example.com/device?c=WDJB") : "",
		.attempt_ends = SIGNED_IN_AT + 600,
		.attempt_error = b->oauth == OAUTH_SAMPLE_FAILED ? denied(b) : no_error,
		.attempt_text = b->oauth == OAUTH_SAMPLE_FAILED ? told(b, "No token was given.") : "",
	};
}

void keeper_tells_oauth(struct browser *b, const struct channel_message *m)
{
	struct oauth_status s;
	struct buffer body;

	sample_oauth(b, &s);
	buffer_init(&body, WIRE_BODY_MAX);
	oauth_status_pack(&body, &s);
	keeper_answers(b, m, WORD_OAUTH_STATUS_IS, &body);
}

static void tell_begun(struct browser *b, const struct channel_message *m)
{
	bool loopback = b->begun_loopback;
	const struct oauth_begun begun = {
		.endpoint = told(b, "https://login.example.com/authorize"),
		.client_id = told(b, "client-1"),
		.redirect_uri = told(b, loopback ? "http://127.0.0.1:8400/" :
			TEST_ORIGIN "/login/smtp-verification"),
		.scopes = told(b, "mail offline_access"),
		.state = "the-state",
		.challenge = "the-challenge",
		.login_hint = told(b, "alerts@example.com"),
		.loopback = loopback, .led = b->led > 1,
	};
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	oauth_begun_pack(&body, &begun);
	keeper_answers(b, m, WORD_OAUTH_BEGUN, &body);
}

void keeper_begins_oauth(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	b->begun_loopback = unpack_bool(u);
	b->led = 1;
	assert_true(unpack_end(u));
	tell_begun(b, m);
}

/* Once by itself, then by the link; without a sign-in that waits not at all. */
void keeper_leads_oauth(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	assert_true(unpack_end(u));
	if (b->led == 0) {
		keeper_refuses(b, m, EX_NOINPUT, "No sign-in that you began is waiting.");
		return;
	}
	tell_begun(b, m);
	b->led++;
}

void keeper_finishes_oauth(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	static const struct {
		const char *state, *field;
	} refused[] = {
		{ "old", "state" }, { "other", "asker" }, { "issuer", "iss" }, { "changed", "settings" },
		{ "why", "" },
	};
	const char *state = unpack_text(u, 1000, b->arena);
	struct buffer body;

	for (size_t i = 0; i < COUNT_OF(refused); i++)
		if (strcmp(state, refused[i].state) == 0) {
			channel_refuse(b->keeper, m->id, EX_NOPERM, refused[i].field,
				told(b, "This sign-in is over."));
			return;
		}
	buffer_init(&body, 100);
	pack_number(&body, 1);
	keeper_answers(b, m, WORD_DONE, &body);
}

void keeper_discovers(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *issuer = unpack_text(u, 1000, b->arena);
	bool has_way = unpack_number(u) == 1;
	const char *authority = unpack_text(u, WIRE_BODY_MAX, b->arena);
	const char *proxy = unpack_text(u, WIRE_BODY_MAX, b->arena);
	const struct grant_metadata found = {
		.issuer = told(b, issuer),
		.auth_endpoint = told(b, "https://login.example.com/found/authorize"),
		.token_endpoint = told(b, proxy[0] != '\0' ? "https://login.example.com/proxied/token" :
			"https://login.example.com/found/token"),
		.revocation_endpoint = "", .device_endpoint = "",
	};
	struct buffer body;

	assert_true(has_way);
	assert_string_equal(authority, "");
	if (strcmp(issuer, "https://nowhere.example") == 0) {
		keeper_refuses(b, m, EX_UNAVAILABLE, told(b, "Nothing is published there."));
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	grant_metadata_pack(&body, &found);
	keeper_answers(b, m, WORD_OAUTH_DISCOVERED, &body);
}
