/* Times as text: known moments, offsets, leap days, and the ends of the calendar. */
#include "unit/unit.h"

#include <time.h>

#include "core/time_format.h"

static void known_moments(void **state UNUSED)
{
	char mail[TIME_RFC5322_SIZE], utc[TIME_RFC3339_SIZE], human[TIME_HUMAN_SIZE];

	time_format_rfc5322(1773752525, 3600, mail);
	assert_string_equal(mail, "Tue, 17 Mar 2026 14:02:05 +0100");
	time_format_rfc3339(1773752525, utc);
	assert_string_equal(utc, "2026-03-17T13:02:05Z");
	time_format_human(1773752525, -12600, human);
	assert_string_equal(human, "17 March 2026, 09:32:05 -0330");
	time_format_rfc5322(0, 0, mail);
	assert_string_equal(mail, "Thu, 1 Jan 1970 00:00:00 +0000");
	time_format_rfc5322(951782400, 0, mail);
	assert_string_equal(mail, "Tue, 29 Feb 2000 00:00:00 +0000");
	time_format_rfc3339(-1, utc);
	assert_string_equal(utc, "1969-12-31T23:59:59Z");
}

static void seconds_of_an_offset_are_cut_from_both(void **state UNUSED)
{
	char mail[TIME_RFC5322_SIZE];

	time_format_rfc5322(0, 3661, mail);
	assert_string_equal(mail, "Thu, 1 Jan 1970 01:01:00 +0101");
	time_format_rfc5322(0, -59, mail);
	assert_string_equal(mail, "Thu, 1 Jan 1970 00:00:00 +0000");
}

static void the_ends_of_the_calendar_fit(void **state UNUSED)
{
	char mail[TIME_RFC5322_SIZE], utc[TIME_RFC3339_SIZE], human[TIME_HUMAN_SIZE];

	time_format_rfc3339(INT64_MAX, utc);
	assert_string_equal(utc, "9999-12-31T23:59:59Z");
	time_format_rfc3339(INT64_MIN, utc);
	assert_string_equal(utc, "0000-01-01T00:00:00Z");
	time_format_rfc5322(INT64_MAX, INT32_MAX, mail);
	assert_string_equal(mail, "Fri, 31 Dec 9999 23:59:59 +2359");
	time_format_human(INT64_MIN, INT32_MIN, human);
	assert_string_equal(human, "1 January 0000, 00:00:00 -2359");
}

static void agrees_with_libc_and_goes_back(void **state UNUSED)
{
	for (int64_t seconds = -62167219200; seconds < 253402300000; seconds += 3209145) {
		time_t libc_seconds = (time_t)seconds;
		struct civil_time t;
		struct tm tm;

		civil_time_from(seconds, 0, &t);
		assert_non_null(gmtime_r(&libc_seconds, &tm));
		assert_int_equal(t.year, tm.tm_year + 1900);
		assert_int_equal(t.month, tm.tm_mon + 1);
		assert_int_equal(t.day, tm.tm_mday);
		assert_int_equal(t.hour * 3600 + t.minute * 60 + t.second,
			tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
		assert_int_equal(t.weekday, tm.tm_wday);
		assert_int_equal(civil_time_seconds(&t, 0), seconds);
		assert_int_equal(civil_time_seconds(&t, 3600), seconds - 3600);
	}
}

static void assert_moment(const char *text, int64_t first, int64_t len)
{
	int64_t got = 0, end = 0;

	assert_true(time_parse_moment(slice_of(text), &got, &end));
	assert_int_equal(got, first);
	assert_int_equal(end - got, len);
}

static void days_and_times_are_read(void **state UNUSED)
{
	static const char *const wrong[] = { "", "2026", "2026-3-17", "2026-03-17 ", "2026-03-17T",
		"2026-03-17 24:00", "2026-03-17 14:60", "2026-02-29", "2026-04-31", "1969-12-31",
		"2026-00-01", "2026-13-01", "2026-01-00", "2026-03-17 14:02:60", "2026-03-17 14:02x",
		"2026-03-17T14:02:05ZZ", " 2026-03-17", "2026-03-17+01:00", "2026-03- 7" };
	int64_t first = 7, end = 7;

	assert_moment("1970-01-01", 0, 86400);
	assert_moment("2026-03-17", 1773705600, 86400);
	assert_moment("2024-02-29", 1709164800, 86400);
	assert_moment("2026-03-17 14:02", 1773705600 + 14 * 3600 + 120, 60);
	assert_moment("2026-03-17T14:02:05Z", 1773705600 + 14 * 3600 + 125, 1);
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (time_parse_moment(slice_of(wrong[i]), &first, &end))
			fail_msg("taken: %s", wrong[i]);
	assert_int_equal(first, 7);
	assert_int_equal(end, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_moments),
		cmocka_unit_test(seconds_of_an_offset_are_cut_from_both),
		cmocka_unit_test(the_ends_of_the_calendar_fit),
		cmocka_unit_test(agrees_with_libc_and_goes_back),
		cmocka_unit_test(days_and_times_are_read),
	};

	return cmocka_run_group_tests_name("core/time_format", tests, NULL, NULL);
}
