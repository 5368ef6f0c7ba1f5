/* The numbers for monitoring. */
#include "unit/keep/fixture.h"

#include <sqlite3.h>

#include "store/db.h"

static int setup_ends(void **state)
{
	int result = setup_keeper(state);

	if (result == 0) {
		link_end(&front, ROLE_FRONT);
		link_end(&sender, ROLE_SENDER);
	}
	return result;
}

enum list {
	STATES,
	DELIVERIES,
	RELAY_TRIES,
};

/* The number that stands by a name in one of the three lists, or UINT64_MAX. */
static uint64_t number_of(const char *name, enum list wanted)
{
	struct unpack u = expect(ask(&front, WORD_METRICS, body_as_root()), WORD_METRICS_ARE);
	uint64_t found = UINT64_MAX;

	for (int list = 0; list < 3; list++) {
		uint64_t n = unpack_number(&u);

		for (uint64_t i = 0; i < n; i++) {
			bool fits = strcmp(unpack_text(&u, 100, arena), name) == 0;
			uint64_t value = unpack_number(&u);

			if (fits && list == (int)wanted)
				found = value;
		}
	}
	assert_false(unpack_bool(&u)); /* OAuth2 is not chosen */
	assert_true(unpack_end(&u));
	return found;
}

static int forget_mail(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, "DELETE FROM message");
}

static void written(void *arg UNUSED, int result)
{
	assert_int_equal(result, STORE_OK);
}

static void tries_are_counted_and_stay_counted(void **state UNUSED)
{
	struct store_job job = { .run = forget_mail, .done = written };
	struct envelope e;

	set_up_mail();
	assert_int_equal(number_of("accepted", DELIVERIES), 0);
	submit("Subject: a\r\n\r\nb\r\n", "anna@example.com");
	assert_int_equal(number_of("accepted", STATES), 0);
	e = take_mail();
	assert_int_equal(number_of("in flight", STATES), 1);
	deliver_verdict(&e, VERDICT_ACCEPTED);
	assert_int_equal(number_of("accepted", STATES), 1);
	assert_int_equal(number_of("accepted", DELIVERIES), 1);
	assert_int_equal(number_of("transient", DELIVERIES), 0);
	store_write(keeper.store, &job);
	wait_until_written();
	assert_int_equal(number_of("accepted", STATES), 0);
	assert_int_equal(number_of("accepted", DELIVERIES), 1);
}

/* What answering costs SQLite: the steps of all statements on the loop's connection. */
static int steps(void)
{
	sqlite3_stmt *s = NULL;
	int n = 0;

	number_of("accepted", STATES);
	while ((s = sqlite3_next_stmt(store_reader(keeper.store)->handle, s)) != NULL)
		n += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

static int add_history(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
		" INSERT INTO recipient (message, address, state, changed)"
		" SELECT (SELECT max(id) FROM message), i || '@example.com', 3, 1700000000 FROM n");
}

/* Monitoring asks often, and the log may hold a million messages. */
static void the_log_is_not_walked_for_it(void **state UNUSED)
{
	struct store_job job = { .run = add_history, .done = written };
	int before;

	submit("Subject: a\r\n\r\nb\r\n", "anna@example.com");
	steps();
	before = steps();
	store_write(keeper.store, &job);
	wait_until_written();
	assert_int_equal(number_of("accepted", STATES), 1000);
	steps();
	assert_int_equal(steps(), before);
}

static void tries_of_the_relay_are_counted_apart(void **state UNUSED)
{
	struct envelope e;

	set_up_mail();
	assert_int_equal(number_of("relay", DELIVERIES), UINT64_MAX);
	assert_int_equal(number_of("credential", DELIVERIES), UINT64_MAX);
	assert_int_equal(number_of("relay", RELAY_TRIES), 0);
	submit("Subject: a\r\n\r\nb\r\n", "anna@example.com");
	e = take_mail();
	deliver_verdict(&e, VERDICT_CREDENTIAL);
	assert_int_equal(number_of("credential", RELAY_TRIES), 1);
	probe_is(VERDICT_RELAY);
	assert_int_equal(number_of("relay", RELAY_TRIES), 1);
	assert_int_equal(number_of("credential", RELAY_TRIES), 1);
	assert_int_equal(number_of("accepted", RELAY_TRIES), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tries_are_counted_and_stay_counted, setup_ends,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(the_log_is_not_walked_for_it, setup_ends,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(tries_of_the_relay_are_counted_apart, setup_ends,
			teardown_keeper),
	};

	return cmocka_run_group_tests_name("keep/metrics", tests, NULL, NULL);
}
