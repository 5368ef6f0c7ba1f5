/* The page writer: whatever the text holds, it cannot become markup. */
#include "unit/unit.h"

#include "http/html.h"

static const char *escaped(struct buffer *out, struct slice text)
{
	struct html h;

	buffer_clear(out);
	html_init(&h, out);
	html_slice(&h, text);
	return buffer_text(out);
}

static void escapes_the_five_characters(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 1000);
	assert_string_equal(escaped(&out, SLICE("<b a=\"x\" c='y'>&</b>")),
	    "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;&lt;/b&gt;");
	assert_string_equal(escaped(&out, SLICE("plain")), "plain");
	assert_string_equal(escaped(&out, SLICE("")), "");
	assert_string_equal(escaped(&out, SLICE("&amp;")), "&amp;amp;");
	buffer_release(&out);
}

static void keeps_utf8_and_replaces_what_is_not(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 1000);
	assert_string_equal(escaped(&out, SLICE("gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x94")),
	    "gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x94");
	assert_string_equal(escaped(&out, SLICE("\xc3<i>")), "\xef\xbf\xbd&lt;i&gt;");
	assert_string_equal(escaped(&out, SLICE("a\xf0\x9f")), "a\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(escaped(&out, SLICE("\x80z")), "\xef\xbf\xbdz");
	buffer_release(&out);
}

static void replaces_controls_but_keeps_line_ends(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 1000);
	assert_string_equal(escaped(&out, SLICE("a\0b\x1b[1m\x7f")),
	    "a\xef\xbf\xbd" "b\xef\xbf\xbd[1m\xef\xbf\xbd");
	assert_string_equal(escaped(&out, SLICE("a\tb\r\nc")), "a\tb\r\nc");
	buffer_release(&out);
}

static void markup_and_numbers_go_out_as_they_are(void **state UNUSED)
{
	struct buffer out;
	struct html h;

	buffer_init(&out, 1000);
	html_init(&h, &out);
	html_raw(&h, "<td>");
	html_number(&h, -42);
	html_raw(&h, "</td>");
	html_text(&h, NULL);
	html_text(&h, "<");
	html_number(&h, INT64_MIN);
	assert_string_equal(buffer_text(&out), "<td>-42</td>&lt;-9223372036854775808");
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_the_five_characters),
		cmocka_unit_test(keeps_utf8_and_replaces_what_is_not),
		cmocka_unit_test(replaces_controls_but_keeps_line_ends),
		cmocka_unit_test(markup_and_numbers_go_out_as_they_are),
	};

	return cmocka_run_group_tests_name("http/html", tests, NULL, NULL);
}
