/*
 * courier.c - the queue's mail to the relay and back; see courier.h. All that happens comes to
 * advance(), which takes the next step that is possible.
 */
#include "delivery/courier.h"

#include <stdlib.h>

#include "base/log.h"
#include "delivery/connection.h"
#include "delivery/parcel.h"

enum {
	RELAY_MEMORY = 256 * 1024,
	ASK_AGAIN_MS = 1000,
};

struct courier {
	struct loop *loop;
	struct resolver *resolver;
	struct tls_client *system_trust;
	struct channel *keeper; /* NULL while away */
	struct outbox outbox;

	/* settings: in force, and those that wait for the end of the message in hand */
	struct arena *arena;
	struct relay relay; /* host "" when none is set */
	struct buffer packed; /* as keeper sent them last; a secret */
	bool told; /* by this keeper */
	bool changed; /* packed is not in force yet */
	struct timer change;

	struct connection *connection;
	bool warm; /* it was ready once */
	bool quitting;
	size_t n_messages; /* over this connection */
	struct timer idle;

	uint64_t next_ask; /* the open WORD_NEXT, 0 none */
	struct timer ask_again;
	struct parcel *parcel; /* the message in hand, or NULL */

	void (*stopped)(void *arg); /* not NULL: no more mail is taken */
	void *stopped_arg;
	struct timer stop;
};

static void advance(struct courier *c);

static void on_advance(void *arg)
{
	advance(arg);
}

/* ---- the connection ---- */

static void drop_connection(struct courier *c)
{
	connection_free(c->connection);
	c->connection = NULL;
	c->warm = c->quitting = false;
	c->n_messages = 0;
	timer_cancel(&c->idle);
}

static void quit(struct courier *c)
{
	if (c->connection == NULL)
		return;
	if (!connection_is_ready(c->connection)) {
		drop_connection(c);
		return;
	}
	c->quitting = true;
	timer_cancel(&c->idle);
	connection_quit(c->connection);
}

static void on_idle(void *arg)
{
	quit(arg);
}

/* The message is done with: its report is on its way, or it never was ours. */
static void end_parcel(struct courier *c)
{
	struct parcel *p = c->parcel;

	if (p->dot_ask != 0)
		channel_forget(c->keeper, p->dot_ask);
	parcel_free(p);
	c->parcel = NULL;
}

static void report(struct courier *c, const struct verdict *v)
{
	parcel_report(c->parcel, &c->relay, v, loop_now(c->loop), &c->outbox);
	end_parcel(c);
}

static void report_reason(struct courier *c, enum verdict_reason reason, const char *text)
{
	struct verdict v;

	verdict_set_reason(&v, STAGE_BODY, reason, slice_of(text));
	report(c, &v);
}

/* ---- what the connection tells ---- */

static void on_step(void *arg, const struct connection_step *step)
{
	struct courier *c = arg;

	if (step->stage == STAGE_MAIL && c->parcel != NULL)
		c->parcel->answered = true;
}

void courier_tell_certificate(struct channel *keeper, uint64_t version, int64_t until)
{
	struct buffer body;

	if (keeper == NULL || until <= 0)
		return;
	buffer_init(&body, 100);
	pack_number(&body, version);
	pack_number(&body, (uint64_t)until);
	channel_send(keeper, WORD_RELAY_CERTIFICATE, 0, &body);
	buffer_release(&body);
}

static void on_secured(void *arg, int64_t until)
{
	struct courier *c = arg;

	courier_tell_certificate(c->keeper, c->relay.version, until);
}

static void on_ready(void *arg)
{
	struct courier *c = arg;

	c->warm = true;
	advance(c);
}

static void on_recipient(void *arg, size_t recipient, const struct verdict *v)
{
	struct courier *c = arg;

	if (c->parcel != NULL)
		parcel_recipient(c->parcel, recipient, v);
}

static bool is_cut(const struct verdict *v)
{
	return v->reason == REASON_CLOSED || v->reason == REASON_RESET || v->code == 421;
}

/* A warm connection may have died unnoticed; that says nothing about the message. */
static bool was_dead(const struct courier *c, const struct verdict *v)
{
	const struct parcel *p = c->parcel;

	return c->n_messages > 0 && !p->answered && !p->retried && is_cut(v);
}

static void on_message(void *arg, const struct verdict *v)
{
	struct courier *c = arg;
	struct parcel *p = c->parcel;

	if (p == NULL)
		return;
	if (was_dead(c, v)) {
		p->begun = false;
		p->retried = true;
		return; /* ended follows */
	}
	c->n_messages++;
	report(c, v);
	advance(c);
}

static void on_ended(void *arg, const struct verdict *v)
{
	struct courier *c = arg;
	struct parcel *p = c->parcel;
	bool again = c->warm || v->class == VERDICT_ACCEPTED;

	/*
	 * one of several servers behind a name may be down: where every second connection is cut,
	 * and the probes get the others, mail would never go
	 */
	if (!again && p != NULL && !p->begun && !p->retried && v->class == VERDICT_RELAY &&
		is_cut(v))
		again = p->retried = true;

	if (v->class != VERDICT_ACCEPTED)
		log_debug("the connection to %s ended: %s", c->relay.host, v->text);
	drop_connection(c);
	if (p != NULL)
		p->fitted = false;
	/* a message that was not begun gets another connection, if this one worked once */
	if (p != NULL && !(again && !p->begun))
		report(c, v);
	advance(c);
}

static void send_content(void *arg);

static const struct connection_events connection_events = {
	.step = on_step,
	.secured = on_secured,
	.ready = on_ready,
	.recipient = on_recipient,
	.body = send_content,
	.message = on_message,
	.ended = on_ended,
};

static void open_connection(struct courier *c)
{
	struct connection_options options = {
		.loop = c->loop, .resolver = c->resolver, .system_trust = c->system_trust,
		.relay = &c->relay, .events = &connection_events, .arg = c,
	};

	drop_connection(c);
	c->connection = connection_new(&options);
	if (c->connection == NULL)
		report_reason(c, REASON_FAULT, "There was not enough memory for a connection.");
}

/* ---- the message in hand ---- */

static void on_dot(void *arg, const struct channel_message *answer)
{
	struct courier *c = arg;

	c->parcel->dot_ask = 0; /* the ask is forgotten when the parcel goes */
	if (answer == NULL)
		return; /* keeper is gone; courier_keeper() ends the message */
	c->parcel->dot_marked = answer->word == WORD_DOT_MARKED;
	if (c->parcel->dot_marked)
		send_content(c);
	else
		connection_abandon(c->connection, "The queue could not note the end of the message.");
}

static void ask_dot(struct courier *c)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, c->parcel->envelope.message);
	c->parcel->dot_asked = true;
	c->parcel->dot_ask = channel_ask(c->keeper, WORD_DOT, &body, on_dot, c);
	buffer_release(&body);
}

/* As much as the connection takes now; at the end the dot, when it is marked. */
static void send_content(void *arg)
{
	struct courier *c = arg;
	struct parcel *p = c->parcel;
	struct slice piece;
	size_t taken;

	if (p == NULL || !p->begun || p->finished || c->connection == NULL)
		return;
	do {
		piece = content_peek(&p->content);
		taken = piece.len > 0 ? connection_body(c->connection, piece) : 0;
		content_consume(&p->content, taken);
	} while (taken > 0);
	if (p->content.state == CONTENT_FAILED && p->content.problem != NULL)
		connection_abandon(c->connection, p->content.problem);
	else if (content_is_sent(&p->content) && !p->dot_asked && c->keeper != NULL)
		ask_dot(c);
	/* every verdict before it is kept first: a crash then doubles one message at most */
	if (p->dot_marked && outbox_is_empty(&c->outbox)) {
		p->finished = true;
		connection_finish(c->connection);
	}
}

/* The message is fetched and the relay waits for one. */
static void begin_parcel(struct courier *c)
{
	struct parcel *p = c->parcel;
	struct smtp_envelope envelope;

	if (!p->fitted) {
		p->fitted = true;
		content_fit(&p->content, connection_capabilities(c->connection));
	}
	if (p->content.state != CONTENT_FIT)
		return;
	envelope = parcel_envelope(p);
	p->begun = connection_begin(c->connection, &envelope) == 0;
	timer_cancel(&c->idle);
}

static void advance_parcel(struct courier *c)
{
	struct parcel *p = c->parcel;
	bool usable = c->connection != NULL && !c->quitting && !connection_is_over(c->connection);

	if (p->begun) {
		send_content(c);
		return;
	}
	if (!usable)
		open_connection(c);
	else if (connection_is_ready(c->connection) && p->content.state != CONTENT_HEADER &&
	    p->content.state != CONTENT_FAILED)
		begin_parcel(c);
	if (c->parcel != NULL && p->content.state == CONTENT_FAILED && p->content.problem != NULL) {
		report_reason(c, REASON_FAULT, p->content.problem);
		timer_set(&c->ask_again, 0);
	}
}

/* ---- asking for mail ---- */

static void on_mail(void *arg, const struct channel_message *answer)
{
	struct courier *c = arg;

	c->next_ask = 0;
	if (answer == NULL)
		return;
	if (answer->word == WORD_MAIL)
		c->parcel = parcel_new(c->keeper, answer->body, &c->relay, loop_now(c->loop),
		    on_advance, c);
	if (c->parcel == NULL) {
		log_error("keeper's mail could not be taken");
		timer_set(&c->ask_again, ASK_AGAIN_MS);
		return;
	}
	advance(c);
}

static void ask_next(struct courier *c)
{
	if (c->keeper == NULL || !c->told || c->relay.host[0] == '\0' || c->next_ask != 0 ||
	    c->stopped != NULL || timer_pending(&c->ask_again))
		return;
	c->next_ask = channel_ask(c->keeper, WORD_NEXT, NULL, on_mail, c);
}

/* ---- settings ---- */

/* Without its dot it goes back to the queue as if it had not been taken. */
static void withdraw(struct courier *c)
{
	struct parcel *p = c->parcel;

	if (p == NULL || p->finished)
		return;
	p->withdrawn = true;
	if (p->begun)
		connection_abandon(c->connection, "The sender stops.");
	else
		report_reason(c, REASON_STOPPED, "The sender stops, or the settings have changed.");
}

/* True when no settings have gone into it yet. */
static bool is_fresh(const struct parcel *p)
{
	return !p->begun &&
	    (p->content.state == CONTENT_HEADER || p->content.state == CONTENT_LOADED);
}

/* False while the old connection says goodbye, or without memory: later. */
static bool apply_relay(struct courier *c)
{
	struct arena *a;
	struct unpack u;

	if (c->connection != NULL && !c->quitting) {
		quit(c);
		timer_set(&c->change, COURIER_GOODBYE_MS);
	}
	if (c->connection != NULL)
		return false; /* it points to the old settings; ended follows soon */
	a = arena_new(RELAY_MEMORY);
	if (a == NULL) {
		log_error("the relay's settings could not be taken: out of memory");
		timer_set(&c->ask_again, ASK_AGAIN_MS);
		return false;
	}
	arena_free(c->arena);
	c->arena = a;
	c->changed = false;
	timer_cancel(&c->change);
	unpack_init(&u, buffer_slice(&c->packed));
	relay_unpack(&u, a, &c->relay);
	if (!unpack_end(&u))
		c->relay.host = ""; /* cannot be: it was checked when it came */
	log_info("relay: %s port %u, settings version %ju",
	    c->relay.host[0] != '\0' ? c->relay.host : "(none)", c->relay.port,
	    (uintmax_t)c->relay.version);
	if (c->relay.host[0] == '\0')
		withdraw(c);
	return true;
}

/* The old relay may be silent for minutes yet: why else should the settings change. */
static void on_change(void *arg)
{
	struct courier *c = arg;

	if (c->changed && c->quitting) {
		drop_connection(c); /* it does not even answer QUIT */
		advance(c);
	} else if (c->changed) {
		withdraw(c);
	}
}

static bool is_whole(struct slice body)
{
	struct arena *a = arena_new(RELAY_MEMORY);
	struct relay relay;
	struct unpack u;
	bool whole = false;

	unpack_init(&u, body);
	if (a != NULL) {
		relay_unpack(&u, a, &relay);
		whole = unpack_end(&u);
	}
	arena_free(a);
	return whole;
}

bool courier_relay(struct courier *c, struct slice body)
{
	if (!is_whole(body))
		return false;
	c->told = true;
	if (!slice_equal(body, buffer_slice(&c->packed))) {
		buffer_clear(&c->packed);
		buffer_append_slice(&c->packed, body);
		c->changed = true;
		timer_set(&c->change, COURIER_CHANGE_MS);
		if (c->parcel != NULL && !c->parcel->begun && !is_fresh(c->parcel))
			withdraw(c);
	}
	advance(c);
	return true;
}

struct slice courier_settings(const struct courier *c)
{
	return buffer_slice(&c->packed);
}

bool courier_is_warm(const struct courier *c)
{
	return !c->changed && c->connection != NULL && c->warm && !c->quitting &&
	    connection_is_ready(c->connection);
}

/* ---- the next step ---- */

static void end_stop(struct courier *c)
{
	void (*stopped)(void *arg) = c->stopped;

	timer_cancel(&c->stop);
	stopped(c->stopped_arg);
}

static void rest(struct courier *c)
{
	if (c->stopped != NULL) {
		drop_connection(c);
		if (outbox_is_empty(&c->outbox))
			timer_set(&c->stop, 0);
	} else if (c->n_messages >= COURIER_MESSAGES_MAX && !c->quitting) {
		quit(c);
	} else if (c->connection != NULL && !c->quitting && !timer_pending(&c->idle)) {
		timer_set(&c->idle, COURIER_IDLE_MS);
	}
}

static void advance(struct courier *c)
{
	if (c->changed && (c->parcel == NULL || is_fresh(c->parcel)) && !apply_relay(c))
		return;
	if (c->parcel != NULL) {
		advance_parcel(c);
	} else {
		ask_next(c);
		rest(c);
	}
}

static void on_kept(void *arg)
{
	advance(arg);
}

static void on_stop(void *arg)
{
	end_stop(arg);
}

/* ---- life ---- */

struct courier *courier_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = loop;
	c->resolver = resolver;
	c->system_trust = system_trust;
	c->relay.host = "";
	buffer_init_secret(&c->packed, WIRE_BODY_MAX);
	outbox_init(&c->outbox, loop, on_kept, c);
	timer_init(&c->idle, loop, on_idle, c);
	timer_init(&c->ask_again, loop, on_advance, c);
	timer_init(&c->stop, loop, on_stop, c);
	timer_init(&c->change, loop, on_change, c);
	return c;
}

void courier_free(struct courier *c)
{
	if (c == NULL)
		return;
	courier_keeper(c, NULL);
	drop_connection(c);
	if (c->parcel != NULL)
		end_parcel(c);
	outbox_release(&c->outbox);
	timer_cancel(&c->ask_again);
	timer_cancel(&c->stop);
	timer_cancel(&c->change);
	buffer_release(&c->packed);
	arena_free(c->arena);
	free(c);
}

/* What keeper alone knows ends with it; what the relay may have taken already does not. */
static void lose_keeper(struct courier *c)
{
	if (c->next_ask != 0)
		channel_forget(c->keeper, c->next_ask);
	c->next_ask = 0;
	if (c->parcel == NULL || c->parcel->finished)
		return;
	if (c->parcel->begun)
		drop_connection(c); /* without the dot, so nothing is delivered */
	log_warning("%s: keeper is gone, not delivered", c->parcel->envelope.queue_id);
	end_parcel(c);
}

void courier_keeper(struct courier *c, struct channel *keeper)
{
	if (c->keeper != NULL)
		lose_keeper(c);
	outbox_keeper(&c->outbox, keeper);
	c->keeper = keeper;
	c->told = false;
	if (keeper != NULL)
		advance(c);
}

void courier_stop(struct courier *c, void (*stopped)(void *arg), void *arg)
{
	c->stopped = stopped;
	c->stopped_arg = arg;
	timer_set(&c->stop, COURIER_STOP_MS);
	withdraw(c);
	advance(c);
}
