/* Bounded buffers: the limit holds, failure sticks, no append is half done. */
#include "unit/unit.h"

#include "base/buffer.h"

static void grows_to_its_limit_and_no_further(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 10);
	buffer_append_text(&b, "12345");
	buffer_appendf(&b, "%s", "67890");
	assert_true(buffer_ok(&b));
	assert_false(buffer_full(&b));
	assert_string_equal(buffer_text(&b), "1234567890");
	buffer_append_char(&b, 'x');
	assert_false(buffer_ok(&b));
	assert_true(buffer_full(&b));
	assert_int_equal(b.len, 10);
	buffer_release(&b);
}

static void failure_sticks_until_cleared(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 4);
	buffer_append_text(&b, "12345");
	buffer_append_text(&b, "1");
	assert_int_equal(b.len, 0);
	assert_string_equal(buffer_text(&b), "");
	buffer_clear(&b);
	assert_false(buffer_full(&b));
	buffer_append_text(&b, "1");
	assert_string_equal(buffer_text(&b), "1");
	buffer_release(&b);
}

static void consume_keeps_the_rest(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 100000);
	for (int i = 0; i < 1000; i++)
		buffer_appendf(&b, "%04d", i);
	buffer_consume(&b, 4 * 998);
	assert_slice(buffer_slice(&b), "09980999");
	buffer_consume(&b, 100);
	assert_int_equal(b.len, 0);
	buffer_release(&b);
}

static void format_of_exactly_the_room_fits(void **state UNUSED)
{
	struct buffer b;

	buffer_init_secret(&b, 64);
	buffer_appendf(&b, "%064d", 5);
	assert_true(buffer_ok(&b));
	assert_int_equal(strlen(buffer_text(&b)), 64);
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_to_its_limit_and_no_further),
		cmocka_unit_test(failure_sticks_until_cleared),
		cmocka_unit_test(consume_keeps_the_rest),
		cmocka_unit_test(format_of_exactly_the_room_fits),
	};

	return cmocka_run_group_tests_name("base/buffer", tests, NULL, NULL);
}
