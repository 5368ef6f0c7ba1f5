/* queue_view.c - the queue's rows on the wire; see queue_view.h. */
#include "wire/queue_view.h"

#include "core/queue_state.h"

enum {
	TEXT_MAX = 2048,
};

void queue_question_pack(struct buffer *b, const struct queue_question *q)
{
	pack_text(b, q->state);
	pack_text(b, q->to);
	pack_text(b, q->from);
	pack_text(b, q->subject);
	pack_text(b, q->id);
	pack_number(b, q->since);
	pack_number(b, q->until);
	pack_bool(b, q->oldest_first);
	pack_number(b, q->after);
	pack_number(b, q->limit);
}

void queue_question_unpack(struct unpack *u, struct arena *a, struct queue_question *ret_question)
{
	struct queue_question *q = ret_question;

	q->state = unpack_text(u, QUEUE_SEARCH_TEXT_MAX, a);
	q->to = unpack_text(u, QUEUE_SEARCH_TEXT_MAX, a);
	q->from = unpack_text(u, QUEUE_SEARCH_TEXT_MAX, a);
	q->subject = unpack_text(u, QUEUE_SEARCH_TEXT_MAX, a);
	q->id = unpack_text(u, TEXT_MAX, a);
	q->since = unpack_number(u);
	q->until = unpack_number(u);
	q->oldest_first = unpack_bool(u);
	q->after = unpack_number(u);
	q->limit = unpack_number(u);
}

void queue_row_pack(struct buffer *b, const struct queue_row *r)
{
	pack_number(b, r->id);
	pack_text(b, r->queue_id);
	pack_number(b, r->at);
	pack_text(b, r->submitter);
	pack_text(b, r->sender);
	pack_text(b, r->header_from);
	pack_text(b, r->subject);
	pack_number(b, r->size);
	pack_number(b, r->n_recipients);
	pack_number(b, r->n_open);
	pack_text(b, r->state);
	pack_number(b, r->next_try);
	pack_text(b, r->reason);
	pack_text(b, r->held_by);
	pack_bool(b, r->has_content);
}

void queue_row_unpack(struct unpack *u, struct arena *a, struct queue_row *ret_row)
{
	struct queue_row *r = ret_row;

	r->id = unpack_number(u);
	r->queue_id = unpack_text(u, TEXT_MAX, a);
	r->at = unpack_number(u);
	r->submitter = unpack_text(u, TEXT_MAX, a);
	r->sender = unpack_text(u, TEXT_MAX, a);
	r->header_from = unpack_text(u, TEXT_MAX, a);
	r->subject = unpack_text(u, TEXT_MAX, a);
	r->size = unpack_number(u);
	r->n_recipients = unpack_number(u);
	r->n_open = unpack_number(u);
	r->state = unpack_text(u, TEXT_MAX, a);
	r->next_try = unpack_number(u);
	r->reason = unpack_text(u, TEXT_MAX, a);
	r->held_by = unpack_text(u, TEXT_MAX, a);
	r->has_content = unpack_bool(u);
}

void message_view_pack(struct buffer *b, const struct message_view *m)
{
	queue_row_pack(b, &m->row);
	pack_text(b, m->message_id);
	pack_number(b, m->n_resent);
	pack_bool(b, m->more);
	pack_number(b, m->n_recipients);
	for (size_t i = 0; i < m->n_recipients; i++) {
		const struct recipient_view *r = &m->recipients[i];

		pack_number(b, r->id);
		pack_text(b, r->address);
		pack_text(b, r->state);
		pack_number(b, r->attempts);
		pack_number(b, r->next_try);
		pack_bool(b, r->maybe_delivered);
		pack_number(b, r->at);
		pack_text(b, r->relay);
		verdict_pack(b, &r->verdict);
	}
}

void message_view_unpack(struct unpack *u, struct arena *a, struct message_view *ret_message)
{
	struct message_view *m = ret_message;

	queue_row_unpack(u, a, &m->row);
	m->message_id = unpack_text(u, TEXT_MAX, a);
	m->n_resent = unpack_number(u);
	m->more = unpack_bool(u);
	m->n_recipients = (size_t)unpack_below(u, MESSAGE_VIEW_RECIPIENTS_MAX + 1);
	m->recipients = arena_array(a, m->n_recipients, sizeof(*m->recipients));
	if (m->recipients == NULL) {
		u->failed = true;
		m->n_recipients = 0;
	}
	for (size_t i = 0; i < m->n_recipients; i++) {
		struct recipient_view *r = &m->recipients[i];

		r->id = unpack_number(u);
		r->address = unpack_text(u, TEXT_MAX, a);
		r->state = unpack_text(u, TEXT_MAX, a);
		r->attempts = unpack_number(u);
		r->next_try = unpack_number(u);
		r->maybe_delivered = unpack_bool(u);
		r->at = unpack_number(u);
		r->relay = unpack_text(u, TEXT_MAX, a);
		verdict_unpack(u, &r->verdict);
	}
}

static void try_pack(struct buffer *b, const struct try_view *t)
{
	pack_text(b, t->address);
	pack_number(b, t->at);
	pack_text(b, t->relay);
	pack_number(b, t->took_ms);
	verdict_pack(b, &t->verdict);
}

static void deed_pack(struct buffer *b, const struct deed_view *d)
{
	pack_number(b, d->at);
	pack_text(b, d->who);
	pack_text(b, d->what);
	pack_text(b, d->other);
	pack_number(b, d->n_recipients);
}

void tries_question_pack(struct buffer *b, const char *queue_id, const struct message_view *m,
	uint64_t before)
{
	bool any = m->n_recipients > 0;

	pack_text(b, queue_id);
	pack_number(b, any ? m->recipients[0].id : 0);
	pack_number(b, any ? m->recipients[m->n_recipients - 1].id : 0);
	pack_number(b, before);
}

void tries_view_pack(struct buffer *b, const struct tries_view *t)
{
	pack_number(b, t->next);
	pack_number(b, t->n_tries);
	for (size_t i = 0; i < t->n_tries; i++)
		try_pack(b, &t->tries[i]);
	pack_number(b, t->n_deeds);
	for (size_t i = 0; i < t->n_deeds; i++)
		deed_pack(b, &t->deeds[i]);
}

static void try_unpack(struct unpack *u, struct arena *a, struct try_view *t)
{
	t->address = unpack_text(u, TEXT_MAX, a);
	t->at = unpack_number(u);
	t->relay = unpack_text(u, TEXT_MAX, a);
	t->took_ms = unpack_number(u);
	verdict_unpack(u, &t->verdict);
}

static void deed_unpack(struct unpack *u, struct arena *a, struct deed_view *d)
{
	d->at = unpack_number(u);
	d->who = unpack_text(u, TEXT_MAX, a);
	d->what = unpack_text(u, TEXT_MAX, a);
	d->other = unpack_text(u, TEXT_MAX, a);
	d->n_recipients = unpack_number(u);
}

void tries_view_unpack(struct unpack *u, struct arena *a, struct tries_view *ret_tries)
{
	struct tries_view t = { .next = unpack_number(u) };

	t.n_tries = (size_t)unpack_below(u, TRIES_VIEW_MAX + 1);
	t.tries = arena_array(a, t.n_tries + 1, sizeof(*t.tries));
	for (size_t i = 0; t.tries != NULL && i < t.n_tries; i++)
		try_unpack(u, a, &t.tries[i]);
	t.n_deeds = (size_t)unpack_below(u, DEEDS_VIEW_MAX + 1);
	t.deeds = arena_array(a, t.n_deeds + 1, sizeof(*t.deeds));
	for (size_t i = 0; t.deeds != NULL && i < t.n_deeds; i++)
		deed_unpack(u, a, &t.deeds[i]);
	if (t.tries == NULL || t.deeds == NULL)
		u->failed = true;
	*ret_tries = u->failed ? (struct tries_view){ 0 } : t;
}

void queue_acted_pack(struct buffer *b, const struct queue_acted_view *v)
{
	pack_number(b, v->messages);
	pack_number(b, v->recipients);
	pack_number(b, v->with_sender);
}

void queue_acted_unpack(struct unpack *u, struct queue_acted_view *ret_view)
{
	ret_view->messages = unpack_number(u);
	ret_view->recipients = unpack_number(u);
	ret_view->with_sender = unpack_number(u);
}
