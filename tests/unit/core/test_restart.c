/* When a process that ended is started again. */
#include "unit/unit.h"

#include "core/restart.h"

static void what_ends_in_a_row_is_tried_ever_more_seldom(void **state UNUSED)
{
	static const int64_t waits[] = { 0, 200, 450, 800, 60000, 120000, 300000, 300000, 300000 };
	struct restart r = { 0 };

	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		assert_int_equal(restart_after(&r, i % 2 == 0 ? 0 : RESTART_STEADY - 1), waits[i]);
		assert_int_equal(restart_is_slow(&r), i >= RESTART_QUICK);
	}
}

static void who_was_ready_for_a_while_begins_anew(void **state UNUSED)
{
	struct restart r = { 0 };

	for (int i = 0; i < 100; i++)
		assert_int_equal(restart_after(&r, RESTART_STEADY), 0);
	for (int i = 0; i < 10; i++)
		restart_after(&r, 0);
	assert_true(restart_is_slow(&r));
	assert_int_equal(restart_after(&r, RESTART_STEADY), 0);
	assert_false(restart_is_slow(&r));
	assert_int_equal(restart_after(&r, 0), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ends_in_a_row_is_tried_ever_more_seldom),
		cmocka_unit_test(who_was_ready_for_a_while_begins_anew),
	};

	return cmocka_run_group_tests_name("core/restart", tests, NULL, NULL);
}
