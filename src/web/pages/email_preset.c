/*
 * email_preset.c - POST /login/email/preset: the form again with a provider's values laid over what
 * was typed. Nothing is saved.
 */
#include "web/pages/email.h"
#include "web/pages/pages.h"

void email_presets_view(const struct preset *filled, struct arena *a,
	struct presets_view *ret_view)
{
	struct presets_view view = { .choices = arena_array(a, n_presets, sizeof(*view.choices)) };

	if (view.choices != NULL)
		view.n_choices = n_presets;
	for (size_t i = 0; i < view.n_choices; i++)
		view.choices[i] = (struct preset_choice){
			.name = presets[i].name,
			.label = presets[i].label,
			.chosen = &presets[i] == filled,
		};
	if (filled != NULL) {
		view.label = filled->label;
		view.limits = filled->limits;
		view.steps = filled->steps;
		while (filled->steps[view.n_steps] != NULL)
			view.n_steps++;
	}
	*ret_view = view;
}

void page_preset_act(struct visit *v)
{
	email_page_ask(v);
}

static void lay_over(const struct preset *p, struct form_values *values)
{
	for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
		const char *value = preset_value(p, id);

		if (value != NULL)
			values->settings.value[id] = values->shown[id] = value;
	}
}

/* What is wrong with the rest of the form is for Save to say. */
void page_preset_acted(struct visit *v)
{
	struct email_page *page = v->page;

	if (!email_page_read(v) || !email_page_take(v, false))
		return;
	problems_init(&page->problems, v->arena);
	page->preset = preset_find(form_get(&v->form, "preset"));
	if (page->preset == NULL) {
		problems_add(&page->problems, "preset", "Choose the provider whose values to fill in.");
		email_page_show(v, 422);
		return;
	}
	lay_over(page->preset, &page->values);
	email_page_show(v, 200);
}
