/* oauth_show.c - the sign-in as people see it, and what they may do with it but sign in. */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/diagnosis.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "store/audit.h"
#include "sys/clock.h"

enum {
	MS = 1000,
};

/* ---- what is known of it ---- */

static const char *what_to_do(const struct grant_error *e, bool signing_in, struct arena *a)
{
	struct diagnosis_facts facts = grant_error_facts(e, a);
	const struct diagnosis *d;
	const char *text;

	facts.sign_in = signing_in;
	d = diagnosis_find(&facts);
	text = d->meaning;

	for (size_t i = 0; d->cure[i] != NULL; i++)
		text = arena_printf(a, "%s %s", text, d->cure[i]);
	return text;
}

/* What ends soon, so that it is seen before mail stops. */
static const char *advice_ahead(const struct keeper *k, struct arena *a)
{
	struct ending list[ENDING_KIND_COUNT];
	size_t n = keep_endings_list(k, list);
	int64_t now = clock_wall();
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		if (ending_step(list[i].until, now) != 0)
			text = arena_printf(a, "%s%s%s. %s", text, text[0] != '\0' ? " " : "",
				ending_sentence(&list[i], now, a), ending_cure(list[i].kind, a));
	return text;
}

/* Scopes may be changed in the settings at any time; a sign-in keeps those it was given. */
static const char *advice_scopes(const struct keeper *k, struct arena *a)
{
	struct slice missing = keep_oauth_missing_scope(k, k->oauth->token.scopes);

	if (!setting_is(&k->settings, SETTING_EMAIL_OAUTH_FLOW, "code") || missing.data == NULL)
		return "";
	return arena_printf(a, "The settings ask for the scope %.*s, which this sign-in does not have. "
		"Sign in again to use it.", SLICE_ARGS(missing));
}

/* It took no token since; the test's page says what it said. */
static const char *advice_relay(const struct keeper *k, struct arena *a)
{
	const char *account = k->oauth->token.account;
	const char *email = k->settings.value[SETTING_EMAIL_OAUTH_EMAIL];

	if (account[0] != '\0' && !slice_equal_nocase(slice_of(account), slice_of(email)))
		return arena_printf(a, "The relay refuses the token. It belongs to %s, not to %s: sign in again "
			"as %s, or have %s allowed to send as that mailbox.", account, email, email, account);
	return "The relay refuses the token: \"tocsin email check\" says how, and what to do.";
}

static const char *advice_of(struct keeper *k, struct arena *a)
{
	const struct keep_oauth *o = k->oauth;

	if (o->no_room)
		return "The provider gave out a new token that cannot be written to the disk. It is kept in "
			"memory and used once it is written: make room on the disk, and do not stop this "
			"node before, or a new sign-in may be needed.";
	if (keep_oauth_is_testing(k))
		return "The sign-in ended seven days after it began. That is what Google does while the "
			"consent screen's publishing status is Testing: set it to In production in Google's "
			"console, then sign in again.";
	if (o->life.state == TOKEN_NONE && o->unrevoked)
		return OAUTH_UNREVOKED;
	if (o->life.state == TOKEN_GOOD && o->life.relay_refused)
		return advice_relay(k, a);
	if (o->life.state == TOKEN_GOOD && !o->life.can_renew)
		return "The provider gave no refresh token, so the sign-in ends with its access token. Sign "
			"in again, and let the provider ask for consent once more; at Microsoft the scope "
			"offline_access must be among the scopes.";
	if (o->life.state == TOKEN_GOOD && advice_scopes(k, a)[0] != '\0')
		return advice_scopes(k, a);
	if (o->trouble.arena == NULL || o->life.state == TOKEN_GOOD)
		return advice_ahead(k, a);
	return o->trouble.error.error[0] != '\0' ? what_to_do(&o->trouble.error, false, a) :
		o->trouble.error.problem;
}

static void fill_token(struct keeper *k, struct arena *a, struct oauth_status *s)
{
	const struct keep_oauth *o = k->oauth;
	const struct store_oauth_token *t = &o->token;

	s->state = o->life.state;
	s->since = (uint64_t)keep_oauth_wall_of(k, o->life.since);
	s->advice = advice_of(k, a);
	if (o->trouble.arena != NULL) {
		s->error_at = (uint64_t)o->trouble.at;
		s->error = o->trouble.error;
	}
	if (o->life.state == TOKEN_NONE)
		return;
	s->usable = token_life_is_usable(&o->life, clock_boot_ms());
	s->relay_refuses = o->life.relay_refused;
	s->account = t->account;
	s->by = t->by;
	s->signed_in = (uint64_t)t->signed_in;
	s->access_ends = (uint64_t)keep_oauth_wall_of(k, o->life.ends);
	s->has_refresh = t->refresh[0] != '\0';
	s->refresh_since = s->has_refresh ? (uint64_t)t->refresh_since : 0;
	s->refresh_ends = (uint64_t)keep_oauth_refresh_end(k);
	s->renewed = (uint64_t)t->granted;
	s->next_renewal = token_life_deadline(&o->life) < INT64_MAX ?
		(uint64_t)keep_oauth_wall_of(k, token_life_deadline(&o->life)) : 0;
	s->scopes = t->scopes;
	s->revocation = t->revocation;
	if (o->life.state == TOKEN_SIGN_IN_NEEDED)
		s->since = (uint64_t)t->state_at;
}

static void fill_try(const struct keeper *k, struct arena *a, struct oauth_status *s)
{
	const struct oauth_try *t = &k->oauth->try;

	if (t->arena == NULL)
		return;
	s->attempt = t->state;
	s->attempt_at = (uint64_t)t->at;
	s->attempt_run = t->run;
	s->attempt_ends = (uint64_t)t->ends;
	s->user_code = t->user_code;
	s->verification_uri = t->uri;
	s->verification_uri_complete = t->uri_complete;
	s->attempt_error = t->error;
	s->attempt_text = t->text;
	if (t->state == OAUTH_ATTEMPT_FAILED && t->text[0] == '\0')
		s->attempt_text = t->error.error[0] != '\0' ? what_to_do(&t->error, !s->alone, a) :
			t->error.problem;
}

void keep_oauth_status(struct request *r)
{
	struct keeper *k = r->keeper;
	struct oauth_status s = {
		.chosen = setting_is(&k->settings, SETTING_EMAIL_AUTH, "oauth2"),
		.email = k->settings.value[SETTING_EMAIL_OAUTH_EMAIL],
		.secret_expires = (uint64_t)keep_oauth_secret_end(k),
		.alone = settings_need_nobody(&k->settings),
		.certificate_ends = (uint64_t)k->oauth->certificate_ends,
		.thumbprint = k->oauth->thumbprint,
		.error = grant_answer_none.error,
		.attempt_error = grant_answer_none.error,
	};
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	fill_token(k, r->arena, &s);
	fill_try(k, r->arena, &s);
	buffer_init(&body, WIRE_BODY_MAX);
	oauth_status_pack(&body, &s);
	keep_reply(r, WORD_OAUTH_STATUS_IS, &body);
	buffer_release(&body);
}

void keep_oauth_pack_metrics(const struct keeper *k, struct buffer *b)
{
	const struct keep_oauth *o = k->oauth;
	int64_t left = o->life.ends - clock_boot_ms(), age = clock_wall() - o->token.refresh_since;
	bool signed_in = o->life.state != TOKEN_NONE;
	bool chosen = setting_is(&k->settings, SETTING_EMAIL_AUTH, "oauth2");

	pack_bool(b, chosen);
	if (!chosen)
		return;
	pack_bool(b, !signed_in || o->life.state == TOKEN_SIGN_IN_NEEDED);
	pack_number(b, signed_in && left > 0 ? (uint64_t)(left / MS) : 0);
	pack_bool(b, signed_in && o->token.refresh[0] != '\0');
	pack_number(b, age > 0 ? (uint64_t)age : 0);
	pack_number(b, TOKEN_ANSWER_COUNT);
	for (int i = 0; i < TOKEN_ANSWER_COUNT; i++) {
		pack_text(b, token_answer_name((enum token_answer)i));
		pack_number(b, o->renewals[i]);
	}
}

/* ---- disconnecting ---- */

/* The request is answered when the token is gone here and the provider has had its say. */
struct parting {
	bool asking, written;
};

static void part(struct request *r)
{
	struct parting *p = r->data;

	if (p->asking || !p->written)
		return;
	if (r->result == STORE_OK) {
		keep_done(r, !r->keeper->oauth->unrevoked);
		return;
	}
	log_error("oauth: the token could not be deleted");
	keep_refuse(r, EX_IOERR, "", "The sign-in is ended, but its token could not be deleted from "
		"the disk, and is back after a restart. Mend the disk, start again, disconnect again.");
}

static void forgotten(void *arg, int result)
{
	struct request *r = arg;
	struct parting *p = r->data;

	r->result = result;
	p->written = true;
	part(r);
}

static void on_revoked(void *arg, const struct channel_message *m)
{
	struct request *r = arg;
	struct parting *p = r->data;
	struct arena *a = arena_new(OAUTH_MEMORY);
	struct grant_answer g;

	if (a == NULL || !keep_oauth_read(m, a, &g) || g.outcome != GRANT_GRANTED) {
		log_warning("oauth: the provider did not confirm that the token is revoked");
		r->keeper->oauth->unrevoked = true;
	} else {
		log_info("oauth: the token is revoked at the provider");
	}
	arena_free(a);
	p->asking = false;
	part(r);
}

static void revoke_token(struct request *r)
{
	struct keeper *k = r->keeper;
	struct parting *p = r->data;
	const struct store_oauth_token *t = &k->oauth->token;
	struct grant g = keep_oauth_question(k, GRANT_REVOKE);

	k->oauth->unrevoked = false;
	if (k->oauth->arena == NULL || t->revocation[0] == '\0')
		return;
	g.endpoint = t->revocation;
	g.refresh_token = t->refresh[0] != '\0' ? t->refresh : t->access;
	p->asking = keep_oauth_ask(k, &g, on_revoked, r) != 0;
	k->oauth->unrevoked = !p->asking;
	if (!p->asking)
		log_warning("oauth: the provider could not be asked to revoke the token");
}

static int run_note(struct store_db *db, void *arg)
{
	struct request *r = arg;
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from,
		.what = "disconnected the sign-in to the relay",
	};

	return audit_append(db, &entry);
}

static void disconnect_noted(void *arg, int result)
{
	struct request *r = arg;
	struct keeper *k = r->keeper;

	if (result != STORE_OK) {
		keep_refuse_store(r, result);
		return;
	}
	revoke_token(r);
	keep_oauth_try_end(k);
	keep_oauth_forget_token(r, forgotten);
	keep_oauth_pump(k);
}

void keep_oauth_disconnect(struct request *r)
{
	r->data = arena_alloc(r->arena, sizeof(struct parting));
	if (r->data == NULL) {
		keep_refuse(r, EX_TEMPFAIL, "", "There was not enough memory.");
	} else if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
	} else if (r->keeper->oauth->arena == NULL) {
		keep_refuse(r, EX_NOINPUT, "", "This node is not signed in.");
	} else {
		r->job = (struct store_job){ .run = run_note, .done = disconnect_noted, .arg = r };
		store_write(r->keeper->store, &r->job);
	}
}

/* ---- trying now ---- */

void keep_oauth_try(struct request *r)
{
	struct keeper *k = r->keeper;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (k->oauth->life.state == TOKEN_NONE) {
		keep_refuse(r, EX_NOINPUT, "", "This node is not signed in.");
		return;
	}
	token_life_renew_now(&k->oauth->life, clock_boot_ms());
	keep_oauth_pump(k);
	keep_done(r, 1);
}
