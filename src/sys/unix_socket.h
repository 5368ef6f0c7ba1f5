/*
 * unix_socket.h - socket pairs between the roles, and messages with descriptors over them
 * (SCM_RIGHTS). Nothing here waits, nothing raises SIGPIPE, what arrives is close-on-exec.
 */
#ifndef TOCSIN_SYS_UNIX_SOCKET_H
#define TOCSIN_SYS_UNIX_SOCKET_H

#include "base/slice.h"
#include "sys/fault.h"

enum {
	UNIX_SOCKET_AGAIN = 1, /* nothing there to read, or no room to write: wait for the loop */
	UNIX_SOCKET_CLOSED = 2, /* the other end is gone */
	UNIX_SOCKET_FDS_MAX = 8, /* descriptors in one message */
};

/* A stream pair (SOCK_STREAM), both ends non-blocking and close-on-exec. */
int unix_socket_pair(int ret_fds[2]) MUST_CHECK;

/*
 * Sends what fits of data (at least one byte long) with fds; the descriptors go with the first
 * byte and stay the caller's. *ret_sent is how much was taken.
 */
int unix_socket_send(int fd, struct slice data, const int *fds, size_t n_fds, size_t *ret_sent)
	MUST_CHECK;

/*
 * Reads up to size bytes; descriptors that came with them (at most UNIX_SOCKET_FDS_MAX) are the
 * caller's now. Negative, with all descriptors closed, when more came than that.
 */
int unix_socket_recv(int fd, void *ret_data, size_t size, size_t *ret_len,
	int ret_fds[UNIX_SOCKET_FDS_MAX], size_t *ret_n_fds) MUST_CHECK;

enum {
	UNIX_SOCKET_ABSENT = 3, /* no such socket, or nobody listens on it */
	UNIX_SOCKET_DENIED = 4, /* no right to use it */
};

/* Connects to the socket at path, of any length (blocking descriptor, for the tools). */
int unix_socket_connect(const char *path, int *ret_fd, struct fault *f) MUST_CHECK;

#endif
