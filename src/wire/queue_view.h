/*
 * queue_view.h - the queue as lists and pages show it.
 *   QUEUE_ROW = the fields of struct queue_row
 *   MESSAGE   = QUEUE_ROW and the fields of struct message_view
 */
#ifndef TOCSIN_WIRE_QUEUE_VIEW_H
#define TOCSIN_WIRE_QUEUE_VIEW_H

#include "wire/delivery.h"

enum {
	/* their verdicts fit one message; row has the full count */
	MESSAGE_VIEW_RECIPIENTS_MAX = 100,
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
};

struct recipient_view {
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
	struct recipient_view *recipients; /* the first MESSAGE_VIEW_RECIPIENTS_MAX */
	size_t n_recipients;
};

void queue_row_pack(struct buffer *b, const struct queue_row *r);
void queue_row_unpack(struct unpack *u, struct arena *a, struct queue_row *ret_row);
void message_view_pack(struct buffer *b, const struct message_view *m);
void message_view_unpack(struct unpack *u, struct arena *a, struct message_view *ret_message);

#endif
