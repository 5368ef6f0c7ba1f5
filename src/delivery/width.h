/*
 * width.h - how many connections to the relay may be open at a time: as many as the settings say,
 * but for a while no more than it had when it refused another. No clock: times are arguments.
 */
#ifndef TOCSIN_DELIVERY_WIDTH_H
#define TOCSIN_DELIVERY_WIDTH_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WIDTH_CROWDED_MS = 5 * 60 * 1000,
};

struct width {
	unsigned most; /* the settings' */
	unsigned had; /* while crowded: how many the relay had then */
	int64_t crowded_until;
};

void width_init(struct width *w, unsigned most);

/* The relay refused one, or took it away, while n_working others work. */
void width_crowded(struct width *w, unsigned n_working, int64_t now);

unsigned width_limit(const struct width *w, int64_t now);

/*
 * True when one more may be opened: first one, and when it is let in another, then two, then four,
 * so that a relay that lets nobody in is not asked by all at once. n_open counts all, n_working
 * those let in.
 */
bool width_allows(const struct width *w, unsigned n_open, unsigned n_working, int64_t now);

#endif
