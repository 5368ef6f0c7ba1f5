/* The queue: what goes in comes out whole; each recipient is in one state; the rule of the dot. */
#include "unit/store/queue_fixture.h"

#include <stdlib.h>

static bool has_content(uint64_t message)
{
	struct buffer b;
	int result;

	buffer_init(&b, QUEUE_PART_SIZE);
	result = queue_body(&db, message, 0, &b);
	buffer_release(&b);
	return result == STORE_OK;
}

/* ---- in ---- */

static void what_goes_in_is_handed_out(void **state UNUSED)
{
	const char *id = add_one(1000, "a@example.com");
	struct queue_envelope e = take(1000);

	assert_string_equal(e.queue_id, id);
	assert_int_equal(strlen(id), 12);
	assert_int_equal(strspn(id, "BCDFGHJKLMNPQRSTVWXZ23456789"), 12);
	assert_int_equal(e.at, 1000);
	assert_string_equal(e.sender, "root@host.example");
	assert_string_equal(e.header_from, "Root <root@host.example>");
	assert_string_equal(e.subject, "cron");
	assert_string_equal(e.message_id, "<1@host>");
	assert_int_equal(e.size, 9);
	assert_int_equal(e.header_size, 2);
	assert_true(e.needs_8bitmime);
	assert_false(e.needs_smtputf8);
	assert_int_equal(e.dsn.notify, DSN_DELAY);
	assert_int_equal(e.dsn.ret, DSN_RETURN_FULL);
	assert_string_equal(e.dsn.envid, "job 7");
	assert_int_equal(e.n_recipients, 1);
	assert_string_equal(e.recipients[0].address, "a@example.com");
	assert_int_equal(e.recipients[0].attempts, 0);
	assert_int_equal(state_of(id), QUEUE_IN_FLIGHT);
	take_none(1000);
}

static void octets_come_back_as_they_were(void **state UNUSED)
{
	size_t size = 3 * QUEUE_PART_SIZE + 17;
	char *content = malloc(size);
	struct buffer b;
	uint64_t message;

	assert_non_null(content);
	for (size_t i = 0; i < size; i++)
		content[i] = (char)(i * 7 + i / 256);
	add_content(1000, slice_make(content, size));
	message = take(1000).message;
	buffer_init(&b, size);
	while (b.len < size) {
		size_t before = b.len;

		assert_int_equal(queue_body(&db, message, b.len, &b), STORE_OK);
		assert_true(b.len > before);
	}
	assert_int_equal(b.len, size);
	assert_memory_equal(b.data, content, size);
	/* the end, and behind it */
	assert_int_equal(queue_body(&db, message, size, &b), STORE_OK);
	assert_int_equal(queue_body(&db, message, size + 100000, &b), STORE_OK);
	assert_int_equal(b.len, size);
	buffer_clear(&b);
	/* from the middle of a part to its end */
	assert_int_equal(queue_body(&db, message, QUEUE_PART_SIZE + 5, &b), STORE_OK);
	assert_int_equal(b.len, QUEUE_PART_SIZE - 5);
	assert_memory_equal(b.data, content + QUEUE_PART_SIZE + 5, b.len);
	assert_int_equal(queue_body(&db, message + 1, 0, &b), STORE_NOT_FOUND);
	buffer_release(&b);
	free(content);
}

static void a_message_without_recipients_or_octets_is_refused(void **state UNUSED)
{
	char id[QUEUE_ID_SIZE];
	struct queue_message m = { .submitter = "", .sender = "", .header_from = "", .subject = "",
		.message_id = "", .content = SLICE("x") };

	assert_int_equal(queue_add(&db, &m, id), STORE_FAILED);
	m.recipients = (const char *const[]){ "a@example.com" };
	m.n_recipients = 1;
	m.content.len = 0;
	assert_int_equal(queue_add(&db, &m, id), STORE_FAILED);
	m.content.len = QUEUE_SIZE_MAX + 1;
	assert_int_equal(queue_add(&db, &m, id), STORE_FAILED);
}

static void a_recipient_named_twice_counts_once(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "a@x.example", "b@x.example",
		"a@x.example", NULL }, NULL);

	assert_int_equal(show(id).n, 2);
}

/* ---- bare names ---- */

static void bare_names_become_the_contacts(void **state UNUSED)
{
	const char *id = add_to(1000,
		(const char *const[]){ "root", "a@x.example", "daemon", NULL },
		(const char *const[]){ "one@x.example", "a@x.example", NULL });
	struct queue_details d = show(id);

	assert_int_equal(d.n, 2);
	assert_string_equal(d.recipients[0].address, "one@x.example");
	assert_string_equal(d.recipients[1].address, "a@x.example");
	assert_int_equal(d.recipients[0].state, QUEUE_QUEUED);
}

static void bare_names_are_held_until_there_are_contacts(void **state UNUSED)
{
	const char *id = add_one(1000, "root");
	uint64_t n = 0;

	assert_int_equal(state_of(id), QUEUE_HELD);
	assert_string_equal(show(id).item.reason, "No admin contact is set.");
	take_none(2000);
	assert_int_equal(next_due(), INT64_MAX);
	assert_int_equal(queue_expand_local(&db, NULL, 0, 2000, &n), STORE_OK);
	assert_int_equal(n, 0);
	assert_int_equal(queue_expand_local(&db,
		(const char *const[]){ "one@x.example", "two@x.example" }, 2, 2000, &n), STORE_OK);
	assert_int_equal(n, 1);
	assert_int_equal(show(id).n, 2);
	assert_int_equal(next_due(), 2000);
	assert_int_equal(take(2000).n_recipients, 2);
}

static void a_contact_that_gets_the_mail_already_gets_it_once(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "root", "one@x.example", NULL }, NULL);
	uint64_t n = 0;

	assert_int_equal(queue_expand_local(&db, (const char *const[]){ "one@x.example" }, 1, 2000,
		&n), STORE_OK);
	assert_int_equal(n, 1);
	assert_int_equal(show(id).n, 1);
}

static void a_contact_that_already_took_the_mail_stays_so(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "root", "one@x.example", NULL }, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_ACCEPTED,
		VERDICT_ACCEPTED, 0);
	uint64_t n = 0;

	give(e.message, 1001, &v, 1);
	assert_true(has_content(e.message));
	assert_int_equal(queue_expand_local(&db, (const char *const[]){ "one@x.example" }, 1, 2000,
		&n), STORE_OK);
	assert_int_equal(state_of(id), QUEUE_ACCEPTED);
	assert_int_equal(show(id).item.n_open, 0);
	assert_false(has_content(e.message));
	take_none(3000);
}

static void a_held_name_goes_by_its_own_way(void **state UNUSED)
{
	const char *const to[] = { "ops@x.example" };
	const char *root = add_one(1000, "Root"), *cron = add_one(1000, "root+cron");
	const char *rooter = add_one(1000, "rooter"), *under = add_one(1000, "r_ot");
	uint64_t n = 0;

	assert_int_equal(queue_expand_name(&db, "r_ot", to, 0, 2000, &n), STORE_OK);
	assert_int_equal(n, 0);
	assert_int_equal(queue_expand_name(&db, "root", to, 1, 2000, &n), STORE_OK);
	assert_int_equal(n, 2);
	assert_string_equal(show(root).recipients[0].address, "ops@x.example");
	assert_string_equal(show(cron).recipients[0].address, "ops@x.example");
	assert_int_equal(state_of(rooter), QUEUE_HELD);
	assert_int_equal(queue_expand_name(&db, "r_ot", to, 1, 2000, &n), STORE_OK);
	assert_int_equal(n, 3);
	assert_int_equal(state_of(under), QUEUE_QUEUED);
	assert_int_equal(state_of(rooter), QUEUE_HELD);
}

static void many_held_names_are_expanded_in_pieces(void **state UNUSED)
{
	const char *const contacts[] = { "one@x.example" };
	uint64_t n = 0;

	assert_int_equal(db_exec(&db, "BEGIN"), STORE_OK);
	for (int i = 0; i < QUEUE_EXPAND_MAX + 3; i++)
		add_one(1000, "root");
	assert_int_equal(queue_expand_local(&db, contacts, 1, 2000, &n), STORE_OK);
	assert_int_equal(n, QUEUE_EXPAND_MAX);
	n = 0;
	assert_int_equal(queue_expand_local(&db, contacts, 1, 2000, &n), STORE_OK);
	assert_int_equal(n, 3);
	assert_int_equal(db_exec(&db, "COMMIT"), STORE_OK);
}

/* ---- out ---- */

static void what_is_due_longest_goes_first(void **state UNUSED)
{
	const char *late = add_one(2000, "late@x.example");
	const char *early = add_one(1000, "early@x.example");

	assert_int_equal(next_due(), 1000);
	take_none(999);
	assert_string_equal(take(5000).queue_id, early);
	assert_int_equal(next_due(), 2000);
	assert_string_equal(take(5000).queue_id, late);
	assert_int_equal(next_due(), INT64_MAX);
}

static void a_message_is_with_the_sender_once(void **state UNUSED)
{
	const char *recipients[QUEUE_BATCH_MAX + 51] = { NULL };
	struct queue_envelope e;

	for (size_t i = 0; i < QUEUE_BATCH_MAX + 50; i++)
		recipients[i] = arena_printf(arena, "user%zu@x.example", i);
	add_to(1000, recipients, NULL);
	e = take(1000);
	assert_int_equal(e.n_recipients, QUEUE_BATCH_MAX);
	assert_string_equal(e.recipients[0].address, "user0@x.example");
	assert_string_equal(e.recipients[99].address, "user99@x.example");
	assert_int_equal(next_due(), INT64_MAX);
	take_none(2000);
	give(e.message, 1001, NULL, 0); /* nothing was tried */
	assert_int_equal(next_due(), 1000);
	assert_int_equal(take(1001).n_recipients, QUEUE_BATCH_MAX);
}

static void the_rest_of_many_recipients_follows(void **state UNUSED)
{
	const char *recipients[QUEUE_BATCH_MAX + 51] = { NULL };
	struct queue_verdict v[QUEUE_BATCH_MAX];
	struct queue_envelope e;

	for (size_t i = 0; i < QUEUE_BATCH_MAX + 50; i++)
		recipients[i] = arena_printf(arena, "user%zu@x.example", i);
	add_to(1000, recipients, NULL);
	e = take(1000);
	for (size_t i = 0; i < e.n_recipients; i++)
		v[i] = verdict_of(e.recipients[i].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0);
	give(e.message, 1001, v, e.n_recipients);
	e = take(1001);
	assert_int_equal(e.n_recipients, 50);
	assert_string_equal(e.recipients[0].address, "user100@x.example");
}

/* ---- the dot and the verdicts ---- */

static void the_dot_is_marked_for_mail_with_the_sender_only(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e;

	assert_int_equal(queue_dot(&db, 1, 1000), STORE_NOT_FOUND);
	e = take(1000);
	assert_int_equal(queue_dot(&db, e.message, 1001), STORE_OK);
	assert_int_equal(state_of(id), QUEUE_DOT_SENT);
	assert_int_equal(queue_dot(&db, e.message, 1002), STORE_OK); /* asked again: it stands */
	assert_int_equal(state_of(id), QUEUE_DOT_SENT);
	assert_int_equal(queue_dot(&db, e.message + 7, 1002), STORE_NOT_FOUND);
}

static void an_accepted_message_keeps_its_history_and_loses_its_octets(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_ACCEPTED,
		VERDICT_ACCEPTED, 0);
	struct queue_details d;

	assert_int_equal(queue_dot(&db, e.message, 1001), STORE_OK);
	give(e.message, 1002, &v, 1);
	d = show(id);
	assert_int_equal(d.item.state, QUEUE_ACCEPTED);
	assert_int_equal(d.item.n_open, 0);
	assert_int_equal(d.recipients[0].attempts, 1);
	assert_int_equal(d.recipients[0].at, 1002);
	assert_string_equal(d.recipients[0].relay, "relay:25");
	assert_int_equal(d.recipients[0].took_ms, 42);
	assert_true(d.recipients[0].tried);
	assert_int_equal(d.recipients[0].verdict->class, VERDICT_ACCEPTED);
	assert_int_equal(d.recipients[0].verdict->stage, STAGE_RCPT);
	assert_int_equal(d.recipients[0].verdict->reason, REASON_REPLY);
	assert_int_equal(d.recipients[0].verdict->code, 450);
	assert_int_equal(d.recipients[0].verdict->enhanced.class, 4);
	assert_int_equal(d.recipients[0].verdict->enhanced.detail, 1);
	assert_string_equal(d.recipients[0].verdict->text, "mailbox busy\nask later");
	assert_false(has_content(e.message));
	take_none(INT64_MAX);
}

static void each_recipient_has_a_verdict_of_its_own(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "a@x.example", "b@x.example",
		"c@x.example", "d@x.example", NULL }, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[] = {
		verdict_of(e.recipients[0].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0),
		verdict_of(e.recipients[1].id, QUEUE_FAILED, VERDICT_RECIPIENT, 0),
		verdict_of(e.recipients[2].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1060),
	};
	struct queue_details d;

	give(e.message, 1002, v, 3);
	d = show(id);
	assert_int_equal(d.recipients[0].state, QUEUE_ACCEPTED);
	assert_int_equal(d.recipients[1].state, QUEUE_FAILED);
	assert_int_equal(d.recipients[2].state, QUEUE_DEFERRED);
	assert_int_equal(d.recipients[2].next_try, 1060);
	assert_int_equal(d.recipients[3].state, QUEUE_QUEUED); /* not named: back, untried */
	assert_int_equal(d.recipients[3].attempts, 0);
	assert_int_equal(d.item.state, QUEUE_DEFERRED);
	assert_int_equal(d.item.n_open, 2);
	assert_int_equal(d.item.next_try, 1002);
	assert_string_equal(d.item.reason, "mailbox busy\nask later");
	assert_true(has_content(e.message));
	e = take(1002);
	assert_int_equal(e.n_recipients, 1);
	assert_string_equal(e.recipients[0].address, "d@x.example");
}

static void a_deferred_recipient_comes_again_when_it_is_due(void **state UNUSED)
{
	struct queue_envelope e;
	struct queue_verdict v;

	add_one(1000, "a@x.example");
	e = take(1000);
	v = verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_AMBIGUOUS, 1060);
	give(e.message, 1001, &v, 1);
	assert_int_equal(next_due(), 1060);
	take_none(1059);
	e = take(1060);
	assert_int_equal(e.recipients[0].attempts, 1);
	assert_int_equal(e.recipients[0].ambiguous, 1);
}

static void a_verdict_that_comes_again_changes_nothing(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "a@x.example", "b@x.example", NULL },
		NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[] = {
		verdict_of(e.recipients[0].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0),
		verdict_of(e.recipients[1].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1060),
	};
	struct queue_attempts_wanted wanted = { .limit = 10 };
	struct queue_attempts tries;

	for (int i = 0; i < 3; i++)
		give(e.message, 1001 + i, v, 2);
	assert_int_equal(show(id).recipients[0].attempts, 1);
	assert_int_equal(show(id).recipients[0].at, 1001);
	assert_int_equal(show(id).recipients[1].attempts, 1);
	assert_int_equal(show(id).recipients[1].next_try, 1060);
	wanted.message = e.message;
	wanted.first = wanted.last = e.recipients[1].id;
	assert_int_equal(queue_attempts(&db, &wanted, arena, &tries), STORE_OK);
	assert_int_equal(tries.n, 1);
}

static void what_is_final_stays_so(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);
	uint64_t a = e.recipients[0].id;
	struct queue_verdict good = verdict_of(a, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0);
	struct queue_verdict bad = verdict_of(a, QUEUE_FAILED, VERDICT_RECIPIENT, 0);
	struct queue_recovery r;

	give(e.message, 1001, &good, 1);
	give(e.message, 1002, &bad, 1);
	assert_int_equal(queue_recover(&db, 1003, &r), STORE_OK);
	assert_int_equal(r.requeued + r.maybe_delivered + r.damaged, 0);
	assert_int_equal(state_of(id), QUEUE_ACCEPTED);
	/* not even by hand */
	assert_int_not_equal(db_exec(&db, "UPDATE recipient SET state = 0, next_try = 1"), STORE_OK);
}

static void verdicts_about_others_are_passed_over(void **state UNUSED)
{
	const char *one = add_one(1000, "a@x.example"), *two = add_one(1000, "b@x.example");
	struct queue_envelope e = take(1000), f = take(1000);
	struct queue_verdict v[] = {
		verdict_of(f.recipients[0].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0), /* not e's */
		verdict_of(12345, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0),
	};

	give(e.message, 1001, v, 2);
	assert_int_equal(state_of(one), QUEUE_QUEUED);
	assert_int_equal(state_of(two), QUEUE_IN_FLIGHT);
	give(4711, 1001, v, 2);
	assert_int_equal(state_of(two), QUEUE_IN_FLIGHT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(what_goes_in_is_handed_out),
		T(octets_come_back_as_they_were),
		T(a_message_without_recipients_or_octets_is_refused),
		T(a_recipient_named_twice_counts_once),
		T(bare_names_become_the_contacts),
		T(bare_names_are_held_until_there_are_contacts),
		T(a_held_name_goes_by_its_own_way),
		T(a_contact_that_gets_the_mail_already_gets_it_once),
		T(a_contact_that_already_took_the_mail_stays_so),
		T(many_held_names_are_expanded_in_pieces),
		T(what_is_due_longest_goes_first),
		T(a_message_is_with_the_sender_once),
		T(the_rest_of_many_recipients_follows),
		T(the_dot_is_marked_for_mail_with_the_sender_only),
		T(an_accepted_message_keeps_its_history_and_loses_its_octets),
		T(each_recipient_has_a_verdict_of_its_own),
		T(a_deferred_recipient_comes_again_when_it_is_due),
		T(a_verdict_that_comes_again_changes_nothing),
		T(what_is_final_stays_so),
		T(verdicts_about_others_are_passed_over),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue", tests, NULL, NULL);
}
