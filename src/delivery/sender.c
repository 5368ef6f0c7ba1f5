/* sender.c - the sender's work behind one door, and its talk with keeper; see sender.h. */
#include "delivery/sender.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/log.h"
#include "delivery/courier.h"
#include "delivery/grant_run.h"
#include "delivery/lane.h"
#include "delivery/probe.h"
#include "delivery/trial.h"
#include "sys/descriptor.h"

/* A probe, a test mail or a question to the provider that keeper waits for. */
struct errand {
	TAILQ_ENTRY(errand) entry;
	struct sender *sender;
	uint64_t id; /* of keeper's question */
	struct probe *probe; /* or */
	struct trial_run *trial; /* or */
	struct grant_run *grant;
};

struct sender {
	struct loop *loop;
	struct resolver *resolver;
	struct http_client *http;
	struct tls_client *system_trust;
	struct channel *keeper; /* NULL while away */
	struct courier *courier;
	TAILQ_HEAD(, errand) errands;
	size_t n_trials;

	void (*stopped)(void *arg); /* not NULL: nothing more is begun */
	void *stopped_arg;
	bool carried; /* the courier has stopped */
	struct timer stop; /* tells; in the end whatever is left */
};

/* ---- errands ---- */

static struct errand *errand_new(struct sender *s, uint64_t id)
{
	struct errand *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->sender = s;
	e->id = id;
	TAILQ_INSERT_TAIL(&s->errands, e, entry);
	return e;
}

static void errand_free(struct errand *e)
{
	if (e->trial != NULL)
		e->sender->n_trials--;
	TAILQ_REMOVE(&e->sender->errands, e, entry);
	probe_free(e->probe);
	trial_run_free(e->trial);
	grant_run_free(e->grant);
	free(e);
}

static void drop_errands(struct sender *s)
{
	while (!TAILQ_EMPTY(&s->errands))
		errand_free(TAILQ_FIRST(&s->errands));
}

/* Stopping, once nothing is left that could be lost. */
static void stop_when_idle(struct sender *s)
{
	if (s->stopped != NULL && s->carried && TAILQ_EMPTY(&s->errands))
		timer_set(&s->stop, 0);
}

/* ---- the relay alone ---- */

static void answer_probe(struct sender *s, uint64_t id, const struct verdict *v)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	verdict_pack(&body, v);
	channel_answer(s->keeper, id, WORD_PROBE_IS, &body);
	buffer_release(&body);
}

static void on_probe_secured(void *arg, uint64_t version, int64_t until)
{
	struct errand *e = arg;

	lane_tell_certificate(e->sender->keeper, version, until);
}

static void on_probed(void *arg, struct probe *p UNUSED, const struct verdict *v)
{
	struct errand *e = arg;

	if (v->class != VERDICT_ACCEPTED)
		log_warning("the relay was tried alone: %s (%s, %s): %s",
		    verdict_class_name(v->class), verdict_stage_name(v->stage),
		    verdict_reason_name(v->reason), v->text);
	answer_probe(e->sender, e->id, v);
	errand_free(e);
}

static const struct probe_events probe_events = {
	.secured = on_probe_secured,
	.told = on_probed,
};

static void start_probe(struct sender *s, uint64_t id)
{
	struct verdict v = { .class = VERDICT_ACCEPTED, .stage = STAGE_IDLE };
	struct errand *e;

	if (courier_is_warm(s->courier)) {
		answer_probe(s, id, &v);
		return;
	}
	e = errand_new(s, id);
	if (e != NULL)
		e->probe = probe_new(s->loop, s->resolver, s->system_trust,
		    courier_settings(s->courier), &probe_events, e);
	if (e != NULL && e->probe != NULL)
		return;
	if (e != NULL)
		errand_free(e);
	verdict_set_reason(&v, STAGE_SETTINGS, REASON_FAULT, SLICE("The relay could not be tried."));
	answer_probe(s, id, &v);
}

/* ---- test mails ---- */

static void on_trial_changed(void *arg, uint64_t run, const struct trial *trial)
{
	struct errand *e = arg;
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, run);
	trial_pack(&body, trial);
	channel_send(e->sender->keeper, WORD_TRIAL_STAGE, 0, &body);
	buffer_release(&body);
}

static void on_trial_done(void *arg, struct trial_run *t UNUSED)
{
	struct errand *e = arg;

	channel_answer(e->sender->keeper, e->id, WORD_TRIAL_DONE, NULL);
	errand_free(e);
}

static const struct trial_events trial_events = {
	.changed = on_trial_changed,
	.done = on_trial_done,
};

static void start_trial(struct sender *s, const struct channel_message *m)
{
	struct errand *e = s->n_trials < TRIAL_RUNS_MAX ? errand_new(s, m->id) : NULL;

	if (e != NULL)
		e->trial = trial_run_new(&(struct trial_options){
		    .loop = s->loop, .resolver = s->resolver, .system_trust = s->system_trust,
		    .patience = &trial_patience, .events = &trial_events, .arg = e }, m->body);
	if (e != NULL && e->trial != NULL) {
		s->n_trials++;
		return;
	}
	if (e != NULL)
		errand_free(e);
	/* without a stage keeper says that it was interrupted */
	log_warning("a test mail was not started: too many at once, or out of memory");
	channel_answer(s->keeper, m->id, WORD_TRIAL_DONE, NULL);
}

/* ---- the provider ---- */

static void answer_grant(struct sender *s, uint64_t id, const struct grant_answer *answer)
{
	struct buffer body;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	grant_answer_pack(&body, answer);
	channel_answer(s->keeper, id, WORD_GRANT_IS, &body);
	buffer_release(&body);
}

static void on_grant_done(void *arg, struct grant_run *g UNUSED, const struct grant_answer *answer)
{
	struct errand *e = arg;

	struct sender *s = e->sender;

	e->grant = NULL; /* frees itself */
	answer_grant(s, e->id, answer);
	errand_free(e);
	stop_when_idle(s);
}

static void start_grant(struct sender *s, const struct channel_message *m)
{
	struct grant_answer none = grant_answer_none;
	struct errand *e = errand_new(s, m->id);

	if (e != NULL)
		e->grant = grant_run_new(s->http, s->system_trust, m->body, on_grant_done, e);
	if (e != NULL && e->grant != NULL)
		return;
	if (e != NULL)
		errand_free(e);
	none.error.problem = "The provider could not be asked: its address, the CA certificate or the "
	    "private key cannot be used, or memory is short. The log says more.";
	answer_grant(s, m->id, &none);
}

/* ---- keeper ---- */

static void answer_pulse(struct sender *s, uint64_t id)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, (uint64_t)loop_lag_ms(s->loop));
	channel_answer(s->keeper, id, WORD_PULSE_IS, &body);
	buffer_release(&body);
}

static void on_keeper_message(void *arg, struct channel *c UNUSED, const struct channel_message *m)
{
	struct sender *s = arg;

	if (m->word == WORD_PULSE)
		answer_pulse(s, m->id);
	else if (s->stopped != NULL)
		return; /* it hears that nobody answered when the channel goes */
	else if (m->word == WORD_PROBE)
		start_probe(s, m->id);
	else if (m->word == WORD_TRIAL)
		start_trial(s, m);
	else if (m->word == WORD_GRANT)
		start_grant(s, m);
	else if (m->word == WORD_RELAY && !courier_relay(s->courier, m->body))
		log_error("keeper's settings of the relay are malformed");
}

static void lose_keeper(struct sender *s)
{
	struct channel *keeper = s->keeper;

	if (keeper == NULL)
		return;
	drop_errands(s);
	courier_keeper(s->courier, NULL); /* takes its questions back: before the channel goes */
	s->keeper = NULL;
	channel_free(keeper);
	stop_when_idle(s);
}

static void on_keeper_closed(void *arg, struct channel *c UNUSED)
{
	log_warning("keeper is gone");
	lose_keeper(arg);
}

static const struct channel_events keeper_events = {
	.message = on_keeper_message,
	.closed = on_keeper_closed,
};

void sender_linked(struct sender *s, int fd)
{
	lose_keeper(s);
	s->keeper = channel_new(s->loop, fd, ROLE_SENDER, ROLE_KEEPER, &keeper_events, s);
	if (s->keeper == NULL) {
		log_error("keeper cannot be linked: out of memory");
		descriptor_close(fd);
		return;
	}
	courier_keeper(s->courier, s->keeper);
}

/* ---- stopping ---- */

static void on_stop(void *arg)
{
	struct sender *s = arg;

	s->stopped(s->stopped_arg);
}

static void on_carried(void *arg)
{
	struct sender *s = arg;

	s->carried = true;
	stop_when_idle(s);
}

/*
 * A provider that has been asked may give out a new refresh token and end the one before: its
 * answer must come to keeper, who ends after us. The rest can be asked again.
 */
void sender_stop(struct sender *s, void (*stopped)(void *arg), void *arg)
{
	struct errand *e, *next;

	s->stopped = stopped;
	s->stopped_arg = arg;
	timer_set(&s->stop, SENDER_STOP_MS);
	for (e = TAILQ_FIRST(&s->errands); e != NULL; e = next) {
		next = TAILQ_NEXT(e, entry);
		if (e->grant == NULL)
			errand_free(e);
	}
	courier_stop(s->courier, on_carried, s);
}

/* ---- life ---- */

struct sender *sender_new(struct loop *loop, struct resolver *resolver, struct http_client *http,
	struct tls_client *system_trust)
{
	struct sender *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->loop = loop;
	s->resolver = resolver;
	s->http = http;
	s->system_trust = system_trust;
	TAILQ_INIT(&s->errands);
	timer_init(&s->stop, loop, on_stop, s);
	s->courier = courier_new(loop, resolver, system_trust);
	if (s->courier == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void sender_free(struct sender *s)
{
	if (s == NULL)
		return;
	lose_keeper(s);
	timer_cancel(&s->stop);
	courier_free(s->courier);
	free(s);
}
