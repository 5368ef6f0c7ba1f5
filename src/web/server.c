/* server.c - takes connections, keeps their number bounded, stops; see server.h. */
#include "web/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/listener.h"
#include "sys/tls_server.h"
#include "web/connection.h"
#include "web/source.h"

enum {
	SAY_FULL_MS = 60 * 1000, /* a flood of connections is no flood of log lines */
};

struct web_server {
	struct web_server_options options;
	struct tls_server *tls;
	struct listener listeners[WEB_LISTENERS_MAX];
	size_t n_listeners;
	struct web_connection *connections[WEB_CONNECTIONS_MAX]; /* the oldest first */
	size_t n_connections;
	size_t n_requests;
	int64_t said_full; /* boot ms */
	bool stopping;
	struct timer stop_timer; /* the end of patience, or "all are gone" */
	void (*stopped)(void *arg);
	void *stopped_arg;
};

/* ---- who makes room ---- */

/* The oldest of the least worth, of all or of one source; NULL when none may go. */
static struct web_connection *least_worth(const struct web_server *s,
	const struct endpoint *source)
{
	enum web_worth least = WEB_WORTH_ALL;
	struct web_connection *found = NULL;

	for (size_t i = 0; i < s->n_connections; i++) {
		struct web_connection *c = s->connections[i];

		if (source != NULL && !web_same_source(web_connection_peer(c), source))
			continue;
		if (web_connection_worth(c) < least) {
			least = web_connection_worth(c);
			found = c;
		}
	}
	return found;
}

static size_t count_source(const struct web_server *s, const struct endpoint *source)
{
	size_t count = 0;

	for (size_t i = 0; i < s->n_connections; i++)
		if (web_same_source(web_connection_peer(s->connections[i]), source))
			count++;
	return count;
}

static void say_full(struct web_server *s, const struct endpoint *peer)
{
	char text[ENDPOINT_TEXT_SIZE];
	int64_t now = loop_now(s->options.loop);

	if (s->said_full != 0 && now - s->said_full < SAY_FULL_MS)
		return;
	s->said_full = now;
	log_warning("https: %zu connections, the latest from %s: the oldest without a session go",
	    s->n_connections, endpoint_ip_text(peer, text));
}

/* False when everybody who is here has more right to stay. */
static bool make_room(struct web_server *s, const struct endpoint *peer)
{
	bool source_full = count_source(s, peer) >= WEB_PER_SOURCE_MAX;
	struct web_connection *victim;

	if (!source_full && s->n_connections < WEB_CONNECTIONS_MAX)
		return true;
	say_full(s, peer);
	victim = least_worth(s, source_full ? peer : NULL);
	if (victim == NULL)
		return false;
	web_connection_cut(victim);
	return true;
}

static void on_accepted(void *arg, int fd, const struct endpoint *peer)
{
	struct web_server *s = arg;
	struct tls_server *tls = make_room(s, peer) ? s->tls : NULL;
	struct web_connection *c = web_connection_new(s, tls, fd, peer);

	if (c != NULL)
		s->connections[s->n_connections++] = c;
}

/* ---- what connections ask ---- */

const struct web_server_options *web_server_options(const struct web_server *s)
{
	return &s->options;
}

/* All are gone before patience ends: say so from the loop, not from inside a connection. */
static void check_stopped(struct web_server *s)
{
	if (s->stopping && s->n_connections == 0 && s->n_requests == 0)
		timer_set(&s->stop_timer, 0);
}

void web_server_forget(struct web_server *s, struct web_connection *c)
{
	size_t i = 0;

	while (i < s->n_connections && s->connections[i] != c)
		i++;
	if (i == s->n_connections)
		return;
	s->n_connections--;
	memmove(&s->connections[i], &s->connections[i + 1],
	    (s->n_connections - i) * sizeof(s->connections[0]));
	check_stopped(s);
}

bool web_server_has_room(const struct web_server *s, const struct endpoint *peer, size_t body)
{
	size_t in_all = body, of_source = body;

	for (size_t i = 0; i < s->n_connections; i++) {
		size_t other = web_connection_body(s->connections[i]);

		in_all += other;
		if (web_same_source(web_connection_peer(s->connections[i]), peer))
			of_source += other;
	}
	return in_all <= WEB_BODIES_MAX && of_source <= WEB_BODIES_PER_SOURCE_MAX;
}

bool web_server_begin_request(struct web_server *s)
{
	if (s->n_requests >= WEB_REQUESTS_MAX)
		return false;
	s->n_requests++;
	return true;
}

void web_server_end_request(struct web_server *s)
{
	s->n_requests--;
	check_stopped(s);
}

/* ---- life ---- */

static void cut_all(struct web_server *s)
{
	while (s->n_connections > 0)
		web_connection_cut(s->connections[s->n_connections - 1]);
}

static void on_stop_timer(void *arg)
{
	struct web_server *s = arg;

	cut_all(s);
	timer_cancel(&s->stop_timer);
	if (s->stopped != NULL)
		s->stopped(s->stopped_arg);
}

struct web_server *web_server_new(const struct web_server_options *options)
{
	struct web_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->options = *options;
	timer_init(&s->stop_timer, options->loop, on_stop_timer, s);
	return s;
}

static void release_listeners(struct web_server *s)
{
	while (s->n_listeners > 0)
		listener_release(&s->listeners[--s->n_listeners]);
}

void web_server_free(struct web_server *s)
{
	if (s == NULL)
		return;
	release_listeners(s);
	cut_all(s);
	timer_cancel(&s->stop_timer);
	tls_server_free(s->tls);
	free(s);
}

void web_server_set_tls(struct web_server *s, struct tls_server *context)
{
	tls_server_free(s->tls);
	s->tls = context;
}

int web_server_listen(struct web_server *s, int fd)
{
	if (s->n_listeners == WEB_LISTENERS_MAX ||
	    listener_init(&s->listeners[s->n_listeners], s->options.loop, fd, on_accepted, s) < 0)
		return -1;
	s->n_listeners++;
	return 0;
}

/* From the newest: a connection that ends leaves the list, and only newer ones move. */
static void stop_connections(struct web_server *s)
{
	for (size_t i = s->n_connections; i-- > 0;)
		web_connection_stop(s->connections[i]);
}

void web_server_stop(struct web_server *s, void (*stopped)(void *arg), void *arg)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->stopped = stopped;
	s->stopped_arg = arg;
	release_listeners(s);
	timer_set(&s->stop_timer, WEB_STOP_MS);
	stop_connections(s);
	check_stopped(s);
}

size_t web_server_connections(const struct web_server *s)
{
	return s->n_connections;
}
