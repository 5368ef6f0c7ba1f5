/*
 * exchange.c - the reading half of a connection: states, deadlines, events; see exchange.h.
 * The writing half is exchange_answer.c.
 */
#include "http/exchange.h"

#include "base/log.h"
#include "http/exchange_private.h"

enum {
	IN_MAX = 2 * HTTP_HEAD_MAX, /* a head and what was sent right behind it */
	KEEP_MEMORY = 4 * 1024, /* an idle connection holds no more than this in a buffer */
};

static const char *const state_names[] = { "idle", "head", "body", "answering", "closing" };

void http_set_state(struct http_exchange *x, enum http_state state, int64_t until)
{
	log_debug("http: %s -> %s", state_names[x->state], state_names[state]);
	x->state = state;
	x->phase_until = until;
}

void http_drop(struct http_exchange *x, const char *reason)
{
	log_debug("http: dropped in %s: %s", state_names[x->state], reason);
	x->dropped = true;
}

void http_exchange_init(struct http_exchange *x, struct http_error_page error_page,
	struct http_now now)
{
	*x = (struct http_exchange){
		.error_page = error_page,
		.phase_until = now.ms + HTTP_FIRST_MS,
	};
	/* all of them hold passwords or session ids at times */
	buffer_init_secret(&x->in, IN_MAX);
	buffer_init_secret(&x->head_text, HTTP_HEAD_MAX);
	buffer_init_secret(&x->body, HTTP_BODY_DEFAULT);
	buffer_init_secret(&x->out, SIZE_MAX / 2);
}

void http_exchange_release(struct http_exchange *x)
{
	buffer_release(&x->in);
	buffer_release(&x->head_text);
	buffer_release(&x->body);
	buffer_release(&x->out);
}

/* True when nothing the peer still sends can matter. */
static bool is_deaf(const struct http_exchange *x)
{
	return x->dropped || x->state == HTTP_STATE_CLOSING ||
	    (x->answer != HTTP_ANSWER_NONE && !x->keep_alive);
}

size_t http_exchange_feed(struct http_exchange *x, struct slice octets)
{
	size_t len = size_min(octets.len, IN_MAX - x->in.len);

	if (is_deaf(x))
		return octets.len;
	buffer_append_slice(&x->in, slice_sub(octets, 0, len));
	if (!buffer_ok(&x->in))
		http_drop(x, "no memory");
	return len;
}

void http_exchange_end(struct http_exchange *x)
{
	x->ended = true;
}

/* Gives memory back between requests, so that idle connections stay small. */
static void trim(struct buffer *b)
{
	if (b->size > KEEP_MEMORY && b->len == 0)
		buffer_release(b);
}

static void forget_request(struct http_exchange *x)
{
	buffer_clear(&x->body);
	buffer_clear(&x->head_text);
	trim(&x->body);
	trim(&x->head_text);
	trim(&x->in);
	trim(&x->out);
	x->body.limit = HTTP_BODY_DEFAULT;
	x->head = (struct http_head){ 0 };
	x->scan = (struct http_scan){ 0 };
	x->answer = HTTP_ANSWER_NONE;
}

/* When no other request follows, an owner who was late with this one may still look at it. */
void http_request_done(struct http_exchange *x, struct http_now now)
{
	if (!x->keep_alive || x->stopping) {
		http_set_state(x, HTTP_STATE_CLOSING, HTTP_NEVER);
		return;
	}
	forget_request(x);
	http_set_state(x, HTTP_STATE_IDLE, now.ms + HTTP_IDLE_MS);
}

static enum http_event refused(struct http_exchange *x, struct http_now now, unsigned status,
	const char *reason)
{
	log_debug("http: refused with %u: %s", status, reason);
	http_write_error(x, now, status);
	return x->dropped ? HTTP_EVENT_DROP : HTTP_EVENT_NONE;
}

/* NONE while more may come; a peer that ended in the middle of something is dropped. */
static enum http_event wait_for_more(struct http_exchange *x)
{
	if (!x->ended)
		return HTTP_EVENT_NONE;
	http_drop(x, "peer ended");
	return HTTP_EVENT_DROP;
}

static enum http_event read_head(struct http_exchange *x, struct http_now now)
{
	const char *reason = "";
	size_t len = 0;
	unsigned status = http_scan(&x->scan, buffer_slice(&x->in), &len, &reason);

	if (status == HTTP_SCAN_MORE)
		return wait_for_more(x);
	if (status != 0)
		return refused(x, now, status, reason);
	/* a copy of its own: the slices of the head stay good while the body arrives */
	buffer_append(&x->head_text, x->in.data, len);
	buffer_consume(&x->in, len);
	if (!buffer_ok(&x->head_text))
		return refused(x, now, 500, "no memory");
	status = http_head_parse(&x->head, buffer_slice(&x->head_text), &reason);
	if (status != 0)
		return refused(x, now, status, reason);
	x->keep_alive = x->head.keep_alive;
	x->n_requests++;
	http_set_state(x, HTTP_STATE_BODY, now.ms + HTTP_BODY_MS);
	return HTTP_EVENT_HEAD;
}

static enum http_event read_body(struct http_exchange *x, struct http_now now)
{
	size_t len;

	if (x->head.content_length > x->body.limit)
		return refused(x, now, 413, "body above the limit");
	if (x->head.expects_continue && x->head.content_length > 0)
		http_write_continue(x, now);
	x->head.expects_continue = false;
	len = size_min(x->in.len, (size_t)x->head.content_length - x->body.len);
	buffer_append(&x->body, x->in.data, len);
	buffer_consume(&x->in, len);
	if (!buffer_ok(&x->body))
		return refused(x, now, 500, "no memory");
	if (x->body.len < x->head.content_length)
		return wait_for_more(x);
	http_set_state(x, HTTP_STATE_ANSWERING, now.ms + HTTP_HANDLE_MS);
	return HTTP_EVENT_REQUEST;
}

static enum http_event leave_idle(struct http_exchange *x, struct http_now now)
{
	if (x->in.len == 0 && !x->ended && !x->stopping)
		return HTTP_EVENT_NONE;
	if (x->in.len == 0) {
		http_set_state(x, HTTP_STATE_CLOSING, HTTP_NEVER);
		return HTTP_EVENT_CLOSE;
	}
	/* the first head shares its time with the handshake */
	http_set_state(x, HTTP_STATE_HEAD,
	    x->n_requests == 0 ? x->phase_until : now.ms + HTTP_HEAD_MS);
	return read_head(x, now);
}

enum http_event http_exchange_next(struct http_exchange *x, struct http_now now)
{
	if (x->dropped)
		return HTTP_EVENT_DROP;
	switch (x->state) {
	case HTTP_STATE_IDLE:
		return leave_idle(x, now);
	case HTTP_STATE_HEAD:
		return read_head(x, now);
	case HTTP_STATE_BODY:
		return read_body(x, now);
	case HTTP_STATE_ANSWERING:
		/* a stream has no end of its own: nobody reads it any more */
		return x->answer == HTTP_ANSWER_STREAM ? wait_for_more(x) : HTTP_EVENT_NONE;
	case HTTP_STATE_CLOSING:
		return HTTP_EVENT_CLOSE;
	}
	return HTTP_EVENT_NONE;
}

/* An answer is on its way out; the line 100 Continue alone is not one. */
static bool is_writing(const struct http_exchange *x)
{
	return x->answer != HTTP_ANSWER_NONE && x->out_at < x->out.len;
}

int64_t http_exchange_deadline(const struct http_exchange *x)
{
	if (x->dropped)
		return HTTP_NEVER;
	if (is_writing(x))
		return x->write_until < x->write_all_until ? x->write_until : x->write_all_until;
	return x->answer == HTTP_ANSWER_STREAM ? HTTP_NEVER : x->phase_until;
}

void http_exchange_expire(struct http_exchange *x, struct http_now now)
{
	if (now.ms < http_exchange_deadline(x))
		return;
	switch (x->state) {
	case HTTP_STATE_IDLE:
		http_set_state(x, HTTP_STATE_CLOSING, HTTP_NEVER);
		return;
	case HTTP_STATE_HEAD:
		refused(x, now, 408, "head too slow");
		return;
	case HTTP_STATE_BODY:
		refused(x, now, 408, "body too slow");
		return;
	case HTTP_STATE_ANSWERING:
		if (is_writing(x))
			http_drop(x, "reader too slow");
		else
			refused(x, now, 503, "no answer in time");
		return;
	case HTTP_STATE_CLOSING:
		return;
	}
}

void http_exchange_set_limit(struct http_exchange *x, size_t body_limit)
{
	if (x->state == HTTP_STATE_BODY)
		x->body.limit = body_limit;
}

void http_exchange_stop(struct http_exchange *x)
{
	x->stopping = true;
}
