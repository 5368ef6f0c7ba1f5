/* Typed fields: what goes in comes out, and anything else marks the reader failed. */
#include "unit/unit.h"

#include "wire/pack.h"

static void fields_come_back_in_order(void **state UNUSED)
{
	struct arena *a = arena_new(4096);
	struct buffer b;
	struct unpack u;

	buffer_init(&b, 1000);
	pack_number(&b, UINT64_MAX - 1);
	pack_bool(&b, true);
	pack_text(&b, "h\xc3\xa9llo");
	pack_slice(&b, SLICE("a\0b"));
	pack_text(&b, NULL);
	unpack_init(&u, buffer_slice(&b));
	assert_true(unpack_number(&u) == UINT64_MAX - 1);
	assert_true(unpack_bool(&u));
	assert_string_equal(unpack_text(&u, 100, a), "h\xc3\xa9llo");
	assert_int_equal(unpack_slice(&u, 3).len, 3);
	assert_string_equal(unpack_text(&u, 0, a), "");
	assert_true(unpack_end(&u));
	buffer_release(&b);
	arena_free(a);
}

static void failure_sticks(void **state UNUSED)
{
	struct arena *a = arena_new(4096);
	struct buffer b;
	struct unpack u;

	buffer_init(&b, 1000);
	pack_text(&b, "text");
	pack_number(&b, 7);
	unpack_init(&u, buffer_slice(&b));
	assert_int_equal(unpack_number(&u), 0); /* another type */
	assert_string_equal(unpack_text(&u, 100, a), "");
	assert_false(unpack_end(&u));

	unpack_init(&u, buffer_slice(&b));
	assert_int_equal(unpack_slice(&u, 3).len, 0); /* past its limit */
	assert_false(unpack_end(&u));

	unpack_init(&u, buffer_slice(&b));
	assert_int_equal(unpack_slice(&u, 4).len, 4);
	assert_int_equal(unpack_below(&u, 7), 0);
	assert_false(unpack_end(&u));
	buffer_release(&b);
	arena_free(a);
}

static void a_body_must_end_exactly(void **state UNUSED)
{
	struct arena *a = arena_new(4096);
	struct buffer b;
	struct unpack u;

	buffer_init(&b, 1000);
	pack_slice(&b, SLICE("nul\0"));
	for (size_t len = 0; len < b.len; len++) {
		unpack_init(&u, slice_sub(buffer_slice(&b), 0, len));
		unpack_slice(&u, 100);
		assert_false(unpack_end(&u));
	}
	buffer_append_char(&b, 'x');
	unpack_init(&u, buffer_slice(&b));
	unpack_slice(&u, 100);
	assert_false(unpack_end(&u));
	unpack_init(&u, buffer_slice(&b));
	assert_string_equal(unpack_text(&u, 100, a), ""); /* a NUL in a text */
	assert_true(u.failed);
	buffer_release(&b);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_back_in_order),
		cmocka_unit_test(failure_sticks),
		cmocka_unit_test(a_body_must_end_exactly),
	};

	return cmocka_run_group_tests_name("wire/pack", tests, NULL, NULL);
}
