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
	pack_number(b, m->n_recipients);
	for (size_t i = 0; i < m->n_recipients; i++) {
		const struct recipient_view *r = &m->recipients[i];

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
	m->n_recipients = (size_t)unpack_below(u, MESSAGE_VIEW_RECIPIENTS_MAX + 1);
	m->recipients = arena_array(a, m->n_recipients, sizeof(*m->recipients));
	if (m->recipients == NULL) {
		u->failed = true;
		m->n_recipients = 0;
	}
	for (size_t i = 0; i < m->n_recipients; i++) {
		struct recipient_view *r = &m->recipients[i];

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
