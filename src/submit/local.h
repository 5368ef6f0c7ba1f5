/*
 * local.h - the connections of the local socket. A tool says the words of wire/words.h without
 * WHO; who is behind it the kernel tells. Mail goes to post.h, everything else to the keeper with
 * WHO in front, and its answer back as it is.
 */
#ifndef TOCSIN_SUBMIT_LOCAL_H
#define TOCSIN_SUBMIT_LOCAL_H

#include <sys/queue.h>

#include "sys/listener.h"

struct submit;
struct submit_connection;

enum {
	SUBMIT_CONNECTIONS_MAX = 64, /* root's are not counted, nor kept waiting by others' */
	SUBMIT_CONNECTIONS_PER_USER = 10,
	SUBMIT_REQUESTS_MAX = 8, /* open at a time on one connection */
	SUBMIT_IDLE = 60 * 1000, /* ms without a word and without an open request */
};

struct submit_local {
	struct submit *submit;
	struct listener listener;
	bool listening;
	TAILQ_HEAD(, submit_connection) connections;
};

/* fd -1 listens nowhere. Negative when it cannot be watched. */
int submit_local_init(struct submit_local *l, struct submit *s, int fd) MUST_CHECK;
void submit_local_release(struct submit_local *l);
void submit_local_stop(struct submit_local *l); /* no new connections */
void submit_local_keeper_came(struct submit_local *l);

/* Takes a connected descriptor, as the listener does. */
void submit_local_accept(struct submit_local *l, int fd);

#endif
