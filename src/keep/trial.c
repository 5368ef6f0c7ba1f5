/*
 * trial.c - test mails: with settings that are saved or only typed, sent past the queue so that
 * every stage can be seen. Runs live in memory; whoever looks at one is answered when it changes.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sysexits.h>

#include "base/secret.h"
#include "core/address.h"
#include "core/compose.h"
#include "core/plain_text.h"
#include "keep/handlers.h"
#include "keep/oauth.h"
#include "keep/settings.h"
#include "keep/trial_check.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "wire/trial.h"

enum {
	RUNS_MAX = 20, /* the oldest finished one makes room */
	SUMMARY_MAX = 600,
	TRIAL_MEMORY = 4 * 1024 * 1024,
};

struct run {
	TAILQ_ENTRY(run) entry;
	struct keeper *keeper;
	uint64_t id;
	uint64_t version; /* grows with every change */
	bool done, ok;
	char summary[SUMMARY_MAX];
	struct buffer trial; /* TRIAL, packed as the sender sent it */
	keep_check_fn *checked; /* the keeper's own wish to hear of the end, or NULL */
	void *checked_arg;
	TAILQ_HEAD(, look) looks;
};

/* Somebody who waits for a change of a run. */
struct look {
	TAILQ_ENTRY(look) entry;
	struct request *request;
};

struct keep_trials {
	uint64_t last_id;
	size_t n;
	TAILQ_HEAD(, run) runs; /* the oldest first */
};

int keep_trials_init(struct keeper *k)
{
	k->trials = calloc(1, sizeof(*k->trials));
	if (k->trials == NULL)
		return -1;
	TAILQ_INIT(&k->trials->runs);
	/* runs of a keeper that is gone must not be taken for new ones */
	k->trials->last_id = (uint64_t)clock_boot_ms();
	return 0;
}

/* ---- telling those who look ---- */

static void reply_run(struct run *run, struct request *r)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, run->version);
	pack_bool(&body, run->done);
	pack_bool(&body, run->ok);
	pack_text(&body, run->summary);
	buffer_append_slice(&body, buffer_slice(&run->trial));
	keep_reply(r, WORD_TEST_IS, &body);
	buffer_release(&body);
}

static void run_changed(struct run *run)
{
	struct look *look;

	run->version++;
	while ((look = TAILQ_FIRST(&run->looks)) != NULL) {
		TAILQ_REMOVE(&run->looks, look, entry);
		reply_run(run, look->request); /* look lies in the request's arena */
	}
}

static void end_run(struct run *run, bool ok, const char *summary)
{
	run->done = true;
	run->ok = ok;
	plain_text_copy(slice_of(summary), PLAIN_TEXT_LINES, run->summary, SUMMARY_MAX);
	run_changed(run);
	if (run->checked != NULL)
		run->checked(run->checked_arg, ok, run->summary);
}

/* ---- runs ---- */

static struct run *find_run(struct keeper *k, uint64_t id)
{
	struct run *run;

	TAILQ_FOREACH(run, &k->trials->runs, entry)
		if (run->id == id)
			return run;
	return NULL;
}

static void free_run(struct keeper *k, struct run *run)
{
	TAILQ_REMOVE(&k->trials->runs, run, entry);
	k->trials->n--;
	while (!TAILQ_EMPTY(&run->looks)) {
		struct look *look = TAILQ_FIRST(&run->looks);

		TAILQ_REMOVE(&run->looks, look, entry);
		keep_refuse(look->request, EX_TEMPFAIL, "", "This test is not known any more.");
	}
	buffer_release(&run->trial);
	free(run);
}

void keep_trials_release(struct keeper *k)
{
	if (k->trials == NULL)
		return;
	while (!TAILQ_EMPTY(&k->trials->runs))
		free_run(k, TAILQ_FIRST(&k->trials->runs));
	free(k->trials);
	k->trials = NULL;
}

static struct run *new_run(struct keeper *k)
{
	struct trial none = { .host = "", .queue_id = "" };
	struct run *run, *oldest = NULL;

	if (k->trials->n >= RUNS_MAX) {
		TAILQ_FOREACH(oldest, &k->trials->runs, entry)
			if (oldest->done)
				break;
		if (oldest == NULL)
			return NULL;
		free_run(k, oldest);
	}
	run = calloc(1, sizeof(*run));
	if (run == NULL)
		return NULL;
	run->keeper = k;
	run->id = ++k->trials->last_id;
	run->version = 1;
	buffer_init(&run->trial, WIRE_BODY_MAX);
	trial_pack(&run->trial, &none);
	TAILQ_INIT(&run->looks);
	TAILQ_INSERT_TAIL(&k->trials->runs, run, entry);
	k->trials->n++;
	return run;
}

/* ---- what the sender tells ---- */

void keep_trial_stage(struct request *r)
{
	struct run *run = find_run(r->keeper, unpack_number(&r->body));
	struct slice trial = r->body.rest;
	struct trial parsed;

	trial_unpack(&r->body, r->arena, &parsed);
	if (run != NULL && unpack_end(&r->body)) {
		buffer_clear(&run->trial);
		buffer_append_slice(&run->trial, trial);
		run_changed(run);
	}
	keep_drop(r);
}

/* "Accepted by HOST as ID", or the first stage that failed with its words. */
static void summarise(struct run *run, struct arena *a)
{
	struct unpack u;
	struct trial t;
	size_t n_bad = 0, n_accepted = 0, n_taken = 0;
	const struct trial_stage *bad = NULL;

	unpack_init(&u, buffer_slice(&run->trial));
	trial_unpack(&u, a, &t);
	if (!unpack_end(&u)) {
		end_run(run, false, "The test was interrupted. Run it again.");
		return;
	}
	for (size_t i = 0; i < t.n_stages; i++) {
		const struct trial_stage *s = &t.stages[i];

		if (s->state == TRIAL_BAD && bad == NULL)
			bad = s;
		n_bad += s->state == TRIAL_BAD;
		n_taken += s->step == TRIAL_RCPT && s->state == TRIAL_GOOD;
		n_accepted += s->step == TRIAL_ANSWER && s->state == TRIAL_GOOD;
	}
	if (t.check && bad == NULL && n_taken > 0)
		end_run(run, true, arena_printf(a, "%s would take mail for %s; nothing was sent", t.host,
			n_taken == 1 ? "this recipient" : "these recipients"));
	else if (n_accepted > 0 && t.queue_id[0] != '\0')
		end_run(run, n_bad == 0, arena_printf(a, "Accepted by %s as %s%s", t.host, t.queue_id,
			n_bad > 0 ? ", but not for all recipients" : ""));
	else if (n_accepted > 0)
		end_run(run, n_bad == 0, arena_printf(a, "Accepted by %s%s", t.host,
			n_bad > 0 ? ", but not for all recipients" : ""));
	else if (bad != NULL)
		end_run(run, false, arena_printf(a, "%s failed%s%s", trial_step_name(bad->step),
			bad->verdict.text[0] != '\0' ? ": " : "", bad->verdict.text));
	else
		end_run(run, false, "The test was interrupted. Run it again.");
}

/* The answer to WORD_TRIAL. It may come when its keeper's runs are gone: hence the id. */
struct trial_ask {
	struct keeper *keeper;
	uint64_t run;
};

static void on_trial_done(void *arg, const struct channel_message *answer)
{
	struct trial_ask *ask = arg;
	struct run *run = ask->keeper->trials != NULL ? find_run(ask->keeper, ask->run) : NULL;
	struct arena *a = arena_new(TRIAL_MEMORY);

	if (run != NULL && answer != NULL && a != NULL)
		summarise(run, a);
	else if (run != NULL)
		end_run(run, false, "The test was interrupted because the sender stopped. Run it again.");
	arena_free(a);
	free(ask);
}

/* ---- starting one ---- */

struct test {
	struct keep_values values;
	struct slice to[ADDRESS_LIST_MAX];
	size_t n_to;
	bool check; /* nothing is sent */
};

static int take_recipients(struct request *r, struct test *t)
{
	uint64_t n = unpack_below(&r->body, ADDRESS_LIST_MAX + 1);
	struct address_list contacts;
	struct address_problem problem;
	struct address parsed;
	bool good = true;

	for (uint64_t i = 0; i < n; i++) {
		t->to[t->n_to] = unpack_slice(&r->body, 1000);
		good = address_parse(t->to[t->n_to++], &parsed) == ADDRESS_OK && good;
	}
	if (!good)
		keep_problem(&t->values.problems, "to", "holds something that is no address.");
	if (n > 0)
		return 0;
	if (address_list_parse(slice_of(t->values.settings.value[SETTING_EMAIL_ADMIN_CONTACTS]),
		r->arena, &contacts, &problem) != 0)
		return -1;
	for (size_t i = 0; i < contacts.count; i++)
		t->to[t->n_to++] = contacts.items[i].text;
	if (t->n_to == 0 && t->values.problems.n == 0)
		keep_problem(&t->values.problems, "email.admin_contacts", "is empty: nobody would get the test "
			"mail. Enter at least one address.");
	return 0;
}

static const char *security_of(const struct settings *s)
{
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "none"))
		return "no encryption";
	return setting_is(s, SETTING_EMAIL_ENCRYPTION, "tls") ? "TLS" : "STARTTLS";
}

static int compose(struct request *r, struct test *t, struct buffer *out)
{
	struct keeper *k = r->keeper;
	const struct settings *s = &t->values.settings;
	struct test_mail mail = {
		.site_name = s->value[SETTING_SITE_NAME],
		.node_name = k->config->node_name,
		.relay_host = s->value[SETTING_EMAIL_RELAY_HOST],
		.relay_port = (uint16_t)setting_number(s, SETTING_EMAIL_RELAY_PORT),
		.daily_notice = setting_is(s, SETTING_EMAIL_DAILY_NOTICE, "yes"),
		.daily_notice_time = arena_printf(r->arena, "%s (%s)",
			s->value[SETTING_EMAIL_DAILY_NOTICE_TIME],
			s->value[SETTING_EMAIL_TIME_ZONE]),
		.security = security_of(s),
		.asked_by = r->asker.name,
		.from_address = slice_of(s->value[SETTING_EMAIL_FROM_ADDRESS]),
		.to = t->to,
		.n_to = t->n_to,
		.page_url = arena_printf(r->arena, "%s/login/email",
			settings_site_url(s, k->config->node_name, k->https_port, r->arena)),
		.now = clock_wall(),
	};

	random_bytes(mail.random, sizeof(mail.random));
	return compose_test_mail(&mail, r->arena, out);
}

/* Tells the sender; a run that cannot be started ends at once. False without memory. */
static bool start_run(struct run *run, const struct settings *s, const struct test *t,
	struct slice content)
{
	struct keeper *k = run->keeper;
	struct trial_ask *ask = calloc(1, sizeof(*ask));
	struct buffer body;
	struct relay relay;

	if (ask == NULL)
		return false;
	*ask = (struct trial_ask){ .keeper = k, .run = run->id };
	keep_relay_of(k, s, &relay);
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_number(&body, run->id);
	pack_bool(&body, t->check);
	relay_pack(&body, &relay);
	pack_text(&body, relay.envelope_sender);
	pack_number(&body, t->n_to);
	for (size_t i = 0; i < t->n_to; i++)
		pack_slice(&body, t->to[i]);
	pack_slice(&body, content);
	if (k->peers[ROLE_SENDER] == NULL ||
		channel_ask(k->peers[ROLE_SENDER], WORD_TRIAL, &body, on_trial_done, ask) == 0)
		on_trial_done(ask, NULL);
	buffer_release(&body);
	return true;
}

uint64_t keep_trial_check(struct keeper *k, keep_check_fn *done, void *arg)
{
	const char *to = k->settings.value[SETTING_EMAIL_FROM_ADDRESS];
	struct test *t = calloc(1, sizeof(*t));
	struct run *run = t != NULL ? new_run(k) : NULL;
	struct buffer content;
	uint64_t id = 0;

	if (run != NULL) {
		t->check = true;
		t->to[t->n_to++] = slice_of(to);
		id = run->id;
		run->checked = done;
		run->checked_arg = arg;
		buffer_init(&content, COMPOSE_MAX);
		/* it is fitted for the relay as any mail, but its octets stay here */
		buffer_appendf(&content, "From: <%s>\r\nTo: <%s>\r\nSubject: check\r\n\r\n", to, to);
		if (!buffer_ok(&content) ||
			!start_run(run, &k->settings, t, buffer_slice(&content))) {
			free_run(k, run);
			id = 0;
		}
		buffer_release(&content);
	}
	free(t);
	return id;
}

static void send_trial(struct request *r, struct test *t, const struct buffer *content)
{
	struct run *run = new_run(r->keeper);
	struct buffer body;

	if (run == NULL || !start_run(run, &t->values.settings, t, buffer_slice(content))) {
		keep_refuse(r, EX_TEMPFAIL, "", "Too many tests are under way. Try again in a minute.");
		return;
	}
	buffer_init(&body, 100);
	pack_number(&body, run->id);
	keep_reply(r, WORD_TEST_STARTED, &body);
	buffer_release(&body);
}

static void start_test(struct request *r, struct test *t)
{
	const char *obstacle = keep_mail_obstacle(r->keeper, &t->values.settings);
	struct buffer content;

	if (t->values.problems.n > 0) {
		keep_refuse_problems(r, &t->values.problems);
		return;
	}
	if (obstacle != NULL) {
		keep_refuse(r, EX_CONFIG, "", obstacle);
		return;
	}
	if (r->keeper->peers[ROLE_SENDER] == NULL) {
		keep_refuse(r, EX_TEMPFAIL, "", "The sender is starting. Try again in a moment.");
		return;
	}
	buffer_init(&content, COMPOSE_MAX);
	if (compose(r, t, &content) == 0)
		send_trial(r, t, &content);
	else
		keep_refuse(r, EX_SOFTWARE, "", "The test mail could not be written.");
	buffer_release(&content);
}

static int run_test_audit(struct store_db *db, void *arg)
{
	struct request *r = arg;
	const struct test *t = r->data;
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from,
		.what = t->check ? "checked the relay without sending" : "asked for a test mail",
	};

	return audit_append(db, &entry);
}

static void test_noted(void *arg, int result)
{
	struct request *r = arg;

	if (result != STORE_OK)
		keep_refuse_store(r, result);
	else
		start_test(r, r->data);
}

void keep_test(struct request *r)
{
	struct test *t = arena_alloc(r->arena, sizeof(*t));

	if (t == NULL || keep_values_unpack(r, &t->values) != 0 || take_recipients(r, t) != 0) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	t->check = r->body.rest.len > 0 && unpack_bool(&r->body);
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	r->data = t;
	r->job = (struct store_job){ .run = run_test_audit, .done = test_noted, .arg = r };
	store_write(r->keeper->store, &r->job);
}

void keep_test_show(struct request *r)
{
	uint64_t id = unpack_number(&r->body), seen = unpack_number(&r->body);
	struct run *run = find_run(r->keeper, id);
	struct look *look;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
	} else if (run == NULL) {
		keep_refuse(r, EX_NOINPUT, "", "This test is not known any more. Run it again.");
	} else if (run->done || run->version > seen) {
		reply_run(run, r);
	} else {
		look = arena_alloc(r->arena, sizeof(*look));
		if (look == NULL) {
			keep_refuse_store(r, STORE_BUSY);
			return;
		}
		look->request = r;
		TAILQ_INSERT_TAIL(&run->looks, look, entry);
	}
}
