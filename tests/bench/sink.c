/*
 * sink.c - an SMTP server that takes every mail and throws it away, faster than anybody can send;
 * for measuring only. Each reply leaves DELAY ms after its command came, so that a relay far away
 * can be played. Says one line for each mail on standard output:
 *
 *	NANOSECONDS SUBJECT
 *
 * the monotonic clock when its dot was read, and its subject. Ends when standard input does.
 *
 * usage: sink PORT DELAY
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 256,
	LINE_SIZE = 4096,
	REPLIES_MAX = 256, /* of one connection, that wait for their time */
	SUBJECT_SIZE = 64,
	MS = 1000000,
};

struct reply {
	long long due;
	const char *text;
};

struct connection {
	int fd;
	char line[LINE_SIZE]; /* so far */
	size_t len;
	bool in_data;
	bool quit;
	char subject[SUBJECT_SIZE];
	struct reply replies[REPLIES_MAX]; /* a ring */
	size_t first, n;
};

static struct connection connections[CONNECTIONS_MAX];
static int n_connections;
static long long delay;

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL * MS + t.tv_nsec;
}

static void hang_up(struct connection *c)
{
	close(c->fd);
	n_connections--;
	*c = connections[n_connections];
}

static void say(struct connection *c, const char *text)
{
	if (c->n == REPLIES_MAX) {
		fprintf(stderr, "sink: too many commands at once\n");
		exit(1);
	}
	c->replies[(c->first + c->n++) % REPLIES_MAX] =
		(struct reply){ .due = now() + delay, .text = text };
}

static bool begins(const char *line, const char *word)
{
	return strncasecmp(line, word, strlen(word)) == 0;
}

static void take_command(struct connection *c)
{
	if (begins(c->line, "EHLO")) {
		say(c, "250-sink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250 8BITMIME\r\n");
	} else if (begins(c->line, "DATA")) {
		c->in_data = true;
		c->subject[0] = '\0';
		say(c, "354 go on\r\n");
	} else if (begins(c->line, "QUIT")) {
		c->quit = true;
		say(c, "221 bye\r\n");
	} else {
		say(c, "250 ok\r\n");
	}
}

static void take_line(struct connection *c)
{
	if (!c->in_data) {
		take_command(c);
	} else if (strcmp(c->line, ".") == 0) {
		c->in_data = false;
		say(c, "250 ok: queued as SINK\r\n");
		printf("%lld %s\n", now(), c->subject);
	} else if (c->subject[0] == '\0' && begins(c->line, "Subject: ")) {
		snprintf(c->subject, sizeof(c->subject), "%.*s", SUBJECT_SIZE - 1, c->line + 9);
	}
}

static void take(struct connection *c, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			if (c->len > 0 && c->line[c->len - 1] == '\r')
				c->len--;
			c->line[c->len] = '\0';
			take_line(c);
			c->len = 0;
		} else if (c->len < LINE_SIZE - 1) {
			c->line[c->len++] = bytes[i];
		}
	}
}

/* False when the client is gone. */
static bool read_some(struct connection *c)
{
	char bytes[8192];
	ssize_t n = read(c->fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	take(c, bytes, (size_t)n);
	return n > 0;
}

/* What is due goes out in one piece, as a server's answers to a group of commands do. */
static bool answer(struct connection *c)
{
	char out[LINE_SIZE];
	size_t len = 0;

	while (c->n > 0 && c->replies[c->first].due <= now()) {
		size_t more = strlen(c->replies[c->first].text);

		if (len + more > sizeof(out))
			break;
		memcpy(out + len, c->replies[c->first].text, more);
		len += more;
		c->first = (c->first + 1) % REPLIES_MAX;
		c->n--;
	}
	if (len > 0 && write(c->fd, out, len) != (ssize_t)len)
		return false;
	return !c->quit || c->n > 0;
}

static void greet(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;

	if (fd < 0)
		return;
	if (n_connections == CONNECTIONS_MAX) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	connections[n_connections] = (struct connection){ .fd = fd };
	say(&connections[n_connections++], "220 sink ESMTP\r\n");
}

/* Milliseconds until a reply is due, -1 when none waits. */
static int patience(void)
{
	long long first = -1;

	for (int i = 0; i < n_connections; i++) {
		const struct connection *c = &connections[i];

		if (c->n > 0 && (first < 0 || c->replies[c->first].due < first))
			first = c->replies[c->first].due;
	}
	if (first < 0)
		return -1;
	return first > now() ? (int)((first - now()) / MS) + 1 : 0;
}

static void turn(int listener)
{
	struct pollfd fds[CONNECTIONS_MAX + 2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = listener, .events = POLLIN },
	};
	int n = n_connections;

	for (int i = 0; i < n; i++)
		fds[i + 2] = (struct pollfd){ .fd = connections[i].fd, .events = POLLIN };
	if (poll(fds, (nfds_t)n + 2, patience()) < 0)
		return;
	if (fds[0].revents != 0)
		exit(0);
	for (int i = n - 1; i >= 0; i--) /* from the end: hang_up() moves the last one */
		if ((fds[i + 2].revents != 0 && !read_some(&connections[i])) ||
			!answer(&connections[i]))
			hang_up(&connections[i]);
	if (fds[1].revents != 0)
		greet(listener);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (argc != 3)
		return 64;
	delay = atoi(argv[2]) * (long long)MS;
	address.sin_port = htons((unsigned short)atoi(argv[1]));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
		listen(listener, 128) != 0) {
		perror("sink");
		return 1;
	}
	for (;;)
		turn(listener);
}
