/* What leaves the log by age and by size, in bounded slices; open mail never does. */
#include "unit/store/queue_fixture.h"

#include <sqlite3.h>

#include "store/queue_retain.h"

enum {
	DAY = 24 * 3600,
};

static int64_t value_of(const char *sql)
{
	struct query q;
	int64_t n;

	query_init(&q, &db, sql);
	assert_int_equal(query_value(&q, &n), STORE_OK);
	return n;
}

static void finish(int64_t at, enum queue_state s)
{
	struct queue_envelope e;
	struct queue_verdict v[QUEUE_BATCH_MAX];

	while (queue_take(&db, at, arena, &e) == STORE_OK) {
		for (size_t i = 0; i < e.n_recipients; i++)
			v[i] = verdict_of(e.recipients[i].id, s, s == QUEUE_ACCEPTED ?
				VERDICT_ACCEPTED : VERDICT_RECIPIENT, 0);
		give(e.message, at, v, e.n_recipients);
	}
}

/* Runs all slices; how many there were, and the most recipients that went in one. */
static size_t retain(int64_t now, int64_t age, uint64_t size, int64_t *ret_most)
{
	struct queue_retention r = { .now = now, .age = age, .size = size };
	struct queue_retained got = { .more = true };
	size_t calls = 0;

	*ret_most = 0;
	while (got.more) {
		int64_t before = value_of("SELECT count(*) FROM recipient"), gone;

		assert_int_equal(queue_retain(&db, &r, &got), STORE_OK);
		r.from = got.reached;
		check_laws(&db);
		gone = before - value_of("SELECT count(*) FROM recipient");
		*ret_most = gone > *ret_most ? gone : *ret_most;
		calls++;
	}
	return calls;
}

static void finished_mail_goes_by_its_age_in_slices(void **state UNUSED)
{
	int64_t most;

	for (int i = 0; i < 1200; i++)
		add_one(1000 + i, "a@x.example");
	finish(3000, QUEUE_ACCEPTED);
	add_one(1000, "root"); /* held: open, however old */
	add_one(40 * DAY, "b@x.example");
	finish(40 * DAY, QUEUE_FAILED);
	assert_int_equal(retain(1000 + 30 * DAY, 30 * DAY, INT64_MAX, &most), 1);
	assert_int_equal(most, 0);
	assert_in_range(retain(40 * DAY, 30 * DAY, INT64_MAX, &most), 3, 7);
	assert_in_range(most, 200, QUEUE_RETAIN_ROWS);
	assert_int_equal(value_of("SELECT count(*) FROM message"), 2);
	assert_int_equal(value_of("SELECT count(*) FROM attempt"), 1);
	assert_int_equal(value_of("SELECT octets FROM volume WHERE kind = 'kept'"), 9);
}

static void one_message_with_many_recipients_goes_in_slices_too(void **state UNUSED)
{
	const char *recipients[1301] = { NULL };
	int64_t most;

	for (size_t i = 0; i < 1300; i++)
		recipients[i] = arena_printf(arena, "user%zu@x.example", i);
	add_to(1000, recipients, NULL);
	finish(1000, QUEUE_FAILED);
	assert_in_range(retain(40 * DAY, 30 * DAY, INT64_MAX, &most), 3, 5);
	assert_in_range(most, 1, QUEUE_RETAIN_ROWS);
	assert_int_equal(value_of("SELECT count(*) FROM message"), 0);
	assert_int_equal(value_of("SELECT count(*) FROM content"), 0);
}

static void too_large_a_log_loses_content_first_and_nothing_young(void **state UNUSED)
{
	int64_t most;

	add_one(1000, "a@x.example");
	add_one(9 * DAY, "b@x.example");
	finish(9 * DAY, QUEUE_FAILED);
	add_one(1000, "root");
	retain(10 * DAY, 30 * DAY, INT64_MAX, &most);
	assert_int_equal(value_of("SELECT count(*) FROM message WHERE kept"), 2);
	retain(10 * DAY, 30 * DAY, 0, &most); /* no log is that small */
	assert_int_equal(value_of("SELECT count(*) FROM message WHERE kept"), 0);
	assert_int_equal(value_of("SELECT count(*) FROM message"), 2); /* the young, the open */
	assert_int_equal(value_of("SELECT count(*) FROM content"), 1);
}

static int count_work(void *n)
{
	++*(uint64_t *)n;
	return 0;
}

/* Tens of steps of SQLite's machine for one slice after the first. */
static uint64_t work_of_a_later_slice(void)
{
	struct queue_retention r = { .now = 40 * DAY, .age = 30 * DAY, .size = INT64_MAX };
	struct queue_retained got;
	uint64_t n = 0;

	assert_int_equal(queue_retain(&db, &r, &got), STORE_OK);
	assert_true(got.more);
	r.from = got.reached;
	sqlite3_progress_handler(db.handle, 10, count_work, &n);
	assert_int_equal(queue_retain(&db, &r, &got), STORE_OK);
	sqlite3_progress_handler(db.handle, 0, NULL, NULL);
	return n;
}

static void old_mail_that_is_held_is_passed_over_once(void **state UNUSED)
{
	uint64_t alone;

	for (int i = 0; i < 600; i++)
		add_one(2000, "a@x.example");
	finish(3000, QUEUE_ACCEPTED);
	alone = work_of_a_later_slice();
	assert_true(alone > 0);
	retain(40 * DAY, 30 * DAY, INT64_MAX, &(int64_t){ 0 });
	for (int i = 0; i < 3000; i++)
		add_one(1000, "root"); /* held */
	for (int i = 0; i < 600; i++)
		add_one(2000, "a@x.example");
	finish(3000, QUEUE_ACCEPTED);
	assert_in_range(work_of_a_later_slice(), 1, alone + alone / 4);
	retain(40 * DAY, 30 * DAY, INT64_MAX, &(int64_t){ 0 });
	assert_int_equal(value_of("SELECT count(*) FROM message"), 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(finished_mail_goes_by_its_age_in_slices),
		T(one_message_with_many_recipients_goes_in_slices_too),
		T(old_mail_that_is_held_is_passed_over_once),
		T(too_large_a_log_loses_content_first_and_nothing_young),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_retain", tests, NULL, NULL);
}
