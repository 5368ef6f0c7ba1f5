/*
 * relay_health.h - whether the relay can be used: working, or broken since when and why, and when
 * to try it alone. While it is broken the whole queue is held. A machine without I/O: verdicts
 * and changes of settings go in (feed), "became broken", "works again" and "probe now" come out
 * (next). Times are milliseconds of any clock that never jumps.
 *
 * State and alert are two things. Mail flows as soon as the relay is good (state), but the alert
 * ends only when it has stayed good: a relay that fails now and then is one alert with a count of
 * how often it broke, not a flood. The alert ends after RELAY_STEADY_MS without a break or after
 * RELAY_STEADY_COUNT good verdicts in a row, and at the first good one when somebody changed the
 * settings meanwhile. When it breaks anew within RELAY_CALM_MS of an alert's end, that end was
 * believed too early: the next one takes time, not a count, and twice as long each time, up to an
 * hour. So one hour has about five alerts at the most, and those after it one an hour.
 */
#ifndef TOCSIN_CORE_RELAY_HEALTH_H
#define TOCSIN_CORE_RELAY_HEALTH_H

#include "core/verdict.h"

enum relay_state {
	RELAY_UNTRIED, /* nothing was tried with these settings */
	RELAY_WORKS,
	RELAY_BROKEN,
};

enum {
	RELAY_STEADY_MS = 3 * 60 * 1000,
	RELAY_STEADY_COUNT = 5,
	RELAY_STEADY_MAX_MS = 60 * 60 * 1000,
	RELAY_CALM_MS = 60 * 60 * 1000,
};

enum relay_event {
	RELAY_EVENT_NONE,
	RELAY_EVENT_BROKE, /* raise the one alert */
	RELAY_EVENT_WORKS, /* it stayed good: end the alert */
	RELAY_EVENT_PROBE, /* try the relay alone now; its verdict is fed back */
};

struct relay_health {
	enum relay_state state;
	int64_t since; /* when the state began */
	struct verdict verdict; /* of the newest failure, while broken */
	unsigned probes; /* since it broke */
	bool probing; /* PROBE was given out, its verdict is awaited */
	int64_t next_probe; /* while broken and not probing */
	bool broke, works, probe; /* events not yet given out */

	bool alarmed; /* BROKE was given out or waits, WORKS did not follow yet */
	int64_t alarmed_at; /* when it broke first */
	unsigned breaks; /* how often it broke within this alert, the first one included */
	unsigned n_good; /* good verdicts since it broke last */
	bool mended; /* the settings were changed during the alert */
	unsigned relapses; /* alerts in a row that began within RELAY_CALM_MS of the one before */
	bool healed; /* an alert ended, at healed_at */
	int64_t healed_at;
};

void relay_health_init(struct relay_health *h, int64_t now);

/*
 * What was known before a restart: broken since then, so often, and alarmed. The relay is to be
 * tried at once, and the alert goes on.
 */
void relay_health_restore(struct relay_health *h, const struct verdict *v, unsigned breaks,
	int64_t since, int64_t now);

/*
 * The verdict of any attempt: a message's, or a probe's (accepted: the relay let us in). Classes
 * about a message or recipient show that the relay answers, so they count as working; transient,
 * ambiguous and local ones change nothing, but end a probe.
 */
void relay_health_feed(struct relay_health *h, const struct verdict *v, int64_t now);

/* New settings, or "try now": broken or untried, a probe is due at once and delays begin anew. */
void relay_health_settings_changed(struct relay_health *h, int64_t now);
void relay_health_probe_now(struct relay_health *h, int64_t now);
/* The same, and the verdict of a probe that is under way will never come: nobody waits for it. */
void relay_health_probe_anew(struct relay_health *h, int64_t now);

enum relay_event relay_health_next(struct relay_health *h);
int64_t relay_health_deadline(const struct relay_health *h); /* INT64_MAX none */
void relay_health_expire(struct relay_health *h, int64_t now);

/* False while the queue is held. */
bool relay_health_may_send(const struct relay_health *h);

#endif
