/* Our own mails: the exact bytes of a small one, escaping, encodings, refusals, the test mail. */
#include "unit/unit.h"

#include "core/compose.h"
#include "core/message.h"

#define UE "\xc3\xbc"

static struct buffer out;
static struct slice to[2];

static int start(void **state UNUSED)
{
	buffer_init(&out, COMPOSE_MAX);
	to[0] = SLICE("admin@example.com");
	to[1] = SLICE("ops@b" UE "cher.example");
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&out);
	return 0;
}

static struct mail small_mail(const struct mail_part *parts, size_t n_parts)
{
	return (struct mail){
		.from_name = "Tocsin",
		.from_address = SLICE("alerts@example.com"),
		.to = to,
		.n_to = 2,
		.subject = "Disk full",
		.node_name = "web1.example.com",
		.now = 1773752525,
		.utc_offset = 3600,
		.random = { 0xab },
		.parts = parts,
		.n_parts = n_parts,
	};
}

static void headers_and_parts_stand_as_written(void **state UNUSED)
{
	static const struct mail_part parts[] = { { MAIL_PARAGRAPH, NULL, "It is full." } };
	struct mail mail = small_mail(parts, 1);

	buffer_clear(&out);
	assert_int_equal(compose_mail(&mail, &out), 0);
	assert_true(slice_starts(buffer_slice(&out),
		"Date: Tue, 17 Mar 2026 14:02:05 +0100\r\n"
		"From: Tocsin <alerts@example.com>\r\n"
		"To: admin@example.com,\r\n ops@xn--bcher-kva.example\r\n"
		"Subject: Disk full\r\n"
		"Message-ID: <20260317130205.ab000000000000000000000000000000@web1.example.com>\r\n"
		"MIME-Version: 1.0\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"X-Auto-Response-Suppress: All\r\n"
		"Content-Type: multipart/alternative;\r\n"
		" boundary=\"=_ab000000000000000000000000000000\"\r\n"
		"\r\n"
		"--=_ab000000000000000000000000000000\r\n"
		"Content-Type: text/plain; charset=us-ascii\r\n"
		"Content-Transfer-Encoding: 7bit\r\n"
		"\r\n"
		"It is full.\r\n"
		"\r\n"
		"--=_ab000000000000000000000000000000\r\n"
		"Content-Type: text/html; charset=us-ascii\r\n"
		"Content-Transfer-Encoding: 7bit\r\n"
		"\r\n"
		"<!DOCTYPE html>\r\n"));
	assert_true(slice_ends(buffer_slice(&out), "<h1>Disk full</h1>\r\n<p>It is full.</p>\r\n</main>\r\n"
		"</body>\r\n</html>\r\n\r\n--=_ab000000000000000000000000000000--\r\n"));
}

static void parts_are_encoded_when_they_need_it(void **state UNUSED)
{
	static const struct mail_part latin[] = { { MAIL_PARAGRAPH, NULL, "gr" UE "n und mehr davon" } };
	static const struct mail_part bells[] = { { MAIL_PARAGRAPH, NULL, "\xf0\x9f\x94\x94\xf0\x9f\x94\x94" } };
	static const struct mail_part from[] = { { MAIL_PARAGRAPH, NULL, "From here on" } };
	struct mail mail = small_mail(latin, 1);

	buffer_clear(&out);
	assert_int_equal(compose_mail(&mail, &out), 0);
	assert_non_null(strstr(buffer_text(&out), "Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn und mehr davon\r\n\r\n--"));
	mail.parts = bells;
	buffer_clear(&out);
	assert_int_equal(compose_mail(&mail, &out), 0);
	assert_non_null(strstr(buffer_text(&out), "Content-Transfer-Encoding: base64\r\n\r\n"
		"8J+UlPCflJQNCg==\r\n\r\n--"));
	mail.parts = from;
	buffer_clear(&out);
	assert_int_equal(compose_mail(&mail, &out), 0);
	assert_non_null(strstr(buffer_text(&out), "\r\n\r\n=46rom here on\r\n"));
}

static void bad_headers_are_refused(void **state UNUSED)
{
	static const struct mail_part parts[] = { { MAIL_PARAGRAPH, NULL, "x" } };
	const struct slice bad[] = { SLICE("admin@example.com"), SLICE("a@x.org\r\nBcc: b@x.org") };
	struct mail mail;

	buffer_clear(&out);
	mail = small_mail(parts, 1);
	mail.subject = "a\r\nBcc: x@y.org";
	assert_int_equal(compose_mail(&mail, &out), COMPOSE_BAD_HEADER);
	mail = small_mail(parts, 1);
	mail.from_name = "a\nb";
	assert_int_equal(compose_mail(&mail, &out), COMPOSE_BAD_HEADER);
	mail = small_mail(parts, 1);
	mail.from_address = SLICE("root");
	assert_int_equal(compose_mail(&mail, &out), COMPOSE_BAD_HEADER);
	mail = small_mail(parts, 1);
	mail.to = bad;
	assert_int_equal(compose_mail(&mail, &out), COMPOSE_BAD_HEADER);
	mail = small_mail(parts, 1);
	mail.n_to = 0;
	assert_int_equal(compose_mail(&mail, &out), COMPOSE_BAD_HEADER);
	assert_int_equal(out.len, 0);
}

static void a_full_buffer_is_an_error(void **state UNUSED)
{
	static const struct mail_part parts[] = { { MAIL_PARAGRAPH, NULL, "x" } };
	struct mail mail = small_mail(parts, 1);
	struct buffer little;

	buffer_init(&little, 1000);
	assert_int_equal(compose_mail(&mail, &little), -1);
	assert_int_equal(little.len, 0);
	buffer_release(&little);
}

static const char *text_of(const struct mail_part *parts, size_t n)
{
	buffer_clear(&out);
	mail_text_render(parts, n, &out);
	return buffer_text(&out);
}

static void text_is_filled_and_aligned(void **state UNUSED)
{
	static const struct mail_part parts[] = {
		{ MAIL_PARAGRAPH, NULL, "One  two\nthree " UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE
			UE UE " xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx end of it" },
		{ MAIL_ROW, "Node", "web1" },
		{ MAIL_ROW, "Gr" UE UE "n", "a\nb" },
		{ MAIL_ROW, "A label much too long to align", "x" },
		{ MAIL_HEADING, NULL, "Next" },
		{ MAIL_ITEM, NULL, "first item with a text that is long enough to be filled into two whole lines" },
		{ MAIL_ITEM, NULL, "second\titem" },
		{ MAIL_NOTE, NULL, "small\x01 \xff" },
	};

	assert_string_equal(text_of(parts, COUNT_OF(parts)),
		"One two\r\nthree " UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE UE
		" xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nend of it\r\n"
		"\r\n"
		"Node:  web1\r\n"
		"Gr" UE UE "n: a\r\n       b\r\n"
		"A label much too long to align:\r\n       x\r\n"
		"\r\n"
		"Next\r\n"
		"- first item with a text that is long enough to be filled into two whole\r\n  lines\r\n"
		"- second item\r\n"
		"\r\n"
		"small\xef\xbf\xbd \xef\xbf\xbd\r\n");
}

static void html_is_escaped(void **state UNUSED)
{
	static const struct mail_part parts[] = {
		{ MAIL_PARAGRAPH, NULL, "a <b> & \"c\" 'd'\nnext" },
		{ MAIL_ROW, "<k>", "</td>" },
		{ MAIL_ROW, "l", "v" },
		{ MAIL_ITEM, NULL, "&amp;" },
		{ MAIL_NOTE, NULL, "n\x1b" },
	};

	buffer_clear(&out);
	mail_html_render("<script>", parts, COUNT_OF(parts), &out);
	assert_non_null(strstr(buffer_text(&out), "<title>&lt;script&gt;</title>\r\n"));
	assert_true(slice_ends(buffer_slice(&out), "<main>\r\n<h1>&lt;script&gt;</h1>\r\n"
		"<p>a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;<br>\r\nnext</p>\r\n"
		"<table>\r\n<tr><th scope=\"row\">&lt;k&gt;</th>\r\n<td>&lt;/td&gt;</td></tr>\r\n"
		"<tr><th scope=\"row\">l</th>\r\n<td>v</td></tr>\r\n</table>\r\n"
		"<ul>\r\n<li>&amp;amp;</li>\r\n</ul>\r\n"
		"<p class=\"note\">n\xef\xbf\xbd</p>\r\n</main>\r\n</body>\r\n</html>\r\n"));
}

static void the_test_mail_says_what_it_proves(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 16);
	struct message m;
	struct test_mail test = {
		.site_name = "Office",
		.node_name = "web1",
		.relay_host = "2001:db8::1",
		.relay_port = 587,
		.security = "STARTTLS",
		.asked_by = "anna",
		.from_address = SLICE("alerts@example.com"),
		.to = to,
		.n_to = 1,
		.daily_notice = true,
		.daily_notice_time = "08:00",
		.page_url = "https://web1:8443/login/email",
		.now = 1773752525,
		.utc_offset = 3600,
	};

	buffer_clear(&out);
	assert_int_equal(compose_test_mail(&test, arena, &out), 0);
	assert_int_equal(message_open(buffer_slice(&out), &m), 0);
	assert_non_null(strstr(buffer_text(&out), "Subject: [Office] Test mail from web1\r\n"));
	assert_non_null(strstr(buffer_text(&out), "\r\n\r\n"
		"If you read this, alert mail from web1 reaches you.\r\n"
		"\r\n"
		"Site:         Office\r\n"
		"Node:         web1\r\n"
		"Relay:        [2001:db8::1], port 587, STARTTLS\r\n"
		"From:         alerts@example.com\r\n"
		"To:           admin@example.com\r\n"
		"Asked for by: anna\r\n"
		"Written:      17 March 2026, 14:02:05 +0100\r\n"
		"\r\n"
		"What else will come\r\n"
		"- A short notice every day at 08:00. A day without it tells that mail is\r\n"
		"  broken.\r\n"));
	test.site_name = "";
	test.daily_notice = false;
	test.page_url = "";
	buffer_clear(&out);
	assert_int_equal(compose_test_mail(&test, arena, &out), 0);
	assert_non_null(strstr(buffer_text(&out), "From: alerts@example.com\r\n"));
	assert_non_null(strstr(buffer_text(&out), "- No daily notice: it is switched off."));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_and_parts_stand_as_written),
		cmocka_unit_test(parts_are_encoded_when_they_need_it),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(a_full_buffer_is_an_error),
		cmocka_unit_test(text_is_filled_and_aligned),
		cmocka_unit_test(html_is_escaped),
		cmocka_unit_test(the_test_mail_says_what_it_proves),
	};

	return cmocka_run_group_tests_name("core/compose", tests, start, stop);
}
