/*
 * http_private.h - shared by the files of the https client: http_client.c (a call from request to
 * answer), http_address.c (where it goes), http_loop.c (curl in our loop).
 */
#ifndef TOCSIN_SYS_HTTP_PRIVATE_H
#define TOCSIN_SYS_HTTP_PRIVATE_H

#include "sys/http_client.h"

#include "sys/curl_library.h"
#include "sys/endpoint.h"
#include "sys/loop.h"
#include "sys/resolver.h"

enum {
	HTTP_HOST_MAX = 255,
	HTTP_TEXT_SIZE = 600,
};

struct http_client {
	struct loop *loop;
	struct resolver *resolver;
	CURLM *multi; /* NULL until the first request */
	struct timer timer;
};

struct http_call {
	struct http_client *client;
	http_done_fn *done;
	void *arg;
	struct resolver_query *query;
	struct timer soon; /* tells a fault that was found at once */
	int64_t deadline; /* of all of it */
	struct endpoint endpoints[RESOLVER_ADDRESSES_MAX]; /* that passed */
	size_t n_endpoints, round;
	CURL *easy;
	struct curl_slist *fields, *addresses;
	struct tls_client *trust;
	struct arena *arena; /* of the texts below */
	const char *url, *form, *proxy;
	char asked[HTTP_HOST_MAX + 1]; /* whose answer is wanted */
	char host[HTTP_HOST_MAX + 1]; /* that is connected to: the proxy's, when there is one */
	uint16_t port;
	bool allow_private;
	bool forbidden; /* an address was turned down */
	bool too_large;
	bool no_trust; /* the authorities cannot be had */
	bool in_chunks; /* the body's end shows in it */
	bool said_goodbye; /* TLS's close_notify came */
	size_t head_octets;
	struct buffer body;
	enum http_fault fault;
	char text[HTTP_TEXT_SIZE];
	char curl_text[CURL_ERROR_SIZE];
};

/* http_loop.c: what a client needs for its first request. False (logged) when it cannot be had. */
bool http_client_begin(struct http_client *c);

/* http_client.c: curl is done with it. */
void http_call_ended(struct http_call *call, CURLcode code);

/* http_address.c */
bool http_address_keep(struct http_call *call, const struct endpoint *addresses, size_t n);
bool http_address_wants_leave(const struct endpoint *addresses, size_t n); /* for any of them */
bool http_address_start(struct http_call *call); /* false without memory */
bool http_address_next(struct http_call *call, CURLcode code); /* true: another is being tried */
curl_socket_t http_address_socket(void *arg, curlsocktype purpose,
	struct curl_sockaddr *address);

#endif
