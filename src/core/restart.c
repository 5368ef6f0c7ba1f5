/* restart.c - when to start a process again; see restart.h. */
#include "core/restart.h"

static const int64_t waits[] = { 0, 200, 450, 800, 60 * 1000, 2 * 60 * 1000, RESTART_MAX };

int64_t restart_after(struct restart *r, int64_t ready_for)
{
	if (ready_for >= RESTART_STEADY)
		r->ends = 0;
	if (r->ends < COUNT_OF(waits))
		r->ends++;
	return waits[r->ends - 1];
}

bool restart_is_slow(const struct restart *r)
{
	return r->ends > RESTART_QUICK;
}
