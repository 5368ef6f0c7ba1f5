/* terminal.c - questions at the terminal; see terminal.h. */
#include "sys/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
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

/* 0 when there is something to read. */
static int wait_for_line(int fd, const struct asking *asking)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = 0;

	if (asking->still == NULL)
		return 0;
	while (n == 0) {
		n = poll(&p, 1, STILL_MS);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n == 0 && !asking->still(asking->arg)) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
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
	int result;

	if (tcgetattr(fd, &before) < 0)
		return -1;
	now = before;
	if (asking->secret)
		now.c_lflag = (now.c_lflag & ~(tcflag_t)ECHO) | ECHONL;
	/* what was typed before the question is no answer to it */
	if (tcsetattr(fd, TCSAFLUSH, &now) < 0)
		return -1;
	result = write(fd, asking->prompt, strlen(asking->prompt)) < 0 ? -1 :
		wait_for_line(fd, asking);
	if (result == 0)
		result = read_line(fd, line);
	tcsetattr(fd, TCSANOW, &before);
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
	if (result != 0)
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
