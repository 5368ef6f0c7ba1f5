/*
 * retry.h - when a message that was not accepted is tried again, and when that ends. Randomness
 * comes in as an argument. Times are in seconds.
 * Source: RFC 5321 4.5.4.1; smaller steps than there because one relay is all there is.
 */
#ifndef TOCSIN_CORE_RETRY_H
#define TOCSIN_CORE_RETRY_H

#include "core/verdict.h"

enum {
	RETRY_GIVE_UP = 5 * 24 * 3600,
	RETRY_TRIES_MIN = 7, /* as many as the back-off has steps: over two hours */
	RETRY_AMBIGUOUS_FIRST = 30 * 60,
	RETRY_AMBIGUOUS_MAX = 3, /* tries without an answer to the dot, then it is held */
};

/*
 * Seconds until the next try. attempts is how many were made (1 after the first); random is any
 * number, spread over -20 % to +20 %. Message back-off: 1, 2, 5, 10, 20, 30, then every 60 min.
 * Ambiguous: 30, then 60 min. Account: 10, 30, then 60 min.
 * 0 for classes that are not retried by time (accepted, recipient, message, relay, credential).
 */
int64_t retry_delay(enum verdict_class class, unsigned attempts, uint32_t random);

/*
 * True when a message accepted at that time is not to be tried any more, after so many tries. The
 * time alone ends nothing: a clock that was set forward, or a relay that was away for days, would
 * end mail at its first refusal.
 */
bool retry_is_over(int64_t accepted_at, unsigned attempts, int64_t now);

/* Seconds until the relay alone is tried again: 1, 2, 5, 10, 30, then every 60. */
int64_t retry_probe_delay(unsigned probes);

#endif
