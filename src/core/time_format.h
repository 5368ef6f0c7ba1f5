/*
 * time_format.h - times as mail and people write them, from seconds since 1970 UTC and an offset,
 * without libc's time zones or locale. Sources: RFC 5322 3.3, RFC 3339 5.6; proleptic Gregorian.
 */
#ifndef TOCSIN_CORE_TIME_FORMAT_H
#define TOCSIN_CORE_TIME_FORMAT_H

#include "base/slice.h"

enum {
	TIME_RFC5322_SIZE = 40, /* "Tue, 17 Mar 2026 14:02:05 +0100" */
	TIME_RFC3339_SIZE = 24, /* "2026-03-17T13:02:05Z" */
	TIME_HUMAN_SIZE = 48, /* "17 March 2026, 14:02:05 +0100" */
};

struct civil_time {
	int year; /* 0 to 9999: times outside are moved to the nearest that fits */
	int month; /* 1-12 */
	int day; /* 1-31 */
	int hour;
	int minute;
	int second;
	int weekday; /* 0 is Sunday */
};

/* offset: seconds east of UTC, within a day; mail prints it in minutes. */
void civil_time_from(int64_t seconds, int offset, struct civil_time *ret_time);
int64_t civil_time_seconds(const struct civil_time *t, int offset); /* weekday is not looked at */

/*
 * A day or a point of time as people type it, in UTC:
 *   moment = 4DIGIT "-" 2DIGIT "-" 2DIGIT [ ( "T" / " " ) 2DIGIT ":" 2DIGIT [ ":" 2DIGIT ] [ "Z" ] ]
 * *ret_first is its first second and *ret_end the second behind its last: a day has 86400 of them,
 * a minute 60. False for anything else, and for dates that do not exist.
 */
bool time_parse_moment(struct slice text, int64_t *ret_first, int64_t *ret_end) MUST_CHECK;

void time_format_rfc5322(int64_t seconds, int offset, char ret_text[static TIME_RFC5322_SIZE]);
void time_format_rfc3339(int64_t seconds, char ret_text[static TIME_RFC3339_SIZE]);
void time_format_human(int64_t seconds, int offset, char ret_text[static TIME_HUMAN_SIZE]);

#endif
