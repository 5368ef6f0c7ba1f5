/* queue_show.c - the queue as people see it: lists, one message, its part of the status. */
#include <string.h>
#include <sysexits.h>

#include "core/plain_text.h"
#include "keep/oauth.h"
#include "keep/queue_private.h"
#include "store/queue_act.h"
#include "store/queue_list.h"
#include "sys/clock.h"
#include "wire/queue_view.h"

enum {
	BODY_ENOUGH = WIRE_BODY_MAX - 8 * 1024, /* octets; one row more still fits */
	DAY = 24 * 3600,
	TEXT_SHOWN = 300, /* octets of a subject, From or reason in a list */
};

/* ---- rows ---- */

static const char *shown(struct arena *a, const char *text)
{
	char out[TEXT_SHOWN + 1];

	plain_text_copy(slice_of(text), PLAIN_TEXT_LINES, out, sizeof(out));
	for (char *c = out; *c != '\0'; c++) /* a reply of several lines becomes one */
		if (*c == '\n')
			*c = ' ';
	return arena_copy(a, out);
}

/* Mail that waits for the relay says why in the relay's words. */
static const char *reason_of(struct keeper *k, const struct queue_item *i)
{
	const char *obstacle = NULL;

	if (!queue_state_is_final(i->state) && i->state != QUEUE_HELD)
		obstacle = keep_queue_obstacle(k);
	return obstacle != NULL ? obstacle : i->reason;
}

static struct queue_row row_of(struct keeper *k, struct arena *a, const struct queue_item *i)
{
	return (struct queue_row){
		.id = i->id,
		.queue_id = i->queue_id,
		.at = (uint64_t)i->at,
		.submitter = i->submitter,
		.sender = i->sender,
		.header_from = shown(a, i->header_from),
		.subject = shown(a, i->subject),
		.size = i->size,
		.n_recipients = i->n_recipients,
		.n_open = i->n_open,
		.state = queue_state_name(i->state),
		.next_try = (uint64_t)i->next_try,
		.reason = shown(a, reason_of(k, i)),
		.held_by = i->held_by,
		.has_content = i->has_content,
	};
}

/* As many rows as one message holds: who asks for the next page names the last one he got. */
static size_t pack_rows(struct request *r, const struct queue_items *items, struct buffer *rows)
{
	size_t n = 0;

	for (; n < items->n && rows->len < BODY_ENOUGH; n++) {
		struct queue_row row = row_of(r->keeper, r->arena, &items->items[n]);

		queue_row_pack(rows, &row);
	}
	return n;
}

static void reply_list(struct request *r, const struct queue_items *items)
{
	struct buffer rows, body;
	size_t n;

	buffer_init(&rows, WIRE_BODY_MAX);
	buffer_init(&body, WIRE_BODY_MAX);
	n = pack_rows(r, items, &rows);
	pack_number(&body, n < items->n ? items->items[n - 1].id : items->next);
	pack_number(&body, n);
	buffer_append(&body, rows.data, rows.len);
	keep_reply(r, WORD_QUEUE_IS, &body);
	buffer_release(&rows);
	buffer_release(&body);
}

/* False when there is no such state. */
static bool take_state(struct slice name, struct queue_query *query)
{
	if (slice_is(name, "all")) {
		query->filter = QUEUE_LIST_ALL;
	} else if (name.len > 0 && !slice_is(name, "open")) {
		query->filter = QUEUE_LIST_STATE;
		return queue_state_parse(name, &query->state);
	}
	return true;
}

void keep_queue_list(struct request *r)
{
	struct queue_question wanted;
	struct queue_query query;
	struct queue_items items;

	queue_question_unpack(&r->body, r->arena, &wanted);
	if (!unpack_end(&r->body) || wanted.since > INT64_MAX || wanted.until > INT64_MAX) {
		keep_refuse_malformed(r);
		return;
	}
	query = (struct queue_query){
		.to = wanted.to,
		.from = wanted.from,
		.subject = wanted.subject,
		.id = wanted.id,
		.since = (int64_t)wanted.since,
		.until = (int64_t)wanted.until,
		.oldest_first = wanted.oldest_first,
		.after = wanted.after,
		.limit = (size_t)(wanted.limit < QUEUE_PAGE_MAX ? wanted.limit : QUEUE_PAGE_MAX),
	};
	if (!take_state(slice_of(wanted.state), &query))
		keep_refuse(r, EX_USAGE, "state", "must be open, all, queued, deferred, held, in flight, "
			"dot sent, accepted or failed.");
	else if (queue_list(store_reader(r->keeper->store), &query, r->arena, &items) != STORE_OK)
		keep_refuse_store(r, STORE_FAILED);
	else
		reply_list(r, &items);
}

/* ---- one message ---- */

void keep_refuse_unknown_mail(struct request *r)
{
	keep_refuse(r, EX_NOINPUT, "", "There is no message with this queue ID.");
}

static void fill_recipient(struct recipient_view *v, const struct queue_detail *d)
{
	*v = (struct recipient_view){
		.id = d->id,
		.address = d->address,
		.state = queue_state_name(d->state),
		.attempts = d->attempts,
		.next_try = (uint64_t)d->next_try,
		.maybe_delivered = d->maybe_delivered,
		.at = (uint64_t)d->at,
		.relay = d->relay,
	};
	if (d->tried)
		v->verdict = *d->verdict;
}

void keep_queue_show(struct request *r)
{
	const char *queue_id = unpack_text(&r->body, 100, r->arena);
	uint64_t after = unpack_number(&r->body);
	struct message_view view = { 0 };
	struct queue_details found;
	struct buffer body;
	int result;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	result = queue_show(store_reader(r->keeper->store), queue_id, after,
		MESSAGE_VIEW_RECIPIENTS_MAX, r->arena, &found);
	if (result == STORE_NOT_FOUND) {
		keep_refuse_unknown_mail(r);
		return;
	}
	if (result != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	view.recipients = arena_array(r->arena, found.n + 1, sizeof(*view.recipients));
	if (view.recipients == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	view.row = row_of(r->keeper, r->arena, &found.item);
	view.message_id = found.item.message_id;
	view.n_resent = found.n_resent;
	view.more = found.more;
	for (; view.n_recipients < found.n; view.n_recipients++)
		fill_recipient(&view.recipients[view.n_recipients],
			&found.recipients[view.n_recipients]);
	buffer_init(&body, WIRE_BODY_MAX);
	message_view_pack(&body, &view);
	keep_reply(r, WORD_MESSAGE_IS, &body);
	buffer_release(&body);
}

/* ---- what happened to it ---- */

static struct try_view try_of(const struct queue_attempt *t)
{
	return (struct try_view){
		.address = t->address,
		.at = (uint64_t)t->at,
		.relay = t->relay,
		.took_ms = t->took_ms,
		.verdict = *t->verdict,
	};
}

static struct deed_view deed_of(const struct queue_deed *d)
{
	return (struct deed_view){
		.at = (uint64_t)d->at,
		.who = d->who,
		.what = d->what,
		.other = d->other,
		.n_recipients = d->recipients,
	};
}

static void reply_tries(struct request *r, const struct queue_attempts *tries,
	const struct queue_deeds *deeds)
{
	struct tries_view view = {
		.tries = arena_array(r->arena, tries->n + 1, sizeof(*view.tries)),
		.n_tries = tries->n,
		.next = tries->more ? tries->items[tries->n - 1].id : 0,
		.deeds = arena_array(r->arena, deeds->n + 1, sizeof(*view.deeds)),
		.n_deeds = deeds->n,
	};
	struct buffer body;

	if (view.tries == NULL || view.deeds == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	for (size_t i = 0; i < view.n_tries; i++)
		view.tries[i] = try_of(&tries->items[i]);
	for (size_t i = 0; i < view.n_deeds; i++)
		view.deeds[i] = deed_of(&deeds->items[i]);
	buffer_init(&body, WIRE_BODY_MAX);
	tries_view_pack(&body, &view);
	keep_reply(r, WORD_TRIES_ARE, &body);
	buffer_release(&body);
}

void keep_queue_tries(struct request *r)
{
	struct store_db *db = store_reader(r->keeper->store);
	const char *queue_id = unpack_text(&r->body, 100, r->arena);
	struct queue_attempts_wanted wanted = {
		.first = unpack_number(&r->body),
		.last = unpack_number(&r->body),
		.before = unpack_number(&r->body),
		.limit = TRIES_VIEW_MAX,
	};
	struct queue_attempts tries;
	struct queue_deeds deeds;
	int result;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	result = queue_find(db, queue_id, &wanted.message);
	if (result == STORE_NOT_FOUND) {
		keep_refuse_unknown_mail(r);
		return;
	}
	if (result == STORE_OK)
		result = queue_attempts(db, &wanted, r->arena, &tries);
	if (result == STORE_OK)
		result = queue_deeds(db, wanted.message, r->arena, &deeds);
	if (result == STORE_OK)
		reply_tries(r, &tries, &deeds);
	else
		keep_refuse_store(r, STORE_FAILED);
}

/* ---- status ---- */

static enum mail_state mail_state_of(struct keeper *k, const struct queue_counts *counts)
{
	if (settings_mail_obstacle(&k->settings) != NULL || keep_oauth_is_signed_out(k))
		return MAIL_NOT_SET_UP;
	switch (k->queue->health.state) {
	case RELAY_BROKEN:
		return MAIL_BROKEN;
	case RELAY_WORKS:
		return MAIL_WORKS;
	case RELAY_UNTRIED:
		break;
	}
	return counts->last_accepted > 0 ? MAIL_WORKS : MAIL_UNTRIED;
}

/* A boot time as people read it. */
static uint64_t wall_of(int64_t boot_ms)
{
	return (uint64_t)(clock_wall() - (clock_boot_ms() - boot_ms) / 1000);
}

int keep_queue_status(struct keeper *k, struct arena *a UNUSED, struct status *s)
{
	const struct relay_health *h = &k->queue->health;
	const char *obstacle = keep_queue_obstacle(k);
	struct queue_counts counts;

	if (queue_counts(store_reader(k->store), clock_wall() - DAY, &counts) != STORE_OK)
		return -1;
	s->mail = mail_state_of(k, &counts);
	s->mail_since = s->mail == MAIL_NOT_SET_UP ? 0 :
		wall_of(s->mail == MAIL_BROKEN && h->alarmed ? h->alarmed_at : h->since);
	s->mail_reason = obstacle != NULL ? obstacle : "";
	if (h->state == RELAY_BROKEN)
		s->mail_verdict = h->verdict;
	s->next_probe = h->state == RELAY_BROKEN && !h->probing ? wall_of(h->next_probe) : 0;
	s->last_accepted = (uint64_t)counts.last_accepted;
	s->n_waiting = counts.recipients[QUEUE_QUEUED] + counts.recipients[QUEUE_IN_FLIGHT] +
		counts.recipients[QUEUE_DOT_SENT] + counts.recipients[QUEUE_DEFERRED];
	s->n_held = counts.recipients[QUEUE_HELD];
	s->n_failed_day = counts.failed_since;
	s->n_accepted_day = counts.accepted_since;
	s->oldest_waiting = (uint64_t)counts.oldest_open;
	return 0;
}
