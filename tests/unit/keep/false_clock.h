/*
 * false_clock.h - the clocks of a test program in the test's hands: linked instead of sys/clock.c.
 * Both run as the machine's do, and further by what is added here.
 */
#ifndef TOCSIN_TESTS_KEEP_FALSE_CLOCK_H
#define TOCSIN_TESTS_KEEP_FALSE_CLOCK_H

#include "sys/clock.h"

void pass_seconds(int64_t seconds); /* by both clocks, as when the machine slept */
void step_wall(int64_t seconds); /* somebody sets the wall clock, forward or back */

#endif
