/* Settings and test mails, as front asks for them. */
#include "unit/keep/fixture.h"

#include <sysexits.h>

#include "core/settings.h"
#include "store/audit.h"
#include "wire/trial.h"

static int setup_both(void **state)
{
	int result = setup_keeper(state);

	if (result != 0)
		return result;
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
	return 0;
}

/* ---- short words ---- */

/* Pairs of key and value end with NULL. */
static struct answer *save_by(struct buffer *b, uint64_t seen, const char *const *pairs)
{
	uint64_t n = 0;

	while (pairs[2 * n] != NULL)
		n++;
	pack_number(b, seen);
	pack_number(b, n);
	for (uint64_t i = 0; i < n; i++) {
		pack_text(b, pairs[2 * i]);
		pack_text(b, pairs[2 * i + 1]);
	}
	return ask(&front, WORD_SETTINGS_SET, b);
}

/* As root. */
#define SAVE(seen, ...) save_by(body_as_root(), seen, (const char *const[]){ __VA_ARGS__, NULL })

static uint64_t saved(const struct answer *a)
{
	struct unpack u = expect(a, WORD_SETTINGS_SAVED);

	return unpack_number(&u);
}

struct value {
	const char *key, *value, *by;
	bool set;
	uint64_t at;
};

static struct value get(const char *key)
{
	struct buffer *b = body_as_root();
	struct value v;
	struct unpack u;

	pack_text(b, key);
	u = expect(ask(&front, WORD_SETTINGS_GET, b), WORD_SETTINGS_ARE);
	unpack_number(&u);
	assert_int_equal(unpack_number(&u), 1);
	v.key = unpack_text(&u, 100, arena);
	v.value = unpack_text(&u, 100000, arena);
	v.set = unpack_bool(&u);
	v.at = unpack_number(&u);
	v.by = unpack_text(&u, 100, arena);
	assert_true(unpack_end(&u));
	return v;
}

static struct relay relay(void)
{
	struct seen *s = wait_seen(&sender, WORD_RELAY);
	struct relay r;
	struct unpack u;

	unpack_init(&u, buffer_slice(&s->body));
	relay_unpack(&u, arena, &r);
	assert_true(unpack_end(&u));
	return r;
}

/* ---- settings ---- */

static void settings_are_saved_shown_and_told_to_the_sender(void **state UNUSED)
{
	assert_string_equal(relay().host, "");
	forget_seen(&sender);
	assert_int_equal(saved(SAVE(0, "email.relay_host", " Relay.Example. ", "email.from_address",
		"alerts@example.com", "email.relay_port", "2525")), 1);
	assert_string_equal(get("email.relay_host").value, "relay.example");
	assert_string_equal(get("email.relay_host").by, "root (local)");
	assert_true(get("email.relay_host").at > 0);
	assert_string_equal(relay().host, "relay.example");
	assert_int_equal(relay().port, 2525);
	assert_string_equal(relay().from_address, "alerts@example.com");
	assert_string_equal(relay().node_name, "node.example");
}

static void settings_survive_a_restart(void **state UNUSED)
{
	saved(SAVE(0, "site.name", "Nordkap"));
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	assert_string_equal(get("site.name").value, "Nordkap");
}

static void a_secret_is_kept_told_to_the_sender_and_never_shown(void **state UNUSED)
{
	struct audit_list l;

	saved(SAVE(0, "email.relay_host", "relay.example", "email.from_address", "a@example.com",
		"email.auth", "password", "email.username", "u", "email.password", "planted-secret"));
	assert_string_equal(get("email.password").value, "");
	assert_true(get("email.password").set);
	assert_string_equal(relay().password, "planted-secret");
	assert_int_equal(audit_list(store_reader(keeper.store), 0, 1, arena, &l), STORE_OK);
	assert_non_null(strstr(l.items[0].what, "email.password"));
	assert_null(strstr(l.items[0].what, "planted"));
}

static void all_errors_come_at_once_and_nothing_is_saved(void **state UNUSED)
{
	const char *fields = refused_fields(SAVE(0, "site.name", "good", "email.relay_port", "0",
		"email.from_address", "nobody", "email.ca_certificate", "rubbish", "no.such.key", "1"));

	assert_non_null(strstr(fields, "email.relay_port "));
	assert_non_null(strstr(fields, "email.from_address "));
	assert_non_null(strstr(fields, "email.ca_certificate "));
	assert_non_null(strstr(fields, "no.such.key "));
	assert_null(strstr(fields, "site.name "));
	assert_string_equal(get("site.name").value, "Tocsin");
}

static void what_would_be_refused_is_told_without_saving(void **state UNUSED)
{
	struct buffer *b = body_as_root();

	pack_number(b, 2);
	pack_text(b, "email.relay_port");
	pack_text(b, "0");
	pack_text(b, "email.time_zone");
	pack_text(b, "Mars/Olympus");
	assert_string_equal(refused_fields(ask(&front, WORD_SETTINGS_CHECK, b)),
		"email.relay_port email.time_zone ");
	b = body_as_root();
	pack_number(b, 1);
	pack_text(b, "email.relay_port");
	pack_text(b, "25");
	expect(ask(&front, WORD_SETTINGS_CHECK, b), WORD_DONE);
	assert_string_equal(get("email.relay_port").value, "587");
	b = body_as_user(1000);
	pack_number(b, 0);
	expect_refused(ask(&front, WORD_SETTINGS_CHECK, b), EX_NOPERM);
}

/* A command may leave a section incomplete; a page of another one has nothing to do with that. */
static void what_another_section_lacks_is_no_matter(void **state UNUSED)
{
	static const char *const site[] = { "site.name", "Here", NULL };
	static const char *const email[] = { "email.helo_name", "here.example", NULL };
	const char *session;

	saved(SAVE(0, "email.relay_host", "relay.example"));
	add_account("anna", "correct horse battery");
	assert_int_equal(sign_in_as("anna", "correct horse battery", &session), LOGIN_OK);
	saved(save_by(body_as_session(session), 0, site));
	assert_string_equal(get("site.name").value, "Here");
	assert_string_equal(refused_fields(save_by(body_as_session(session), 0, email)),
		"email.from_address ");
}

static void the_changes_told_are_those_of_the_same_section(void **state UNUSED)
{
	uint64_t first = saved(SAVE(0, "queue.retention_days", "7"));
	struct unpack u;

	saved(SAVE(0, "email.relay_port", "25"));
	saved(SAVE(0, "queue.retention_days", "8"));
	u = expect(SAVE(first, "queue.retention_days", "9"), WORD_SETTINGS_CONFLICT);
	assert_int_equal(unpack_number(&u), first + 2);
	assert_int_equal(unpack_number(&u), 1);
	assert_string_equal(unpack_text(&u, 100, arena), "queue.retention_days");
}

static void of_several_sections_all_changes_are_told(void **state UNUSED)
{
	uint64_t first = saved(SAVE(0, "site.name", "a"));
	const char *told = "";
	struct unpack u;
	uint64_t n;

	saved(SAVE(0, "email.relay_port", "25"));
	saved(SAVE(0, "queue.retention_days", "8"));
	saved(SAVE(0, "site.name", "b"));
	u = expect(SAVE(first, "email.relay_port", "26", "queue.retention_days", "9"),
		WORD_SETTINGS_CONFLICT);
	assert_int_equal(unpack_number(&u), first + 3);
	n = unpack_number(&u);
	for (uint64_t i = 0; i < n; i++) {
		told = arena_printf(arena, "%s%s ", told, unpack_text(&u, 100, arena));
		assert_string_equal(unpack_text(&u, 100, arena), "root (local)");
		assert_true(unpack_number(&u) > 0);
	}
	assert_true(unpack_end(&u));
	assert_string_equal(told, "queue.retention_days email.relay_port ");
}

static void who_saves_over_somebody_else_is_told_whom(void **state UNUSED)
{
	uint64_t first = saved(SAVE(0, "email.relay_port", "25"));
	struct answer *a;
	struct unpack u;

	saved(SAVE(first, "email.relay_port", "26"));
	a = SAVE(first, "email.relay_port", "27");
	u = expect(a, WORD_SETTINGS_CONFLICT);
	assert_int_equal(unpack_number(&u), first + 1);
	assert_int_equal(unpack_number(&u), 1);
	assert_string_equal(unpack_text(&u, 100, arena), "email.relay_port");
	assert_string_equal(unpack_text(&u, 100, arena), "root (local)");
	assert_true(unpack_number(&u) > 0);
	assert_true(unpack_end(&u));
	assert_string_equal(get("email.relay_port").value, "26");
}

static void what_does_not_change_anything_is_told_to_nobody(void **state UNUSED)
{
	saved(SAVE(0, "site.name", "a"));
	forget_seen(&sender);
	assert_int_equal(saved(SAVE(0, "site.name", "a")), 1);
	turn(30);
	assert_int_equal(count_seen(&sender, WORD_RELAY), 0);
}

static void who_may_not_command_sees_and_sets_nothing(void **state UNUSED)
{
	struct buffer *b = body_as_user(1000);

	pack_text(b, "email");
	expect_refused(ask(&front, WORD_SETTINGS_GET, b), EX_NOPERM);
	b = body_as_user(1000);
	pack_number(b, 0);
	pack_number(b, 1);
	pack_text(b, "site.name");
	pack_text(b, "mine");
	expect_refused(ask(&front, WORD_SETTINGS_SET, b), EX_NOPERM);
	assert_string_equal(get("site.name").value, "Tocsin");
}

static void a_version_of_another_store_is_refused(void **state UNUSED)
{
	struct buffer *b = body_as_root();

	pack_number(b, 1000);
	pack_number(b, 1);
	pack_text(b, "site.name");
	pack_text(b, "mine");
	expect_refused(ask(&front, WORD_SETTINGS_SET, b), EX_DATAERR);
	assert_string_equal(get("site.name").value, "Tocsin");
}

static void a_malformed_request_is_refused(void **state UNUSED)
{
	struct buffer *b = body_as_root();

	pack_number(b, 0);
	pack_number(b, 2);
	pack_text(b, "site.name");
	pack_text(b, "half");
	expect_refused(ask(&front, WORD_SETTINGS_SET, b), EX_PROTOCOL);
	b = body_as_root();
	pack_text(b, "email");
	pack_text(b, "more");
	expect_refused(ask(&front, WORD_SETTINGS_GET, b), EX_PROTOCOL);
}

/* ---- test mails ---- */

/* Unsaved pairs as in save(); to may be NULL: the contacts. */
static struct answer *test(const char *const *pairs, const char *to)
{
	struct buffer *b = body_as_root();
	uint64_t n = 0;

	while (pairs[2 * n] != NULL)
		n++;
	pack_number(b, n);
	for (uint64_t i = 0; i < n; i++) {
		pack_text(b, pairs[2 * i]);
		pack_text(b, pairs[2 * i + 1]);
	}
	pack_number(b, to != NULL);
	if (to != NULL)
		pack_text(b, to);
	return ask(&front, WORD_TEST, b);
}

static const char *const nothing[] = { NULL };

static uint64_t started(const struct answer *a)
{
	struct unpack u = expect(a, WORD_TEST_STARTED);

	return unpack_number(&u);
}

static struct answer *look_later(uint64_t run, uint64_t seen)
{
	struct buffer *b = body_as_root();

	pack_number(b, run);
	pack_number(b, seen);
	return ask_later(&front, WORD_TEST_SHOW, b);
}

struct shown {
	uint64_t version;
	bool done, ok;
	const char *summary;
	struct trial trial;
};

static struct shown shown(struct answer *a)
{
	struct shown s;
	struct unpack u;

	wait_for(a);
	u = expect(a, WORD_TEST_IS);
	s.version = unpack_number(&u);
	s.done = unpack_bool(&u);
	s.ok = unpack_bool(&u);
	s.summary = unpack_text(&u, 1000, arena);
	trial_unpack(&u, arena, &s.trial);
	assert_true(unpack_end(&u));
	return s;
}

/* The sender tells how far it is: one stage in that state. */
static void tell_stage_of(uint64_t run, enum trial_step step, enum trial_state state, bool check)
{
	struct trial_stage stage = { .step = step, .state = state, .subject = "relay.example",
		.result = "", .verdict = { .text = "the relay's words" } };
	struct trial t = { .host = "relay.example", .port = 587, .check = check,
		.queue_id = state == TRIAL_GOOD ? "4XYZ" : "", .stages = &stage, .n_stages = 1 };
	struct buffer *b = empty_body();

	pack_number(b, run);
	trial_pack(b, &t);
	channel_send(sender.channel, WORD_TRIAL_STAGE, 0, b);
}

static void tell_stage(uint64_t run, enum trial_step step, enum trial_state state)
{
	tell_stage_of(run, step, state, false);
}

static void a_test_mail_is_sent_by_the_saved_settings_and_watched(void **state UNUSED)
{
	uint64_t run;
	struct seen *trial;
	struct shown s;
	struct answer *look;
	struct unpack u;
	struct relay r;

	set_up_mail();
	run = started(test(nothing, NULL));
	trial = wait_seen(&sender, WORD_TRIAL);
	unpack_init(&u, buffer_slice(&trial->body));
	assert_int_equal(unpack_number(&u), run);
	assert_false(unpack_bool(&u));
	relay_unpack(&u, arena, &r);
	assert_string_equal(r.host, "relay.example");
	assert_string_equal(unpack_text(&u, 200, arena), "alerts@example.com");
	assert_int_equal(unpack_number(&u), 1);
	assert_string_equal(unpack_text(&u, 200, arena), "boss@example.com");
	assert_true(unpack_slice(&u, 100000).len > 200);
	assert_true(unpack_end(&u));

	s = shown(look_later(run, 0));
	assert_false(s.done);
	look = look_later(run, s.version);
	turn(30);
	assert_false(look->here);
	tell_stage(run, TRIAL_CONNECT, TRIAL_RUNNING);
	s = shown(look);
	assert_false(s.done);
	assert_int_equal(s.trial.n_stages, 1);
	assert_int_equal(s.trial.stages[0].step, TRIAL_CONNECT);
	tell_stage(run, TRIAL_ANSWER, TRIAL_GOOD);
	channel_answer(sender.channel, trial->id, WORD_TRIAL_DONE, NULL);
	do
		s = shown(look_later(run, s.version));
	while (!s.done);
	assert_true(s.ok);
	assert_string_equal(s.summary, "Accepted by relay.example as 4XYZ");
}

static void a_test_that_fails_says_where_and_why(void **state UNUSED)
{
	struct shown s = { 0 };
	struct seen *trial;
	uint64_t run;

	set_up_mail();
	run = started(test(nothing, "boss@example.com"));
	trial = wait_seen(&sender, WORD_TRIAL);
	tell_stage(run, TRIAL_AUTH, TRIAL_BAD);
	channel_answer(sender.channel, trial->id, WORD_TRIAL_DONE, NULL);
	do
		s = shown(look_later(run, s.version));
	while (!s.done);
	assert_false(s.ok);
	assert_non_null(strstr(s.summary, "the relay's words"));
}

static void values_can_be_tried_without_saving(void **state UNUSED)
{
	struct unpack u;
	struct relay r;

	set_up_mail();
	started(test((const char *const[]){ "email.relay_host", "other.example", NULL },
		"me@example.com"));
	unpack_init(&u, buffer_slice(&wait_seen(&sender, WORD_TRIAL)->body));
	unpack_number(&u);
	assert_false(unpack_bool(&u));
	relay_unpack(&u, arena, &r);
	assert_string_equal(r.host, "other.example");
	assert_string_equal(get("email.relay_host").value, "relay.example");
}

static void a_check_sends_nothing_and_says_so(void **state UNUSED)
{
	struct buffer *b;
	struct shown s = { 0 };
	struct seen *trial;
	struct unpack u;
	uint64_t run;

	set_up_mail();
	b = body_as_root();
	pack_number(b, 0);
	pack_number(b, 0);
	pack_bool(b, true);
	run = started(ask(&front, WORD_TEST, b));
	trial = wait_seen(&sender, WORD_TRIAL);
	unpack_init(&u, buffer_slice(&trial->body));
	unpack_number(&u);
	assert_true(unpack_bool(&u));
	tell_stage_of(run, TRIAL_RCPT, TRIAL_GOOD, true);
	channel_answer(sender.channel, trial->id, WORD_TRIAL_DONE, NULL);
	do
		s = shown(look_later(run, s.version));
	while (!s.done);
	assert_true(s.ok);
	assert_string_equal(s.summary,
		"relay.example would take mail for this recipient; nothing was sent");
}

static void a_test_for_nobody_or_to_rubbish_is_refused(void **state UNUSED)
{
	set("email.relay_host", "relay.example", "email.from_address", "a@example.com", NULL);
	assert_string_equal(refused_fields(test(nothing, NULL)), "email.admin_contacts ");
	assert_string_equal(refused_fields(test(nothing, "rubbish")), "to ");
}

static void problems_without_end_are_bounded(void **state UNUSED)
{
	static const char *pairs[4 * SETTING_COUNT] = { NULL };

	for (size_t i = 0; i < 2 * SETTING_COUNT - 1; i++) {
		pairs[2 * i] = "no.such.key";
		pairs[2 * i + 1] = "x";
	}
	assert_non_null(strstr(refused_fields(test(pairs, "rubbish")), "no.such.key "));
}

static void a_sender_that_goes_ends_the_test(void **state UNUSED)
{
	struct shown s;
	uint64_t run;

	set_up_mail();
	run = started(test(nothing, NULL));
	wait_seen(&sender, WORD_TRIAL);
	s = shown(look_later(run, 0));
	cut_end(&sender);
	s = shown(look_later(run, s.version));
	assert_true(s.done);
	assert_false(s.ok);
	expect_refused(test(nothing, NULL), EX_TEMPFAIL);
}

static void an_unknown_test_is_refused(void **state UNUSED)
{
	struct answer *a = look_later(4711, 0);

	wait_for(a);
	expect_refused(a, EX_NOINPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_both, teardown_keeper)
		T(settings_are_saved_shown_and_told_to_the_sender),
		T(settings_survive_a_restart),
		T(a_secret_is_kept_told_to_the_sender_and_never_shown),
		T(all_errors_come_at_once_and_nothing_is_saved),
		T(what_would_be_refused_is_told_without_saving),
		T(who_saves_over_somebody_else_is_told_whom),
		T(what_another_section_lacks_is_no_matter),
		T(the_changes_told_are_those_of_the_same_section),
		T(of_several_sections_all_changes_are_told),
		T(what_does_not_change_anything_is_told_to_nobody),
		T(who_may_not_command_sees_and_sets_nothing),
		T(a_version_of_another_store_is_refused),
		T(a_malformed_request_is_refused),
		T(a_test_mail_is_sent_by_the_saved_settings_and_watched),
		T(a_test_that_fails_says_where_and_why),
		T(values_can_be_tried_without_saving),
		T(a_check_sends_nothing_and_says_so),
		T(a_test_for_nobody_or_to_rubbish_is_refused),
		T(problems_without_end_are_bounded),
		T(a_sender_that_goes_ends_the_test),
		T(an_unknown_test_is_refused),
#undef T
	};

	return cmocka_run_group_tests_name("keep/settings", tests, NULL, NULL);
}
