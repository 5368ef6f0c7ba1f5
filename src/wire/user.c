/* user.c - accounts on the wire; see user.h. */
#include "wire/user.h"

enum {
	TEXT_MAX = 1024,
};

void user_view_pack(struct buffer *b, const struct user_view *v)
{
	pack_text(b, v->name);
	pack_number(b, v->created);
	pack_number(b, v->signed_in);
	pack_number(b, v->n_sessions);
	pack_bool(b, v->disabled);
	pack_bool(b, v->is_asker);
}

void user_view_unpack(struct unpack *u, struct arena *a, struct user_view *ret_user)
{
	struct user_view *v = ret_user;

	v->name = unpack_text(u, TEXT_MAX, a);
	v->created = unpack_number(u);
	v->signed_in = unpack_number(u);
	v->n_sessions = unpack_number(u);
	v->disabled = unpack_bool(u);
	v->is_asker = unpack_bool(u);
}
