/*
 * doctor_token.c - `tocsin doctor` walks the sign-in by OAuth2: is the token endpoint there, is
 * somebody signed in, how old is what, what does the access token say of itself, and how do
 * renewals go. None is made for this: a renewal uses up the refresh token at most providers, and
 * the keeper makes one in time; only what it is trying anyway is tried now.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/time_format.h"
#include "sys/clock.h"
#include "tools/doctor.h"
#include "wire/oauth_status.h"

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 24 * 3600,
	LOOK_WAIT_MS = 40 * 1000, /* a provider may take 30 s */
	TRY_MS = 500,
	TRY_TIMES = 20,
};

static const char *const sign_in_again[] = {
	"Sign in again: Management > Email Configuration, or \"tocsin oauth verify\".", NULL,
};
static const char *const as_said[] = {
	"Do what is said above; \"tocsin oauth status\" has the provider's own words.", NULL,
};

/* "3 days", "5 hours", "12 min" */
static const char *span(struct doctor *d, int64_t seconds)
{
	struct arena *a = d->x->arena;

	if (seconds < 2 * HOUR)
		return arena_printf(a, "%jd min", (intmax_t)(seconds > 0 ? seconds / MINUTE : 0));
	if (seconds < 2 * DAY)
		return arena_printf(a, "%jd hours", (intmax_t)(seconds / HOUR));
	return arena_printf(a, "%jd days", (intmax_t)(seconds / DAY));
}

static bool ask_status(struct doctor *d, struct oauth_status *ret_status)
{
	struct unpack u;

	if (command_ask(d->x, WORD_OAUTH_STATUS, NULL, WORD_OAUTH_STATUS_IS,
		COMMAND_WAIT_MS) != EX_OK)
		return false;
	unpack_init(&u, d->x->client->body);
	oauth_status_unpack(&u, d->x->arena, ret_status);
	return unpack_end(&u);
}

/* ---- the endpoint ---- */

struct looked {
	const char *problem;
	uint64_t took_ms;
	bool has_token;
	struct token_claims claims;
	const char *wrong;
};

static bool ask_look(struct doctor *d, struct looked *l)
{
	struct unpack u;

	if (command_ask(d->x, WORD_OAUTH_LOOK, NULL, WORD_OAUTH_LOOKED, LOOK_WAIT_MS) != EX_OK)
		return false;
	unpack_init(&u, d->x->client->body);
	l->problem = unpack_text(&u, GRANT_TEXT_MAX, d->x->arena);
	l->took_ms = unpack_number(&u);
	l->has_token = unpack_bool(&u);
	token_claims_unpack(&u, d->x->arena, &l->claims);
	l->wrong = unpack_text(&u, GRANT_TEXT_MAX, d->x->arena);
	return unpack_end(&u);
}

/* A token that is there is good without its endpoint, for a while. */
static void tell_endpoint(struct doctor *d, const struct looked *l, bool usable)
{
	static const char *const cure[] = {
		"Check SMTP OAuth Token Endpoint, and the DNS server and firewall of this machine.",
		"Behind a proxy set Proxy for OAuth; with a private authority set its certificate.", NULL,
	};

	if (l->problem[0] == '\0')
		doctor_tell(d, GOOD, "Token endpoint", arena_printf(d->x->arena, "%ju ms",
			(uintmax_t)l->took_ms), "found, its certificate is good, and it answers", "");
	else if (usable)
		doctor_tell(d, NOTE, "Token endpoint", "", "", l->problem);
	else
		doctor_bad(d, "Token endpoint", l->problem, cure);
}

/* ---- the sign-in ---- */

static bool tell_sign_in(struct doctor *d, const struct oauth_status *s)
{
	const char *state = token_state_name(s->state);

	if (s->state == TOKEN_NONE) {
		doctor_bad(d, "OAuth2 sign-in", "nobody has signed in yet", sign_in_again);
		return false;
	}
	if (s->state == TOKEN_SIGN_IN_NEEDED || s->state == TOKEN_REFUSED) {
		doctor_bad(d, "OAuth2 sign-in", arena_printf(d->x->arena, "%s%s%s", state,
			s->advice[0] != '\0' ? ": " : "", s->advice),
			s->state == TOKEN_REFUSED ? as_said : sign_in_again);
		return s->usable;
	}
	doctor_tell(d, s->advice[0] != '\0' ? NOTE : GOOD, "OAuth2 sign-in", "",
		arena_printf(d->x->arena, "%s, signed in %s ago%s", state,
			span(d, clock_wall() - (int64_t)s->signed_in),
			s->account[0] == '\0' && s->advice[0] != '\0' ? ":" : ""),
		s->account[0] != '\0' ? arena_printf(d->x->arena, "as %s%s%s", s->account,
			s->advice[0] != '\0' ? ": " : "", s->advice) : s->advice);
	return true;
}

static void tell_refresh(struct doctor *d, const struct oauth_status *s)
{
	int64_t now = clock_wall();

	if (!s->has_refresh)
		return;
	doctor_tell(d, GOOD, "Refresh token", "", arena_printf(d->x->arena, "%s old%s",
		span(d, now - (int64_t)s->refresh_since), s->refresh_ends == 0 ? ", no end known" :
		arena_printf(d->x->arena, ", good for %s without use",
			span(d, (int64_t)s->refresh_ends - now))), "");
}

static const char *list(struct doctor *d, const char *before, const char *label, const char *words)
{
	return words[0] == '\0' ? before :
		arena_printf(d->x->arena, "%s; %s %s", before, label, words);
}

/* What it says, and the first thing in it that does not fit. */
static void tell_token(struct doctor *d, const struct oauth_status *s, const struct looked *l)
{
	int64_t left = (int64_t)s->access_ends - clock_wall();
	const char *own = !s->usable ? "over" :
		arena_printf(d->x->arena, "good for %s", span(d, left));
	const char *said = "";

	if (!l->has_token)
		return;
	said = list(d, said, "for", l->claims.audience);
	said = list(d, said, "scope", l->claims.scopes);
	said = list(d, said, "roles", l->claims.roles);
	said = list(d, said, "of", l->claims.account);
	if (!l->claims.readable)
		own = arena_printf(d->x->arena, "%s; what it says only the provider can read", own);
	doctor_tell(d, s->usable && l->wrong[0] == '\0' ? GOOD : NOTE, "Access token", "", own, said);
	if (l->wrong[0] != '\0')
		doctor_bad(d, "What the token says", l->wrong, as_said);
}

/* ---- renewals ---- */

/* The keeper's own try is put forward, and its end is waited for. */
static bool is_renewed(struct doctor *d, struct oauth_status *s)
{
	uint64_t before = s->error_at;

	if (command_ask(d->x, WORD_OAUTH_TRY, NULL, WORD_DONE, COMMAND_WAIT_MS) != EX_OK)
		return false;
	for (int i = 0; i < TRY_TIMES; i++) {
		client_pause(d->x->client, TRY_MS);
		if (!ask_status(d, s) || s->state != TOKEN_FAILING)
			break;
		if (s->error_at > before)
			break;
	}
	return s->state == TOKEN_GOOD;
}

static void tell_renewal(struct doctor *d, struct oauth_status *s)
{
	const char *text;

	if (s->state == TOKEN_GOOD) {
		doctor_tell(d, LEFT_OUT, "Renewal", "", arena_printf(d->x->arena, "the last was good, %s "
			"ago; the next comes by itself, and each uses up a refresh token",
			span(d, clock_wall() - (int64_t)s->renewed)), "");
	} else if (s->state != TOKEN_FAILING) {
		doctor_tell(d, LEFT_OUT, "Renewal", "", "the provider refused it, and more tries do no good",
			"");
	} else if (is_renewed(d, s)) {
		doctor_tell(d, GOOD, "Renewal", "", "had failed, was tried just now, and is good again", "");
	} else {
		text = s->error.error[0] != '\0' ? s->error.error : s->error.problem;
		if (s->usable)
			doctor_tell(d, NOTE, "Renewal", "", "fails, and is tried again:", text);
		else
			doctor_bad(d, "Renewal", text, as_said);
	}
}

/* ---- the whole ---- */

bool doctor_look_at_token(struct doctor *d)
{
	static const char *const again[] = { "Run tocsin doctor again in a moment.", NULL };
	struct oauth_status s;
	struct looked l;
	bool goes_on;

	if (!ask_status(d, &s) || (s.chosen && !ask_look(d, &l))) {
		doctor_bad(d, "OAuth2 sign-in", "the daemon did not answer about it", again);
		return false;
	}
	if (!s.chosen)
		return true;
	tell_endpoint(d, &l, s.usable);
	goes_on = tell_sign_in(d, &s);
	tell_refresh(d, &s);
	tell_token(d, &s, &l);
	if (s.state != TOKEN_NONE)
		tell_renewal(d, &s);
	return goes_on && s.usable;
}
