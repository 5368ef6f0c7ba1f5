/* own_password.c - the field for one's own password; see own_password.h. */
#include "web/pages/own_password.h"

#include "web/visit.h"

#define NAME "current"

struct field_view own_password_field(struct visit *v, const struct problems_view *problems)
{
	struct field_view field = {
		.kind = FIELD_SECRET, .name = NAME, .label = "Your password",
		.help = "The one you signed in with: it shows that it is you.",
		.autocomplete = "current-password",
		.error = problems_of(problems, NAME),
		.was_typed = form_get(&v->form, NAME).len > 0 && problems->n_rows > 0,
	};

	field_view_finish(&field, v->arena);
	return field;
}

void own_password_pack(const struct visit *v, struct buffer *body)
{
	pack_slice(body, form_get(&v->form, NAME));
}
