/*
 * aliases.h - the mail aliases in force, for the keeper's queue. A name of this machine goes where
 * its alias leads; without an alias it stays as it is, and the queue gives it to the contacts.
 */
#ifndef TOCSIN_KEEP_ALIASES_H
#define TOCSIN_KEEP_ALIASES_H

#include "core/alias.h"
#include "keep/keeper.h"

enum {
	KEEP_ALIASES_TOO_MANY = 1, /* more recipients than a message may have */
};

/*
 * Recipients with the names that have an alias replaced by where it leads, each once; a name that
 * leads nowhere yet stays. Strings are the arena's. 0, KEEP_ALIASES_TOO_MANY, or negative
 * without memory.
 */
int keep_aliases_apply(struct keeper *k, const char *const *recipients, size_t n,
	const char *const *contacts, size_t n_contacts, struct arena *a, const char ***ret_list,
	size_t *ret_n) MUST_CHECK;

struct keep_alias_way {
	const char *name; /* the arena's */
	const char *const *addresses; /* at least one */
	size_t n;
};

/* Where each alias leads, a name behind those that begin with it. Negative without memory. */
int keep_aliases_ways(struct keeper *k, const char *const *contacts, size_t n_contacts,
	struct arena *a, struct keep_alias_way **ret_ways, size_t *ret_n) MUST_CHECK;

#endif
