/* Messages made canonical: line ends, headers, bodies, and what is refused. */
#include "unit/unit.h"

#include "core/message.h"

#define UE "\xc3\xbc"

static struct buffer out;
static struct message m;

static int start(void **state UNUSED)
{
	buffer_init(&out, MESSAGE_MAX);
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&out);
	return 0;
}

static const char *normal(const char *raw)
{
	buffer_clear(&out);
	assert_int_equal(message_normalise(slice_of(raw), &out, &m), 0);
	assert_ptr_equal(m.text.data, out.data);
	assert_int_equal(m.text.len, out.len);
	return buffer_text(&out);
}

static int fault(struct slice raw)
{
	buffer_clear(&out);
	return message_normalise(raw, &out, &m);
}

static void line_ends_become_crlf(void **state UNUSED)
{
	assert_string_equal(normal("A: b\nC: d\n\nx\ny\n"), "A: b\r\nC: d\r\n\r\nx\r\ny\r\n");
	assert_int_equal(m.n_fields, 2);
	assert_int_equal(m.body_at, 14);
	assert_string_equal(normal("A: b\r\n\r\nx\r\ny"), "A: b\r\n\r\nx\r\ny\r\n");
	assert_string_equal(normal("A: b\rc\n\nx\ry\r\r\nz\r"), "A: b c\r\n\r\nx y \r\nz \r\n");
	assert_string_equal(normal("A: b\n\n\n\n"), "A: b\r\n\r\n\r\n\r\n");
	assert_string_equal(normal("A: b\n\n.\n..\n"), "A: b\r\n\r\n.\r\n..\r\n");
}

static void header_and_body_are_told_apart(void **state UNUSED)
{
	assert_string_equal(normal(""), "\r\n");
	assert_int_equal(m.body_at, 2);
	assert_string_equal(normal("A: b"), "A: b\r\n\r\n");
	assert_string_equal(normal("\nA: b\n"), "\r\nA: b\r\n");
	assert_int_equal(m.n_fields, 0);
	assert_string_equal(normal("A: b\nno field here\n\nx\n"), "A: b\r\n\r\nno field here\r\n\r\nx\r\n");
	assert_int_equal(m.n_fields, 1);
	assert_string_equal(normal("just text\n"), "\r\njust text\r\n");
	assert_string_equal(normal(" indented\nA: b\n"), "\r\n indented\r\nA: b\r\n");
	assert_string_equal(normal(": x\n"), "\r\n: x\r\n");
}

static void mbox_lines_go(void **state UNUSED)
{
	assert_string_equal(normal("From root Mon Jan  1 00:00:00 2024\n>From x\nA: b\n\nFrom y\n"),
		"A: b\r\n\r\nFrom y\r\n");
	assert_string_equal(normal("From : a@b\n"), "From: a@b\r\n\r\n");
	assert_string_equal(normal("A: b\nFrom root x\n"), "A: b\r\n\r\nFrom root x\r\n");
}

static void fields_stay_as_they_are(void **state UNUSED)
{
	assert_string_equal(normal("A:b\nSubject:  two\n\tfolded  \nX-Empty:\n\n"),
		"A:b\r\nSubject:  two\r\n\tfolded  \r\nX-Empty:\r\n\r\n");
	assert_string_equal(normal("A \t: b\nC: d\n   \n\t\n e\n\n"), "A: b\r\nC: d\r\n e\r\n\r\n");
	assert_int_equal(m.n_fields, 2);
	assert_string_equal(normal("S: Gr\xfc\xdf" "e\nT: Gr" UE "n\n\n\xfc\n"),
		"S: Gr\xc3\xbc\xc3\x9f" "e\r\nT: Gr" UE "n\r\n\r\n\xfc\r\n");
	assert_true(m.header_utf8);
	assert_true(m.body_8bit);
	normal("A: b\n\nc\n");
	assert_false(m.header_utf8);
	assert_false(m.body_8bit);
}

static char *filled(char *text, const char *head, size_t n, const char *tail)
{
	size_t at = strlen(head);

	memcpy(text, head, at);
	memset(text + at, 'x', n);
	memcpy(text + at + n, tail, strlen(tail) + 1);
	return text;
}

static void long_header_lines_are_folded(void **state UNUSED)
{
	static char text[4000];

	normal(filled(text, "A: b ", 993, "\n\n"));
	assert_int_equal(out.len, 998 + 4);
	normal(filled(text, "A: b ", 994, "\n\n"));
	assert_memory_equal(out.data, "A: b\r\n xxx", 10);
	assert_int_equal(out.len, 999 + 2 + 4);
	normal(filled(text, "A: ", 996, "\n\n"));
	assert_memory_equal(out.data + 996, "xx\r\n x\r\n\r\n", 10);
	assert_int_equal(m.n_fields, 1);
}

#define MIME_WITH(encoding) "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n" \
	"Content-Transfer-Encoding: " encoding "\r\n\r\n"

static void a_nul_is_encoded_or_a_space(void **state UNUSED)
{
	assert_int_equal(fault(SLICE("A: b\n\nx\0y")), 0);
	assert_string_equal(buffer_text(&out), "A: b\r\n" MIME_WITH("base64") "eAB5DQo=\r\n");
	assert_int_equal(fault(SLICE("A: b\n\nsome lines of text\nwith one\0in them\n")), 0);
	assert_string_equal(buffer_text(&out), "A: b\r\n" MIME_WITH("quoted-printable")
		"some lines of text\r\nwith one=00in them\r\n");
	assert_int_equal(fault(SLICE("A: b\0c\n \0\n d\nE\0: f\n\nx\n")), 0);
	assert_string_equal(buffer_text(&out), "A: b c\r\n d\r\nE: f\r\n\r\nx\r\n");
	assert_int_equal(fault(SLICE("Content-Type: multipart/mixed; boundary=b\n\n\0\n--b\nX: \0\n\n"
		"whole\n--b--\n")), 0);
	assert_string_equal(buffer_text(&out), "Content-Type: multipart/mixed; boundary=b\r\n\r\n \r\n"
		"--b\r\nX:  \r\n\r\nwhole\r\n--b--\r\n");
}

static void what_mail_cannot_carry_is_refused(void **state UNUSED)
{
	static char fields[6 * 1001];
	static char large[300 * 1024];
	struct buffer small;

	for (size_t i = 0; i < 1001; i++)
		memcpy(fields + 5 * i, "A: b\n", 5);
	assert_int_equal(fault(slice_make(fields, 5000)), 0);
	assert_int_equal(fault(slice_make(fields, 5005)), MESSAGE_TOO_MANY_FIELDS);
	assert_int_equal(out.len, 0);
	memset(large, 'x', sizeof(large));
	large[1] = ':';
	assert_int_equal(fault(slice_make(large, sizeof(large))), MESSAGE_HEADER_TOO_LARGE);
	for (size_t i = 0; i < sizeof(large); i += 512)
		memcpy(large + i, "\nA:", 3);
	assert_int_equal(fault(slice_make(large + 1, sizeof(large) - 1)), MESSAGE_HEADER_TOO_LARGE);
	assert_int_equal(fault(slice_make(large + 1, 200 * 1024)), 0);
	buffer_init(&small, 16);
	assert_int_equal(message_normalise(SLICE("A: b\n\n12345678"), &small, &m), MESSAGE_TOO_LARGE);
	assert_int_equal(small.len, 0);
	buffer_clear(&small);
	assert_int_equal(message_normalise(SLICE("A: b\n\n123456"), &small, &m), 0);
	buffer_release(&small);
}

static void only_canonical_bytes_are_opened(void **state UNUSED)
{
	static const char *const bad[] = { "", "A: b\r\n", "A: b\n\n", "A: b\r\n\r\nx", "A: b\r\n\r\nx\n",
		"A: b\r\n\r\nx\ry\r\n", " A: b\r\n\r\n", "A : b\r\n\r\n", "text\r\n\r\n", "A: b\r\n  \r\n\r\n",
		"A: \xff\r\n\r\n" };
	static char text[1100];

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(message_open(slice_of(bad[i]), &m), MESSAGE_NOT_CANONICAL);
	assert_int_equal(message_open(SLICE("\r\nx\0\r\n"), &m), MESSAGE_NOT_CANONICAL);
	assert_int_equal(message_open(slice_of(filled(text, "\r\n", 999, "\r\n")), &m),
		MESSAGE_NOT_CANONICAL);
	assert_int_equal(message_open(slice_of(filled(text, "\r\n", 998, "\r\n")), &m), 0);
	assert_int_equal(message_open(SLICE("A: b\r\n c\r\n\r\nx\r\n"), &m), 0);
	assert_int_equal(m.n_fields, 1);
	assert_slice(message_header(&m), "A: b\r\n c\r\n");
	assert_slice(message_body(&m), "x\r\n");
}

static void fields_are_walked_in_order(void **state UNUSED)
{
	struct arena *arena = arena_new(4096);
	struct message_field f;
	size_t at = 0;

	normal("Subject: a\n b\n\tc\nTo:d\nsubject: e\n\nbody: x\n");
	assert_true(message_next_field(message_header(&m), &at, &f));
	assert_slice(f.name, "Subject");
	assert_slice(f.body, " a\r\n b\r\n\tc");
	assert_slice(f.raw, "Subject: a\r\n b\r\n\tc\r\n");
	assert_slice(message_unfold(f.body, arena), "a b\tc");
	assert_true(message_next_field(message_header(&m), &at, &f));
	assert_slice(f.body, "d");
	assert_true(message_next_field(message_header(&m), &at, &f));
	assert_slice(f.name, "subject");
	assert_false(message_next_field(message_header(&m), &at, &f));
	assert_true(message_find_field(message_header(&m), "SUBJECT", &f));
	assert_slice(f.name, "Subject");
	assert_false(message_find_field(message_header(&m), "body", &f));
	arena_free(arena);
}

static void a_lone_dot_ends_what_sendmail_reads(void **state UNUSED)
{
	assert_slice(message_until_dot(SLICE("A: b\n\nx\n.\ny\n")), "A: b\n\nx\n");
	assert_slice(message_until_dot(SLICE("x\r\n.\r\ny")), "x\r\n");
	assert_slice(message_until_dot(SLICE("x\n..\n. \n.")), "x\n..\n. \n");
	assert_slice(message_until_dot(SLICE("x")), "x");
}

static void headers_go_to_ascii(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 20);
	struct buffer ascii;

	buffer_init(&ascii, 1 << 20);
	normal("From: J" UE "rg <a@b" UE "cher.example>, \"x, y\" <c@d>\nX-Plain: kept  as \n is\n"
		"Subject: gr" UE "n\nX-Old: =?utf-8?q?a?= " UE "b " UE " c\nComments:\n " UE "\n"
		"Content-Disposition: attachment; filename=\"gr" UE "ne Datei.pdf\"\n\n");
	assert_int_equal(message_downgrade_header(&m, arena, &ascii), 0);
	assert_string_equal(buffer_text(&ascii),
		"From: =?utf-8?q?J=C3=BCrg?= <a@xn--bcher-kva.example>,\r\n \"x, y\" <c@d>\r\n"
		"X-Plain: kept  as \r\n is\r\n"
		"Subject: =?utf-8?q?gr=C3=BCn?=\r\n"
		"X-Old: =?utf-8?q?a?= =?utf-8?b?w7xiIMO8?= c\r\n"
		"Comments: =?utf-8?b?w7w=?=\r\n"
		"Content-Disposition: attachment; filename=\"=?utf-8?q?gr=C3=BCne?= Datei.pdf\"\r\n\r\n");
	normal("To: j" UE "rg@example.com\n\n");
	assert_int_equal(message_downgrade_header(&m, arena, &ascii), MESSAGE_NEEDS_SMTPUTF8);
	buffer_release(&ascii);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_become_crlf),
		cmocka_unit_test(header_and_body_are_told_apart),
		cmocka_unit_test(mbox_lines_go),
		cmocka_unit_test(fields_stay_as_they_are),
		cmocka_unit_test(long_header_lines_are_folded),
		cmocka_unit_test(a_nul_is_encoded_or_a_space),
		cmocka_unit_test(what_mail_cannot_carry_is_refused),
		cmocka_unit_test(only_canonical_bytes_are_opened),
		cmocka_unit_test(fields_are_walked_in_order),
		cmocka_unit_test(a_lone_dot_ends_what_sendmail_reads),
		cmocka_unit_test(headers_go_to_ascii),
	};

	return cmocka_run_group_tests_name("core/message", tests, start, stop);
}
