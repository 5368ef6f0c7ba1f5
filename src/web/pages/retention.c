/*
 * retention.c - /login/queue/retention: how far the mail log reaches back. A small form of settings
 * (web/settings_form.h), saved whole or not at all.
 */
#include "web/pages/retention.h"

#include <sysexits.h>

#include "web/pages/pages.h"
#include "web/route.h"
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

struct retention_page {
	struct question *question; /* the saved settings, then saving */
	struct form_values values;
	struct problems_view problems;
};

static bool read_saved(struct visit *v)
{
	struct retention_page *page = v->page;
	struct unpack u;

	if (!visit_answered(v, page->question, WORD_SETTINGS_ARE, &u))
		return false;
	if (settings_form_unpack(&retention_form, &u, v->arena, &page->values))
		return true;
	frame_broken(v);
	return false;
}

static void show(struct visit *v, unsigned status)
{
	struct retention_page *page = v->page;
	const struct settings_form_state state = { .problems = &page->problems };
	struct retention_view view = {
		.csrf = v->session.csrf,
		.version = page->values.version,
		.saved = v->route->method == HTTP_GET && form_get(&v->query, "saved").len > 0,
	};

	settings_form_sort(&retention_form, &page->problems);
	view.problems = page->problems;
	settings_form_view(&page->values, &state, v->arena, &view.sections);
	frame_page(v, status, "How long mail stays in the log", part_retention(&view));
}

void page_retention_ask(struct visit *v)
{
	struct retention_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	v->page = page;
	problems_init(&page->problems, v->arena);
	visit_start_body(v, &body);
	pack_text(&body, "queue");
	page->question = visit_ask(v, WORD_SETTINGS_GET, &body);
}

void page_retention_show(struct visit *v)
{
	if (read_saved(v))
		show(v, 200);
}

/* ---- saving ---- */

void page_retention_act(struct visit *v)
{
	page_retention_ask(v);
}

/* Shows what was typed beside what is wrong; pressing Save again replaces what is saved now. */
static void show_conflict(struct visit *v)
{
	struct retention_page *page = v->page;

	problems_add(&page->problems, "", "Nothing was saved: somebody else saved these settings meanwhile. "
	    "The form still holds what you typed, and Save puts it in the place of theirs.");
	show(v, 409);
}

static void saved(struct visit *v)
{
	struct retention_page *page = v->page;
	struct refusal refusal;
	struct unpack u;

	switch (visit_answer_word(page->question, &u)) {
	case WORD_SETTINGS_SAVED:
		visit_redirect(v, "/login/queue/retention?saved=yes");
		return;
	case WORD_SETTINGS_CONFLICT:
		page->values.version = unpack_number(&u);
		show_conflict(v);
		return;
	default:
		break;
	}
	if (!visit_refused(v, page->question, &refusal) || refusal.code != EX_DATAERR) {
		visit_unanswered(v, page->question);
		return;
	}
	for (size_t i = 0; i < refusal.n_rows; i++)
		settings_form_refused(refusal.rows[i].field, refusal.rows[i].text, v->arena,
		    &page->problems);
	show(v, 422);
}

static void save(struct visit *v)
{
	struct retention_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, page->values.version);
	settings_form_pack(&retention_form, &v->form, &body);
	page->question = visit_ask(v, WORD_SETTINGS_SET, &body);
	visit_then(v, saved);
}

void page_retention_acted(struct visit *v)
{
	struct retention_page *page = v->page;
	uint64_t saved_now;

	if (!read_saved(v))
		return;
	if (settings_form_take(&page->values, &v->form, v->arena, &page->problems) != 0) {
		visit_error(v, 503, "There is not enough memory for this now", "Nothing was changed. Go back "
		    "one page and try again.");
		return;
	}
	saved_now = page->values.version;
	(void)settings_form_version(&v->form, &page->problems, &page->values.version);
	if (page->problems.n_rows > 0) {
		show(v, 422);
	} else if (page->values.version == 0 && saved_now != 0) { /* the keeper would not compare */
		page->values.version = saved_now;
		show_conflict(v);
	} else {
		save(v);
	}
}
