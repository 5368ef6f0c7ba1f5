/*
 * queue_state.h - the states of one recipient of one queued message. A message has no state of its
 * own: lists show the worst open state of its recipients, or the worst final one.
 *
 *   held --> queued --> in flight --> dot sent --> accepted
 *               ^           |             |
 *               |           v             v
 *               +------ deferred <--------+         failed: from any open state
 */
#ifndef TOCSIN_CORE_QUEUE_STATE_H
#define TOCSIN_CORE_QUEUE_STATE_H

#include "base/slice.h"

/* The numbers stand in the store: they are only added to. */
enum queue_state {
	QUEUE_QUEUED, /* waits for its first try, or to be tried at once */
	QUEUE_IN_FLIGHT, /* the sender has it, the final dot was not sent */
	QUEUE_DOT_SENT, /* the final dot may have been sent, no answer is known */
	QUEUE_ACCEPTED, /* final: the relay has it */
	QUEUE_DEFERRED, /* tried, to be tried again at a given time */
	QUEUE_FAILED, /* final: will not be tried again */
	QUEUE_HELD, /* waits for a person, no time makes it due */
	QUEUE_STATE_COUNT,
};

/* What people do with mail in the queue. */
enum queue_action {
	QUEUE_ACTION_HOLD, /* nothing of it is tried until it is released */
	QUEUE_ACTION_RELEASE, /* what is held is due now, whoever or whatever held it */
	QUEUE_ACTION_RETRY, /* what waits is due now; by name also what a person holds */
	QUEUE_ACTION_DELETE, /* what waits fails, and the octets go */
	QUEUE_ACTION_COUNT,
};

enum {
	QUEUE_SEARCH_TEXT_MAX = 200, /* octets of a text that the mail log is searched for */
};

/* "queued", "in flight", "dot sent", "accepted", "deferred", "failed", "held". */
const char *queue_state_name(enum queue_state s);
bool queue_state_parse(struct slice name, enum queue_state *ret_state) MUST_CHECK;

/* "hold", "release", "retry", "delete". */
const char *queue_action_name(enum queue_action a);
bool queue_action_parse(struct slice name, enum queue_action *ret_action) MUST_CHECK;

/* True when nothing is to come: accepted, failed. */
bool queue_state_is_final(enum queue_state s);

/* The one of two that a list shows: open before final, then what needs a person most. */
enum queue_state queue_state_worse(enum queue_state a, enum queue_state b);

#endif
