/* listener.c - listening TCP sockets and the accept loop; see listener.h. */
#include "sys/listener.h"

#include <errno.h>
#include <unistd.h>

#include "base/log.h"

enum {
	ACCEPT_TURN = 64, /* connections taken in one turn of the loop */
	RETRY_MS = 1000,
};

/* ---- opening ---- */

static void listen_fault(struct fault *f, struct slice address, int error)
{
	switch (error) {
	case EADDRINUSE:
		fault_set(f, "%.*s is in use by another program", SLICE_ARGS(address));
		break;
	case EACCES:
		fault_set(f, "%.*s needs root with CAP_NET_BIND_SERVICE (for the service: systemctl edit tocsin, [Service] "
			"CapabilityBoundingSet=CAP_NET_BIND_SERVICE); ports from 1024 up do not",
		    SLICE_ARGS(address));
		break;
	case EADDRNOTAVAIL:
		fault_set(f, "%.*s is not an address of this machine", SLICE_ARGS(address));
		break;
	default:
		fault_set_errno(f, error, "%.*s cannot be listened on", SLICE_ARGS(address));
		break;
	}
}

/* The errno of what failed, or 0. */
static int bind_and_listen(const struct endpoint *e, int *ret_fd)
{
	int fd = socket(e->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1, off = 0;
	int error;

	if (fd < 0)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (e->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, &e->any, e->len) == 0 && listen(fd, SOMAXCONN) == 0) {
		*ret_fd = fd;
		return 0;
	}
	error = errno;
	close(fd);
	return error;
}

/* "[::]" where there is no IPv6: the same port for all of IPv4; false when that is not the case. */
static bool without_ipv6(struct endpoint *e, int error)
{
	if (e->any.sa_family != AF_INET6 || !IN6_IS_ADDR_UNSPECIFIED(&e->in6.sin6_addr) ||
	    (error != EAFNOSUPPORT && error != EADDRNOTAVAIL))
		return false;
	return endpoint_from_ip(SLICE("0.0.0.0"), endpoint_port(e), e);
}

int listener_open(struct slice address, int *ret_fd, struct fault *f)
{
	struct endpoint e;
	int error;

	if (!endpoint_parse(address, &e)) {
		fault_set(f, "\"%.*s\" is not an address with a port, such as 127.0.0.1:8443 or "
		    "[::]:8443", SLICE_ARGS(slice_sub(address, 0, 80)));
		return -1;
	}
	error = bind_and_listen(&e, ret_fd);
	if (error != 0 && without_ipv6(&e, error))
		error = bind_and_listen(&e, ret_fd);
	if (error == 0)
		return 0;
	listen_fault(f, address, error);
	return -1;
}

bool listener_address(int fd, struct endpoint *ret_endpoint)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	return getsockname(fd, (struct sockaddr *)&address, &len) == 0 &&
	    endpoint_from_sockaddr((struct sockaddr *)&address, len, ret_endpoint);
}

/* ---- accepting ---- */

static void rest(struct listener *l, int error)
{
	struct fault f;

	fault_set_errno(&f, error, "no new connections for a second");
	log_warning("%s", f.text);
	watch_set(&l->watch, 0);
	timer_set(&l->retry, RETRY_MS);
}

/* True when there may be another one. */
static bool accept_one(struct listener *l)
{
	struct endpoint peer = { .len = sizeof(peer.un) };
	int fd = accept4(l->watch.fd, &peer.any, &peer.len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		l->accepted(l->arg, fd, &peer);
		return true;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		rest(l, errno);
		return false;
	default: /* the connection died while it waited (accept(2)) */
		return true;
	}
}

static void on_ready(void *arg, unsigned events UNUSED)
{
	struct listener *l = arg;

	for (int i = 0; i < ACCEPT_TURN; i++) {
		bool more = accept_one(l);
		bool released = l->watch.loop == NULL;

		if (!more || released || l->paused)
			break;
	}
}

static void on_retry(void *arg)
{
	struct listener *l = arg;

	if (!l->paused)
		listener_resume(l);
}

int listener_init(struct listener *l, struct loop *loop, int fd,
	void (*accepted)(void *arg, int fd, const struct endpoint *peer), void *arg)
{
	*l = (struct listener){ .accepted = accepted, .arg = arg };
	watch_init(&l->watch, loop, fd, on_ready, l);
	timer_init(&l->retry, loop, on_retry, l);
	return watch_set(&l->watch, WATCH_READ);
}

void listener_pause(struct listener *l)
{
	l->paused = true;
	watch_set(&l->watch, 0);
	timer_cancel(&l->retry);
}

void listener_resume(struct listener *l)
{
	l->paused = false;
	if (watch_set(&l->watch, WATCH_READ) < 0)
		rest(l, errno);
}

void listener_release(struct listener *l)
{
	watch_release(&l->watch);
	timer_cancel(&l->retry);
}
