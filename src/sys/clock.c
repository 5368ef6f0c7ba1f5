/* clock.c - the boot clock and the wall clock; see clock.h. */
#include "sys/clock.h"

#include <time.h>

static int64_t clock_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

int64_t clock_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int clock_utc_offset(int64_t wall)
{
	time_t seconds = (time_t)wall;
	struct tm local;

	return localtime_r(&seconds, &local) != NULL ? (int)local.tm_gmtoff : 0;
}

int64_t clock_wall(void)
{
	return clock_wall_ms() / 1000;
}
