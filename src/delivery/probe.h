/*
 * probe.h - tries the relay alone: everything from the name to the sign-in, and no message. Frees
 * itself after it has told, or when its keeper goes.
 */
#ifndef TOCSIN_DELIVERY_PROBE_H
#define TOCSIN_DELIVERY_PROBE_H

#include "delivery/connection.h"

struct probe;

/* relay is packed (wire/relay.h). told is called once, from the loop. NULL: memory or malformed. */
struct probe *probe_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, struct slice relay,
	void (*told)(void *arg, struct probe *p, const struct verdict *v), void *arg);
void probe_free(struct probe *p); /* also from told; NULL is fine */

#endif
