/* peer.h - who is at the other end of a Unix-domain connection, as the kernel saw it connect. */
#ifndef TOCSIN_SYS_PEER_H
#define TOCSIN_SYS_PEER_H

#include <sys/types.h>

#include "base/base.h"

struct peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary groups */
	size_t n_groups;
};

/* Negative when fd is no connected Unix-domain socket or memory is out. */
int peer_init(struct peer *p, int fd) MUST_CHECK;
void peer_release(struct peer *p);

bool peer_has_group(const struct peer *p, gid_t gid); /* its own or a supplementary group */

#endif
