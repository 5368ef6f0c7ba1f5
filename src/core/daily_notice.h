/*
 * daily_notice.h - when the daily notice is due: at its time of the local day, once a day. Pure
 * functions of the plan, the day it was last sent and now.
 *
 * A day whose time is skipped by the clock has it at the first second after; one that has it twice,
 * the first time. What was missed is due for the rest of that local day, then it is gone. A clock
 * that steps back, or a zone further west, brings no day a second time: the last day that was sent
 * and those before it are done, unless it lies so far ahead that the clock must have been wrong.
 */
#ifndef TOCSIN_CORE_DAILY_NOTICE_H
#define TOCSIN_CORE_DAILY_NOTICE_H

#include "core/time_zone.h"

static const int64_t DAILY_NOTICE_NEVER = INT64_MIN;

struct daily_notice_plan {
	const struct time_zone *zone;
	int minute; /* of the local day, 0 to 1439 */
};

struct daily_notice {
	bool due; /* that of the day is to be sent now */
	int64_t day; /* local, since 1970-01-01; when due */
	int64_t next; /* when the next is due, or the one after this */
};

/* last_day: the local day of the last one sent, or DAILY_NOTICE_NEVER. */
void daily_notice_look(const struct daily_notice_plan *plan, int64_t last_day, int64_t now,
	struct daily_notice *ret_notice);

/* "08:00" to 480. The text is one that the settings' check let through. */
int daily_notice_minute(const char *text);

#endif
