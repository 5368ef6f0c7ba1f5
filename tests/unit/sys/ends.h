/*
 * ends.h - two streams that talk to each other over loopback in one loop, and what each was told:
 * the ground of the stream and TLS tests.
 */
#ifndef TOCSIN_TESTS_ENDS_H
#define TOCSIN_TESTS_ENDS_H

#include "base/buffer.h"
#include "sys/listener.h"
#include "sys/stream.h"

struct end {
	struct stream *stream;
	struct ends *ends;
	struct buffer got; /* what was read */
	bool keep; /* leave input unread */
	int connected, secured, drained, half_closed, readable, closed;
	enum stream_end reason;
	char text[256];
	void (*on_readable)(struct end *e); /* instead of reading */
	void (*on_closed)(struct end *e);
};

struct ends {
	struct loop *loop;
	struct listener listener;
	int listener_fd;
	struct endpoint address;
	struct end client, server;
	size_t input_limit, output_limit;
	bool take_half_close; /* both ends handle half_closed */
	void (*on_accept)(struct ends *ends);
	struct timer end_of_run;
};

void ends_init(struct ends *e); /* listening, nothing connected */
void ends_connect(struct ends *e); /* the client starts */
void ends_release(struct ends *e);

/* Runs the loop for so long; or until done() is true, at most 5 s. */
void ends_run(struct ends *e, int64_t ms);
void ends_run_until(struct ends *e, bool (*done)(const struct ends *e));

bool ends_both_closed(const struct ends *e);
bool ends_client_closed(const struct ends *e);
bool ends_server_up(const struct ends *e);

#endif
