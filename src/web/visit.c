/* visit.c - a request's way through the steps of its page; see visit.h. */
#include "web/visit.h"

#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "http/headers.h"
#include "web/api/api.h"
#include "web/frame.h"
#include "web/refusal.h"
#include "wire/channel.h"
#include "wire/who.h"

enum {
	LINES_MAX = 8 * 1024,
	BODY_MAX = 4 * 1024 * 1024,
	REFUSAL_ROWS_MAX = 200,
	REFUSAL_TEXT_MAX = 2000,
};

struct question {
	struct visit *visit;
	struct question *next;
	struct channel *channel; /* NULL: somebody else was asked */
	uint64_t id;
	void (*forget)(void *arg);
	void *forget_arg;
	bool open;
	enum word word; /* what came; WORD_NONE: nothing */
	struct slice body;
};

/* ---- the way of a visit ---- */

static void forget_questions(struct visit *v)
{
	for (struct question *q = v->questions; q != NULL; q = q->next) {
		if (!q->open)
			continue;
		q->open = false;
		if (q->channel != NULL)
			channel_forget(q->channel, q->id);
		else
			q->forget(q->forget_arg);
	}
	v->n_open = 0;
}

/* After this the visit is gone: it lies in the arena of its request. */
static void finish(struct visit *v)
{
	struct web_request *request = v->request;
	struct buffer lines = v->lines, body = v->body;
	unsigned status = v->status_code;
	bool answered = v->end == VISIT_ANSWERED && !v->streaming;

	forget_questions(v);
	timer_cancel(&v->timer);
	if (answered)
		web_request_answer(request, status, buffer_slice(&lines), buffer_slice(&body));
	else
		web_request_end(request);
	buffer_release(&lines);
	buffer_release(&body);
}

static void on_gone(struct web_request *r)
{
	struct visit *v = r->work;

	v->end = VISIT_ENDED;
	finish(v);
}

/* Takes steps for as long as nothing has to be waited for. Nobody touches the visit afterwards. */
static void go_on(struct visit *v)
{
	while (v->end == VISIT_OPEN && v->n_open == 0 && v->next != NULL) {
		visit_fn *step = v->next;

		v->next = NULL;
		step(v);
	}
	if (v->end == VISIT_OPEN && v->n_open == 0)
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
	if (v->end != VISIT_OPEN)
		finish(v);
	else if (!timer_pending(&v->timer))
		timer_set(&v->timer, VISIT_WAIT_MS);
}

/* Whoever has not answered by now counts as away. */
static void on_time_up(void *arg)
{
	struct visit *v = arg;

	log_warning("pages: the keeper did not answer in time");
	forget_questions(v);
	go_on(v);
}

void visit_begin(struct web *web, struct web_request *r, visit_fn *first)
{
	struct visit *v = arena_alloc(r->arena, sizeof(*v));
	char address[ENDPOINT_TEXT_SIZE];

	if (v == NULL) {
		web_request_end(r);
		return;
	}
	v->web = web;
	v->request = r;
	v->arena = r->arena;
	v->from = arena_copy(r->arena, endpoint_ip_text(r->peer, address));
	v->token = "";
	v->next = first;
	buffer_init_secret(&v->lines, LINES_MAX);
	buffer_init(&v->body, BODY_MAX);
	headers_secure(&v->lines, web->ca_signed);
	timer_init(&v->timer, web->loop, on_time_up, v);
	r->work = v;
	r->gone = on_gone;
	go_on(v);
}

/* ---- questions ---- */

void visit_start_body(struct visit *v, struct buffer *body)
{
	const struct who who = {
		.kind = v->token[0] == '\0' ? WHO_NOBODY :
		    v->api != NULL ? WHO_BEARER : WHO_SESSION,
		.token = v->token,
		.from = v->from,
	};

	buffer_init_secret(body, WIRE_BODY_MAX);
	who_pack(body, &who);
}

void visit_told(struct question *q, enum word word, struct slice body)
{
	struct visit *v = q->visit;

	q->open = false;
	v->n_open--;
	q->body = arena_slice(v->arena, body);
	q->word = q->body.len == body.len ? word : WORD_NONE;
	if (v->n_open > 0)
		return;
	timer_cancel(&v->timer);
	go_on(v);
}

static void on_answer(void *arg, const struct channel_message *answer)
{
	if (answer != NULL)
		visit_told(arg, answer->word, answer->body);
	else
		visit_told(arg, WORD_NONE, (struct slice){ 0 });
}

static void put_in(struct visit *v, struct question *q)
{
	q->open = true;
	q->next = v->questions;
	v->questions = q;
	v->n_questions++;
	v->n_open++;
}

struct question *visit_ask_other(struct visit *v, void (*forget)(void *arg), void *arg)
{
	struct question *q = arena_alloc(v->arena, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->visit = v;
	q->forget = forget;
	q->forget_arg = arg;
	put_in(v, q);
	return q;
}

struct question *visit_ask(struct visit *v, enum word word, struct buffer *body)
{
	static struct question unanswered;
	struct question *q = arena_alloc(v->arena, sizeof(*q));

	if (q != NULL && v->n_questions < VISIT_QUESTIONS_MAX && v->web->keeper != NULL &&
	    (body == NULL || buffer_ok(body))) {
		q->visit = v;
		q->channel = v->web->keeper;
		q->id = channel_ask(q->channel, word, body, on_answer, q);
		if (q->id != 0)
			put_in(v, q);
	}
	if (body != NULL)
		buffer_release(body);
	return q != NULL ? q : &unanswered;
}

void visit_then(struct visit *v, visit_fn *step)
{
	v->next = step;
}

void visit_wait(struct visit *v, int64_t ms)
{
	timer_set(&v->timer, ms);
}

enum word visit_answer_word(const struct question *q, struct unpack *ret_body)
{
	if (ret_body != NULL)
		unpack_init(ret_body, q->body);
	return q->word;
}

bool visit_answered(struct visit *v, const struct question *q, enum word word,
	struct unpack *ret_body)
{
	if (visit_answer_word(q, ret_body) == word)
		return true;
	visit_unanswered(v, q);
	return false;
}

bool visit_refused(struct visit *v, const struct question *q, struct refusal *ret_refusal)
{
	struct refusal refusal;
	struct unpack u;

	if (visit_answer_word(q, &u) != WORD_REFUSED)
		return false;
	refusal.code = (int)unpack_below(&u, 256);
	refusal.n_rows = (size_t)unpack_below(&u, REFUSAL_ROWS_MAX + 1);
	refusal.rows = arena_array(v->arena, refusal.n_rows + 1, sizeof(*refusal.rows));
	for (size_t i = 0; refusal.rows != NULL && i < refusal.n_rows; i++) {
		refusal.rows[i].field = unpack_text(&u, REFUSAL_TEXT_MAX, v->arena);
		refusal.rows[i].text = unpack_text(&u, REFUSAL_TEXT_MAX, v->arena);
	}
	if (!unpack_end(&u) || refusal.n_rows == 0 || refusal.rows == NULL)
		return false;
	*ret_refusal = refusal;
	return true;
}

/* ---- answers ---- */

void visit_answer(struct visit *v, unsigned status)
{
	v->status_code = status;
	v->end = VISIT_ANSWERED;
}

void visit_redirect(struct visit *v, const char *url)
{
	buffer_clear(&v->body);
	headers_add_text(&v->lines, "Location", url);
	visit_answer(v, 303);
}

unsigned visit_status_of(int code)
{
	switch (code) {
	case EX_NOPERM:
		return 403;
	case EX_NOINPUT:
	case EX_NOUSER:
		return 404;
	case EX_CONFIG:
	case EX_DATAERR:
	case EX_USAGE:
		return 422;
	case EX_UNAVAILABLE:
		return 409;
	case EX_TEMPFAIL:
		return 503;
	default:
		return 500;
	}
}

/* A refusal speaks for itself; a keeper that is away is back within seconds. */
void visit_unanswered(struct visit *v, const struct question *q)
{
	struct refusal refusal;

	if (visit_refused(v, q, &refusal)) {
		visit_error(v, visit_status_of(refusal.code), "This was not done",
		    refusal_sentence(v->arena, &refusal.rows[0]));
		return;
	}
	headers_add_text(&v->lines, "Retry-After", "5");
	visit_error(v, 503, "This node is restarting a part of itself", "The part that keeps the "
	    "settings and the queue does not answer right now. Mail is not lost. Load this page "
	    "again in a few seconds.");
}

void visit_error(struct visit *v, unsigned status, const char *title, const char *text)
{
	if (v->api != NULL)
		api_problem(v, status, title, text);
	else
		frame_error(v, status, title, text);
}

/* ---- streams ---- */

bool visit_start_stream(struct visit *v)
{
	v->streaming = buffer_ok(&v->lines) &&
	    web_request_start(v->request, 200, buffer_slice(&v->lines)) == 0;
	return v->streaming;
}

bool visit_send(struct visit *v, struct slice octets)
{
	return web_request_more(v->request, octets) == 0;
}

void visit_end_stream(struct visit *v)
{
	v->end = VISIT_ENDED;
}
