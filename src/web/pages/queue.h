/*
 * queue.h - what templates/queue.html prints, and what the log's pages share.
 */
#ifndef TOCSIN_WEB_PAGES_QUEUE_H
#define TOCSIN_WEB_PAGES_QUEUE_H

#include "web/form_view.h"
#include "web/mail_state.h"
#include "web/visit.h"

struct filter_view {
	const char *label;
	const char *url;
	bool current;
};

struct queue_line_view {
	const char *url; /* of the message's own page */
	const char *subject;
	const char *from;
	const char *recipients; /* "3 recipients, 1 open" */
	struct state_view state;
	uint64_t at;
	uint64_t next_try; /* 0 none is due by time */
	bool due; /* next_try has come */
	const char *reason;
};

struct queue_page_view {
	const struct status *status; /* NULL: not known now */
	const char *csrf;
	const char *notice; /* what came of a button, or NULL */
	const char *list; /* its name in the address */
	struct problems_view problems; /* with what is searched for */
	struct field_view *fields; /* of the search */
	size_t n_fields;
	bool searching;
	const char *plain_url; /* the same list without the search */
	bool oldest_first;
	const char *order_url; /* the same list the other way round */
	uint64_t size; /* rows of a page, when it is not the usual */
	const char *about; /* what stands in this list */
	const char *none; /* said when nothing does */
	bool offer_test; /* nothing was ever sent: how to get something */
	bool may_retry, may_release;
	struct filter_view *filters;
	size_t n_filters;
	struct filter_view *sizes; /* rows of a page */
	size_t n_sizes;
	struct queue_line_view *lines;
	size_t n_lines;
	const char *shown; /* what the table holds, "The newest 50 messages of this list" */
	const char *first_url, *more_url; /* NULL: this is the end */
	bool looked_further; /* more_url goes on with a search that found less than a page */
};

/* "1 try", "3 tries"; of 1 the singular. */
const char *count_text(struct arena *a, uint64_t n, const char *one, const char *many);

/* What is done to mail by a button or the API: "hold" of a route "/login/queue/ID/hold". */
const char *queue_verb_of(const char *path);
/* The keeper is asked to do that; queue_id "" stands for all open mail. */
struct question *queue_ask_deed(struct visit *v, const char *verb, const char *queue_id);
/* nth: which copy it is to be, so that one that was sent already is not sent again; 0 the next. */
struct question *queue_ask_resend(struct visit *v, const char *queue_id, uint64_t nth);

/* What the last button did, from the address it led to; NULL when there was none. */
const char *queue_notice(struct visit *v);

/* A message, with its recipients behind one. */
struct message_view;
struct question *message_ask(struct visit *v, const char *queue_id, uint64_t after);

/* False when there is no answer to show; then the request is answered with what went wrong. */
bool message_answered(struct visit *v, const struct question *q, struct message_view *ret_message)
	MUST_CHECK;

/* ID in "/login/queue/ID", checked: "" when it cannot be one. */
const char *queue_id_of(struct visit *v);

#endif
