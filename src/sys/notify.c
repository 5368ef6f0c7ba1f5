/* notify.c - datagrams to the service manager; see notify.h. */
#include "sys/notify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "sys/endpoint.h"

/* "@name" is in the abstract namespace: a NUL in its place, and no NUL at the end (unix(7)). */
static bool address_of(const char *name, struct endpoint *ret_endpoint)
{
	const size_t path_at = offsetof(struct sockaddr_un, sun_path);

	if ((name[0] != '/' && name[0] != '@') || !endpoint_from_path(name, ret_endpoint))
		return false;
	if (name[0] == '@') {
		ret_endpoint->un.sun_path[0] = '\0';
		ret_endpoint->len = (socklen_t)(path_at + strlen(name));
	}
	return true;
}

void notify_send(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct endpoint e;
	int fd;

	if (name == NULL || !address_of(name, &e))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	/* nothing to do when it fails: the service manager then acts on our silence */
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, &e.any, e.len);
	close(fd);
}

int64_t notify_watchdog_ms(void)
{
	uint64_t usec, pid;
	const char *whom = getenv("WATCHDOG_PID");

	if (whom != NULL && (!number_parse(slice_of(whom), 1, INT32_MAX, &pid) ||
	    (pid_t)pid != getpid()))
		return 0;
	if (!number_parse(slice_of(getenv("WATCHDOG_USEC")), 1, INT64_MAX, &usec))
		return 0;
	return (int64_t)(usec / 2000);
}
