/* time_zone.c - offsets of a time zone, and when they change; see time_zone.h. */
#include "core/time_zone.h"

#include "core/time_format.h"

enum {
	DAY = 86400,
	CHANGES_WALKED = 64, /* in three days; more is nonsense in a file */
};

const struct time_zone time_zone_utc = { .first = 0 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

/* ---- the rule ---- */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t day_number(int year, int month, int day)
{
	const struct civil_time t = { .year = year, .month = month, .day = day };

	return floor_div(civil_time_seconds(&t, 0), DAY);
}

static int64_t month_day(const struct time_zone_day *d, int year)
{
	int64_t first = day_number(year, d->month, 1);
	int64_t next = d->month == 12 ? day_number(year + 1, 1, 1) :
		day_number(year, d->month + 1, 1);
	int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
	int64_t day = first + (d->day - weekday + 7) % 7 + (int64_t)(d->week - 1) * 7;

	return day < next ? day : day - 7;
}

/* The second of UTC at which the day's time comes, on a clock that shows that offset. */
static int64_t time_of(const struct time_zone_day *d, int year, int offset)
{
	int64_t day = day_number(year, 1, 1);

	switch (d->kind) {
	case TIME_ZONE_MONTH_DAY:
		day = month_day(d, year);
		break;
	case TIME_ZONE_JULIAN:
		day += d->day - 1 + (is_leap(year) && d->day >= 60 ? 1 : 0);
		break;
	case TIME_ZONE_DAY_OF_YEAR:
		day += d->day;
		break;
	}
	return day * DAY + d->time - offset;
}

static int year_of(int64_t at)
{
	struct civil_time t;

	civil_time_from(at, 0, &t);
	return t.year;
}

/*
 * Daylight saving time is from the start of a year to the end that follows it, in the same year or,
 * south of the equator, in the next: whichever change was last before decides.
 */
static int rule_offset(const struct time_zone *z, int64_t at)
{
	int64_t last = INT64_MIN;
	int offset = z->standard, year = year_of(at);

	if (!z->has_daylight)
		return z->standard;
	for (int y = year - 1; y <= year + 1; y++) {
		int64_t start = time_of(&z->start, y, z->standard);
		int64_t end = time_of(&z->end, y, z->daylight);

		/* of two at once the start wins: "0/0,J365/25" is summer all year */
		if (end <= at && end > last) {
			last = end;
			offset = z->standard;
		}
		if (start <= at && start >= last) {
			last = start;
			offset = z->daylight;
		}
	}
	return offset;
}

static bool rule_changes(const struct time_zone *z, int64_t at)
{
	return rule_offset(z, at) != rule_offset(z, at - 1);
}

static int64_t rule_next(const struct time_zone *z, int64_t at)
{
	int64_t next = INT64_MAX;
	int year = year_of(at);

	if (!z->has_daylight)
		return INT64_MAX;
	for (int y = year - 1; y <= year + 2; y++) {
		int64_t start = time_of(&z->start, y, z->standard);
		int64_t end = time_of(&z->end, y, z->daylight);

		if (start > at && start < next && rule_changes(z, start))
			next = start;
		if (end > at && end < next && rule_changes(z, end))
			next = end;
	}
	return next;
}

/* ---- the whole ---- */

static bool is_past_changes(const struct time_zone *z, int64_t at)
{
	return z->n == 0 || at >= z->changes[z->n - 1].at;
}

int time_zone_offset(const struct time_zone *z, int64_t at)
{
	int offset = z->first;

	if (z->has_rule && is_past_changes(z, at))
		return rule_offset(z, at);
	for (size_t i = 0; i < z->n && z->changes[i].at <= at; i++)
		offset = z->changes[i].offset;
	return offset;
}

int64_t time_zone_next_change(const struct time_zone *z, int64_t at)
{
	for (size_t i = 0; i < z->n; i++) {
		int64_t change = z->changes[i].at;

		if (change > at && time_zone_offset(z, change) != time_zone_offset(z, change - 1))
			return change;
	}
	if (!z->has_rule)
		return INT64_MAX;
	if (!is_past_changes(z, at))
		at = z->changes[z->n - 1].at;
	return rule_next(z, at);
}

int64_t time_zone_local_day(const struct time_zone *z, int64_t at)
{
	return floor_div(at + time_zone_offset(z, at), DAY);
}

/* Between changes local time runs with UTC: in each such piece the time is reached once or not. */
int64_t time_zone_first(const struct time_zone *z, int64_t local_seconds)
{
	int64_t from = local_seconds - TIME_ZONE_OFFSET_MAX - 1;

	for (int i = 0; i < CHANGES_WALKED; i++) {
		int64_t until = time_zone_next_change(z, from);
		int64_t at = local_seconds - time_zone_offset(z, from);

		if (at < from)
			at = from;
		if (at < until)
			return at;
		from = until;
	}
	return local_seconds - time_zone_offset(z, from);
}
