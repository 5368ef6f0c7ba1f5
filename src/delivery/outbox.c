/* outbox.c - verdicts are told until they are kept; see outbox.h. */
#include "delivery/outbox.h"

#include <stdlib.h>

#include "base/log.h"

enum {
	AGAIN_MS = 1000,
};

struct outbox_item {
	TAILQ_ENTRY(outbox_item) entry;
	struct outbox *outbox;
	void *owner; /* or NULL */
	struct buffer body; /* DELIVERY, packed */
	uint64_t ask; /* 0: not told to this keeper */
};

static void item_free(struct outbox_item *i)
{
	if (i->ask != 0)
		channel_forget(i->outbox->keeper, i->ask);
	TAILQ_REMOVE(&i->outbox->items, i, entry);
	buffer_release(&i->body);
	free(i);
}

static void on_kept(void *arg, const struct channel_message *answer)
{
	struct outbox_item *i = arg;
	struct outbox *o = i->outbox;
	void *owner = i->owner;

	i->ask = 0;
	if (answer == NULL)
		return;
	if (answer->word != WORD_VERDICT_KEPT) {
		log_warning("keeper could not keep a verdict yet");
		timer_set(&o->again, AGAIN_MS);
		return;
	}
	item_free(i);
	o->kept(o->arg, owner);
}

static void tell(struct outbox *o, struct outbox_item *i)
{
	if (o->keeper != NULL && i->ask == 0)
		i->ask = channel_ask(o->keeper, WORD_VERDICT, &i->body, on_kept, i);
}

static void on_again(void *arg)
{
	struct outbox *o = arg;
	struct outbox_item *i;

	TAILQ_FOREACH(i, &o->items, entry)
		tell(o, i);
}

void outbox_init(struct outbox *o, struct loop *loop, void (*kept)(void *arg, void *owner),
	void *arg)
{
	*o = (struct outbox){ .kept = kept, .arg = arg };
	TAILQ_INIT(&o->items);
	timer_init(&o->again, loop, on_again, o);
}

void outbox_release(struct outbox *o)
{
	while (!TAILQ_EMPTY(&o->items))
		item_free(TAILQ_FIRST(&o->items));
	timer_cancel(&o->again);
}

void outbox_keeper(struct outbox *o, struct channel *keeper)
{
	struct outbox_item *i;

	TAILQ_FOREACH(i, &o->items, entry) {
		if (i->ask != 0)
			channel_forget(o->keeper, i->ask);
		i->ask = 0;
	}
	o->keeper = keeper;
	on_again(o);
}

int outbox_add(struct outbox *o, const struct delivery *d, void *owner)
{
	struct outbox_item *i = calloc(1, sizeof(*i));

	if (i == NULL)
		return -1;
	i->outbox = o;
	i->owner = owner;
	buffer_init(&i->body, WIRE_BODY_MAX);
	delivery_pack(&i->body, d);
	TAILQ_INSERT_TAIL(&o->items, i, entry);
	if (!buffer_ok(&i->body)) {
		item_free(i);
		return -1;
	}
	tell(o, i);
	return 0;
}

bool outbox_is_empty(const struct outbox *o)
{
	return TAILQ_EMPTY(&o->items);
}

void outbox_disown(struct outbox *o, const void *owner)
{
	struct outbox_item *i;

	TAILQ_FOREACH(i, &o->items, entry)
		if (i->owner == owner)
			i->owner = NULL;
}

bool outbox_is_clear(const struct outbox *o, const void *owner)
{
	const struct outbox_item *i;

	TAILQ_FOREACH(i, &o->items, entry)
		if (i->owner == owner || i->owner == NULL)
			return false;
	return true;
}
