/*
 * connection.c - a stream and an exchange tied together; see connection.h.
 *
 * Octets go stream -> exchange -> handler and back. The exchange holds an answer until the kernel
 * has it, so its deadlines see how fast the peer reads; the stream holds only a window of it.
 */
#include "web/connection.h"

#include <stdlib.h>

#include "base/log.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/stream.h"

enum {
	INPUT_WINDOW = 16 * 1024,
	OUTPUT_WINDOW = 64 * 1024,
	TURN_STEPS = 32, /* then others have their turn: pipelined requests are one peer's work */
};

struct web_connection {
	struct web_request request; /* good while busy */
	struct web_server *server;
	struct stream *stream; /* NULL once it has ended */
	struct http_exchange exchange;
	struct timer timer; /* the exchange's deadline, or "go on" */
	struct endpoint peer;
	size_t given; /* octets of the exchange's output that the stream has */
	size_t body; /* octets of a large body, counted against the server's room */
	bool peer_done; /* it sends no more */
	bool has_session;
	bool busy; /* the request is not finished by its handler */
	bool streaming; /* the handler has started a stream */
	bool gone_told;
	bool closing; /* the stream says its last words by itself */
	bool held; /* not to be freed: one of its functions is at work */
};

static struct web_connection *connection_of(struct web_request *r)
{
	return CONTAINER_OF(r, struct web_connection, request);
}

static struct http_now now(const struct web_connection *c)
{
	return (struct http_now){
		.ms = loop_now(web_server_options(c->server)->loop),
		.unix_s = clock_wall(),
	};
}

/* ---- the end of a connection ---- */

static void free_if_over(struct web_connection *c)
{
	if (c->stream != NULL || c->busy || c->held)
		return;
	timer_cancel(&c->timer);
	http_exchange_release(&c->exchange);
	free(c);
}

static void tell_gone(struct web_connection *c)
{
	if (!c->busy || c->gone_told)
		return;
	c->gone_told = true;
	if (c->request.gone != NULL)
		c->request.gone(&c->request);
}

void web_connection_cut(struct web_connection *c)
{
	if (c->stream == NULL)
		return;
	stream_free(c->stream);
	c->stream = NULL;
	timer_cancel(&c->timer);
	web_server_forget(c->server, c);
	c->held = true;
	tell_gone(c);
	c->held = false;
	free_if_over(c);
}

/* ---- moving octets ---- */

/* Also tells the exchange of the peer's end, once it has all that came before it. */
static bool feed(struct web_connection *c)
{
	struct slice input = stream_input(c->stream);
	size_t taken = http_exchange_feed(&c->exchange, input);

	stream_consume(c->stream, taken);
	if (c->peer_done && taken == input.len)
		http_exchange_end(&c->exchange);
	return taken > 0;
}

static bool push(struct web_connection *c)
{
	struct slice rest = slice_sub(http_exchange_take(&c->exchange), c->given,
	    stream_room(c->stream));

	if (rest.len == 0 || stream_write(c->stream, rest) != 0)
		return false;
	c->given += rest.len;
	return true;
}

/* What the stream no longer holds, the kernel has. */
static void acknowledge(struct web_connection *c)
{
	size_t written = c->given - size_min(c->given, stream_pending(c->stream));

	c->given -= written;
	http_exchange_taken(&c->exchange, written, now(c));
}

static void begin_request(struct web_connection *c)
{
	const struct web_server_options *options = web_server_options(c->server);
	struct arena *arena = arena_new(WEB_ARENA_MAX);

	if (arena == NULL || !web_server_begin_request(c->server)) {
		arena_free(arena);
		http_exchange_refuse(&c->exchange, now(c), 503);
		return;
	}
	c->request = (struct web_request){
		.arena = arena,
		.head = &c->exchange.head,
		.body = buffer_slice(&c->exchange.body),
		.peer = &c->peer,
	};
	c->busy = true;
	c->streaming = c->gone_told = false;
	options->handle(options->arg, &c->request);
}

static void set_limit(struct web_connection *c)
{
	const struct web_server_options *options = web_server_options(c->server);
	const struct http_head *head = &c->exchange.head;
	size_t limit = HTTP_BODY_DEFAULT;

	if (options->body_limit != NULL)
		limit = options->body_limit(options->arg, head);
	http_exchange_set_limit(&c->exchange, limit);
	c->body = 0;
	if (head->content_length <= HTTP_BODY_DEFAULT || head->content_length > limit)
		return;
	if (web_server_has_room(c->server, &c->peer, (size_t)head->content_length))
		c->body = (size_t)head->content_length;
	else
		http_exchange_refuse(&c->exchange, now(c), 503);
}

enum step {
	STEP_MOVED,
	STEP_RESTED, /* nothing to do before the next event */
	STEP_OVER,
};

static enum step step(struct web_connection *c)
{
	bool moved = feed(c);

	switch (http_exchange_next(&c->exchange, now(c))) {
	case HTTP_EVENT_NONE:
		break;
	case HTTP_EVENT_HEAD:
		set_limit(c);
		moved = true;
		break;
	case HTTP_EVENT_REQUEST:
		begin_request(c);
		moved = true;
		break;
	case HTTP_EVENT_CLOSE:
		c->closing = true;
		stream_close_when_written(c->stream);
		return STEP_RESTED;
	case HTTP_EVENT_DROP:
		return STEP_OVER;
	}
	moved = push(c) || moved;
	acknowledge(c);
	return moved ? STEP_MOVED : STEP_RESTED;
}

static void set_timer(struct web_connection *c, bool at_once)
{
	int64_t deadline = http_exchange_deadline(&c->exchange);

	if (at_once)
		timer_set(&c->timer, 0);
	else if (c->closing || deadline == HTTP_NEVER)
		timer_cancel(&c->timer);
	else
		timer_set_at(&c->timer, deadline);
}

/* Does all that can be done now. May end the connection: nothing touches it afterwards. */
static void go_on(struct web_connection *c)
{
	enum step result = STEP_MOVED;

	if (c->closing || c->stream == NULL)
		return;
	c->held = true;
	for (int i = 0; i < TURN_STEPS && result == STEP_MOVED; i++)
		result = step(c);
	c->held = false;
	if (result == STEP_OVER)
		web_connection_cut(c);
	else
		set_timer(c, result == STEP_MOVED);
}

/* ---- events of the stream and the timer ---- */

static void on_progress(void *arg)
{
	struct web_connection *c = arg;

	if (!c->closing)
		acknowledge(c);
	go_on(c);
}

static void on_half_closed(void *arg)
{
	struct web_connection *c = arg;

	c->peer_done = true;
	go_on(c);
}

static void on_closed(void *arg, enum stream_end end, const char *text)
{
	struct web_connection *c = arg;

	log_debug("https: connection ended (%s): %s", stream_end_word(end), text);
	web_connection_cut(c);
}

static const struct stream_events stream_events = {
	.secured = on_progress,
	.readable = on_progress,
	.drained = on_progress,
	.half_closed = on_half_closed,
	.closed = on_closed,
};

static void on_timer(void *arg)
{
	struct web_connection *c = arg;

	c->held = true;
	acknowledge(c);
	http_exchange_expire(&c->exchange, now(c));
	if (!c->streaming && c->exchange.answer != HTTP_ANSWER_NONE)
		tell_gone(c); /* answered in the handler's place */
	c->held = false;
	go_on(c);
}

struct web_connection *web_connection_new(struct web_server *server, struct tls_server *tls,
	int fd, const struct endpoint *peer)
{
	const struct web_server_options *options = web_server_options(server);
	struct web_connection *c = calloc(1, sizeof(*c));
	const struct stream_options stream_options = {
		.loop = options->loop,
		.events = &stream_events,
		.arg = c,
		.input_limit = INPUT_WINDOW,
		.output_limit = OUTPUT_WINDOW,
	};
	struct stream *stream = stream_accept(&stream_options, fd);

	if (c == NULL || stream == NULL || tls == NULL || stream_accept_tls(stream, tls) != 0) {
		stream_free(stream);
		free(c);
		return NULL;
	}
	c->server = server;
	c->stream = stream;
	c->peer = *peer;
	timer_init(&c->timer, options->loop, on_timer, c);
	http_exchange_init(&c->exchange, options->error_page, now(c));
	set_timer(c, false);
	return c;
}

void web_connection_stop(struct web_connection *c)
{
	http_exchange_stop(&c->exchange);
	c->held = true;
	if (c->streaming)
		tell_gone(c);
	c->held = false;
	go_on(c);
}

const struct endpoint *web_connection_peer(const struct web_connection *c)
{
	return &c->peer;
}

size_t web_connection_body(const struct web_connection *c)
{
	return c->body;
}

enum web_worth web_connection_worth(const struct web_connection *c)
{
	bool answering = c->exchange.state == HTTP_STATE_ANSWERING;

	if (c->has_session && !c->closing)
		return answering ? WEB_WORTH_ALL : WEB_WORTH_SESSION;
	return answering ? WEB_WORTH_ANSWER : WEB_WORTH_IDLE;
}

/* ---- answering ---- */

/* Octets go out with the next turn of the loop, so that no handler runs inside another's call. */
static void finish(struct web_connection *c)
{
	arena_free(c->request.arena);
	c->request = (struct web_request){ 0 };
	c->busy = c->streaming = false;
	c->body = 0;
	web_server_end_request(c->server);
	if (c->stream != NULL && !c->held)
		set_timer(c, true);
	free_if_over(c);
}

void web_request_answer(struct web_request *r, unsigned status, struct slice lines,
	struct slice body)
{
	struct web_connection *c = connection_of(r);

	if (c->stream != NULL)
		http_exchange_answer(&c->exchange, now(c), status, lines, body);
	finish(c);
}

int web_request_start(struct web_request *r, unsigned status, struct slice lines)
{
	struct web_connection *c = connection_of(r);
	int result = HTTP_LATE;

	if (c->stream != NULL)
		result = http_exchange_answer_start(&c->exchange, now(c), status, lines);
	if (result != 0)
		return result;
	c->streaming = true;
	set_timer(c, true);
	return 0;
}

int web_request_more(struct web_request *r, struct slice octets)
{
	struct web_connection *c = connection_of(r);
	int result = HTTP_LATE;

	if (c->stream != NULL)
		result = http_exchange_answer_more(&c->exchange, now(c), octets);
	if (result == 0)
		set_timer(c, true);
	return result;
}

void web_request_end(struct web_request *r)
{
	struct web_connection *c = connection_of(r);

	if (c->stream != NULL && c->streaming)
		http_exchange_answer_end(&c->exchange, now(c));
	else if (c->stream != NULL)
		http_exchange_refuse(&c->exchange, now(c), 500);
	finish(c);
}

void web_request_set_session(struct web_request *r, bool has_session)
{
	connection_of(r)->has_session = has_session;
}
