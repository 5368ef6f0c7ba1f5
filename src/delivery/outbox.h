/*
 * outbox.h - verdicts on their way to keeper: each is told until it is kept, to the next keeper
 * when the one that was told is gone.
 */
#ifndef TOCSIN_DELIVERY_OUTBOX_H
#define TOCSIN_DELIVERY_OUTBOX_H

#include <sys/queue.h>

#include "sys/loop.h"
#include "wire/channel.h"
#include "wire/delivery.h"

struct outbox {
	struct channel *keeper; /* NULL while there is none */
	void (*kept)(void *arg); /* one verdict less */
	void *arg;
	struct timer again; /* a keeper that could not keep one is told again */
	TAILQ_HEAD(outbox_list, outbox_item) items; /* the oldest first */
};

void outbox_init(struct outbox *o, struct loop *loop, void (*kept)(void *arg), void *arg);
void outbox_release(struct outbox *o);

/* NULL when it was lost. A new one is told everything at once. */
void outbox_keeper(struct outbox *o, struct channel *keeper);

/* Negative without memory: the verdict is lost. */
int outbox_add(struct outbox *o, const struct delivery *d) MUST_CHECK;
bool outbox_is_empty(const struct outbox *o);

#endif
