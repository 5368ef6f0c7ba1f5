/*
 * oauth_try.c - somebody signs in: the way to the provider's page and back, the exchange, and the
 * relay is asked whether it takes the token. Codes for devices are oauth_device.c's.
 *
 * One attempt at a time; a new one takes the place of the one before. A callback is good when it
 * shows the attempt's state (random, once, ten minutes) and comes from whoever began.
 * Sources: RFC 6749 4.1, RFC 7636, RFC 9207 2.4, RFC 9700 4.7.
 */
#include "keep/oauth_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/pkce.h"
#include "keep/trial_check.h"
#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/sessions.h"
#include "sys/clock.h"

enum {
	MS = 1000,
	BEGUN_S = 10 * 60,
};

static const char redirect_path[] = "/login/smtp-verification";

/* ---- the attempt ---- */

void keep_oauth_try_end(struct keeper *k)
{
	struct oauth_try *t = &k->oauth->try;
	uint64_t number = t->number;

	arena_free(t->arena);
	secret_wipe(t, sizeof(*t));
	*t = (struct oauth_try){ .number = number + 1, .poll_at = INT64_MAX, .over = INT64_MAX };
}

/* What a later asker must have in common with whoever began. */
static uint64_t binding_of(const struct asker *asker)
{
	switch (asker->who.kind) {
	case WHO_SESSION:
		return asker->session != NULL ? asker->session->id : 0;
	case WHO_BEARER:
		return asker->token != NULL ? asker->token->id : 0;
	case WHO_LOCAL:
	case WHO_NOBODY:
	case WHO_COUNT:
		break;
	}
	return asker->who.uid;
}

struct oauth_try *keep_oauth_try_new(struct request *r, enum oauth_attempt state)
{
	struct keeper *k = r->keeper;
	struct oauth_try *t = &k->oauth->try;

	keep_oauth_try_end(k);
	t->arena = arena_new(OAUTH_MEMORY);
	if (t->arena == NULL)
		return NULL;
	t->state = state;
	t->at = clock_wall();
	t->by = arena_copy(t->arena, r->asker.name);
	t->from = arena_copy(t->arena, r->asker.who.from);
	t->kind = r->asker.who.kind;
	t->binding = binding_of(&r->asker);
	t->user_code = t->uri = t->uri_complete = t->text = t->verifier = t->redirect_uri = "";
	t->error = grant_answer_none.error;
	keep_oauth_fingerprint(&k->settings, t->fingerprint);
	return t;
}

void keep_oauth_try_fail(struct keeper *k, const struct grant_error *e, const char *text)
{
	struct oauth_try *t = &k->oauth->try;

	t->state = OAUTH_ATTEMPT_FAILED;
	t->state_text[0] = '\0';
	t->poll_at = t->over = INT64_MAX;
	t->asking = false;
	if (e != NULL)
		t->error = keep_oauth_copy_error(e, t->arena);
	t->text = arena_copy(t->arena, text);
	log_warning("oauth: the sign-in failed: %s %s",
		t->error.error[0] != '\0' ? t->error.error : t->error.problem, text);
}

static bool is_same_asker(const struct request *r, const struct oauth_try *t)
{
	return r->asker.who.kind == t->kind && binding_of(&r->asker) == t->binding;
}

/* ---- what may begin ---- */

const char *keep_oauth_try_objection(const struct request *r)
{
	const struct settings *s = &r->keeper->settings;
	struct setting_errors errors = { .n = 0 };

	if (!setting_is(s, SETTING_EMAIL_AUTH, "oauth2"))
		return "SMTP Authentication Type is not OAuth2. Choose it and save first.";
	settings_check_together(s, &errors);
	for (size_t i = 0; i < errors.n; i++)
		if (strncmp(settings_table[errors.list[i].id].key, "email.oauth", 11) == 0)
			return arena_printf(r->arena, "%s %s", settings_table[errors.list[i].id].label,
				errors.list[i].text);
	if (r->keeper->peers[ROLE_SENDER] == NULL)
		return "The sender is starting. Try again in a moment.";
	return NULL;
}

static int run_audit(struct store_db *db, void *arg)
{
	struct request *r = arg;
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from,
		.what = r->data,
	};

	return audit_append(db, &entry);
}

void keep_oauth_note(struct request *r, char *what, void (*done)(void *arg, int result))
{
	r->data = what;
	r->job = (struct store_job){ .run = run_audit, .done = done, .arg = r };
	store_write(r->keeper->store, &r->job);
}

/* ---- to the provider's page ---- */

static void reply_begun(struct request *r)
{
	struct keeper *k = r->keeper;
	const struct settings *s = &k->settings;
	struct oauth_try *t = &k->oauth->try;
	char challenge[PKCE_SIZE];
	struct buffer body;

	pkce_challenge(t->verifier, challenge);
	buffer_init_secret(&body, WIRE_BODY_MAX);
	oauth_begun_pack(&body, &(struct oauth_begun){
		.endpoint = s->value[SETTING_EMAIL_OAUTH_AUTH_ENDPOINT],
		.client_id = s->value[SETTING_EMAIL_OAUTH_CLIENT_ID],
		.redirect_uri = t->redirect_uri,
		.scopes = s->value[SETTING_EMAIL_OAUTH_SCOPES],
		.state = t->state_text,
		.challenge = challenge,
		.login_hint = s->value[SETTING_EMAIL_OAUTH_EMAIL],
		.consent = keep_oauth_fits(k, s) && k->oauth->token.refresh[0] == '\0',
		.loopback = t->loopback, .led = t->led,
	});
	keep_reply(r, WORD_OAUTH_BEGUN, &body);
	buffer_release(&body);
}

static void begin_noted(void *arg, int result)
{
	struct request *r = arg;
	struct keeper *k = r->keeper;
	struct oauth_try *t;
	char verifier[PKCE_SIZE];

	t = result == STORE_OK ? keep_oauth_try_new(r, OAUTH_ATTEMPT_BEGUN) : NULL;
	if (t == NULL) {
		keep_refuse_store(r, result != STORE_OK ? result : STORE_BUSY);
		return;
	}
	random_hex(t->state_text, (OAUTH_STATE_SIZE - 1) / 2);
	pkce_verifier_make(verifier);
	t->verifier = arena_copy(t->arena, verifier);
	t->loopback = r->result != 0;
	t->redirect_uri = t->loopback ? arena_printf(t->arena, "http://127.0.0.1%s", redirect_path) :
		arena_printf(t->arena, "%s%s", settings_site_url(&k->settings, k->config->node_name,
			k->https_port, t->arena), redirect_path);
	t->ends = t->at + BEGUN_S;
	t->over = clock_boot_ms() + BEGUN_S * MS;
	keep_oauth_pump(k);
	reply_begun(r);
}

void keep_oauth_begin(struct request *r)
{
	static char what[] = "began to sign in to the relay's provider";
	const char *wrong;

	r->result = unpack_bool(&r->body);
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	wrong = keep_oauth_try_objection(r);
	if (wrong == NULL && !setting_is(&r->keeper->settings, SETTING_EMAIL_OAUTH_FLOW, "code"))
		wrong = "SMTP OAuth Flow is not the provider's sign-in page.";
	if (wrong != NULL)
		keep_refuse(r, EX_CONFIG, "", wrong);
	else
		keep_oauth_note(r, what, begin_noted);
}

/* What it is made of may have changed since: then its answer would not be taken either. */
void keep_oauth_lead(struct request *r)
{
	struct oauth_try *t = &r->keeper->oauth->try;
	unsigned char digest[SHA256_SIZE];

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	keep_oauth_fingerprint(&r->keeper->settings, digest);
	if (t->state != OAUTH_ATTEMPT_BEGUN || !is_same_asker(r, t) ||
		memcmp(digest, t->fingerprint, sizeof(digest)) != 0) {
		keep_refuse(r, EX_NOINPUT, "", "No sign-in that you began is waiting.");
		return;
	}
	reply_begun(r);
	t->led = true;
}

/* ---- the exchange ---- */

/* What only asks for more tokens, or for a name, is often left out of the answer. */
struct slice keep_oauth_missing_scope(const struct keeper *k, const char *granted)
{
	static const char *const aside[] = { "offline_access", "openid", "email", "profile", "offline" };
	struct slice wanted = slice_of(k->settings.value[SETTING_EMAIL_OAUTH_SCOPES]);

	while (granted[0] != '\0' && wanted.data != NULL) {
		struct slice one = slice_cut(&wanted, ' ');
		bool known = one.len == 0;

		for (size_t i = 0; i < COUNT_OF(aside); i++)
			known = known || slice_is(one, aside[i]);
		if (!known && !slice_has_word(slice_of(granted), one))
			return one;
	}
	return (struct slice){ NULL, 0 };
}

/* Google's is known: an issuer that names Google's token endpoint as its own gets no token. */
static const char *revocation_of(const struct keeper *k)
{
	const struct keep_oauth *o = k->oauth;
	const char *endpoint = k->settings.value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT];

	if (strcmp(endpoint, "https://oauth2.googleapis.com/token") == 0)
		return "https://oauth2.googleapis.com/revoke";
	if (o->metadata_arena != NULL && strcmp(o->metadata.token_endpoint, endpoint) == 0)
		return keep_oauth_looked_up(k, o->metadata.revocation_endpoint);
	return "";
}

/* As it was looked up, or "": it counts while its sign-in page is the one of the settings. */
static const char *known_issuer(const struct keeper *k)
{
	const struct keep_oauth *o = k->oauth;
	const char *page = k->settings.value[SETTING_EMAIL_OAUTH_AUTH_ENDPOINT];

	return o->metadata_arena != NULL && strcmp(o->metadata.auth_endpoint, page) == 0 ?
		o->metadata.issuer : "";
}

static void keep_granted(struct keeper *k, const struct grant_answer *g, struct arena *a)
{
	const struct oauth_try *t = &k->oauth->try;
	int64_t now = clock_wall();
	struct store_oauth_token token = {
		.access = g->access_token, .refresh = g->refresh_token,
		.granted = now, .life = (int64_t)g->expires_in,
		.refresh_since = now, .refresh_used = now,
		.scopes = g->scopes[0] != '\0' ? g->scopes :
			arena_copy(a, k->settings.value[SETTING_EMAIL_OAUTH_SCOPES]),
		.account = g->account, .by = arena_copy(a, t->by), .signed_in = now,
		.issuer = arena_copy(a, known_issuer(k)),
		.revocation = arena_copy(a, revocation_of(k)),
		.basic = g->basic, .state = TOKEN_GOOD, .state_at = now,
		.refresh_ends = g->refresh_expires_in != 0 ?
			now + (int64_t)g->refresh_expires_in : 0,
		.died_young = keep_oauth_died_young(k),
	};

	memcpy(token.fingerprint, t->fingerprint, sizeof(token.fingerprint));
	keep_oauth_keep(k, a, &token, true);
}

void keep_oauth_try_granted(struct keeper *k, const struct grant_answer *g, struct arena *a)
{
	struct slice missing = keep_oauth_missing_scope(k, g->scopes);

	if (missing.data != NULL) {
		keep_oauth_try_fail(k, &g->error, arena_printf(a, "The provider granted less than was asked for: %.*s is "
			"missing. Sign in again and leave all boxes of the consent page ticked.",
			SLICE_ARGS(missing)));
		arena_free(a);
		return;
	}
	keep_granted(k, g, a);
}

void keep_oauth_try_exchanged(void *arg, const struct channel_message *m)
{
	struct exchange *x = arg;
	struct keeper *k = x->keeper;
	bool stale = k->oauth == NULL || x->number != k->oauth->try.number;
	struct arena *a = stale ? NULL : arena_new(OAUTH_MEMORY);
	struct grant_answer g;

	free(x);
	if (stale)
		return;
	k->oauth->try.asking = false;
	if (a == NULL) {
		keep_oauth_try_fail(k, NULL, "There was not enough memory. Sign in again.");
	} else if (!keep_oauth_read(m, a, &g) || g.outcome != GRANT_GRANTED) {
		keep_oauth_try_fail(k, &g.error, "");
		arena_free(a);
	} else {
		keep_oauth_try_granted(k, &g, a);
	}
	keep_oauth_pump(k);
}

bool keep_oauth_try_ask(struct keeper *k, const struct grant *g, channel_answer_fn *answer)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return false;
	*x = (struct exchange){ .keeper = k, .number = k->oauth->try.number };
	k->oauth->try.asking = keep_oauth_ask(k, g, answer, x) != 0;
	if (!k->oauth->try.asking)
		free(x);
	return k->oauth->try.asking;
}

static void exchange(struct keeper *k, const char *code)
{
	struct oauth_try *t = &k->oauth->try;
	struct grant g = keep_oauth_question(k, GRANT_CODE);

	g.code = code;
	g.redirect_uri = t->redirect_uri;
	g.verifier = t->verifier;
	t->state = OAUTH_ATTEMPT_EXCHANGING;
	t->over = INT64_MAX;
	if (!keep_oauth_try_ask(k, &g, keep_oauth_try_exchanged))
		keep_oauth_try_fail(k, NULL, "The sender could not be asked. Sign in again.");
}

/* ---- the relay is asked ---- */

static void on_checked(void *arg, bool ok, const char *summary)
{
	struct keeper *k = arg;
	struct oauth_try *t = k->oauth != NULL ? &k->oauth->try : NULL;

	if (t == NULL || t->state != OAUTH_ATTEMPT_CHECKING)
		return;
	if (!ok) {
		keep_oauth_try_fail(k, NULL, arena_printf(t->arena, "The provider gave a token, which is kept, but the "
			"relay was not content: %s%s%s", summary, slice_ends(slice_of(summary), ".") ? "" : ".", t->text));
		return;
	}
	t->state = OAUTH_ATTEMPT_DONE;
}

static const char *remarks(struct keeper *k, struct arena *a)
{
	const struct store_oauth_token *token = &k->oauth->token;
	const char *email = k->settings.value[SETTING_EMAIL_OAUTH_EMAIL], *text = "";

	if (token->account[0] != '\0' &&
		!slice_equal_nocase(slice_of(token->account), slice_of(email)))
		text = arena_printf(a, " The token belongs to %s, not to %s: that works only when this "
			"account may send as the mailbox.", token->account, email);
	if (!k->oauth->life.can_renew)
		text = arena_printf(a, "%s The provider gave no refresh token, so the sign-in ends with its "
			"access token. Ask for one (Microsoft: the scope offline_access; others: consent once "
			"more) and sign in again.", text);
	return text;
}

void keep_oauth_try_kept(struct keeper *k)
{
	struct oauth_try *t = &k->oauth->try;

	if (t->arena == NULL || t->state == OAUTH_ATTEMPT_FAILED)
		return;
	t->state = OAUTH_ATTEMPT_CHECKING;
	t->text = remarks(k, t->arena);
	t->over = t->poll_at = INT64_MAX;
	t->run = keep_trial_check(k, on_checked, k);
	if (t->run == 0)
		keep_oauth_try_fail(k, NULL, arena_printf(t->arena, "The provider gave a token; the relay could not be "
			"asked.%s", t->text));
}

/* ---- back from the provider's page ---- */

/* host of "https://host..." */
static struct slice host_of(const char *address)
{
	struct slice rest = slice_of(address);

	rest = slice_sub(rest, strlen("https://"), rest.len);
	return slice_sub(rest, 0, size_min(slice_find_char(rest, '/'), slice_find_char(rest, ':')));
}

/* RFC 9207 2.4: the issuer when it is known, else at least the host of its page. */
static bool issuer_is_wrong(const struct keeper *k, const char *issuer)
{
	const char *page = k->settings.value[SETTING_EMAIL_OAUTH_AUTH_ENDPOINT];
	const char *known = known_issuer(k);

	if (known[0] != '\0')
		return issuer[0] == '\0' ? k->oauth->metadata.says_iss : strcmp(issuer, known) != 0;
	return issuer[0] != '\0' && !slice_equal_nocase(host_of(issuer), host_of(page));
}

/*
 * NULL, or why the callback is not the answer to the attempt. *ret_word tells it in a word, for
 * where the sentence has no place (words.h).
 */
static const char *callback_objection(const struct request *r, const char *state,
	const char *issuer, const char **ret_word)
{
	struct keeper *k = r->keeper;
	struct oauth_try *t = &k->oauth->try;
	unsigned char digest[SHA256_SIZE];

	*ret_word = "state";
	if (t->state_text[0] == '\0' || strlen(state) != strlen(t->state_text) ||
		!secret_equal(slice_of(state), slice_of(t->state_text)))
		return "This answer belongs to no sign-in that is under way: it was used already, another "
			"sign-in was begun since, ten minutes are over, the settings were changed, or this "
			"node was started again. Begin again.";
	*ret_word = "asker";
	if (!is_same_asker(r, t))
		return "This sign-in was begun by somebody else, or before you signed in to this page. "
			"Begin again.";
	*ret_word = "settings";
	keep_oauth_fingerprint(&k->settings, digest);
	if (memcmp(digest, t->fingerprint, sizeof(digest)) != 0)
		return "The settings were changed since this sign-in began. Begin again.";
	*ret_word = "iss";
	if (issuer_is_wrong(k, issuer))
		return "The answer comes from another provider than the one that was asked. Nothing was "
			"accepted; begin again.";
	return NULL;
}

static void refused_at_the_page(struct keeper *k, const char *error, const char *description)
{
	struct grant_error e = grant_answer_none.error;

	e.error = error;
	e.description = description;
	keep_oauth_try_fail(k, &e, strcmp(error, "access_denied") == 0 ?
		"The sign-in or the consent was refused at the provider." : "");
}

void keep_oauth_finish(struct request *r)
{
	struct keeper *k = r->keeper;
	struct oauth_try *t = &k->oauth->try;
	const char *state = unpack_text(&r->body, GRANT_TEXT_MAX, r->arena);
	const char *code = unpack_text(&r->body, GRANT_TEXT_MAX, r->arena);
	const char *error = unpack_text(&r->body, GRANT_TEXT_MAX, r->arena);
	const char *description = unpack_text(&r->body, GRANT_TEXT_MAX, r->arena);
	const char *issuer = unpack_text(&r->body, GRANT_TEXT_MAX, r->arena), *wrong, *word;

	if (!unpack_end(&r->body) || (code[0] == '\0') == (error[0] == '\0')) {
		keep_refuse_malformed(r);
		return;
	}
	wrong = callback_objection(r, state, issuer, &word);
	if (wrong != NULL) {
		keep_refuse(r, EX_NOPERM, word, wrong);
		return;
	}
	secret_wipe(t->state_text, sizeof(t->state_text)); /* once */
	if (code[0] != '\0')
		exchange(k, code);
	else
		refused_at_the_page(k, error, description);
	keep_oauth_pump(k);
	keep_done(r, 1);
}

/* ---- time ---- */

int64_t keep_oauth_try_deadline(const struct keeper *k)
{
	const struct oauth_try *t = &k->oauth->try;

	if (t->arena == NULL)
		return INT64_MAX;
	return t->poll_at < t->over ? t->poll_at : t->over;
}

void keep_oauth_try_expire(struct keeper *k, int64_t now)
{
	struct oauth_try *t = &k->oauth->try;

	if (t->arena == NULL)
		return;
	if (now >= t->over)
		keep_oauth_try_fail(k, NULL, t->state == OAUTH_ATTEMPT_DEVICE ?
			"Nobody entered the code in time. Ask for a new one." :
			"Nobody came back from the provider's page within ten minutes. Begin again.");
	else if (now >= t->poll_at)
		keep_oauth_device_poll(k);
}
