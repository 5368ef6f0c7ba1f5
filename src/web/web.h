/*
 * web.h - the pages as front sees them: the context they live in, and the three functions that the
 * server (server.h) calls with it. Pages know nothing of sockets; what they need they ask the
 * keeper for, and when the keeper is away they say so instead of waiting.
 */
#ifndef TOCSIN_WEB_WEB_H
#define TOCSIN_WEB_WEB_H

#include "base/buffer.h"

enum {
	WEB_MAIL_TEXT_SIZE = 600,
};

struct channel;
struct http_head;
struct loop;
struct post;
struct web_request;
struct who;

/* A message that a program hands in over the API; all of it good during the call only. */
struct web_mail {
	const struct post *post;
	struct slice raw;
	const struct who *who;
};

/* What came of it: 0 and its queue id, or an exit code of sysexits.h and a sentence. */
typedef void web_mail_done_fn(void *arg, int exit_code, const char *text);

/* Where mail goes in; the pages know nothing of what is behind it. */
struct web_mail_door {
	/*
	 * The job, which calls done once, later. NULL: the message is refused; *ret_exit_code says
	 * how, ret_text why, and done is not called.
	 */
	void *(*hand_in)(void *context, const struct web_mail *mail, web_mail_done_fn *done,
		void *arg, int *ret_exit_code, char ret_text[static WEB_MAIL_TEXT_SIZE]);
	void (*forget)(void *context, void *job); /* it goes its way; nobody is told */
	void *context;
};

/* Owner's memory; every field is set before the first request and may change between requests. */
struct web {
	struct loop *loop;
	struct channel *keeper; /* NULL while it is away; set to NULL before the channel is freed */
	const char *node_name;
	uint16_t https_port;
	bool ca_signed; /* the certificate: HSTS only then */
	int64_t certificate_ends; /* seconds since the epoch, 0 not known */
	struct web_mail_door mail; /* hand_in NULL: there is none */
};

/* For struct web_server_options, with a struct web as arg and as context of the error page. */
void web_handle(void *arg, struct web_request *r);
size_t web_body_limit(void *arg, const struct http_head *head);
void web_error_page(void *context, const struct http_head *head, unsigned status,
	struct buffer *lines, struct buffer *body);

#endif
