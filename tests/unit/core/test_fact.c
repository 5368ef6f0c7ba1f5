/* Facts do not flap: three failures turn them, two successes turn them back. */
#include "unit/unit.h"

#include "core/fact.h"

static void the_first_probe_decides(void **state UNUSED)
{
	struct fact f = { 0 };

	assert_true(fact_probed(&f, false));
	assert_true(f.known);
	assert_false(f.good);
}

static void three_failures_in_a_row_turn_it(void **state UNUSED)
{
	struct fact f = { 0 };

	fact_probed(&f, true);
	assert_false(fact_probed(&f, false));
	assert_false(fact_probed(&f, false));
	assert_false(fact_probed(&f, true)); /* the row is broken */
	assert_false(fact_probed(&f, false));
	assert_false(fact_probed(&f, false));
	assert_true(f.good);
	assert_true(fact_probed(&f, false));
	assert_false(f.good);
}

static void two_successes_turn_it_back(void **state UNUSED)
{
	struct fact f = { 0 };

	fact_probed(&f, false);
	assert_false(fact_probed(&f, true));
	assert_true(fact_probed(&f, true));
	assert_true(f.good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_probe_decides),
		cmocka_unit_test(three_failures_in_a_row_turn_it),
		cmocka_unit_test(two_successes_turn_it_back),
	};

	return cmocka_run_group_tests_name("core/fact", tests, NULL, NULL);
}
