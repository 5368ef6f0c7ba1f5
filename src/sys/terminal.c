/* terminal.c - questions at the terminal; see terminal.h. */
#include "sys/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"

enum {
	STILL_MS = 20 * 1000,
};

struct asking {
	const char *prompt;
	bool secret;
	bool (*still)(void *arg); /* NULL: for as long as it takes */
	void *arg;
};

/* What would end the process; the terminal would stay without echo, and the daemon would wait. */
struct endings {
	sigset_t before;
	int fd; /* readable when one came; -1: they end it as ever */
};

static void endings_hold(struct endings *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, NULL, &e->before);
	e->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (e->fd >= 0)
		pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Those that came are taken: the question is over, and its caller ends by itself. */
static void endings_let_go(struct endings *e)
{
	struct signalfd_siginfo info;

	if (e->fd < 0)
		return;
	while (read(e->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		continue;
	close(e->fd);
	pthread_sigmask(SIG_SETMASK, &e->before, NULL);
}

/* 0 when there is something to read. */
static int wait_for_line(int fd, const struct asking *asking, const struct endings *e)
{
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = e->fd, .events = POLLIN },
	};
	int n = 0;

	while (n == 0) {
		n = poll(p, COUNT_OF(p), asking->still != NULL ? STILL_MS : -1);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n == 0 && asking->still != NULL && !asking->still(asking->arg)) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	if (n > 0 && p[1].revents != 0)
		return TERMINAL_INTERRUPTED;
	return n < 0 ? -1 : 0;
}

/* To the end of the line; the terminal hands over whole lines. */
static int read_line(int fd, struct buffer *line)
{
	char c;
	ssize_t n;

	while ((n = read(fd, &c, 1)) == 1 && c != '\n')
		buffer_append_char(line, c);
	secret_wipe(&c, sizeof(c));
	return n < 0 || !buffer_ok(line) ? -1 : 0;
}

static int ask(int fd, const struct asking *asking, struct buffer *line)
{
	struct termios before, now;
	struct endings endings;
	int result;

	if (tcgetattr(fd, &before) < 0)
		return -1;
	now = before;
	if (asking->secret)
		now.c_lflag = (now.c_lflag & ~(tcflag_t)ECHO) | ECHONL;
	/* what was typed before the question is no answer to it */
	endings_hold(&endings);
	result = tcsetattr(fd, TCSAFLUSH, &now) < 0 ||
		write(fd, asking->prompt, strlen(asking->prompt)) < 0 ? -1 :
		wait_for_line(fd, asking, &endings);
	if (result == 0)
		result = read_line(fd, line);
	tcsetattr(fd, TCSANOW, &before);
	endings_let_go(&endings);
	return result;
}

static int ask_at_terminal(const struct asking *asking, struct buffer *line, struct fault *f)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), result;

	if (fd < 0) {
		fault_set(f, "there is no terminal to ask at");
		return TERMINAL_ABSENT;
	}
	errno = EINVAL;
	result = ask(fd, asking, line);
	if (result == TERMINAL_INTERRUPTED)
		fault_set(f, "interrupted");
	else if (result != 0)
		fault_set_errno(f, errno, "the terminal");
	close(fd);
	return result;
}

int terminal_ask_secret(const char *prompt, struct buffer *ret_line, struct fault *f)
{
	const struct asking asking = { .prompt = prompt, .secret = true };

	return ask_at_terminal(&asking, ret_line, f);
}

int terminal_ask(const char *prompt, bool (*still)(void *arg), void *arg, struct buffer *ret_line,
	struct fault *f)
{
	const struct asking asking = { .prompt = prompt, .still = still, .arg = arg };

	return ask_at_terminal(&asking, ret_line, f);
}
