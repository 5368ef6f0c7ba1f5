/* retention.c - /login/queue/retention: how far the mail log reaches back. */
#include "web/pages/retention.h"

#include "web/pages/pages.h"
#include "web/templates.h"

static const struct form_section sections[] = {
	{
		.id = "reach", .heading = "How far it reaches back",
		.intro = "Finished mail leaves the log by its age, and when the log has grown too large.",
		.n_groups = 1,
		.groups = {
			{
				.n_entries = 2,
				.entries = {
					{ SETTING_QUEUE_RETENTION_DAYS, false },
					{ SETTING_QUEUE_RETENTION_SIZE, false },
				},
			},
		},
	},
};

static const struct settings_form retention_form = { sections, COUNT_OF(sections) };

static void show(struct visit *v, unsigned status)
{
	struct settings_page *page = v->page;
	const struct settings_form_state state = { .problems = &page->problems };
	struct retention_view view = {
		.csrf = v->session.csrf,
		.version = page->values.version,
	};

	settings_page_notes(v, &view.notes);
	view.notes.more = "What is too old now leaves the mail log within the next minutes.";
	settings_form_view(&page->values, &state, v->arena, &view.sections);
	frame_page(v, status, "How long mail stays in the log", part_retention(&view));
}

static const struct settings_page_kind retention_page = {
	.form = &retention_form,
	.url = "/login/queue/retention",
	.show = show,
};

void page_retention_ask(struct visit *v)
{
	settings_page_ask(v, &retention_page);
}

void page_retention_show(struct visit *v)
{
	if (settings_page_read(v))
		show(v, 200);
}

void page_retention_stale(struct visit *v)
{
	settings_page_ask(v, &retention_page);
	visit_then(v, settings_page_stale);
}
