/* The encodings of mail: exact forms, line limits, and what comes back. */
#include "unit/unit.h"

#include "base/secret.h"
#include "core/mime.h"

#define UE "\xc3\xbc"
#define BELL "\xf0\x9f\x94\x94"

static struct buffer out;

static int start(void **state UNUSED)
{
	buffer_init(&out, 1 << 20);
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&out);
	return 0;
}

static const char *quoted(const char *text)
{
	buffer_clear(&out);
	mime_quoted_printable_encode(slice_of(text), &out);
	return buffer_text(&out);
}

static void quoted_printable_encodes_what_it_must(void **state UNUSED)
{
	assert_string_equal(quoted(""), "");
	assert_string_equal(quoted("plain text\r\nsecond\r\n"), "plain text\r\nsecond\r\n");
	assert_string_equal(quoted("gr" UE "n = 1"), "gr=C3=BCn =3D 1");
	assert_string_equal(quoted("end \r\ntab\t\r\nlast "), "end=20\r\ntab=09\r\nlast=20");
	assert_string_equal(quoted("a\rb\nc"), "a=0Db=0Ac");
	assert_string_equal(quoted(".\r\n.a\r\nFrom x\r\nFromage\r\n-- \r\n"),
		"=2E\r\n=2Ea\r\n=46rom x\r\nFromage\r\n=2D-=20\r\n");
	assert_string_equal(quoted("\x7f\x01"), "=7F=01");
}

static void quoted_printable_breaks_at_76(void **state UNUSED)
{
	char text[200];

	memset(text, 'x', sizeof(text));
	text[76] = '\0';
	assert_string_equal(quoted(text), text);
	text[76] = 'x';
	text[77] = '\0';
	quoted(text);
	assert_int_equal(out.len, 80);
	assert_memory_equal(out.data + 74, "x=\r\nxx", 6);
	/* an octet of three does not straddle the break */
	memcpy(text + 73, UE, 3);
	assert_string_equal(quoted(text) + 70, "xxx=\r\n=C3=BC");
	memcpy(text + 75, "--b", 4);
	text[73] = text[74] = 'x';
	assert_string_equal(quoted(text) + 70, "xxxxx=\r\n=2D-b");
}

static void quoted_printable_comes_back(void **state UNUSED)
{
	struct buffer back;
	char text[3000];

	buffer_init(&back, 1 << 20);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7 + i / 256);
	buffer_clear(&out);
	mime_quoted_printable_encode(slice_make(text, sizeof(text)), &out);
	for (struct slice rest = buffer_slice(&out); rest.len > 0;) {
		size_t len = slice_find(rest, SLICE("\r\n"));

		assert_true(len <= 76);
		rest = slice_sub(rest, len + 2, rest.len);
	}
	mime_quoted_printable_decode(buffer_slice(&out), &back);
	assert_int_equal(back.len, sizeof(text));
	assert_memory_equal(back.data, text, sizeof(text));
	buffer_clear(&back);
	mime_quoted_printable_decode(SLICE("a=3d=C3=bC= \r\nb  \r\n=zz=1 =\nc = d \t"), &back);
	assert_string_equal(buffer_text(&back), "a=" UE "b\r\n=zz=1 c = d");
	buffer_release(&back);
}

static void base64_has_lines_of_76(void **state UNUSED)
{
	struct buffer back;
	char text[60] = { 0 };

	buffer_init(&back, 1000);
	buffer_clear(&out);
	mime_base64_encode(slice_make(text, 58), &out);
	assert_int_equal(out.len, 76 + 2 + 4 + 2);
	assert_memory_equal(out.data + 70, "AAAAAA\r\nAA==\r\n", 14);
	assert_true(mime_base64_decode(buffer_slice(&out), &back));
	assert_int_equal(back.len, 58);
	buffer_clear(&back);
	assert_true(mime_base64_decode(SLICE("Zm9v\r\n Ym!Fy\n"), &back));
	assert_string_equal(buffer_text(&back), "foobar");
	assert_false(mime_base64_decode(SLICE("Zm9vY"), &back));
	assert_string_equal(buffer_text(&back), "foobar");
	buffer_release(&back);
}

static void the_shorter_encoding_is_preferred(void **state UNUSED)
{
	assert_false(mime_prefers_base64(SLICE("")));
	assert_false(mime_prefers_base64(SLICE("Gr" UE "n ist die Hoffnung, und lang der Satz.")));
	assert_true(mime_prefers_base64(SLICE(UE UE UE UE)));
}

static const char *field(const char *name, const char *text)
{
	buffer_clear(&out);
	mime_text_field(name, slice_of(text), &out);
	return buffer_text(&out);
}

static void subjects_are_encoded_when_they_need_it(void **state UNUSED)
{
	assert_string_equal(field("Subject", "Disk full"), "Subject: Disk full\r\n");
	assert_string_equal(field("Subject", ""), "Subject: \r\n");
	assert_string_equal(field("Subject", "gr" UE "n?"), "Subject: =?utf-8?q?gr=C3=BCn=3F?=\r\n");
	assert_string_equal(field("Subject", BELL BELL), "Subject: =?utf-8?b?8J+UlPCflJQ=?=\r\n");
	assert_string_equal(field("Subject", "a =?x?= b"), "Subject: =?utf-8?q?a_=3D=3Fx=3F=3D_b?=\r\n");
	assert_string_equal(field("Subject", "end "), "Subject: =?utf-8?q?end_?=\r\n");
	assert_string_equal(field("Subject", "a\xff"), "Subject: =?utf-8?q?a=EF=BF=BD?=\r\n");
	assert_string_equal(field("Subject", "a\r\nBcc: x"),
		"Subject: =?utf-8?q?a=0D=0ABcc=3A_x?=\r\n");
}

static void encoded_words_are_cut_between_characters(void **state UNUSED)
{
	static const char umlauts[] = UE UE UE UE UE UE UE UE UE UE "abcdefghijklmnopqrstuvwxyz"
		"abcdefghijklmnopqrstuvwxyz" UE "z";

	assert_string_equal(field("Subject", umlauts),
		"Subject: =?utf-8?q?=C3=BC=C3=BC=C3=BC=C3=BC=C3=BC=C3=BC=C3=BC=C3=BC=C3=BC?=\r\n"
		" =?utf-8?q?=C3=BCabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz?=\r\n"
		" =?utf-8?q?=C3=BCz?=\r\n");
	field("Subject", BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL BELL);
	for (struct slice rest = buffer_slice(&out); rest.len > 0;) {
		size_t len = slice_find(rest, SLICE("\r\n"));

		assert_true(len <= 76);
		rest = slice_sub(rest, len + 2, rest.len);
	}
	assert_memory_equal(out.data, "Subject: =?utf-8?b?8J+UlPCflJTwn5SU8J+UlPCflJTwn5SU8J+UlPCflJTwn5SU?="
		"\r\n =?", 73);
}

static const char *phrase(const char *name)
{
	buffer_clear(&out);
	mime_phrase(slice_of(name), 6, &out);
	return buffer_text(&out);
}

static void display_names_are_atoms_quoted_or_encoded(void **state UNUSED)
{
	assert_string_equal(phrase(""), "");
	assert_string_equal(phrase("Cron Daemon"), "Cron Daemon");
	assert_string_equal(phrase("Smith, A. \"B\" \\"), "\"Smith, A. \\\"B\\\" \\\\\"");
	assert_string_equal(phrase("two  blanks"), "\"two  blanks\"");
	assert_string_equal(phrase("J" UE "rg (x)"), "=?utf-8?q?J=C3=BCrg_=28x=29?=");
	assert_string_equal(phrase("=?utf-8?q?J=C3=BCrg?= Smith"), "=?utf-8?q?J=C3=BCrg?= Smith");
}

static const char *folded(const char *text, size_t width)
{
	buffer_clear(&out);
	mime_fold(slice_of(text), width, &out);
	return buffer_text(&out);
}

static void folding_breaks_at_blanks(void **state UNUSED)
{
	assert_string_equal(folded("A: b c", 10), "A: b c\r\n");
	assert_string_equal(folded("A: bbbb cccc dddd", 10), "A: bbbb\r\n cccc dddd\r\n");
	assert_string_equal(folded("A: bbbbbbbbbbbbbb cccc", 10), "A: bbbbbbbbbbbbbb\r\n cccc\r\n");
	assert_string_equal(folded("A: bbbb\r\n\tcccc dddd eeee", 10), "A: bbbb\r\n\tcccc dddd\r\n eeee\r\n");
	assert_string_equal(folded("A:      bbbbbb    ", 10), "A: bbbbbb\r\n");
	assert_string_equal(folded("A:", 10), "A:\r\n");
}

static void folding_breaks_long_runs_with_a_blank(void **state UNUSED)
{
	static char text[3100];
	const char *end;

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "A: ", 3);
	folded(text, 998);
	assert_int_equal(out.len, 3099 + 3 * 3 + 2);
	assert_memory_equal(out.data + 996, "xx\r\n xx", 7);
	end = (const char *)memchr(out.data + 1001, '\r', 2000);
	assert_int_equal(end - (out.data + 1000), 998);
	/* a character of three octets stays whole */
	memcpy(text + 996, "\xe2\x82\xac", 3);
	folded(text, 998);
	assert_memory_equal(out.data + 994, "xx\r\n \xe2\x82\xacxx", 10);
	/* no line of blanks only, wherever they stand */
	memset(text + 3, ' ', 2500);
	folded(text, 998);
	assert_memory_equal(out.data, "A: xxxx", 7);
	memset(text + 3, 'y', 1);
	folded(text, 998);
	assert_memory_equal(out.data + out.len - 599, " xxxx", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoted_printable_encodes_what_it_must),
		cmocka_unit_test(quoted_printable_breaks_at_76),
		cmocka_unit_test(quoted_printable_comes_back),
		cmocka_unit_test(base64_has_lines_of_76),
		cmocka_unit_test(the_shorter_encoding_is_preferred),
		cmocka_unit_test(subjects_are_encoded_when_they_need_it),
		cmocka_unit_test(encoded_words_are_cut_between_characters),
		cmocka_unit_test(display_names_are_atoms_quoted_or_encoded),
		cmocka_unit_test(folding_breaks_at_blanks),
		cmocka_unit_test(folding_breaks_long_runs_with_a_blank),
	};

	return cmocka_run_group_tests_name("core/mime", tests, start, stop);
}
