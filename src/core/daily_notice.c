/* daily_notice.c - when the daily notice is due; see daily_notice.h. */
#include "core/daily_notice.h"

#include "base/number.h"

enum {
	DAY = 86400,
	DAYS_AHEAD = 5, /* a day is done, the next may not exist, the one after does */
};

static int64_t time_of(const struct daily_notice_plan *p, int64_t day)
{
	return time_zone_first(p->zone, day * DAY + p->minute * 60);
}

/* A zone that moves across the date line leaves out a whole day. */
static bool exists(const struct daily_notice_plan *p, int64_t day)
{
	return time_zone_local_day(p->zone, time_zone_first(p->zone, day * DAY)) == day;
}

/*
 * The day of the notice whose time has come. Yesterday's counts only where yesterday's last hour
 * was skipped with that time in it, so that the first second after is today's.
 */
static bool find_day(const struct daily_notice_plan *p, int64_t today, int64_t now,
	int64_t *ret_day)
{
	if (time_of(p, today) <= now) {
		*ret_day = today;
		return true;
	}
	if (exists(p, today - 1) && time_of(p, today - 1) <= now &&
		time_zone_local_day(p->zone, time_of(p, today - 1)) == today) {
		*ret_day = today - 1;
		return true;
	}
	return false;
}

static bool is_done(int64_t day, int64_t last_day, int64_t today)
{
	return last_day >= day && last_day <= today + 1;
}

void daily_notice_look(const struct daily_notice_plan *plan, int64_t last_day, int64_t now,
	struct daily_notice *ret_notice)
{
	struct daily_notice n = { .next = INT64_MAX };
	int64_t today = time_zone_local_day(plan->zone, now);

	n.due = find_day(plan, today, now, &n.day) && !is_done(n.day, last_day, today);
	for (int64_t day = today; day < today + DAYS_AHEAD && n.next == INT64_MAX; day++)
		if (time_of(plan, day) > now && exists(plan, day) && !is_done(day, last_day, today))
			n.next = time_of(plan, day);
	*ret_notice = n;
}

int daily_notice_minute(const char *text)
{
	struct slice rest = slice_of(text), hours = slice_cut(&rest, ':');
	uint64_t h = 0, m = 0;

	if (!number_parse(hours, 0, 23, &h) || !number_parse(rest, 0, 59, &m))
		return 0;
	return (int)(h * 60 + m);
}
