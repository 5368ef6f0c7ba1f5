/*
 * queue.c - mail on its way out: what is due goes to the sender one message a question, its dot is
 * marked before it is sent; what came of it is queue_verdict.c's. The relay's health
 * (core/relay_health.h) holds all of it while the relay or the sign-in is broken.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/diagnosis.h"
#include "core/retry.h"
#include "keep/queue_private.h"
#include "sys/clock.h"
#include "wire/envelope.h"

enum {
	MINUTE_MS = 60 * 1000,
	WALL_WAIT_MAX = 3600, /* seconds; a timer is never set further by the wall clock */
	TASK_MEMORY = 1024 * 1024,
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

static void recover_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;
	const struct queue_recovery *found = t->data;

	if (result != STORE_OK)
		log_error("the queue could not be recovered");
	else if (found->requeued + found->maybe_delivered + found->damaged > 0)
		log_warning("the queue was recovered: %ju recipients queued again, %ju possibly delivered, "
			"%ju lost to damage", (uintmax_t)found->requeued, (uintmax_t)found->maybe_delivered,
			(uintmax_t)found->damaged);
	keep_queue_task_free(t);
	keep_queue_pump(k);
}

static int start_recovery(struct keeper *k)
{
	struct task *t = keep_queue_task(k);

	if (t == NULL)
		return -1;
	t->data = arena_alloc(t->arena, sizeof(struct queue_recovery));
	if (t->data == NULL) {
		keep_queue_task_free(t);
		return -1;
	}
	keep_queue_task_start(t, run_recover, recover_done);
	return 0;
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
	const char *obstacle = settings_mail_obstacle(&k->settings);
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
	relay_health_feed(&k->queue->health, v, clock_boot_ms());
	keep_queue_pump(k);
}

static void on_probed(void *arg, const struct message *answer)
{
	struct keeper *k = arg;
	struct verdict v;
	struct unpack u;

	if (k->queue == NULL)
		return;
	if (answer != NULL && answer->word == WORD_PROBE_IS) {
		unpack_init(&u, answer->body);
		verdict_unpack(&u, &v);
		if (unpack_end(&u)) {
			keep_queue_feed_health(k, &v);
			return;
		}
	}
	verdict_set_reason(&v, STAGE_SETTINGS, REASON_STOPPED, SLICE("the sender stopped"));
	keep_queue_feed_health(k, &v);
}

static void probe(struct keeper *k)
{
	struct channel *sender = k->peers[ROLE_SENDER];

	if (sender == NULL || settings_mail_obstacle(&k->settings) != NULL ||
		channel_ask(sender, WORD_PROBE, NULL, on_probed, k) == 0) {
		struct verdict v;

		verdict_set_reason(&v, STAGE_SETTINGS, REASON_STOPPED, SLICE("nobody could be asked"));
		relay_health_feed(&k->queue->health, &v, clock_boot_ms());
	}
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
			break;
		case RELAY_EVENT_WORKS:
			log_info("the relay takes mail");
			break;
		case RELAY_EVENT_PROBE:
			probe(k);
			break;
		}
	}
}

/* ---- handing out ---- */

struct taking {
	struct keeper *keeper;
	struct store_job job;
	struct arena *arena;
	struct queue_envelope envelope;
};

static int run_take(struct store_db *db, void *arg)
{
	struct taking *t = arg;

	return queue_take(db, clock_wall(), t->arena, &t->envelope);
}

static void note_outing(struct keeper *k, const struct queue_envelope *e)
{
	struct outing *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return; /* only the count of tries is lost */
	o->message = e->message;
	o->accepted_at = e->at;
	for (; o->n < e->n_recipients && o->n < QUEUE_BATCH_MAX; o->n++) {
		o->recipients[o->n].id = e->recipients[o->n].id;
		o->recipients[o->n].attempts = e->recipients[o->n].attempts;
		o->recipients[o->n].ambiguous = e->recipients[o->n].ambiguous;
	}
	TAILQ_INSERT_TAIL(&k->queue->outings, o, entry);
}

static void pace(struct keeper *k)
{
	uint64_t limit = setting_number(&k->settings, SETTING_EMAIL_MESSAGES_PER_MINUTE);

	if (limit > 0)
		k->queue->paced_until = clock_boot_ms() + (int64_t)(MINUTE_MS / limit) + 1;
}

static void answer_next(struct keeper *k, struct taking *t)
{
	const struct queue_envelope *in = &t->envelope;
	struct request *r = k->queue->next;
	struct envelope out = {
		.message = in->message,
		.queue_id = in->queue_id,
		.sender = in->sender,
		.size = in->size,
		.header_size = in->header_size,
		.needs_8bitmime = in->needs_8bitmime,
		.needs_smtputf8 = in->needs_smtputf8,
		.message_id = in->message_id,
		.subject = in->subject,
		.header_from = in->header_from,
		.recipients = arena_array(t->arena, in->n_recipients, sizeof(*out.recipients)),
		.n_recipients = in->n_recipients,
	};
	struct buffer body;

	if (out.recipients == NULL)
		return; /* in flight in the store until the sender asks again or goes */
	for (size_t i = 0; i < in->n_recipients; i++)
		out.recipients[i] = (struct envelope_recipient){
			.id = in->recipients[i].id, .address = in->recipients[i].address,
		};
	note_outing(k, in);
	pace(k);
	buffer_init(&body, WIRE_BODY_MAX);
	envelope_pack(&body, &out);
	k->queue->next = NULL;
	keep_reply(r, WORD_MAIL, &body);
	buffer_release(&body);
}

static void take_done(void *arg, int result)
{
	struct taking *t = arg;
	struct keeper *k = t->keeper;

	k->queue->taking = false;
	/* a sender that went meanwhile: recovery was written after this job and queues it again */
	if (result == STORE_OK && k->queue->next != NULL)
		answer_next(k, t);
	else if (result != STORE_OK && result != STORE_NOT_FOUND)
		log_error("due mail cannot be read");
	arena_free(t->arena);
	if (result == STORE_OK || result == STORE_NOT_FOUND)
		keep_queue_pump(k);
	else
		timer_set(&k->queue->timer, 1000);
}

static void take(struct keeper *k)
{
	struct arena *a = arena_new(TASK_MEMORY);
	struct taking *t = a != NULL ? arena_alloc(a, sizeof(*t)) : NULL;

	if (t == NULL) {
		arena_free(a);
		timer_set(&k->queue->timer, 1000);
		return;
	}
	t->keeper = k;
	t->arena = a;
	t->job = (struct store_job){ .run = run_take, .done = take_done, .arg = t };
	k->queue->taking = true;
	store_write(k->store, &t->job);
}

/* Boot ms at which mail may be handed out next, INT64_MAX when no time brings that about. */
static int64_t next_hand_out(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	int64_t now = clock_boot_ms(), due, wait;

	if (q->next == NULL || q->taking || settings_mail_obstacle(&k->settings) != NULL ||
		!relay_health_may_send(&q->health) ||
		queue_next_due(store_reader(k->store), &due) != STORE_OK || due == INT64_MAX)
		return INT64_MAX;
	wait = due - clock_wall();
	wait = wait < 0 ? 0 : wait > WALL_WAIT_MAX ? WALL_WAIT_MAX : wait;
	return now + wait * 1000 > q->paced_until ? now + wait * 1000 : q->paced_until;
}

void keep_queue_pump(struct keeper *k)
{
	int64_t when, deadline;

	follow_health(k);
	when = next_hand_out(k);
	if (when <= clock_boot_ms()) {
		take(k);
		when = INT64_MAX;
	}
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

/* ---- what the sender says ---- */

void keep_queue_next(struct request *r)
{
	struct keep_queue *q = r->keeper->queue;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (q->next != NULL)
		keep_refuse(q->next, EX_TEMPFAIL, "", "asked again");
	q->next = r;
	keep_queue_pump(r->keeper);
}

void keep_queue_body(struct request *r)
{
	uint64_t message = unpack_number(&r->body), offset = unpack_number(&r->body);
	struct buffer content, body;
	int result;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	buffer_init(&content, WIRE_CHUNK_MAX);
	buffer_init(&body, WIRE_BODY_MAX);
	result = queue_body(store_reader(r->keeper->store), message, offset, &content);
	pack_slice(&body, buffer_slice(&content));
	if (result == STORE_OK)
		keep_reply(r, WORD_BODY_IS, &body);
	else
		keep_refuse_store(r, result);
	buffer_release(&body);
	buffer_release(&content);
}

static int run_dot(struct store_db *db, void *arg)
{
	struct request *r = arg;
	const uint64_t *message = r->data;

	return queue_dot(db, *message, clock_wall());
}

static void dot_done(void *arg, int result)
{
	struct request *r = arg;

	if (result == STORE_OK)
		keep_reply(r, WORD_DOT_MARKED, NULL);
	else
		keep_refuse_store(r, result);
}

void keep_queue_dot(struct request *r)
{
	uint64_t *message = arena_alloc(r->arena, sizeof(*message));

	if (message == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	*message = unpack_number(&r->body);
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	r->data = message;
	r->job = (struct store_job){ .run = run_dot, .done = dot_done, .arg = r };
	store_write(r->keeper->store, &r->job);
}

/* ---- the sender's and the settings' coming and going ---- */

static void forget_outings(struct keep_queue *q)
{
	while (!TAILQ_EMPTY(&q->outings)) {
		struct outing *o = TAILQ_FIRST(&q->outings);

		TAILQ_REMOVE(&q->outings, o, entry);
		free(o);
	}
}

void keep_queue_sender_came(struct keeper *k)
{
	if (settings_mail_obstacle(&k->settings) == NULL)
		relay_health_probe_now(&k->queue->health, clock_boot_ms());
	keep_queue_pump(k);
}

void keep_queue_sender_went(struct keeper *k)
{
	struct keep_queue *q = k->queue;

	if (q->next != NULL)
		keep_drop(q->next);
	q->next = NULL;
	forget_outings(q);
	if (start_recovery(k) != 0)
		log_error("the queue cannot be recovered: out of memory");
}

static int run_settings_changed(struct store_db *db, void *arg)
{
	struct task *t = arg;
	int64_t now = clock_wall();
	const char **contacts = t->data;
	size_t n_contacts = 0;
	int result;

	while (contacts[n_contacts] != NULL)
		n_contacts++;
	do
		result = queue_expand_local(db, contacts, n_contacts, now, &t->n);
	while (result == STORE_OK && t->n >= QUEUE_EXPAND_MAX);
	return result == STORE_OK ? queue_hurry(db, now) : result;
}

static void settings_changed_done(void *arg, int result)
{
	struct task *t = arg;
	struct keeper *k = t->keeper;

	if (result != STORE_OK)
		log_error("waiting mail could not be made due");
	keep_queue_task_free(t);
	keep_queue_pump(k);
}

void keep_queue_settings_changed(struct keeper *k)
{
	struct task *t = keep_queue_task(k);
	const char **contacts;
	size_t n;

	relay_health_settings_changed(&k->queue->health, clock_boot_ms());
	k->queue->paced_until = 0;
	if (t == NULL || keep_queue_contacts(k, t->arena, &contacts, &n) != 0) {
		log_error("waiting mail could not be made due: out of memory");
		if (t != NULL)
			keep_queue_task_free(t);
		return;
	}
	t->data = contacts; /* zeroed behind the last */
	keep_queue_task_start(t, run_settings_changed, settings_changed_done);
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
	timer_init(&q->timer, k->loop, on_timer, k);
	return start_recovery(k);
}

void keep_queue_release(struct keeper *k)
{
	struct keep_queue *q = k->queue;

	if (q == NULL)
		return;
	timer_cancel(&q->timer);
	if (q->next != NULL)
		keep_drop(q->next);
	forget_outings(q);
	keep_queue_front_went(k);
	k->queue = NULL;
	free(q);
}
