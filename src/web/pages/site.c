/* site.c - /login/site: name, host name and address of the site. */
#include "web/pages/site.h"

#include "web/pages/pages.h"
#include "web/templates.h"

static const struct form_section sections[] = {
	{
		.id = "site", .heading = "Names",
		.n_groups = 1,
		.groups = {
			{
				.n_entries = 3,
				.entries = {
					{ SETTING_SITE_NAME, false },
					{ SETTING_SITE_HOST_NAME, true },
					{ SETTING_SITE_URL, true },
				},
			},
		},
	},
};

static const struct settings_form site_form = { sections, COUNT_OF(sections) };

static void show(struct visit *v, unsigned status)
{
	struct settings_page *page = v->page;
	const struct settings_form_state state = { .problems = &page->problems };
	struct site_view view = {
		.csrf = v->session.csrf,
		.version = page->values.version,
		.redirect_uri = settings_redirect_uri(v),
	};

	settings_page_notes(v, &view.notes);
	settings_form_view(&page->values, &state, v->arena, &view.sections);
	frame_page(v, status, "Site", part_site(&view));
}

static const struct settings_page_kind site_page = {
	.form = &site_form,
	.url = "/login/site",
	.show = show,
};

void page_site_ask(struct visit *v)
{
	settings_page_ask(v, &site_page);
}

void page_site_show(struct visit *v)
{
	if (settings_page_read(v))
		show(v, 200);
}

void page_site_stale(struct visit *v)
{
	settings_page_ask(v, &site_page);
	visit_then(v, settings_page_stale);
}
