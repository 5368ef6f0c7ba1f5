/*
 * queue.c - the queue's life: recovery, the relay's health (core/relay_health.h), which holds all
 * of it while the relay or the sign-in is broken, and what new settings mean for it. Mail in is
 * queue_in.c's, mail out queue_out.c's, what came of it queue_verdict.c's, lists queue_show.c's.
 */
#include <stdlib.h>

#include "base/log.h"
#include "core/diagnosis.h"
#include "keep/aliases.h"
#include "keep/alerts.h"
#include "keep/daily.h"
#include "keep/endings.h"
#include "keep/oauth.h"
#include "keep/queue_private.h"
#include "sys/clock.h"

enum {
	TASK_MEMORY = 8 * 1024 * 1024, /* the largest table of aliases, and where each leads */
	AGAIN_MS = 1000,
	LOOK_MS = 60 * 1000,
};

/* ---- jobs of the queue's own ---- */

struct task *keep_queue_task(struct keeper *k)
{
	struct arena *a = arena_new(TASK_MEMORY);
	struct task *t = a != NULL ? arena_alloc(a, sizeof(*t)) : NULL;

	if (t == NULL) {
		arena_free(a);
		return NULL;
	}
	t->keeper = k;
	t->arena = a;
	return t;
}

void keep_queue_task_start(struct task *t, int (*run)(struct store_db *db, void *arg),
	void (*done)(void *arg, int result))
{
	t->job = (struct store_job){ .run = run, .done = done, .arg = t };
	store_write(t->keeper->store, &t->job);
}

void keep_queue_task_free(struct task *t)
{
	arena_free(t->arena); /* t lies in it */
}

/* ---- recovery ---- */

static int run_recover(struct store_db *db, void *arg)
{
	struct task *t = arg;

	return queue_recover(db, clock_wall(), t->data);
}

static void try_again(struct keep_queue *q, bool *flag)
{
	*flag = true;
	timer_set(&q->again, AGAIN_MS);
}

static void recover_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;
	const struct queue_recovery *found = t->data;

	k->queue->recover_under_way = false;
	k->queue->recovering = result != STORE_OK;
	if (result != STORE_OK)
		try_again(k->queue, &k->queue->recover_again);
	else if (found->requeued + found->maybe_delivered + found->damaged > 0)
		log_warning("the queue was recovered: %ju recipients queued again, %ju possibly delivered, "
			"%ju lost to damage", (uintmax_t)found->requeued, (uintmax_t)found->maybe_delivered,
			(uintmax_t)found->damaged);
	keep_queue_task_free(t);
	keep_queue_pump(k);
}

/*
 * What is written before is taken back too; nothing is handed out until it is done. So one that is
 * under way is good for the next sender as well, and a second one would only take back what was
 * handed out between the two.
 */
static void recover(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	struct task *t;

	if (q->recover_under_way)
		return;
	t = keep_queue_task(k);
	q->recovering = true;
	q->recover_again = false;
	if (t != NULL)
		t->data = arena_alloc(t->arena, sizeof(struct queue_recovery));
	if (t != NULL && t->data != NULL) {
		q->recover_under_way = true;
		keep_queue_task_start(t, run_recover, recover_done);
		return;
	}
	if (t != NULL)
		keep_queue_task_free(t);
	try_again(q, &q->recover_again);
}

/* ---- the relay's health ---- */

static enum diagnosis_encryption encryption_of(const struct settings *s)
{
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "none"))
		return DIAGNOSIS_ENCRYPTION_NONE;
	return setting_is(s, SETTING_EMAIL_ENCRYPTION, "tls") ? DIAGNOSIS_ENCRYPTION_TLS :
		DIAGNOSIS_ENCRYPTION_STARTTLS;
}

const char *keep_queue_obstacle(struct keeper *k)
{
	const char *obstacle = keep_mail_obstacle(k, &k->settings);
	struct diagnosis_facts facts;

	if (obstacle != NULL)
		return obstacle;
	if (k->queue->health.state != RELAY_BROKEN)
		return NULL;
	facts = diagnosis_facts_of(&k->queue->health.verdict);
	facts.port = (unsigned)setting_number(&k->settings, SETTING_EMAIL_RELAY_PORT);
	facts.encryption = encryption_of(&k->settings);
	return diagnosis_find(&facts)->meaning;
}

void keep_queue_feed_health(struct keeper *k, const struct verdict *v)
{
	struct verdict renewing;

	if (keep_oauth_takes(k, v)) {
		/* it is about the token, for which a new one is fetched: the relay may be well */
		verdict_set_reason(&renewing, STAGE_AUTH, REASON_STOPPED, slice_of(v->text));
		v = &renewing;
	}
	relay_health_feed(&k->queue->health, v, clock_boot_ms());
	keep_queue_pump(k);
}

void keep_queue_tried(struct keeper *k, const struct verdict *v)
{
	k->queue->tries[v->class]++;
	keep_queue_feed_health(k, v);
}

void keep_queue_pack_tries(const struct keeper *k, struct buffer *body)
{
	pack_number(body, VERDICT_CLASS_COUNT);
	for (int i = 0; i < VERDICT_CLASS_COUNT; i++) {
		pack_text(body, verdict_class_name((enum verdict_class)i));
		pack_number(body, k->queue->tries[i]);
	}
}

static void on_probed(void *arg, const struct channel_message *answer)
{
	struct keeper *k = arg;
	struct verdict v;
	struct unpack u;

	if (k->queue == NULL)
		return;
	k->queue->probe = 0;
	if (answer != NULL && answer->word == WORD_PROBE_IS) {
		unpack_init(&u, answer->body);
		verdict_unpack(&u, &v);
		if (unpack_end(&u)) {
			keep_queue_tried(k, &v);
			return;
		}
	}
	verdict_set_reason(&v, STAGE_SETTINGS, REASON_STOPPED, SLICE("the sender stopped"));
	keep_queue_feed_health(k, &v);
}

static void probe(struct keeper *k)
{
	struct channel *sender = k->peers[ROLE_SENDER];

	if (sender != NULL && keep_mail_obstacle(k, &k->settings) == NULL)
		k->queue->probe = channel_ask(sender, WORD_PROBE, NULL, on_probed, k);
	if (k->queue->probe == 0) {
		struct verdict v;

		verdict_set_reason(&v, STAGE_SETTINGS, REASON_STOPPED, SLICE("nobody could be asked"));
		relay_health_feed(&k->queue->health, &v, clock_boot_ms());
	}
}

/* An answer about the old settings would be taken for one about the new. */
static void forget_probe(struct keeper *k)
{
	if (k->queue->probe != 0)
		channel_forget(k->peers[ROLE_SENDER], k->queue->probe);
	k->queue->probe = 0;
}

static void follow_health(struct keeper *k)
{
	struct relay_health *h = &k->queue->health;

	for (;;) {
		switch (relay_health_next(h)) {
		case RELAY_EVENT_NONE:
			return;
		case RELAY_EVENT_BROKE:
			log_alert("mail is broken, the queue is held: %s (%s)", keep_queue_obstacle(k),
				h->verdict.text);
			keep_alerts_broke(k);
			break;
		case RELAY_EVENT_WORKS:
			log_info("the relay takes mail again; times that it broke since the alert: %u", h->breaks);
			keep_alerts_over(k);
			keep_daily_look(k);
			keep_endings_look(k);
			break;
		case RELAY_EVENT_PROBE:
			probe(k);
			break;
		}
	}
}

/* ---- turns ---- */

void keep_queue_pump(struct keeper *k)
{
	int64_t when, deadline;

	follow_health(k);
	when = keep_queue_hand_out(k);
	deadline = relay_health_deadline(&k->queue->health);
	if (deadline < when)
		when = deadline;
	if (when < INT64_MAX)
		timer_set_at(&k->queue->timer, when);
	else
		timer_cancel(&k->queue->timer);
}

static void on_timer(void *arg)
{
	struct keeper *k = arg;

	relay_health_expire(&k->queue->health, clock_boot_ms());
	keep_queue_pump(k);
}

/* ---- the sender's coming and going ---- */

static void forget_outings(struct keep_queue *q)
{
	while (!TAILQ_EMPTY(&q->outings)) {
		struct outing *o = TAILQ_FIRST(&q->outings);

		TAILQ_REMOVE(&q->outings, o, entry);
		free(o);
	}
}

static void drop_questions(struct keep_queue *q)
{
	while (q->n_questions > 0)
		keep_drop(q->questions[--q->n_questions]);
}

void keep_queue_sender_came(struct keeper *k)
{
	if (keep_mail_obstacle(k, &k->settings) == NULL)
		relay_health_probe_now(&k->queue->health, clock_boot_ms());
	keep_queue_pump(k);
}

void keep_queue_sender_went(struct keeper *k)
{
	struct keep_queue *q = k->queue;

	drop_questions(q);
	forget_outings(q);
	recover(k);
}

/* ---- new settings ---- */

static void change(struct keeper *k);

struct change {
	const char **contacts;
	size_t n_contacts;
	struct keep_alias_way *ways;
	size_t n_ways;
	bool hurry;
};

/* The aliases first: what is held afterwards has none. Stops at the first full piece. */
static int expand(struct store_db *db, const struct change *c, int64_t now, uint64_t *ret_n)
{
	int result = STORE_OK;
	uint64_t n = 0;

	for (size_t i = 0; result == STORE_OK && n < QUEUE_EXPAND_MAX && i < c->n_ways; i++)
		result = queue_expand_name(db, c->ways[i].name, c->ways[i].addresses, c->ways[i].n,
			now, &n);
	if (result == STORE_OK && n < QUEUE_EXPAND_MAX)
		result = queue_expand_local(db, c->contacts, c->n_contacts, now, &n);
	if (result == STORE_OK)
		*ret_n = n;
	return result;
}

static int run_change(struct store_db *db, void *arg)
{
	struct task *t = arg;
	const struct change *c = t->data;
	int64_t now = clock_wall();
	int result = c->hurry ? queue_hurry(db, now) : STORE_OK;

	if (result == STORE_OK)
		result = expand(db, c, now, &t->n);
	return result;
}

static void change_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;
	struct keep_queue *q = k->queue;
	bool more = result == STORE_OK && t->n == QUEUE_EXPAND_MAX;

	keep_queue_task_free(t);
	q->changing = false;
	if (result == STORE_OK && !q->change_again)
		q->hurry = false;
	if (result != STORE_OK)
		try_again(q, &q->change_again);
	else if (more || q->change_again)
		change(k);
	keep_queue_pump(k);
}

/* Held names may be many: they go in pieces, so that mail that comes in need not wait for all. */
static void change(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	struct task *t;
	struct change *c;

	q->change_again = q->changing; /* the job under way has the contacts of before */
	if (q->changing)
		return;
	t = keep_queue_task(k);
	c = t != NULL ? arena_alloc(t->arena, sizeof(*c)) : NULL;
	if (c == NULL || keep_queue_contacts(k, t->arena, &c->contacts, &c->n_contacts) != 0 ||
		keep_aliases_ways(k, c->contacts, c->n_contacts, t->arena, &c->ways,
			&c->n_ways) != 0) {
		if (t != NULL)
			keep_queue_task_free(t);
		try_again(q, &q->change_again);
		return;
	}
	q->changing = true;
	c->hurry = q->hurry;
	t->data = c;
	keep_queue_task_start(t, run_change, change_done);
}

/* The bucket goes on where it is while the limit stays. */
static void set_pace(struct keeper *k)
{
	uint64_t limit = setting_number(&k->settings, SETTING_EMAIL_MESSAGES_PER_MINUTE);

	if (limit != k->queue->pacing.limit)
		pacing_init(&k->queue->pacing, limit, clock_boot_ms());
}

void keep_queue_settings_changed(struct keeper *k)
{
	forget_probe(k);
	relay_health_settings_changed(&k->queue->health, clock_boot_ms());
	set_pace(k);
	k->queue->hurry = true;
	change(k);
	keep_queue_pump(k);
}

void keep_queue_token_changed(struct keeper *k, bool by_person)
{
	forget_probe(k);
	if (by_person)
		relay_health_settings_changed(&k->queue->health, clock_boot_ms());
	else
		relay_health_probe_anew(&k->queue->health, clock_boot_ms());
	keep_queue_pump(k);
}

void keep_queue_aliases_changed(struct keeper *k)
{
	change(k);
}

static void on_again(void *arg)
{
	struct keeper *k = arg;

	if (k->queue->recover_again)
		recover(k);
	if (k->queue->change_again)
		change(k);
}

/* ---- a clock that was ahead ---- */

static int run_mend(struct store_db *db, void *arg UNUSED)
{
	return queue_mend_times(db, clock_wall());
}

static void mend_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;

	k->queue->mending = false;
	if (result == STORE_OK)
		log_warning("the clock was set back: mail that was put off by it is tried now");
	keep_queue_task_free(t);
	keep_queue_pump(k);
}

/* What was queued or put off while the clock was ahead would wait until it is there again. */
static void on_look(void *arg)
{
	struct keeper *k = arg;
	struct keep_queue *q = k->queue;
	bool astray = false;
	struct task *t;

	timer_set(&q->look, LOOK_MS);
	if (q->mending ||
		queue_is_astray(store_reader(k->store), clock_wall(), &astray) != STORE_OK ||
		!astray)
		return;
	t = keep_queue_task(k);
	if (t == NULL)
		return;
	q->mending = true;
	keep_queue_task_start(t, run_mend, mend_done);
}

/* ---- life ---- */

int keep_queue_init(struct keeper *k)
{
	struct keep_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return -1;
	k->queue = q;
	TAILQ_INIT(&q->outings);
	TAILQ_INIT(&q->submissions);
	relay_health_init(&q->health, clock_boot_ms());
	set_pace(k);
	timer_init(&q->timer, k->loop, on_timer, k);
	timer_init(&q->again, k->loop, on_again, k);
	timer_init(&q->look, k->loop, on_look, k);
	timer_set(&q->look, LOOK_MS);
	recover(k);
	change(k); /* names that a crash left without the contacts */
	return 0;
}

void keep_queue_release(struct keeper *k)
{
	struct keep_queue *q = k->queue;

	if (q == NULL)
		return;
	timer_cancel(&q->timer);
	timer_cancel(&q->again);
	timer_cancel(&q->look);
	drop_questions(q);
	forget_outings(q);
	keep_queue_front_went(k);
	k->queue = NULL;
	free(q);
}
