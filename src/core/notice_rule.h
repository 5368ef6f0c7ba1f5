/*
 * notice_rule.h - which outages are told when they are over, and when failed mail is told: never a
 * flood. Times are seconds since 1970 by a clock that may step.
 */
#ifndef TOCSIN_CORE_NOTICE_RULE_H
#define TOCSIN_CORE_NOTICE_RULE_H

#include "base/base.h"

enum {
	NOTICE_OUTAGE_MIN = 5 * 60, /* shorter ones are in the log alone: nobody was kept waiting */
	NOTICE_FAILURES_GATHER = 60, /* what fails together is told together */
	NOTICE_FAILURES_EVERY = 3600, /* no more than one notice in that time */
};

/* Whether an outage of so many seconds is worth a mail when it is over. */
bool notice_outage_is_told(int64_t seconds);

/*
 * When failures are to be told of which the first was at that time; last_sent is the time of the
 * notice before, 0 none. Times ahead of now come from a clock that was wrong, and delay nothing.
 */
int64_t notice_failures_due(int64_t first, int64_t last_sent, int64_t now);

#endif
