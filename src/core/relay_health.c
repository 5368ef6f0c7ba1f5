/* relay_health.c - the relay's state and its probes; see relay_health.h. */
#include "core/relay_health.h"

#include "base/log.h"
#include "core/retry.h"

enum {
	MS = 1000,
};

static const char *const state_names[] = {
	[RELAY_UNTRIED] = "untried",
	[RELAY_WORKS] = "works",
	[RELAY_BROKEN] = "broken",
};

static void set_state(struct relay_health *h, enum relay_state state, int64_t now)
{
	if (h->state == state)
		return;
	log_debug("relay: %s -> %s", state_names[h->state], state_names[state]);
	h->state = state;
	h->since = now;
}

static void schedule_probe(struct relay_health *h, int64_t now)
{
	h->next_probe = now + retry_probe_delay(h->probes) * MS;
}

void relay_health_init(struct relay_health *h, int64_t now)
{
	*h = (struct relay_health){ .state = RELAY_UNTRIED, .since = now, .next_probe = INT64_MAX };
}

/* ---- the alert ---- */

static void raise_alert(struct relay_health *h, int64_t now)
{
	h->breaks++;
	h->n_good = 0;
	if (h->works) { /* its end was not told yet, so it did not end */
		h->works = false;
		h->alarmed = true;
	}
	if (h->alarmed)
		return;
	if (h->healed && now - h->healed_at < RELAY_CALM_MS)
		h->relapses++;
	else
		h->relapses = 0;
	h->alarmed = true;
	h->alarmed_at = now;
	h->breaks = 1;
	h->mended = false;
	h->broke = true;
}

static void end_alert(struct relay_health *h, int64_t now)
{
	h->alarmed = false;
	h->healed = true;
	h->healed_at = now;
	h->works = true;
}

/* How long it must stay good before that is believed. */
static int64_t steady_ms(const struct relay_health *h)
{
	int64_t wait = RELAY_STEADY_MS;

	for (unsigned i = 1; i < h->relapses && wait < RELAY_STEADY_MAX_MS; i++)
		wait *= 2;
	return wait < RELAY_STEADY_MAX_MS ? wait : RELAY_STEADY_MAX_MS;
}

/* When the alert ends unless it breaks again before. */
static int64_t steady_at(const struct relay_health *h)
{
	return h->alarmed && h->state == RELAY_WORKS ? h->since + steady_ms(h) : INT64_MAX;
}

static void count_good(struct relay_health *h, int64_t now)
{
	if (!h->alarmed)
		return;
	if (h->broke) { /* nobody was told yet that it broke, so nobody need hear that it works */
		h->broke = h->alarmed = false;
		return;
	}
	h->n_good++;
	if (h->mended || (h->relapses == 0 && h->n_good >= RELAY_STEADY_COUNT) ||
		now >= steady_at(h))
		end_alert(h, now);
}

/* ---- the state ---- */

static void becomes_good(struct relay_health *h, int64_t now)
{
	set_state(h, RELAY_WORKS, now);
	h->probes = 0;
	h->probe = false;
	h->next_probe = INT64_MAX;
	count_good(h, now);
}

static void becomes_bad(struct relay_health *h, const struct verdict *v, int64_t now)
{
	if (h->state != RELAY_BROKEN) {
		h->probes = 0;
		set_state(h, RELAY_BROKEN, now);
		schedule_probe(h, now);
		raise_alert(h, now);
	}
	h->verdict = *v;
}

static void probe_ended(struct relay_health *h, int64_t now)
{
	h->probing = false;
	if (h->state != RELAY_BROKEN)
		return;
	h->probes++;
	schedule_probe(h, now);
}

void relay_health_restore(struct relay_health *h, const struct verdict *v, unsigned breaks,
	int64_t since, int64_t now)
{
	set_state(h, RELAY_BROKEN, since);
	h->verdict = *v;
	h->alarmed = true;
	h->alarmed_at = since;
	h->breaks = breaks > 0 ? breaks : 1;
	h->next_probe = now;
}

void relay_health_feed(struct relay_health *h, const struct verdict *v, int64_t now)
{
	bool was_probing = h->probing;

	switch (v->class) {
	case VERDICT_ACCEPTED:
	case VERDICT_ACCOUNT:
	case VERDICT_RECIPIENT:
	case VERDICT_MESSAGE:
		becomes_good(h, now);
		break;
	case VERDICT_RELAY:
	case VERDICT_CREDENTIAL:
		becomes_bad(h, v, now);
		break;
	case VERDICT_TRANSIENT:
	case VERDICT_AMBIGUOUS:
	case VERDICT_LOCAL:
	case VERDICT_CLASS_COUNT:
		break;
	}
	if (was_probing)
		probe_ended(h, now);
}

void relay_health_probe_now(struct relay_health *h, int64_t now)
{
	if (h->state == RELAY_WORKS)
		return;
	h->probes = 0;
	if (!h->probing)
		h->next_probe = now;
}

void relay_health_probe_anew(struct relay_health *h, int64_t now)
{
	h->probing = false;
	relay_health_probe_now(h, now);
}

void relay_health_settings_changed(struct relay_health *h, int64_t now)
{
	/* what was true of the old relay says nothing about the new one; a failure stays until
	 * it is disproved */
	if (h->state == RELAY_WORKS)
		set_state(h, RELAY_UNTRIED, now);
	h->mended = h->alarmed;
	relay_health_probe_anew(h, now);
}

enum relay_event relay_health_next(struct relay_health *h)
{
	if (h->broke) {
		h->broke = false;
		return RELAY_EVENT_BROKE;
	}
	if (h->works) {
		h->works = false;
		return RELAY_EVENT_WORKS;
	}
	if (h->probe) {
		h->probe = false;
		return RELAY_EVENT_PROBE;
	}
	return RELAY_EVENT_NONE;
}

/* When the relay is to be tried alone. */
static int64_t probe_at(const struct relay_health *h)
{
	return h->probing ? INT64_MAX : h->next_probe;
}

int64_t relay_health_deadline(const struct relay_health *h)
{
	return probe_at(h) < steady_at(h) ? probe_at(h) : steady_at(h);
}

void relay_health_expire(struct relay_health *h, int64_t now)
{
	if (now >= steady_at(h))
		end_alert(h, now);
	if (now < probe_at(h))
		return;
	h->next_probe = INT64_MAX;
	h->probing = true;
	h->probe = true;
}

bool relay_health_may_send(const struct relay_health *h)
{
	return h->state != RELAY_BROKEN;
}
