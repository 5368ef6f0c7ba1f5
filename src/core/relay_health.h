/*
 * relay_health.h - whether the relay can be used: working, or broken since when and why, and when
 * to try it alone. While it is broken the whole queue is held. A machine without I/O: verdicts
 * and changes of settings go in (feed), "became broken", "works again" and "probe now" come out
 * (next). Times are milliseconds of any clock that never jumps.
 */
#ifndef TOCSIN_CORE_RELAY_HEALTH_H
#define TOCSIN_CORE_RELAY_HEALTH_H

#include "core/verdict.h"

enum relay_state {
	RELAY_UNTRIED, /* nothing was tried with these settings */
	RELAY_WORKS,
	RELAY_BROKEN,
};

enum relay_event {
	RELAY_EVENT_NONE,
	RELAY_EVENT_BROKE, /* hold the queue, raise the one alert */
	RELAY_EVENT_WORKS, /* resume; end the alert */
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
};

void relay_health_init(struct relay_health *h, int64_t now);

/*
 * The verdict of any attempt: a message's, or a probe's (accepted: the relay let us in). Classes
 * about a message or recipient show that the relay answers, so they count as working; transient,
 * ambiguous and local ones change nothing, but end a probe.
 */
void relay_health_feed(struct relay_health *h, const struct verdict *v, int64_t now);

/* New settings, or "try now": broken or untried, a probe is due at once and delays begin anew. */
void relay_health_settings_changed(struct relay_health *h, int64_t now);
void relay_health_probe_now(struct relay_health *h, int64_t now);

enum relay_event relay_health_next(struct relay_health *h);
int64_t relay_health_deadline(const struct relay_health *h); /* INT64_MAX none */
void relay_health_expire(struct relay_health *h, int64_t now);

/* False while the queue is held. */
bool relay_health_may_send(const struct relay_health *h);

#endif
