/*
 * daily.c - the daily communication notice: one mail a day to the admin contacts. The day it does
 * not come they know that mail is broken, so while it is broken none is queued; it comes late, when
 * mail works again the same day. When it is due is core/daily_notice.h's to say; the day of the
 * last one is in the store, and a notice's name is its day, which the queue takes once.
 */
#include "keep/daily.h"

#include <stdlib.h>

#include "base/log.h"
#include "core/time_format.h"
#include "keep/certificates.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "keep/notice.h"
#include "keep/zones.h"
#include "store/queue_list.h"
#include "sys/clock.h"

enum {
	LOOK_MS = 60 * 1000, /* the clock may have stepped */
	FIRST_LOOK_MS = 1000,
	DAY = 24 * 3600,
	DATE_LEN = 10, /* of "2026-03-17" */
};

static const char kind[] = "daily";

struct keep_daily {
	struct timer look;
	int64_t last_day; /* local, of the last one sent */
	bool under_way;
};

static struct daily_notice look_now(struct keeper *k, int64_t last_day, int64_t now)
{
	const char *time = k->settings.value[SETTING_EMAIL_DAILY_NOTICE_TIME];
	const struct daily_notice_plan plan = { keep_zone(k), daily_notice_minute(time) };
	struct daily_notice notice;

	daily_notice_look(&plan, last_day, now, &notice);
	return notice;
}

static bool is_wanted(struct keeper *k)
{
	return setting_is(&k->settings, SETTING_EMAIL_DAILY_NOTICE, "yes");
}

int64_t keep_daily_next(struct keeper *k)
{
	struct daily_notice notice;
	int64_t now = clock_wall();

	if (!is_wanted(k))
		return 0;
	notice = look_now(k, k->daily->last_day, now);
	return notice.due ? now : notice.next;
}

/* ---- what it says ---- */

static void fill_failures(struct notice *n, struct daily_facts *facts)
{
	struct failures list;

	if (failures_since(store_reader(n->keeper->store), n->frame.now - DAY, NOTICE_FAILURES_MAX,
		n->arena, &list) == STORE_OK)
		keep_notice_failures(&list, n->arena, &facts->failures);
}

/* Behind the certificates: only what is near, and so has to be done. */
static void fill_endings(struct notice *n, struct daily_facts *facts)
{
	size_t at = NOTICE_CERTIFICATES_MAX - ENDING_KIND_COUNT;
	struct ending list[ENDING_KIND_COUNT];
	size_t n_list = keep_endings_list(n->keeper, list);

	for (size_t i = 0; i < n_list; i++)
		if (ending_step(list[i].until, n->frame.now) != 0)
			facts->certificates[at++] = (struct notice_certificate){
				ending_words(list[i].kind)->label, list[i].until,
			};
}

static int fill_facts(struct notice *n, int64_t next, struct daily_facts *facts)
{
	struct keeper *k = n->keeper;
	struct queue_counts c;

	if (queue_counts(store_reader(k->store), n->frame.now - DAY, &c) != STORE_OK)
		return -1;
	*facts = (struct daily_facts){
		.relay = arena_printf(n->arena, "%s:%s", k->settings.value[SETTING_EMAIL_RELAY_HOST],
			k->settings.value[SETTING_EMAIL_RELAY_PORT]),
		.accepted = c.accepted_since, .failed = c.failed_since,
		.waiting = c.recipients[QUEUE_QUEUED] + c.recipients[QUEUE_IN_FLIGHT] +
			c.recipients[QUEUE_DOT_SENT] + c.recipients[QUEUE_DEFERRED],
		.held = c.recipients[QUEUE_HELD],
		.oldest_waiting = c.oldest_open,
		.certificates = {
			{ "HTTPS certificate of this node", k->certificates.https_until },
			{ "Certificate of the relay", keep_certificates_relay(k) },
			{ "CA certificate for the relay", keep_certificates_ca(k) },
		},
		.next = next,
	};
	fill_endings(n, facts);
	fill_failures(n, facts);
	return 0;
}

/* ---- sending it ---- */

static int mark(struct store_db *db, const struct notice *n)
{
	return notice_sent(db, kind, &n->sent);
}

static void done(struct notice *n, int result)
{
	struct keep_daily *d = n->keeper->daily;

	d->under_way = false;
	if (result != STORE_OK)
		return;
	d->last_day = n->sent.day;
	log_info("the daily notice is queued");
}

static void start_notice(struct keeper *k, int64_t day)
{
	struct notice *n = keep_notice_new(k);
	struct daily_facts facts;
	char date[TIME_RFC3339_SIZE];

	if (n == NULL)
		return;
	if (fill_facts(n, look_now(k, day, n->frame.now).next, &facts) != 0) {
		keep_notice_free(n);
		return;
	}
	notice_text_daily(&n->frame, &facts, n->arena, &n->text);
	time_format_rfc3339(day * DAY, date);
	n->name = arena_printf(n->arena, "daily-%.*s", DATE_LEN, date);
	n->sent = (struct notice_mark){ .day = day, .at = n->frame.now };
	n->mark = mark;
	n->done = done;
	k->daily->under_way = true;
	keep_notice_send(n);
}

static void on_look(void *arg)
{
	struct keeper *k = arg;
	struct daily_notice notice;

	timer_set(&k->daily->look, LOOK_MS);
	if (!is_wanted(k) || !keep_notice_may_go(k) || k->daily->under_way)
		return;
	notice = look_now(k, k->daily->last_day, clock_wall());
	if (notice.due)
		start_notice(k, notice.day);
}

/* ---- life ---- */

int keep_daily_init(struct keeper *k)
{
	struct notice_mark last;
	int result = notice_last(store_reader(k->store), kind, &last);

	if (result != STORE_OK && result != STORE_NOT_FOUND)
		return -1;
	k->daily = calloc(1, sizeof(*k->daily));
	if (k->daily == NULL)
		return -1;
	k->daily->last_day = result == STORE_OK ? last.day : DAILY_NOTICE_NEVER;
	timer_init(&k->daily->look, k->loop, on_look, k);
	timer_set(&k->daily->look, FIRST_LOOK_MS);
	return 0;
}

void keep_daily_look(struct keeper *k)
{
	if (k->daily != NULL)
		timer_set(&k->daily->look, 0);
}

void keep_daily_reload(struct keeper *k)
{
	struct notice_mark last;

	if (k->daily != NULL && notice_last(store_reader(k->store), kind, &last) == STORE_OK)
		k->daily->last_day = last.day;
	keep_daily_look(k);
}

void keep_daily_stop(struct keeper *k)
{
	if (k->daily != NULL)
		timer_cancel(&k->daily->look);
}

void keep_daily_release(struct keeper *k)
{
	keep_daily_stop(k); /* jobs that were done while the store closed set it */
	free(k->daily);
	k->daily = NULL;
}
