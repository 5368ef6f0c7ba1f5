/* Time zones: files read and refused, offsets around each change, local days and times. */
#include "unit/unit.h"

#include "core/time_zone_names.h"
#include "unit/core/zone_fixture.h"

static struct arena *arena;
static struct buffer file;

static struct time_zone zone_of(const char *rule)
{
	const int offset = 0;
	struct time_zone z;

	buffer_clear(&file);
	put_zone(&file, &offset, NULL, 0, rule);
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	return z;
}

static void rules_north_and_south(void **state UNUSED)
{
	struct time_zone berlin = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");
	struct time_zone sydney = zone_of("AEST-10AEDT,M10.1.0,M4.1.0/3");
	int64_t spring = UTC_TIME(2027, 3, 28, 1, 0), autumn = UTC_TIME(2027, 10, 31, 1, 0);

	assert_int_equal(time_zone_offset(&berlin, spring - 1), 3600);
	assert_int_equal(time_zone_offset(&berlin, spring), 7200);
	assert_int_equal(time_zone_offset(&berlin, autumn - 1), 7200);
	assert_int_equal(time_zone_offset(&berlin, autumn), 3600);
	assert_int_equal(time_zone_next_change(&berlin, UTC_TIME(2027, 1, 1, 0, 0)), spring);
	assert_int_equal(time_zone_next_change(&berlin, spring), autumn);
	assert_int_equal(time_zone_next_change(&berlin, autumn), UTC_TIME(2028, 3, 26, 1, 0));
	assert_int_equal(time_zone_offset(&sydney, UTC_TIME(2027, 1, 1, 0, 0)), 11 * 3600);
	assert_int_equal(time_zone_offset(&sydney, UTC_TIME(2027, 7, 1, 0, 0)), 10 * 3600);
	assert_int_equal(time_zone_next_change(&sydney, UTC_TIME(2027, 1, 1, 0, 0)),
		UTC_TIME(2027, 4, 3, 16, 0));
	assert_int_equal(time_zone_next_change(&sydney, UTC_TIME(2027, 12, 31, 0, 0)),
		UTC_TIME(2028, 4, 1, 16, 0));
}

static void rules_of_every_kind(void **state UNUSED)
{
	struct time_zone z = zone_of("<+0545>-5:45");

	assert_int_equal(time_zone_offset(&z, 0), 5 * 3600 + 45 * 60);
	assert_int_equal(time_zone_next_change(&z, 0), INT64_MAX);
	z = zone_of("IST-1GMT0,M10.5.0,M3.5.0/1"); /* "daylight" is the winter's */
	assert_int_equal(time_zone_offset(&z, UTC_TIME(2027, 7, 1, 0, 0)), 3600);
	assert_int_equal(time_zone_offset(&z, UTC_TIME(2027, 12, 1, 0, 0)), 0);
	z = zone_of("XXX3EDT4,0/0,J365/23"); /* summer all year (RFC 8536 3.3.1) */
	assert_int_equal(time_zone_offset(&z, UTC_TIME(2027, 1, 1, 0, 0)), -4 * 3600);
	z = zone_of("AAA0BBB,J60/0,60/0");
	assert_int_equal(time_zone_next_change(&z, UTC_TIME(2028, 1, 1, 0, 0)),
		UTC_TIME(2028, 3, 1, 0, 0)); /* J60 is 1 March also in a leap year */
	z = zone_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"); /* Nuuk: an hour before midnight */
	assert_int_equal(time_zone_next_change(&z, UTC_TIME(2027, 1, 1, 0, 0)),
		UTC_TIME(2027, 3, 28, 1, 0));
}

static void changes_come_before_the_rule(void **state UNUSED)
{
	/* moved from +1 to +3 in 2026, keeps summer time from 2027 on */
	const int offsets[] = { 3600, 3 * 3600 };
	const int64_t changes[] = { UTC_TIME(2026, 6, 1, 0, 0) };
	struct time_zone z;

	buffer_clear(&file);
	put_zone(&file, offsets, changes, 1, "AAA-3BBB,M3.5.0,M10.5.0/3");
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	assert_int_equal(time_zone_offset(&z, changes[0] - 1), 3600);
	assert_int_equal(time_zone_offset(&z, changes[0]), 4 * 3600);
	assert_int_equal(time_zone_next_change(&z, 0), changes[0]);
	assert_int_equal(time_zone_next_change(&z, changes[0]), UTC_TIME(2026, 10, 24, 23, 0));
	buffer_clear(&file);
	put_zone(&file, offsets, changes, 1, "");
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	assert_int_equal(time_zone_offset(&z, UTC_TIME(2050, 7, 1, 0, 0)), 3 * 3600);
	assert_int_equal(time_zone_next_change(&z, changes[0]), INT64_MAX);
}

static void what_is_long_past_leaves_its_offset(void **state UNUSED)
{
	const int offsets[] = { 0, 3600, 7200 };
	const int64_t changes[] = { -2000000000, TIME_ZONE_FROM - 1 };
	struct time_zone z;

	buffer_clear(&file);
	put_zone(&file, offsets, changes, 2, "");
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	assert_int_equal(z.n, 0);
	assert_int_equal(time_zone_offset(&z, TIME_ZONE_FROM), 7200);
}

static void first_second_of_a_local_time(void **state UNUSED)
{
	struct time_zone z = zone_of("CET-1CEST,M3.5.0,M10.5.0/3");

	/* skipped: the first second after; twice: the first of the two */
	assert_int_equal(time_zone_first(&z, UTC_TIME(2027, 3, 28, 2, 30)),
		UTC_TIME(2027, 3, 28, 1, 0));
	assert_int_equal(time_zone_first(&z, UTC_TIME(2027, 10, 31, 2, 30)),
		UTC_TIME(2027, 10, 31, 0, 30));
	assert_int_equal(time_zone_first(&z, UTC_TIME(2027, 7, 1, 2, 30)),
		UTC_TIME(2027, 7, 1, 0, 30));
	assert_int_equal(time_zone_local_day(&z, UTC_TIME(2027, 1, 1, 23, 0)),
		time_zone_local_day(&time_zone_utc, UTC_TIME(2027, 1, 2, 0, 0)));
	assert_int_equal(time_zone_local_day(&time_zone_utc, -1), -1);
}

static void broken_files_are_refused(void **state UNUSED)
{
	static const char *const rules[] = { "CET", "C-1", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J1", "CET-1CEST,366,1", "CET-1CEST,1/168,2", "<CET-1", "CET-1CEST,1,2x" };
	const int offsets[] = { 0, TIME_ZONE_OFFSET_MAX + 1, 0 };
	const int64_t changes[] = { UTC_TIME(2027, 1, 1, 0, 0), UTC_TIME(2026, 1, 1, 0, 0) };
	struct time_zone z;

	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		buffer_clear(&file);
		put_zone(&file, offsets, NULL, 0, rules[i]);
		assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), TIME_ZONE_BAD);
	}
	buffer_clear(&file);
	put_zone(&file, offsets, changes, 1, ""); /* an offset of more than a day */
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), TIME_ZONE_BAD);
	buffer_clear(&file);
	put_zone(&file, (const int[]){ 0, 1, 2 }, changes, 2, ""); /* out of order */
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), TIME_ZONE_BAD);
	buffer_clear(&file);
	put_zone(&file, offsets, NULL, 0, "UTC0");
	for (size_t len = 0; len < file.len; len++)
		assert_int_equal(time_zone_parse(slice_sub(buffer_slice(&file), 0, len), arena, &z),
			TIME_ZONE_BAD);
	file.data[4] = '\0'; /* version 1 has no rule */
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), TIME_ZONE_BAD);
}

static void names(void **state UNUSED)
{
	for (size_t i = 1; i < n_time_zone_names; i++)
		assert_true(strcmp(time_zone_names[i - 1].name, time_zone_names[i].name) < 0);
	assert_string_equal(time_zone_name_find(SLICE("america/NEW_york")), "America/New_York");
	assert_null(time_zone_name_find(SLICE("Berlin")));
	assert_string_equal(time_zone_name_nearest(SLICE("port au prince")), "America/Port-au-Prince");
	assert_null(time_zone_name_nearest(SLICE("")));
}

static int setup(void **state UNUSED)
{
	arena = arena_new(1024 * 1024);
	buffer_init(&file, TIME_ZONE_FILE_MAX);
	return arena != NULL ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	buffer_release(&file);
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_north_and_south),
		cmocka_unit_test(rules_of_every_kind),
		cmocka_unit_test(changes_come_before_the_rule),
		cmocka_unit_test(what_is_long_past_leaves_its_offset),
		cmocka_unit_test(first_second_of_a_local_time),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("core/time_zone", tests, setup, teardown);
}
