/*
 * throttle_rule.h - how long somebody who failed to sign in has to wait. Failures of strangers slow
 * strangers down; whoever signed in to the account from his address before is not locked out by
 * them, only by his own. Source: OWASP ASVS 5.0 6.1.1, 6.3.1; at most 100 failures an hour.
 */
#ifndef TOCSIN_CORE_THROTTLE_RULE_H
#define TOCSIN_CORE_THROTTLE_RULE_H

#include "base/base.h"

enum {
	THROTTLE_WINDOW = 3600, /* seconds; older failures do not count */
};

/* Failures within the window, and when the latest were (seconds; 0 none). */
struct throttle_facts {
	uint64_t by_name, by_address, by_both;
	int64_t last_by_name, last_by_address;
	bool known; /* this address signed in to this name before */
};

/* Seconds from now until the next try may be made, 0 for at once. */
int64_t throttle_wait(const struct throttle_facts *f, int64_t now);

#endif
