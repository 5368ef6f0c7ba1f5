/*
 * users.h - the names of this machine's users: mail to one of them goes to the admin contacts.
 * Read once, before the sandbox closes. A user made later is known where it counts most: who
 * submits a message is local to it by his own name (prepare.h).
 */
#ifndef TOCSIN_SUBMIT_USERS_H
#define TOCSIN_SUBMIT_USERS_H

#include "base/arena.h"

struct submit_users {
	struct arena *arena;
	const char **names; /* sorted */
	size_t n;
};

/* Negative (and no names) when they cannot be read; then only "root" is local. */
int submit_users_init(struct submit_users *u) MUST_CHECK;
void submit_users_release(struct submit_users *u); /* zeroed struct is fine */

bool submit_users_has(const struct submit_users *u, struct slice name);

#endif
