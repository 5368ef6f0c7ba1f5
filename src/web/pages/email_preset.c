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
	settings_page_ask(v, &email_page);
}

static void lay_over(const struct preset *p, struct form_values *values, struct arena *a)
{
	for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
		const char *value = preset_value_beside(p, id, &values->settings, a);

		if (value != NULL)
			settings_form_lay(values, id, value);
	}
}

/* What is wrong with the rest of the form is for Save to say. */
void page_preset_acted(struct visit *v)
{
	static const char tenant[] = "email.oauth_tenant";
	struct settings_page *page = v->page;
	const char *wrong_tenant;

	if (!settings_page_read(v) || !settings_page_take(v, false))
		return;
	wrong_tenant = problems_of(&page->problems, tenant);
	problems_init(&page->problems, v->arena);
	page->preset = preset_find(form_get(&v->form, "preset"));
	if (page->preset == NULL)
		problems_add(&page->problems, "preset", "Choose the provider whose values to fill in.");
	else if (page->preset->any_tenant != NULL && wrong_tenant != NULL)
		problems_add(&page->problems, tenant, wrong_tenant);
	if (page->problems.n_rows > 0) {
		page->preset = NULL;
		email_page.show(v, 422);
		return;
	}
	lay_over(page->preset, &page->values, v->arena);
	email_page.show(v, 200);
}
