/* token_life.c - when tokens are renewed, and when a person is needed; see token_life.h. */
#include "core/token_life.h"

#include "base/log.h"

enum {
	SECOND = 1000,
	END_SLACK = 30 * SECOND, /* a token on its way must not end before it arrives */
	CLIENT_AGAIN = 3600 * SECOND, /* Microsoft calls more a loop (AADSTS50196) */
};

static const int failure_waits[] = { 5, 15, 30, 60, 120, 300, 600 }; /* s, the last for all more */
static const int denial_waits[] = { 30, 120, 300 }; /* s, between TOKEN_DENIALS_MAX tries */

static const char *const state_names[] = {
	[TOKEN_NONE] = "not signed in",
	[TOKEN_GOOD] = "good",
	[TOKEN_FAILING] = "failing",
	[TOKEN_REFUSED] = "refused",
	[TOKEN_SIGN_IN_NEEDED] = "sign-in needed",
};

const char *token_state_name(enum token_state state)
{
	return state_names[state];
}

const char *token_answer_name(enum token_answer answer)
{
	static const char *const names[TOKEN_ANSWER_COUNT] = {
		[TOKEN_ANSWER_GRANTED] = "granted", [TOKEN_ANSWER_DENIED] = "denied",
		[TOKEN_ANSWER_CLIENT] = "refused", [TOKEN_ANSWER_NONE] = "no_answer",
	};

	return names[answer];
}

static bool needs_person(enum token_state state)
{
	return state == TOKEN_REFUSED || state == TOKEN_SIGN_IN_NEEDED;
}

static void set_state(struct token_life *t, enum token_state state, int64_t now)
{
	if (t->state == state)
		return;
	log_debug("token: %s -> %s", state_names[t->state], state_names[state]);
	t->state = state;
	t->since = now;
}

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void token_life_init(struct token_life *t, int64_t now)
{
	*t = (struct token_life){ .state = TOKEN_NONE, .since = now, .renew_at = INT64_MAX };
}

/* ---- when it is due ---- */

static int64_t renewal_of(const struct token_life *t)
{
	int64_t life = t->ends - t->granted, fifth = life / 5;
	int64_t margin = fifth > TOKEN_MARGIN_MS ? fifth : TOKEN_MARGIN_MS;

	if (margin > life / 2)
		margin = life / 2;
	if (life - margin < TOKEN_RENEW_MIN_MS)
		return t->granted + TOKEN_RENEW_MIN_MS;
	return at_most(t->ends - margin, t->granted + TOKEN_UNUSED_MS);
}

static void grant(struct token_life *t, int64_t granted, int64_t life_s)
{
	int64_t life = life_s > 0 ? life_s : TOKEN_LIFE_DEFAULT_S;

	t->granted = granted;
	t->ends = granted + at_most(life, TOKEN_LIFE_MAX_S) * SECOND;
	t->renew_at = t->can_renew ? renewal_of(t) : INT64_MAX;
	t->denials = t->failures = 0;
}

/* ---- starting and ending ---- */

static void becomes_good(struct token_life *t, int64_t now)
{
	if (needs_person(t->state)) {
		/* whoever was not told yet that it broke need not hear that it works again */
		t->works = !t->broke;
		t->broke = false;
	}
	set_state(t, TOKEN_GOOD, now);
}

void token_life_start(struct token_life *t, bool can_renew, int64_t age_ms, int64_t life_s,
	int64_t now)
{
	t->can_renew = can_renew;
	t->renewing = t->renew = t->relay_refused = false;
	becomes_good(t, now);
	grant(t, now, life_s);
	if (age_ms < 0 || age_ms > t->ends - t->granted)
		age_ms = t->ends - t->granted; /* it is over, as far as anybody can tell */
	grant(t, now - age_ms, life_s);
}

void token_life_forget(struct token_life *t, int64_t now)
{
	set_state(t, TOKEN_NONE, now);
	*t = (struct token_life){ .state = TOKEN_NONE, .since = t->since, .renew_at = INT64_MAX };
}

void token_life_restore_broken(struct token_life *t, enum token_state state, int64_t now)
{
	set_state(t, state, now);
	t->renew_at = state == TOKEN_REFUSED && t->can_renew ? now : INT64_MAX;
}

/* ---- answers ---- */

static void becomes_broken(struct token_life *t, enum token_state state, int64_t now)
{
	if (!needs_person(t->state)) {
		t->broke = !t->works;
		t->works = false;
	} else if (t->state != state) {
		t->broke = true; /* what is needed is something else now */
	}
	set_state(t, state, now);
}

static int64_t wait_of(const int *seconds, size_t count, unsigned step)
{
	size_t last = count - 1;

	return (int64_t)seconds[step < last ? step : last] * SECOND;
}

static void denied(struct token_life *t, int64_t now)
{
	t->denials++;
	if (t->denials >= TOKEN_DENIALS_MAX) {
		becomes_broken(t, TOKEN_SIGN_IN_NEEDED, now);
		t->renew_at = INT64_MAX;
		return;
	}
	if (t->state == TOKEN_GOOD)
		set_state(t, TOKEN_FAILING, now);
	t->renew_at = now + wait_of(denial_waits, COUNT_OF(denial_waits), t->denials - 1);
}

static void unanswered(struct token_life *t, int64_t wait_ms, int64_t now)
{
	int64_t wait = wait_of(failure_waits, COUNT_OF(failure_waits), t->failures - 1);

	if (t->state == TOKEN_GOOD)
		set_state(t, TOKEN_FAILING, now);
	if (wait_ms > wait)
		wait = at_most(wait_ms, TOKEN_WAIT_MAX_MS);
	t->renew_at = now + wait;
}

void token_life_answered(struct token_life *t, enum token_answer answer, int64_t life_s,
	int64_t wait_ms, int64_t now)
{
	if (!t->renewing)
		return; /* forgotten or signed in anew since it was asked for */
	t->renewing = false;
	t->failures++;
	switch (answer) {
	case TOKEN_ANSWER_GRANTED:
		becomes_good(t, now);
		grant(t, now, life_s);
		break;
	case TOKEN_ANSWER_DENIED:
		denied(t, now);
		break;
	case TOKEN_ANSWER_CLIENT:
		t->denials = 0; /* this one is about the client, and ends the row */
		becomes_broken(t, TOKEN_REFUSED, now);
		t->renew_at = now + CLIENT_AGAIN;
		break;
	case TOKEN_ANSWER_NONE:
		unanswered(t, wait_ms, now);
		break;
	case TOKEN_ANSWER_COUNT:
		break;
	}
}

/* ---- the relay ---- */

bool token_life_relay_refused(struct token_life *t, int64_t now)
{
	if (needs_person(t->state))
		t->ends = at_most(t->ends, now);
	if (!t->can_renew || t->relay_refused || t->state == TOKEN_NONE || needs_person(t->state))
		return false;
	t->relay_refused = true;
	t->ends = now; /* it is not shown to the relay again */
	if (!t->renewing)
		t->renew_at = now;
	return true;
}

void token_life_relay_accepted(struct token_life *t)
{
	t->relay_refused = false;
}

void token_life_try_now(struct token_life *t, int64_t now)
{
	t->relay_refused = false;
	t->denials = 0;
	if (t->can_renew && !t->renewing && t->state != TOKEN_GOOD && t->state != TOKEN_NONE)
		t->renew_at = now;
}

void token_life_renew_now(struct token_life *t, int64_t now)
{
	int64_t soon = t->granted + TOKEN_PRESSED_MIN_MS;

	if (t->state == TOKEN_GOOD && t->can_renew)
		t->renew_at = at_most(t->renew_at, now > soon ? now : soon);
	else
		token_life_try_now(t, now);
}

int64_t token_life_usable_until(const struct token_life *t)
{
	int64_t slack = at_most(END_SLACK, (t->ends - t->granted) / 4);

	return t->state != TOKEN_NONE ? t->ends - slack : 0;
}

bool token_life_is_usable(const struct token_life *t, int64_t now)
{
	return now < token_life_usable_until(t);
}

/* ---- events and time ---- */

enum token_event token_life_next(struct token_life *t)
{
	if (t->broke) {
		t->broke = false;
		return TOKEN_EVENT_BROKE;
	}
	if (t->works) {
		t->works = false;
		return TOKEN_EVENT_WORKS;
	}
	if (t->renew) {
		t->renew = false;
		return TOKEN_EVENT_RENEW;
	}
	return TOKEN_EVENT_NONE;
}

int64_t token_life_deadline(const struct token_life *t)
{
	return t->renewing ? INT64_MAX : t->renew_at;
}

void token_life_expire(struct token_life *t, int64_t now)
{
	if (now < token_life_deadline(t))
		return;
	t->renewing = true;
	t->renew = true;
}
