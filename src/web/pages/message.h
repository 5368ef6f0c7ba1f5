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

/* One line of what happened: a try, for one recipient or several alike, or a deed of somebody. */
struct event_view {
	uint64_t at;
	struct shape_view shape;
	const char *what; /* "Accepted", "Held by anna" */
	const char *whom; /* address, or "3 recipients" */
	const char *relay; /* "" when none was asked */
	uint64_t took_ms;
	const char *stage; /* of the try, "" for a deed */
	const char *answer; /* code and words, or "" */
	const char *meaning; /* what the words mean, or "" */
	const char *other, *other_url; /* another message that it leads to, or NULL */
};

struct message_page_view {
	const struct status *status; /* NULL: not known now */
	const char *csrf;
	const char *notice; /* what came of a button, or NULL */
	const char *queue_id, *message_id, *submitter, *sender, *from, *subject, *reason;
	uint64_t at;
	uint64_t size;
	struct state_view state;
	bool may_retry, may_hold, may_release, may_resend, may_delete;
	const char *held_by;
	const char *shown; /* "100 of 240 recipients", or NULL */
	const char *first_url, *more_url; /* other recipients, or NULL */
	struct event_view *events; /* the newest first */
	size_t n_events;
	const char *older_url; /* older tries, or NULL */
	struct recipient_line_view *recipients;
	size_t n_recipients;
	struct cause_view *causes;
	size_t n_causes;
};

/* A page that asks once more before something is done to a message. */
struct deed_page_view {
	const char *csrf;
	const char *queue_id, *subject, *from;
	bool deletes; /* or sends again */
	bool impossible; /* nothing of it would be done now */
	const char *recipients; /* "3 recipients" that it is about */
	uint64_t nth; /* sending again: which time it is */
	bool with_sender; /* some are with the relay just now */
};

#endif
