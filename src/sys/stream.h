/*
 * stream.h - a non-blocking stream of bytes, TCP or Unix-domain, in clear or under TLS.
 *
 * The owner reads stream_input() and consumes, writes, and is told of events. Events come from
 * the loop only, never from inside a call the owner makes. Deadlines are the owner's timers.
 * After closed no event follows; the struct lives until stream_free(), which is allowed inside
 * every event. Bytes are wiped when they leave memory.
 */
#ifndef TOCSIN_SYS_STREAM_H
#define TOCSIN_SYS_STREAM_H

#include "sys/endpoint.h"

struct loop;
struct stream;
struct tls_client;
struct tls_peer_info;
struct tls_server;

/* Why a stream ended. */
enum stream_end {
	STREAM_END_EOF, /* the peer closed in good order */
	STREAM_END_TRUNCATED, /* the peer of a TLS stream vanished without saying goodbye */
	STREAM_END_RESET, /* the peer or the network cut the connection */
	STREAM_END_REFUSED, /* nobody listens there */
	STREAM_END_UNREACHABLE, /* no route to host or network */
	STREAM_END_TIMEOUT, /* the kernel gave up */
	STREAM_END_TLS, /* handshake or certificate: stream_tls_info() knows more */
	STREAM_END_WRITTEN, /* stream_close_when_written() has done its work */
	STREAM_END_FAULT, /* memory, descriptors or another fault of this machine */
};

/* Any of them may be NULL. */
struct stream_events {
	void (*connected)(void *arg); /* the connection is up; only after stream_connect() */
	void (*secured)(void *arg); /* TLS is up, the peer's certificate is verified (client) */
	void (*readable)(void *arg); /* stream_input() has grown, or reading was resumed */
	void (*drained)(void *arg); /* the last byte written has gone to the kernel */
	void (*half_closed)(void *arg); /* the peer sends no more; when NULL the stream ends */
	void (*closed)(void *arg, enum stream_end end, const char *text); /* text for people */
};

struct stream_options {
	struct loop *loop;
	const struct stream_events *events;
	void *arg;
	size_t input_limit; /* reading rests while this much is not consumed */
	size_t output_limit; /* stream_write() takes no more than this */
};

enum {
	STREAM_FULL = 1, /* stream_write(): no room for all of it, nothing was taken */
	STREAM_DIRTY = 2, /* stream_start_tls(): bytes came before the switch */
};

/* Starts to connect; a failure comes as closed. NULL without memory. */
struct stream *stream_connect(const struct stream_options *options, const struct endpoint *to);

/* Takes over a connected descriptor, also when it fails (NULL without memory). */
struct stream *stream_accept(const struct stream_options *options, int fd);

/* Ends at once, without an event: unwritten output is lost. NULL is fine. */
void stream_free(struct stream *s);

/*
 * TLS as the client: at once after stream_connect(), or in place after STARTTLS's answer, then
 * secured or closed follows. host is the configured name or address, which the certificate must
 * carry. STREAM_DIRTY when any byte of the peer, read or waiting in the kernel, came before the
 * switch (an injected answer): nothing was started and the owner must end the stream. Negative
 * without memory. The context may be freed while the stream lives.
 */
int stream_start_tls(struct stream *s, struct tls_client *context, const char *host) MUST_CHECK;

/*
 * TLS as the server: right after stream_accept(), or after STARTTLS's answer has drained with
 * reading paused since the command. STREAM_DIRTY when input is not empty.
 */
int stream_accept_tls(struct stream *s, struct tls_server *context) MUST_CHECK;

bool stream_is_tls(const struct stream *s);
/* What is known of the TLS peer, also when it was refused; NULL before TLS was started. */
const struct tls_peer_info *stream_tls_info(const struct stream *s);

/* What has been read and not consumed; the view is good until the next event or consume. */
struct slice stream_input(const struct stream *s);
void stream_consume(struct stream *s, size_t len);

/* Queued and sent as the peer takes it. STREAM_FULL; negative when ended or without memory. */
int stream_write(struct stream *s, struct slice bytes);
size_t stream_pending(const struct stream *s); /* bytes not yet given to the kernel */
size_t stream_room(const struct stream *s); /* bytes stream_write() would take now */

/* No reading and no readable until resumed. */
void stream_pause(struct stream *s);
void stream_resume(struct stream *s); /* readable follows when input waits */

/* After what is queued, tells the peer that no more comes (close_notify, FIN). */
void stream_finish(struct stream *s);

/*
 * After what is queued: stream_finish(), then what the peer still sends is thrown away for up to
 * 2 s and 4 MiB, so that a reset does not cost it our last words; then closed with
 * STREAM_END_WRITTEN.
 */
void stream_close_when_written(struct stream *s);

bool stream_ended(const struct stream *s);
int stream_fd(const struct stream *s); /* for peer.h; stays the stream's; -1 when ended */
const struct endpoint *stream_peer(const struct stream *s);
const char *stream_end_word(enum stream_end end); /* "refused", for the log */

#endif
