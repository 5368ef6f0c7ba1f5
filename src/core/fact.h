/*
 * fact.h - something that is probed again and again and does not flap: it turns false after three
 * failures in a row, true after two successes.
 */
#ifndef TOCSIN_CORE_FACT_H
#define TOCSIN_CORE_FACT_H

#include "base/base.h"

enum {
	FACT_FAILURES = 3,
	FACT_SUCCESSES = 2,
};

struct fact {
	bool known; /* the first probe decides alone */
	bool good;
	unsigned against; /* probes in a row that say the opposite */
};

/* True when the fact turned (or became known) by this probe. */
bool fact_probed(struct fact *f, bool good);

#endif
