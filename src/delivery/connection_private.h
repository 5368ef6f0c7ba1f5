/*
 * connection_private.h - the inside of a connection, shared by connection.c (its life and its
 * talk) and connection_open.c (finding, connecting, encrypting).
 */
#ifndef TOCSIN_DELIVERY_CONNECTION_PRIVATE_H
#define TOCSIN_DELIVERY_CONNECTION_PRIVATE_H

#include "delivery/connection.h"
#include "sys/stream.h"
#include "sys/tls.h"

enum connection_state {
	CONNECTION_RESOLVING,
	CONNECTION_CONNECTING,
	CONNECTION_TALKING, /* the session has its turn, or TLS is under way: handshaking */
	CONNECTION_CLOSING, /* the session has ended, its last words are on their way */
	CONNECTION_ENDED, /* told */
	CONNECTION_STATE_COUNT,
};

struct connection {
	struct connection_options options;
	enum connection_state state;
	struct tls_client *own_trust; /* made from the relay's certificate, else NULL */
	struct resolver_query *query;
	struct endpoint addresses[RESOLVER_ADDRESSES_MAX];
	size_t n_addresses, at; /* at: the one that is tried */
	struct buffer tried; /* a line for each address that failed */
	enum verdict_reason tried_why; /* of the most telling one */
	struct stream *stream;
	struct smtp_session *session; /* from CONNECTION_TALKING on */
	bool handshaking;
	int64_t phase_deadline; /* of connecting, the handshake, closing; INT64_MAX none */
	struct timer timer; /* the next deadline, or at once */
	bool body_open; /* the session takes content */
	struct verdict verdict; /* what ended it */
	unsigned depth; /* calls from the loop under way */
	bool freed; /* in one of them */
};

/* Every entry from the loop stands between these; after leave the connection may be gone. */
void connection_enter(struct connection *c);
void connection_leave(struct connection *c);

void connection_set_state(struct connection *c, enum connection_state state);
/* Lets the session speak, tells its events, sets the timer. */
void connection_pump(struct connection *c);
/* It never came to a session, or the owner's end of it is over: tells ended. */
void connection_end(struct connection *c);
void connection_fail(struct connection *c, enum verdict_stage stage, enum verdict_reason reason,
	const char *text);
void connection_tell_step(struct connection *c, const struct connection_step *step);

/* ---- connection_open.c ---- */

void connection_resolve(struct connection *c);
/* The address that is tried is of no use; the next one, or the end. */
void connection_address_failed(struct connection *c, enum verdict_reason reason, const char *text);
void connection_connect_timed_out(struct connection *c);
void connection_start_tls(struct connection *c);
void connection_handshake_timed_out(struct connection *c);

/* ---- connection.c: what the stream tells ---- */

extern const struct stream_events connection_stream_events;
void connection_talk(struct connection *c); /* connected: the session begins */
/* Why a stream that was up has ended. */
enum verdict_reason connection_reason(const struct connection *c, enum stream_end end);

#endif
