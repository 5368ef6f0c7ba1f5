/* Addresses, each once: what is the same, in which order, and how many. */
#include "unit/unit.h"

#include "core/address_set.h"

static struct arena *arena;
static struct address_set set;

static int setup(void **state UNUSED)
{
	arena = arena_new(4 * 1024 * 1024);
	if (arena != NULL)
		address_set_init(&set, arena, 5000);
	return arena == NULL;
}

static int teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static int add(const char *address)
{
	return address_set_add(&set, slice_of(address));
}

static void the_domain_has_no_case_and_the_local_part_has(void **state UNUSED)
{
	assert_int_equal(add("a@X.example"), 0);
	assert_int_equal(add("a@x.EXAMPLE"), ADDRESS_SET_KNOWN);
	assert_int_equal(add("A@x.example"), 0);
	assert_int_equal(add("\"B@C\"@x.example"), 0);
	assert_int_equal(add("\"b@c\"@x.example"), 0);
	assert_int_equal(add("\"B@C\"@X.example"), ADDRESS_SET_KNOWN);
	assert_int_equal(add("root"), 0);
	assert_int_equal(add("Root"), 0);
	assert_int_equal(add("root"), ADDRESS_SET_KNOWN);
	assert_int_equal(add("a@x.exampl"), 0);
	assert_int_equal(set.n, 7);
	assert_true(slice_is(set.items[0], "a@X.example")); /* the first form stays */
}

static void many_keep_their_order(void **state UNUSED)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < 3000; i++)
			assert_int_equal(add(arena_printf(arena, "n%zu@x.example", i)),
				round == 0 ? 0 : ADDRESS_SET_KNOWN);
	assert_int_equal(set.n, 3000);
	for (size_t i = 0; i < 3000; i++)
		assert_true(slice_is(set.items[i], arena_printf(arena, "n%zu@x.example", i)));
}

static void a_full_one_knows_what_it_has(void **state UNUSED)
{
	address_set_init(&set, arena, 2);
	assert_int_equal(add("a@x.example"), 0);
	assert_int_equal(add("b@x.example"), 0);
	assert_int_equal(add("a@X.example"), ADDRESS_SET_KNOWN);
	assert_int_equal(add("c@x.example"), ADDRESS_SET_FULL);
	assert_int_equal(set.n, 2);
}

static void without_memory_it_says_so(void **state UNUSED)
{
	struct arena *small = arena_new(100);

	assert_non_null(small);
	address_set_init(&set, small, 5000);
	assert_true(add("a@x.example") < 0);
	assert_int_equal(set.n, 0);
	arena_free(small);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_domain_has_no_case_and_the_local_part_has),
		T(many_keep_their_order),
		T(a_full_one_knows_what_it_has),
		T(without_memory_it_says_so),
	};

	return cmocka_run_group_tests_name("core/address_set", tests, NULL, NULL);
}
