/*
 * queue_out.c - mail to the sender: what is due goes out one message a question, its octets as they
 * are asked for, and its dot is marked before it is sent.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "keep/queue_private.h"
#include "sys/clock.h"
#include "wire/envelope.h"

enum {
	MINUTE_MS = 60 * 1000,
	AGAIN_MS = 1000,
	WALL_WAIT_MAX = 3600, /* seconds; a timer is never set further by the wall clock */
	TAKE_MEMORY = 1024 * 1024,
};

/* ---- handing out ---- */

struct taking {
	struct keeper *keeper;
	uint64_t generation; /* of the sender it is for */
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
	struct envelope_recipient recipients[QUEUE_BATCH_MAX];
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
		.recipients = recipients,
		.n_recipients = in->n_recipients,
	};
	struct buffer body;

	for (size_t i = 0; i < in->n_recipients; i++)
		recipients[i] = (struct envelope_recipient){
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
	if (result == STORE_OK && k->queue->next != NULL &&
		t->generation == k->peer_generation[ROLE_SENDER])
		answer_next(k, t);
	else if (result != STORE_OK && result != STORE_NOT_FOUND)
		log_error("due mail cannot be read");
	arena_free(t->arena);
	if (result == STORE_OK || result == STORE_NOT_FOUND)
		keep_queue_pump(k);
	else
		timer_set(&k->queue->timer, AGAIN_MS);
}

/* False without memory. */
static bool take(struct keeper *k)
{
	struct arena *a = arena_new(TAKE_MEMORY);
	struct taking *t = a != NULL ? arena_alloc(a, sizeof(*t)) : NULL;

	if (t == NULL) {
		arena_free(a);
		return false;
	}
	t->keeper = k;
	t->generation = k->peer_generation[ROLE_SENDER];
	t->arena = a;
	t->job = (struct store_job){ .run = run_take, .done = take_done, .arg = t };
	k->queue->taking = true;
	store_write(k->store, &t->job);
	return true;
}

/* Boot ms at which mail may be handed out next, INT64_MAX when no time brings that about. */
static int64_t next_hand_out(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	int64_t now = clock_boot_ms(), due, wait;

	if (q->next == NULL || q->taking || q->recovering ||
		settings_mail_obstacle(&k->settings) != NULL ||
		!relay_health_may_send(&q->health) ||
		queue_next_due(store_reader(k->store), &due) != STORE_OK || due == INT64_MAX)
		return INT64_MAX;
	wait = due - clock_wall();
	wait = wait < 0 ? 0 : wait > WALL_WAIT_MAX ? WALL_WAIT_MAX : wait;
	return now + wait * 1000 > q->paced_until ? now + wait * 1000 : q->paced_until;
}

int64_t keep_queue_hand_out(struct keeper *k)
{
	int64_t when = next_hand_out(k);

	if (when > clock_boot_ms())
		return when;
	return take(k) ? INT64_MAX : clock_boot_ms() + AGAIN_MS;
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
	else if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_DATAERR, "", "The stored message is not there, or not whole.");
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
	else if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_UNAVAILABLE, "", "The sender does not have this message any more.");
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
