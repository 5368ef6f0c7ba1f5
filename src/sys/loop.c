/* loop.c - one turn after the other: wait, events, timers; see loop.h. */
#include "sys/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/timer_heap.h"

enum {
	BATCH = 64, /* events taken from the kernel at once */
	LAG_SECONDS = 10,
};

struct lag {
	int64_t second; /* boot clock */
	int64_t ms; /* the longest wait in that second */
};

struct loop {
	int epoll_fd;
	struct watch alarm; /* timerfd: epoll's own timeout does not count suspended time */
	int64_t alarm_due; /* boot ms it is set to, 0 for none */
	struct timer *timers;
	uint64_t timer_seq;
	int64_t now;
	struct epoll_event batch[BATCH];
	int n_batch, at_batch;
	bool stopping;
	struct lag lags[LAG_SECONDS];
};

/* ---- lag ---- */

static void note_lag(struct loop *l, int64_t ms)
{
	struct lag *lag = &l->lags[l->now / 1000 % LAG_SECONDS];

	if (lag->second != l->now / 1000)
		*lag = (struct lag){ .second = l->now / 1000 };
	if (ms > lag->ms)
		lag->ms = ms;
}

int64_t loop_lag_ms(const struct loop *l)
{
	int64_t oldest = clock_boot_ms() / 1000 - LAG_SECONDS, longest = 0;

	for (size_t i = 0; i < LAG_SECONDS; i++) {
		if (l->lags[i].second > oldest && l->lags[i].ms > longest)
			longest = l->lags[i].ms;
	}
	return longest;
}

/* ---- timers ---- */

void timer_init(struct timer *t, struct loop *l, void (*fn)(void *arg), void *arg)
{
	*t = (struct timer){ .loop = l, .fn = fn, .arg = arg };
}

bool timer_pending(const struct timer *t)
{
	return t->back != NULL;
}

void timer_cancel(struct timer *t)
{
	if (timer_pending(t))
		timer_heap_remove(&t->loop->timers, t);
}

void timer_set_at(struct timer *t, int64_t boot_ms)
{
	struct loop *l = t->loop;

	timer_cancel(t);
	/* not before this turn: so what is set now stands behind all that was due already */
	t->due = boot_ms > l->now ? boot_ms : l->now;
	t->seq = l->timer_seq++;
	timer_heap_add(&l->timers, t);
}

void timer_set(struct timer *t, int64_t ms)
{
	timer_set_at(t, ms > 0 ? clock_boot_ms() + ms : 0);
}

static void run_timers(struct loop *l)
{
	uint64_t end = l->timer_seq; /* those set from here on wait for the next turn */

	while (!l->stopping && l->timers != NULL) {
		struct timer *t = l->timers;

		if (t->due > l->now || t->seq >= end)
			return;
		note_lag(l, l->now - t->due);
		timer_cancel(t);
		t->fn(t->arg);
	}
}

/* The alarm is moved only to earlier times; one that rings too early is set anew. */
static void set_alarm(struct loop *l)
{
	struct itimerspec at = { 0 };
	int64_t due = l->timers->due;

	if (l->alarm_due != 0 && l->alarm_due <= due)
		return;
	at.it_value.tv_sec = due / 1000;
	at.it_value.tv_nsec = due % 1000 * 1000000;
	if (timerfd_settime(l->alarm.fd, TFD_TIMER_ABSTIME, &at, NULL) == 0)
		l->alarm_due = due;
}

static void on_alarm(void *arg, unsigned events UNUSED)
{
	struct loop *l = arg;
	uint64_t n;

	if (read(l->alarm.fd, &n, sizeof(n)) == (ssize_t)sizeof(n))
		l->alarm_due = 0;
}

/* ---- watches ---- */

void watch_init(struct watch *w, struct loop *l, int fd, void (*fn)(void *arg, unsigned events),
	void *arg)
{
	*w = (struct watch){ .loop = l, .fd = fd, .fn = fn, .arg = arg };
}

int watch_set(struct watch *w, unsigned events)
{
	struct epoll_event e = { .data.ptr = w };
	int op = w->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;

	if (events == w->events)
		return 0;
	if (events & WATCH_READ)
		e.events |= EPOLLIN | EPOLLRDHUP;
	if (events & WATCH_WRITE)
		e.events |= EPOLLOUT;
	if (epoll_ctl(w->loop->epoll_fd, op, w->fd, &e) < 0)
		return -1;
	w->events = events;
	return 0;
}

void watch_release(struct watch *w)
{
	struct loop *l = w->loop;

	if (l == NULL)
		return;
	if (w->events != 0)
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
	for (int i = l->at_batch; i < l->n_batch; i++) {
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
	}
	*w = (struct watch){ .fd = -1 };
}

static void run_watches(struct loop *l)
{
	l->at_batch = 0;
	while (!l->stopping && l->at_batch < l->n_batch) {
		const struct epoll_event *e = &l->batch[l->at_batch++];
		struct watch *w = e->data.ptr;
		unsigned events = 0;

		if (w == NULL)
			continue;
		if (e->events & (EPOLLIN | EPOLLRDHUP))
			events |= WATCH_READ;
		if (e->events & EPOLLOUT)
			events |= WATCH_WRITE;
		if (e->events & (EPOLLERR | EPOLLHUP))
			events = WATCH_READ | WATCH_WRITE;
		events &= w->events;
		if (events != 0)
			w->fn(w->arg, events);
	}
	l->n_batch = l->at_batch = 0;
}

/* ---- the loop ---- */

static int wait_for_events(struct loop *l)
{
	int timeout = -1, n;

	if (l->timers != NULL) {
		if (l->timers->due <= clock_boot_ms())
			timeout = 0;
		else
			set_alarm(l);
	}
	n = epoll_wait(l->epoll_fd, l->batch, BATCH, timeout);
	if (n < 0 && errno != EINTR)
		return -1;
	l->n_batch = n > 0 ? n : 0;
	l->now = clock_boot_ms();
	return 0;
}

int loop_run(struct loop *l)
{
	l->now = clock_boot_ms();
	while (!l->stopping) {
		if (wait_for_events(l) < 0)
			return -1;
		run_watches(l);
		run_timers(l);
		note_lag(l, clock_boot_ms() - l->now);
	}
	l->stopping = false;
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stopping = true;
}

int64_t loop_now(const struct loop *l)
{
	return l->now;
}

static int open_loop(struct loop *l)
{
	int alarm_fd;

	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0)
		return -1;
	alarm_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	watch_init(&l->alarm, l, alarm_fd, on_alarm, l);
	return alarm_fd < 0 ? -1 : watch_set(&l->alarm, WATCH_READ);
}

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->alarm.fd = -1;
	l->now = clock_boot_ms();
	signal(SIGPIPE, SIG_IGN);
	if (open_loop(l) < 0) {
		loop_free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	int alarm_fd;

	if (l == NULL)
		return;
	alarm_fd = l->alarm.fd;
	watch_release(&l->alarm);
	if (alarm_fd >= 0)
		close(alarm_fd);
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	while (l->timers != NULL)
		timer_cancel(l->timers);
	free(l);
}
