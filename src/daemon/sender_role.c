/*
 * sender_role.c - the process that mails. Wiring only; the work is src/delivery.
 */
#include <sysexits.h>

#include "base/log.h"
#include "daemon/role.h"
#include "delivery/sender.h"
#include "sys/descriptor.h"

enum {
	REST_MS = 5 * 60 * 1000, /* authorities that were not used for so long are forgotten */
};

struct sender_role {
	struct role_base base;
	struct sender *sender;
	struct tls_client *trust;
	struct timer rest;
};

static void on_link(void *arg, enum role peer, int fd)
{
	struct sender_role *r = arg;

	if (peer == ROLE_KEEPER)
		sender_linked(r->sender, fd);
	else
		descriptor_close(fd);
}

static void on_stopped(void *arg)
{
	struct sender_role *r = arg;

	loop_stop(r->base.loop);
}

static void on_stop(void *arg)
{
	struct sender_role *r = arg;

	sender_stop(r->sender, on_stopped, r);
}

/* NULL (logged) when they cannot be read: relays with authorities of their own still work. */
static struct tls_client *system_trust(void)
{
	struct tls_client *trust = NULL;
	struct fault fault;

	if (tls_client_new_system(NULL, &trust, &fault) != 0)
		log_error("%s", fault.text);
	return trust;
}

static void on_rest(void *arg)
{
	struct sender_role *r = arg;

	tls_client_rest(r->trust);
	timer_set(&r->rest, REST_MS);
}

int sender_main(const struct start *start)
{
	struct sender_role r = { .base = { .linked = on_link, .stop = on_stop } };
	const struct sandbox_path *paths;
	struct resolver *resolver;
	struct http_client *http = NULL;
	size_t n_paths;
	int result;

	r.base.arg = &r;
	if (!role_begin(&r.base, start, ROLE_SENDER))
		return EX_OSERR;
	r.trust = system_trust();
	paths = sandbox_resolver_paths(&n_paths);
	if (!role_enter(&r.base, SANDBOX_SENDER, -1, paths, n_paths))
		return EX_NOPERM;
	resolver = resolver_new(r.base.loop);
	if (resolver != NULL)
		http = http_client_new(r.base.loop, resolver);
	if (http != NULL)
		r.sender = sender_new(r.base.loop, resolver, http, r.trust);
	if (r.sender == NULL) {
		log_error("cannot start: out of memory or threads");
		return EX_OSERR;
	}
	if (!role_seal(&r.base))
		return EX_NOPERM;
	timer_init(&r.rest, r.base.loop, on_rest, &r);
	if (r.trust != NULL)
		timer_set(&r.rest, REST_MS);
	result = role_run(&r.base);
	timer_cancel(&r.rest);
	sender_free(r.sender);
	http_client_free(http);
	resolver_free(resolver);
	tls_client_free(r.trust);
	role_end(&r.base);
	return result;
}
