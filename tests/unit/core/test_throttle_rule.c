/* Failed sign-ins: a few are free, then waits double; strangers do not lock the owner out. */
#include "unit/unit.h"

#include "core/throttle_rule.h"

static void a_few_are_free(void **state UNUSED)
{
	struct throttle_facts f = {
		.by_name = 4,
		.by_address = 4,
		.by_both = 4,
		.last_by_name = 1000,
		.last_by_address = 1000,
	};

	assert_int_equal(throttle_wait(&f, 1000), 0);
	f.by_both = 5;
	assert_int_equal(throttle_wait(&f, 1000), 5);
	assert_int_equal(throttle_wait(&f, 1003), 2);
	assert_int_equal(throttle_wait(&f, 1005), 0);
}

static void waits_double_up_to_a_limit(void **state UNUSED)
{
	struct throttle_facts f = { .by_both = 7, .last_by_address = 1000 };

	assert_int_equal(throttle_wait(&f, 1000), 20);
	f.by_both = 1000000;
	assert_int_equal(throttle_wait(&f, 1000), 300);
}

static void strangers_do_not_lock_the_owner_out(void **state UNUSED)
{
	struct throttle_facts f = { .by_name = 90, .last_by_name = 1000 };

	assert_int_equal(throttle_wait(&f, 1000), 60);
	f.known = true;
	assert_int_equal(throttle_wait(&f, 1000), 0);
	f.by_both = 6; /* his own failures count */
	f.last_by_address = 1000;
	assert_int_equal(throttle_wait(&f, 1000), 10);
}

static void a_clock_set_back_is_forgiven(void **state UNUSED)
{
	struct throttle_facts f = { .by_both = 5, .last_by_address = 99999 };

	assert_int_equal(throttle_wait(&f, 1000), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_few_are_free),
		cmocka_unit_test(waits_double_up_to_a_limit),
		cmocka_unit_test(strangers_do_not_lock_the_owner_out),
		cmocka_unit_test(a_clock_set_back_is_forgiven),
	};

	return cmocka_run_group_tests_name("core/throttle_rule", tests, NULL, NULL);
}
