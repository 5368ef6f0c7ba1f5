/* message.h - what templates/message.html prints. */
#ifndef TOCSIN_WEB_PAGES_MESSAGE_H
#define TOCSIN_WEB_PAGES_MESSAGE_H

#include "web/mail_state.h"
#include "web/trouble.h"

struct recipient_line_view {
	const char *address;
	struct state_view state;
	uint64_t tries;
	uint64_t next_try; /* 0 none is due by time */
	bool due; /* next_try has come */
	bool maybe_delivered;
	uint64_t at; /* of the last change */
	const char *relay; /* of the last try, "" before the first */
	const char *answer; /* the relay's last words when it took the mail, or "" */
	const char *cause; /* id of the explanation below, or "" */
	const char *cause_title;
};

/* Why mail did not go, explained once for all recipients that share it. */
struct cause_view {
	const char *id;
	struct trouble_view trouble;
	const char **recipients;
	size_t n_recipients;
};

struct message_page_view {
	const struct status *status; /* NULL: not known now */
	const char *csrf;
	const char *notice; /* what came of "Try now", or NULL */
	const char *queue_id, *message_id, *submitter, *sender, *from, *subject, *reason;
	uint64_t at;
	uint64_t size;
	struct state_view state;
	const char *shown; /* "The first 100 of 240 recipients", or NULL */
	struct recipient_line_view *recipients;
	size_t n_recipients;
	struct cause_view *causes;
	size_t n_causes;
};

#endif
