/*
 * courier.h - carries the queue's mail to the relay: asks keeper for what is due, one message at a
 * time over one connection that stays warm, and brings back what came of it.
 *
 * Rule of the dot: the final dot goes out only after keeper has answered WORD_DOT_MARKED and has
 * kept every verdict before it. A keeper that is lost before the dot means that nothing is
 * delivered; after the dot the answer is awaited, and its verdict told to the next keeper first.
 */
#ifndef TOCSIN_DELIVERY_COURIER_H
#define TOCSIN_DELIVERY_COURIER_H

#include "sys/loop.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"
#include "wire/channel.h"
#include "wire/relay.h"

struct courier;

enum {
	COURIER_MESSAGES_MAX = 100, /* over one connection */
	COURIER_IDLE_MS = 30 * 1000, /* a connection without work is closed after that */
	COURIER_CHANGE_MS = 5 * 1000, /* new settings wait that long for the message in hand */
	COURIER_GOODBYE_MS = 1000, /* and that long for the answer to QUIT */
	COURIER_STOP_MS = 10 * 1000, /* an answer to a dot is awaited that long when we stop */
};

struct courier *courier_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust); /* NULL: memory */
void courier_free(struct courier *c); /* NULL is fine */

/* A new channel, or NULL when it was lost: its asks were answered with NULL before. */
void courier_keeper(struct courier *c, struct channel *keeper);

/*
 * WORD_RELAY: the message in hand is finished with the old settings, or when its dot is not out
 * after COURIER_CHANGE_MS, given back to the queue. False: malformed.
 */
bool courier_relay(struct courier *c, struct slice body) MUST_CHECK;

/* The newest settings, packed as they came; empty before the first. A secret. */
struct slice courier_settings(const struct courier *c);
/* True while a connection with these settings is signed in and waits for mail. */
bool courier_is_warm(const struct courier *c);

/* Tells keeper (NULL: nobody) when the certificate of a relay with these settings ends. */
void courier_tell_certificate(struct channel *keeper, uint64_t version, int64_t until);

/* Takes no more mail; stopped is called from the loop when nothing is left that could be lost. */
void courier_stop(struct courier *c, void (*stopped)(void *arg), void *arg);

#endif
