/* message.c - /login/queue/ID: one message, its recipients and what came of them; trying again. */
#include "http/url.h"
#include "web/pages/pages.h"
#include "web/pages/queue.h"
#include "web/pages/queue_state.h"
#include "web/templates.h"

enum {
	QUEUE_ID_MAX = 100,
};

static const char *queue_id_of(struct visit *v)
{
	return arena_text(v->arena, slice_sub(v->name, 0, QUEUE_ID_MAX));
}

void page_message_ask(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id_of(v));
	v->page = visit_ask(v, WORD_QUEUE_SHOW, &body);
}

static void make_recipient(struct recipient_row_view *row, const struct recipient_view *r,
	struct arena *a)
{
	struct trouble_view *trouble;

	*row = (struct recipient_row_view){
		.recipient = r,
		.shape = queue_state_shape(r->state),
		.tried = r->attempts > 0,
		.words = "",
	};
	if (r->attempts == 0)
		return;
	if (r->verdict.class == VERDICT_ACCEPTED) {
		row->words = r->verdict.text;
		return;
	}
	trouble = arena_alloc(a, sizeof(*trouble));
	if (trouble != NULL)
		trouble_view_make(&r->verdict, 0, a, trouble);
	row->trouble = trouble;
}

static void show_message(struct visit *v, const struct message_view *m)
{
	struct message_page_view view = {
		.row = &m->row,
		.message_id = m->message_id,
		.recipients = arena_array(v->arena, m->n_recipients + 1, sizeof(*view.recipients)),
		.can_retry = m->row.n_open > 0,
		.retried = form_get(&v->query, "retried").data != NULL,
		.csrf = v->session.csrf,
	};

	if (view.recipients != NULL)
		view.n_recipients = m->n_recipients;
	for (size_t i = 0; i < view.n_recipients; i++)
		make_recipient(&view.recipients[i], &m->recipients[i], v->arena);
	if (m->row.n_recipients > m->n_recipients)
		view.n_more = m->row.n_recipients - m->n_recipients;
	frame_page(v, 200, arena_printf(v->arena, "Message %s", m->row.queue_id), part_message(&view));
}

void page_message_show(struct visit *v)
{
	struct message_view m;
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, v->page, &refusal)) {
		visit_error(v, 404, "There is no such message", "It may have been removed when its time in "
		    "the mail log was over.");
		return;
	}
	if (!visit_answered(v, v->page, WORD_MESSAGE_IS, &u))
		return;
	message_view_unpack(&u, v->arena, &m);
	if (unpack_end(&u))
		show_message(v, &m);
	else
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
}

/* ---- trying again ---- */

static void ask_retry(struct visit *v, const char *queue_id)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	v->page = visit_ask(v, WORD_QUEUE_RETRY, &body);
}

void page_retry_act(struct visit *v)
{
	ask_retry(v, queue_id_of(v));
}

void page_retry_acted(struct visit *v)
{
	struct buffer url;

	if (!visit_answered(v, v->page, WORD_DONE, NULL))
		return;
	buffer_init(&url, HTTP_TARGET_MAX);
	buffer_append_text(&url, "/login/queue/");
	url_append_escaped(&url, slice_of(queue_id_of(v)));
	buffer_append_text(&url, "?retried");
	visit_redirect(v, buffer_text(&url));
	buffer_release(&url);
}

void page_retry_all_act(struct visit *v)
{
	ask_retry(v, "");
}

void page_retry_all_acted(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_DONE, NULL))
		visit_redirect(v, "/login/queue?state=open&retried");
}
