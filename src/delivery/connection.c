/*
 * connection.c - the life of a connection to the relay, and the session's talk over its stream;
 * see connection.h. How it comes up is connection_open.c's.
 */
#include "delivery/connection_private.h"

#include <stdlib.h>

#include "base/log.h"
#include "core/preset.h"

enum {
	TRIED_MAX = 4096,
};

static const char *const state_names[CONNECTION_STATE_COUNT] = {
	[CONNECTION_RESOLVING] = "resolving",
	[CONNECTION_CONNECTING] = "connecting",
	[CONNECTION_TALKING] = "talking",
	[CONNECTION_CLOSING] = "closing",
	[CONNECTION_ENDED] = "ended",
};

void connection_set_state(struct connection *c, enum connection_state state)
{
	log_debug("connection to %s: %s -> %s", c->options.relay->host, state_names[c->state],
	    state_names[state]);
	c->state = state;
}

static int64_t now_of(const struct connection *c)
{
	return loop_now(c->options.loop);
}

/* ---- birth and end ---- */

static void on_timer(void *arg);

struct connection *connection_new(const struct connection_options *options)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->options = *options;
	c->phase_deadline = INT64_MAX;
	buffer_init(&c->tried, TRIED_MAX);
	timer_init(&c->timer, options->loop, on_timer, c);
	timer_set(&c->timer, 0);
	return c;
}

static void drop_transport(struct connection *c)
{
	if (c->query != NULL)
		resolver_cancel(c->query);
	c->query = NULL;
	stream_free(c->stream);
	c->stream = NULL;
	timer_cancel(&c->timer);
}

void connection_free(struct connection *c)
{
	if (c == NULL || c->freed)
		return;
	drop_transport(c);
	c->freed = true;
	connection_enter(c);
	connection_leave(c);
}

void connection_enter(struct connection *c)
{
	c->depth++;
}

void connection_leave(struct connection *c)
{
	if (--c->depth > 0 || !c->freed)
		return;
	smtp_session_free(c->session);
	tls_client_free(c->own_trust);
	buffer_release(&c->tried);
	free(c);
}

void connection_end(struct connection *c)
{
	if (c->state == CONNECTION_ENDED || c->freed)
		return;
	drop_transport(c);
	connection_set_state(c, CONNECTION_ENDED);
	if (c->verdict.stage == STAGE_AUTH && c->options.relay->auth == RELAY_AUTH_OAUTH2)
		c->verdict.token = c->options.relay->token_number;
	c->options.events->ended(c->options.arg, &c->verdict);
}

void connection_fail(struct connection *c, enum verdict_stage stage, enum verdict_reason reason,
	const char *text)
{
	verdict_set_reason(&c->verdict, stage, reason, slice_of(text));
	smtp_transcript_add(c->options.transcript, SMTP_REMARK, now_of(c), slice_of(text));
	connection_end(c);
}

void connection_tell_step(struct connection *c, const struct connection_step *step)
{
	if (c->options.events->step != NULL && !c->freed)
		c->options.events->step(c->options.arg, step);
}

/* ---- the session's talk ---- */

static enum smtp_encryption encryption_of(const struct relay *r)
{
	switch (r->encryption) {
	case RELAY_ENCRYPTION_TLS:
		return SMTP_TLS;
	case RELAY_ENCRYPTION_STARTTLS:
		return SMTP_STARTTLS;
	case RELAY_ENCRYPTION_NONE:
	case RELAY_ENCRYPTION_COUNT:
		break;
	}
	return SMTP_CLEAR;
}

void connection_talk(struct connection *c)
{
	const struct relay *r = c->options.relay;
	struct smtp_config config = {
		.relay = r->host,
		.helo_name = r->helo_name,
		.encryption = encryption_of(r),
		.auth = r->auth != RELAY_AUTH_NONE,
		.username = r->username,
		.password = r->password,
		.token = r->auth == RELAY_AUTH_OAUTH2 ? r->token : "",
		.port = r->port,
		.xoauth2_first = preset_prefers_xoauth2(slice_of(r->host)),
		.allow_clear = r->allow_clear_password,
		.transcript = c->options.transcript,
	};

	c->phase_deadline = INT64_MAX;
	c->session = smtp_session_new(&config);
	if (c->session == NULL) {
		connection_fail(c, STAGE_CONNECT, REASON_FAULT, "There was not enough memory.");
		return;
	}
	connection_set_state(c, CONNECTION_TALKING);
	smtp_session_connected(c->session, now_of(c));
	connection_pump(c);
}

/* Moves what the session has to say into the stream, as much as fits. */
static void flush(struct connection *c)
{
	while (c->stream != NULL && !stream_ended(c->stream) && !c->handshaking) {
		struct slice bytes = smtp_session_take(c->session, stream_room(c->stream),
		    now_of(c));

		if (bytes.len == 0)
			return;
		if (stream_write(c->stream, bytes) != 0) {
			smtp_session_closed(c->session, REASON_FAULT, SLICE("There was not enough memory."),
			    now_of(c));
			return;
		}
	}
}

static void on_session_ended(struct connection *c, const struct verdict *v)
{
	c->body_open = false;
	c->verdict = *v;
	connection_set_state(c, CONNECTION_CLOSING);
	c->handshaking = false;
	flush(c);
	if (c->stream == NULL || stream_ended(c->stream)) {
		connection_end(c);
		return;
	}
	stream_close_when_written(c->stream);
	c->phase_deadline = now_of(c) + CONNECTION_CLOSE_MS;
}

static void tell_event(struct connection *c, const struct smtp_event *e)
{
	const struct connection_events *owner = c->options.events;
	struct connection_step step;

	switch (e->type) {
	case SMTP_EVENT_STEP:
		step = (struct connection_step){
			.stage = e->verdict->stage, .subject = "", .result = e->verdict->text,
			.verdict = e->verdict,
		};
		connection_tell_step(c, &step);
		break;
	case SMTP_EVENT_START_TLS:
		flush(c);
		connection_start_tls(c);
		break;
	case SMTP_EVENT_READY:
		if (smtp_session_ready(c->session)) /* not when it was lost at the same time */
			owner->ready(c->options.arg);
		break;
	case SMTP_EVENT_RECIPIENT:
		owner->recipient(c->options.arg, e->recipient, e->verdict);
		break;
	case SMTP_EVENT_BODY:
		c->body_open = true;
		break;
	case SMTP_EVENT_MESSAGE:
		c->body_open = false;
		owner->message(c->options.arg, e->verdict);
		break;
	case SMTP_EVENT_ENDED:
		on_session_ended(c, e->verdict);
		break;
	}
}

static void set_timer(struct connection *c)
{
	int64_t due = c->phase_deadline;

	if (c->freed || c->state == CONNECTION_ENDED)
		return;
	if (c->state == CONNECTION_TALKING && smtp_session_deadline(c->session) < due)
		due = smtp_session_deadline(c->session);
	if (due < INT64_MAX)
		timer_set_at(&c->timer, due);
	else
		timer_cancel(&c->timer);
}

/* True when the owner was asked for content: it may have given some. */
static bool offer_room(struct connection *c)
{
	size_t before;

	if (c->freed || c->state != CONNECTION_TALKING || !c->body_open)
		return false;
	before = smtp_session_room(c->session);
	if (before == 0)
		return false;
	c->options.events->body(c->options.arg);
	return !c->freed && c->state == CONNECTION_TALKING &&
	    (!c->body_open || smtp_session_room(c->session) < before);
}

void connection_pump(struct connection *c)
{
	struct smtp_event event;

	do {
		while (!c->freed && c->state == CONNECTION_TALKING &&
		    smtp_session_next(c->session, &event, now_of(c)))
			tell_event(c, &event);
		if (!c->freed && c->state == CONNECTION_TALKING)
			flush(c);
	} while (offer_room(c));
	set_timer(c);
}

/* ---- what the loop and the stream tell ---- */

static void expire(struct connection *c)
{
	int64_t now = now_of(c);

	if (now >= c->phase_deadline) {
		c->phase_deadline = INT64_MAX;
		if (c->state == CONNECTION_CONNECTING)
			connection_connect_timed_out(c);
		else if (c->state == CONNECTION_CLOSING)
			connection_end(c);
		else if (c->handshaking)
			connection_handshake_timed_out(c);
	} else if (c->state == CONNECTION_TALKING) {
		smtp_session_expire(c->session, now);
	}
}

static void on_timer(void *arg)
{
	struct connection *c = arg;

	connection_enter(c);
	if (c->state == CONNECTION_RESOLVING)
		connection_resolve(c);
	else
		expire(c);
	connection_pump(c);
	connection_leave(c);
}

static void on_connected(void *arg)
{
	struct connection *c = arg;
	char ip[ENDPOINT_TEXT_SIZE];
	struct connection_step step = { .stage = STAGE_CONNECT, .subject = "", .result = ip };

	connection_enter(c);
	endpoint_ip_text(stream_peer(c->stream), ip);
	connection_tell_step(c, &step);
	if (!c->freed)
		connection_talk(c);
	connection_leave(c);
}

static void on_secured(void *arg)
{
	struct connection *c = arg;
	const struct tls_peer_info *info = stream_tls_info(c->stream);
	char result[VERDICT_TEXT_SIZE];
	struct connection_step step = { .stage = STAGE_TLS, .subject = "", .result = result };
	struct buffer text;

	connection_enter(c);
	c->handshaking = false;
	c->phase_deadline = INT64_MAX;
	buffer_init(&text, sizeof(result) - 1);
	buffer_appendf(&text, "%s, %d days left, %s, issued by %s", info->version,
	    info->certificate.days_left, info->certificate.subject, info->certificate.issuer);
	if (!slice_copy(buffer_slice(&text), result, sizeof(result)))
		result[0] = '\0';
	buffer_release(&text);
	connection_tell_step(c, &step);
	if (!c->freed && c->options.events->secured != NULL)
		c->options.events->secured(c->options.arg, info->certificate.not_after);
	if (!c->freed) {
		smtp_session_secured(c->session, info->version, info->cipher, now_of(c));
		connection_pump(c);
	}
	connection_leave(c);
}

static void on_readable(void *arg)
{
	struct connection *c = arg;
	struct slice input = stream_input(c->stream);

	connection_enter(c);
	if (c->state == CONNECTION_TALKING)
		smtp_session_feed(c->session, input, now_of(c));
	stream_consume(c->stream, input.len);
	connection_pump(c);
	connection_leave(c);
}

static void on_drained(void *arg)
{
	struct connection *c = arg;

	connection_enter(c);
	connection_pump(c);
	connection_leave(c);
}

static void on_closed(void *arg, enum stream_end end, const char *text)
{
	struct connection *c = arg;
	bool plain = end == STREAM_END_EOF || end == STREAM_END_TRUNCATED ||
	    end == STREAM_END_RESET;

	connection_enter(c);
	if (c->state == CONNECTION_CLOSING) {
		connection_end(c);
	} else if (c->state == CONNECTION_CONNECTING) {
		connection_address_failed(c, connection_reason(c, end), text);
	} else if (c->state == CONNECTION_TALKING) {
		/* for the plain ones the session knows better words: before which answer */
		smtp_session_closed(c->session, connection_reason(c, end),
		    slice_of(plain && !c->handshaking ? NULL : text), now_of(c));
		c->handshaking = false;
		connection_pump(c);
	}
	connection_leave(c);
}

const struct stream_events connection_stream_events = {
	.connected = on_connected,
	.secured = on_secured,
	.readable = on_readable,
	.drained = on_drained,
	.closed = on_closed,
};

/* ---- the owner's verbs ---- */

/* What a verb has caused is told from the loop. */
static void verb_done(struct connection *c)
{
	if (c->depth > 0 || c->state != CONNECTION_TALKING)
		return; /* the pump goes on when the owner returns */
	flush(c);
	timer_set(&c->timer, 0);
}

int connection_begin(struct connection *c, const struct smtp_envelope *envelope)
{
	int result;

	if (!connection_is_ready(c))
		return SMTP_BUSY;
	result = smtp_session_begin(c->session, envelope, now_of(c));
	verb_done(c);
	return result;
}

size_t connection_body(struct connection *c, struct slice content)
{
	size_t taken = 0;

	if (c->state != CONNECTION_TALKING || !c->body_open)
		return 0;
	taken = smtp_session_body(c->session, content, now_of(c));
	verb_done(c);
	return taken;
}

void connection_finish(struct connection *c)
{
	if (c->state != CONNECTION_TALKING || !c->body_open)
		return;
	c->body_open = false;
	smtp_session_finish(c->session, now_of(c));
	verb_done(c);
}

void connection_abandon(struct connection *c, const char *text)
{
	if (c->state != CONNECTION_TALKING)
		return;
	c->body_open = false;
	smtp_session_abandon(c->session, slice_of(text), now_of(c));
	verb_done(c);
}

void connection_quit(struct connection *c)
{
	if (!connection_is_ready(c))
		return;
	(void)smtp_session_quit(c->session, now_of(c));
	verb_done(c);
}

bool connection_is_ready(const struct connection *c)
{
	return c->state == CONNECTION_TALKING && smtp_session_ready(c->session);
}

bool connection_is_over(const struct connection *c)
{
	return c->state == CONNECTION_CLOSING || c->state == CONNECTION_ENDED ||
	    (c->session != NULL && smtp_session_ended(c->session));
}

bool connection_dot_sent(const struct connection *c)
{
	return c->session != NULL && smtp_session_dot_sent(c->session);
}

const struct smtp_capabilities *connection_capabilities(const struct connection *c)
{
	return smtp_session_capabilities(c->session);
}
