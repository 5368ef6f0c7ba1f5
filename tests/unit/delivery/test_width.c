/* How many connections there may be. */
#include "unit/unit.h"

#include "delivery/width.h"

static void the_settings_are_the_limit(void **state UNUSED)
{
	struct width w;

	width_init(&w, 3);
	assert_int_equal(width_limit(&w, 0), 3);
	assert_true(width_allows(&w, 2, 2, 0));
	assert_false(width_allows(&w, 3, 3, 0));
	width_init(&w, 0);
	assert_int_equal(width_limit(&w, 0), 1);
}

static void one_opens_the_way_for_more(void **state UNUSED)
{
	struct width w;

	width_init(&w, 20);
	assert_true(width_allows(&w, 0, 0, 0));
	assert_false(width_allows(&w, 1, 0, 0)); /* it may not be let in */
	assert_true(width_allows(&w, 1, 1, 0));
	assert_false(width_allows(&w, 2, 1, 0));
	assert_true(width_allows(&w, 3, 2, 0));
	assert_false(width_allows(&w, 4, 2, 0));
}

static void a_crowded_relay_is_left_alone_for_a_while(void **state UNUSED)
{
	struct width w;

	width_init(&w, 20);
	width_crowded(&w, 5, 1000);
	assert_int_equal(width_limit(&w, 1000), 5);
	assert_false(width_allows(&w, 5, 5, 1000));
	assert_int_equal(width_limit(&w, 1000 + WIDTH_CROWDED_MS - 1), 5);
	assert_int_equal(width_limit(&w, 1000 + WIDTH_CROWDED_MS), 20);
	assert_true(width_allows(&w, 5, 5, 1000 + WIDTH_CROWDED_MS));
}

static void crowded_never_means_none_nor_more(void **state UNUSED)
{
	struct width w;

	width_init(&w, 3);
	width_crowded(&w, 0, 0);
	assert_int_equal(width_limit(&w, 0), 1);
	width_crowded(&w, 9, 0);
	assert_int_equal(width_limit(&w, 0), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_settings_are_the_limit),
		cmocka_unit_test(one_opens_the_way_for_more),
		cmocka_unit_test(a_crowded_relay_is_left_alone_for_a_while),
		cmocka_unit_test(crowded_never_means_none_nor_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
