/*
 * message.c - /login/queue/ID: one message: what became of it for each recipient, the relay's last
 * words, what they mean and what to do.
 */
#include "web/pages/message.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "core/plain_text.h"
#include "web/pages/pages.h"
#include "web/pages/queue.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/queue_view.h"

void page_message_unknown(struct visit *v)
{
	visit_error(v, 404, "There is no such message",
	    "No message in the mail log has this queue ID. Look for a typing error in the address, or "
	    "choose Mail log.");
}

void page_message_ask(struct visit *v)
{
	const char *queue_id = queue_id_of(v);
	struct buffer body;

	if (queue_id[0] == '\0') {
		page_message_unknown(v);
		return;
	}
	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	v->page = visit_ask(v, WORD_QUEUE_SHOW, &body);
}

/* ---- causes ---- */

static bool is_same(const struct verdict *a, const struct verdict *b)
{
	return a->stage == b->stage && a->reason == b->reason && a->code == b->code &&
	    a->enhanced.class == b->enhanced.class && a->enhanced.subject == b->enhanced.subject &&
	    a->enhanced.detail == b->enhanced.detail && strcmp(a->text, b->text) == 0;
}

/* "smtp.example.com:587", 0 when it ends in no port */
static unsigned port_of(const char *relay)
{
	struct slice rest = slice_of(relay);
	uint64_t port = 0;

	while (rest.data != NULL && slice_has_char(rest, ':'))
		slice_cut(&rest, ':');
	return number_parse(rest, 1, UINT16_MAX, &port) ? (unsigned)port : 0;
}

static void fill_cause(struct visit *v, struct cause_view *c, const struct message_view *m,
	size_t first, size_t number)
{
	const struct recipient_view *r = &m->recipients[first];
	struct verdict verdict = r->verdict;

	plain_text_copy(slice_of(r->verdict.text), PLAIN_TEXT_LINES, verdict.text,
	    sizeof(verdict.text));
	trouble_view_make(&verdict, port_of(r->relay), v->arena, &c->trouble);
	c->id = arena_printf(v->arena, "cause-%zu", number);
	c->recipients = arena_array(v->arena, m->n_recipients, sizeof(*c->recipients));
}

/* The cause that an earlier recipient has too, or a new one. NULL: no memory. */
static struct cause_view *cause_of(struct visit *v, struct message_page_view *view,
	const struct message_view *m, size_t at, size_t *firsts)
{
	struct cause_view *c;
	size_t i = 0;

	while (i < view->n_causes &&
	    !is_same(&m->recipients[firsts[i]].verdict, &m->recipients[at].verdict))
		i++;
	c = &view->causes[i];
	if (i == view->n_causes) {
		firsts[view->n_causes++] = at;
		fill_cause(v, c, m, at, view->n_causes);
	}
	if (c->recipients == NULL)
		return NULL;
	c->recipients[c->n_recipients++] = view->recipients[at].address;
	return c;
}

/* ---- recipients ---- */

static const char *answer_of(struct arena *a, const struct verdict *verdict)
{
	if (verdict->code == 0)
		return "";
	return arena_printf(a, "%u %s", verdict->code, visible_line(a, verdict->text));
}

static struct recipient_line_view recipient_of(struct visit *v, const struct recipient_view *r)
{
	return (struct recipient_line_view){
		.address = visible_line(v->arena, r->address),
		.state = state_view_of(r->state, v->arena),
		.tries = r->attempts,
		.next_try = r->next_try,
		.due = v->has_status && r->next_try <= v->status.now,
		.maybe_delivered = r->maybe_delivered,
		.at = r->at,
		.relay = visible_line(v->arena, r->relay),
		.answer = r->verdict.class == VERDICT_ACCEPTED ? answer_of(v->arena, &r->verdict) : "",
		.cause = "",
	};
}

static bool set_recipients(struct visit *v, struct message_page_view *view,
	const struct message_view *m)
{
	size_t *firsts = arena_array(v->arena, m->n_recipients + 1, sizeof(*firsts));

	view->recipients = arena_array(v->arena, m->n_recipients + 1, sizeof(*view->recipients));
	view->causes = arena_array(v->arena, m->n_recipients + 1, sizeof(*view->causes));
	if (firsts == NULL || view->recipients == NULL || view->causes == NULL)
		return false;
	for (size_t i = 0; i < m->n_recipients; i++) {
		struct recipient_line_view *line = &view->recipients[i];
		struct cause_view *cause;

		*line = recipient_of(v, &m->recipients[i]);
		view->n_recipients++;
		if (m->recipients[i].verdict.class == VERDICT_ACCEPTED)
			continue;
		cause = cause_of(v, view, m, i, firsts);
		if (cause == NULL)
			return false;
		line->cause = cause->id;
		line->cause_title = cause->trouble.title;
	}
	if (m->row.n_recipients > m->n_recipients)
		view->shown = arena_printf(v->arena, "The first %zu of %" PRIu64 " recipients",
		    m->n_recipients, m->row.n_recipients);
	return true;
}

/* ---- the page ---- */

static struct message_page_view view_of(struct visit *v, const struct message_view *m)
{
	const struct queue_row *row = &m->row;

	return (struct message_page_view){
		.status = v->has_status ? &v->status : NULL,
		.csrf = v->session.csrf,
		.notice = retry_notice(v),
		.queue_id = queue_id_of(v),
		.message_id = visible_line(v->arena, m->message_id),
		.submitter = visible_line(v->arena, row->submitter),
		.sender = visible_line(v->arena, row->sender),
		.from = visible_line(v->arena, row->header_from),
		.subject = visible_line(v->arena, row->subject),
		.reason = visible_line(v->arena, row->reason),
		.at = row->at,
		.size = row->size,
		.state = state_view_of(row->state, v->arena),
	};
}

static bool is_unknown(struct visit *v)
{
	struct refusal refusal;

	return visit_refused(v, v->page, &refusal) && refusal.code == EX_NOINPUT;
}

void page_message_show(struct visit *v)
{
	struct message_page_view view;
	struct message_view m;
	struct unpack u;

	if (is_unknown(v)) {
		page_message_unknown(v);
		return;
	}
	if (!visit_answered(v, v->page, WORD_MESSAGE_IS, &u))
		return;
	message_view_unpack(&u, v->arena, &m);
	if (!unpack_end(&u)) {
		frame_broken(v);
		return;
	}
	view = view_of(v, &m);
	if (!set_recipients(v, &view, &m))
		frame_broken(v);
	else
		frame_page(v, 200, arena_printf(v->arena, "Message %s", view.queue_id), part_message(&view));
}
