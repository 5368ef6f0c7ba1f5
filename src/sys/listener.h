/*
 * listener.h - listening sockets, and taking connections from them.
 * parent opens and hands the descriptors over; front runs the accept loop.
 */
#ifndef TOCSIN_SYS_LISTENER_H
#define TOCSIN_SYS_LISTENER_H

#include "sys/endpoint.h"
#include "sys/fault.h"
#include "sys/loop.h"

/*
 * "127.0.0.1:8443", "[::1]:0" (0 = any free port), "[::]:8443" (IPv4 too). On a machine without
 * IPv6 "[::]" listens on IPv4 alone. Negative with a fault such as
 * "127.0.0.1:8443 is in use by another program".
 */
int listener_open(struct slice address, int *ret_fd, struct fault *f) MUST_CHECK;

/*
 * A Unix-domain socket at name in the folder dir_fd. A stale file of an earlier run is replaced,
 * one on which somebody answers is "in use". The mode holds from the first moment.
 */
int listener_open_unix(int dir_fd, const char *name, unsigned mode, int *ret_fd, struct fault *f)
	MUST_CHECK;

/* The address that the kernel gave (the port of ":0"). */
bool listener_address(int fd, struct endpoint *ret_endpoint) MUST_CHECK;

struct listener {
	struct watch watch;
	struct timer retry;
	void (*accepted)(void *arg, int fd, const struct endpoint *peer);
	void *arg;
	bool paused;
};

/*
 * Calls accepted for each connection; the descriptor (non-blocking, close on exec) is then the
 * callee's. It may pause or release the listener, whose memory must stay until it returns. Without
 * free descriptors the listener rests for a second. fd stays the caller's. Negative when it
 * cannot be watched.
 */
int listener_init(struct listener *l, struct loop *loop, int fd,
	void (*accepted)(void *arg, int fd, const struct endpoint *peer), void *arg) MUST_CHECK;
void listener_pause(struct listener *l);
void listener_resume(struct listener *l);
void listener_release(struct listener *l); /* zeroed struct is fine */

#endif
