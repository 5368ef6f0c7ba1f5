/*
 * tls_look.h - whether a port speaks TLS from the first byte: a second connection beside one whose
 * server says nothing. It begins a handshake and tells what came of it; no secret is ever sent,
 * and as soon as TLS is known to be there it hangs up.
 */
#ifndef TOCSIN_DELIVERY_TLS_LOOK_H
#define TOCSIN_DELIVERY_TLS_LOOK_H

#include "delivery/connection.h"

struct tls_look;

/*
 * told is called once, from the loop, unless it is freed before. A certificate that cannot be
 * trusted or an alert is TLS too. NULL without memory.
 */
struct tls_look *tls_look_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, const struct relay *relay,
	void (*told)(void *arg, bool speaks_tls), void *arg);
void tls_look_free(struct tls_look *l); /* also from told; NULL is fine */

#endif
