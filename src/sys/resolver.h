/*
 * resolver.h - names to addresses by getaddrinfo() in two threads, so that one slow name does
 * not hold up the next. Make it before the sandbox is sealed: it also loads the name services.
 */
#ifndef TOCSIN_SYS_RESOLVER_H
#define TOCSIN_SYS_RESOLVER_H

#include "sys/endpoint.h"

struct loop;
struct resolver;
struct resolver_query;

enum resolver_error {
	RESOLVER_OK,
	RESOLVER_NO_NAME, /* there is no such name */
	RESOLVER_NO_ADDRESS, /* the name exists and has no address */
	RESOLVER_TEMPORARY, /* no name server answered, or it failed */
	RESOLVER_TIMEOUT, /* nothing known after 30 s */
	RESOLVER_BUSY, /* too many names wait already */
};

enum {
	RESOLVER_ADDRESSES_MAX = 16,
};

/* addresses are in the order to try, and good during the call. */
typedef void resolver_answer_fn(void *arg, enum resolver_error error,
	const struct endpoint *addresses, size_t n);

struct resolver *resolver_new(struct loop *l); /* NULL when it cannot start */
/* Drops all queries; may wait for a lookup that is under way. NULL is fine. */
void resolver_free(struct resolver *r);

/*
 * Asks for host (a name, or an IP literal with or without brackets). fn is called once from the
 * loop, never from inside this call. NULL without memory.
 */
struct resolver_query *resolver_ask(struct resolver *r, struct slice host, uint16_t port,
	resolver_answer_fn *fn, void *arg);
/* Before fn was called: it never will be. */
void resolver_cancel(struct resolver_query *q);

const char *resolver_error_text(enum resolver_error error); /* for people */

#endif
