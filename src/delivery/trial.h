/*
 * trial.h - the run of a test mail: past the queue, with the settings it is given, every stage told
 * as it passes (wire/trial.h).
 */
#ifndef TOCSIN_DELIVERY_TRIAL_H
#define TOCSIN_DELIVERY_TRIAL_H

#include "delivery/connection.h"
#include "wire/trial.h"

struct trial_run;

enum {
	TRIAL_TELL_MS = 100, /* changes are told no more often than that */
	TRIAL_RUNS_MAX = 4, /* at the same time */
};

struct trial_events {
	void (*changed)(void *arg, uint64_t run, const struct trial *trial);
	void (*done)(void *arg, struct trial_run *t); /* after the last changed; free it */
};

/* body is WORD_TRIAL's. NULL: memory or malformed. */
struct trial_run *trial_run_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, struct slice body, const struct trial_events *events,
	void *arg);
void trial_run_free(struct trial_run *t); /* NULL is fine */

#endif
