/* tls_look.c - whether a port speaks TLS at once; see tls_look.h. */
#include "delivery/tls_look.h"

#include <stdlib.h>

struct tls_look {
	struct relay relay; /* its texts are the owner's */
	struct connection *connection;
	void (*told)(void *arg, bool speaks_tls);
	void *arg;
};

static void on_step(void *arg, const struct connection_step *step)
{
	struct tls_look *l = arg;

	if (step->stage == STAGE_TLS && !step->begins)
		l->told(l->arg, true);
}

static void on_ready(void *arg UNUSED)
{
}

static void on_recipient(void *arg UNUSED, size_t recipient UNUSED,
	const struct verdict *v UNUSED)
{
}

static void on_message(void *arg UNUSED, const struct verdict *v UNUSED)
{
}

static void on_ended(void *arg, const struct verdict *v)
{
	struct tls_look *l = arg;
	bool answered = v->reason >= REASON_TLS_EXPIRED && v->reason <= REASON_TLS_REFUSED &&
	    v->reason != REASON_TLS_NOT_TLS;

	l->told(l->arg, answered);
}

static const struct connection_events events = {
	.step = on_step,
	.ready = on_ready,
	.recipient = on_recipient,
	.body = on_ready,
	.message = on_message,
	.ended = on_ended,
};

struct tls_look *tls_look_new(struct loop *loop, struct resolver *resolver,
	struct tls_client *system_trust, const struct relay *relay,
	void (*told)(void *arg, bool speaks_tls), void *arg)
{
	struct tls_look *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct tls_look){ .relay = *relay, .told = told, .arg = arg };
	l->relay.encryption = RELAY_ENCRYPTION_TLS;
	l->relay.auth = RELAY_AUTH_NONE;
	l->relay.username = l->relay.password = l->relay.token = "";
	l->connection = connection_new(&(struct connection_options){
	    .loop = loop, .resolver = resolver, .system_trust = system_trust,
	    .relay = &l->relay, .events = &events, .arg = l,
	});
	if (l->connection == NULL) {
		tls_look_free(l);
		return NULL;
	}
	return l;
}

void tls_look_free(struct tls_look *l)
{
	if (l == NULL)
		return;
	connection_free(l->connection);
	free(l);
}
