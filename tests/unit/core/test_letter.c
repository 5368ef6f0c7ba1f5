/* Messages from their parts. */
#include "unit/unit.h"

#include "core/letter.h"
#include "core/message.h"

static struct arena *arena;
static struct buffer out;
static struct letter_result result;

static int begin(void **state UNUSED)
{
	arena = arena_new(4 * 1024 * 1024);
	buffer_init(&out, 4 * 1024 * 1024);
	return arena != NULL ? 0 : -1;
}

static int end(void **state UNUSED)
{
	arena_free(arena);
	buffer_release(&out);
	return 0;
}

static const struct slice to[] = {
	{ "Anna <anna@example.com>", 23 }, { "bert@b\xc3\xbc" "cher.example", 20 }, { "root", 4 },
};

static struct letter good(void)
{
	return (struct letter){
		.from = SLICE("J\xc3\xb6rg <j@example.com>"),
		.to = { .name = "to", .items = to, .n = COUNT_OF(to), .is_list = true },
		.cc = { .name = "cc" }, .bcc = { .name = "bcc" },
		.subject = SLICE("Hello"), .text = SLICE("one\ntwo\r\nthree\r"),
		.boundary = "0123",
	};
}

static const char *write_letter(const struct letter *l)
{
	struct message m;

	buffer_clear(&out);
	assert_int_equal(letter_write(l, arena, &out, &result), 0);
	if (result.n_problems == 0)
		assert_int_equal(message_open(buffer_slice(&out), &m), MESSAGE_OK);
	return buffer_text(&out);
}

static void parts_become_a_canonical_message(void **state UNUSED)
{
	struct letter l = good();

	assert_string_equal(write_letter(&l), "From: =?utf-8?q?J=C3=B6rg?= <j@example.com>\r\n"
		"To: Anna <anna@example.com>,\r\n bert@xn--bcher-kva.example,\r\n root\r\n"
		"Subject: Hello\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=us-ascii\r\n"
		"Content-Transfer-Encoding: 7bit\r\n\r\none\r\ntwo\r\nthree\r\n\r\n");
	assert_string_equal(result.sender, "j@example.com");
	assert_int_equal(result.n_recipients, 3);
	assert_string_equal(result.recipients[0], "anna@example.com");
	assert_string_equal(result.recipients[1], "bert@xn--bcher-kva.example");
	assert_string_equal(result.recipients[2], "root");
}

static void bcc_is_in_the_envelope_alone(void **state UNUSED)
{
	static const struct slice bcc[] = { { "secret@example.com", 18 } };
	struct letter l = good();
	const char *text;

	l.to.n = 0;
	l.bcc = (struct letter_list){ .name = "bcc", .items = bcc, .n = 1 };
	text = write_letter(&l);
	assert_null(strstr(text, "secret"));
	assert_null(strstr(text, "Bcc"));
	assert_int_equal(result.n_recipients, 1);
}

static void text_and_html_are_alternatives(void **state UNUSED)
{
	struct letter l = good();
	const char *text;

	l.html = SLICE("<p>--=_0123</p>\n--=_0123--\n");
	text = write_letter(&l);
	assert_non_null(strstr(text, "Content-Type: multipart/alternative;\r\n boundary=\"=_0123\"\r\n"));
	assert_non_null(strstr(text, "Content-Type: text/html; charset=us-ascii\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"));
	assert_non_null(strstr(text, "\r\n--=_0123--\r\n"));
	assert_string_equal(strstr(text, "\r\n--=_0123--\r\n"), "\r\n--=_0123--\r\n");
	l.text = (struct slice){ 0 };
	assert_null(strstr(write_letter(&l), "multipart"));
}

static bool has_problem(const char *part)
{
	for (size_t i = 0; i < result.n_problems; i++)
		if (strcmp(result.problems[i].part, part) == 0)
			return true;
	return false;
}

/* 5000 recipients with long names are more than a header holds; none of them is wrong. */
static void a_header_that_is_too_long_is_told_as_that(void **state UNUSED)
{
	static struct slice many[LETTER_RECIPIENTS_MAX];
	struct letter l = good();
	char name[301];

	memset(name, 'x', 300);
	name[300] = '\0';
	for (int i = 0; i < LETTER_RECIPIENTS_MAX; i++)
		many[i] = slice_of(arena_printf(arena, "%s <r%d@example.com>", name, i));
	l.to = (struct letter_list){ .name = "to", .items = many, .n = COUNT_OF(many),
		.is_list = true };
	write_letter(&l);
	assert_int_equal(result.n_problems, 1);
	assert_string_equal(result.problems[0].part, "headers");
	assert_string_equal(result.problems[0].text, "with the addresses make a header of more than "
		"256 KiB: send the message in parts.");
}

static void a_message_that_is_too_long_is_told_as_that(void **state UNUSED)
{
	struct letter l = good();

	buffer_release(&out);
	buffer_init(&out, 1024 * 1024);
	l.text = slice_of(arena_printf(arena, "%0*d", 2 * 1024 * 1024, 1));
	write_letter(&l);
	assert_int_equal(result.n_problems, 1);
	assert_string_equal(result.problems[0].part, "text");
	assert_string_equal(result.problems[0].text, "makes a message of more than 1 MiB.");
}

static void everything_wrong_is_told_and_nothing_written(void **state UNUSED)
{
	static const struct slice bad[] = {
		{ "nobody", 6 }, { "a@example.com, b@example.com", 28 }, { "a@example.com\r\nBcc: x", 21 },
		{ "", 0 }, { "good@example.com", 16 },
	};
	static const struct letter_field fields[] = {
		{ { "bCC", 3 }, { "x", 1 } }, { { "X Y", 3 }, { "x", 1 } }, { { "X-Z", 3 }, { "a\nb", 3 } },
		{ { "Content-Type", 12 }, { "x", 1 } }, { { "X-Good", 6 }, { "x", 1 } }, { { "", 0 }, { "", 0 } },
	};
	struct letter l = good();

	l.from = SLICE("");
	l.to = (struct letter_list){ .name = "to", .items = bad, .n = COUNT_OF(bad), .is_list = true };
	l.cc = (struct letter_list){ .name = "cc", .items = bad, .n = 1 };
	l.fields = fields;
	l.n_fields = COUNT_OF(fields);
	l.subject = SLICE("a\nBcc: x");
	l.text = (struct slice){ 0 };
	assert_string_equal(write_letter(&l), "");
	assert_int_equal(result.n_problems, 13);
	for (int i = 0; i < 4; i++)
		assert_true(has_problem(arena_printf(arena, "to[%d]", i)));
	assert_true(has_problem("cc") && has_problem("from") && has_problem("subject"));
	assert_true(has_problem("text") && has_problem("headers.bCC") && has_problem("headers.X Y"));
	assert_true(has_problem("headers.X-Z") && has_problem("headers.Content-Type"));
	assert_true(has_problem("headers."));
}

static void a_message_needs_a_recipient(void **state UNUSED)
{
	struct letter l = good();

	l.to.n = 0;
	write_letter(&l);
	assert_int_equal(result.n_problems, 1);
	assert_true(has_problem("to"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(parts_become_a_canonical_message),
		CASE(a_header_that_is_too_long_is_told_as_that),
		CASE(a_message_that_is_too_long_is_told_as_that),
		CASE(bcc_is_in_the_envelope_alone),
		CASE(text_and_html_are_alternatives),
		CASE(everything_wrong_is_told_and_nothing_written),
		CASE(a_message_needs_a_recipient),
	};

	return cmocka_run_group_tests_name("core/letter", tests, NULL, NULL);
}
