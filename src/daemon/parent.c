/*
 * parent.c - supervises the four other roles: starts them, looks whether they turn, ends them; see
 * parent.h. What they are given is parent_give.c's.
 */
#include "daemon/parent_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "daemon/bootstrap.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/notify.h"
#include "sys/process.h"
#include "sys/system_log.h"
#include "sys/unix_socket.h"
#include "wire/pack.h"

enum {
	STOP_MS = 8 * 1000, /* for the others and again for keeper; then SIGKILL */
	PULSE_MS = 5 * 1000,
	PULSES_MISSED = 4, /* in a row; then the role hangs */
};

static const struct {
	enum role role;
	const char *name; /* of the process, and of its user */
	int (*main)(const struct start *start);
} roles[] = {
	{ ROLE_KEEPER, "tocsin-keeper", keeper_main },
	{ ROLE_FRONT, "tocsin-front", front_main },
	{ ROLE_SENDER, "tocsin-sender", sender_main },
	{ ROLE_WATCHER, "tocsin-watcher", watcher_main },
};

static void child_start(struct child *c);
static void stop_if_over(struct parent *p);

/* ---- starting ---- */

static void start_others(struct parent *p);

static void is_ready(struct child *c, struct slice guards)
{
	struct parent *p = c->parent;
	struct arena *a = arena_new(4096);
	bool all = true, first = !c->was_ready;
	struct unpack u;

	if (a == NULL)
		return;
	unpack_init(&u, guards);
	log_info("%s is ready (%s)", role_name(c->role), unpack_text(&u, 1000, a));
	arena_free(a);
	c->ready = c->was_ready = true;
	c->ready_at = clock_boot_ms();
	if (c->role == ROLE_KEEPER && first)
		start_others(p);
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		all = all && p->children[roles[i].role].ready;
	if (!all)
		return;
	notify_send(p->announced ? "STATUS=all roles are running" :
		"READY=1\nSTATUS=all roles are running");
	p->announced = true;
}

static void on_child_message(void *arg, struct channel *channel UNUSED,
	const struct channel_message *m)
{
	struct child *c = arg;

	if (m->word == WORD_READY)
		is_ready(c, m->body);
	else if (m->word == WORD_CERTIFICATE_PUT)
		parent_take_certificate(c, m);
	descriptor_close(m->fds[0]);
	descriptor_close(m->fds[1]);
}

static void on_child_closed(void *arg, struct channel *channel)
{
	struct child *c = arg;

	channel_free(channel);
	c->channel = NULL; /* the end itself is told by SIGCHLD */
}

static const struct channel_events child_events = {
	.message = on_child_message,
	.closed = on_child_closed,
};

/* Keeper first: while the store cannot be opened there is nothing for the others to do. */
static void start_others(struct parent *p)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (roles[i].role != ROLE_KEEPER)
			child_start(&p->children[roles[i].role]);
}

static size_t role_row(enum role role)
{
	size_t i = 0;

	while (roles[i].role != role)
		i++;
	return i;
}

/* Later the role cannot reach it any more; the journal knows the priority of lines already. */
static void open_system_log(enum role role)
{
	bool reached = log_is_journal() || system_log_open(SYSTEM_LOG_PATH);

	if (!reached && role == ROLE_KEEPER) /* once for all */
		log_info("nobody listens on " SYSTEM_LOG_PATH ": alerts are in this log alone");
}

/* In the new process: only what the role is given stays open. */
static int run_child(struct child *c, int parent_fd)
{
	struct start start = *c->parent->start;
	size_t row = role_row(c->role);
	int keep[3] = { parent_fd, start.https_fd, start.local_fd };

	process_set_name(roles[row].name);
	process_close_others(keep, c->role == ROLE_FRONT ? 3 : 1);
	open_system_log(c->role);
	start.parent_fd = parent_fd;
	if (start.root && account_by_name(roles[row].name, &start.user) != 0) {
		log_error("the user %s is gone; make it again", roles[row].name);
		return EX_NOUSER;
	}
	/* what programs leave in the drop folder only its group may read besides its owner */
	if (c->role == ROLE_FRONT && start.drop_group != (gid_t)-1)
		start.user.gid = start.drop_group;
	return roles[row].main(&start);
}

/* Secrets on their way to one role must not lie in the memory of the next. */
static void flush_channels(struct parent *p)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (p->children[roles[i].role].channel != NULL)
			channel_flush(p->children[roles[i].role].channel);
}

static void child_start(struct child *c)
{
	int fds[2];
	pid_t pid;

	if (unix_socket_pair(fds) != 0) {
		log_error("cannot start %s: out of descriptors", role_name(c->role));
		timer_set(&c->restart, 1000);
		return;
	}
	flush_channels(c->parent);
	pid = process_fork();
	if (pid == 0)
		process_exit(run_child(c, fds[1]));
	descriptor_close(fds[1]);
	if (pid < 0) {
		descriptor_close(fds[0]);
		log_error("cannot start %s: fork failed", role_name(c->role));
		timer_set(&c->restart, 1000);
		return;
	}
	c->pid = pid;
	c->ready = false;
	c->ready_at = 0;
	c->unanswered = 0;
	c->channel = channel_new(c->parent->loop, fds[0], ROLE_PARENT, c->role, &child_events, c);
	if (c->channel == NULL) {
		descriptor_close(fds[0]); /* the child ends by itself; SIGCHLD starts it again */
		return;
	}
	parent_link(c);
	parent_give_diagnosis(c->parent, c->role);
	if (c->role != ROLE_SENDER && !parent_give_certificate(c->parent, c->role))
		log_error("%s has no certificate", role_name(c->role));
}

static void on_restart(void *arg)
{
	child_start(arg);
}

/* To the log and to the service manager, whose status is all that some look at. */
static void tell_slow(const struct child *c, int64_t wait)
{
	char status[200];

	log_alert("%s does not stay up; it is started again in %jd s. The lines before say why",
		role_name(c->role), (intmax_t)(wait / 1000));
	snprintf(status, sizeof(status), "STATUS=%s does not stay up and is started again every few "
		"minutes; the log says why", role_name(c->role));
	notify_send(status);
}

static void start_again(struct child *c)
{
	int64_t wait = restart_after(&c->ends,
		c->ready_at != 0 ? clock_boot_ms() - c->ready_at : 0);

	if (restart_is_slow(&c->ends))
		tell_slow(c, wait);
	timer_set(&c->restart, wait);
}

/* Somebody may have mended it. */
static void start_now(struct parent *p)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (timer_pending(&p->children[roles[i].role].restart))
			timer_set(&p->children[roles[i].role].restart, 0);
}

/* ---- do the roles' loops turn ---- */

static void on_pulse_answer(void *arg, const struct channel_message *answer)
{
	struct child *c = arg;

	if (answer != NULL)
		c->unanswered = 0;
}

/*
 * Counts questions, not time: after a suspended machine or a stopped service went on, nobody has
 * missed more than one.
 */
static void kill_child(struct child *c)
{
	struct account user;
	bool dropped = c->parent->start->root &&
		account_by_name(roles[role_row(c->role)].name, &user) == 0;

	process_kill(c->pid, dropped ? &user : NULL);
}

static void feel_pulse(struct child *c)
{
	if (!c->ready || c->channel == NULL)
		return;
	if (c->unanswered < PULSES_MISSED) {
		c->unanswered++;
		channel_ask(c->channel, WORD_PULSE, NULL, on_pulse_answer, c);
		return;
	}
	log_error("%s hangs: no answer in %d s; killing it", role_name(c->role),
		PULSES_MISSED * PULSE_MS / 1000);
	kill_child(c);
	c->ready = false;
}

static void on_pulse(void *arg)
{
	struct parent *p = arg;

	timer_set(&p->pulse, PULSE_MS);
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		feel_pulse(&p->children[roles[i].role]);
}

/* The service manager's turn: it watches parent alone, which watches the others. */
static void on_watchdog(void *arg)
{
	struct parent *p = arg;

	notify_send("WATCHDOG=1");
	timer_set(&p->watchdog, notify_watchdog_ms());
}

/* ---- ending ---- */

static void stop_with(struct parent *p, int exit_code)
{
	p->exit_code = exit_code;
	if (p->stopping)
		return;
	p->stopping = true;
	timer_cancel(&p->pulse);
	notify_send("STOPPING=1");
	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		struct child *c = &p->children[roles[i].role];

		timer_cancel(&c->restart);
		/* keeper last: the others may still have something to give it */
		if (c->role != ROLE_KEEPER && c->channel != NULL)
			channel_send(c->channel, WORD_STOP, 0, NULL);
	}
	timer_set(&p->deadline, STOP_MS);
	stop_if_over(p);
}

/* Once the others are gone the keeper is told; once it is gone too, so are we. */
static void stop_if_over(struct parent *p)
{
	struct child *keeper = &p->children[ROLE_KEEPER];

	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (roles[i].role != ROLE_KEEPER && p->children[roles[i].role].pid != 0)
			return;
	if (keeper->pid == 0) {
		loop_stop(p->loop);
	} else if (keeper->channel != NULL) {
		channel_send(keeper->channel, WORD_STOP, 0, NULL);
		timer_set(&p->deadline, STOP_MS);
	}
}

static void on_deadline(void *arg)
{
	struct parent *p = arg;

	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		struct child *c = &p->children[roles[i].role];

		if (c->pid == 0)
			continue;
		log_warning("%s did not stop in time and is killed", role_name(c->role));
		kill_child(c);
	}
}

static void child_ended(struct child *c, const struct process_end *end)
{
	struct parent *p = c->parent;
	bool hopeless = !c->was_ready && end->signo == 0 && end->status >= EX__BASE &&
		end->status <= EX__MAX && end->status != EX_TEMPFAIL;

	c->pid = 0;
	c->ready = false;
	channel_free(c->channel);
	c->channel = NULL;
	if (p->stopping) {
		stop_if_over(p);
		return;
	}
	if (hopeless) { /* it said why */
		stop_with(p, end->status);
		return;
	}
	if (end->signo != 0)
		log_error("%s was ended by signal %d; starting it again", role_name(c->role), end->signo);
	else
		log_error("%s ended with %d; starting it again", role_name(c->role), end->status);
	start_again(c);
}

static void reap(struct parent *p)
{
	struct process_end end;

	while (process_reap(&end))
		for (size_t i = 0; i < COUNT_OF(roles); i++)
			if (p->children[roles[i].role].pid == end.pid)
				child_ended(&p->children[roles[i].role], &end);
}

/* ---- signals ---- */

/* SIGHUP: the new tocsin.conf counts where it can without a restart; a bad one changes nothing. */
static void reload(struct parent *p)
{
	struct buffer body;
	enum log_level level;

	start_now(p);
	if (!bootstrap_reload(p->start, p->path, &level))
		return;
	log_set_level(level);
	buffer_init(&body, 100);
	pack_number(&body, level);
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (p->children[roles[i].role].channel != NULL)
			channel_send(p->children[roles[i].role].channel, WORD_LOG_LEVEL, 0, &body);
	buffer_release(&body);
	parent_give_diagnosis(p, ROLE_KEEPER);
	parent_give_diagnosis(p, ROLE_FRONT);
	(void)parent_renew_certificate(p);
	if (parent_give_certificate_to_all(p))
		log_info("the certificate and %s were read again", p->path);
}

static void on_signal(void *arg, int signo)
{
	struct parent *p = arg;

	if (signo == SIGCHLD) {
		reap(p);
	} else if (signo == SIGHUP) {
		reload(p);
	} else if (!p->stopping) {
		log_info("stopping");
		stop_with(p, EX_OK);
	}
}

int parent_main(struct start *start, const char *path)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct parent p = { .start = start, .path = path, .loop = loop_new() };

	if (p.loop == NULL)
		return EX_OSERR;
	timer_init(&p.deadline, p.loop, on_deadline, &p);
	timer_init(&p.pulse, p.loop, on_pulse, &p);
	parent_renew_daily(&p);
	timer_init(&p.watchdog, p.loop, on_watchdog, &p);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		if (signal_watch_init(&p.signals[i], p.loop, signals[i], on_signal, &p) != 0)
			return EX_OSERR;
	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		struct child *c = &p.children[roles[i].role];

		c->parent = &p;
		c->role = roles[i].role;
		timer_init(&c->restart, p.loop, on_restart, c);
	}
	child_start(&p.children[ROLE_KEEPER]);
	on_pulse(&p);
	if (notify_watchdog_ms() > 0)
		on_watchdog(&p);
	if (loop_run(p.loop) != 0)
		return EX_OSERR;
	return p.exit_code;
}
