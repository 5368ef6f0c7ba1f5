/* What leaves the log by age and by size, in bounded slices; open mail never does. */
#include "unit/store/queue_fixture.h"

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
	const struct queue_retention r = { .now = now, .age = age, .size = size };
	size_t calls = 0;
	bool more = true;

	*ret_most = 0;
	while (more) {
		int64_t before = value_of("SELECT count(*) FROM recipient"), gone;

		assert_int_equal(queue_retain(&db, &r, &more), STORE_OK);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(finished_mail_goes_by_its_age_in_slices),
		T(one_message_with_many_recipients_goes_in_slices_too),
		T(too_large_a_log_loses_content_first_and_nothing_young),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_retain", tests, NULL, NULL);
}
