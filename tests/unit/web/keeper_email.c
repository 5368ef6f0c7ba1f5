/* keeper_email.c - sample settings and test runs; see keeper.h. */
#include <sysexits.h>

#include "unit/unit.h"

#include "core/settings.h"
#include "web/keeper.h"
#include "wire/trial.h"

enum {
	SAVED_AT = 1772546520,
	VERSION = 7,
};

static const struct {
	const char *key, *value;
} sample_settings[] = {
	{ "email.from_address", "alerts@example.com" },
	{ "email.relay_host", "smtp.example.com" },
	{ "email.auth", "password" },
	{ "email.username", "alerts@example.com" },
	{ "email.password", "the-real-password" },
	{ "email.admin_contacts", "anna@example.com ops@example.com" },
	{ "email.daily_notice", "yes" },
};

static const char *sample_value(const struct browser *b, const char *key)
{
	if (b->oauth != OAUTH_SAMPLE_OFF && strcmp(key, "email.auth") == 0)
		return "oauth2";
	if (b->oauth != OAUTH_SAMPLE_OFF && strcmp(key, "email.oauth_email") == 0)
		return "alerts@example.com";
	if (b->oauth_flow != NULL && strcmp(key, "email.oauth_flow") == 0)
		return b->oauth_flow;
	for (size_t i = 0; i < COUNT_OF(sample_settings) && !b->nothing_saved; i++)
		if (strcmp(sample_settings[i].key, key) == 0)
			return sample_settings[i].value;
	return NULL;
}

static void tell_setting(struct browser *b, struct buffer *body, const struct setting *row)
{
	const char *saved = sample_value(b, row->key);
	const char *value = saved != NULL ? saved : row->initial;
	bool keep = row->type == SETTING_TYPE_CHOICE || row->type == SETTING_TYPE_SWITCH;

	if (b->changed_by_bert && strcmp(row->key, "email.relay_port") == 0)
		value = "2525";
	pack_text(body, row->key);
	pack_text(body, row->secret ? "" : keep ? value : told(b, value));
	pack_bool(body, saved != NULL || value[0] != '\0');
	pack_number(body, saved != NULL ? SAVED_AT : 0);
	pack_text(body, saved != NULL ? told(b, "anna") : "");
}

void keeper_tells_settings(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *section = unpack_text(u, 100, b->arena);
	uint64_t n = 0;
	struct buffer body;

	assert_true(unpack_end(u));
	for (size_t i = 0; i < SETTING_COUNT; i++)
		n += slice_starts(slice_of(settings_table[i].key), section);
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, b->nothing_saved ? 0 : b->changed_by_bert ? VERSION + 1 : VERSION);
	pack_number(&body, n);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (slice_starts(slice_of(settings_table[i].key), section))
			tell_setting(b, &body, &settings_table[i]);
	keeper_answers(b, m, WORD_SETTINGS_ARE, &body);
}

static void tell_conflict(struct browser *b, const struct channel_message *m)
{
	static const char *const keys[] = { "email.relay_port", "email.password", "site.name" };
	struct buffer body;

	buffer_init(&body, 10000);
	pack_number(&body, VERSION + 1);
	pack_number(&body, COUNT_OF(keys));
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		pack_text(&body, keys[i]);
		pack_text(&body, told(b, "bert"));
		pack_number(&body, SAVED_AT + 60);
	}
	keeper_answers(b, m, WORD_SETTINGS_CONFLICT, &body);
}

void keeper_has_saved(struct browser *b, const struct channel_message *m)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, VERSION + 2);
	pack_number(&body, 3);
	keeper_answers(b, m, WORD_SETTINGS_SAVED, &body);
}

void keeper_saves(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	uint64_t version = unpack_number(u);

	if (b->refuse_port) {
		channel_refuse(b->keeper, m->id, EX_DATAERR, "email.relay_port", told(b, "is taken."));
		return;
	}
	if (version != 0 && version != VERSION + (b->changed_by_bert ? 1 : 0)) {
		tell_conflict(b, m);
		return;
	}
	keeper_has_saved(b, m);
}

void keeper_starts_test(struct browser *b, const struct channel_message *m)
{
	struct buffer body;

	if (b->refuse_test) {
		keeper_refuses(b, m, EX_CONFIG, "OAuth2 is chosen and this node is not signed in yet.");
		return;
	}
	buffer_init(&body, 100);
	pack_number(&body, 41);
	keeper_answers(b, m, WORD_TEST_STARTED, &body);
}

/* ---- runs ---- */

struct sample_run {
	struct trial trial;
	struct trial_stage stages[16];
	struct trial_line lines[16];
	bool done, ok;
	const char *summary;
};

static void add_stage(struct browser *b, struct sample_run *run, enum trial_step step,
	enum trial_state state, const char *subject, uint64_t ms, const char *result)
{
	run->stages[run->trial.n_stages++] = (struct trial_stage){
		.step = step, .state = state, .subject = subject[0] != '\0' ? told(b, subject) : "",
		.took_ms = ms, .result = told(b, result),
	};
}

static struct verdict *last_verdict(struct sample_run *run)
{
	return &run->stages[run->trial.n_stages - 1].verdict;
}

static void add_line(struct browser *b, struct sample_run *run, char side, uint64_t ms,
	const char *text)
{
	run->lines[run->trial.n_lines++] = (struct trial_line){ side, ms, told(b, text) };
}

static void up_to_sign_in(struct browser *b, struct sample_run *run)
{
	add_stage(b, run, TRIAL_RESOLVE, TRIAL_GOOD, "smtp.example.com", 12,
	    "192.0.2.25, 2001:db8::25");
	add_stage(b, run, TRIAL_CONNECT, TRIAL_GOOD, "192.0.2.25 port 587", 31, "connected");
	add_stage(b, run, TRIAL_GREETING, TRIAL_GOOD, "", 18, "220 smtp.example.com ESMTP Postfix");
	add_stage(b, run, TRIAL_TLS, TRIAL_GOOD, "", 64,
	    "TLSv1.3, certificate for smtp.example.com from Example CA, 74 days left");
	add_stage(b, run, TRIAL_EHLO, TRIAL_GOOD, "", 9, "PIPELINING, SIZE 10240000, AUTH PLAIN LOGIN");
	add_line(b, run, 'S', 61, "220 smtp.example.com ESMTP Postfix");
	add_line(b, run, 'C', 62, "EHLO node-a.example.com");
	add_line(b, run, 'S', 71, "250-smtp.example.com");
	add_line(b, run, '*', 72, "starting TLS");
	add_line(b, run, 'C', 140, "AUTH PLAIN (secret)");
}

static void run_under_way(struct browser *b, struct sample_run *run)
{
	up_to_sign_in(b, run);
	add_stage(b, run, TRIAL_AUTH, TRIAL_RUNNING, "", 0, "");
	add_stage(b, run, TRIAL_MAIL, TRIAL_WAITING, "", 0, "");
	add_stage(b, run, TRIAL_RCPT, TRIAL_WAITING, "anna@example.com", 0, "");
	add_stage(b, run, TRIAL_RCPT, TRIAL_WAITING, "ops@example.com", 0, "");
	add_stage(b, run, TRIAL_DATA, TRIAL_WAITING, "", 0, "");
	add_stage(b, run, TRIAL_ANSWER, TRIAL_WAITING, "", 0, "");
}

static void run_good(struct browser *b, struct sample_run *run)
{
	up_to_sign_in(b, run);
	add_stage(b, run, TRIAL_AUTH, TRIAL_GOOD, "", 88, "235 2.7.0 Authentication successful");
	add_stage(b, run, TRIAL_MAIL, TRIAL_GOOD, "", 9, "250 2.1.0 Ok");
	add_stage(b, run, TRIAL_RCPT, TRIAL_GOOD, "anna@example.com", 10, "250 2.1.5 Ok");
	add_stage(b, run, TRIAL_RCPT, TRIAL_GOOD, "ops@example.com", 11, "250 2.1.5 Ok");
	add_stage(b, run, TRIAL_DATA, TRIAL_GOOD, "", 12, "354 End data with <CR><LF>.<CR><LF>");
	add_stage(b, run, TRIAL_ANSWER, TRIAL_GOOD, "", 1240, "250 2.0.0 Ok: queued as 4bF2kq0Xz1");
	add_line(b, run, 'S', 228, "235 2.7.0 Authentication successful");
	run->done = run->ok = true;
	run->summary = "Accepted by smtp.example.com as 4bF2kq0Xz1";
	run->trial.queue_id = told(b, "4bF2kq0Xz1");
}

static void run_password_refused(struct browser *b, struct sample_run *run)
{
	up_to_sign_in(b, run);
	add_stage(b, run, TRIAL_AUTH, TRIAL_BAD, "", 2088, "");
	verdict_set_reply(last_verdict(run), STAGE_AUTH, 535,
	    (struct enhanced_status){ .class = 5, .subject = 7, .detail = 8 },
	    slice_of(told(b, "Error: authentication failed: (reason unavailable)")));
	add_stage(b, run, TRIAL_MAIL, TRIAL_SKIPPED, "", 0, "");
	add_stage(b, run, TRIAL_RCPT, TRIAL_SKIPPED, "anna@example.com", 0, "");
	add_stage(b, run, TRIAL_RCPT, TRIAL_SKIPPED, "ops@example.com", 0, "");
	add_stage(b, run, TRIAL_DATA, TRIAL_SKIPPED, "", 0, "");
	add_stage(b, run, TRIAL_ANSWER, TRIAL_SKIPPED, "", 0, "");
	add_line(b, run, 'S', 2228, "535 5.7.8 Error: authentication failed: (reason unavailable)");
	run->done = true;
	run->summary = "Sign in failed: Error: authentication failed: (reason unavailable)";
}

static void run_one_refused(struct browser *b, struct sample_run *run)
{
	up_to_sign_in(b, run);
	add_stage(b, run, TRIAL_AUTH, TRIAL_GOOD, "", 88, "235 2.7.0 Authentication successful");
	add_stage(b, run, TRIAL_MAIL, TRIAL_GOOD, "", 9, "250 2.1.0 Ok");
	add_stage(b, run, TRIAL_RCPT, TRIAL_GOOD, "anna@example.com", 10, "250 2.1.5 Ok");
	add_stage(b, run, TRIAL_RCPT, TRIAL_BAD, "ops@example.com", 11, "");
	verdict_set_reply(last_verdict(run), STAGE_RCPT, 550,
	    (struct enhanced_status){ .class = 5, .subject = 1, .detail = 1 },
	    slice_of(told(b, "<ops@example.com>: Recipient address rejected: User unknown")));
	add_stage(b, run, TRIAL_DATA, TRIAL_GOOD, "", 12, "354 Go ahead");
	add_stage(b, run, TRIAL_ANSWER, TRIAL_GOOD, "", 1240, "250 2.0.0 Ok: queued as 4bF2kq0Xz1");
	run->done = true;
	run->summary = "Accepted by smtp.example.com as 4bF2kq0Xz1, but not for all recipients";
}

void keeper_tells_run(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	static void (*const makers[])(struct browser *b, struct sample_run *run) = {
		run_under_way, run_good, run_password_refused, run_one_refused,
	};
	uint64_t id = unpack_number(u), seen = unpack_number(u);
	struct sample_run *run = arena_alloc(b->arena, sizeof(*run));
	struct buffer body;

	assert_true(unpack_end(u) && run != NULL);
	if (id < 1 || id > COUNT_OF(makers)) {
		keeper_refuses(b, m, EX_NOINPUT, "This test is not known any more. Run it again.");
		return;
	}
	run->trial.port = 587;
	run->summary = "";
	/* a run that somebody watches goes on: it is done when the first version was seen */
	makers[id == 1 && seen > 0 ? 1 : id - 1](b, run);
	run->trial.host = told(b, "smtp.example.com");
	run->trial.queue_id = run->trial.queue_id != NULL ? run->trial.queue_id : "";
	run->trial.stages = run->stages;
	run->trial.lines = run->lines;
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, seen + 1);
	pack_bool(&body, run->done);
	pack_bool(&body, run->ok);
	pack_text(&body, told(b, run->summary));
	trial_pack(&body, &run->trial);
	keeper_answers(b, m, WORD_TEST_IS, &body);
}
