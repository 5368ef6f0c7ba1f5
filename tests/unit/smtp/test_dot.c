/* Dot-stuffing: the wire never carries a CR or LF alone, wherever the content is cut. */
#include "unit/unit.h"

#include "smtp/dot.h"

/* Stuffs content in pieces of every size and wants the same each time. */
static void assert_stuffed(struct slice content, const char *expected)
{
	for (size_t piece = 1; piece <= size_max(content.len, 1); piece++) {
		struct dot_stuffer d;
		struct buffer out;

		buffer_init(&out, 10000);
		dot_stuffer_init(&d);
		for (size_t at = 0; at < content.len; at += piece)
			dot_stuffer_put(&d, slice_sub(content, at, piece), &out);
		dot_stuffer_end(&d, &out);
		assert_string_equal(buffer_text(&out), expected);
		buffer_release(&out);
	}
}

static void ordinary_lines_stay(void **state UNUSED)
{
	assert_stuffed(SLICE("Subject: x\r\n\r\nhello. world.\r\n"), "Subject: x\r\n\r\nhello. world.\r\n");
	assert_stuffed(SLICE(""), "");
}

static void a_leading_dot_is_doubled(void **state UNUSED)
{
	assert_stuffed(SLICE(".\r\n"), "..\r\n");
	assert_stuffed(SLICE("a\r\n.\r\n..b\r\n.c."), "a\r\n..\r\n...b\r\n..c.\r\n");
}

static void the_last_line_gets_its_end(void **state UNUSED)
{
	assert_stuffed(SLICE("abc"), "abc\r\n");
	assert_stuffed(SLICE("abc\r"), "abc\r\n");
	assert_stuffed(SLICE("abc\n"), "abc\r\n");
}

static void lone_line_ends_become_whole_and_are_stuffed_behind(void **state UNUSED)
{
	assert_stuffed(SLICE("a\n.\nb"), "a\r\n..\r\nb\r\n");
	assert_stuffed(SLICE("a\r.\rb"), "a\r\n..\r\nb\r\n");
	assert_stuffed(SLICE("a\r\n.\r\rMAIL FROM:<x>"), "a\r\n..\r\n\r\nMAIL FROM:<x>\r\n");
	assert_stuffed(SLICE("\r\r\n\n\r"), "\r\n\r\n\r\n\r\n");
}

static void nul_becomes_a_space(void **state UNUSED)
{
	assert_stuffed(SLICE("a\0.\r\0.\r\n"), "a .\r\n .\r\n");
}

/* Every content of six octets of the alphabet that matters. */
static void no_content_smuggles(void **state UNUSED)
{
	static const char alphabet[] = { '\r', '\n', '.', '\0', 'x' };
	char content[6];

	for (int n = 0; n < 15625; n++) {
		struct dot_stuffer d;
		struct buffer out;
		struct slice s;

		for (int i = 0, rest = n; i < 6; i++, rest /= 5)
			content[i] = alphabet[rest % 5];
		buffer_init(&out, 100);
		dot_stuffer_init(&d);
		dot_stuffer_put(&d, slice_make(content, 3), &out);
		dot_stuffer_put(&d, slice_make(content + 3, 3), &out);
		dot_stuffer_end(&d, &out);
		s = buffer_slice(&out);
		assert_true(s.len <= 2 * sizeof(content) + 4);
		assert_true(slice_ends(s, "\r\n"));
		for (size_t i = 0; i < s.len; i++) {
			if (s.data[i] == '\r')
				assert_int_equal(s.data[i + 1], '\n');
			if (s.data[i] == '\n')
				assert_int_equal(s.data[i - 1], '\r');
			assert_int_not_equal(s.data[i], '\0');
		}
		assert_false(slice_starts(s, ".\r\n"));
		assert_int_equal(slice_find(s, SLICE("\r\n.\r\n")), s.len);
		buffer_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_lines_stay),
		cmocka_unit_test(a_leading_dot_is_doubled),
		cmocka_unit_test(the_last_line_gets_its_end),
		cmocka_unit_test(lone_line_ends_become_whole_and_are_stuffed_behind),
		cmocka_unit_test(nul_becomes_a_space),
		cmocka_unit_test(no_content_smuggles),
	};

	return cmocka_run_group_tests_name("smtp/dot", tests, NULL, NULL);
}
