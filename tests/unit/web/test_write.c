/* Values as templates print them. */
#include "unit/unit.h"

#include "web/write.h"

static struct buffer out;
static struct html h;

static int begin(void **state UNUSED)
{
	buffer_init(&out, 1000);
	html_init(&h, &out);
	return 0;
}

static int end(void **state UNUSED)
{
	buffer_release(&out);
	return 0;
}

static void assert_written(const char *text)
{
	assert_string_equal(buffer_text(&out), text);
	buffer_clear(&out);
}

static void every_type_has_its_writer(void **state UNUSED)
{
	char own[] = "<own>";
	unsigned short small = 65535;
	uint64_t large = UINT64_MAX;

	html_put(&h, "<text>");
	html_put(&h, own);
	html_put(&h, SLICE("<slice>"));
	html_put(&h, -1);
	html_put(&h, small);
	html_put(&h, large);
	assert_written("&lt;text&gt;&lt;own&gt;&lt;slice&gt;-16553518446744073709551615");
}

static void what_is_empty_is_not_given(void **state UNUSED)
{
	const char *none = NULL;
	uint64_t zero = 0, one = 1;

	assert_false(is_given(none));
	assert_false(is_given(""));
	assert_true(is_given("0"));
	assert_false(is_given(zero));
	assert_true(is_given(one));
	assert_false(is_given(false));
	assert_true(is_given((const struct html *)&h));
}

static void times_are_exact_and_readable(void **state UNUSED)
{
	write_time(&h, 1772546525);
	assert_written("<time datetime=\"2026-03-03T14:02:05Z\">3 March 2026, 14:02 UTC</time>");
	write_time(&h, 0);
	assert_written("never");
}

static void spans_have_one_unit(void **state UNUSED)
{
	write_span(&h, 0);
	assert_written("0\u00a0s");
	write_span(&h, 119);
	assert_written("119\u00a0s");
	write_span(&h, 120);
	assert_written("2\u00a0min");
	write_span(&h, 7200);
	assert_written("2\u00a0h");
	write_span(&h, 172800);
	assert_written("2\u00a0days");
}

static void lengths_and_sizes_are_short(void **state UNUSED)
{
	write_ms(&h, 999);
	assert_written("999\u00a0ms");
	write_ms(&h, 12345);
	assert_written("12.3\u00a0s");
	write_size(&h, 999);
	assert_written("999\u00a0B");
	write_size(&h, 14999);
	assert_written("15\u00a0KB");
	write_size(&h, 2345678);
	assert_written("2.3\u00a0MB");
}

static void addresses_stay_on_the_site(void **state UNUSED)
{
	write_url(&h, "/login/queue?state=held&before=7");
	assert_written("/login/queue?state=held&amp;before=7");
	write_url(&h, "javascript:alert(1)");
	assert_written("#");
	write_url(&h, "//evil.example");
	assert_written("#");
	write_url(&h, "/\\evil.example");
	assert_written("#");
	write_part(&h, "a/b?c&d\"");
	assert_written("a%2Fb%3Fc%26d%22");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_type_has_its_writer, begin, end),
		cmocka_unit_test_setup_teardown(what_is_empty_is_not_given, begin, end),
		cmocka_unit_test_setup_teardown(times_are_exact_and_readable, begin, end),
		cmocka_unit_test_setup_teardown(spans_have_one_unit, begin, end),
		cmocka_unit_test_setup_teardown(lengths_and_sizes_are_short, begin, end),
		cmocka_unit_test_setup_teardown(addresses_stay_on_the_site, begin, end),
	};

	return cmocka_run_group_tests_name("web/write", tests, NULL, NULL);
}
