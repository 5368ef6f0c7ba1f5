/* oauth_status.c - the sign-in to the relay on the wire; see oauth_status.h. */
#include "wire/oauth_status.h"

enum {
	STATE_COUNT = TOKEN_SIGN_IN_NEEDED + 1,
};

static const char *const attempt_names[] = {
	[OAUTH_ATTEMPT_NONE] = "none",
	[OAUTH_ATTEMPT_BEGUN] = "begun",
	[OAUTH_ATTEMPT_EXCHANGING] = "exchanging",
	[OAUTH_ATTEMPT_DEVICE] = "device",
	[OAUTH_ATTEMPT_CHECKING] = "checking",
	[OAUTH_ATTEMPT_FAILED] = "failed",
	[OAUTH_ATTEMPT_DONE] = "done",
};

const char *oauth_attempt_name(enum oauth_attempt attempt)
{
	return attempt_names[attempt];
}

void oauth_begun_pack(struct buffer *b, const struct oauth_begun *o)
{
	pack_text(b, o->endpoint);
	pack_text(b, o->client_id);
	pack_text(b, o->redirect_uri);
	pack_text(b, o->scopes);
	pack_text(b, o->state);
	pack_text(b, o->challenge);
	pack_text(b, o->login_hint);
	pack_bool(b, o->consent);
	pack_bool(b, o->loopback);
	pack_bool(b, o->led);
}

void oauth_begun_unpack(struct unpack *u, struct arena *a, struct oauth_begun *ret_begun)
{
	struct oauth_begun *o = ret_begun;

	o->endpoint = unpack_text(u, GRANT_URL_MAX, a);
	o->client_id = unpack_text(u, GRANT_TEXT_MAX, a);
	o->redirect_uri = unpack_text(u, GRANT_URL_MAX, a);
	o->scopes = unpack_text(u, GRANT_TEXT_MAX, a);
	o->state = unpack_text(u, GRANT_TEXT_MAX, a);
	o->challenge = unpack_text(u, GRANT_TEXT_MAX, a);
	o->login_hint = unpack_text(u, GRANT_TEXT_MAX, a);
	o->consent = unpack_bool(u);
	o->loopback = unpack_bool(u);
	o->led = unpack_bool(u);
}

void oauth_status_pack(struct buffer *b, const struct oauth_status *s)
{
	pack_bool(b, s->chosen);
	pack_number(b, s->state);
	pack_number(b, s->since);
	pack_bool(b, s->usable);
	pack_bool(b, s->relay_refuses);
	pack_text(b, s->email);
	pack_text(b, s->account);
	pack_text(b, s->by);
	pack_number(b, s->signed_in);
	pack_number(b, s->access_ends);
	pack_bool(b, s->has_refresh);
	pack_number(b, s->refresh_since);
	pack_number(b, s->refresh_ends);
	pack_number(b, s->renewed);
	pack_number(b, s->next_renewal);
	pack_number(b, s->secret_expires);
	pack_bool(b, s->alone);
	pack_number(b, s->certificate_ends);
	pack_text(b, s->thumbprint);
	pack_text(b, s->scopes);
	pack_text(b, s->revocation);
	pack_number(b, s->error_at);
	grant_error_pack(b, &s->error);
	pack_text(b, s->advice);
	pack_number(b, s->attempt);
	pack_number(b, s->attempt_at);
	pack_number(b, s->attempt_run);
	pack_text(b, s->user_code);
	pack_text(b, s->verification_uri);
	pack_text(b, s->verification_uri_complete);
	pack_number(b, s->attempt_ends);
	grant_error_pack(b, &s->attempt_error);
	pack_text(b, s->attempt_text);
}

void oauth_status_unpack(struct unpack *u, struct arena *a, struct oauth_status *ret_status)
{
	struct oauth_status *s = ret_status;

	s->chosen = unpack_bool(u);
	s->state = (enum token_state)unpack_below(u, STATE_COUNT);
	s->since = unpack_number(u);
	s->usable = unpack_bool(u);
	s->relay_refuses = unpack_bool(u);
	s->email = unpack_text(u, GRANT_TEXT_MAX, a);
	s->account = unpack_text(u, GRANT_TEXT_MAX, a);
	s->by = unpack_text(u, GRANT_TEXT_MAX, a);
	s->signed_in = unpack_number(u);
	s->access_ends = unpack_number(u);
	s->has_refresh = unpack_bool(u);
	s->refresh_since = unpack_number(u);
	s->refresh_ends = unpack_number(u);
	s->renewed = unpack_number(u);
	s->next_renewal = unpack_number(u);
	s->secret_expires = unpack_number(u);
	s->alone = unpack_bool(u);
	s->certificate_ends = unpack_number(u);
	s->thumbprint = unpack_text(u, GRANT_TEXT_MAX, a);
	s->scopes = unpack_text(u, GRANT_TOKEN_MAX, a);
	s->revocation = unpack_text(u, GRANT_URL_MAX, a);
	s->error_at = unpack_number(u);
	grant_error_unpack(u, a, &s->error);
	s->advice = unpack_text(u, GRANT_TEXT_MAX, a);
	s->attempt = (enum oauth_attempt)unpack_below(u, OAUTH_ATTEMPT_COUNT);
	s->attempt_at = unpack_number(u);
	s->attempt_run = unpack_number(u);
	s->user_code = unpack_text(u, GRANT_TEXT_MAX, a);
	s->verification_uri = unpack_text(u, GRANT_URL_MAX, a);
	s->verification_uri_complete = unpack_text(u, GRANT_URL_MAX, a);
	s->attempt_ends = unpack_number(u);
	grant_error_unpack(u, a, &s->attempt_error);
	s->attempt_text = unpack_text(u, GRANT_TEXT_MAX, a);
}
