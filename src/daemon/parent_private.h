/* parent_private.h - what parent.c, which supervises, and parent_give.c, which gives, share. */
#ifndef TOCSIN_DAEMON_PARENT_PRIVATE_H
#define TOCSIN_DAEMON_PARENT_PRIVATE_H

#include "core/restart.h"
#include "daemon/parent.h"

struct parent;

struct child {
	struct parent *parent;
	enum role role;
	pid_t pid; /* 0 when not running */
	struct channel *channel;
	struct restart ends;
	struct timer restart;
	bool ready; /* since it was forked */
	int64_t ready_at; /* boot ms; 0: not yet since it was forked */
	bool was_ready; /* ever */
	int unanswered; /* pulses in a row */
};

struct parent {
	struct start *start;
	const char *path;
	struct loop *loop;
	struct child children[ROLE_COUNT]; /* [ROLE_PARENT] and [ROLE_TOOL] are not used */
	struct signal_watch signals[4];
	struct timer deadline, pulse, watchdog, renewal;
	bool stopping, announced;
	int exit_code;
};

/* ---- parent_give.c ---- */

/* A channel between a child that was started and each of its neighbours that run. */
void parent_link(struct child *c);

/* False when a file is not there; it is in the log. */
bool parent_give_certificate(struct parent *p, enum role role);
bool parent_give_certificate_to_all(struct parent *p);
/* The keeper has one of a backup, and hears what became of it. */
void parent_take_certificate(struct child *c, const struct channel_message *m);
/* True when another was made. */
bool parent_renew_certificate(struct parent *p);
void parent_renew_daily(struct parent *p);

void parent_give_diagnosis(struct parent *p, enum role role);

#endif
