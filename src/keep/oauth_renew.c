/*
 * oauth_renew.c - tokens come and go: questions to the provider, renewals, and new tokens made
 * durable before they are in force. A provider that gave out a new refresh token may have ended the
 * one before, so a new one is never lost for want of room on the disk: it is written again.
 */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "keep/endings.h"
#include "keep/queue_private.h"
#include "store/audit.h"
#include "sys/clock.h"

enum {
	MS = 1000,
	KEEP_AGAIN_MS = 1000, /* until the disk takes a new token */
	WAIT_MAX_S = 24 * 3600,
};

/* ---- questions ---- */

/* A sign-in page's client may have a secret beside the key of another flow: then that is meant. */
bool keep_oauth_key_proves(const struct settings *s)
{
	return setting_is_set(s, SETTING_EMAIL_OAUTH_PRIVATE_KEY) &&
		(settings_need_nobody(s) || !setting_is_set(s, SETTING_EMAIL_OAUTH_CLIENT_SECRET));
}

/* With a service account the key makes the grant, and nothing else is proved by it. */
static void add_key(const struct settings *s, struct grant *g)
{
	bool service = setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "service");

	if (g->kind == GRANT_DISCOVER || (service && g->kind != GRANT_SERVICE))
		return;
	g->private_key = s->value[SETTING_EMAIL_OAUTH_PRIVATE_KEY];
	g->key_id = s->value[SETTING_EMAIL_OAUTH_KEY_ID];
	g->certificate = s->value[SETTING_EMAIL_OAUTH_CERTIFICATE];
	g->subject = s->value[SETTING_EMAIL_OAUTH_EMAIL];
}

enum grant_kind keep_oauth_kind_alone(const struct settings *s)
{
	return setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "service") ? GRANT_SERVICE : GRANT_CLIENT;
}

struct grant keep_oauth_question(const struct keeper *k, enum grant_kind kind)
{
	const struct settings *s = &k->settings;
	struct grant g = grant_none;

	g.kind = kind;
	g.endpoint = s->value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT];
	g.client_id = s->value[SETTING_EMAIL_OAUTH_CLIENT_ID];
	if (keep_oauth_key_proves(s))
		add_key(s, &g);
	else
		g.client_secret = s->value[SETTING_EMAIL_OAUTH_CLIENT_SECRET];
	g.basic = keep_oauth_fits(k, s) && k->oauth->token.basic;
	g.scopes = s->value[SETTING_EMAIL_OAUTH_SCOPES];
	g.ca_certificate = s->value[SETTING_EMAIL_OAUTH_CA_CERTIFICATE];
	g.proxy = s->value[SETTING_EMAIL_OAUTH_PROXY];
	g.allow_private = k->config->private_endpoints;
	return g;
}

uint64_t keep_oauth_ask(struct keeper *k, const struct grant *g, channel_answer_fn *answer,
	void *arg)
{
	struct buffer body;
	uint64_t id = 0;

	if (k->peers[ROLE_SENDER] == NULL)
		return 0;
	buffer_init_secret(&body, WIRE_BODY_MAX);
	grant_pack(&body, g);
	if (buffer_ok(&body))
		id = channel_ask(k->peers[ROLE_SENDER], WORD_GRANT, &body, answer, arg);
	buffer_release(&body);
	return id;
}

bool keep_oauth_read(const struct channel_message *m, struct arena *a,
	struct grant_answer *ret_answer)
{
	struct unpack u;

	*ret_answer = grant_answer_none;
	ret_answer->error.problem = "The sender stopped before the provider answered.";
	if (m == NULL || m->word != WORD_GRANT_IS)
		return false;
	unpack_init(&u, m->body);
	grant_answer_unpack(&u, a, ret_answer);
	if (unpack_end(&u) && !arena_failed(a))
		return true;
	*ret_answer = grant_answer_none;
	ret_answer->error.problem = "The provider's answer could not be read.";
	return false;
}

struct grant_error keep_oauth_copy_error(const struct grant_error *e, struct arena *a)
{
	struct grant_error copy = *e;

	copy.error = arena_copy(a, e->error);
	copy.suberror = arena_copy(a, e->suberror);
	copy.description = arena_copy(a, e->description);
	copy.problem = arena_copy(a, e->problem);
	return copy;
}

void keep_oauth_tell_trouble(struct keeper *k, const struct grant_error *e)
{
	struct oauth_trouble *t = &k->oauth->trouble;

	arena_free(t->arena);
	*t = (struct oauth_trouble){ .at = clock_wall(), .arena = arena_new(OAUTH_MEMORY) };
	if (t->arena != NULL)
		t->error = keep_oauth_copy_error(e, t->arena);
}

void keep_oauth_forget_ask(struct keeper *k)
{
	if (k->oauth->ask != 0)
		channel_forget(k->peers[ROLE_SENDER], k->oauth->ask);
	k->oauth->ask = 0;
	k->oauth->number++;
}

void keep_oauth_answered(struct keep_oauth *o, enum token_answer answer, int64_t life_s,
	int64_t wait_ms)
{
	if (o->life.renewing)
		o->renewals[answer]++;
	token_life_answered(&o->life, answer, life_s, wait_ms, clock_boot_ms());
}

/* ---- keeping ---- */

struct keeping {
	struct store_job job;
	struct keeper *keeper;
	struct arena *arena; /* of this, too */
	struct store_oauth_token token;
	uint64_t number;
	bool signed_in;
	const char *from; /* signed in from there */
};

static int run_keep(struct store_db *db, void *arg)
{
	struct keeping *w = arg;
	const struct audit_entry entry = {
		.at = w->token.signed_in, .who = w->token.by, .from = w->from,
		.what = "signed in to the relay's provider",
	};
	int result = store_oauth_token_save(db, &w->token);

	return result == STORE_OK && w->signed_in ? audit_append(db, &entry) : result;
}

static void put_in_force(struct keeping *w)
{
	struct keeper *k = w->keeper;
	struct keep_oauth *o = k->oauth;

	arena_free(o->arena);
	o->arena = w->arena;
	o->token = w->token;
	o->token_number++;
	o->dry = o->no_room = false;
	arena_free(o->trouble.arena);
	o->trouble = (struct oauth_trouble){ .arena = NULL };
	if (w->signed_in) {
		keep_oauth_take_up(k);
	} else {
		keep_oauth_answered(o, TOKEN_ANSWER_GRANTED, o->token.life, 0);
	}
	log_info("oauth: %s", w->signed_in ? "signed in" : "the token was renewed");
	keep_oauth_tell_token(k, w->signed_in);
	if (w->signed_in)
		keep_oauth_try_kept(k);
	keep_endings_look(k);
	keep_oauth_pump(k);
}

void keep_oauth_write_again(void *arg)
{
	struct keeper *k = arg;
	struct keeping *w = k->oauth->unwritten;

	if (w == NULL || k->oauth->held)
		return; /* tried again when the hold ends */
	k->oauth->unwritten = NULL;
	store_write(k->store, &w->job);
}

void keep_oauth_drop_unwritten(struct keep_oauth *o)
{
	timer_cancel(&o->again);
	if (o->unwritten != NULL)
		arena_free(o->unwritten->arena); /* it lies in it */
	o->unwritten = NULL;
	o->no_room = false;
}

/* The provider may have ended the one before: this one must not be lost. */
static void wait_for_room(struct keeping *w)
{
	struct keep_oauth *o = w->keeper->oauth;

	if (!o->no_room)
		log_error("oauth: a new token cannot be written yet; it is tried again until it is, and "
			"not used before");
	keep_oauth_drop_unwritten(o);
	o->unwritten = w;
	o->no_room = true;
	timer_set(&o->again, KEEP_AGAIN_MS);
}

static void keep_done_writing(void *arg, int result)
{
	struct keeping *w = arg;
	struct keeper *k = w->keeper;

	if (w->number != k->oauth->number) {
		arena_free(w->arena);
	} else if (result == STORE_OK) {
		put_in_force(w);
	} else {
		wait_for_room(w);
	}
}

/* The life or the attempt waits for it, and must not do so for ever. */
static void lost(struct keeper *k, bool signed_in)
{
	log_error("oauth: out of memory: a new token is lost");
	if (signed_in)
		keep_oauth_try_fail(k, NULL, "There was not enough memory. Sign in again.");
	else
		keep_oauth_answered(k->oauth, TOKEN_ANSWER_NONE, 0, 0);
	keep_oauth_pump(k);
}

void keep_oauth_keep(struct keeper *k, struct arena *a, const struct store_oauth_token *token,
	bool signed_in)
{
	struct keeping *w = arena_alloc(a, sizeof(*w));
	const char *from = signed_in ? arena_copy(a, k->oauth->try.from) : "";

	if (w == NULL || arena_failed(a)) {
		arena_free(a);
		lost(k, signed_in);
		return;
	}
	if (signed_in) {
		/* a renewal under way must not replace this one */
		keep_oauth_forget_ask(k);
		keep_oauth_drop_unwritten(k->oauth);
	}
	*w = (struct keeping){
		.keeper = k, .arena = a, .token = *token, .signed_in = signed_in, .from = from,
		.number = k->oauth->number,
		.job = { .run = run_keep, .done = keep_done_writing, .arg = w },
	};
	if (k->oauth->held) {
		keep_oauth_drop_unwritten(k->oauth);
		k->oauth->unwritten = w;
	} else {
		store_write(k->store, &w->job);
	}
}

/* ---- forgetting ---- */

static int run_forget(struct store_db *db, void *arg)
{
	const struct request *r = arg;

	return store_oauth_token_forget(db, r->result != 0);
}

void keep_oauth_forget_token(struct request *r, void (*done)(void *arg, int result))
{
	struct keeper *k = r->keeper;
	struct keep_oauth *o = k->oauth;

	keep_oauth_forget_ask(k);
	keep_oauth_drop_unwritten(o); /* else it is written behind the forgetting */
	r->result = keep_oauth_died_young(k);
	r->job = (struct store_job){ .run = run_forget, .done = done, .arg = r };
	store_write(k->store, &r->job);
	arena_free(o->arena);
	o->arena = NULL;
	o->token = (struct store_oauth_token){ .access = "" };
	token_life_forget(&o->life, clock_boot_ms());
	keep_oauth_tell_token(k, true);
}

/* ---- renewing ---- */

struct renewal {
	struct keeper *keeper;
	uint64_t number;
};

/*
 * Where nobody signs in, a denial that came again is about the client: it is mended at the provider
 * or in the settings, and tried again by itself.
 */
static enum token_answer meaning_of(const struct keeper *k, enum grant_outcome outcome)
{
	const struct token_life *life = &k->oauth->life;

	if (outcome == GRANT_DENIED && settings_need_nobody(&k->settings) &&
		(life->state == TOKEN_REFUSED || life->denials + 1 >= TOKEN_DENIALS_MAX))
		return TOKEN_ANSWER_CLIENT;
	switch (outcome) {
	case GRANT_GRANTED:
		return TOKEN_ANSWER_GRANTED;
	case GRANT_DENIED:
		return TOKEN_ANSWER_DENIED;
	case GRANT_NO_ANSWER:
		return TOKEN_ANSWER_NONE;
	case GRANT_REFUSED:
	case GRANT_PENDING:
	case GRANT_SLOW_DOWN:
	case GRANT_EXPIRED:
	case GRANT_OUTCOME_COUNT:
		break;
	}
	return TOKEN_ANSWER_CLIENT;
}

static void log_trouble(const struct grant_error *e)
{
	if (e->error[0] != '\0')
		log_warning("oauth: the token was not renewed: %s %s", e->error, e->suberror);
	else
		log_warning("oauth: the token was not renewed: %s", e->problem);
}

static void renewed(struct keeper *k, const struct grant_answer *g, struct arena *a)
{
	const struct store_oauth_token *old = &k->oauth->token;
	struct store_oauth_token t = *old;
	int64_t now = clock_wall();
	bool another = g->refresh_token[0] != '\0' && strcmp(g->refresh_token, old->refresh) != 0;

	t.access = g->access_token;
	t.refresh = another ? g->refresh_token : arena_copy(a, old->refresh);
	t.granted = t.refresh_used = now;
	t.life = (int64_t)g->expires_in;
	keep_oauth_note_end(old, g->refresh_expires_in, another, &t);
	t.refresh_since = another ? now : old->refresh_since;
	t.scopes = g->scopes[0] != '\0' ? g->scopes : arena_copy(a, old->scopes);
	t.account = g->account[0] != '\0' ? g->account : arena_copy(a, old->account);
	t.by = arena_copy(a, old->by);
	t.issuer = arena_copy(a, old->issuer);
	t.revocation = arena_copy(a, old->revocation);
	t.basic = g->basic;
	t.state = TOKEN_GOOD;
	t.state_at = now;
	keep_oauth_keep(k, a, &t, false);
}

static void on_renewed(void *arg, const struct channel_message *m)
{
	struct renewal *r = arg;
	struct keeper *k = r->keeper;
	bool stale = k->oauth == NULL || r->number != k->oauth->number;
	struct arena *a = stale ? NULL : arena_new(OAUTH_MEMORY);
	struct grant_answer g;
	int64_t wait;

	free(r);
	if (stale)
		return;
	k->oauth->ask = 0;
	if (a == NULL || !keep_oauth_read(m, a, &g)) {
		g.outcome = GRANT_NO_ANSWER;
		g.retry_after = 0;
	}
	if (g.outcome == GRANT_GRANTED) {
		renewed(k, &g, a);
		return;
	}
	if (a != NULL) {
		log_trouble(&g.error);
		keep_oauth_tell_trouble(k, &g.error);
	}
	wait = g.retry_after < WAIT_MAX_S ? (int64_t)g.retry_after * MS : WAIT_MAX_S * MS;
	keep_oauth_answered(k->oauth, meaning_of(k, g.outcome), 0, wait);
	arena_free(a);
	keep_oauth_pump(k);
}

void keep_oauth_renew(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	bool alone = settings_need_nobody(&k->settings);
	struct grant g = keep_oauth_question(k, alone ? keep_oauth_kind_alone(&k->settings) :
		GRANT_REFRESH);
	struct renewal *r = calloc(1, sizeof(*r));

	if (!alone)
		g.refresh_token = o->token.refresh;
	if (r != NULL) {
		*r = (struct renewal){ .keeper = k, .number = o->number };
		o->ask = keep_oauth_ask(k, &g, on_renewed, r);
	}
	if (o->ask == 0) {
		free(r);
		keep_oauth_answered(o, TOKEN_ANSWER_NONE, 0, 0);
	}
}
