/*
 * http_client.h - one https request at a time and its answer, by libcurl in the loop: for token
 * endpoints. The certificate is always verified, nothing is followed, kept or decompressed, and
 * everything has a limit.
 *
 * Names are looked up once, by our own resolver, and curl gets the addresses that passed: loopback
 * and private ones only where that was allowed, link-local and metadata addresses never. A second
 * look-up that answers otherwise can so not lead us elsewhere; the address is checked once more
 * when the socket is made. With a proxy the rule is for the proxy: what it reaches is its own rule.
 */
#ifndef TOCSIN_SYS_HTTP_CLIENT_H
#define TOCSIN_SYS_HTTP_CLIENT_H

#include "base/buffer.h"

struct http_call;
struct http_client;
struct loop;
struct resolver;
struct tls_client;

enum {
	HTTP_BODY_MAX = 160 * 1024, /* octets of an answer */
	HTTP_HEAD_MAX = 64 * 1024, /* all its header lines, interim answers included */
	HTTP_CONNECT_MS = 10 * 1000,
	HTTP_TOTAL_MS = 30 * 1000,
	HTTP_RETRY_MAX_S = 7 * 24 * 3600, /* a server that asks for more patience is not heard */
};

enum http_fault {
	HTTP_OK, /* there is an answer, whatever its status */
	HTTP_BAD_URL,
	HTTP_NO_NAME, /* the name is not there, or nobody answers for it */
	HTTP_FORBIDDEN, /* it leads to an address that is not allowed */
	HTTP_UNREACHABLE, /* refused, cut, no route */
	HTTP_PROXY, /* the proxy lets nobody through, or not without a password */
	HTTP_TLS, /* the handshake failed or the certificate is not acceptable */
	HTTP_TIMEOUT,
	HTTP_TOO_LARGE,
	HTTP_BROKEN, /* what came is no HTTP, or only its beginning */
	HTTP_NO_MEMORY,
	HTTP_NO_LIBRARY, /* libcurl is not installed, or lacks a function */
};

struct http_request {
	const char *url; /* https */
	const char *form; /* a body of application/x-www-form-urlencoded: then POST; NULL: GET */
	const char *authorization; /* value of that field, or "" */
	const char *proxy; /* "http://host:port", or "" */
	struct tls_client *trust; /* lives until the call is done */
	bool allow_private; /* loopback and private addresses */
};

struct http_answer {
	enum http_fault fault;
	const char *text; /* what went wrong, for a person; never a part of the answer */
	unsigned status;
	struct slice body;
	int64_t retry_after; /* seconds up to HTTP_RETRY_MAX_S, 0 none */
};

/* Called once, from the loop; the answer is good during the call. */
typedef void http_done_fn(void *arg, const struct http_answer *answer);

/* Before the sandbox is sealed. NULL without memory. */
struct http_client *http_client_new(struct loop *loop, struct resolver *resolver);
void http_client_free(struct http_client *c); /* after its calls are done or freed; NULL is fine */

/* The request is copied. NULL without memory; done is never called from inside this call. */
struct http_call *http_call_new(struct http_client *c, const struct http_request *r,
	http_done_fn *done, void *arg);
void http_call_free(struct http_call *call); /* before done was called: it never will be */

#endif
