/* pacing.c - the token bucket; see pacing.h. */
#include "core/pacing.h"

enum {
	MINUTE = 60 * 1000, /* a token, in the milliseconds of filled */
	SECONDS = 60,
};

void pacing_init(struct pacing *p, uint64_t limit, int64_t now)
{
	uint64_t burst = limit > SECONDS ? limit / SECONDS : 1;

	*p = (struct pacing){ .limit = limit, .burst = burst, .filled = burst * MINUTE, .at = now };
	/* a full bucket and what comes in less than a minute: the limit together */
	p->rate = limit + 1 - burst;
}

static void fill(struct pacing *p, int64_t now)
{
	uint64_t room = p->burst * MINUTE - p->filled;
	uint64_t passed = now > p->at ? (uint64_t)(now - p->at) : 0;

	p->at = now;
	/* divided first: the time since the last message may be anything */
	p->filled += passed > room / p->rate ? room : passed * p->rate;
}

size_t pacing_room(struct pacing *p, size_t max, int64_t now)
{
	if (p->limit == 0)
		return max;
	fill(p, now);
	return p->filled / MINUTE < max ? (size_t)(p->filled / MINUTE) : max;
}

void pacing_take(struct pacing *p, size_t n)
{
	uint64_t taken = n * (uint64_t)MINUTE;

	if (p->limit > 0)
		p->filled -= taken < p->filled ? taken : p->filled;
}

int64_t pacing_next(struct pacing *p, int64_t now)
{
	if (pacing_room(p, 1, now) > 0)
		return now;
	return now + (int64_t)((MINUTE - p->filled + p->rate - 1) / p->rate);
}
