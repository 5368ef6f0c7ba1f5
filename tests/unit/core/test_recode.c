/* Bodies re-encoded part by part: which part, in what encoding, and what its header says then. */
#include "unit/unit.h"

#include "core/recode.h"

#define UE "\xc3\xbc"

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

static const char *narrow(const char *text)
{
	buffer_clear(&out);
	recode_entity(slice_of(text), RECODE_7BIT, &out);
	return buffer_text(&out);
}

static const char *shorten(struct buffer *text)
{
	buffer_clear(&out);
	recode_entity(buffer_slice(text), RECODE_LINES, &out);
	return buffer_text(&out);
}

static void put(struct buffer *text, const char *head, char c, size_t n, const char *tail)
{
	buffer_clear(text);
	buffer_append_text(text, head);
	for (size_t i = 0; i < n; i++)
		buffer_append_char(text, c);
	buffer_append_text(text, tail);
}

static void plain_text_becomes_quoted_printable(void **state UNUSED)
{
	assert_string_equal(narrow("S: x\r\n\r\ngr" UE "n und lang genug, sehr lang\r\n"),
		"S: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn und lang genug, sehr lang\r\n");
	assert_string_equal(narrow("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\nS: x\r\n"
		"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ngr\xfcn und lang genug\r\n"),
		"MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\nS: x\r\n"
		"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ngr=FCn und lang genug\r\n");
	assert_string_equal(narrow("S: x\r\n\r\n\xfc dies und das und jenes\r\n"),
		"S: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n=FC dies und das und jenes\r\n");
}

static void mostly_binary_becomes_base64(void **state UNUSED)
{
	assert_string_equal(narrow("Content-Type: application/x\r\nMIME-Version: 1.0\r\n\r\n"
		"\xff\xfe\xfd\xfc\r\n"),
		"Content-Type: application/x\r\nMIME-Version: 1.0\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n//79/A0K\r\n");
}

static void what_meets_the_goal_is_copied(void **state UNUSED)
{
	static const char ascii[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX\r\n--b--\r\n";

	assert_string_equal(narrow(ascii), ascii);
}

static void only_the_parts_that_need_it_change(void **state UNUSED)
{
	assert_string_equal(narrow(
		"Content-Type: multipart/mixed;\r\n boundary=\"a b\"\r\nContent-Transfer-Encoding: 8bit\r\n"
		"MIME-Version: 1.0\r\n\r\n"
		"pre" UE "\r\n--a b \r\n\r\nplain\r\n--a b\r\nContent-Type: text/html\r\n\r\n<p>gr" UE
		"n, ganz gr" UE "n oder nicht</p>\r\n--a b--\r\nepi\r\n"),
		"Content-Type: multipart/mixed;\r\n boundary=\"a b\"\r\nContent-Transfer-Encoding: 7bit\r\n"
		"MIME-Version: 1.0\r\n\r\n"
		"pre??\r\n--a b\r\n\r\nplain\r\n--a b\r\nContent-Type: text/html\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>gr=C3=BCn, ganz gr=C3=BCn oder "
		"nicht</p>\r\n--a b--\r\nepi\r\n");
}

static void nested_messages_are_messages(void **state UNUSED)
{
	assert_string_equal(narrow("Content-Type: multipart/digest; boundary=d\r\nMIME-Version: 1.0\r\n\r\n"
		"--d\r\n\r\nSubject: " UE "\r\n\r\n" UE " and much more text than that\r\n--d--\r\n"),
		"Content-Type: multipart/digest; boundary=d\r\nMIME-Version: 1.0\r\n"
		"Content-Transfer-Encoding: 7bit\r\n\r\n"
		"--d\r\nContent-Transfer-Encoding: 7bit\r\n\r\nSubject: =?utf-8?b?w7w=?=\r\n"
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
		"=C3=BC and much more text than that\r\n--d--\r\n");
}

static void long_lines_are_encoded_not_cut(void **state UNUSED)
{
	struct buffer text;

	buffer_init(&text, 1 << 20);
	put(&text, "S: x\r\n\r\n", 'x', 999, "\r\n");
	shorten(&text);
	assert_true(slice_starts(buffer_slice(&out), "S: x\r\nMIME-Version: 1.0\r\nContent-Type: "
		"text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nxxx"));
	put(&text, "S: x\r\n\r\n", 'x', 998, "\r\n");
	assert_string_equal(shorten(&text), buffer_text(&text));
	/* base64 on one line is only wrapped */
	put(&text, "Content-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\nContent-Type: a/b\r\n\r\n",
		'A', 1000, "\r\n");
	shorten(&text);
	assert_int_equal(out.len, 35 + 19 + 19 + 2 + 1000 + 14 * 2);
	/* quoted-printable on one line too, and what it hides stays hidden */
	put(&text, "Content-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n=2D-b\r\n", 'x', 999, "\r\n--b--\r\n");
	shorten(&text);
	assert_non_null(strstr(buffer_text(&out), "\r\n\r\n=2D-b\r\nxxx"));
	buffer_release(&text);
}

static void what_cannot_be_encoded_is_cut(void **state UNUSED)
{
	struct buffer text;

	buffer_init(&text, 1 << 20);
	put(&text, "Content-Type: message/partial\r\n\r\n", 'x', 1000, "\r\n");
	shorten(&text);
	assert_true(slice_ends(buffer_slice(&out), "xxxx\r\n xx\r\n"));
	put(&text, "Content-Type: multipart/mixed; boundary=b\r\n\r\n", 'x', 1000, "\r\n");
	shorten(&text);
	assert_true(slice_ends(buffer_slice(&out), "xxxx\r\n xx\r\n"));
	put(&text, "Content-Transfer-Encoding: x-uuencode\r\n\r\n", 'x', 996, UE UE "\r\n");
	shorten(&text);
	assert_true(slice_ends(buffer_slice(&out), "x" UE "\r\n " UE "\r\n"));
	put(&text, "Content-Transfer-Encoding: x-uuencode\r\n\r\n", 'x', 997, UE UE "\r\n");
	shorten(&text);
	assert_true(slice_ends(buffer_slice(&out), "x\r\n " UE UE "\r\n"));
	buffer_release(&text);
}

static void depth_is_bounded(void **state UNUSED)
{
	struct buffer text;

	buffer_init(&text, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buffer_appendf(&text, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
	buffer_append_text(&text, "\r\n" UE "\r\n");
	buffer_clear(&out);
	recode_entity(buffer_slice(&text), RECODE_7BIT, &out);
	assert_true(buffer_ok(&out));
	assert_true(slice_ends(buffer_slice(&out), UE "\r\n"));
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_becomes_quoted_printable),
		cmocka_unit_test(mostly_binary_becomes_base64),
		cmocka_unit_test(what_meets_the_goal_is_copied),
		cmocka_unit_test(only_the_parts_that_need_it_change),
		cmocka_unit_test(nested_messages_are_messages),
		cmocka_unit_test(long_lines_are_encoded_not_cut),
		cmocka_unit_test(what_cannot_be_encoded_is_cut),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests_name("core/recode", tests, start, stop);
}
