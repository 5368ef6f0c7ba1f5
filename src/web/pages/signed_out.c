/* signed_out.c - a form whose session has ended; see signed_out.h. */
#include "web/pages/signed_out.h"

#include "core/settings_table.h"
#include "core/settings_text.h"
#include "web/frame.h"
#include "web/pages/email.h"
#include "web/templates.h"

/* By its name, or because a key was pasted in the wrong place. */
static bool is_secret(const struct form_field *f)
{
	static const char *const names[] = { "password", "current", EMAIL_CLIENT_FILE };
	const struct setting *row = setting_find(f->name);

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_is(f->name, names[i]))
			return true;
	return (row != NULL && row->secret) ||
	    slice_find(f->value, SLICE("PRIVATE KEY-----")) < f->value.len;
}

/* A file of settings may have one pasted into it. */
static const char *kept_value(struct visit *v, const struct form_field *f)
{
	struct buffer shown;
	const char *text;

	buffer_init(&shown, f->value.len + 1);
	settings_text_blank(f->value, &shown);
	text = arena_copy(v->arena, buffer_text(&shown));
	buffer_release(&shown);
	return text;
}

void signed_out_show(struct visit *v)
{
	struct signed_out_view view = {
		.action = arena_text(v->arena, v->request->head->path),
		.fields = arena_array(v->arena, v->form.n_fields, sizeof(*view.fields)),
	};

	for (size_t i = 0; view.fields != NULL && i < v->form.n_fields; i++) {
		const struct form_field *f = &v->form.fields[i];

		if (slice_is(f->name, "csrf") || slice_has_char(f->name, '\0') ||
		    slice_has_char(f->value, '\0'))
			continue;
		if (is_secret(f) || f->too_long)
			view.secrets_lost = view.secrets_lost || f->too_long || f->value.len > 0;
		else
			view.fields[view.n_fields++] = (struct kept_field_view){
				arena_text(v->arena, f->name), kept_value(v, f),
			};
	}
	frame_page(v, 403, "You are signed out", part_signed_out(&view));
}
