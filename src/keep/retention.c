/*
 * retention.c - old history leaves the mail log (store/queue_retain.h), one small transaction at a
 * time with a pause behind each, so that mail that comes in or goes out never waits for more.
 */
#include "keep/retention.h"

#include <stdlib.h>

#include "base/log.h"
#include "store/queue_retain.h"
#include "sys/clock.h"

enum {
	FIRST_MS = 5000,
	PAUSE_MS = 50,
	EVERY_MS = 3600 * 1000,
	DAY = 24 * 3600,
	MEGABYTE = 1000 * 1000,
};

struct keep_retention {
	struct timer timer;
	struct store_job job;
	struct keeper *keeper;
	struct queue_retention wanted;
	struct queue_retained got;
	bool under_way, again;
};

static int run_retain(struct store_db *db, void *arg)
{
	struct keep_retention *t = arg;

	return queue_retain(db, &t->wanted, &t->got);
}

static void retain_done(void *arg, int result)
{
	struct keep_retention *t = arg;

	bool goes_on = result == STORE_OK && t->got.more && !t->again;

	t->under_way = false;
	t->wanted.from = goes_on ? t->got.reached : (struct queue_position){ 0 };
	if (result != STORE_OK)
		log_warning("old mail could not be removed from the log; it is tried again in an hour");
	timer_set(&t->timer, goes_on || (result == STORE_OK && t->again) ? PAUSE_MS : EVERY_MS);
	t->again = false;
}

static void on_timer(void *arg)
{
	struct keep_retention *t = arg;
	struct keeper *k = t->keeper;

	if (t->under_way)
		return;
	if (store_load(k->store) > 0) { /* others first */
		timer_set(&t->timer, PAUSE_MS);
		return;
	}
	t->wanted = (struct queue_retention){
		.now = clock_wall(),
		.age = (int64_t)setting_number(&k->settings, SETTING_QUEUE_RETENTION_DAYS) * DAY,
		.size = setting_number(&k->settings, SETTING_QUEUE_RETENTION_SIZE) * MEGABYTE,
		.from = t->wanted.from,
	};
	t->under_way = true;
	t->job = (struct store_job){ .run = run_retain, .done = retain_done, .arg = t };
	store_write(k->store, &t->job);
}

int keep_retention_init(struct keeper *k)
{
	struct keep_retention *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return -1;
	t->keeper = k;
	k->retention = t;
	timer_init(&t->timer, k->loop, on_timer, t);
	timer_set(&t->timer, FIRST_MS);
	return 0;
}

void keep_retention_settings_changed(struct keeper *k)
{
	k->retention->again = true;
	if (!k->retention->under_way)
		timer_set(&k->retention->timer, PAUSE_MS);
}

void keep_retention_stop(struct keeper *k)
{
	if (k->retention != NULL)
		timer_cancel(&k->retention->timer);
}

void keep_retention_release(struct keeper *k)
{
	if (k->retention != NULL)
		timer_cancel(&k->retention->timer); /* its job was done while the store closed */
	free(k->retention);
	k->retention = NULL;
}
