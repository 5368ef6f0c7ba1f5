/* Field lines of answers: the security set, the date, and no injection. */
#include "unit/unit.h"

#include "http/headers.h"

static bool has_line(struct buffer *lines, const char *line)
{
	return slice_find(buffer_slice(lines), slice_of(line)) < lines->len;
}

static void pages_are_locked_down_and_not_stored(void **state UNUSED)
{
	struct buffer lines;

	buffer_init(&lines, 4000);
	headers_secure(&lines, false);
	assert_true(has_line(&lines, "Content-Security-Policy: default-src 'none'; style-src 'self'; "
	    "script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
	    "frame-ancestors 'none'; base-uri 'none'\r\n"));
	assert_true(has_line(&lines, "X-Content-Type-Options: nosniff\r\n"));
	assert_true(has_line(&lines, "Referrer-Policy: same-origin\r\n"));
	assert_true(has_line(&lines, "Cross-Origin-Opener-Policy: same-origin\r\n"));
	assert_true(has_line(&lines, "Cache-Control: no-store\r\n"));
	assert_false(has_line(&lines, "Strict-Transport-Security"));
	buffer_release(&lines);
}

static void hsts_only_with_a_certificate_of_a_ca(void **state UNUSED)
{
	struct buffer lines;

	buffer_init(&lines, 4000);
	headers_secure(&lines, true);
	assert_true(has_line(&lines, "Strict-Transport-Security: max-age=31536000\r\n"));
	buffer_release(&lines);
}

static void assets_are_cached_for_a_year(void **state UNUSED)
{
	struct buffer lines;

	buffer_init(&lines, 4000);
	headers_secure_asset(&lines, false);
	assert_true(has_line(&lines, "Cache-Control: public, max-age=31536000, immutable\r\n"));
	assert_true(has_line(&lines, "X-Content-Type-Options: nosniff\r\n"));
	assert_false(has_line(&lines, "no-store"));
	buffer_release(&lines);
}

static void nobody_injects_a_line(void **state UNUSED)
{
	static const char *const values[] = { "a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "a\x01" };
	struct buffer lines;

	buffer_init(&lines, 4000);
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		buffer_clear(&lines);
		headers_add_text(&lines, "Location", values[i]);
		assert_false(buffer_ok(&lines));
		assert_int_equal(lines.len, 0);
	}
	buffer_clear(&lines);
	headers_add_text(&lines, "Bad Name", "a");
	assert_false(buffer_ok(&lines));
	buffer_clear(&lines);
	headers_add_text(&lines, "Location", "/login");
	assert_string_equal(buffer_text(&lines), "Location: /login\r\n");
	buffer_release(&lines);
}

static void dates_are_imf_fixdate(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 100);
	headers_append_date(&out, 784111777);
	assert_string_equal(buffer_text(&out), "Sun, 06 Nov 1994 08:49:37 GMT");
	buffer_clear(&out);
	headers_append_date(&out, 0);
	assert_string_equal(buffer_text(&out), "Thu, 01 Jan 1970 00:00:00 GMT");
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_locked_down_and_not_stored),
		cmocka_unit_test(hsts_only_with_a_certificate_of_a_ca),
		cmocka_unit_test(assets_are_cached_for_a_year),
		cmocka_unit_test(nobody_injects_a_line),
		cmocka_unit_test(dates_are_imf_fixdate),
	};

	return cmocka_run_group_tests_name("http/headers", tests, NULL, NULL);
}
