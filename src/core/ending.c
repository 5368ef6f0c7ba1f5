/* ending.c - what ends soon, and when that is told; see ending.h. */
#include "core/ending.h"

enum {
	DAY = 24 * 3600,
	MICROSOFT_UNUSED = 90 * DAY,
	GOOGLE_UNUSED = 180 * DAY,
	TESTING = 7 * DAY,
	SLACK = DAY, /* of when a token was found dead, and of a clock that was set */
	SAME_END = DAY / 2, /* ends that differ by less are one, said twice */
};

static const int steps[] = { 1, 3, 7, 14, ENDING_SOON_DAYS }; /* days */

/* ---- when it is told ---- */

int ending_step(int64_t until, int64_t now)
{
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (until - now <= (int64_t)steps[i] * DAY)
			return steps[i];
	return 0;
}

static bool is_about(const struct ending_mark *m, int64_t until, int64_t now)
{
	int64_t apart = m->until - until;

	return m->step != 0 && apart < SAME_END && -apart < SAME_END && m->at <= now + SLACK;
}

bool ending_is_due(const struct ending *e, const struct ending_mark *told, int64_t now)
{
	int step = ending_step(e->until, now);

	return step != 0 && !(is_about(told, e->until, now) && told->step <= step);
}

/* ---- the sign-in ---- */

int64_t ending_unused(const struct sign_in_facts *f)
{
	if (f->named != 0)
		return f->named;
	switch (f->provider) {
	case ENDING_PROVIDER_MICROSOFT:
		return f->used + MICROSOFT_UNUSED;
	case ENDING_PROVIDER_GOOGLE:
		return f->used + GOOGLE_UNUSED;
	case ENDING_PROVIDER_OTHER:
		break;
	}
	return 0;
}

bool ending_is_young(int64_t signed_in, int64_t died)
{
	return died - signed_in > TESTING - SLACK && died - signed_in < TESTING + SLACK;
}

bool ending_warns_next(const struct sign_in_facts *f, int64_t died, int64_t now)
{
	int64_t seen = died != 0 ? died : now;

	if (f->provider != ENDING_PROVIDER_GOOGLE)
		return false;
	if (died != 0 && ending_is_young(f->signed_in, died))
		return true;
	return f->died_young && seen < f->signed_in + TESTING + SLACK; /* it disproved nothing */
}

/* The seven days: told by Google at the sign-in, or seen at the one before. */
static int64_t testing_end(const struct sign_in_facts *f, int64_t now)
{
	if (f->provider != ENDING_PROVIDER_GOOGLE)
		return 0;
	if (f->named != 0 && ending_is_young(f->signed_in, f->named))
		return f->named;
	if (f->died_young && f->named == 0 && now < f->signed_in + TESTING + SLACK)
		return f->signed_in + TESTING;
	return 0;
}

/* Google names no end but one that stays; of others that shows when the token is used. */
static bool stays(const struct sign_in_facts *f)
{
	return f->named != 0 && (f->habit == ENDING_STAYS ||
		(f->habit == ENDING_UNSEEN && f->provider == ENDING_PROVIDER_GOOGLE));
}

bool ending_of_sign_in(const struct sign_in_facts *f, int64_t now, struct ending *ret_ending)
{
	int64_t until = testing_end(f, now);

	if (until != 0) {
		*ret_ending = (struct ending){ ENDING_TESTING, until };
		return true;
	}
	until = ending_unused(f);
	if (until == 0 || (!stays(f) && f->renews && f->next_use < until))
		return false;
	*ret_ending = (struct ending){ ENDING_SIGN_IN, until };
	return true;
}

/* ---- words ---- */

static const struct ending_words words[ENDING_KIND_COUNT] = {
	[ENDING_SECRET] = {
		"client_secret", "OAuth2 client secret",
		"When it has ended, the provider gives this node no more tokens, and mail stops.",
		{ "Make a new client secret at the provider. Azure AD: App registrations, the application, "
		  "Certificates & secrets.",
		  "Enter its value, not its ID, and its day under Management > Email Configuration.",
		  NULL },
	},
	[ENDING_CERTIFICATE] = {
		"client_certificate", "OAuth2 client certificate",
		"When it has ended, the provider gives this node no more tokens, and mail stops.",
		{ "Make a new key and certificate under Management > Email Configuration, Key and "
		  "certificate, or by \"tocsin oauth make-key\".",
		  "Upload the certificate at the provider, then verify.", NULL },
	},
	[ENDING_SIGN_IN] = {
		"sign_in", "OAuth2 sign-in",
		"The provider takes the refresh token no longer then, and mail stops.",
		{ "Sign in again under Management > Email Configuration; \"tocsin oauth verify\" does it "
		  "from a terminal.", NULL },
	},
	[ENDING_TESTING] = {
		"google_testing", "OAuth2 sign-in at Google",
		"The consent screen's publishing status is Testing: Google then ends each sign-in seven days "
		"after it began, and mail stops.",
		{ "In Google's console open Google Auth Platform > Audience (OAuth consent screen) and press "
		  "Publish app, so that the publishing status is In production.",
		  "Then sign in again under Management > Email Configuration: a sign-in from before keeps "
		  "its seven days.", NULL },
	},
	[ENDING_ACCESS] = {
		"access_token", "OAuth2 access token",
		"The provider gives this node no other one after it, and mail stops then.",
		{ "See under Management > Email Configuration, or by \"tocsin oauth status\", what the "
		  "provider said and what to do about it.",
		  "As a rule: sign in again.", NULL },
	},
};

const struct ending_words *ending_words(enum ending_kind kind)
{
	return &words[kind];
}

const char *ending_sentence(const struct ending *e, int64_t now, struct arena *a)
{
	const char *label = words[e->kind].label;
	int64_t days = (e->until - now) / DAY;

	if (e->until <= now)
		return arena_printf(a, "%s has ended", label);
	if (days == 0)
		return arena_printf(a, "%s ends within a day", label);
	return arena_printf(a, "%s ends in %jd day%s", label, (intmax_t)days, days == 1 ? "" : "s");
}

const char *ending_cure(enum ending_kind kind, struct arena *a)
{
	const struct ending_words *w = &words[kind];
	const char *text = w->meaning;

	for (size_t i = 0; i < ENDING_CURE_MAX && w->cure[i] != NULL; i++)
		text = arena_printf(a, "%s %s", text, w->cure[i]);
	return text;
}
