/*
 * queue_out.c - mail to the sender: what is due goes out one message a question, no faster than
 * messages_per_minute allows; its octets as they are asked for, and its dot is marked before it is
 * sent.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "keep/oauth.h"
#include "keep/queue_private.h"
#include "sys/clock.h"
#include "wire/envelope.h"

enum {
	AGAIN_MS = 1000,
	WALL_WAIT_MAX = 3600, /* seconds; a timer is never set further by the wall clock */
	TAKE_MEMORY = 64 * 1024 * 1024,
};

/* ---- handing out ---- */

/* One job takes for all questions that are open, so that they share its commit. */
struct taking {
	struct keeper *keeper;
	uint64_t generation; /* of the sender it is for */
	struct store_job job;
	struct arena *arena;
	size_t wanted, n;
	struct queue_envelope envelopes[QUEUE_QUESTIONS_MAX];
};

static int run_take(struct store_db *db, void *arg)
{
	struct taking *t = arg;
	int64_t now = clock_wall();
	int result = STORE_OK;

	t->n = 0; /* a job without room runs once more */
	while (result == STORE_OK && t->n < t->wanted) {
		result = queue_take(db, now, t->arena, &t->envelopes[t->n]);
		t->n += result == STORE_OK;
	}
	return result == STORE_NOT_FOUND && t->n > 0 ? STORE_OK : result;
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

static void pack_mail(struct buffer *body, const struct queue_envelope *in)
{
	struct envelope_recipient recipients[QUEUE_BATCH_MAX];
	struct envelope out = {
		.message = in->message,
		.queue_id = in->queue_id,
		.sender = in->sender,
		.size = in->size,
		.header_size = in->header_size,
		.needs_8bitmime = in->needs_8bitmime,
		.needs_smtputf8 = in->needs_smtputf8,
		.dsn = in->dsn,
		.message_id = in->message_id,
		.subject = in->subject,
		.header_from = in->header_from,
		.recipients = recipients,
		.n_recipients = in->n_recipients,
	};

	for (size_t i = 0; i < in->n_recipients; i++)
		recipients[i] = (struct envelope_recipient){
			.id = in->recipients[i].id, .address = in->recipients[i].address,
		};
	envelope_pack(body, &out);
}

static struct request *oldest_question(struct keep_queue *q)
{
	struct request *r = q->questions[0];

	q->n_questions--;
	for (size_t i = 0; i < q->n_questions; i++)
		q->questions[i] = q->questions[i + 1];
	return r;
}

/* No question is ever taken back, but with the sender itself: there is one for each mail. */
static void hand_over(struct keeper *k, const struct taking *t)
{
	for (size_t i = 0; i < t->n && k->queue->n_questions > 0; i++) {
		struct buffer body;

		buffer_init(&body, WIRE_BODY_MAX);
		pack_mail(&body, &t->envelopes[i]);
		note_outing(k, &t->envelopes[i]);
		keep_reply(oldest_question(k->queue), WORD_MAIL, &body);
		buffer_release(&body);
	}
	pacing_take(&k->queue->pacing, t->n);
}

static void take_done(void *arg, int result)
{
	struct taking *t = arg;
	struct keeper *k = t->keeper;
	bool good = result == STORE_OK || result == STORE_NOT_FOUND;

	k->queue->taking = false;
	/* a sender that went meanwhile: recovery was written after this job and queues it again */
	if (result == STORE_OK && t->generation == k->peer_generation[ROLE_SENDER])
		hand_over(k, t);
	else if (!good)
		log_error("due mail cannot be read");
	arena_free(t->arena);
	if (good)
		keep_queue_pump(k);
	else
		timer_set(&k->queue->timer, AGAIN_MS);
}

/* False without memory. */
static bool take(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	struct arena *a = arena_new(TAKE_MEMORY);
	struct taking *t = a != NULL ? arena_alloc(a, sizeof(*t)) : NULL;

	if (t == NULL) {
		arena_free(a);
		return false;
	}
	t->keeper = k;
	t->generation = k->peer_generation[ROLE_SENDER];
	t->arena = a;
	t->wanted = pacing_room(&q->pacing, q->n_questions, clock_boot_ms());
	t->job = (struct store_job){ .run = run_take, .done = take_done, .arg = t };
	q->taking = true;
	store_write(k->store, &t->job);
	return true;
}

/* Boot ms at which mail may be handed out next, INT64_MAX when no time brings that about. */
static int64_t next_hand_out(struct keeper *k)
{
	struct keep_queue *q = k->queue;
	int64_t now = clock_boot_ms(), due, wait, paced;

	if (q->n_questions == 0 || q->taking || q->recovering ||
		keep_mail_obstacle(k, &k->settings) != NULL ||
		!relay_health_may_send(&q->health) ||
		queue_next_due(store_reader(k->store), &due) != STORE_OK || due == INT64_MAX)
		return INT64_MAX;
	wait = due - clock_wall();
	wait = wait < 0 ? 0 : wait > WALL_WAIT_MAX ? WALL_WAIT_MAX : wait;
	paced = pacing_next(&q->pacing, now);
	return now + wait * 1000 > paced ? now + wait * 1000 : paced;
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
	if (q->n_questions == QUEUE_QUESTIONS_MAX) {
		keep_refuse(r, EX_TEMPFAIL, "", "There are too many open questions.");
		return;
	}
	q->questions[q->n_questions++] = r;
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
