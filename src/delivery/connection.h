/*
 * connection.h - one connection to the relay: finds its addresses, tries them in order, encrypts,
 * and carries an SMTP session (smtp/session.h) over a stream (sys/stream.h). Deadlines are kept.
 *
 * Events come from the loop only, never from inside a call of the owner's, who may free the
 * connection in any of them. ended is the last one and comes exactly once.
 */
#ifndef TOCSIN_DELIVERY_CONNECTION_H
#define TOCSIN_DELIVERY_CONNECTION_H

#include "smtp/session.h"
#include "sys/loop.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"
#include "wire/relay.h"

struct connection;

enum {
	CONNECTION_CONNECT_MS = 30 * 1000, /* for each address */
	CONNECTION_HANDSHAKE_MS = 60 * 1000,
	CONNECTION_CLOSE_MS = 3 * 1000, /* for our last words */
};

/* A stage begins or was passed; what failed comes with ended. Texts are good during the call. */
struct connection_step {
	enum verdict_stage stage; /* RESOLVE, CONNECT, TLS, and those of the session */
	bool begins; /* RESOLVE, CONNECT (each address anew) and TLS say so, too */
	const char *subject; /* the host of RESOLVE, "192.0.2.1 port 587" of CONNECT, else "" */
	const char *result; /* what was seen: addresses, TLS facts, the server's words */
	const struct verdict *verdict; /* the reply's codes; NULL when it begins or was no reply */
};

/* step and secured may be NULL. */
struct connection_events {
	void (*step)(void *arg, const struct connection_step *step);
	void (*secured)(void *arg, int64_t until); /* TLS; until: when the certificate ends */
	void (*ready)(void *arg); /* a message may begin */
	void (*recipient)(void *arg, size_t recipient, const struct verdict *v);
	void (*body)(void *arg); /* there is room for content, now or again */
	void (*message)(void *arg, const struct verdict *v);
	void (*ended)(void *arg, const struct verdict *v); /* ACCEPTED after a QUIT of ours */
};

struct connection_options {
	struct loop *loop;
	struct resolver *resolver;
	struct tls_client *system_trust; /* NULL: only the relay's own authorities can be trusted */
	const struct relay *relay; /* stays where it is as long as the connection */
	struct smtp_transcript *transcript; /* or NULL */
	const struct connection_events *events;
	void *arg;
};

struct connection *connection_new(const struct connection_options *options); /* NULL: memory */
void connection_free(struct connection *c); /* hangs up without a word; NULL is fine */

/* As the verbs of the session. */
int connection_begin(struct connection *c, const struct smtp_envelope *envelope);
size_t connection_body(struct connection *c, struct slice content);
void connection_finish(struct connection *c);
void connection_abandon(struct connection *c, const char *text);
void connection_quit(struct connection *c); /* only when ready; else nothing happens */

bool connection_is_ready(const struct connection *c);
bool connection_is_over(const struct connection *c); /* nothing can be sent any more */
bool connection_dot_sent(const struct connection *c);
const struct smtp_capabilities *connection_capabilities(const struct connection *c);

#endif
