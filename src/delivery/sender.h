/*
 * sender.h - all the sender's work behind one door: the courier, probes, test mails and questions
 * to the OAuth2 provider, and the channel to keeper that they share. The role's main
 * (daemon/sender_role.c) only wires it.
 */
#ifndef TOCSIN_DELIVERY_SENDER_H
#define TOCSIN_DELIVERY_SENDER_H

#include "sys/http_client.h"
#include "sys/loop.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"

struct sender;

enum {
	SENDER_STOP_MS = 7 * 1000, /* less than parent's patience (daemon/parent.c) */
};

/* NULL: memory. */
struct sender *sender_new(struct loop *loop, struct resolver *resolver, struct http_client *http,
	struct tls_client *system_trust);
void sender_free(struct sender *s); /* NULL is fine */

/* A fresh channel to keeper, whose old one (if any) is gone. Takes fd. */
void sender_linked(struct sender *s, int fd);

/*
 * Stops in good order: what the relay or the provider was asked may still be answered. stopped is
 * called from the loop, at the latest after SENDER_STOP_MS.
 */
void sender_stop(struct sender *s, void (*stopped)(void *arg), void *arg);

#endif
