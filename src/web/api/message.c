/*
 * message.c - /api/v1/messages/ID: one message, what became of it for each recipient, each try with
 * the relay's words, and what people did with it. Recipients and tries come in pages.
 */
#include "base/number.h"
#include "web/api/api.h"
#include "web/pages/queue.h"
#include "wire/queue_view.h"

struct message_call {
	const char *queue_id;
	uint64_t after; /* recipients behind this one */
	uint64_t before; /* tries before this one, 0: the newest */
	struct question *question, *tries;
	struct message_view message;
};

/* ---- asking ---- */

static void read_place(struct visit *v, const char *name, struct api_errors *errors,
	uint64_t *ret_place)
{
	struct slice text = form_get(&v->query, name);

	if (text.data != NULL && !number_parse(text, 0, INT64_MAX, ret_place))
		api_error(errors, name, "must be the next_recipients or next_tries of an earlier answer.");
}

void api_message_ask(struct visit *v)
{
	struct message_call *call = arena_alloc(v->arena, sizeof(*call));
	struct api_errors errors = { .n = 0 };

	if (call == NULL)
		return;
	call->queue_id = queue_id_of(v);
	read_place(v, "after", &errors, &call->after);
	read_place(v, "before", &errors, &call->before);
	if (errors.n > 0) {
		api_refuse_fields(v, 422, &errors);
		return;
	}
	if (call->queue_id[0] == '\0') {
		api_refuse_unknown_message(v);
		return;
	}
	v->page = call;
	call->question = message_ask(v, call->queue_id, call->after);
}

/* ---- showing ---- */

static void put_verdict(struct json_out *j, const struct verdict *v)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	json_out_text(j, "class", verdict_class_name(v->class));
	json_out_text(j, "stage", verdict_stage_name(v->stage));
	json_out_text(j, "reason", verdict_reason_name(v->reason));
	json_out_number(j, "code", v->code);
	json_out_text(j, "enhanced", enhanced_status_text(v->enhanced, enhanced));
	json_out_text(j, "text", v->text);
}

static void put_recipient(struct json_out *j, const struct recipient_view *r)
{
	json_out_object(j, NULL);
	json_out_text(j, "address", r->address);
	json_out_text(j, "state", r->state);
	json_out_bool(j, "possibly_delivered", r->maybe_delivered);
	json_out_number(j, "attempts", r->attempts);
	json_out_moment(j, "next_try", r->next_try);
	json_out_moment(j, "changed_at", r->at);
	json_out_text(j, "relay", r->relay);
	if (r->attempts > 0) {
		json_out_object(j, "last_try");
		put_verdict(j, &r->verdict);
		json_out_object_end(j);
	} else {
		json_out_null(j, "last_try");
	}
	json_out_object_end(j);
}

static void put_try(struct json_out *j, const struct try_view *t)
{
	json_out_object(j, NULL);
	json_out_text(j, "address", t->address);
	json_out_moment(j, "at", t->at);
	json_out_text(j, "relay", t->relay);
	json_out_number(j, "took_ms", t->took_ms);
	put_verdict(j, &t->verdict);
	json_out_object_end(j);
}

static void put_deed(struct json_out *j, const struct deed_view *d)
{
	json_out_object(j, NULL);
	json_out_moment(j, "at", d->at);
	json_out_text(j, "who", d->who);
	json_out_text(j, "what", d->what);
	json_out_text(j, "other", d->other);
	json_out_number(j, "recipients", d->n_recipients);
	json_out_object_end(j);
}

static void put_message(struct json_out *j, const struct message_view *m,
	const struct tries_view *t)
{
	api_put_message_row(j, &m->row);
	json_out_text(j, "message_id", m->message_id);
	json_out_array(j, "recipients");
	for (size_t i = 0; i < m->n_recipients; i++)
		put_recipient(j, &m->recipients[i]);
	json_out_array_end(j);
	api_put_next(j, "next_recipients", m->more ? m->recipients[m->n_recipients - 1].id : 0);
	json_out_array(j, "tries");
	for (size_t i = 0; i < t->n_tries; i++)
		put_try(j, &t->tries[i]);
	json_out_array_end(j);
	api_put_next(j, "next_tries", t->next);
	json_out_array(j, "deeds");
	for (size_t i = 0; i < t->n_deeds; i++)
		put_deed(j, &t->deeds[i]);
	json_out_array_end(j);
}

static void show(struct visit *v)
{
	const struct message_call *call = v->page;
	struct tries_view tries;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, call->tries, WORD_TRIES_ARE, NULL, &u))
		return;
	tries_view_unpack(&u, v->arena, &tries);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	put_message(&j, &call->message, &tries);
	api_end(v, &j, 200);
}

/* The tries of the recipients that are shown. */
void api_message_show(struct visit *v)
{
	struct message_call *call = v->page;
	struct message_view *m = &call->message;
	struct unpack u;
	struct buffer body;

	if (!api_answered(v, call->question, WORD_MESSAGE_IS, NULL, &u))
		return;
	message_view_unpack(&u, v->arena, m);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	visit_start_body(v, &body);
	tries_question_pack(&body, call->queue_id, m, call->before);
	call->tries = visit_ask(v, WORD_QUEUE_TRIES, &body);
	visit_then(v, show);
}
