/*
 * throttle.h - failed sign-ins per account name and per address, and the addresses from which
 * somebody signed in before. Policy is the keeper's. Names tried are kept as a keyed digest only,
 * since people type passwords into name fields.
 */
#ifndef TOCSIN_STORE_THROTTLE_H
#define TOCSIN_STORE_THROTTLE_H

#include "store/store.h"

struct throttle_subject {
	const char *realm;
	const char *name; /* account name as typed; ASCII case does not matter */
	const char *address; /* of the browser */
};

struct throttle_count {
	uint64_t by_name; /* failures for this name, from anywhere */
	uint64_t by_address; /* from this address, for any name */
	uint64_t by_both;
	int64_t last_by_name, last_by_address; /* 0 none */
	bool known; /* somebody signed in to this name from this address before */
};

/* In a job. Keeps the newest 20,000 failures in all. */
int throttle_failed(struct store_db *db, const struct throttle_subject *s, int64_t now) MUST_CHECK;

/*
 * In a job, after a good sign-in: remembers the address for that name and forgets the failures of
 * this name from this address; those from elsewhere go on counting.
 */
int throttle_succeeded(struct store_db *db, const struct throttle_subject *s, int64_t now)
	MUST_CHECK;

/*
 * Counts failures within THROTTLE_WINDOW (core/throttle_rule.h). Those that are ahead of now by
 * more than a minute come from a clock that was wrong: they would count until it is there again.
 */
int throttle_look(struct store_db *db, const struct throttle_subject *s, int64_t now,
	struct throttle_count *ret_count) MUST_CHECK;

/* True when any account was signed in to from there: such addresses are hashed first. */
bool throttle_address_known(struct store_db *db, const char *address);

#endif
