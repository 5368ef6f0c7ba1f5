/*
 * restored_certificate.h - the certificate of the pages that a restore brought, from the restore's
 * commit until it is in force: so a machine that stops in between puts it there at its next start.
 */
#ifndef TOCSIN_STORE_RESTORED_CERTIFICATE_H
#define TOCSIN_STORE_RESTORED_CERTIFICATE_H

#include "store/store.h"

enum {
	STORE_CERTIFICATE_MAX = 256 * 1024, /* octets of the chain, and of the key, in PEM */
};

struct store_certificate {
	struct slice chain, key;
};

/* In jobs; in the place of one that waits already. */
int store_restored_certificate_save(struct store_db *db, const struct store_certificate *c)
	MUST_CHECK;
/* The one with this chain: another that came meanwhile stays. */
int store_restored_certificate_forget(struct store_db *db, struct slice chain) MUST_CHECK;

/* STORE_NOT_FOUND when none waits. Both lie in the arena. */
int store_restored_certificate_load(struct store_db *db, struct arena *a,
	struct store_certificate *ret_certificate) MUST_CHECK;

#endif
