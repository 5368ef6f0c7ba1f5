/* Encoded words as they come in header fields, for lists and pages. */
#include "unit/unit.h"

#include "core/mime.h"

static void assert_decoded(const char *text, const char *expected)
{
	struct buffer out;

	buffer_init(&out, 10000);
	mime_decode_words(slice_of(text), &out);
	assert_true(buffer_ok(&out));
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
}

static void words_become_text(void **state UNUSED)
{
	assert_decoded("=?utf-8?q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=", "Gr\xc3\xbc\xc3\x9f" "e aus "
	    "K\xc3\xb6ln");
	assert_decoded("=?UTF-8?B?R3LDvMOfZQ==?=", "Gr\xc3\xbc\xc3\x9f" "e");
	assert_decoded("=?ISO-8859-1?Q?caf=E9?=", "caf\xc3\xa9");
	assert_decoded("=?iso-8859-1*en?q?x?=", "x");
	assert_decoded("Re: =?utf-8?q?=C3=A9?= end", "Re: \xc3\xa9 end");
	assert_decoded("=?utf-8?q?" "?=", "");
}

static void blanks_between_words_separate_only(void **state UNUSED)
{
	assert_decoded("=?utf-8?q?a?= =?utf-8?q?b?=", "ab");
	assert_decoded("=?utf-8?q?a?=  \t =?utf-8?b?Yg==?= c", "ab c");
	assert_decoded("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c");
	assert_decoded("  =?utf-8?q?a?=  ", "  a  ");
}

static void what_is_no_word_stays(void **state UNUSED)
{
	static const char *const same[] = {
		"", " ", "plain", "a  b", "=?", "=?utf-8?q?", "=?utf-8?q?a", "=?utf-8?q?a?", "=?utf-8?x?a?=",
		"=??q?a?=", "=?utf-8?q?a b?=", "=?utf-8?q?=C?=", "=?utf-8?q?=GG?=",
		"=?koi8-r?q?a?=", "=?utf-8?qq?a?=",
	};

	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_decoded(same[i], same[i]);
}

static void nothing_comes_out_that_a_terminal_obeys(void **state UNUSED)
{
	static const char *const same[] = {
		"=?utf-8?q?=1B[2J?=", "=?utf-8?q?a=0D=0ABcc:_x?=", "=?utf-8?q?=00?=", "=?utf-8?b?AA==?=",
		"=?utf-8?q?=FF?=", "=?iso-8859-1?q?=9B2J?=",
	};

	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_decoded(same[i], same[i]);
}

static void what_we_encode_comes_back(void **state UNUSED)
{
	static const char text[] = "Alert on node1: \xe2\x82\xac and \xf0\x9f\x94\x94, a long subject "
	    "that takes more than one encoded word because it is in \xc3\xa4\xc3\xb6\xc3\xbc all over";
	struct buffer encoded, unfolded;

	buffer_init(&encoded, 10000);
	buffer_init(&unfolded, 10000);
	mime_encoded_words(slice_of(text), 10, &encoded);
	for (size_t i = 0; i < encoded.len; i++)
		if (encoded.data[i] != '\r' && encoded.data[i] != '\n')
			buffer_append_char(&unfolded, encoded.data[i]);
	assert_decoded(buffer_text(&unfolded), text);
	buffer_release(&encoded);
	buffer_release(&unfolded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_text),
		cmocka_unit_test(blanks_between_words_separate_only),
		cmocka_unit_test(what_is_no_word_stays),
		cmocka_unit_test(nothing_comes_out_that_a_terminal_obeys),
		cmocka_unit_test(what_we_encode_comes_back),
	};

	return cmocka_run_group_tests_name("core/mime_decode", tests, NULL, NULL);
}
