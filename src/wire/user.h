/*
 * user.h - accounts as lists show them.
 *   USER = the fields of struct user_view in their order
 */
#ifndef TOCSIN_WIRE_USER_H
#define TOCSIN_WIRE_USER_H

#include "wire/pack.h"

enum {
	USERS_MAX = 500, /* that a list shows */
};

struct user_view {
	const char *name;
	uint64_t created; /* times are seconds since the epoch */
	uint64_t signed_in; /* last, 0 never */
	uint64_t n_sessions; /* alive now */
	bool disabled;
	bool is_asker; /* the account that asks */
};

void user_view_pack(struct buffer *b, const struct user_view *v);
void user_view_unpack(struct unpack *u, struct arena *a, struct user_view *ret_user);

#endif
