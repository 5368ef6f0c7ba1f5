/*
 * channel.h - one end of a socketpair (or of the local socket) between two roles: whole messages
 * in, whole messages out, never blocking, many requests in flight.
 *
 * The socket is a stream; packet.h frames the messages on it. Every message is held against the
 * table of words before anybody sees it; a peer that breaks it is cut off. What is said in one turn
 * of the loop is written at its end, all together, so that the peer meets it in one turn, too. What
 * cannot be written then waits in a bounded queue.
 *
 * Ownership: the channel owns its fd. Callbacks may free the channel they are called from.
 */
#ifndef TOCSIN_WIRE_CHANNEL_H
#define TOCSIN_WIRE_CHANNEL_H

#include "base/buffer.h"
#include "sys/loop.h"
#include "wire/words.h"

enum {
	CHANNEL_FDS_MAX = 2,
};

struct channel;

struct channel_message {
	enum word word;
	uint64_t id; /* of the request; an answer carries the id of what it answers */
	struct slice body; /* valid during the callback only */
	int fds[CHANNEL_FDS_MAX]; /* -1 when absent; the receiver closes them */
};

struct channel_events {
	/* a message that is not an answer to channel_ask() */
	void (*message)(void *arg, struct channel *c, const struct channel_message *m);
	/* the peer is gone or was cut off; asks were answered with NULL; free it now or later */
	void (*closed)(void *arg, struct channel *c);
};

/* Called once: with the answer, or with NULL when the channel closed before one came. */
typedef void channel_answer_fn(void *arg, const struct channel_message *answer);

struct channel *channel_new(struct loop *loop, int fd, enum role self, enum role peer,
	const struct channel_events *events, void *arg);
/*
 * What was said is written first, as far as it goes. Open asks are answered with NULL. NULL is
 * fine.
 */
void channel_free(struct channel *c);

/* Says a word that wants no answer, under an id of the caller's (0 when it does not matter). */
void channel_send(struct channel *c, enum word word, uint64_t id, const struct buffer *body);
void channel_send_fds(struct channel *c, enum word word, const struct buffer *body, const int *fds,
	size_t n_fds);

/*
 * Asks; body may be NULL. Returns the request's id, or 0 when the channel is closed (then answer
 * is not called). A request in parts is asked with its first word; the other parts are sent with
 * channel_send() under the id.
 */
uint64_t channel_ask(struct channel *c, enum word word, const struct buffer *body,
	channel_answer_fn *answer, void *arg);

/* The same with descriptors, which stay the caller's. */
uint64_t channel_ask_fds(struct channel *c, enum word word, const int *fds, size_t n_fds,
	channel_answer_fn *answer, void *arg);

/* Forgets an ask: its answer will be dropped. */
void channel_forget(struct channel *c, uint64_t id);

void channel_answer(struct channel *c, uint64_t id, enum word word, const struct buffer *body);
void channel_refuse(struct channel *c, uint64_t id, int exit_code, const char *field,
	const char *text);

/* Writes what was said now, as far as it goes: before a fork, or when it is much. */
void channel_flush(struct channel *c);

size_t channel_waiting(const struct channel *c); /* octets not written yet */
int channel_fd(const struct channel *c);

#endif
