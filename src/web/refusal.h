/*
 * refusal.h - what the keeper refuses, in the words of a page. A row's text goes on where the name
 * of its field stands: "name" "belongs to an account already.", or is a whole sentence.
 */
#ifndef TOCSIN_WEB_REFUSAL_H
#define TOCSIN_WEB_REFUSAL_H

#include "web/form_view.h"
#include "web/visit.h"

const char *refusal_sentence(struct arena *a, const struct refusal_row *row);

/*
 * What is wrong with single fields joins the problems, but for those that have one already; false
 * when it was another answer.
 */
bool refusal_take(struct visit *v, const struct question *q, struct problems_view *problems)
	MUST_CHECK;

/* Of a form that was made for an earlier session: it is shown again, and nothing was done. */
void refusal_stale(struct problems_view *problems);

#endif
