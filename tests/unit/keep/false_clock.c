/* false_clock.c - see false_clock.h. */
#include "unit/keep/false_clock.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static atomic_llong passed, stepped; /* seconds; threads ask, too */

/* ---- the clocks ---- */

static int64_t clock_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + atomic_load(&passed) * 1000;
}

int64_t clock_boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

int64_t clock_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME) + atomic_load(&stepped) * 1000;
}

int64_t clock_wall(void)
{
	return clock_wall_ms() / 1000;
}

int clock_utc_offset(int64_t wall UNUSED)
{
	return 0;
}

/* ---- the loop's alarm, which rings by the boot clock ---- */

static int alarm_fd = -1;
static struct itimerspec alarm_at;

static int arm(struct itimerspec *ret_before)
{
	struct itimerspec at = alarm_at;

	at.it_value.tv_sec -= atomic_load(&passed);
	if (at.it_value.tv_sec <= 0)
		at.it_value = (struct timespec){ .tv_nsec = 1 };
	return (int)syscall(SYS_timerfd_settime, alarm_fd, TFD_TIMER_ABSTIME, &at, ret_before);
}

/* In the place of libc's. */
int timerfd_settime(int fd, int flags UNUSED, const struct itimerspec *at,
	struct itimerspec *ret_before)
{
	alarm_fd = fd;
	alarm_at = *at;
	return arm(ret_before);
}

/* ---- the test's hands ---- */

void pass_seconds(int64_t seconds)
{
	atomic_fetch_add(&passed, seconds);
	if (alarm_fd >= 0)
		(void)arm(NULL);
}

void step_wall(int64_t seconds)
{
	atomic_fetch_add(&stepped, seconds);
}
