/*
 * resolver.c - getaddrinfo() in threads; see resolver.h.
 *
 * A query is answered once, by its thread, its deadline or at once; one that a thread still holds
 * stays in memory until the thread is done with it.
 */
#include "sys/resolver.h"

#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "sys/loop.h"
#include "sys/worker.h"

enum {
	THREADS = 2,
	QUEUE_LIMIT = 32, /* for each thread */
	TIMEOUT_MS = 30000,
	NAME_SIZE = 254, /* RFC 1035: 253 characters */
};

struct resolver {
	struct loop *loop;
	struct worker *workers[THREADS];
	struct resolver_query *queries; /* all that live */
	atomic_bool closing; /* lookups that wait are not worth starting */
};

struct resolver_query {
	struct resolver *resolver;
	struct resolver_query *next, *prev;
	struct job job;
	bool submitted; /* a thread has it or will have it */
	struct timer timer; /* deadline, or "answer in the next turn" */
	char name[NAME_SIZE];
	uint16_t port;
	resolver_answer_fn *fn; /* NULL once it was called, or cancelled */
	void *arg;
	enum resolver_error error;
	struct endpoint addresses[RESOLVER_ADDRESSES_MAX];
	size_t n;
};

/* ---- in the thread ---- */

static enum resolver_error error_of(int gai_error)
{
	switch (gai_error) {
	case EAI_NONAME:
		return RESOLVER_NO_NAME;
	case EAI_NODATA:
	case EAI_ADDRFAMILY:
		return RESOLVER_NO_ADDRESS;
	default:
		return RESOLVER_TEMPORARY;
	}
}

static int look_up(const char *name, uint16_t port, struct addrinfo **ret_list)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV };
	char service[8];

	snprintf(service, sizeof(service), "%u", (unsigned)port);
	return getaddrinfo(name, service, &hints, ret_list);
}

static void run_query(struct job *job)
{
	struct resolver_query *q = CONTAINER_OF(job, struct resolver_query, job);
	struct addrinfo *list = NULL;
	int error;

	if (q->resolver->closing)
		return;
	error = look_up(q->name, q->port, &list);
	if (error != 0) {
		q->error = error_of(error);
		return;
	}
	for (const struct addrinfo *a = list; a != NULL && q->n < RESOLVER_ADDRESSES_MAX;
	    a = a->ai_next) {
		if (endpoint_from_sockaddr(a->ai_addr, a->ai_addrlen, &q->addresses[q->n]))
			q->n++;
	}
	q->error = q->n > 0 ? RESOLVER_OK : RESOLVER_NO_ADDRESS;
	freeaddrinfo(list);
}

/* ---- on the loop ---- */

static void query_free(struct resolver_query *q)
{
	timer_cancel(&q->timer);
	if (q->next != NULL)
		q->next->prev = q->prev;
	if (q->prev != NULL)
		q->prev->next = q->next;
	else
		q->resolver->queries = q->next;
	free(q);
}

/* The one answer. */
static void answer(struct resolver_query *q, enum resolver_error error)
{
	resolver_answer_fn *fn = q->fn;

	timer_cancel(&q->timer);
	q->fn = NULL;
	if (fn != NULL)
		fn(q->arg, error, q->addresses, error == RESOLVER_OK ? q->n : 0);
}

static void on_done(struct job *job)
{
	struct resolver_query *q = CONTAINER_OF(job, struct resolver_query, job);

	if (!q->resolver->closing)
		answer(q, q->error);
	query_free(q);
}

static void on_timer(void *arg)
{
	struct resolver_query *q = arg;

	if (q->submitted) {
		answer(q, RESOLVER_TIMEOUT); /* freed when the thread is done with it */
	} else {
		answer(q, q->error);
		query_free(q);
	}
}

/* To the thread with less to do, whose the answer is from then on. */
static bool submit(struct resolver_query *q)
{
	struct worker *best = q->resolver->workers[0];

	for (size_t i = 1; i < THREADS; i++) {
		if (worker_load(q->resolver->workers[i]) < worker_load(best))
			best = q->resolver->workers[i];
	}
	q->submitted = worker_submit(best, &q->job) == 0;
	return q->submitted;
}

/* Answers what needs no lookup: literals and what cannot be a name. */
static bool is_known(struct resolver_query *q, struct slice host)
{
	if (slice_starts(host, "[") && slice_ends(host, "]"))
		host = slice_sub(host, 1, host.len - 2);
	if (endpoint_from_ip(host, q->port, &q->addresses[0])) {
		q->n = 1;
		return true;
	}
	if (host.len > 0 && slice_copy(host, q->name, sizeof(q->name)))
		return false;
	q->error = RESOLVER_NO_NAME;
	return true;
}

struct resolver_query *resolver_ask(struct resolver *r, struct slice host, uint16_t port,
	resolver_answer_fn *fn, void *arg)
{
	struct resolver_query *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->resolver = r;
	q->port = port;
	q->fn = fn;
	q->arg = arg;
	q->job = (struct job){ .run = run_query, .done = on_done };
	q->next = r->queries;
	if (q->next != NULL)
		q->next->prev = q;
	r->queries = q;
	timer_init(&q->timer, r->loop, on_timer, q);
	if (!is_known(q, host) && !submit(q))
		q->error = RESOLVER_BUSY;
	timer_set(&q->timer, q->submitted ? TIMEOUT_MS : 0);
	return q;
}

void resolver_cancel(struct resolver_query *q)
{
	q->fn = NULL;
	timer_cancel(&q->timer);
	if (!q->submitted)
		query_free(q);
}

/* Loads the name services while that is still allowed; asks nobody else. */
static void load_name_services(void)
{
	struct addrinfo *list = NULL;

	if (look_up("localhost", 25, &list) == 0)
		freeaddrinfo(list);
}

struct resolver *resolver_new(struct loop *l)
{
	struct resolver *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->loop = l;
	load_name_services();
	for (size_t i = 0; i < THREADS; i++) {
		r->workers[i] = worker_new(l, QUEUE_LIMIT, "names");
		if (r->workers[i] == NULL) {
			resolver_free(r);
			return NULL;
		}
	}
	return r;
}

void resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	r->closing = true;
	for (size_t i = 0; i < THREADS; i++)
		worker_free(r->workers[i]);
	while (r->queries != NULL) /* those that no thread had */
		query_free(r->queries);
	free(r);
}

const char *resolver_error_text(enum resolver_error error)
{
	switch (error) {
	case RESOLVER_OK:
		return "found";
	case RESOLVER_NO_NAME:
		return "there is no such name";
	case RESOLVER_NO_ADDRESS:
		return "the name has no address";
	case RESOLVER_TEMPORARY:
		return "the name servers do not answer";
	case RESOLVER_TIMEOUT:
		return "the name servers did not answer in 30 seconds";
	case RESOLVER_BUSY:
		return "too many names are being looked up";
	}
	return "unknown";
}
