/*
 * client.h - a program's talk with the daemon over the local socket: ask, wait for the answer with
 * a deadline. One question at a time; the words are wire/words.h's.
 */
#ifndef TOCSIN_TOOLS_CLIENT_H
#define TOCSIN_TOOLS_CLIENT_H

#include "core/config.h"
#include "sys/fault.h"
#include "wire/channel.h"

enum {
	CLIENT_DOWN = 1, /* the daemon does not run, or hung up before it answered */
	CLIENT_DENIED = 2, /* no right to reach its socket */
	CLIENT_LATE = 3, /* no answer before the deadline */
};

struct client {
	struct loop *loop;
	struct channel *channel; /* NULL once it hung up */
	struct arena *arena; /* what lives as long as the client */
	struct timer deadline;
	bool answered, late;
	enum word word; /* of the newest answer */
	struct slice body; /* good until the next answer */
	struct arena *answer; /* where it lies */
};

/* Reads tocsin.conf; 0 or an exit code of sysexits.h, with the reason on standard error. */
int client_read_config(const char *path, struct arena *a, struct config *ret_config) MUST_CHECK;

/* 0, CLIENT_DOWN, CLIENT_DENIED, or negative; with a fault. */
int client_init(struct client *c, const struct config *config, struct fault *f) MUST_CHECK;
void client_release(struct client *c);

/* The answer's word and body are in c. 0, CLIENT_DOWN or CLIENT_LATE. */
int client_ask(struct client *c, enum word word, const struct buffer *body, int64_t ms) MUST_CHECK;

void client_pause(struct client *c, int64_t ms); /* waits for nothing but the time */

/*
 * A request in parts: starts it and returns its id (0 when the daemon is gone); the other parts go
 * out with client_send(), which waits for room; then client_wait() for the answer, which may come
 * early.
 */
uint64_t client_start(struct client *c, enum word word, const struct buffer *body) MUST_CHECK;
int client_send(struct client *c, enum word word, uint64_t id, const struct buffer *body)
	MUST_CHECK;
int client_wait(struct client *c, int64_t ms) MUST_CHECK;

#endif
