/*
 * pacing.h - no more than so many messages a minute: a token bucket, without a clock. In no minute,
 * wherever it begins, more than the limit go; a burst of a second's worth may go at once. Times are
 * milliseconds of any clock that never jumps.
 */
#ifndef TOCSIN_CORE_PACING_H
#define TOCSIN_CORE_PACING_H

#include <stddef.h>
#include <stdint.h>

struct pacing {
	uint64_t limit; /* a minute; 0: none */
	uint64_t burst; /* tokens that the bucket holds */
	uint64_t rate; /* tokens that come in a minute */
	uint64_t filled; /* tokens in it, each counted as a minute's milliseconds */
	int64_t at; /* when filled was true */
};

/* Begins with a full bucket. */
void pacing_init(struct pacing *p, uint64_t limit, int64_t now);

/* How many may go now, at most max; pacing_take() says that they do. */
size_t pacing_room(struct pacing *p, size_t max, int64_t now);
void pacing_take(struct pacing *p, size_t n);

/* When the next one may go, now or later. */
int64_t pacing_next(struct pacing *p, int64_t now);

#endif
