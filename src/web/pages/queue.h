/* queue.h - what templates/queue.html and message.html print. */
#ifndef TOCSIN_WEB_PAGES_QUEUE_H
#define TOCSIN_WEB_PAGES_QUEUE_H

#include "web/frame.h"
#include "web/trouble.h"
#include "wire/queue_view.h"

struct link_view {
	const char *label;
	const char *url;
	bool current;
};

struct queue_row_view {
	const struct queue_row *row;
	const char *subject; /* never "" */
	struct shape_view shape;
};

struct queue_view {
	const struct link_view *filters;
	size_t n_filters;
	const struct link_view *sizes; /* of a page */
	size_t n_sizes;
	struct queue_row_view *rows;
	size_t n_rows;
	uint64_t total;
	const char *state; /* "" for all */
	const char *first; /* address of the newest page, or NULL on it */
	const char *older; /* of the next page, or NULL on the last */
	bool can_retry;
	bool retried;
	const char *csrf;
};

struct recipient_row_view {
	const struct recipient_view *recipient;
	struct shape_view shape;
	bool tried;
	const char *words; /* of the relay when it took the mail, else "" */
	const struct trouble_view *trouble; /* of the last try, or NULL */
};

struct message_page_view {
	const struct queue_row *row;
	const char *message_id;
	struct recipient_row_view *recipients;
	size_t n_recipients;
	uint64_t n_more; /* recipients that are not shown */
	bool can_retry;
	bool retried;
	const char *csrf;
};

#endif
