/*
 * audit.h - who changed what, from where, when: append-only, each entry chained to the one before.
 *   chain = BLAKE2b-256(chain of the entry before, seq, at, who, address, what)
 *   numbers as 8 octets, texts as length (8 octets) and octets, all big endian; the first entry
 *   follows 32 zero octets
 * Text is kept as it came; whoever shows it escapes control characters. Never a secret.
 */
#ifndef TOCSIN_STORE_AUDIT_H
#define TOCSIN_STORE_AUDIT_H

#include "store/store.h"

enum {
	AUDIT_TEXT_MAX = 2000, /* octets of one field; the rest is cut */
	AUDIT_DAMAGED = 1,
};

struct audit_entry {
	uint64_t seq; /* from 1 on, without gaps */
	int64_t at;
	const char *who; /* "alice", "root (local)", "somebody" */
	const char *from; /* address, or "local" */
	const char *what; /* "Email Configuration changed: email.relay_host, email.password" */
};

/* In a job, as a rule the same one that makes the change. seq of the entry given is not read. */
int audit_append(struct store_db *db, const struct audit_entry *entry) MUST_CHECK;

struct audit_list {
	struct audit_entry *items; /* newest first */
	size_t n;
};

/* Entries with seq < before (0 = from the newest), at most limit. */
int audit_list(struct store_db *db, uint64_t before, size_t limit, struct arena *a,
	struct audit_list *ret_list) MUST_CHECK;

/*
 * Walks the whole chain. AUDIT_DAMAGED with the number of the first entry that does not fit
 * (of a gap: the missing one), which is 0 when all is well.
 */
int audit_verify(struct store_db *db, uint64_t *ret_n, uint64_t *ret_bad_seq) MUST_CHECK;

/* The same with entries that come from elsewhere, one at a time; start from a zeroed walk. */
struct audit_walk {
	uint64_t n;
	unsigned char chain[32];
};

/* False: this is not the entry that follows. */
bool audit_walk_fits(struct audit_walk *w, const struct audit_entry *entry, struct slice chain);

#endif
