/* who.c - the identity fields of a request; see who.h. */
#include "wire/who.h"

void who_pack(struct buffer *b, const struct who *w)
{
	pack_number(b, w->kind);
	pack_text(b, w->token);
	pack_number(b, w->uid);
	pack_bool(b, w->in_admin_group);
	pack_text(b, w->from);
}

void who_unpack(struct unpack *u, struct arena *a, struct who *ret_who)
{
	ret_who->kind = (enum who_kind)unpack_below(u, WHO_COUNT);
	ret_who->token = unpack_text(u, WHO_TOKEN_MAX, a);
	ret_who->uid = unpack_number(u);
	ret_who->in_admin_group = unpack_bool(u);
	ret_who->from = unpack_text(u, WHO_FROM_MAX, a);
}
