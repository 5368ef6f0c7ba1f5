/*
 * clock.h - the two clocks. Everything that decides uses the boot clock, which also counts while
 * the machine sleeps and never jumps; the wall clock is for what people read.
 */
#ifndef TOCSIN_SYS_CLOCK_H
#define TOCSIN_SYS_CLOCK_H

#include "base/base.h"

int64_t clock_boot_ms(void); /* CLOCK_BOOTTIME, milliseconds */
int64_t clock_wall(void); /* CLOCK_REALTIME, seconds since the epoch */
int64_t clock_wall_ms(void);

/*
 * Seconds east of UTC at that time, by this machine's time zone. The first call reads the zone:
 * make one before the sandbox closes.
 */
int clock_utc_offset(int64_t wall);

#endif
