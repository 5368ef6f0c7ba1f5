/* Bytes from outside become text that no terminal obeys. */
#include "unit/unit.h"

#include "core/plain_text.h"

static void assert_plain(struct slice bytes, enum plain_text_lines lines, const char *expected)
{
	char text[200];

	plain_text_copy(bytes, lines, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void printable_text_stays(void **state UNUSED)
{
	assert_plain(SLICE("250 2.0.0 <Ok> \"gr\xc3\xbc\xc3\x9f\" \\"), PLAIN_TEXT_ONE_LINE,
	    "250 2.0.0 <Ok> \"gr\xc3\xbc\xc3\x9f\" \\");
	assert_plain(slice_of(NULL), PLAIN_TEXT_ONE_LINE, "");
}

static void controls_are_escaped(void **state UNUSED)
{
	assert_plain(SLICE("a\0b\x1b[31m\rc\x7f"), PLAIN_TEXT_ONE_LINE, "a\\x00b\\x1b[31m\\x0dc\\x7f");
	assert_plain(SLICE("\xc2\x9b" "31m"), PLAIN_TEXT_ONE_LINE, "\\xc2\\x9b31m");
}

static void text_is_not_turned_round(void **state UNUSED)
{
	assert_plain(SLICE("a\xe2\x80\xae" "b"), PLAIN_TEXT_ONE_LINE, "a\\xe2\\x80\\xae" "b");
	assert_plain(SLICE("\xe2\x81\xa6"), PLAIN_TEXT_LINES, "\\xe2\\x81\\xa6");
	assert_plain(SLICE("\xd8\x9c"), PLAIN_TEXT_LINES, "\\xd8\\x9c");
	assert_plain(SLICE("\xe2\x80\xa8"), PLAIN_TEXT_LINES, "\\xe2\\x80\\xa8");
	assert_plain(SLICE("\xe2\x80\x93 \xd7\xa9"), PLAIN_TEXT_ONE_LINE, "\xe2\x80\x93 \xd7\xa9");
}

static void line_feeds_stay_when_asked_for(void **state UNUSED)
{
	assert_plain(SLICE("a\nb"), PLAIN_TEXT_LINES, "a\nb");
	assert_plain(SLICE("a\nb"), PLAIN_TEXT_ONE_LINE, "a\\x0ab");
}

static void broken_utf8_is_escaped_octet_by_octet(void **state UNUSED)
{
	assert_plain(SLICE("\xff\xc3(\xe2\x82"), PLAIN_TEXT_ONE_LINE, "\\xff\\xc3(\\xe2\\x82");
}

static void cuts_at_a_whole_character(void **state UNUSED)
{
	char text[4];

	plain_text_copy(SLICE("ab\xc3\xbc"), PLAIN_TEXT_ONE_LINE, text, sizeof(text));
	assert_string_equal(text, "ab");
	plain_text_copy(SLICE("\x01"), PLAIN_TEXT_ONE_LINE, text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_text_stays),
		cmocka_unit_test(controls_are_escaped),
		cmocka_unit_test(text_is_not_turned_round),
		cmocka_unit_test(line_feeds_stay_when_asked_for),
		cmocka_unit_test(broken_utf8_is_escaped_octet_by_octet),
		cmocka_unit_test(cuts_at_a_whole_character),
	};

	return cmocka_run_group_tests_name("core/plain_text", tests, NULL, NULL);
}
