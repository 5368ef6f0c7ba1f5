/* oauth_end.c - when the client's secret and the sign-in end, as far as it is known. */
#include "keep/oauth_private.h"

#include "core/time_format.h"
#include "sys/clock.h"

enum {
	MS = 1000,
	MINUTE = 60,
	HOST_AT = 80, /* octets in which an endpoint's host must stand */
};

int64_t keep_oauth_wall_of(const struct keeper *k, int64_t boot_ms)
{
	struct keep_oauth *o = k->oauth;
	int64_t apart = clock_wall_ms() - clock_boot_ms();

	if (apart - o->clocks_apart > MS || o->clocks_apart - apart > MS)
		o->clocks_apart = apart;
	return (boot_ms + o->clocks_apart) / MS;
}

static bool is_at(const struct keeper *k, const char *host)
{
	struct slice endpoint = slice_of(k->settings.value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT]);
	struct slice start = slice_sub(endpoint, 0, HOST_AT);

	return slice_find(start, slice_of(host)) < start.len;
}

static enum ending_provider provider_of(const struct keeper *k)
{
	if (is_at(k, "//login.microsoftonline."))
		return ENDING_PROVIDER_MICROSOFT;
	return is_at(k, "//oauth2.googleapis.com/") ? ENDING_PROVIDER_GOOGLE : ENDING_PROVIDER_OTHER;
}

static struct sign_in_facts facts_of(const struct keeper *k)
{
	const struct keep_oauth *o = k->oauth;
	const struct store_oauth_token *t = &o->token;
	int64_t next = token_life_deadline(&o->life);

	return (struct sign_in_facts){
		.provider = provider_of(k),
		.signed_in = t->signed_in,
		.used = t->refresh_used,
		.named = t->refresh_ends,
		.habit = t->refresh_habit,
		.died_young = t->died_young,
		.renews = o->life.state == TOKEN_GOOD,
		.next_use = next < INT64_MAX ? keep_oauth_wall_of(k, next) : clock_wall(),
	};
}

int64_t keep_oauth_refresh_end(const struct keeper *k)
{
	struct sign_in_facts f = facts_of(k);

	return k->oauth->token.refresh[0] != '\0' ? ending_unused(&f) : 0;
}

int64_t keep_oauth_secret_end(const struct keeper *k)
{
	const char *day = k->settings.value[SETTING_EMAIL_OAUTH_SECRET_EXPIRES];
	int64_t first, end;

	if (!time_parse_moment(slice_of(day), &first, &end))
		return 0;
	return first;
}

size_t keep_oauth_endings(const struct keeper *k, struct ending ret_list[ENDING_KIND_COUNT])
{
	const struct keep_oauth *o = k->oauth;
	int64_t secret = keep_oauth_secret_end(k);
	struct sign_in_facts f;
	size_t n = 0;

	if (o == NULL || !setting_is(&k->settings, SETTING_EMAIL_AUTH, "oauth2"))
		return 0;
	if (keep_oauth_key_proves(&k->settings))
		secret = 0; /* it is not used */
	if (secret != 0 && setting_is_set(&k->settings, SETTING_EMAIL_OAUTH_CLIENT_SECRET))
		ret_list[n++] = (struct ending){ ENDING_SECRET, secret };
	if (o->certificate_ends != 0 && keep_oauth_key_proves(&k->settings))
		ret_list[n++] = (struct ending){ ENDING_CERTIFICATE, o->certificate_ends };
	if (keep_oauth_is_last(&o->life)) {
		/* when it is over, mail is broken, and that is told as such */
		if (o->life.state != TOKEN_FAILING &&
			token_life_is_usable(&o->life, clock_boot_ms()))
			ret_list[n++] = (struct ending){ ENDING_ACCESS,
				keep_oauth_wall_of(k, o->life.ends) };
		if (o->life.state != TOKEN_FAILING)
			return n;
	}
	f = facts_of(k);
	if (o->life.state != TOKEN_NONE && o->token.refresh[0] != '\0' &&
		ending_of_sign_in(&f, clock_wall(), &ret_list[n]))
		n++;
	return n;
}

void keep_oauth_note_end(const struct store_oauth_token *old, uint64_t life, bool another,
	struct store_oauth_token *t)
{
	if (life == 0) {
		t->refresh_ends = another ? 0 : old->refresh_ends;
		t->refresh_habit = another ? ENDING_UNSEEN : old->refresh_habit;
		return;
	}
	t->refresh_ends = t->granted + (int64_t)life;
	if (old->refresh_ends != 0)
		t->refresh_habit = t->refresh_ends > old->refresh_ends + MINUTE ? ENDING_MOVES :
			ENDING_STAYS;
}

bool keep_oauth_is_testing(const struct keeper *k)
{
	const struct store_oauth_token *t = &k->oauth->token;

	return k->oauth->life.state == TOKEN_SIGN_IN_NEEDED &&
		provider_of(k) == ENDING_PROVIDER_GOOGLE &&
		ending_is_young(t->signed_in, t->state_at);
}

/* By one that a person ended; what cannot be read is not known. */
static bool taught_before(const struct keeper *k)
{
	unsigned char digest[SHA256_SIZE];
	bool died_young = false;

	keep_oauth_fingerprint(&k->settings, digest);
	return store_oauth_token_lesson(store_reader(k->store), digest, &died_young) == STORE_OK &&
		died_young;
}

bool keep_oauth_died_young(const struct keeper *k)
{
	const struct store_oauth_token *t = &k->oauth->token;
	struct sign_in_facts f = facts_of(k);

	if (k->oauth->arena == NULL)
		return taught_before(k);
	return keep_oauth_fits(k, &k->settings) &&
		ending_warns_next(&f, t->state == TOKEN_SIGN_IN_NEEDED ? t->state_at : 0,
			clock_wall());
}
