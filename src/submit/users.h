/*
 * users.h - the names that are local to this machine: its users, whose mail goes to the admin
 * contacts, and its mail aliases. The users are read once, before the sandbox closes; one made
 * later is known where it counts most: who submits a message is local to it by his own name
 * (prepare.h). The aliases are what the keeper says (WORD_SITE).
 */
#ifndef TOCSIN_SUBMIT_USERS_H
#define TOCSIN_SUBMIT_USERS_H

#include "wire/pack.h"

struct submit_users {
	struct arena *arena;
	const char **names; /* sorted */
	size_t n;
};

/* Negative (and no names) when they cannot be read; then only "root" is local. */
int submit_users_init(struct submit_users *u) MUST_CHECK;
void submit_users_release(struct submit_users *u); /* zeroed struct is fine */

/* The names of a body, sorted and in lower case, in the place of u's. False when malformed. */
bool submit_users_unpack(struct submit_users *u, struct unpack *body) MUST_CHECK;

/*
 * What the machine calls itself, with its domain where /etc/hosts has it: that is what programs put
 * behind a name. Read as the users are.
 */
void submit_machine_name(char ret_name[256]);

bool submit_users_has(const struct submit_users *u, struct slice name);
/* Also when it is written in other letters, as mail may: "Root". */
bool submit_users_has_nocase(const struct submit_users *u, struct slice name);

#endif
