/*
 * queue_view.h - the queue as lists and pages show it.
 *   QUERY     = the fields of struct queue_question
 *   QUEUE_ROW = the fields of struct queue_row
 *   MESSAGE   = QUEUE_ROW and the fields of struct message_view
 *   TRIES     = the fields of struct tries_view
 *   ACTED     = the fields of struct queue_acted_view
 */
#ifndef TOCSIN_WIRE_QUEUE_VIEW_H
#define TOCSIN_WIRE_QUEUE_VIEW_H

#include "wire/delivery.h"

enum {
	QUEUE_PAGE_MAX = 200, /* rows of one answer */
	/* their verdicts fit one answer; row has the full count */
	MESSAGE_VIEW_RECIPIENTS_MAX = 100,
	TRIES_VIEW_MAX = 100,
	DEEDS_VIEW_MAX = 100,
};

/*
 * Which mail is asked for. Texts are "" for any, at most QUEUE_SEARCH_TEXT_MAX octets, and found in
 * either case of ASCII letters.
 */
struct queue_question {
	const char *state; /* "open" or "", "all", or a name of core/queue_state.h */
	const char *to; /* part of a recipient's address; with a state: of one that is in it */
	const char *from; /* part of the sender or of From */
	const char *subject; /* part of it */
	const char *id; /* a whole queue ID or Message-ID; nothing else of this is looked at then */
	uint64_t since, until; /* came in at since or later, before until; 0 no bound */
	bool oldest_first;
	uint64_t after; /* "next" of the answer before, 0 for the first page */
	uint64_t limit; /* rows wanted; the answer has QUEUE_PAGE_MAX at the most */
};

struct queue_row {
	uint64_t id; /* row, for paging */
	const char *queue_id;
	uint64_t at; /* accepted, seconds since the epoch */
	const char *submitter; /* "uid 0", "tocsin" */
	const char *sender;
	const char *header_from;
	const char *subject;
	uint64_t size;
	uint64_t n_recipients;
	uint64_t n_open; /* recipients without a final verdict */
	const char *state; /* the worst open state, or the final one: queue_state_name() */
	uint64_t next_try; /* 0 when none is due by time */
	const char *reason; /* why it waits, in a sentence, or "" */
	const char *held_by; /* the person who holds it, or "" */
	bool has_content; /* its octets are here: it can be sent (again) */
};

struct recipient_view {
	uint64_t id; /* for paging */
	const char *address;
	const char *state;
	uint64_t attempts;
	uint64_t next_try;
	bool maybe_delivered; /* the dot was sent once and no answer came */
	uint64_t at; /* of the last change */
	const char *relay; /* the relay of the last attempt */
	struct verdict verdict; /* of the last attempt */
};

struct message_view {
	struct queue_row row;
	const char *message_id;
	uint64_t n_resent; /* how often it was sent again */
	struct recipient_view *recipients; /* at most MESSAGE_VIEW_RECIPIENTS_MAX */
	size_t n_recipients;
	bool more; /* recipients behind the last */
};

struct try_view {
	const char *address;
	uint64_t at;
	const char *relay; /* "" when none was asked */
	uint64_t took_ms;
	struct verdict verdict;
};

/* What somebody did with a message. */
struct deed_view {
	uint64_t at;
	const char *who;
	const char *what; /* "hold", "release", "retry", "delete", "resend", "copy" */
	const char *other; /* resend: the copy's queue ID; copy: the original's; else "" */
	uint64_t n_recipients;
};

/* What happened to a message: tries of the recipients asked for, and what people did. */
struct tries_view {
	struct try_view *tries; /* the newest first */
	size_t n_tries;
	uint64_t next; /* where older tries go on, 0: there are none */
	struct deed_view *deeds; /* the newest first */
	size_t n_deeds;
};

/* What came of an action on one message, or on all. */
struct queue_acted_view {
	uint64_t messages; /* that something was done to */
	uint64_t recipients; /* that something was done to */
	uint64_t with_sender; /* open ones that were with the sender, and were left alone */
};

void queue_question_pack(struct buffer *b, const struct queue_question *q);
void queue_question_unpack(struct unpack *u, struct arena *a, struct queue_question *ret_question);
void queue_row_pack(struct buffer *b, const struct queue_row *r);
void queue_row_unpack(struct unpack *u, struct arena *a, struct queue_row *ret_row);
/* QUEUE_TRIES: of the recipients that m shows, before that one; 0 the newest. */
void tries_question_pack(struct buffer *b, const char *queue_id, const struct message_view *m,
	uint64_t before);
void tries_view_pack(struct buffer *b, const struct tries_view *t);
void tries_view_unpack(struct unpack *u, struct arena *a, struct tries_view *ret_tries);
void queue_acted_pack(struct buffer *b, const struct queue_acted_view *v);
void queue_acted_unpack(struct unpack *u, struct queue_acted_view *ret_view);
void message_view_pack(struct buffer *b, const struct message_view *m);
void message_view_unpack(struct unpack *u, struct arena *a, struct message_view *ret_message);

#endif
