/*
 * courier.c - the queue's mail to the relay and back; see courier.h. All that happens comes to
 * advance(), which takes every step that is possible.
 */
#include "delivery/courier.h"

#include <stdlib.h>

#include "base/log.h"
#include "delivery/lane.h"
#include "delivery/width.h"

enum {
	ASK_AGAIN_MS = 1000,
};

/* An open WORD_NEXT. */
struct question {
	TAILQ_ENTRY(question) entry;
	struct courier *courier;
	uint64_t id;
};

struct courier {
	struct lane_shared shared;
	TAILQ_HEAD(, lane) lanes;
	struct width width;
	struct parcel_list stock; /* no lane has them yet; content is fetched already */
	size_t n_stock;

	struct route *route; /* the settings in force; host "" when no relay is set; NULL before */
	struct buffer packed; /* as keeper sent them last; a secret */
	bool told; /* by this keeper */

	TAILQ_HEAD(, question) questions;
	size_t n_questions;
	struct timer ask_again;

	void (*stopped)(void *arg); /* not NULL: no more mail is taken */
	void *stopped_arg;
	struct timer stop;
};

static void advance(struct courier *c);

static void on_advance(void *arg)
{
	advance(arg);
}

static bool has_relay(const struct courier *c)
{
	return c->route != NULL && c->route->relay.host[0] != '\0';
}

/* ---- the stock ---- */

static void put_in_front(struct courier *c, struct parcel *p)
{
	TAILQ_INSERT_HEAD(&c->stock, p, entry);
	c->n_stock++;
}

static struct parcel *take_first(struct courier *c)
{
	struct parcel *p = TAILQ_FIRST(&c->stock);

	if (p == NULL)
		return NULL;
	TAILQ_REMOVE(&c->stock, p, entry);
	c->n_stock--;
	return p;
}

static void report(struct courier *c, struct parcel *p, const struct route *route,
	const struct verdict *v)
{
	parcel_report(p, &route->relay, v, loop_now(c->shared.loop), &c->shared.outbox, NULL);
	parcel_free(p);
}

/* Back to the queue as if it had not been taken. */
static void withdraw(struct courier *c, struct parcel *p)
{
	struct verdict v;

	p->withdrawn = true;
	verdict_set_reason(&v, STAGE_BODY, REASON_STOPPED,
	    SLICE("The sender stops, or the settings have changed."));
	report(c, p, c->route, &v);
}

static void withdraw_stock(struct courier *c)
{
	struct parcel *p;

	while ((p = take_first(c)) != NULL)
		withdraw(c, p);
}

static void put_back(struct courier *c, struct parcel *p)
{
	if (parcel_is_fresh(p) && c->stopped == NULL)
		put_in_front(c, p);
	else
		withdraw(c, p);
}

/* ---- what the lanes tell ---- */

/* Connections that the relay has let in. */
static unsigned n_working(const struct courier *c, const struct lane *but)
{
	const struct lane *l;
	unsigned n = 0;

	TAILQ_FOREACH(l, &c->lanes, entry)
		n += l != but && l->route == c->route && lane_is_warm(l);
	return n;
}

static void on_changed(void *arg, struct lane *l UNUSED)
{
	advance(arg);
}

static void on_reported(void *arg, struct lane *l, const struct verdict *v)
{
	struct courier *c = arg;

	/* nothing more goes to a relay that is broken: keeper holds it all */
	if (l->route == c->route && verdict_holds_all(v->class))
		withdraw_stock(c);
	advance(c);
}

/*
 * While others work the relay is not broken: it has enough of us. A sign-in that is refused is
 * another matter.
 */
static void on_returned(void *arg, struct lane *l, struct parcel *p, const struct verdict *v)
{
	struct courier *c = arg;
	unsigned others = n_working(c, l);

	if (l->route != c->route || c->stopped != NULL) {
		put_back(c, p);
	} else if (others > 0 && v->class != VERDICT_CREDENTIAL) {
		width_crowded(&c->width, others, loop_now(c->shared.loop));
		put_back(c, p);
	} else {
		struct verdict deciding = *v;

		report(c, p, c->route, v);
		if (verdict_holds_all(deciding.class))
			withdraw_stock(c);
	}
	advance(c);
}

static const struct lane_events lane_events = {
	.changed = on_changed,
	.reported = on_reported,
	.returned = on_returned,
};

/* ---- mail to the lanes ---- */

static void sweep(struct courier *c)
{
	struct lane *l, *next;

	for (l = TAILQ_FIRST(&c->lanes); l != NULL; l = next) {
		next = TAILQ_NEXT(l, entry);
		if (!lane_is_over(l))
			continue;
		TAILQ_REMOVE(&c->lanes, l, entry);
		lane_free(l);
	}
}

/* With the settings in force; those of older ones do not count. */
static unsigned n_open(const struct courier *c)
{
	const struct lane *l;
	unsigned n = 0;

	TAILQ_FOREACH(l, &c->lanes, entry)
		n += l->route == c->route;
	return n;
}

static struct lane *free_lane(struct courier *c)
{
	struct lane *l;

	TAILQ_FOREACH(l, &c->lanes, entry)
		if (l->route == c->route && lane_is_free(l))
			return l;
	return NULL;
}

/* A connection that waits for mail, or a new one where there may be one more; else NULL. */
static struct lane *lane_for_mail(struct courier *c)
{
	struct lane *l = free_lane(c);

	if (l != NULL || !width_allows(&c->width, n_open(c), n_working(c, NULL),
	    loop_now(c->shared.loop)))
		return l;
	l = lane_new(&c->shared, c->route);
	if (l != NULL)
		TAILQ_INSERT_TAIL(&c->lanes, l, entry);
	return l;
}

static void load_lanes(struct courier *c)
{
	struct lane *l;

	if (!has_relay(c) || c->stopped != NULL)
		withdraw_stock(c);
	while (c->n_stock > 0 && (l = lane_for_mail(c)) != NULL)
		lane_take(l, take_first(c));
}

static unsigned limit(const struct courier *c)
{
	return width_limit(&c->width, loop_now(c->shared.loop));
}

/* Those above what the relay will have go when they are free. */
static void follow_width(struct courier *c)
{
	unsigned n = n_open(c);
	struct lane *l;

	while (n-- > limit(c) && (l = free_lane(c)) != NULL)
		lane_retire(l);
}

/* ---- asking for mail ---- */

static void forget_question(struct question *q)
{
	TAILQ_REMOVE(&q->courier->questions, q, entry);
	q->courier->n_questions--;
	free(q);
}

/* Mail that there is no memory for goes back untried: keeper takes it to be in flight. */
static void give_back(struct courier *c, struct slice body)
{
	struct delivery d = { .relay = "", .relay_queue_id = "" };
	struct unpack u;

	unpack_init(&u, body);
	d.message = unpack_number(&u); /* an envelope begins with it */
	verdict_set_reason(&d.verdict, STAGE_BODY, REASON_STOPPED,
	    SLICE("The sender had no memory for it."));
	if (u.failed || outbox_add(&c->shared.outbox, &d, NULL) != 0)
		log_error("it stays in flight until the sender starts again");
}

static void on_mail(void *arg, const struct channel_message *answer)
{
	struct question *q = arg;
	struct courier *c = q->courier;
	struct parcel *p = NULL;

	forget_question(q);
	if (answer == NULL)
		return;
	if (answer->word == WORD_MAIL)
		p = parcel_new(c->shared.keeper, answer->body);
	if (p == NULL) {
		log_error("keeper's mail could not be taken");
		if (answer->word == WORD_MAIL)
			give_back(c, answer->body);
		timer_set(&c->ask_again, ASK_AGAIN_MS);
		return;
	}
	TAILQ_INSERT_TAIL(&c->stock, p, entry);
	c->n_stock++;
	advance(c);
}

static void ask_one(struct courier *c)
{
	struct question *q = calloc(1, sizeof(*q));

	if (q == NULL) {
		timer_set(&c->ask_again, ASK_AGAIN_MS);
		return;
	}
	q->courier = c;
	TAILQ_INSERT_TAIL(&c->questions, q, entry);
	c->n_questions++;
	q->id = channel_ask(c->shared.keeper, WORD_NEXT, NULL, on_mail, q);
	if (q->id != 0)
		return;
	forget_question(q);
	timer_set(&c->ask_again, ASK_AGAIN_MS);
}

static unsigned n_carried(const struct courier *c)
{
	const struct lane *l;
	unsigned n = 0;

	TAILQ_FOREACH(l, &c->lanes, entry)
		n += l->route == c->route && l->parcel != NULL;
	return n;
}

/*
 * One message in hand and one in stock for each connection there may be, and one more: it comes
 * while the others go, so that a single connection finds the next one's content there, too.
 */
static void ask(struct courier *c)
{
	while (c->shared.keeper != NULL && c->told && has_relay(c) && c->stopped == NULL &&
	    !timer_pending(&c->ask_again) &&
	    c->n_questions + c->n_stock + n_carried(c) < 2 * (size_t)limit(c) + 1)
		ask_one(c);
}

/* ---- settings ---- */

/* Of older settings: what was not begun goes by the new ones. */
static void retire(struct courier *c, struct lane *l)
{
	struct parcel *p = lane_unload(l);

	if (p != NULL)
		put_back(c, p);
	lane_retire(l);
}

static void use(struct courier *c, struct route *route)
{
	struct lane *l;

	log_info("relay: %s port %u, at most %u connections, settings version %ju",
	    route->relay.host[0] != '\0' ? route->relay.host : "(none)", route->relay.port,
	    route->relay.max_connections, (uintmax_t)route->relay.version);
	route_unref(c->route);
	c->route = route;
	width_init(&c->width, route->relay.max_connections);
	TAILQ_FOREACH(l, &c->lanes, entry)
		retire(c, l);
}

bool courier_relay(struct courier *c, struct slice body)
{
	struct route *route;

	if (!slice_equal(body, buffer_slice(&c->packed))) {
		route = route_new(body);
		if (route == NULL)
			return false;
		buffer_clear(&c->packed);
		buffer_append_slice(&c->packed, body);
		use(c, route);
	}
	c->told = true;
	advance(c);
	return true;
}

struct slice courier_settings(const struct courier *c)
{
	return buffer_slice(&c->packed);
}

bool courier_is_warm(const struct courier *c)
{
	return n_working(c, NULL) > 0;
}

/* ---- the next steps ---- */

static void end_stop(struct courier *c)
{
	void (*stopped)(void *arg) = c->stopped;

	timer_cancel(&c->stop);
	stopped(c->stopped_arg);
}

static void on_stop(void *arg)
{
	end_stop(arg);
}

static void stop_when_idle(struct courier *c)
{
	struct lane *l;

	TAILQ_FOREACH(l, &c->lanes, entry)
		if (l->parcel != NULL)
			return;
	if (outbox_is_empty(&c->shared.outbox))
		timer_set(&c->stop, 0);
}

static void advance(struct courier *c)
{
	sweep(c);
	load_lanes(c);
	if (c->stopped != NULL) {
		stop_when_idle(c);
		return;
	}
	follow_width(c);
	ask(c);
}

static void on_kept(void *arg, void *owner)
{
	struct courier *c = arg;
	struct lane *l;

	TAILQ_FOREACH(l, &c->lanes, entry)
		if (owner == NULL || owner == l)
			lane_kept(l);
	advance(c);
}

/* ---- life ---- */

struct courier *courier_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->shared = (struct lane_shared){
		.loop = loop, .resolver = resolver, .system_trust = system_trust,
		.events = &lane_events, .arg = c,
	};
	TAILQ_INIT(&c->lanes);
	TAILQ_INIT(&c->stock);
	TAILQ_INIT(&c->questions);
	width_init(&c->width, 1);
	buffer_init_secret(&c->packed, WIRE_BODY_MAX);
	outbox_init(&c->shared.outbox, loop, on_kept, c);
	timer_init(&c->ask_again, loop, on_advance, c);
	timer_init(&c->stop, loop, on_stop, c);
	return c;
}

void courier_free(struct courier *c)
{
	struct lane *l;

	if (c == NULL)
		return;
	courier_keeper(c, NULL);
	while ((l = TAILQ_FIRST(&c->lanes)) != NULL) {
		TAILQ_REMOVE(&c->lanes, l, entry);
		lane_free(l);
	}
	outbox_release(&c->shared.outbox);
	timer_cancel(&c->ask_again);
	timer_cancel(&c->stop);
	buffer_release(&c->packed);
	route_unref(c->route);
	free(c);
}

static void lose_keeper(struct courier *c)
{
	struct question *q;
	struct parcel *p;
	struct lane *l;

	while ((q = TAILQ_FIRST(&c->questions)) != NULL) {
		channel_forget(c->shared.keeper, q->id);
		forget_question(q);
	}
	while ((p = take_first(c)) != NULL)
		parcel_free(p);
	TAILQ_FOREACH(l, &c->lanes, entry)
		lane_lose_keeper(l);
	sweep(c);
}

void courier_keeper(struct courier *c, struct channel *keeper)
{
	if (c->shared.keeper != NULL)
		lose_keeper(c);
	outbox_keeper(&c->shared.outbox, keeper);
	c->shared.keeper = keeper;
	c->told = false;
	if (keeper != NULL)
		advance(c);
}

void courier_stop(struct courier *c, void (*stopped)(void *arg), void *arg)
{
	struct parcel *p;
	struct lane *l;

	c->stopped = stopped;
	c->stopped_arg = arg;
	TAILQ_FOREACH(l, &c->lanes, entry) {
		p = lane_unload(l);
		if (p != NULL)
			withdraw(c, p);
		lane_withdraw(l);
	}
	advance(c);
}
