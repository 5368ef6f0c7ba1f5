/*
 * courier.h - carries the queue's mail to the relay: asks keeper for what is due, gives it to as
 * many connections as the settings and the relay allow (lane.h, width.h), and brings back what came
 * of it.
 *
 * A keeper that is lost before a dot means that nothing is delivered; after the dot the answer is
 * awaited, and its verdict told to the next keeper first.
 */
#ifndef TOCSIN_DELIVERY_COURIER_H
#define TOCSIN_DELIVERY_COURIER_H

#include "sys/loop.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"
#include "wire/channel.h"
#include "wire/relay.h"

struct courier;

struct courier *courier_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust); /* NULL: memory */
void courier_free(struct courier *c); /* NULL is fine */

/* A new channel, or NULL when it was lost: its asks were answered with NULL before. */
void courier_keeper(struct courier *c, struct channel *keeper);

/*
 * WORD_RELAY: in force at once. Messages in hand are finished with the old settings, or when their
 * dot is not out after LANE_CHANGE_MS, given back to the queue. False: malformed, or memory.
 */
bool courier_relay(struct courier *c, struct slice body) MUST_CHECK;

/* The newest settings, packed as they came; empty before the first. A secret. */
struct slice courier_settings(const struct courier *c);
/* True while a connection with these settings is signed in and waits for mail. */
bool courier_is_warm(const struct courier *c);

/*
 * Takes no more mail; stopped is called from the loop when nothing is left that could be lost. How
 * long that is waited for is the caller's to say.
 */
void courier_stop(struct courier *c, void (*stopped)(void *arg), void *arg);

#endif
