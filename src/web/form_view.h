/*
 * form_view.h - fields and their errors as templates print them, for every form of the site.
 * A field's name is its id too; what is wrong stands beside it and, as a link, on top of the page.
 */
#ifndef TOCSIN_WEB_FORM_VIEW_H
#define TOCSIN_WEB_FORM_VIEW_H

#include "base/arena.h"
#include "web/write.h"

enum field_kind {
	FIELD_LINE,
	FIELD_SHORT, /* a line for a number */
	FIELD_TIME, /* a line for a time of the day */
	FIELD_SUGGEST, /* a line, with options to choose from */
	FIELD_AREA, /* several lines */
	FIELD_SECRET, /* never filled in */
	FIELD_SECRET_AREA, /* the same of several lines */
	FIELD_CHOICE, /* one of choices, all of them in sight */
	FIELD_CHECK, /* yes or no */
};

struct choice_view {
	const char *id;
	const char *value;
	const char *label;
	const char *port; /* suggested with this choice, or NULL */
	bool checked;
};

struct field_view {
	enum field_kind kind;
	const char *name;
	const char *label;
	const char *help; /* or NULL */
	const char *error; /* a whole sentence, or NULL */
	const char *value;
	bool checked; /* FIELD_CHECK */
	bool optional; /* said behind the label */
	const char *autocomplete; /* "off" when NULL */
	bool focus; /* the cursor starts here */
	unsigned rows; /* FIELD_AREA */
	const struct choice_view *choices;
	size_t n_choices;
	const char *const *options; /* FIELD_SUGGEST */
	size_t n_options;

	/* FIELD_SECRET, FIELD_SECRET_AREA */
	bool is_set;
	uint64_t set_at;
	const char *set_by;
	bool was_typed; /* and is not shown again: type it once more */

	/* field_view_finish() */
	const char *described_by;
	bool wrong;
};

/* The last step: what follows from the other members. */
void field_view_finish(struct field_view *f, struct arena *a);

struct problem_view {
	const char *field; /* id to go to, or "" */
	const char *text;
};

struct problems_view {
	struct problem_view *rows;
	size_t n_rows;
	bool secrets_lost; /* what was typed into fields for secrets was not kept */
};

enum {
	PROBLEMS_MAX = 100,
};

void problems_init(struct problems_view *problems, struct arena *a);
void problems_add(struct problems_view *problems, const char *field, const char *text);

/* Puts them in the order of these names; what is about none of them comes first. */
void problems_sort(struct problems_view *problems, const char *const *names, size_t n_names);

/* Takes out what is said about that field. */
void problems_drop(struct problems_view *problems, const char *field);

/* The first text for that field, or NULL. */
const char *problems_of(const struct problems_view *problems, const char *field);

#endif
