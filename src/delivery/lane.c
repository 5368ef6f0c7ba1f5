/* lane.c - one connection and the message it carries; see lane.h. */
#include "delivery/lane.h"

#include <stdlib.h>

#include "base/log.h"
#include "wire/words.h"

static void changed(struct lane *l)
{
	l->shared->events->changed(l->shared->arg, l);
}

/* ---- the connection ---- */

static void drop_connection(struct lane *l)
{
	connection_free(l->connection);
	l->connection = NULL;
	l->quitting = false;
	timer_cancel(&l->timer);
}

static void quit(struct lane *l)
{
	if (l->connection == NULL || l->quitting)
		return;
	if (!connection_is_ready(l->connection)) {
		drop_connection(l);
		return;
	}
	l->quitting = true;
	timer_set(&l->timer, LANE_GOODBYE_MS);
	connection_quit(l->connection);
}

/* ---- the end of a message ---- */

static struct parcel *put_down(struct lane *l)
{
	struct parcel *p = l->parcel;

	if (p->dot_ask != 0) {
		channel_forget(l->shared->keeper, p->dot_ask);
		p->dot_asked = false; /* who carries it next asks again */
	}
	p->dot_ask = 0;
	parcel_carry(p, NULL, NULL);
	l->parcel = NULL;
	return p;
}

/* Its report is on its way; the lane may be gone afterwards. */
static void report(struct lane *l, const struct verdict *v)
{
	struct lane_shared *shared = l->shared;
	struct parcel *p = put_down(l);
	struct verdict deciding = *parcel_deciding(p, v);

	parcel_report(p, &l->route->relay, v, loop_now(shared->loop), &shared->outbox, l);
	parcel_free(p);
	shared->events->reported(shared->arg, l, &deciding);
}

static void report_reason(struct lane *l, enum verdict_reason reason, const char *text)
{
	struct verdict v;

	verdict_set_reason(&v, STAGE_BODY, reason, slice_of(text));
	report(l, &v);
}

static void give_back(struct lane *l, const struct verdict *v)
{
	struct parcel *p = put_down(l);

	p->begun = false;
	l->shared->events->returned(l->shared->arg, l, p, v);
}

/* ---- the dot ---- */

static void send_content(void *arg);

static void on_dot(void *arg, const struct channel_message *answer)
{
	struct lane *l = arg;
	struct parcel *p = l->parcel;

	p->dot_ask = 0; /* the ask is forgotten when the parcel goes */
	if (answer == NULL)
		return; /* keeper is gone; lane_lose_keeper() ends the message */
	p->dot_marked = answer->word == WORD_DOT_MARKED;
	l->mark_ms = loop_now(l->shared->loop) - l->dot_asked_at;
	if (p->dot_marked)
		send_content(l);
	else if (p->begun)
		connection_abandon(l->connection, "The queue could not note the end of the message.");
	else
		p->dot_asked = false; /* its connection went meanwhile: the next one asks again */
}

static void ask_dot(struct lane *l)
{
	struct buffer body;

	if (l->parcel->dot_asked || l->shared->keeper == NULL)
		return;
	buffer_init(&body, 100);
	pack_number(&body, l->parcel->envelope.message);
	l->dot_asked_at = loop_now(l->shared->loop);
	l->parcel->dot_asked = true;
	l->parcel->dot_ask = channel_ask(l->shared->keeper, WORD_DOT, &body, on_dot, l);
	buffer_release(&body);
}

/* Whether the mark takes at least as long as the content; both are known to a millisecond. */
static bool asks_early(const struct lane *l)
{
	return l->n_messages > 0 && content_is_here(&l->parcel->content) &&
	    l->content_ms <= l->mark_ms + 1;
}

static void on_content_sent(struct lane *l)
{
	struct parcel *p = l->parcel;

	if (!p->sent)
		l->content_ms = loop_now(l->shared->loop) - l->begun_at;
	p->sent = true;
	ask_dot(l);
}

/* As much as the connection takes now; at the end the dot, when it is marked. */
static void send_content(void *arg)
{
	struct lane *l = arg;
	struct parcel *p = l->parcel;
	struct slice piece;
	size_t taken;

	if (p == NULL || !p->begun || p->finished || l->connection == NULL)
		return;
	do {
		piece = content_peek(&p->content);
		taken = piece.len > 0 ? connection_body(l->connection, piece) : 0;
		content_consume(&p->content, taken);
	} while (taken > 0);
	if (p->content.state == CONTENT_FAILED && p->content.problem != NULL)
		connection_abandon(l->connection, p->content.problem);
	else if (content_is_sent(&p->content))
		on_content_sent(l);
	/* the lane's every verdict before it is kept first */
	if (p->sent && p->dot_marked && outbox_is_clear(&l->shared->outbox, l)) {
		p->finished = true;
		connection_finish(l->connection);
	}
}

/* ---- what the connection tells ---- */

static void on_step(void *arg, const struct connection_step *step)
{
	struct lane *l = arg;

	if (step->stage == STAGE_MAIL && l->parcel != NULL)
		l->parcel->answered = true;
}

void lane_tell_certificate(struct channel *keeper, uint64_t version, int64_t until)
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
	const struct lane *l = arg;

	lane_tell_certificate(l->shared->keeper, l->route->relay.version, until);
}

static void advance(struct lane *l);

static void on_ready(void *arg)
{
	struct lane *l = arg;

	l->warm = true;
	if (l->parcel != NULL)
		advance(l);
	else if (l->retired || l->n_messages >= LANE_MESSAGES_MAX)
		quit(l);
	else
		timer_set(&l->timer, LANE_IDLE_MS);
	changed(l);
}

static void on_recipient(void *arg, size_t recipient, const struct verdict *v)
{
	struct lane *l = arg;

	if (l->parcel != NULL)
		parcel_recipient(l->parcel, recipient, v);
}

static bool is_cut(const struct verdict *v)
{
	return v->reason == REASON_CLOSED || v->reason == REASON_RESET || v->code == 421;
}

/* A warm connection may have died unnoticed; that says nothing about the message. */
static bool was_dead(const struct lane *l, const struct verdict *v)
{
	const struct parcel *p = l->parcel;

	return l->n_messages > 0 && !p->answered && !p->retried && is_cut(v);
}

/*
 * Too many connections, or messages at a time: 421 in general, and Microsoft's "432 4.3.2
 * Concurrent connections limit exceeded".
 */
static bool is_crowded(const struct lane *l, const struct verdict *v)
{
	return (v->code == 421 || v->code == 432) && !l->parcel->finished && !l->parcel->disputed &&
	    content_is_fresh(&l->parcel->content);
}

static void on_message(void *arg, const struct verdict *v)
{
	struct lane *l = arg;
	struct parcel *p = l->parcel;

	if (p == NULL)
		return;
	if (was_dead(l, v)) {
		p->begun = false;
		p->retried = true;
		return; /* ended follows */
	}
	l->n_messages++;
	if (is_crowded(l, v)) {
		l->retired = true;
		give_back(l, v);
	} else {
		report(l, v);
	}
}

/*
 * A message that was not begun gets another connection if this one worked once. If it did not:
 * one of several servers behind a name may be down, and where every second connection is cut and
 * the probes get the others, mail would never go. So it gets one more try.
 */
static bool tries_again(const struct lane *l, const struct verdict *v)
{
	struct parcel *p = l->parcel;

	if (p == NULL || p->begun || l->retired)
		return false;
	if (l->warm || v->class == VERDICT_ACCEPTED)
		return true;
	if (p->retried || v->class != VERDICT_RELAY || !is_cut(v) || v->code == 421)
		return false;
	p->retried = true;
	return true;
}

static void on_ended(void *arg, const struct verdict *v)
{
	struct lane *l = arg;
	bool again = tries_again(l, v);

	if (v->class != VERDICT_ACCEPTED)
		log_debug("the connection to %s ended: %s", l->route->relay.host, v->text);
	drop_connection(l);
	l->warm = false;
	l->n_messages = 0;
	if (l->parcel != NULL)
		l->parcel->fitted = false;
	if (again)
		advance(l);
	else if (l->parcel != NULL && l->parcel->begun)
		report(l, v);
	else if (l->parcel != NULL)
		give_back(l, v);
	else
		changed(l);
}

static const struct connection_events connection_events = {
	.step = on_step,
	.secured = on_secured,
	.ready = on_ready,
	.recipient = on_recipient,
	.body = send_content,
	.message = on_message,
	.ended = on_ended,
};

/* ---- the next step of the message in hand ---- */

/* False without memory. */
static bool open_connection(struct lane *l)
{
	struct connection_options options = {
		.loop = l->shared->loop, .resolver = l->shared->resolver,
		.system_trust = l->shared->system_trust, .relay = &l->route->relay,
		.events = &connection_events, .arg = l,
	};

	l->connection = connection_new(&options);
	return l->connection != NULL;
}

/* The message is fetched and the relay waits for one. */
static void begin(struct lane *l)
{
	struct parcel *p = l->parcel;
	struct smtp_envelope envelope;

	if (!p->fitted) {
		p->fitted = true;
		content_fit(&p->content, &l->route->relay, connection_capabilities(l->connection));
	}
	if (p->content.state != CONTENT_FIT)
		return;
	envelope = parcel_envelope(p);
	p->begun = connection_begin(l->connection, &envelope) == 0;
	p->sent = false;
	l->begun_at = loop_now(l->shared->loop);
	if (p->begun && asks_early(l))
		ask_dot(l);
}

static bool has_failed(const struct lane *l)
{
	const struct content *c = &l->parcel->content;

	return c->state == CONTENT_FAILED && c->problem != NULL;
}

static void advance(struct lane *l)
{
	struct parcel *p = l->parcel;

	if (p->begun)
		send_content(l);
	else if (l->connection == NULL)
		(void)open_connection(l);
	else if (connection_is_ready(l->connection) && p->content.state != CONTENT_HEADER &&
	    p->content.state != CONTENT_FAILED)
		begin(l);
	if (l->connection == NULL || (!p->begun && has_failed(l)))
		timer_set(&l->timer, 0);
}

static void on_content(void *arg)
{
	advance(arg);
}

/* ---- time ---- */

static void end_failed(struct lane *l)
{
	const struct content *c = &l->parcel->content;

	report_reason(l, REASON_FAULT, has_failed(l) ? c->problem :
	    "There was not enough memory for a connection.");
}

/* Retired, and what it carries takes too long. */
static void lose_patience(struct lane *l)
{
	struct verdict v;

	if (l->parcel->begun) {
		lane_withdraw(l);
		return;
	}
	drop_connection(l);
	verdict_set_reason(&v, STAGE_BODY, REASON_STOPPED, SLICE("The settings have changed."));
	give_back(l, &v);
}

static void on_timer(void *arg)
{
	struct lane *l = arg;

	if (l->quitting) {
		drop_connection(l); /* it does not even answer QUIT */
		changed(l);
	} else if (l->parcel == NULL) {
		quit(l);
		if (!l->quitting)
			changed(l);
	} else if (l->retired) {
		lose_patience(l);
	} else if (!l->parcel->begun) {
		end_failed(l);
	}
}

/* ---- life ---- */

struct lane *lane_new(struct lane_shared *shared, struct route *route)
{
	struct lane *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->shared = shared;
	l->route = route_ref(route);
	timer_init(&l->timer, shared->loop, on_timer, l);
	return l;
}

void lane_free(struct lane *l)
{
	if (l == NULL)
		return;
	if (l->parcel != NULL)
		parcel_free(put_down(l));
	drop_connection(l);
	outbox_disown(&l->shared->outbox, l);
	route_unref(l->route);
	free(l);
}

bool lane_is_free(const struct lane *l)
{
	return l->parcel == NULL && !l->retired && !l->quitting && l->connection != NULL &&
	    l->n_messages < LANE_MESSAGES_MAX && connection_is_ready(l->connection);
}

bool lane_is_over(const struct lane *l)
{
	return l->parcel == NULL && l->connection == NULL;
}

bool lane_is_warm(const struct lane *l)
{
	return l->connection != NULL && l->warm && !l->retired && !l->quitting;
}

/* ---- what the courier wants ---- */

void lane_take(struct lane *l, struct parcel *p)
{
	timer_cancel(&l->timer);
	p->began = loop_now(l->shared->loop);
	p->answered = p->fitted = false;
	l->parcel = p;
	parcel_carry(p, on_content, l);
	advance(l);
}

void lane_kept(struct lane *l)
{
	send_content(l);
}

void lane_retire(struct lane *l)
{
	l->retired = true;
	if (l->parcel == NULL)
		quit(l);
	else
		timer_set(&l->timer, LANE_CHANGE_MS);
}

void lane_withdraw(struct lane *l)
{
	if (l->parcel == NULL || !l->parcel->begun || l->parcel->finished)
		return;
	l->parcel->withdrawn = true;
	connection_abandon(l->connection, "The sender stops, or the settings have changed.");
}

struct parcel *lane_unload(struct lane *l)
{
	return l->parcel != NULL && !l->parcel->begun ? put_down(l) : NULL;
}

void lane_lose_keeper(struct lane *l)
{
	if (l->parcel == NULL || l->parcel->finished)
		return;
	if (l->parcel->begun)
		drop_connection(l); /* without the dot, so nothing is delivered */
	log_warning("%s: keeper is gone, not delivered", l->parcel->envelope.queue_id);
	parcel_free(put_down(l));
}
