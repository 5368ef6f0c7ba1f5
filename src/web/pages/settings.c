/* settings.c - the saved settings, and a form of them that was sent; see settings.h. */
#include "web/pages/settings.h"

#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "web/frame.h"
#include "web/refusal.h"
#include "web/route.h"

/* ---- the saved settings ---- */

void settings_page_ask(struct visit *v, const struct settings_page_kind *kind)
{
	struct settings_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	page->kind = kind;
	page->file_note = "";
	v->page = page;
	visit_start_body(v, &body);
	pack_text(&body, "");
	page->saved = visit_ask(v, WORD_SETTINGS_GET, &body);
	problems_init(&page->problems, v->arena);
}

bool settings_page_read(struct visit *v)
{
	struct settings_page *page = v->page;
	struct unpack u;

	if (!visit_answered(v, page->saved, WORD_SETTINGS_ARE, &u))
		return false;
	if (settings_form_unpack(page->kind->form, &u, v->arena, &page->values))
		return true;
	frame_broken(v);
	return false;
}

/* ---- a form that was sent ---- */

static void check_test(struct visit *v)
{
	struct settings_page *page = v->page;
	const struct settings *s = &page->values.settings;
	static const struct {
		enum setting_id id;
		const char *text;
	} needed[] = {
		{ SETTING_EMAIL_ADMIN_CONTACTS, "Enter at least one admin contact: the test email goes to the "
		    "admin contacts." },
		{ SETTING_EMAIL_RELAY_HOST, "Enter the SMTP Relay Server: the test email goes through it." },
		{ SETTING_EMAIL_FROM_ADDRESS, "Enter the From Address: the test email comes from it." },
	};

	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		const char *key = settings_table[needed[i].id].key;

		if (!setting_is_set(s, needed[i].id) && problems_of(&page->problems, key) == NULL)
			problems_add(&page->problems, key, needed[i].text);
	}
}

static void drop_awaited(struct settings_page *page)
{
	for (size_t i = 0; i < page->n_awaited; i++)
		problems_drop(&page->problems, settings_table[page->awaited[i]].key);
}

bool settings_page_take(struct visit *v, bool with_test)
{
	struct settings_page *page = v->page;

	if (page->kind->prepare != NULL)
		page->kind->prepare(v);
	if (settings_form_take(&page->values, &v->form, v->arena, &page->problems) != 0) {
		visit_error(v, 503, "There is not enough memory for this now", "Nothing was changed. Go back "
		    "one page and try again.");
		return false;
	}
	if (with_test)
		check_test(v);
	drop_awaited(page);
	(void)settings_form_version(&v->form, &page->problems, &page->values.version);
	return true;
}

bool settings_page_take_refusal(struct visit *v, const struct question *q)
{
	struct settings_page *page = v->page;
	struct refusal refusal;

	if (!visit_refused(v, q, &refusal) ||
	    (refusal.code != EX_DATAERR && refusal.code != EX_CONFIG))
		return false;
	for (size_t i = 0; i < refusal.n_rows; i++)
		settings_form_refused(refusal.rows[i].field, refusal.rows[i].text, v->arena,
		    &page->problems);
	drop_awaited(page);
	return true;
}

/* ---- what stands above the form ---- */

static bool lost_a_secret(const struct form_values *values)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (values->typed[i])
			return true;
	return false;
}

void settings_page_notes(struct visit *v, struct settings_notes_view *ret_notes)
{
	struct settings_page *page = v->page;
	struct settings_notes_view notes = {
		.conflict = page->conflict,
		.conflicts = page->conflicts,
		.n_conflicts = page->n_conflicts,
		.url = page->kind->url,
	};

	settings_form_sort(page->kind->form, &page->problems);
	notes.problems = page->problems;
	notes.problems.secrets_lost = page->file_lost || lost_a_secret(&page->values);
	if (v->route->method == HTTP_GET)
		notes.saved = number_parse(form_get(&v->query, "saved"), 0, SETTING_COUNT, &notes.n_saved);
	*ret_notes = notes;
}

const char *settings_redirect_uri(struct visit *v)
{
	const struct settings_page *page = v->page;
	const char *site = settings_site_url(&page->values.settings, v->web->node_name,
		v->web->https_port, v->arena);

	return arena_printf(v->arena, "%s/login/smtp-verification", site);
}

/* ---- a form of an earlier sign-in ---- */

/* Shows what was typed and does nothing: the request came from a page of this site (its origin is
 * right), and its form may hold half an hour's work. */
void settings_page_stale(struct visit *v)
{
	struct settings_page *page = v->page;

	unsigned status;

	if (!settings_page_read(v) || !settings_page_take(v, false))
		return;
	status = refusal_again(v, &page->problems);
	page->kind->show(v, status);
}
