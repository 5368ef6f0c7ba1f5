/*
 * connection.h - one connection of the server: ties a stream (sys) to an exchange (http) and the
 * exchange's requests to the handler. Private to server.c and connection.c.
 */
#ifndef TOCSIN_WEB_CONNECTION_H
#define TOCSIN_WEB_CONNECTION_H

#include "web/server.h"

struct web_connection;

/* Takes over fd, also when it fails: NULL without memory or when TLS cannot start (no tls). */
struct web_connection *web_connection_new(struct web_server *server, struct tls_server *tls,
	int fd, const struct endpoint *peer);

/* Ends it at once; its memory stays until its request is finished. */
void web_connection_cut(struct web_connection *c);

/* No further request; a stream is told gone. May end it at once. */
void web_connection_stop(struct web_connection *c);

const struct endpoint *web_connection_peer(const struct web_connection *c);

/* What makes a connection worth keeping when another wants its place: the last goes never. */
enum web_worth {
	WEB_WORTH_IDLE, /* no session, no request */
	WEB_WORTH_ANSWER, /* no session, but a request in work */
	WEB_WORTH_SESSION, /* a session, no request */
	WEB_WORTH_ALL, /* a session and a request in work */
};

/* Octets of a large body that is on its way or in work, else 0. */
size_t web_connection_body(const struct web_connection *c);

enum web_worth web_connection_worth(const struct web_connection *c);

/* ---- what a connection asks of its server ---- */

const struct web_server_options *web_server_options(const struct web_server *s);
void web_server_forget(struct web_server *s, struct web_connection *c);
/* True when a body of so many octets may come besides those that are coming. */
bool web_server_has_room(const struct web_server *s, const struct endpoint *peer, size_t body);
bool web_server_begin_request(struct web_server *s); /* false when too many are unfinished */
void web_server_end_request(struct web_server *s);

#endif
