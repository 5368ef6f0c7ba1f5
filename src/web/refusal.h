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

/*
 * Of a form that was made for an earlier session, or has too long a field: it is shown again with
 * the status that is returned, and nothing was done.
 */
unsigned refusal_again(struct visit *v, struct problems_view *problems);

/* That a field, by its name in the form, is too long, and what to do: sentences. */
const char *refusal_long_text(struct arena *a, const char *name);

#endif
