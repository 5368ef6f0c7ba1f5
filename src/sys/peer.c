/* peer.c - credentials of a Unix-domain connection (SO_PEERCRED, SO_PEERGROUPS); see peer.h. */
#include "sys/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	GROUPS_FIRST_TRY = 64,
};

static int read_groups(int fd, gid_t **ret_groups, size_t *ret_n)
{
	socklen_t size = GROUPS_FIRST_TRY * sizeof(gid_t);
	gid_t *groups = NULL, *more;

	for (;;) {
		more = realloc(groups, size);
		if (more == NULL)
			break;
		groups = more;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0) {
			*ret_groups = groups;
			*ret_n = size / sizeof(gid_t);
			return 0;
		}
		if (errno != ERANGE) /* else size is now what it takes */
			break;
	}
	free(groups);
	return -1;
}

int peer_init(struct peer *p, int fd)
{
	struct peer peer = { 0 };
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 || cred.pid == 0)
		return -1;
	peer.pid = cred.pid;
	peer.uid = cred.uid;
	peer.gid = cred.gid;
	if (read_groups(fd, &peer.groups, &peer.n_groups) < 0)
		return -1;
	*p = peer;
	return 0;
}

void peer_release(struct peer *p)
{
	free(p->groups);
	*p = (struct peer){ 0 };
}

bool peer_has_group(const struct peer *p, gid_t gid)
{
	if (p->gid == gid)
		return true;
	for (size_t i = 0; i < p->n_groups; i++) {
		if (p->groups[i] == gid)
			return true;
	}
	return false;
}
