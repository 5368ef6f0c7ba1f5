/* The daily notice's days: its time in zones that change their clocks, and clocks that step. */
#include "unit/unit.h"

#include "core/daily_notice.h"
#include "unit/core/zone_fixture.h"

enum {
	DAY = 86400,
	HOUR = 3600,
};

static struct arena *arena;

static struct time_zone zone_of(const char *rule)
{
	const int offset = 0;
	struct time_zone z;
	struct buffer file;

	buffer_init(&file, TIME_ZONE_FILE_MAX);
	put_zone(&file, &offset, NULL, 0, rule);
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	buffer_release(&file);
	return z;
}

static struct daily_notice look(const struct time_zone *z, const char *time, int64_t last,
	int64_t now)
{
	const struct daily_notice_plan plan = { z, daily_notice_minute(time) };
	struct daily_notice n;

	daily_notice_look(&plan, last, now, &n);
	return n;
}

/*
 * Looks once a minute, as the keeper does, and keeps what it keeps: the times at which notices
 * went out. The clock steps by so much at that time.
 */
struct run {
	int64_t last_day, sent[20];
	size_t n;
};

static void run_until(struct run *r, const struct time_zone *z, const char *time, int64_t from,
	int64_t until)
{
	for (int64_t now = from; now < until; now += 60) {
		struct daily_notice n = look(z, time, r->last_day, now);

		assert_true(n.next > now);
		if (!n.due)
			continue;
		assert_true(r->n < COUNT_OF(r->sent));
		r->sent[r->n++] = now;
		r->last_day = n.day;
	}
}

static void it_comes_at_its_local_time_through_the_year(void **state UNUSED)
{
	static const struct {
		const char *rule, *time;
		int64_t from; /* UTC; two days are looked at */
		int64_t sent[2];
	} rows[] = {
		/* Berlin, an ordinary day; the end of a year; a leap day */
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "08:00", 1798848000 /* 2027-01-02 */,
			{ 1798873200, 1798873200 + DAY } },
		{ "UTC0", "00:00", 1830211200 /* 2027-12-31 */, { 1830211200, 1830211200 + DAY } },
		{ "UTC0", "23:59", 1835308800 /* 2028-02-28 */, { 1835395140, 1835395140 + DAY } },
		/* Berlin, 02:30 is skipped on 28 March 2027: at 03:00, which is 01:00 UTC */
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "02:30", 1806188400 /* 28 March, 00:00 there */,
			{ 1806195600, 1806195600 + DAY - HOUR / 2 } },
		/* and comes twice on 31 October: the first time */
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "02:30", 1824933600 /* 31 October, 00:00 there */,
			{ 1824942600, 1824942600 + DAY + HOUR } },
		/* Lord Howe: half an hour */
		{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "02:15", 1822483800 /* 2027-10-03 */,
			{ 1822491000 , 1822491000 + DAY - HOUR / 4 } },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct time_zone z = zone_of(rows[i].rule);
		struct run r = { .last_day = DAILY_NOTICE_NEVER };

		run_until(&r, &z, rows[i].time, rows[i].from, rows[i].from + 2 * DAY);
		assert_int_equal(r.n, 2);
		assert_int_equal(r.sent[0], rows[i].sent[0]);
		assert_int_equal(r.sent[1], rows[i].sent[1]);
	}
}

/* Nuuk leaves out the last hour of a Saturday: its 23:30 is the first second of Sunday. */
static void a_skipped_end_of_a_day_is_the_next_ones_first_second(void **state UNUSED)
{
	struct time_zone z = zone_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
	struct run r = { .last_day = DAILY_NOTICE_NEVER };

	run_until(&r, &z, "23:30", UTC_TIME(2027, 3, 27, 2, 0), UTC_TIME(2027, 3, 29, 2, 0));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.sent[0], UTC_TIME(2027, 3, 28, 1, 0));
	assert_int_equal(r.sent[1], UTC_TIME(2027, 3, 29, 0, 30));
}

/* Samoa had no 30 December 2011; here a zone does the same in 2027. */
static void a_day_that_does_not_exist_has_no_notice(void **state UNUSED)
{
	const int offsets[] = { -10 * HOUR, 14 * HOUR };
	const int64_t changes[] = { UTC_TIME(2027, 12, 30, 10, 0) };
	struct run r = { .last_day = DAILY_NOTICE_NEVER };
	struct buffer file;
	struct time_zone z;

	buffer_init(&file, TIME_ZONE_FILE_MAX);
	put_zone(&file, offsets, changes, 1, "<+14>-14");
	assert_int_equal(time_zone_parse(buffer_slice(&file), arena, &z), 0);
	buffer_release(&file);
	run_until(&r, &z, "08:00", UTC_TIME(2027, 12, 29, 10, 0), UTC_TIME(2028, 1, 1, 9, 0));
	assert_int_equal(r.n, 3);
	assert_int_equal(r.sent[0], UTC_TIME(2027, 12, 29, 18, 0));
	assert_int_equal(r.sent[1], UTC_TIME(2027, 12, 30, 18, 0)); /* the 31st there */
	assert_int_equal(r.sent[2], UTC_TIME(2027, 12, 31, 18, 0));
}

static void a_whole_year_has_a_notice_for_each_day(void **state UNUSED)
{
	static const char *const rules[] = { "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
		"AEST-10AEDT,M10.1.0,M4.1.0/3", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"EET-2EEST,M4.5.5/0,M10.5.4/24" };
	static const char *const times[] = { "00:00", "00:30", "02:30", "12:00", "23:30" };

	for (size_t i = 0; i < COUNT_OF(rules) * COUNT_OF(times); i++) {
		struct time_zone z = zone_of(rules[i / COUNT_OF(times)]);
		int64_t last = DAILY_NOTICE_NEVER, now = UTC_TIME(2028, 1, 1, 12, 0), n = 0;
		int64_t first = time_zone_local_day(&z, now);

		/* woken each time when it says that the next is due, and never between */
		for (; now < UTC_TIME(2029, 1, 1, 12, 0); n++) {
			struct daily_notice d = look(&z, times[i % COUNT_OF(times)], last, now);

			if (n > 0)
				assert_true(d.due);
			if (n > 1)
				assert_int_equal(d.day, last + 1);
			if (d.due)
				last = d.day;
			now = d.next;
		}
		assert_in_range(n, 366, 367);
		assert_in_range((uint64_t)(last - first), 365, 366);
	}
}

static void missed_ones_come_late_the_same_day_and_once(void **state UNUSED)
{
	struct run r = { .last_day = DAILY_NOTICE_NEVER };
	const struct time_zone *z = &time_zone_utc;

	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 1, 7, 0), UTC_TIME(2027, 5, 1, 9, 0));
	/* off until the evening of the 3rd */
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 3, 22, 0), UTC_TIME(2027, 5, 4, 12, 0));
	assert_int_equal(r.n, 3);
	assert_int_equal(r.sent[1], UTC_TIME(2027, 5, 3, 22, 0));
	assert_int_equal(r.sent[2], UTC_TIME(2027, 5, 4, 8, 0));
	/* off over its time and past midnight: gone */
	r.n = 0;
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 6, 0, 0), UTC_TIME(2027, 5, 6, 7, 0));
	assert_int_equal(r.n, 0);
}

static void clocks_that_step_bring_none_twice(void **state UNUSED)
{
	const struct time_zone *z = &time_zone_utc;
	struct run r = { .last_day = DAILY_NOTICE_NEVER };

	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 1, 0, 0), UTC_TIME(2027, 5, 1, 8, 5));
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 1, 6, 0), UTC_TIME(2027, 5, 1, 9, 0)); /* 2 h back */
	run_until(&r, z, "08:00", UTC_TIME(2027, 4, 30, 6, 0), UTC_TIME(2027, 4, 30, 9, 0)); /* a day */
	assert_int_equal(r.n, 1);
	/* five hours forward over tomorrow's time: late by that, and not again */
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 2, 6, 0), UTC_TIME(2027, 5, 2, 7, 0));
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 2, 12, 0), UTC_TIME(2027, 5, 3, 7, 0));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.sent[1], UTC_TIME(2027, 5, 2, 12, 0));
	/* a clock that was years ahead does not silence the notice for years */
	r = (struct run){ .last_day = DAILY_NOTICE_NEVER };
	run_until(&r, z, "08:00", UTC_TIME(2031, 5, 1, 8, 0), UTC_TIME(2031, 5, 1, 8, 5));
	run_until(&r, z, "08:00", UTC_TIME(2027, 5, 1, 7, 0), UTC_TIME(2027, 5, 2, 9, 0));
	assert_int_equal(r.n, 3);
}

static void another_hour_or_zone_brings_none_twice(void **state UNUSED)
{
	struct time_zone auckland = zone_of("NZST-12NZDT,M9.5.0,M4.1.0/3"), honolulu = zone_of("HST10");
	struct run r = { .last_day = DAILY_NOTICE_NEVER };
	int64_t now = UTC_TIME(2027, 5, 1, 8, 0);

	run_until(&r, &time_zone_utc, "08:00", now, now + HOUR);
	run_until(&r, &time_zone_utc, "10:00", now + HOUR, now + 4 * HOUR);
	run_until(&r, &time_zone_utc, "06:00", now + 4 * HOUR, now + 6 * HOUR);
	assert_int_equal(r.n, 1);
	/* 20:00 UTC is the next day's 08:00 in Auckland; Honolulu is a day behind then */
	run_until(&r, &auckland, "08:00", now + 12 * HOUR, now + 13 * HOUR);
	assert_int_equal(r.n, 2);
	run_until(&r, &honolulu, "08:00", now + 13 * HOUR, now + 35 * HOUR);
	assert_int_equal(r.n, 2);
	assert_int_equal(look(&honolulu, "08:00", r.last_day, now + 13 * HOUR).next,
		at_offset(2027, 5, 3, 8, 0, -10 * HOUR));
}

static void times_of_the_day(void **state UNUSED)
{
	assert_int_equal(daily_notice_minute("00:00"), 0);
	assert_int_equal(daily_notice_minute("08:05"), 485);
	assert_int_equal(daily_notice_minute("23:59"), 1439);
}

static int setup(void **state UNUSED)
{
	arena = arena_new(1024 * 1024);
	return arena != NULL ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_comes_at_its_local_time_through_the_year),
		cmocka_unit_test(a_skipped_end_of_a_day_is_the_next_ones_first_second),
		cmocka_unit_test(a_day_that_does_not_exist_has_no_notice),
		cmocka_unit_test(a_whole_year_has_a_notice_for_each_day),
		cmocka_unit_test(missed_ones_come_late_the_same_day_and_once),
		cmocka_unit_test(clocks_that_step_bring_none_twice),
		cmocka_unit_test(another_hour_or_zone_brings_none_twice),
		cmocka_unit_test(times_of_the_day),
	};

	return cmocka_run_group_tests_name("core/daily_notice", tests, setup, teardown);
}
