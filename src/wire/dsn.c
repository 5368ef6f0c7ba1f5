/* dsn.c - delivery status notifications on the wire; see dsn.h. */
#include "wire/dsn.h"

void dsn_pack(struct buffer *b, const struct dsn *d)
{
	pack_number(b, d->notify);
	pack_number(b, d->ret);
	pack_text(b, d->envid);
}

void dsn_unpack(struct unpack *u, struct arena *a, struct dsn *ret_dsn)
{
	ret_dsn->notify = (unsigned)unpack_below(u, DSN_NOTIFY_END);
	ret_dsn->ret = (enum dsn_return)unpack_below(u, DSN_RETURN_COUNT);
	ret_dsn->envid = unpack_text(u, DSN_ENVID_MAX, a);
	if (!dsn_notify_is_good(ret_dsn->notify) ||
		(ret_dsn->envid[0] != '\0' && !dsn_envid_is_good(slice_of(ret_dsn->envid))))
		u->failed = true;
}
