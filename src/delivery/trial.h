/*
 * trial.h - the run of a test mail: past the queue, with the settings it is given, every stage told
 * as it passes (wire/trial.h).
 *
 * A person waits for it, so it is less patient than the queue, which keeps the deadlines of RFC
 * 5321 4.5.3.2 (smtp/session.h): a stage may take a minute and all of it three, with a second more
 * for each recipient. A server that does not greet is looked at after three seconds: the stage
 * says that it still waits, and a second connection finds out whether the port speaks TLS from the
 * first byte (delivery/tls_look.h); if so the test ends there with REASON_SPEAKS_TLS.
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

/* Milliseconds. */
struct trial_patience {
	int64_t greeting; /* until a silent server is looked at */
	int64_t stage; /* for each stage, and for each address that is tried */
	int64_t whole; /* and 1000 for each recipient */
};

extern const struct trial_patience trial_patience; /* of every test that a person asks for */

struct trial_options {
	struct loop *loop;
	struct resolver *resolver;
	struct tls_client *system_trust;
	const struct trial_patience *patience; /* stays where it is */
	const struct trial_events *events;
	void *arg;
};

/* body is WORD_TRIAL's. NULL: memory or malformed. */
struct trial_run *trial_run_new(const struct trial_options *options, struct slice body);
void trial_run_free(struct trial_run *t); /* NULL is fine */

#endif
