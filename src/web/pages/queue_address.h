/*
 * queue_address.h - the address of the mail log, which says what is listed, so that a list can be
 * kept as a bookmark: /login/queue?state=held&to=anna&since=2026-03-01&order=oldest&size=100
 */
#ifndef TOCSIN_WEB_PAGES_QUEUE_ADDRESS_H
#define TOCSIN_WEB_PAGES_QUEUE_ADDRESS_H

#include "http/form.h"
#include "web/form_view.h"
#include "wire/queue_view.h"

/* One of the lists that stand side by side above the log. */
struct queue_list_kind {
	const char *name; /* as the address and the keeper know it */
	const char *label;
	const char *about;
	const char *none; /* said when the list is empty */
};

extern const struct queue_list_kind queue_lists[]; /* the first one is shown when none is named */
extern const size_t n_queue_lists;

enum {
	QUEUE_SIZE_DEFAULT = 50, /* rows of a page */
	QUEUE_SIZES = 3,
};

extern const uint64_t queue_sizes[QUEUE_SIZES];

/* What may be typed, as it was typed, "" for any. */
struct queue_address {
	const struct queue_list_kind *list;
	const char *to, *from, *subject, *id, *since, *until;
	bool oldest_first;
	uint64_t size;
	uint64_t after; /* 0: the first page */
};

/* NULL when there is no list of that name. */
const struct queue_list_kind *queue_list_find(struct slice name);

/* False when it names what does not exist: a list, a size, an order, a place in the list. */
bool queue_address_read(const struct form *query, struct arena *a,
	struct queue_address *ret_address) MUST_CHECK;

/* "/login/queue?state=..."; what is as usual is left out. */
const char *queue_address_url(const struct queue_address *address, struct arena *a);

/* True when something is searched for in the list. */
bool queue_address_searches(const struct queue_address *address);

/* What the keeper is to be asked; what was typed wrongly is added to the problems. */
struct queue_question queue_address_question(const struct queue_address *address,
	struct problems_view *problems);

/* The fields of the search, with what is wrong beside them. */
void queue_address_fields(const struct queue_address *address, const struct problems_view *problems,
	struct arena *a, struct field_view **ret_fields, size_t *ret_n);

#endif
