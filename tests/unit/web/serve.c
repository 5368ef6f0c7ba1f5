/*
 * serve.c - a small server for test_server.py: every kind of handler, on a free port of loopback.
 * Prints the port; SIGHUP changes the certificate, SIGTERM stops in good order. Its paths:
 *   /hello /echo            answered at once
 *   /session                as /hello, and the connection counts as signed in
 *   /late                   answered after 50 ms
 *   /never                  never answered; finished when told gone
 *   /events                 a stream, an event every 20 ms
 *   /large                  4 MiB
 *   /count                  connections, requests told gone
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "http/headers.h"
#include "sys/listener.h"
#include "sys/loop.h"
#include "sys/tls_certificate.h"
#include "sys/tls_server.h"
#include "web/server.h"

struct late {
	struct timer timer;
	struct web_request *request;
	bool stream;
};

static struct loop *loop;
static struct web_server *server;
static unsigned n_gone;

static void answer_text(struct web_request *r, const char *text)
{
	web_request_answer(r, 200, SLICE("Content-Type: text/plain\r\n"), slice_of(text));
}

static void on_late(void *arg)
{
	struct late *late = arg;

	if (!late->stream) {
		answer_text(late->request, "late");
		free(late);
		return;
	}
	web_request_more(late->request, SLICE("data: tick\n\n"));
	timer_set(&late->timer, 20);
}

static void on_gone(struct web_request *r)
{
	struct late *late = r->work;

	n_gone++;
	if (late == NULL || late->stream) {
		web_request_end(r);
		if (late != NULL)
			timer_cancel(&late->timer);
		free(late);
	}
}

static void answer_later(struct web_request *r, bool stream)
{
	struct late *late = calloc(1, sizeof(*late));

	if (late == NULL)
		abort();
	*late = (struct late){ .request = r, .stream = stream };
	timer_init(&late->timer, loop, on_late, late);
	timer_set(&late->timer, stream ? 20 : 50);
	r->work = late;
	r->gone = on_gone;
	if (stream)
		web_request_start(r, 200, SLICE("Content-Type: text/event-stream\r\n"));
}

static void handle(void *arg UNUSED, struct web_request *r)
{
	struct slice path = r->head->path;

	if (slice_is(path, "/session"))
		web_request_set_session(r, true);
	if (slice_is(path, "/echo"))
		web_request_answer(r, 200, SLICE(""), r->body);
	else if (slice_is(path, "/late"))
		answer_later(r, false);
	else if (slice_is(path, "/events"))
		answer_later(r, true);
	else if (slice_is(path, "/never"))
		r->gone = on_gone;
	else if (slice_is(path, "/large"))
		web_request_answer(r, 200, SLICE(""),
		    slice_make(arena_alloc(r->arena, 4 << 20), 4 << 20));
	else if (slice_is(path, "/count"))
		answer_text(r, arena_printf(r->arena, "%zu %u", web_server_connections(server), n_gone));
	else
		answer_text(r, "hello");
}

static size_t body_limit(void *arg UNUSED, const struct http_head *head)
{
	return slice_is(head->path, "/echo") ? 1 << 20 : 1000;
}

static void use_new_certificate(void)
{
	const struct slice name = SLICE("localhost");
	struct tls_server *tls = NULL;
	struct buffer certificate, key;
	struct fault f;

	buffer_init(&certificate, 10000);
	buffer_init_secret(&key, 10000);
	if (tls_self_signed(&name, 1, &certificate, &key) < 0 ||
	    tls_server_new(buffer_slice(&certificate), buffer_slice(&key), &tls, &f) < 0)
		abort();
	web_server_set_tls(server, tls);
	buffer_release(&certificate);
	buffer_release(&key);
}

static void on_hup(void *arg UNUSED, int signo UNUSED)
{
	use_new_certificate();
}

static void on_stopped(void *arg UNUSED)
{
	loop_stop(loop);
}

static void on_term(void *arg UNUSED, int signo UNUSED)
{
	web_server_stop(server, on_stopped, NULL);
}

int main(void)
{
	struct web_server_options options = { .handle = handle, .body_limit = body_limit };
	struct signal_watch hup, term;
	struct endpoint address;
	struct fault f;
	int fd, result;

	loop = options.loop = loop_new();
	server = loop != NULL ? web_server_new(&options) : NULL;
	if (server == NULL || listener_open(SLICE("[::]:0"), &fd, &f) < 0 ||
	    !listener_address(fd, &address) || web_server_listen(server, fd) < 0)
		return 1;
	if (signal_watch_init(&hup, loop, SIGHUP, on_hup, NULL) < 0 ||
	    signal_watch_init(&term, loop, SIGTERM, on_term, NULL) < 0)
		return 1;
	use_new_certificate();
	printf("%u\n", (unsigned)endpoint_port(&address));
	fflush(stdout);
	result = loop_run(loop);
	web_server_free(server);
	signal_watch_release(&hup);
	signal_watch_release(&term);
	loop_free(loop);
	return result == 0 ? 0 : 1;
}
