/* alerts.c - outages and failures are told; see alerts.h. */
#include "keep/alerts.h"

#include <stdlib.h>

#include "base/log.h"
#include "core/notice_rule.h"
#include "keep/notice.h"
#include "keep/queue_private.h"
#include "sys/clock.h"

enum {
	LOOK_MS = 60 * 1000,
	MS = 1000,
};

static const char failures_kind[] = "failures";

struct keep_alerts {
	struct timer look;
	struct timer gathered; /* failures: since the first that waits to be told */
	struct outage outage; /* the one under way or not told to be over */
	enum {
		OUTAGE_NONE,
		OUTAGE_ON,
		OUTAGE_OVER, /* still to be told, or to be forgotten by the store */
	} state;
	int64_t ended; /* OUTAGE_OVER */
	bool save; /* the store has not got it yet */
	bool under_way; /* a job about the outage */
	bool failures_under_way;
	int64_t failures_sent; /* when they were told last, 0 never */
};

static void look(struct keeper *k);

/* ---- the outage in the store ---- */

static int run_save(struct store_db *db, void *arg)
{
	const struct task *t = arg;

	return outage_save(db, t->data);
}

static int run_forget(struct store_db *db, void *arg UNUSED)
{
	return outage_forget(db);
}

static void save_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;

	k->alerts->under_way = false;
	if (result != STORE_OK)
		k->alerts->save = true;
	keep_queue_task_free(t);
	if (result == STORE_OK)
		look(k);
}

static void forget_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;

	k->alerts->under_way = false;
	if (result == STORE_OK && k->alerts->state == OUTAGE_OVER)
		k->alerts->state = OUTAGE_NONE;
	keep_queue_task_free(t);
}

static void save(struct keeper *k)
{
	struct keep_alerts *alerts = k->alerts;
	struct task *t = keep_queue_task(k);
	struct outage *copy = t != NULL ? arena_alloc(t->arena, sizeof(*copy)) : NULL;

	if (copy == NULL) {
		if (t != NULL)
			keep_queue_task_free(t);
		return; /* at the next look */
	}
	*copy = alerts->outage;
	t->data = copy;
	alerts->save = false;
	alerts->under_way = true;
	keep_queue_task_start(t, run_save, save_done);
}

static void forget(struct keeper *k)
{
	struct task *t = keep_queue_task(k);

	if (t == NULL)
		return;
	k->alerts->under_way = true;
	keep_queue_task_start(t, run_forget, forget_done);
}

/* ---- mail works again ---- */

static int mark_over(struct store_db *db, const struct notice *n UNUSED)
{
	return outage_forget(db);
}

static void over_told(struct notice *n, int result)
{
	struct keep_alerts *alerts = n->keeper->alerts;

	alerts->under_way = false;
	if (result == STORE_OK && alerts->state == OUTAGE_OVER)
		alerts->state = OUTAGE_NONE;
}

static void tell_over(struct keeper *k)
{
	struct keep_alerts *alerts = k->alerts;
	struct notice *n = keep_notice_new(k);
	struct healed_facts facts = {
		.began = alerts->outage.began, .ended = alerts->ended,
		.breaks = alerts->outage.breaks, .verdict = &alerts->outage.verdict,
	};

	if (n == NULL)
		return;
	if (outage_waited(store_reader(k->store), alerts->ended, &facts.waited) != STORE_OK) {
		keep_notice_free(n);
		return;
	}
	notice_text_healed(&n->frame, &facts, n->arena, &n->text);
	n->name = arena_printf(n->arena, "healed-%jd", (intmax_t)facts.began);
	n->mark = mark_over;
	n->done = over_told;
	alerts->under_way = true;
	keep_notice_send(n);
}

static void look_at_outage(struct keeper *k)
{
	struct keep_alerts *alerts = k->alerts;

	if (alerts->under_way)
		return;
	if (alerts->save) {
		save(k);
		return;
	}
	if (alerts->state != OUTAGE_OVER)
		return;
	if (!notice_outage_is_told(alerts->ended - alerts->outage.began) ||
		!setting_is_set(&k->settings, SETTING_EMAIL_ADMIN_CONTACTS))
		forget(k);
	else if (keep_notice_may_go(k))
		tell_over(k);
}

void keep_alerts_broke(struct keeper *k)
{
	const struct relay_health *h = &k->queue->health;
	struct keep_alerts *alerts = k->alerts;

	/* one that is over and not told goes on */
	if (alerts->state != OUTAGE_OVER)
		alerts->outage.began = clock_wall() - (clock_boot_ms() - h->alarmed_at) / MS;
	alerts->outage.breaks = h->breaks;
	alerts->outage.verdict = h->verdict;
	alerts->state = OUTAGE_ON;
	alerts->save = true;
	look(k);
}

void keep_alerts_over(struct keeper *k)
{
	const struct relay_health *h = &k->queue->health;
	struct keep_alerts *alerts = k->alerts;

	if (alerts->state != OUTAGE_ON)
		return;
	/* by the clock that does not step, whatever the wall's did since */
	alerts->ended = alerts->outage.began + (h->since - h->alarmed_at) / MS;
	alerts->outage.breaks = h->breaks;
	alerts->outage.verdict = h->verdict;
	alerts->state = OUTAGE_OVER;
	look(k);
}

/* ---- failures ---- */

static int mark_failures(struct store_db *db, const struct notice *n)
{
	int result = failures_told(db, n->last_id);

	return result == STORE_OK ? notice_sent(db, failures_kind, &n->sent) : result;
}

static void failures_done(struct notice *n, int result)
{
	struct keep_alerts *alerts = n->keeper->alerts;

	alerts->failures_under_way = false;
	if (result == STORE_OK)
		alerts->failures_sent = n->sent.at;
}

static void tell_failures(struct keeper *k, struct notice *n, const struct failures *list)
{
	struct notice_failures told;

	keep_notice_failures(list, n->arena, &told);
	notice_text_failures(&n->frame, &told, n->arena, &n->text);
	/* a backup's notices have names as well, and the numbers of another node's failures */
	n->name = arena_printf(n->arena, "failures-%ju-%jd", (uintmax_t)list->last_id,
		(intmax_t)list->first_at);
	n->sent = (struct notice_mark){ .at = n->frame.now };
	n->last_id = list->last_id;
	n->mark = mark_failures;
	n->done = failures_done;
	k->alerts->failures_under_way = true;
	keep_notice_send(n);
}

static bool are_due(const struct keep_alerts *alerts, const struct failures *list, int64_t now)
{
	return list->n > 0 &&
		notice_failures_due(list->first_at, alerts->failures_sent, now) <= now;
}

static void look_at_failures(struct keeper *k)
{
	struct keep_alerts *alerts = k->alerts;
	struct failures list;
	struct notice *n;

	if (alerts->failures_under_way || !keep_notice_may_go(k))
		return;
	n = keep_notice_new(k);
	if (n == NULL)
		return;
	if (failures_untold(store_reader(k->store), NOTICE_FAILURES_MAX, n->arena,
		&list) == STORE_OK && are_due(alerts, &list, n->frame.now))
		tell_failures(k, n, &list);
	else
		keep_notice_free(n);
}

/* From the first one on: failures that go on must not put off for ever what is told of them. */
void keep_alerts_failed(struct keeper *k)
{
	struct timer *t = &k->alerts->gathered;

	if (!timer_pending(t))
		timer_set(t, (NOTICE_FAILURES_GATHER + 1) * MS);
}

/* ---- life ---- */

void keep_alerts_look(struct keeper *k)
{
	timer_set(&k->alerts->look, 0);
}

static void look(struct keeper *k)
{
	look_at_outage(k);
	look_at_failures(k);
}

static void on_look(void *arg)
{
	struct keeper *k = arg;

	timer_set(&k->alerts->look, LOOK_MS);
	look(k);
}

static void on_gathered(void *arg)
{
	look(arg);
}

/* The relay is taken for broken until it is tried, which is at once. */
static void resume_outage(struct keeper *k)
{
	struct keep_alerts *alerts = k->alerts;
	int64_t now = clock_boot_ms(), ago = clock_wall() - alerts->outage.began;

	if (ago < 0)
		ago = 0; /* the clock was set back over its beginning */
	alerts->state = OUTAGE_ON;
	relay_health_restore(&k->queue->health, &alerts->outage.verdict,
		(unsigned)alerts->outage.breaks, now - ago * MS, now);
	log_info("mail was broken when the keeper ended; the relay is tried");
}

int keep_alerts_init(struct keeper *k)
{
	struct store_db *db = store_reader(k->store);
	struct notice_mark last = { .at = 0 };
	int result = notice_last(db, failures_kind, &last);

	if (result != STORE_OK && result != STORE_NOT_FOUND)
		return -1;
	k->alerts = calloc(1, sizeof(*k->alerts));
	if (k->alerts == NULL)
		return -1;
	k->alerts->failures_sent = last.at;
	timer_init(&k->alerts->look, k->loop, on_look, k);
	timer_init(&k->alerts->gathered, k->loop, on_gathered, k);
	timer_set(&k->alerts->look, LOOK_MS);
	result = outage_load(db, &k->alerts->outage);
	if (result == STORE_OK)
		resume_outage(k);
	return result == STORE_OK || result == STORE_NOT_FOUND ? 0 : -1;
}

void keep_alerts_stop(struct keeper *k)
{
	if (k->alerts == NULL)
		return;
	timer_cancel(&k->alerts->look);
	timer_cancel(&k->alerts->gathered);
}

void keep_alerts_release(struct keeper *k)
{
	keep_alerts_stop(k); /* jobs that were done while the store closed set them */
	free(k->alerts);
	k->alerts = NULL;
}
