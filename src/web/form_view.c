/* form_view.c - what is wrong with a form; see form_view.h. */
#include "web/form_view.h"

#include <string.h>

void problems_init(struct problems_view *problems, struct arena *a)
{
	*problems = (struct problems_view){ .n_rows = 0 };
	problems->rows = arena_array(a, PROBLEMS_MAX, sizeof(*problems->rows));
}

void problems_add(struct problems_view *problems, const char *field, const char *text)
{
	const struct problem_view problem = { .field = field, .text = text };

	if (problems->rows != NULL && problems->n_rows < PROBLEMS_MAX)
		problems->rows[problems->n_rows++] = problem;
}

static size_t place_of(const struct problem_view *problem, const char *const *names, size_t n_names)
{
	for (size_t i = 0; i < n_names; i++)
		if (strcmp(problem->field, names[i]) == 0)
			return i + 1;
	return 0;
}

/* By insertion: there are few, and those of one field keep their order. */
void problems_sort(struct problems_view *problems, const char *const *names, size_t n_names)
{
	for (size_t i = 1; i < problems->n_rows; i++) {
		struct problem_view moved = problems->rows[i];
		size_t at = i, place = place_of(&moved, names, n_names);

		while (at > 0 && place_of(&problems->rows[at - 1], names, n_names) > place) {
			problems->rows[at] = problems->rows[at - 1];
			at--;
		}
		problems->rows[at] = moved;
	}
}

void problems_drop(struct problems_view *problems, const char *field)
{
	size_t n = 0;

	for (size_t i = 0; i < problems->n_rows; i++)
		if (strcmp(problems->rows[i].field, field) != 0)
			problems->rows[n++] = problems->rows[i];
	problems->n_rows = n;
}

const char *problems_of(const struct problems_view *problems, const char *field)
{
	for (size_t i = 0; i < problems->n_rows; i++)
		if (strcmp(problems->rows[i].field, field) == 0)
			return problems->rows[i].text;
	return NULL;
}

void field_view_finish(struct field_view *f, struct arena *a)
{
	const char *ids = "";

	f->wrong = f->error != NULL || f->was_typed;
	if (is_given(f->help))
		ids = arena_printf(a, "%s%s-help ", ids, f->name);
	if (f->is_set)
		ids = arena_printf(a, "%s%s-set ", ids, f->name);
	if (f->wrong)
		ids = arena_printf(a, "%s%s-error ", ids, f->name);
	f->described_by = ids;
	if (f->autocomplete == NULL)
		f->autocomplete = "off";
	if (f->value == NULL)
		f->value = "";
}
