/* Views of bytes: cutting, trimming, finding, and what counts as UTF-8. */
#include "unit/unit.h"

#include "base/slice.h"

static void cut_walks_a_list(void **state UNUSED)
{
	struct slice rest = SLICE("a,,bc");

	assert_slice(slice_cut(&rest, ','), "a");
	assert_slice(slice_cut(&rest, ','), "");
	assert_slice(slice_cut(&rest, ','), "bc");
	assert_null(rest.data);
	rest = SLICE("a,");
	assert_slice(slice_cut(&rest, ','), "a");
	assert_non_null(rest.data);
	assert_slice(slice_cut(&rest, ','), "");
	assert_null(rest.data);
}

static void sub_and_find_stay_inside(void **state UNUSED)
{
	assert_slice(slice_sub(SLICE("abc"), 1, 100), "bc");
	assert_slice(slice_sub(SLICE("abc"), 9, 1), "");
	assert_int_equal(slice_find(SLICE("abcabd"), SLICE("abd")), 3);
	assert_int_equal(slice_find(SLICE("abc"), SLICE("x")), 3);
	assert_int_equal(slice_find_char((struct slice){ 0 }, 'x'), 0);
}

static void comparisons(void **state UNUSED)
{
	assert_true(slice_is_nocase(SLICE("StartTLS"), "STARTTLS"));
	assert_false(slice_is(SLICE("a"), "ab"));
	assert_true(slice_starts(SLICE("abc"), "ab"));
	assert_false(slice_starts(SLICE("a"), "ab"));
	assert_true(slice_ends(SLICE("abc"), "bc"));
	assert_slice(slice_trim(SLICE(" \t\r\nx y\n")), "x y");
	assert_slice(slice_trim(SLICE(" \n")), "");
}

static void a_word_is_found_whole(void **state UNUSED)
{
	assert_true(slice_has_word(SLICE("a bc d"), SLICE("bc")));
	assert_true(slice_has_word(SLICE("bc"), SLICE("bc")));
	assert_false(slice_has_word(SLICE("abc bcd BC"), SLICE("bc")));
	assert_false(slice_has_word((struct slice){ NULL, 0 }, SLICE("bc")));
}

static void copy_refuses_what_does_not_fit(void **state UNUSED)
{
	char text[4] = "old";

	assert_false(slice_copy(SLICE("abcd"), text, sizeof(text)));
	assert_false(slice_copy(SLICE("a\0b"), text, sizeof(text)));
	assert_string_equal(text, "old");
	assert_true(slice_copy(SLICE("abc"), text, sizeof(text)));
	assert_string_equal(text, "abc");
}

static void utf8_is_strict(void **state UNUSED)
{
	static const char *const good[] = { "", "abc", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x94\x94" };
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xffz" };

	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(slice_is_utf8(slice_of(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(slice_is_utf8(slice_of(bad[i])));
	assert_false(slice_is_printable(SLICE("a\nb")));
	assert_true(slice_is_printable(SLICE("gr\xc3\xbc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_walks_a_list),
		cmocka_unit_test(sub_and_find_stay_inside),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(a_word_is_found_whole),
		cmocka_unit_test(copy_refuses_what_does_not_fit),
		cmocka_unit_test(utf8_is_strict),
	};

	return cmocka_run_group_tests_name("base/slice", tests, NULL, NULL);
}
