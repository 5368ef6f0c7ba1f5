/*
 * route.h - the relay's settings, shared by the connections that were opened with them: new ones
 * come into force at once, and the old stay until the last connection of theirs has ended.
 */
#ifndef TOCSIN_DELIVERY_ROUTE_H
#define TOCSIN_DELIVERY_ROUTE_H

#include "wire/relay.h"

struct route {
	unsigned refs;
	struct arena *arena; /* wiped: the settings hold secrets */
	struct relay relay;
};

/* Held once. NULL: memory, or packed is no RELAY. */
struct route *route_new(struct slice packed);
struct route *route_ref(struct route *r);
void route_unref(struct route *r); /* NULL is fine */

#endif
