/*
 * server.h - the HTTPS server of the pages: takes connections, speaks TLS and HTTP on them, and
 * hands whole requests to one function. It knows nothing of routes, pages or sessions.
 *
 * No more than WEB_CONNECTIONS_MAX connections live at a time, and no more than
 * WEB_PER_SOURCE_MAX of one source (an IPv4 address or an IPv6 /64). A new one beyond that takes
 * the place of the oldest that has no session, so that whoever hoards connections loses them and
 * whoever is signed in keeps theirs.
 */
#ifndef TOCSIN_WEB_SERVER_H
#define TOCSIN_WEB_SERVER_H

#include "base/arena.h"
#include "http/exchange.h"
#include "sys/endpoint.h"

struct loop;
struct tls_server;
struct web_server;

enum {
	WEB_CONNECTIONS_MAX = 512,
	WEB_PER_SOURCE_MAX = 64,
	WEB_REQUESTS_MAX = 1024, /* unfinished, also those whose peer has gone; 503 above */
	/* octets of bodies above HTTP_BODY_DEFAULT, of all and of one source; 503 above */
	WEB_BODIES_MAX = 64 * 1024 * 1024,
	WEB_BODIES_PER_SOURCE_MAX = 32 * 1024 * 1024,
	WEB_ARENA_MAX = 16 * 1024 * 1024,
	WEB_LISTENERS_MAX = 8,
	WEB_STOP_MS = 5 * 1000, /* for answers that are under way when the server stops */
};

/*
 * One request. All of it is good until it is finished, which its handler does exactly once, by
 * web_request_answer() or web_request_end(), at once or later, also when nobody waits any more.
 */
struct web_request {
	struct arena *arena; /* for whatever the answer needs; wiped at the end */
	const struct http_head *head;
	struct slice body;
	const struct endpoint *peer;

	/* The handler's own. */
	void *work;
	/* Told once when nobody waits any more (the peer left, or HTTP_HANDLE_MS went by) and when
	 * the server stops in the middle of a stream; it may finish the request. May stay NULL. */
	void (*gone)(struct web_request *r);
};

struct web_server_options {
	struct loop *loop;
	void (*handle)(void *arg, struct web_request *r);
	/* The largest body this head may announce; NULL: HTTP_BODY_DEFAULT for all. */
	size_t (*body_limit)(void *arg, const struct http_head *head);
	/* How the server's own refusals look. */
	struct http_error_page error_page;
	void *arg;
};

/* NULL without memory. */
struct web_server *web_server_new(const struct web_server_options *options);
/* Cuts what is still open. Requests that are not finished by then are lost to their handlers. */
void web_server_free(struct web_server *s);

/* New connections use this context, which becomes the server's; live ones keep theirs. */
void web_server_set_tls(struct web_server *s, struct tls_server *context);

/* Takes connections from a listening descriptor, which stays the caller's. Negative on failure. */
int web_server_listen(struct web_server *s, int fd) MUST_CHECK;

/*
 * No more connections and requests; answers under way may end within WEB_STOP_MS, streams are
 * told gone. Then stopped is called, from the loop.
 */
void web_server_stop(struct web_server *s, void (*stopped)(void *arg), void *arg);

size_t web_server_connections(const struct web_server *s);

/* ---- answering; lines as http/headers.h builds them ---- */

/* The whole answer; finishes the request. */
void web_request_answer(struct web_request *r, unsigned status, struct slice lines,
	struct slice body);

/*
 * A stream, such as text/event-stream: start, more as often as wanted, then web_request_end().
 * 0, HTTP_LATE when nobody waits any more, HTTP_FULL (more) when the reader is slow and nothing
 * was added, or negative without memory.
 */
int web_request_start(struct web_request *r, unsigned status, struct slice lines);
int web_request_more(struct web_request *r, struct slice octets);

/* Finishes the request: ends its stream; a request without any answer gets a 500. */
void web_request_end(struct web_request *r);

/* This request came with a live session: its connection is spared when others must go. */
void web_request_set_session(struct web_request *r, bool has_session);

#endif
