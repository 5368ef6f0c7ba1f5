/*
 * parent.h - the role that forks the others, gives them their listeners and channels, forks again
 * what died, and stops them in order. It reads no byte from the network and no secret.
 */
#ifndef TOCSIN_DAEMON_PARENT_H
#define TOCSIN_DAEMON_PARENT_H

#include "daemon/role.h"

/* Runs until SIGTERM or SIGINT; returns the daemon's exit code. path is tocsin.conf's. */
int parent_main(struct start *start, const char *path);

#endif
