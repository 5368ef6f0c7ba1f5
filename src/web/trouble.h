/*
 * trouble.h - why a mail did not go, as pages show it: the server's words, what they mean, who can
 * mend it and how. Made of a verdict by core/diagnosis.h.
 */
#ifndef TOCSIN_WEB_TROUBLE_H
#define TOCSIN_WEB_TROUBLE_H

#include "base/arena.h"
#include "core/verdict.h"
#include "web/write.h"

struct trouble_view {
	const char *title;
	const char *code; /* "550 5.7.1" of the server's reply, or "" */
	const char *said; /* the server's words, or ours; may be "" */
	bool by_server;
	bool passes; /* by itself: no alarm */
	const char *meaning;
	const char *who;
	const char *const *steps;
	size_t n_steps;
	const char *field; /* settings key concerned, or "" */
	const char *field_label;
	const char *field_url; /* of the page that has it */
};

/* port: of the relay, 0 when it is not known. The texts lie in the arena or are constant. */
void trouble_view_make(const struct verdict *verdict, unsigned port, struct arena *a,
	struct trouble_view *ret_view);

/* The row's part of it; the rest is empty. */
struct diagnosis;
void trouble_view_fill(const struct diagnosis *d, struct trouble_view *ret_view);

#endif
