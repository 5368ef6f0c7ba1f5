/*
 * time_zone.h - a time zone's rules as data: parsed from the bytes of a TZif file, asked for the
 * offset at a time and for when that changes next. Nothing of libc's zones is used, so no
 * environment and no lock is shared between threads.
 * Sources: RFC 8536 (TZif, versions 2 to 4); POSIX.1-2017 8.3, TZ, with RFC 8536 3.3.1's hours.
 */
#ifndef TOCSIN_CORE_TIME_ZONE_H
#define TOCSIN_CORE_TIME_ZONE_H

#include "base/arena.h"

enum {
	TIME_ZONE_BAD = 1, /* not a TZif file of version 2 or later, or it contradicts itself */
	TIME_ZONE_FILE_MAX = 64 * 1024, /* octets; the largest of today has 4 KiB */
	TIME_ZONE_OFFSET_MAX = 26 * 3600 - 1, /* RFC 8536 3.2: seconds east or west of UTC */
	TIME_ZONE_FROM = 1704067200, /* offsets are right from 2024 on; older changes are dropped */
};

struct time_zone_change {
	int64_t at; /* from this second on */
	int offset; /* seconds east of UTC */
};

/* A day of the year and a time of that day at which the clock is changed. */
struct time_zone_day {
	enum {
		TIME_ZONE_MONTH_DAY, /* Mm.w.d: weekday d (0 Sunday) number w (5 last) of month m */
		TIME_ZONE_JULIAN, /* Jn: day 1 to 365, the leap day never counted */
		TIME_ZONE_DAY_OF_YEAR, /* n: day 0 to 365, the leap day counted */
	} kind;
	int month, week, day;
	int time; /* seconds, -167 to 167 hours */
};

struct time_zone {
	int first; /* the offset before all changes */
	const struct time_zone_change *changes; /* ascending */
	size_t n;
	/* for ever after the last change; without has_rule the last offset stays */
	bool has_rule, has_daylight;
	int standard, daylight; /* offsets */
	struct time_zone_day start, end; /* of daylight saving time */
};

extern const struct time_zone time_zone_utc;

/* 0, TIME_ZONE_BAD, or negative without memory. The changes lie in the arena. */
int time_zone_parse(struct slice file, struct arena *a, struct time_zone *ret_zone) MUST_CHECK;

/* Seconds east of UTC at that time. */
int time_zone_offset(const struct time_zone *zone, int64_t at);

/* The first second after that time at which the offset is another; INT64_MAX when none is known. */
int64_t time_zone_next_change(const struct time_zone *zone, int64_t at);

/*
 * Local days are counted from 1970-01-01; local time is seconds since that day's start, as a clock
 * on the wall shows it.
 */
int64_t time_zone_local_day(const struct time_zone *zone, int64_t at);

/* The first second at which a clock there shows that time or, where it is skipped, a later one. */
int64_t time_zone_first(const struct time_zone *zone, int64_t local_seconds);

#endif
