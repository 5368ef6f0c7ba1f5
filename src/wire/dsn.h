/*
 * dsn.h - what is asked of delivery status notifications, on the wire.
 *   DSN = (number bits of enum dsn_notify, number enum dsn_return, text envid or "")
 */
#ifndef TOCSIN_WIRE_DSN_H
#define TOCSIN_WIRE_DSN_H

#include "core/dsn.h"
#include "wire/pack.h"

void dsn_pack(struct buffer *b, const struct dsn *d);
/* Fails on what cannot be asked. */
void dsn_unpack(struct unpack *u, struct arena *a, struct dsn *ret_dsn);

#endif
