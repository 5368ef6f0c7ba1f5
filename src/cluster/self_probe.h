/*
 * self_probe.h - the node asks its own /check_health as a client would: over TCP and TLS, with the
 * certificate it is meant to show. A machine whose loop hangs or whose listener is gone learns it
 * this way; /check_health itself never uses this answer.
 */
#ifndef TOCSIN_CLUSTER_SELF_PROBE_H
#define TOCSIN_CLUSTER_SELF_PROBE_H

#include "base/buffer.h"
#include "core/fact.h"
#include "sys/endpoint.h"
#include "sys/loop.h"
#include "sys/stream.h"
#include "sys/tls_client.h"

enum {
	SELF_PROBE_INTERVAL_MS = 5 * 1000,
	SELF_PROBE_TIMEOUT_MS = 3 * 1000,
};

struct self_probe {
	struct loop *loop;
	struct endpoint to;
	struct tls_client *trust; /* NULL until the certificate is known */
	char host[256]; /* a name or address of the certificate */
	struct stream *stream; /* of the probe under way */
	struct timer interval, timeout;
	struct fact fact;
	/* told after every probe: the damped fact, and what this probe saw */
	void (*told)(void *arg, bool good, const char *detail);
	void *arg;
};

/* listening is the address front listens on. */
void self_probe_init(struct self_probe *p, struct loop *loop, const struct endpoint *listening,
	void (*told)(void *arg, bool good, const char *detail), void *arg);
void self_probe_release(struct self_probe *p);

/* The certificate chain (PEM) that front shows from now on; false when it cannot be read. */
bool self_probe_trust(struct self_probe *p, struct slice chain) MUST_CHECK;

#endif
