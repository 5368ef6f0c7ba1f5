/*
 * http_loop.c - curl in our loop: it tells which sockets it waits for and until when
 * (curl_multi_socket_action(3)); our watches and timer do the waiting.
 */
#include "sys/http_private.h"

#include <stdlib.h>

static void look_for_ends(struct http_client *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl->multi_info_read(c->multi, &left)) != NULL) {
		struct http_call *call = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl->easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		if (!http_address_next(call, code))
			http_call_ended(call, code);
	}
}

static void act(struct http_client *c, curl_socket_t fd, int events)
{
	int running;

	curl->multi_socket_action(c->multi, fd, events, &running);
	look_for_ends(c);
}

static void on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int want_time(CURLM *multi UNUSED, long ms, void *arg)
{
	struct http_client *c = arg;

	if (ms < 0)
		timer_cancel(&c->timer);
	else
		timer_set(&c->timer, ms);
	return 0;
}

/* One descriptor of curl's. */
struct plug {
	struct http_client *client;
	struct watch watch;
};

static void on_ready(void *arg, unsigned events)
{
	struct plug *p = arg;
	int what = 0;

	if ((events & WATCH_READ) != 0)
		what |= CURL_CSELECT_IN;
	if ((events & WATCH_WRITE) != 0)
		what |= CURL_CSELECT_OUT;
	act(p->client, p->watch.fd, what); /* p may be gone */
}

static int want_socket(CURL *easy UNUSED, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http_client *c = arg;
	struct plug *p = socket_arg;
	unsigned events = 0;

	if (what == CURL_POLL_REMOVE) {
		if (p != NULL)
			watch_release(&p->watch);
		free(p);
		return 0;
	}
	if (p == NULL) {
		p = calloc(1, sizeof(*p));
		if (p == NULL)
			return -1;
		p->client = c;
		watch_init(&p->watch, c->loop, fd, on_ready, p);
		curl->multi_assign(c->multi, fd, p);
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= WATCH_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= WATCH_WRITE;
	return watch_set(&p->watch, events) == 0 ? 0 : -1;
}

/* ---- life ---- */

struct http_client *http_client_new(struct loop *loop, struct resolver *resolver)
{
	struct http_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = loop;
	c->resolver = resolver;
	timer_init(&c->timer, loop, on_timer, c);
	return c;
}

bool http_client_begin(struct http_client *c)
{
	if (c->multi != NULL)
		return true;
	c->multi = curl->multi_init();
	if (c->multi == NULL)
		return false;
	curl->multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl->multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl->multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, want_time);
	curl->multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return true;
}

void http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	if (c->multi != NULL)
		curl->multi_cleanup(c->multi);
	timer_cancel(&c->timer);
	free(c);
}
