/*
 * restart.h - when a process that ended is started again. Once is nothing; what ends again and
 * again is tried ever more seldom: a fault that stays (a damaged database) costs little, and
 * one that passes needs nobody. Times are in milliseconds.
 */
#ifndef TOCSIN_CORE_RESTART_H
#define TOCSIN_CORE_RESTART_H

#include "base/base.h"

enum {
	RESTART_STEADY = 15 * 1000, /* who was ready for so long has not failed in a row */
	RESTART_MAX = 5 * 60 * 1000,
	RESTART_QUICK = 4, /* ends in a row after which it is started again within a second */
};

struct restart {
	unsigned ends; /* in a row; begins with 0 */
};

/* It ended after it had been ready for so long (0: never). How long to wait until it starts. */
int64_t restart_after(struct restart *r, int64_t ready_for);

/* It ends again and again: somebody should know. */
bool restart_is_slow(const struct restart *r);

#endif
