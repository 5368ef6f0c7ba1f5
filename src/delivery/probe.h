/*
 * probe.h - tries the relay alone: everything from the name to the sign-in, and no message. Frees
 * itself after it has told, or when its keeper goes.
 */
#ifndef TOCSIN_DELIVERY_PROBE_H
#define TOCSIN_DELIVERY_PROBE_H

#include "delivery/connection.h"

struct probe;

/*
 * relay is packed (wire/relay.h). told is called once, from the loop; secured before it, with the
 * settings' version and when the relay's certificate ends. NULL: memory or malformed.
 */
struct probe_events {
	void (*secured)(void *arg, uint64_t version, int64_t until);
	void (*told)(void *arg, struct probe *p, const struct verdict *v);
};
struct probe *probe_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, struct slice relay,
	const struct probe_events *events, void *arg);
void probe_free(struct probe *p); /* also from told; NULL is fine */

#endif
