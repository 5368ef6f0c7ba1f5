/* Numbers from outside: digits only, in range, no overflow. */
#include "unit/unit.h"

#include "base/number.h"

static void accepts_what_is_in_range(void **state UNUSED)
{
	uint64_t value = 9;

	assert_true(number_parse(SLICE("0"), 0, 5, &value));
	assert_int_equal(value, 0);
	assert_true(number_parse(SLICE("00025"), 1, 65535, &value));
	assert_int_equal(value, 25);
	assert_true(number_parse(SLICE("18446744073709551615"), 0, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
}

static void refuses_all_else_and_leaves_the_value(void **state UNUSED)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1.0", "65536",
		"18446744073709551616", "99999999999999999999999" };
	uint64_t value = 9;

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(number_parse(slice_of(bad[i]), 1, 65535, &value));
	assert_false(number_parse(SLICE("0"), 1, 65535, &value));
	assert_int_equal(value, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_what_is_in_range),
		cmocka_unit_test(refuses_all_else_and_leaves_the_value),
	};

	return cmocka_run_group_tests_name("base/number", tests, NULL, NULL);
}
