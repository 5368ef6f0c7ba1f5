/*
 * unix_socket.c - Unix-domain sockets: pairs, descriptors in messages, paths of any length, and
 * the listener that replaces what an earlier run left. See unix_socket.h and listener.h.
 */
#include "sys/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/endpoint.h"
#include "sys/listener.h"

int unix_socket_pair(int ret_fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_fds);
}

/* ---- messages with descriptors ---- */

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int) * UNIX_SOCKET_FDS_MAX)];
};

static void attach(struct msghdr *m, union control *control, const int *fds, size_t n_fds)
{
	struct cmsghdr *c;

	if (n_fds == 0)
		return;
	m->msg_control = control;
	m->msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
}

static int failed_call(void)
{
	switch (errno) {
	case EAGAIN:
	case EINTR:
		return UNIX_SOCKET_AGAIN;
	case EPIPE:
	case ECONNRESET:
		return UNIX_SOCKET_CLOSED;
	default:
		return -1;
	}
}

int unix_socket_send(int fd, struct slice data, const int *fds, size_t n_fds, size_t *ret_sent)
{
	union control control = { .room = { 0 } };
	struct iovec part = { .iov_len = data.len };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	if (n_fds > UNIX_SOCKET_FDS_MAX || data.len == 0)
		return -1;
	memcpy(&part.iov_base, &data.data, sizeof(part.iov_base)); /* sendmsg() only reads it */
	attach(&m, &control, fds, n_fds);
	n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return failed_call();
	*ret_sent = (size_t)n;
	return 0;
}

/* The descriptors of a received message; how many. */
static size_t detach(struct msghdr *m, int ret_fds[UNIX_SOCKET_FDS_MAX])
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		size_t len = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		len = size_min(len, UNIX_SOCKET_FDS_MAX - n);
		memcpy(ret_fds + n, CMSG_DATA(c), len * sizeof(int));
		n += len;
	}
	return n;
}

int unix_socket_recv(int fd, void *ret_data, size_t size, size_t *ret_len,
	int ret_fds[UNIX_SOCKET_FDS_MAX], size_t *ret_n_fds)
{
	union control control = { .room = { 0 } };
	struct iovec part = { .iov_base = ret_data, .iov_len = size };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control) };
	int fds[UNIX_SOCKET_FDS_MAX];
	ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	size_t n_fds;

	if (n < 0)
		return failed_call();
	n_fds = detach(&m, fds);
	if (n == 0 || (m.msg_flags & MSG_CTRUNC) != 0) {
		for (size_t i = 0; i < n_fds; i++)
			close(fds[i]);
		return n == 0 ? UNIX_SOCKET_CLOSED : -1;
	}
	memcpy(ret_fds, fds, n_fds * sizeof(int));
	*ret_n_fds = n_fds;
	*ret_len = (size_t)n;
	return 0;
}

/* ---- paths ---- */

/* A path below an open folder, short enough for a socket address whatever the folder's own is. */
static bool endpoint_below(int dir_fd, const char *name, struct endpoint *ret_endpoint)
{
	char path[sizeof(ret_endpoint->un.sun_path)];
	int n = snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir_fd, name);

	return n > 0 && (size_t)n < sizeof(path) && endpoint_from_path(path, ret_endpoint);
}

static int connect_fault(const char *path, int error, struct fault *f)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ECONNREFUSED:
		fault_set(f, "nothing listens on %.200s", path);
		return UNIX_SOCKET_ABSENT;
	case EACCES:
	case EPERM:
		fault_set(f, "no right to use %.200s", path);
		return UNIX_SOCKET_DENIED;
	default:
		fault_set_errno(f, error, "%.200s", path);
		return -1;
	}
}

/* The errno of what failed, or 0. */
static int connect_to(const struct endpoint *e, int *ret_fd)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return errno;
	if (connect(fd, &e->any, e->len) == 0) {
		*ret_fd = fd;
		return 0;
	}
	error = errno;
	close(fd);
	return error;
}

int unix_socket_connect(const char *path, int *ret_fd, struct fault *f)
{
	const char *slash = strrchr(path, '/');
	struct endpoint e;
	char folder[4096];
	int error, dir_fd;

	if (endpoint_from_path(path, &e)) {
		error = connect_to(&e, ret_fd);
		return error == 0 ? 0 : connect_fault(path, error, f);
	}
	if (slash == NULL || !slice_copy(slice_make(path, (size_t)(slash - path)), folder,
	    sizeof(folder)))
		return connect_fault(path, ENAMETOOLONG, f);
	dir_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return connect_fault(path, errno, f);
	error = endpoint_below(dir_fd, slash + 1, &e) ? connect_to(&e, ret_fd) : ENAMETOOLONG;
	close(dir_fd);
	return error == 0 ? 0 : connect_fault(path, error, f);
}

/* ---- listening ---- */

/* 0 when name is a socket on which nobody answers; else an errno. */
static int is_stale(int dir_fd, const char *name, const struct endpoint *e)
{
	struct stat st;
	int fd, error;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : errno;
	if (!S_ISSOCK(st.st_mode))
		return EEXIST;
	error = connect_to(e, &fd);
	if (error == 0)
		close(fd);
	return error == ECONNREFUSED ? 0 : error != 0 ? error : EADDRINUSE;
}

/* The mode is put on the socket before it has a name; the umask can then only take away. */
static int bind_with_mode(int fd, int dir_fd, const char *name, const struct endpoint *e,
	unsigned mode)
{
	if (fchmod(fd, mode) < 0 || bind(fd, &e->any, e->len) < 0 ||
	    fchmodat(dir_fd, name, mode, 0) < 0 || listen(fd, SOMAXCONN) < 0)
		return errno;
	return 0;
}

static int open_at(int dir_fd, const char *name, const struct endpoint *e, unsigned mode,
	int *ret_fd)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return errno;
	error = is_stale(dir_fd, name, e);
	if (error == 0 && unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT)
		error = errno;
	if (error == 0)
		error = bind_with_mode(fd, dir_fd, name, e, mode);
	if (error != 0) {
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

int listener_open_unix(int dir_fd, const char *name, unsigned mode, int *ret_fd, struct fault *f)
{
	struct endpoint e;
	int error = ENAMETOOLONG;

	if (endpoint_below(dir_fd, name, &e))
		error = open_at(dir_fd, name, &e, mode, ret_fd);
	switch (error) {
	case 0:
		return 0;
	case EADDRINUSE:
	case EAGAIN: /* it answers, only too many wait */
		fault_set(f, "the socket %.80s is in use by another program", name);
		break;
	case EEXIST:
		fault_set(f, "%.80s is in the way of our socket and is no socket", name);
		break;
	default:
		fault_set_errno(f, error, "the socket %.80s cannot be made", name);
		break;
	}
	return -1;
}
