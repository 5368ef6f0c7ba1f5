/*
 * web.h - the pages as front sees them: the context they live in, and the three functions that the
 * server (server.h) calls with it. Pages know nothing of sockets; what they need they ask the
 * keeper for, and when the keeper is away they say so instead of waiting.
 */
#ifndef TOCSIN_WEB_WEB_H
#define TOCSIN_WEB_WEB_H

#include "base/buffer.h"

struct channel;
struct http_head;
struct loop;
struct web_request;

/* Owner's memory; every field is set before the first request and may change between requests. */
struct web {
	struct loop *loop;
	struct channel *keeper; /* NULL while it is away; set to NULL before the channel is freed */
	const char *node_name;
	uint16_t https_port;
	bool ca_signed; /* the certificate: HSTS only then */
};

/* For struct web_server_options, with a struct web as arg and as context of the error page. */
void web_handle(void *arg, struct web_request *r);
size_t web_body_limit(void *arg, const struct http_head *head);
void web_error_page(void *context, const struct http_head *head, unsigned status,
	struct buffer *lines, struct buffer *body);

#endif
