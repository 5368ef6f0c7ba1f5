/*
 * loop.h - one loop a process: timers on the boot clock, watched descriptors, signals.
 *
 * Timers, watches and signal watches lie in the caller's memory, need no allocation and may be
 * changed or released inside any callback, their own too. All callbacks come from loop_run().
 * The loop is epoll itself, since no packaged loop has timers on CLOCK_BOOTTIME (docs/adr).
 */
#ifndef TOCSIN_SYS_LOOP_H
#define TOCSIN_SYS_LOOP_H

#include <signal.h>

#include "base/base.h"

struct loop;

/* NULL without memory or descriptors. Ignores SIGPIPE for the process. Make it after fork. */
struct loop *loop_new(void);
void loop_free(struct loop *l); /* after all its watches are released; NULL is fine */

/* Until loop_stop(); negative when the kernel refuses to wait. */
int loop_run(struct loop *l) MUST_CHECK;
void loop_stop(struct loop *l);

int64_t loop_now(const struct loop *l); /* boot ms when this turn began */

/* The longest time in ms that a timer or an event was kept waiting within the last 10 s. */
int64_t loop_lag_ms(const struct loop *l);

/* ---- timers: one call of fn each time it is set ---- */

struct timer {
	struct loop *loop;
	void (*fn)(void *arg);
	void *arg;
	int64_t due; /* boot ms */
	uint64_t seq; /* timers of one due fire in the order they were set */
	struct timer *child, *next, *back; /* timer_heap.h */
};

void timer_init(struct timer *t, struct loop *l, void (*fn)(void *arg), void *arg);
void timer_set(struct timer *t, int64_t ms); /* from now; a pending one moves; 0 = next turn */
void timer_set_at(struct timer *t, int64_t boot_ms);
void timer_cancel(struct timer *t); /* also good for a zeroed struct */
bool timer_pending(const struct timer *t);

/* ---- watches: fn while the descriptor is ready (level-triggered) ---- */

enum {
	WATCH_READ = 1,
	WATCH_WRITE = 2, /* an error or hang-up of the descriptor shows as whatever was asked for */
};

struct watch {
	struct loop *loop;
	void (*fn)(void *arg, unsigned events);
	void *arg;
	int fd;
	unsigned events;
};

/* Watches nothing yet. The descriptor stays the caller's; one watch a descriptor. */
void watch_init(struct watch *w, struct loop *l, int fd, void (*fn)(void *arg, unsigned events),
	void *arg);
/* WATCH_ bits, 0 for none. Negative when the kernel has no room or fd cannot be watched. */
int watch_set(struct watch *w, unsigned events);
void watch_release(struct watch *w); /* before the descriptor is closed; zeroed struct is fine */

/* ---- signals: blocked for the process and delivered in the loop ---- */

struct signal_watch {
	struct watch watch;
	void (*fn)(void *arg, int signo);
	void *arg;
	int signo;
};

int signal_watch_init(struct signal_watch *s, struct loop *l, int signo,
	void (*fn)(void *arg, int signo), void *arg) MUST_CHECK;
void signal_watch_release(struct signal_watch *s);

#endif
