/* Pools: zeroed and aligned memory, the limit, text that is never NULL. */
#include "unit/unit.h"

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state UNUSED)
{
	struct arena *a = arena_new(1 << 20);

	for (size_t size = 1; size < 9000; size += 777) {
		unsigned char *memory = arena_alloc(a, size);

		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xaa, size);
	}
	arena_free(a);
}

static void limit_fails_and_stays_failed(void **state UNUSED)
{
	struct arena *a = arena_new(100);

	assert_non_null(arena_alloc(a, 50));
	assert_null(arena_alloc(a, 51));
	assert_true(arena_failed(a));
	assert_null(arena_alloc(a, 1));
	assert_string_equal(arena_copy(a, "text"), "");
	assert_string_equal(arena_printf(a, "%d", 7), "");
	arena_free(a);
}

static void array_size_cannot_overflow(void **state UNUSED)
{
	struct arena *a = arena_new(1 << 20);

	assert_null(arena_array(a, SIZE_MAX / 2, 4));
	assert_true(arena_failed(a));
	arena_free(a);
}

static void text_is_copied(void **state UNUSED)
{
	struct arena *a = arena_new(1 << 16);
	struct slice s = arena_slice(a, SLICE("abc\0d"));

	assert_int_equal(s.len, 5);
	assert_string_equal(arena_text(a, SLICE("hello")), "hello");
	assert_string_equal(arena_printf(a, "%s-%d", "n", 12), "n-12");
	arena_free(a);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(limit_fails_and_stays_failed),
		cmocka_unit_test(array_size_cannot_overflow),
		cmocka_unit_test(text_is_copied),
	};

	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
