/* After a crash: what was in flight, what was in doubt, verdicts that come late; and by hand. */
#include "unit/store/queue_fixture.h"

#include <sqlite3.h>

#include "store/queue_act.h"

#include "core/retry.h"

static struct queue_recovery recover(int64_t now)
{
	struct queue_recovery r;

	assert_int_equal(queue_recover(&db, now, &r), STORE_OK);
	return r;
}

static struct queue_envelope take_and_dot(int64_t now)
{
	struct queue_envelope e = take(now);

	assert_int_equal(queue_dot(&db, e.message, now), STORE_OK);
	return e;
}

static void what_was_in_flight_is_queued_again(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");

	take(1000);
	assert_int_equal(recover(1500).requeued, 1);
	assert_int_equal(state_of(id), QUEUE_QUEUED);
	assert_int_equal(show(id).recipients[0].attempts, 0);
	assert_int_equal(next_due(), 1500);
	assert_int_equal(recover(1500).requeued, 0);
}

static void what_was_in_doubt_waits_and_says_so(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_recovery r;
	struct queue_detail d;

	take_and_dot(1000);
	r = recover(2000);
	assert_int_equal(r.maybe_delivered, 1);
	assert_int_equal(r.requeued, 0);
	d = show(id).recipients[0];
	assert_int_equal(d.state, QUEUE_DEFERRED);
	assert_true(d.maybe_delivered);
	assert_int_equal(d.attempts, 1);
	assert_int_equal(d.next_try, 2000 + RETRY_AMBIGUOUS_FIRST);
	assert_int_equal(d.verdict->class, VERDICT_AMBIGUOUS);
	assert_int_equal(d.verdict->stage, STAGE_DOT);
	assert_non_null(strstr(show(id).item.reason, "interrupted"));
}

static void after_some_doubts_a_person_is_asked(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	int64_t now = 1000;

	for (int i = 0; i < RETRY_AMBIGUOUS_MAX; i++) {
		take_and_dot(now);
		recover(now);
		now += RETRY_AMBIGUOUS_FIRST;
	}
	assert_int_equal(state_of(id), QUEUE_HELD);
	assert_int_equal(show(id).recipients[0].attempts, RETRY_AMBIGUOUS_MAX);
	assert_int_equal(next_due(), INT64_MAX);
}

static void an_answer_that_comes_late_is_believed(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take_and_dot(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_ACCEPTED,
		VERDICT_ACCEPTED, 0);

	recover(1001);
	give(e.message, 1002, &v, 1);
	assert_int_equal(state_of(id), QUEUE_ACCEPTED);
	assert_false(show(id).recipients[0].maybe_delivered);
	take_none(INT64_MAX);
}

static void a_late_refusal_takes_the_doubt_away_and_nothing_else(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take_and_dot(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_TRANSIENT,
		1060);
	struct queue_detail d;

	recover(1001);
	give(e.message, 1002, &v, 1);
	d = show(id).recipients[0];
	assert_int_equal(d.state, QUEUE_DEFERRED);
	assert_false(d.maybe_delivered);
	assert_int_equal(d.attempts, 1);
	assert_int_equal(d.next_try, 1001 + RETRY_AMBIGUOUS_FIRST);
	assert_int_equal(d.verdict->class, VERDICT_TRANSIENT);
	/* and a second time nothing at all */
	give(e.message, 1003, &v, 1);
	assert_int_equal(show(id).recipients[0].attempts, 1);
}

static void a_late_refusal_of_a_recipient_is_final(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_FAILED, VERDICT_RECIPIENT, 0);

	recover(1001);
	give(e.message, 1002, &v, 1);
	assert_int_equal(state_of(id), QUEUE_FAILED);
}

static void the_old_senders_dot_is_refused_after_recovery(void **state UNUSED)
{
	struct queue_envelope e;

	add_one(1000, "a@x.example");
	e = take(1000);
	recover(1001);
	assert_int_equal(queue_dot(&db, e.message, 1002), STORE_NOT_FOUND);
}

static void due_times_of_a_wrong_clock_become_now(void **state UNUSED)
{
	struct queue_envelope e;
	struct queue_verdict v;

	add_one(9000000, "a@x.example"); /* accepted while the clock was ahead */
	add_one(1000, "b@x.example");
	e = take(1000);
	v = verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1000 + 4000);
	give(e.message, 1000, &v, 1);
	recover(1000);
	assert_int_equal(next_due(), 1000);
	assert_string_equal(take(1000).recipients[0].address, "a@x.example");
	assert_int_equal(next_due(), 5000);
}

static void a_message_that_is_not_whole_fails_and_says_so(void **state UNUSED)
{
	const char *id = add_to(1000, (const char *const[]){ "a@x.example", "b@x.example", NULL },
		NULL), *other = add_one(1000, "c@x.example");

	assert_int_equal(db_exec(&db, "UPDATE content SET octets = substr(octets, 2)"
				      " WHERE id = 1024"), STORE_OK);
	assert_int_equal(recover(2000).damaged, 2);
	assert_int_equal(show(id).item.state, QUEUE_FAILED);
	assert_string_equal(show(id).item.reason,
		"The stored message is not whole any more, so it was not sent.");
	assert_int_equal(state_of(other), QUEUE_QUEUED);
	assert_string_equal(take(2000).queue_id, other);
}

/* What a recovery costs SQLite: the steps of all its statements. */
static int steps_of_recovery(void)
{
	sqlite3_stmt *s = NULL;
	int n = 0;

	recover(3000);
	while ((s = sqlite3_next_stmt(db.handle, s)) != NULL)
		n += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static void deliver(int n)
{
	for (int i = 0; i < n; i++) {
		struct queue_envelope e;
		struct queue_verdict v;

		add_one(1, "done@x.example");
		e = take(1);
		v = verdict_of(e.recipients[0].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0);
		give(e.message, 1, &v, 1);
	}
}

/* Nothing is handed out meanwhile, and all that comes in shares its commit. */
static void what_is_done_makes_recovery_no_longer(void **state UNUSED)
{
	int before;

	add_one(1000, "a@x.example");
	deliver(1);
	steps_of_recovery();
	before = steps_of_recovery();
	deliver(20);
	steps_of_recovery();
	assert_int_equal(steps_of_recovery(), before);
}

/* ---- by hand ---- */

static int retry(const char *id, int64_t now, uint64_t *n)
{
	const struct queue_order order = { .action = QUEUE_ACTION_RETRY, .at = now, .who = "anna" };
	struct queue_acted acted = { 0 };
	uint64_t after = 0;
	int result = id[0] == '\0' ? queue_act_all(&db, &order, &after, &acted) :
		queue_act(&db, &order, id, &acted);

	*n = acted.recipients;
	return result;
}

static const char *add_deferred(int64_t next_try)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_TRANSIENT,
		next_try);

	give(e.message, 1000, &v, 1);
	return id;
}

static void one_message_or_all_are_tried_again_now(void **state UNUSED)
{
	const char *a = add_deferred(4000), *b = add_deferred(4000), *root = add_one(1000, "root");
	uint64_t n;

	assert_int_equal(retry("NOSUCHID2345", 2000, &n), STORE_NOT_FOUND);
	assert_int_equal(retry(a, 2000, &n), STORE_OK);
	assert_int_equal(n, 1);
	assert_string_equal(take(2000).queue_id, a);
	assert_int_equal(state_of(b), QUEUE_DEFERRED);
	assert_int_equal(retry("", 2000, &n), STORE_OK);
	assert_int_equal(n, 1);
	/* due already, perhaps while the relay is away: it counts as well */
	assert_int_equal(retry("", 2000, &n), STORE_OK);
	assert_int_equal(n, 1);
	assert_string_equal(take(2000).queue_id, b);
	assert_int_equal(state_of(root), QUEUE_HELD);
	/* what is with the sender is left there */
	assert_int_equal(retry("", 2000, &n), STORE_OK);
	assert_int_equal(n, 0);
}

static void what_is_held_in_doubt_goes_by_hand(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);
	struct queue_verdict v = verdict_of(e.recipients[0].id, QUEUE_HELD, VERDICT_AMBIGUOUS, 0);
	uint64_t n;

	give(e.message, 1000, &v, 1);
	assert_int_equal(state_of(id), QUEUE_HELD);
	assert_int_equal(queue_hurry(&db, 2000), STORE_OK);
	take_none(2000);
	assert_int_equal(retry(id, 2000, &n), STORE_OK);
	assert_string_equal(take(2000).queue_id, id);
}

static void new_settings_hurry_what_is_not_in_doubt(void **state UNUSED)
{
	const char *sure = add_deferred(4000);
	struct queue_envelope e;
	struct queue_verdict v;

	add_one(1000, "b@x.example");
	e = take(1000);
	v = verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_AMBIGUOUS, 4000);
	give(e.message, 1000, &v, 1);
	assert_int_equal(queue_hurry(&db, 2000), STORE_OK);
	assert_string_equal(take(2000).queue_id, sure);
	take_none(3999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(what_was_in_flight_is_queued_again),
		T(what_was_in_doubt_waits_and_says_so),
		T(after_some_doubts_a_person_is_asked),
		T(an_answer_that_comes_late_is_believed),
		T(a_late_refusal_takes_the_doubt_away_and_nothing_else),
		T(a_late_refusal_of_a_recipient_is_final),
		T(the_old_senders_dot_is_refused_after_recovery),
		T(due_times_of_a_wrong_clock_become_now),
		T(a_message_that_is_not_whole_fails_and_says_so),
		T(what_is_done_makes_recovery_no_longer),
		T(one_message_or_all_are_tried_again_now),
		T(what_is_held_in_doubt_goes_by_hand),
		T(new_settings_hurry_what_is_not_in_doubt),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_recover", tests, NULL, NULL);
}
