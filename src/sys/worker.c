/* worker.c - one thread, its two queues and the way back to the loop; see worker.h. */
#include "sys/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/loop.h"

struct queue {
	struct job *first, **end;
	size_t n;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock; /* over the queues and stopping */
	pthread_cond_t wake;
	struct queue known, others, finished;
	bool stopping;
	bool called; /* a batch worker: the turn that submitted something is over */
	size_t queue_limit;
	size_t load; /* the loop's own: taken and not yet done */
	struct watch bell; /* eventfd: there is something in finished */
	struct timer turn; /* of a batch worker: calls it at the end of the loop's turn */
	void (*run_batch)(void *arg, struct job *const *jobs, size_t n);
	void *arg;
	struct job **batch; /* room for queue_limit jobs; only of a batch worker */
};

static void queue_init(struct queue *q)
{
	*q = (struct queue){ .end = &q->first };
}

static void queue_add(struct queue *q, struct job *job)
{
	job->next = NULL;
	*q->end = job;
	q->end = &job->next;
	q->n++;
}

static struct job *queue_take(struct queue *q)
{
	struct job *job = q->first;

	if (job == NULL)
		return NULL;
	q->first = job->next;
	if (q->first == NULL)
		q->end = &q->first;
	q->n--;
	return job;
}

/* The job that came last, or NULL. */
static struct job *queue_take_last(struct queue *q)
{
	struct job **at = &q->first, *job;

	if (q->first == NULL)
		return NULL;
	while ((*at)->next != NULL)
		at = &(*at)->next;
	job = *at;
	*at = NULL;
	q->end = at;
	q->n--;
	return job;
}

/* ---- in the thread ---- */

static struct job *take_next(struct worker *w)
{
	struct job *job = queue_take(&w->known);

	return job != NULL ? job : queue_take(&w->others);
}

/* Called and returns with the lock held. */
static void run_one(struct worker *w)
{
	struct job *job = take_next(w);

	pthread_mutex_unlock(&w->lock);
	job->run(job);
	pthread_mutex_lock(&w->lock);
	queue_add(&w->finished, job);
}

/* Called and returns with the lock held. */
static void run_all(struct worker *w)
{
	size_t n = 0;
	struct job *job;

	w->called = false;
	while ((job = take_next(w)) != NULL)
		w->batch[n++] = job;
	pthread_mutex_unlock(&w->lock);
	w->run_batch(w->arg, w->batch, n);
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < n; i++)
		queue_add(&w->finished, w->batch[i]);
}

static void ring(struct worker *w)
{
	/* fails only when the counter is full, and then the loop is on its way already */
	(void)!eventfd_write(w->bell.fd, 1);
}

static bool has_work(const struct worker *w)
{
	return w->known.n + w->others.n > 0 && (w->called || w->run_batch == NULL);
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!has_work(w) && !w->stopping)
			pthread_cond_wait(&w->wake, &w->lock);
		if (w->known.n + w->others.n == 0)
			break;
		if (w->run_batch != NULL)
			run_all(w);
		else
			run_one(w);
		ring(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* ---- on the loop ---- */

/* The jobs that have finished by now; done may submit more. */
static void call_done(struct worker *w)
{
	struct job *job, *next;

	pthread_mutex_lock(&w->lock);
	job = w->finished.first;
	queue_init(&w->finished);
	pthread_mutex_unlock(&w->lock);
	for (; job != NULL; job = next) {
		next = job->next;
		w->load--;
		job->done(job);
	}
}

static void on_bell(void *arg, unsigned events UNUSED)
{
	struct worker *w = arg;
	eventfd_t n;

	if (eventfd_read(w->bell.fd, &n) == 0)
		call_done(w);
}

static void on_turn(void *arg)
{
	struct worker *w = arg;

	pthread_mutex_lock(&w->lock);
	w->called = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

int worker_submit(struct worker *w, struct job *job)
{
	struct job *displaced = NULL;
	bool full;

	pthread_mutex_lock(&w->lock);
	full = w->known.n + w->others.n >= w->queue_limit;
	if (full && job->known && (displaced = queue_take_last(&w->others)) != NULL) {
		displaced->displaced = true;
		queue_add(&w->finished, displaced);
		full = false;
		eventfd_write(w->bell.fd, 1);
	}
	if (!full) {
		queue_add(job->known ? &w->known : &w->others, job);
		if (w->run_batch == NULL)
			pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	if (full)
		return WORKER_FULL;
	w->load++;
	if (w->run_batch != NULL && !timer_pending(&w->turn))
		timer_set(&w->turn, 0);
	return 0;
}

size_t worker_load(const struct worker *w)
{
	return w->load;
}

/* A thread takes over the signal mask of its maker. */
static int start_thread(struct worker *w, const char *name)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&w->thread, NULL, thread_main, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		return -1;
	pthread_setname_np(w->thread, name); /* at most 15 characters, else it stays unnamed */
	return 0;
}

static void worker_destroy(struct worker *w)
{
	int fd = w->bell.fd;

	timer_cancel(&w->turn);
	watch_release(&w->bell);
	if (fd >= 0)
		close(fd);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w->batch);
	free(w);
}

static struct worker *worker_start(struct loop *l, size_t queue_limit, const char *name,
	void (*run_batch)(void *arg, struct job *const *jobs, size_t n), void *arg)
{
	struct worker *w = calloc(1, sizeof(*w));
	bool good;

	if (w == NULL)
		return NULL;
	w->queue_limit = queue_limit;
	w->run_batch = run_batch;
	w->arg = arg;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	queue_init(&w->known);
	queue_init(&w->others);
	queue_init(&w->finished);
	watch_init(&w->bell, l, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), on_bell, w);
	timer_init(&w->turn, l, on_turn, w);
	if (run_batch != NULL)
		w->batch = calloc(queue_limit, sizeof(struct job *));
	good = w->bell.fd >= 0 && (run_batch == NULL || w->batch != NULL);
	if (good && watch_set(&w->bell, WATCH_READ) == 0 && start_thread(w, name) == 0)
		return w;
	worker_destroy(w);
	return NULL;
}

struct worker *worker_new(struct loop *l, size_t queue_limit, const char *name)
{
	return worker_start(l, queue_limit, name, NULL, NULL);
}

struct worker *worker_new_batch(struct loop *l, size_t queue_limit, const char *name,
	void (*run_batch)(void *arg, struct job *const *jobs, size_t n), void *arg)
{
	return worker_start(l, queue_limit, name, run_batch, arg);
}

static void stop_thread(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
}

void worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	stop_thread(w);
	call_done(w);
	worker_destroy(w);
}
