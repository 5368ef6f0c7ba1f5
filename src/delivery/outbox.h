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
	void (*kept)(void *arg, void *owner); /* one of this owner's less */
	void *arg;
	struct timer again; /* a keeper that could not keep one is told again */
	TAILQ_HEAD(outbox_list, outbox_item) items; /* the oldest first */
};

void outbox_init(struct outbox *o, struct loop *loop, void (*kept)(void *arg, void *owner),
	void *arg);
void outbox_release(struct outbox *o);

/* NULL when it was lost. A new one is told everything at once. */
void outbox_keeper(struct outbox *o, struct channel *keeper);

/*
 * Negative without memory: the verdict is lost. owner is whose next dot waits for it, NULL when
 * all wait.
 */
int outbox_add(struct outbox *o, const struct delivery *d, void *owner) MUST_CHECK;
/* The owner goes: from now on all wait for what is his. */
void outbox_disown(struct outbox *o, const void *owner);
bool outbox_is_empty(const struct outbox *o);
/* True when nothing waits that this owner's next dot has to wait for. */
bool outbox_is_clear(const struct outbox *o, const void *owner);

#endif
