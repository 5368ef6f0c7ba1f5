/* refusal.c - what the keeper refuses, in the words of a page; see refusal.h. */
#include "web/refusal.h"

#include <string.h>
#include <sysexits.h>

#include "core/settings_table.h"

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

/* What is no setting and may be pasted into. */
static const struct {
	const char *name, *subject;
} long_fields[] = {
	{ "address", "The address" },
	{ "client_file", "The JSON file" },
	{ "issuer", "The issuer" },
	{ "targets", "The targets" },
	{ "text", "The text of settings" },
};

const char *refusal_long_text(struct arena *a, const char *name)
{
	const struct setting *row = setting_find(slice_of(name));
	const char *subject = row != NULL ? row->label : "One of the fields";

	for (size_t i = 0; i < COUNT_OF(long_fields); i++)
		if (strcmp(name, long_fields[i].name) == 0)
			subject = long_fields[i].subject;
	return arena_printf(a, "%s holds more than 64 KB, or all fields together more than 200 KB, which is "
		"more than anything that belongs there. Nothing was changed. Look whether it is the right "
		"text, and enter less.", subject);
}

unsigned refusal_again(struct visit *v, struct problems_view *problems)
{
	const struct form_field *field = form_too_long(&v->form);
	const char *name = field != NULL ? arena_text(v->arena, field->name) : "";

	if (v->stale)
		problems_add(problems, "", "Nothing was done: this form was made before you signed in last. "
		    "Check it and press the button again.");
	if (field != NULL)
		problems_add(problems, name, refusal_long_text(v->arena, name));
	return v->stale ? 403 : 413;
}
