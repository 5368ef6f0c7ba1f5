/* stream_private.h - the inside of a stream, shared by stream.c (life, calls of the owner) and
 * stream_io.c (what happens when the descriptor is ready). */
#ifndef TOCSIN_SYS_STREAM_PRIVATE_H
#define TOCSIN_SYS_STREAM_PRIVATE_H

#include "sys/byte_queue.h"
#include "sys/loop.h"
#include "sys/stream.h"
#include "sys/tls_session.h"

enum stream_state {
	STREAM_CONNECTING,
	STREAM_OPEN,
	STREAM_ENDED,
};

struct stream {
	struct loop *loop;
	const struct stream_events *events;
	void *arg;
	enum stream_state state;
	int fd; /* -1 once ended */
	struct watch watch;
	struct timer kick; /* work that waits for no descriptor */
	struct timer linger; /* end of throwing input away */
	size_t n_wasted; /* octets thrown away */
	struct endpoint peer;
	struct byte_queue input, output;
	struct tls_session *tls;
	bool handshaking;
	bool begun; /* the handshake had its first step */
	bool want_write; /* TLS must write before it can read on */
	bool want_read; /* TLS must read before it can write on */
	int io_error; /* errno that ends the stream at its next step */
	bool input_full; /* until half is consumed */
	bool paused;
	bool readable_owed; /* input waits that the owner was not told of since it paused */
	bool drained_owed;
	bool peer_done, peer_done_owed; /* the peer sends no more; the owner is to hear of it */
	bool finish_wanted, finished; /* our side is to be closed, is closed */
	bool closing; /* stream_close_when_written() */
	unsigned busy; /* depth of callbacks and steps under way */
	bool freed; /* stream_free() came while busy */
};

/* Work for the state and what may be ready; reads only when readable. */
void stream_step(struct stream *s, bool readable);

/* Watches and kicks what the state asks for. */
void stream_update(struct stream *s);

/* Descriptor, TLS and watches go; queues, TLS info and the struct stay. */
void stream_shut(struct stream *s);

/* Shuts and tells the owner. */
void stream_end(struct stream *s, enum stream_end end, const char *text);

#endif
