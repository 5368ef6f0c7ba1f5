/* messages.c - /api/v1/messages: the mail log, and what can be done with a message. */
#include "base/number.h"
#include "web/api/api.h"
#include "web/pages/queue.h"
#include "web/pages/queue_address.h"
#include "wire/queue_view.h"

enum {
	LIMIT_DEFAULT = 50,
};

/* ---- the list ---- */

static void check_known(struct visit *v, struct api_errors *errors)
{
	static const char *const names[] = { "state", "to", "from", "subject", "id", "since",
		"until", "order", "after", "limit" };

	for (size_t i = 0; i < v->query.n_fields; i++) {
		struct slice name = v->query.fields[i].name;
		size_t known = 0;

		while (known < COUNT_OF(names) && !slice_is(name, names[known]))
			known++;
		if (known == COUNT_OF(names))
			api_error(errors, arena_text(v->arena, slice_clip(name, 100)),
			    "is not known here: leave it out.");
	}
}

/* What the address of the page would be refused for as a whole, by field. */
static void check_query(struct visit *v, struct api_errors *errors, uint64_t *ret_limit)
{
	struct slice after = form_get(&v->query, "after"), limit = form_get(&v->query, "limit");
	struct slice order = form_get(&v->query, "order");
	uint64_t number;

	check_known(v, errors);
	if (queue_list_find(form_get(&v->query, "state")) == NULL)
		api_error(errors, "state", "must be all, open, queued, deferred, held, failed or accepted.");
	if (order.data != NULL && !slice_is(order, "oldest"))
		api_error(errors, "order", "must be oldest, or left out for the newest first.");
	if (after.data != NULL && !number_parse(after, 0, INT64_MAX, &number))
		api_error(errors, "after", "must be the \"next\" of an earlier answer.");
	*ret_limit = LIMIT_DEFAULT;
	if (limit.data != NULL && !number_parse(limit, 1, QUEUE_PAGE_MAX, ret_limit))
		api_error(errors, "limit", "must be a number from 1 to 200.");
}

/* The log's page reads the same query. */
static bool read_question(struct visit *v, struct api_errors *errors,
	struct queue_question *ret_question)
{
	struct queue_address address;
	struct problems_view problems;
	uint64_t limit;

	check_query(v, errors, &limit);
	if (errors->n > 0)
		return false;
	if (!queue_address_read(&v->query, v->arena, &address)) {
		api_error(errors, "", "The query cannot be read.");
		return false;
	}
	problems_init(&problems, v->arena);
	*ret_question = queue_address_question(&address, &problems);
	ret_question->limit = limit;
	for (size_t i = 0; i < problems.n_rows; i++)
		api_error(errors, problems.rows[i].field, problems.rows[i].text);
	return errors->n == 0;
}

void api_messages_ask(struct visit *v)
{
	struct api_errors errors = { .n = 0 };
	struct queue_question question;
	struct buffer body;

	if (!read_question(v, &errors, &question)) {
		api_refuse_fields(v, 422, &errors);
		return;
	}
	visit_start_body(v, &body);
	queue_question_pack(&body, &question);
	v->page = visit_ask(v, WORD_QUEUE_LIST, &body);
}

void api_put_message_row(struct json_out *j, const struct queue_row *r)
{
	json_out_text(j, "id", r->queue_id);
	json_out_text(j, "state", r->state);
	json_out_text(j, "reason", r->reason);
	json_out_moment(j, "accepted_at", r->at);
	json_out_moment(j, "next_try", r->next_try);
	json_out_text(j, "submitter", r->submitter);
	json_out_text(j, "sender", r->sender);
	json_out_text(j, "from", r->header_from);
	json_out_text(j, "subject", r->subject);
	json_out_number(j, "size", r->size);
	json_out_number(j, "n_recipients", r->n_recipients);
	json_out_number(j, "n_open", r->n_open);
	json_out_text(j, "held_by", r->held_by);
}

void api_messages_show(struct visit *v)
{
	uint64_t next, n;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_QUEUE_IS, NULL, &u))
		return;
	next = unpack_number(&u);
	n = unpack_below(&u, QUEUE_PAGE_MAX + 1);
	api_begin(v, &j);
	json_out_array(&j, "messages");
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		struct queue_row row;

		queue_row_unpack(&u, v->arena, &row);
		json_out_object(&j, NULL);
		api_put_message_row(&j, &row);
		json_out_object_end(&j);
	}
	json_out_array_end(&j);
	api_put_next(&j, "next", next);
	if (unpack_end(&u))
		api_end(v, &j, 200);
	else
		api_broken(v);
}

/* ---- what can be done ---- */

void api_refuse_unknown_message(struct visit *v)
{
	api_problem(v, 404, "There is no such message", "There is no message with this queue ID.");
}


/* NULL, and refused, when it cannot be one: an empty one would stand for all open mail. */
static const char *asked_id(struct visit *v)
{
	const char *queue_id = queue_id_of(v);

	if (queue_id[0] != '\0')
		return queue_id;
	api_refuse_unknown_message(v);
	return NULL;
}

static void retry(struct visit *v, const char *queue_id)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	v->page = visit_ask(v, WORD_QUEUE_RETRY, &body);
}

void api_retry_act(struct visit *v)
{
	const char *queue_id = asked_id(v);

	if (queue_id != NULL)
		retry(v, queue_id);
}

void api_retry_all_act(struct visit *v)
{
	retry(v, "");
}

void api_retry_acted(struct visit *v)
{
	struct unpack u;
	struct json_out j;
	uint64_t n;

	if (!api_answered(v, v->page, WORD_DONE, NULL, &u))
		return;
	n = unpack_number(&u);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_number(&j, "recipients", n);
	api_end(v, &j, 200);
}

static void act(struct visit *v, const char *verb)
{
	const char *queue_id = asked_id(v);

	if (queue_id != NULL)
		v->page = queue_ask_deed(v, verb, queue_id);
}

void api_deed_act(struct visit *v)
{
	act(v, queue_verb_of(v->api->path));
}

void api_delete_act(struct visit *v)
{
	act(v, "delete");
}

void api_deed_acted(struct visit *v)
{
	struct queue_acted_view acted;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_QUEUE_ACTED, NULL, &u))
		return;
	queue_acted_unpack(&u, &acted);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_number(&j, "recipients", acted.recipients);
	json_out_number(&j, "with_sender", acted.with_sender);
	api_end(v, &j, 200);
}

void api_resend_act(struct visit *v)
{
	const char *queue_id = asked_id(v);

	if (queue_id != NULL)
		v->page = queue_ask_resend(v, queue_id, 0); /* the next time */
}

void api_resend_acted(struct visit *v)
{
	const char *queue_id;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_POSTED, NULL, &u))
		return;
	queue_id = unpack_text(&u, 100, v->arena);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_text(&j, "id", queue_id);
	api_end(v, &j, 202);
}
