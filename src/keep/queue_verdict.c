/* queue_verdict.c - what becomes of each recipient by what came of its delivery. */
#include <stdlib.h>

#include "base/secret.h"
#include "core/retry.h"
#include "keep/alerts.h"
#include "keep/queue_private.h"
#include "sys/clock.h"
#include "wire/delivery.h"

struct judging {
	struct request *request;
	struct delivery delivery;
	struct queue_verdicts verdicts;
	struct queue_verdict items[DELIVERY_RECIPIENTS_MAX];
};

/* What was known of a recipient when it was handed out; nothing after a restart. */
struct past {
	int64_t accepted_at;
	unsigned attempts, ambiguous;
};

static struct outing *find_outing(struct keeper *k, uint64_t message)
{
	struct outing *o;

	TAILQ_FOREACH(o, &k->queue->outings, entry)
		if (o->message == message)
			return o;
	return NULL;
}

static void forget_outing(struct keeper *k, uint64_t message)
{
	struct outing *o = find_outing(k, message);

	if (o == NULL)
		return;
	TAILQ_REMOVE(&k->queue->outings, o, entry);
	free(o);
}

static struct past past_of(const struct outing *o, uint64_t recipient, int64_t now)
{
	for (size_t i = 0; o != NULL && i < o->n; i++)
		if (o->recipients[i].id == recipient)
			return (struct past){
				.accepted_at = o->accepted_at,
				.attempts = o->recipients[i].attempts,
				.ambiguous = o->recipients[i].ambiguous,
			};
	return (struct past){ .accepted_at = now };
}

/* Nothing was found out about this recipient: back to where it was. */
static void judge_untried(struct queue_verdict *item, int64_t now)
{
	item->state = QUEUE_QUEUED;
	item->counts = false;
	item->next_try = now;
}

/* What becomes of a recipient by the class of its verdict. */
static void judge(struct queue_verdict *item, const struct delivery_recipient *r,
	const struct past *past, int64_t now)
{
	uint32_t random = (uint32_t)random_below(UINT32_MAX);

	*item = (struct queue_verdict){
		.recipient = r->id, .verdict = &r->verdict, .counts = true,
	};
	item->next_try = now + retry_delay(r->verdict.class, past->attempts + 1, random);
	switch (r->verdict.class) {
	case VERDICT_ACCEPTED:
		item->state = QUEUE_ACCEPTED;
		break;
	case VERDICT_RECIPIENT:
	case VERDICT_MESSAGE:
		item->state = QUEUE_FAILED;
		break;
	case VERDICT_AMBIGUOUS:
		item->ambiguous = true;
		item->state =
			past->ambiguous + 1 >= RETRY_AMBIGUOUS_MAX ? QUEUE_HELD : QUEUE_DEFERRED;
		break;
	case VERDICT_ACCOUNT:
	case VERDICT_TRANSIENT:
	case VERDICT_LOCAL:
		item->state = retry_is_over(past->accepted_at, past->attempts + 1, now) ?
			QUEUE_FAILED : QUEUE_DEFERRED;
		if (r->verdict.reason == REASON_STOPPED)
			judge_untried(item, now);
		break;
	case VERDICT_RELAY:
	case VERDICT_CREDENTIAL:
	case VERDICT_CLASS_COUNT:
		judge_untried(item, now);
		break;
	}
}

static int run_verdict(struct store_db *db, void *arg)
{
	struct judging *j = arg;

	return queue_verdict(db, &j->verdicts);
}

static bool has_failed(const struct judging *j)
{
	for (size_t i = 0; i < j->verdicts.n; i++)
		if (j->items[i].state == QUEUE_FAILED)
			return true;
	return false;
}

static void verdict_done(void *arg, int result)
{
	struct judging *j = arg;
	struct request *r = j->request;
	struct keeper *k = r->keeper;

	/* one that could not be kept comes again and is judged again */
	if (result == STORE_OK)
		forget_outing(k, j->delivery.message);
	if (result == STORE_OK && has_failed(j))
		keep_alerts_failed(k);
	if (result == STORE_OK)
		keep_reply(r, WORD_VERDICT_KEPT, NULL);
	else
		keep_refuse_store(r, result);
	keep_queue_pump(k);
}

void keep_queue_verdict(struct request *r)
{
	struct judging *j = arena_alloc(r->arena, sizeof(*j));
	int64_t now = clock_wall();
	struct outing *o;

	if (j != NULL)
		delivery_unpack(&r->body, r->arena, &j->delivery);
	if (j == NULL || !unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	o = find_outing(r->keeper, j->delivery.message);
	j->request = r;
	j->verdicts = (struct queue_verdicts){
		.message = j->delivery.message, .at = now, .relay = j->delivery.relay,
		.took_ms = j->delivery.took_ms, .items = j->items,
	};
	for (size_t i = 0; i < j->delivery.n_recipients; i++) {
		const struct delivery_recipient *d = &j->delivery.recipients[i];
		struct past past = past_of(o, d->id, now);

		judge(&j->items[j->verdicts.n++], d, &past, now);
	}
	/* before the sender's next question: a relay that is broken gets no more mail meanwhile */
	keep_queue_tried(r->keeper, &j->delivery.verdict);
	r->job = (struct store_job){ .run = run_verdict, .done = verdict_done, .arg = j };
	store_write(r->keeper->store, &r->job);
}
