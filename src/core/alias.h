/*
 * alias.h - mail aliases: to whom mail for a name of this machine goes. A name without an alias
 * goes to the admin contacts. Here is what names and targets may be, and what a name leads to;
 * where the table is kept is store/aliases.h.
 *
 *   name   = first *63( first / "." / "-" )        ; without regard to case, kept in lower case
 *   first  = ALPHA / DIGIT / "_" / "+" / "=" / "$" ; the names that system users have
 *   target = "contacts" / name / address           ; address as address.h has it
 *
 * "user+detail" without an alias of its own is looked up as "user".
 */
#ifndef TOCSIN_CORE_ALIAS_H
#define TOCSIN_CORE_ALIAS_H

#include "base/arena.h"

enum {
	ALIAS_NAME_MAX = 64, /* octets */
	ALIAS_TARGETS_MAX = 100, /* of one alias */
	ALIAS_MAX = 500, /* aliases */
	ALIAS_OCTETS_MAX = 100 * 1024, /* of all names and targets together */
	ALIAS_DEPTH_MAX = 10, /* aliases behind one another */
	ALIAS_ADDRESSES_MAX = 400, /* to which one name may lead, the contacts besides */

	ALIAS_BAD = 1, /* *ret_problem is a sentence for a person */
};

#define ALIAS_CONTACTS "contacts" /* the target that means the admin contacts */

struct alias {
	const char *name;
	const char *const *targets; /* in the order they were given */
	size_t n_targets;
};

struct alias_list {
	const struct alias *items; /* each name once */
	size_t n;
};

/* The name in lower case. 0, ALIAS_BAD, or negative without memory. */
int alias_check_name(struct slice typed, struct arena *a, const char **ret_name,
	const char **ret_problem) MUST_CHECK;

/* One target as it is kept: a name in lower case, an address with its domain in A-labels. */
int alias_check_target(struct slice typed, struct arena *a, const char **ret_target,
	const char **ret_problem) MUST_CHECK;

/*
 * The words of a text with blanks, commas, semicolons or line ends between them, behind those that
 * are there; false past ALIAS_TARGETS_MAX. Not checked.
 */
bool alias_split_targets(struct slice text, struct arena *a,
	const char *targets[static ALIAS_TARGETS_MAX], size_t *n) MUST_CHECK;

/*
 * The whole table as it would be: its limits, and that no alias leads back to itself or to too many
 * addresses. All its names and targets were checked.
 */
int alias_check_list(const struct alias_list *list, struct arena *a, const char **ret_problem)
	MUST_CHECK;

/* The alias of a name, or of the user in "user+detail"; NULL when it has none. */
const struct alias *alias_find(const struct alias_list *list, struct slice name);

/*
 * Where an alias leads in the end: addresses, each once; the list is in the arena, the texts are
 * the table's and the contacts'. None when it leads to the contacts alone and there are none.
 * Negative without memory.
 */
int alias_resolve(const struct alias_list *list, const struct alias *alias,
	const char *const *contacts, size_t n_contacts, struct arena *a,
	const char ***ret_addresses, size_t *ret_n) MUST_CHECK;

/* Names that are local on every machine: root, postmaster, mailer-daemon. */
bool alias_is_standard_name(struct slice name);

#endif
