/* signal_watch.c - signals as events of the loop, one signalfd each; see loop.h. */
#include <sys/signalfd.h>
#include <unistd.h>

#include "sys/loop.h"

static void on_signal(void *arg, unsigned events UNUSED)
{
	struct signal_watch *s = arg;
	struct signalfd_siginfo info;

	if (read(s->watch.fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		s->fn(s->arg, (int)info.ssi_signo);
}

static void mask_signal(int how, int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	pthread_sigmask(how, &set, NULL);
}

int signal_watch_init(struct signal_watch *s, struct loop *l, int signo,
	void (*fn)(void *arg, int signo), void *arg)
{
	sigset_t set;
	int fd;

	*s = (struct signal_watch){ .fn = fn, .arg = arg, .signo = signo, .watch.fd = -1 };
	sigemptyset(&set);
	sigaddset(&set, signo);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -1;
	mask_signal(SIG_BLOCK, signo);
	watch_init(&s->watch, l, fd, on_signal, s);
	if (watch_set(&s->watch, WATCH_READ) == 0)
		return 0;
	signal_watch_release(s);
	return -1;
}

void signal_watch_release(struct signal_watch *s)
{
	int fd = s->watch.fd;

	if (s->signo == 0)
		return;
	watch_release(&s->watch);
	if (fd >= 0)
		close(fd);
	mask_signal(SIG_UNBLOCK, s->signo);
	s->signo = 0;
}
