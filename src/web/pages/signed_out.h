/*
 * signed_out.h - what a form gets whose session has ended: what was typed goes with the page and
 * comes back after the sign-in, in the form, where it can be sent again. Secrets do not: they are
 * never sent back.
 */
#ifndef TOCSIN_WEB_PAGES_SIGNED_OUT_H
#define TOCSIN_WEB_PAGES_SIGNED_OUT_H

#include "web/visit.h"

struct kept_field_view {
	const char *name, *value;
};

struct signed_out_view {
	const char *action; /* where the form was sent */
	struct kept_field_view *fields;
	size_t n_fields;
	bool secrets_lost;
};

/* For a route that can show a form again (its step stale). */
void signed_out_show(struct visit *v);

#endif
