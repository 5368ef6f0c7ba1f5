/*
 * oauth.c - the token's life in the keeper: loaded, renewed in time, and what follows for the queue
 * when it is over; see oauth.h. Renewing and keeping is oauth_renew.c's, signing in oauth_try.c's,
 * what people see oauth_show.c's.
 */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "keep/queue_private.h"
#include "sys/clock.h"

enum {
	MS = 1000,
};

/* ---- whose token it is ---- */

/*
 * A token goes to the relay and, with the client, to the provider for which somebody signed in, and
 * to no other: settings that name another are "not signed in".
 */
void keep_oauth_fingerprint(const struct settings *s, unsigned char ret_digest[SHA256_SIZE])
{
	static const enum setting_id ids[] = {
		SETTING_EMAIL_OAUTH_CLIENT_ID, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT,
		SETTING_EMAIL_OAUTH_EMAIL, SETTING_EMAIL_OAUTH_FLOW, SETTING_EMAIL_RELAY_HOST,
		SETTING_EMAIL_RELAY_PORT, SETTING_EMAIL_CA_CERTIFICATE,
	};
	struct buffer text;

	buffer_init(&text, 256 * 1024);
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		pack_text(&text, s->value[ids[i]]);
	sha256(buffer_slice(&text), ret_digest);
	buffer_release(&text);
}

bool keep_oauth_fits(const struct keeper *k, const struct settings *s)
{
	const struct keep_oauth *o = k->oauth;
	unsigned char digest[SHA256_SIZE];

	if (o == NULL || o->arena == NULL)
		return false;
	keep_oauth_fingerprint(s, digest);
	return memcmp(digest, o->token.fingerprint, sizeof(digest)) == 0;
}

static bool is_chosen(const struct settings *s)
{
	return setting_is(s, SETTING_EMAIL_AUTH, "oauth2");
}

const char *keep_oauth_obstacle(const struct keeper *k, const struct settings *s)
{
	const struct keep_oauth *o = k->oauth;

	if (!is_chosen(s))
		return NULL;
	if (!keep_oauth_fits(k, s) || o->life.state == TOKEN_NONE)
		return "OAuth2 is chosen and this node is not signed in yet.";
	if (token_life_is_usable(&o->life, clock_boot_ms()))
		return NULL; /* to its end, whatever comes after */
	if (o->no_room)
		return "The access token is over, and the new one cannot be written to the disk yet.";
	if (o->life.state == TOKEN_SIGN_IN_NEEDED)
		return "The OAuth2 sign-in is over: the provider takes it no longer. Sign in again.";
	if (o->life.state == TOKEN_REFUSED)
		return "The OAuth2 provider refuses this node's client. Mend it there or in the settings, "
			"or sign in again.";
	return o->life.can_renew ?
		"The access token is over; the OAuth2 provider is asked for a new one." :
		"The access token is over, and the provider gave no refresh token. Sign in again.";
}

bool keep_oauth_is_signed_out(const struct keeper *k)
{
	return is_chosen(&k->settings) && (k->oauth == NULL || k->oauth->life.state == TOKEN_NONE);
}

const char *keep_mail_obstacle(const struct keeper *k, const struct settings *s)
{
	const char *obstacle = settings_mail_obstacle(s);

	return obstacle != NULL ? obstacle : keep_oauth_obstacle(k, s);
}

const char *keep_oauth_token(const struct keeper *k, const struct settings *s)
{
	return is_chosen(s) && keep_oauth_obstacle(k, s) == NULL ? k->oauth->token.access : "";
}

uint64_t keep_oauth_token_number(const struct keeper *k)
{
	return k->oauth != NULL ? k->oauth->token_number : 0;
}

/* ---- in force ---- */

/* The life begins or goes on from what is known of the token, if it is for these settings. */
void keep_oauth_take_up(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	const struct store_oauth_token *t = &o->token;
	int64_t now = clock_boot_ms();
	bool can_renew;

	o->token_number++;
	keep_oauth_fingerprint(&k->settings, o->fingerprint);
	if (!is_chosen(&k->settings) || !keep_oauth_fits(k, &k->settings)) {
		token_life_forget(&o->life, now);
		return;
	}
	can_renew = t->refresh[0] != '\0' || settings_need_nobody(&k->settings);
	token_life_start(&o->life, can_renew, (clock_wall() - t->granted) * MS, t->life, now);
	if (t->state != TOKEN_GOOD)
		token_life_restore_broken(&o->life, t->state, now);
	o->dry = false;
}

/* The sender gets the new token, and mail that waited for it goes on. */
void keep_oauth_tell_token(struct keeper *k, bool by_person)
{
	keep_settings_push(k, ROLE_SENDER);
	keep_queue_token_changed(k, by_person);
}

/* ---- what follows for the queue ---- */

static int run_state(struct store_db *db, void *arg)
{
	const struct task *t = arg;

	return store_oauth_token_state(db, (enum token_state)t->n, clock_wall());
}

static void state_done(void *arg, int result)
{
	if (result != STORE_OK)
		log_error("oauth: that a sign-in is needed could not be written");
	keep_queue_task_free(arg);
}

static void feed(struct keeper *k, enum verdict_reason reason, const char *text)
{
	struct verdict v;

	verdict_set_reason(&v, STAGE_AUTH, reason, slice_of(text));
	keep_queue_feed_health(k, &v);
}

/* A person is needed. Mail stops, and the alert comes, when the token in hand has ended. */
static void broke(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	struct task *t = keep_queue_task(k);

	o->token.state = o->life.state;
	o->token.state_at = clock_wall();
	if (t != NULL) {
		t->n = o->life.state;
		keep_queue_task_start(t, run_state, state_done);
	}
	o->dry = false; /* it was told with another reason, if at all */
	log_warning("oauth: %s", token_state_name(o->life.state));
	keep_endings_look(k);
}

bool keep_oauth_is_last(const struct token_life *t)
{
	return t->state != TOKEN_NONE && (t->state != TOKEN_GOOD || !t->can_renew);
}

/* Not whether it passes, but who is to be asked, follows from it (diagnosis.conf). */
static const char *why_none(const struct keeper *k)
{
	const struct keep_oauth *o = k->oauth;

	if (o->life.state != TOKEN_FAILING)
		return keep_oauth_obstacle(k, &k->settings);
	return o->life.denials > 0 ? "The access token is over and the provider refuses a new one." :
		"The access token is over and the provider gives out no new one.";
}

/* The token is over and no new one comes: somebody must hear of it, though it may pass. */
static void look_for_end(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	bool failing = o->life.state == TOKEN_FAILING;

	if (o->dry || !is_chosen(&k->settings) || !keep_oauth_is_last(&o->life) ||
		token_life_is_usable(&o->life, clock_boot_ms()))
		return;
	o->dry = true;
	feed(k, failing ? REASON_NO_TOKEN : REASON_SIGN_IN, why_none(k));
}

static int64_t next_deadline(const struct keeper *k)
{
	const struct keep_oauth *o = k->oauth;
	int64_t when = token_life_deadline(&o->life), try = keep_oauth_try_deadline(k);

	if (!o->dry && keep_oauth_is_last(&o->life) && token_life_usable_until(&o->life) < when)
		when = token_life_usable_until(&o->life);
	return try < when ? try : when;
}

void keep_oauth_pump(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	int64_t when, now = clock_boot_ms();

	for (;;) {
		enum token_event event = token_life_next(&o->life);

		if (event == TOKEN_EVENT_NONE)
			break;
		if (event == TOKEN_EVENT_RENEW)
			keep_oauth_renew(k);
		else if (event == TOKEN_EVENT_BROKE)
			broke(k);
	}
	look_for_end(k);
	when = next_deadline(k);
	if (when < INT64_MAX)
		timer_set_at(&o->timer, when > now ? when : now + 1);
	else
		timer_cancel(&o->timer);
}

static void on_timer(void *arg)
{
	struct keeper *k = arg;
	int64_t now = clock_boot_ms();

	token_life_expire(&k->oauth->life, now);
	keep_oauth_try_expire(k, now);
	keep_oauth_pump(k);
}

static bool needs_person(const struct token_life *t)
{
	return t->state == TOKEN_REFUSED || t->state == TOKEN_SIGN_IN_NEEDED;
}

bool keep_oauth_takes(struct keeper *k, const struct verdict *v)
{
	struct keep_oauth *o = k->oauth;
	bool renews, waits;

	if (o == NULL || !is_chosen(&k->settings) || v->reason != REASON_REPLY)
		return false;
	if (v->class == VERDICT_ACCEPTED || v->class == VERDICT_ACCOUNT ||
		v->class == VERDICT_RECIPIENT || v->class == VERDICT_MESSAGE)
		token_life_relay_accepted(&o->life);
	if (v->class != VERDICT_CREDENTIAL || v->stage != STAGE_AUTH)
		return false;
	if (v->token != o->token_number)
		return true; /* a token that was replaced since: the new one is tried */
	renews = token_life_relay_refused(&o->life, clock_boot_ms());
	if (renews)
		log_warning("oauth: the relay refused the token; a new one is asked for once");
	/* another connection may have shown the same token a moment later */
	waits = o->life.relay_refused && !token_life_is_usable(&o->life, clock_boot_ms());
	keep_oauth_pump(k);
	return renews || waits || needs_person(&o->life);
}

/* ---- life ---- */

void keep_oauth_settings_changed(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	unsigned char before[SHA256_SIZE];

	keep_oauth_look_at_certificate(k);
	memcpy(before, o->fingerprint, sizeof(before));
	keep_oauth_fingerprint(&k->settings, o->fingerprint);
	if (memcmp(before, o->fingerprint, sizeof(before)) != 0 ||
		is_chosen(&k->settings) != (o->life.state != TOKEN_NONE)) {
		keep_oauth_forget_ask(k);
		keep_oauth_try_end(k);
		keep_oauth_take_up(k);
	} else {
		token_life_try_now(&o->life, clock_boot_ms());
	}
	keep_oauth_pump(k);
}

void keep_oauth_sender_came(struct keeper *k)
{
	if (k->oauth == NULL)
		return;
	if (k->oauth->life.state == TOKEN_FAILING)
		token_life_try_now(&k->oauth->life, clock_boot_ms());
	keep_oauth_pump(k);
}

int keep_oauth_init(struct keeper *k)
{
	struct keep_oauth *o = calloc(1, sizeof(*o));
	struct arena *a = arena_new(OAUTH_MEMORY);
	struct store_oauth_token token = { .access = "" };
	int result = a == NULL ? STORE_FAILED :
		store_oauth_token_load(store_reader(k->store), a, &token);

	if (o == NULL || (result != STORE_OK && result != STORE_NOT_FOUND)) {
		arena_free(a);
		free(o);
		return -1;
	}
	k->oauth = o;
	o->token = token;
	o->token_number = (uint64_t)clock_boot_ms() << 16;
	if (result == STORE_OK)
		o->arena = a;
	else
		arena_free(a);
	token_life_init(&o->life, clock_boot_ms());
	timer_init(&o->timer, k->loop, on_timer, k);
	timer_init(&o->again, k->loop, keep_oauth_write_again, k);
	if (keep_oauth_discover_init(k) != 0)
		return -1;
	keep_oauth_look_at_certificate(k);
	keep_oauth_take_up(k);
	keep_oauth_pump(k);
	return 0;
}

void keep_oauth_stop(struct keeper *k)
{
	if (k->oauth != NULL)
		timer_cancel(&k->oauth->timer);
}

void keep_oauth_release(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;

	if (o == NULL)
		return;
	keep_oauth_stop(k);
	keep_oauth_drop_unwritten(o);
	keep_oauth_try_end(k);
	arena_free(o->arena);
	arena_free(o->trouble.arena);
	arena_free(o->metadata_arena);
	k->oauth = NULL;
	free(o);
}
