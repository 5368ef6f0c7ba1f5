/* refusal.c - what the keeper refuses, in the words of a page; see refusal.h. */
#include "web/refusal.h"

#include <string.h>
#include <sysexits.h>

/* Where a page calls a field by another name than the keeper, or has it elsewhere. */
static const struct {
	const char *field, *subject, *on_page;
} fields[] = {
	{ "current", "Your password", "current" },
	{ "expires", "The last day", "expires" },
	{ "scope", "What it may do", "read" },
};

const char *refusal_sentence(struct arena *a, const struct refusal_row *row)
{
	if (row->field[0] == '\0' || row->text[0] < 'a' || row->text[0] > 'z')
		return row->text; /* a whole sentence */
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcmp(row->field, fields[i].field) == 0)
			return arena_printf(a, "%s %s", fields[i].subject, row->text);
	return arena_printf(a, "The %s %s", row->field, row->text);
}

static const char *place_of(const char *field)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcmp(field, fields[i].field) == 0)
			return fields[i].on_page;
	return field;
}

bool refusal_take(struct visit *v, const struct question *q, struct problems_view *problems)
{
	struct refusal refusal;
	size_t before = problems->n_rows;

	if (!visit_refused(v, q, &refusal) || refusal.code != EX_DATAERR)
		return false;
	for (size_t i = 0; i < refusal.n_rows; i++) {
		const char *field = place_of(refusal.rows[i].field);
		bool told = false;

		for (size_t p = 0; p < before; p++)
			told = told || strcmp(problems->rows[p].field, field) == 0;
		if (!told)
			problems_add(problems, field, refusal_sentence(v->arena, &refusal.rows[i]));
	}
	return true;
}

void refusal_stale(struct problems_view *problems)
{
	problems_add(problems, "", "Nothing was done: this form was made before you signed in last. "
	    "Check it and press the button again.");
}
