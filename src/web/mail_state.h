/*
 * mail_state.h - the states of queued mail as pages show them: a word, its shape, and a sentence
 * that says what the state means.
 */
#ifndef TOCSIN_WEB_MAIL_STATE_H
#define TOCSIN_WEB_MAIL_STATE_H

#include "web/frame.h"

struct state_view {
	struct shape_view shape;
	const char *word; /* "Deferred" */
	const char *meaning;
	const char *kind; /* of a banner: "good", "bad", "wait", "note" */
	bool may_retry; /* a person may ask for a try now */
};

/* name: queue_state_name(). One that nobody knows is shown as it came. */
struct state_view state_view_of(const char *name, struct arena *a);

#endif
