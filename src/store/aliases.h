/*
 * aliases.h - the mail aliases, with who set which when. What names and targets mean and whether
 * they are right is core/alias.h's; no target has a blank in it.
 */
#ifndef TOCSIN_STORE_ALIASES_H
#define TOCSIN_STORE_ALIASES_H

#include "core/alias.h"
#include "store/store.h"

struct store_aliases {
	struct alias_list list; /* by name */
	const int64_t *at; /* as many: last set */
	const char *const *by; /* "alice", "root (local)" */
};

int store_aliases_load(struct store_db *db, struct arena *a, struct store_aliases *ret_aliases)
	MUST_CHECK;

/* In a job: sets each, one without targets is removed. *ret_n that were there or are now. */
int store_aliases_set(struct store_db *db, const struct alias *aliases, size_t n, int64_t at,
	const char *by, uint64_t *ret_n) MUST_CHECK;

#endif
