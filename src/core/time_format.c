/* time_format.c - civil time and its text forms; see time_format.h. */
#include "core/time_format.h"

#include <stdio.h>

#include "base/number.h"

enum {
	DAY = 86400,
	ERA_DAYS = 146097, /* 400 years */
	EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};

static const int64_t first_second = -62167219200; /* 0000-01-01T00:00:00 */
static const int64_t last_second = 253402300799; /* 9999-12-31T23:59:59 */

static const char *const day_names[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const month_names[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : value > max ? max : value;
}

/*
 * Years are counted from March, so that the leap day is the last of its year; an era is 400 years,
 * after which the calendar repeats. 153 days are any five months from March or August.
 */
static void date_from_days(int64_t days, struct civil_time *t)
{
	int64_t era, day_of_era, year_of_era, day_of_year, month;

	days += EPOCH_DAYS;
	era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
	day_of_era = days - era * ERA_DAYS;
	year_of_era = day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096;
	year_of_era /= 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	t->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	t->month = (int)(month < 10 ? month + 3 : month - 9);
	t->year = (int)(year_of_era + era * 400 + (t->month <= 2 ? 1 : 0));
}

static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
		day_of_year - EPOCH_DAYS;
}

void civil_time_from(int64_t seconds, int offset, struct civil_time *ret_time)
{
	int64_t local = clamp(clamp(seconds, first_second, last_second) + offset, first_second,
		last_second);
	int64_t of_day = ((local % DAY) + DAY) % DAY;
	int64_t days = (local - of_day) / DAY;

	date_from_days(days, ret_time);
	ret_time->hour = (int)(of_day / 3600);
	ret_time->minute = (int)(of_day / 60 % 60);
	ret_time->second = (int)(of_day % 60);
	/* 1970-01-01 was a Thursday */
	ret_time->weekday = (int)(((days + 4) % 7 + 7) % 7);
}

int64_t civil_time_seconds(const struct civil_time *t, int offset)
{
	return days_from_date(t->year, t->month, t->day) * DAY + t->hour * 3600 + t->minute * 60 +
		t->second - offset;
}

/* "+hhmm"; seconds of an odd offset are cut off, so the printed time must use the cut one too. */
static int whole_minutes(int offset)
{
	return (int)clamp(offset, -(DAY - 60), DAY - 60) / 60 * 60;
}

void time_format_rfc5322(int64_t seconds, int offset, char ret_text[static TIME_RFC5322_SIZE])
{
	struct civil_time t;
	int minutes;

	offset = whole_minutes(offset);
	minutes = (offset < 0 ? -offset : offset) / 60;
	civil_time_from(seconds, offset, &t);
	snprintf(ret_text, TIME_RFC5322_SIZE, "%s, %d %.3s %04d %02d:%02d:%02d %c%02d%02d",
		day_names[t.weekday], t.day, month_names[t.month - 1], t.year, t.hour, t.minute,
		t.second, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void time_format_rfc3339(int64_t seconds, char ret_text[static TIME_RFC3339_SIZE])
{
	struct civil_time t;

	civil_time_from(seconds, 0, &t);
	snprintf(ret_text, TIME_RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.year, t.month, t.day,
		t.hour, t.minute, t.second);
}

void time_format_human(int64_t seconds, int offset, char ret_text[static TIME_HUMAN_SIZE])
{
	struct civil_time t;
	int minutes;

	offset = whole_minutes(offset);
	minutes = (offset < 0 ? -offset : offset) / 60;
	civil_time_from(seconds, offset, &t);
	snprintf(ret_text, TIME_HUMAN_SIZE, "%d %s %04d, %02d:%02d:%02d %c%02d%02d", t.day,
		month_names[t.month - 1], t.year, t.hour, t.minute, t.second,
		offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* ---- reading ---- */

/* So many digits from *rest, within the range. */
static bool take_digits(struct slice *rest, size_t n, uint64_t min, uint64_t max, int *ret_number)
{
	uint64_t number;

	if (rest->len < n || !number_parse(slice_sub(*rest, 0, n), min, max, &number))
		return false;
	*rest = slice_sub(*rest, n, rest->len);
	*ret_number = (int)number;
	return true;
}

static bool take_char(struct slice *rest, char c)
{
	if (rest->len == 0 || rest->data[0] != c)
		return false;
	*rest = slice_sub(*rest, 1, rest->len);
	return true;
}

static bool take_date(struct slice *rest, struct civil_time *t)
{
	return take_digits(rest, 4, 1970, 9999, &t->year) && take_char(rest, '-') &&
		take_digits(rest, 2, 1, 12, &t->month) && take_char(rest, '-') &&
		take_digits(rest, 2, 1, 31, &t->day);
}

/* *ret_len: how many seconds it stands for. */
static bool take_time(struct slice *rest, struct civil_time *t, int64_t *ret_len)
{
	int64_t len = 60;

	if (!take_digits(rest, 2, 0, 23, &t->hour) || !take_char(rest, ':') ||
		!take_digits(rest, 2, 0, 59, &t->minute))
		return false;
	if (take_char(rest, ':')) {
		if (!take_digits(rest, 2, 0, 59, &t->second))
			return false;
		len = 1;
	}
	(void)!take_char(rest, 'Z');
	*ret_len = len;
	return true;
}

bool time_parse_moment(struct slice text, int64_t *ret_first, int64_t *ret_end)
{
	struct civil_time t = { 0 }, again;
	int64_t len = DAY, first;

	if (!take_date(&text, &t))
		return false;
	if ((take_char(&text, 'T') || take_char(&text, ' ')) && !take_time(&text, &t, &len))
		return false;
	if (text.len > 0)
		return false;
	first = civil_time_seconds(&t, 0);
	civil_time_from(first, 0, &again);
	if (again.day != t.day) /* 30 February */
		return false;
	*ret_first = first;
	*ret_end = first + len;
	return true;
}
