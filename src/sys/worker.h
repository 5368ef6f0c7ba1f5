/*
 * worker.h - one thread beside the loop with a bounded queue of jobs: password hashing, names,
 * commits. A job runs in the thread and is done on the loop. Jobs marked known (an address that
 * signed in before) go before the others; within a rank first come, first served.
 * All signals are blocked in the thread. Start workers before the sandbox is sealed.
 */
#ifndef TOCSIN_SYS_WORKER_H
#define TOCSIN_SYS_WORKER_H

#include "base/base.h"

struct loop;
struct worker;

enum {
	WORKER_FULL = 1,
};

/* Lies in the caller's memory, usually inside a larger struct (CONTAINER_OF), until done. */
struct job {
	void (*run)(struct job *job); /* in the thread; not used by a batch worker */
	void (*done)(struct job *job); /* on the loop, after run; may free the job */
	bool known;
	/* it never ran: a known job took its place in a full queue. Set before done is called. */
	bool displaced;
	struct job *next; /* the worker's */
};

/* queue_limit counts the jobs that wait, without those that run. NULL when it cannot start. */
struct worker *worker_new(struct loop *l, size_t queue_limit, const char *name);

/*
 * A batch worker takes all waiting jobs at once and hands them to run_batch in the thread (the
 * store's commit: everything that waited shares one); then each job's done is called on the loop,
 * in order. jobs is the worker's array and good during the call only. It is woken when the loop's
 * turn ends, so that what is submitted in one turn is not torn apart.
 */
struct worker *worker_new_batch(struct loop *l, size_t queue_limit, const char *name,
	void (*run_batch)(void *arg, struct job *const *jobs, size_t n), void *arg);

/*
 * 0, or WORKER_FULL: the job was not taken. In a full queue a known job takes the place of the
 * latest of the others, so that strangers who fill it keep nobody out who is known.
 */
int worker_submit(struct worker *w, struct job *job) MUST_CHECK;

size_t worker_load(const struct worker *w); /* jobs taken and not yet done */

/* Runs what waits to its end, joins the thread and calls what done is still owed. NULL is fine. */
void worker_free(struct worker *w);

#endif
