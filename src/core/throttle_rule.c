/* throttle_rule.c - waiting after failed sign-ins; see throttle_rule.h. */
#include "core/throttle_rule.h"

enum {
	FREE_BY_BOTH = 5, /* anybody mistypes */
	FREE_BY_ADDRESS = 20,
	FREE_BY_NAME = 10,
	FIRST_WAIT = 5,
	LONGEST_WAIT = 300,
	LONGEST_WAIT_BY_NAME = 60, /* the owner, from a new address, has to wait no longer */
};

/* Doubles with each failure past the free ones. */
static int64_t wait_after(uint64_t failures, uint64_t free_ones, int64_t longest)
{
	int64_t wait = FIRST_WAIT;

	if (failures < free_ones)
		return 0;
	for (uint64_t i = free_ones; i < failures && wait < longest; i++)
		wait *= 2;
	return wait < longest ? wait : longest;
}

static int64_t left(int64_t wait, int64_t last, int64_t now)
{
	/* a clock that was set back makes nobody wait longer than the rule */
	int64_t due = last > now ? now : last;

	due += wait;
	return due > now ? due - now : 0;
}

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t throttle_wait(const struct throttle_facts *f, int64_t now)
{
	int64_t both = wait_after(f->by_both, FREE_BY_BOTH, LONGEST_WAIT);
	int64_t address = wait_after(f->by_address, FREE_BY_ADDRESS, LONGEST_WAIT);
	int64_t name = wait_after(f->by_name, FREE_BY_NAME, LONGEST_WAIT_BY_NAME);
	int64_t wait = left(longer(both, address), f->last_by_address, now);

	return f->known ? wait : longer(wait, left(name, f->last_by_name, now));
}
