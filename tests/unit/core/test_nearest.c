/* The word somebody probably meant. */
#include "unit/unit.h"

#include "core/nearest.h"

static const char *const words[] = { "status", "get", "set", "show", "admin", "email", "queue" };

static const char *nearest(const char *word)
{
	return nearest_word(slice_of(word), words, COUNT_OF(words));
}

static void a_slip_of_the_finger_is_understood(void **state UNUSED)
{
	assert_string_equal(nearest("statsu"), "status");
	assert_string_equal(nearest("staus"), "status");
	assert_string_equal(nearest("quueue"), "queue");
	assert_string_equal(nearest("emial"), "email");
	assert_string_equal(nearest("shwo"), "show");
	assert_string_equal(nearest("gte"), "get");
}

static void the_word_itself_is_the_nearest(void **state UNUSED)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		assert_string_equal(nearest(words[i]), words[i]);
}

static void something_else_is_nobodys_neighbour(void **state UNUSED)
{
	char word[NEAREST_WORD_MAX + 2];

	memset(word, 's', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	assert_null(nearest(word));
	assert_null(nearest(""));
	assert_null(nearest("x"));
	assert_null(nearest("failover"));
	assert_null(nearest("zzz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_of_the_finger_is_understood),
		cmocka_unit_test(the_word_itself_is_the_nearest),
		cmocka_unit_test(something_else_is_nobodys_neighbour),
	};

	return cmocka_run_group_tests_name("core/nearest", tests, NULL, NULL);
}
