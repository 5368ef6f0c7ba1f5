/* probe.c - tries the relay alone; see probe.h. */
#include "delivery/probe.h"

#include <stdlib.h>

enum {
	PROBE_MEMORY = 256 * 1024,
};

struct probe {
	struct arena *arena; /* the settings, with their secrets */
	struct relay relay;
	struct connection *connection;
	const struct probe_events *events;
	void *arg;
	bool good; /* it let us in; what it says to QUIT does not count */
};

static void on_secured(void *arg, int64_t until)
{
	struct probe *p = arg;

	p->events->secured(p->arg, p->relay.version, until);
}

static void on_ready(void *arg)
{
	struct probe *p = arg;

	p->good = true;
	connection_quit(p->connection);
}

static void on_recipient(void *arg UNUSED, size_t recipient UNUSED,
	const struct verdict *v UNUSED)
{
}

static void on_body(void *arg UNUSED)
{
}

static void on_message(void *arg UNUSED, const struct verdict *v UNUSED)
{
}

static void on_ended(void *arg, const struct verdict *v)
{
	struct probe *p = arg;
	const struct verdict good = { .class = VERDICT_ACCEPTED, .stage = STAGE_IDLE };

	p->events->told(p->arg, p, p->good ? &good : v);
}

static const struct connection_events connection_events = {
	.secured = on_secured,
	.ready = on_ready,
	.recipient = on_recipient,
	.body = on_body,
	.message = on_message,
	.ended = on_ended,
};

struct probe *probe_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, struct slice relay,
	const struct probe_events *events, void *arg)
{
	struct arena *a = arena_new(PROBE_MEMORY);
	struct probe *p = calloc(1, sizeof(*p));
	struct unpack u;

	if (p == NULL || a == NULL) {
		arena_free(a);
		free(p);
		return NULL;
	}
	*p = (struct probe){ .arena = a, .events = events, .arg = arg };
	unpack_init(&u, relay);
	relay_unpack(&u, a, &p->relay);
	if (unpack_end(&u))
		p->connection = connection_new(&(struct connection_options){
		    .loop = loop, .resolver = resolver, .system_trust = system_trust,
		    .relay = &p->relay, .events = &connection_events, .arg = p,
		});
	if (p->connection == NULL) {
		probe_free(p);
		return NULL;
	}
	return p;
}

void probe_free(struct probe *p)
{
	if (p == NULL)
		return;
	connection_free(p->connection);
	arena_free(p->arena);
	free(p);
}
