/*
 * backup.c - /login/backup: the settings as a file to keep, and such a file to be applied: first a
 * page shows what would change, then one save makes it so, or says why not.
 */
#include "web/pages/backup.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "core/settings_lower.h"
#include "core/settings_text.h"
#include "http/headers.h"
#include "web/frame.h"
#include "web/pages/pages.h"
#include "web/settings_form.h"
#include "web/refusal.h"
#include "web/templates.h"
#include "web/visible.h"

enum {
	SHOWN_MAX = 300, /* octets of one value */
	NAME_MAX_OCTETS = 200,
};

struct backup_page {
	struct question *list, *save;
	struct problems_view problems;
	struct form_values now;
	struct settings_text text;
	struct settings wanted;
	size_t n_changes;
	struct import_change_view *meanwhile;
	size_t n_meanwhile;
};

/* All settings are compared, whatever form they are on. */
static const struct settings_form no_form = { 0 };

static struct backup_page *new_page(struct visit *v)
{
	struct backup_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	v->page = page;
	if (page == NULL)
		return NULL;
	problems_init(&page->problems, v->arena);
	visit_start_body(v, &body);
	pack_text(&body, "");
	page->list = visit_ask(v, WORD_SETTINGS_GET, &body);
	return page;
}

static bool read_now(struct visit *v)
{
	struct backup_page *page = v->page;
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_SETTINGS_ARE, &u))
		return false;
	if (settings_form_unpack(&no_form, &u, v->arena, &page->now))
		return true;
	frame_broken(v);
	return false;
}

/* ---- the page with both ---- */

/* What was pasted, but for secrets, which are refused here and have no place on a page. */
static const char *typed(struct visit *v)
{
	struct slice pasted = slice_of(form_text(&v->form, "text"));
	struct buffer shown;
	const char *text;

	buffer_init(&shown, pasted.len + 1);
	settings_text_blank(pasted, &shown);
	text = arena_copy(v->arena, buffer_text(&shown));
	buffer_release(&shown);
	return text;
}

static void show_start(struct visit *v, unsigned status, const char *notice, const char *typed)
{
	struct backup_page *page = v->page;
	struct backup_view view = {
		.problems = page->problems, .notice = notice, .csrf = v->session.csrf,
		.text = { .kind = FIELD_AREA, .name = "text", .label = "Settings", .rows = 12,
			.value = typed,
			.help = "Lines of KEY = VALUE, as this page and tocsin show write them. Nothing is "
				"changed yet: the next page shows what would." },
	};

	view.text.error = problems_of(&page->problems, "text");
	field_view_finish(&view.text, v->arena);
	frame_page(v, status, "Settings export and import", part_backup(&view));
}

void page_backup_show(struct visit *v)
{
	struct backup_page *page = arena_alloc(v->arena, sizeof(*page));
	struct slice changed = form_get(&v->query, "changed");
	const char *notice = NULL;
	uint64_t n;

	if (page == NULL)
		return;
	v->page = page;
	problems_init(&page->problems, v->arena);
	if (number_parse(changed, 0, SETTING_COUNT, &n))
		notice = arena_printf(v->arena, "Settings changed: %ju. They are in force.", (uintmax_t)n);
	show_start(v, 200, notice, "");
}

static void show_stale(struct visit *v)
{
	struct backup_page *page = v->page;
	unsigned status = refusal_again(v, &page->problems);

	show_start(v, status, NULL, typed(v));
}

void page_import_stale(struct visit *v)
{
	if (new_page(v) != NULL)
		visit_then(v, show_stale);
}

/* ---- export ---- */

void page_backup_file_ask(struct visit *v)
{
	(void)!new_page(v);
}

void page_backup_file_show(struct visit *v)
{
	const struct backup_page *page = v->page;

	if (!read_now(v))
		return;
	headers_add_text(&v->lines, "Content-Type", "text/plain; charset=utf-8");
	headers_add_text(&v->lines, "Content-Disposition",
		"attachment; filename=\"tocsin-settings.txt\"");
	buffer_clear(&v->body);
	buffer_append_text(&v->body, "# Settings of Tocsin. Secrets are not in this file.\n");
	for (int i = 0; i < SETTING_COUNT; i++)
		settings_text_write(&v->body, (enum setting_id)i, page->now.settings.value[i],
			page->now.is_set[i]);
	visit_answer(v, 200);
}

/* ---- what a file would change ---- */

static void take_value(struct visit *v, enum setting_id id)
{
	struct backup_page *page = v->page;
	const char *value = "", *error = NULL;

	if (setting_check(id, page->text.value[id], v->arena, &value, &error) != SETTING_OK)
		problems_add(&page->problems, "", arena_printf(v->arena, "%s: %s",
			settings_table[id].key, error != NULL ? error : "cannot be read."));
	else
		page->wanted.value[id] = value;
}

static bool changes(const struct backup_page *page, int id)
{
	return strcmp(page->wanted.value[id], page->now.settings.value[id]) != 0;
}

static void check_together(struct visit *v)
{
	struct backup_page *page = v->page;
	struct setting_errors errors = { 0 };

	settings_check_together(&page->wanted, &errors);
	for (size_t i = 0; i < errors.n; i++)
		problems_add(&page->problems, "", arena_printf(v->arena, "%s: %s",
			settings_table[errors.list[i].id].key, errors.list[i].text));
}

/* False when the request is answered. */
static bool compare(struct visit *v)
{
	struct backup_page *page = v->page;

	if (!read_now(v) ||
		settings_text_read(form_get(&v->form, "text"), v->arena, &page->text) != 0)
		return false;
	page->wanted = page->now.settings;
	for (size_t i = 0; i < size_min(page->text.n_problems, SETTINGS_TEXT_PROBLEMS_MAX); i++)
		problems_add(&page->problems, "text", page->text.problems[i]);
	for (int i = 0; i < SETTING_COUNT; i++)
		if (page->text.given[i])
			take_value(v, (enum setting_id)i);
	check_together(v);
	for (int i = 0; i < SETTING_COUNT; i++)
		page->n_changes += changes(page, i);
	return true;
}

static const char *shown(struct visit *v, const char *value)
{
	struct slice s = slice_of(value);

	return visible_line(v->arena, s.len <= SHOWN_MAX ? value :
		arena_printf(v->arena, "%s ...", arena_text(v->arena, slice_sub(s, 0, SHOWN_MAX))));
}

static void fill_lines(struct visit *v, struct import_view *view)
{
	struct backup_page *page = v->page;

	view->lines = arena_array(v->arena, SETTING_COUNT, sizeof(*view->lines));
	for (int i = 0; view->lines != NULL && i < SETTING_COUNT; i++) {
		if (!changes(page, i))
			continue;
		view->lines[view->n_lines++] = (struct import_line_view){
			.label = settings_table[i].label, .key = settings_table[i].key,
			.now = shown(v, page->now.settings.value[i]),
			.then = shown(v, page->wanted.value[i]),
			.lower = settings_lower((enum setting_id)i, &page->now.settings,
				&page->wanted),
		};
	}
}

static void show_changes(struct visit *v, unsigned status)
{
	struct backup_page *page = v->page;
	struct import_view view = {
		.problems = page->problems, .csrf = v->session.csrf, .version = page->now.version,
		.changes = page->meanwhile, .n_changes = page->n_meanwhile,
		.text = form_text(&v->form, "text"),
		.asks_password = setting_is(&page->wanted, SETTING_EMAIL_AUTH, "password"),
		.password = { .kind = FIELD_SECRET, .name = "email.password", .optional = true,
			.label = "Password of the relay", .autocomplete = "new-password",
			.help = "Type it when the relay, the account or the encryption changes: the saved one "
				"is not sent to another server by itself. Empty keeps the saved one." },
	};

	fill_lines(v, &view);
	view.password.is_set = page->now.is_set[SETTING_EMAIL_PASSWORD];
	view.password.set_at = page->now.at[SETTING_EMAIL_PASSWORD];
	view.password.set_by = page->now.by[SETTING_EMAIL_PASSWORD];
	view.password.error = problems_of(&page->problems, "email.password");
	field_view_finish(&view.password, v->arena);
	frame_page(v, status, "Import settings", part_import(&view));
}

void page_import_act(struct visit *v)
{
	(void)!new_page(v);
}

void page_import_acted(struct visit *v)
{
	struct backup_page *page = v->page;

	if (!compare(v))
		return;
	if (page->problems.n_rows == 0 && page->n_changes == 0)
		problems_add(&page->problems, "text", "Nothing in this would change a setting.");
	if (page->problems.n_rows > 0)
		show_start(v, 422, NULL, typed(v));
	else
		show_changes(v, 200);
}

/* ---- applying ---- */

static void add_meanwhile(struct visit *v, const struct setting *row, const char *by, uint64_t at)
{
	struct backup_page *page = v->page;

	page->meanwhile[page->n_meanwhile++] = (struct import_change_view){
		.label = row->label, .key = row->key, .by = visible_line(v->arena, by), .at = at,
	};
}

/* False when the request is answered. */
static bool begin_conflict(struct visit *v)
{
	struct backup_page *page = v->page;

	problems_add(&page->problems, "", "Settings were changed meanwhile. Nothing was imported; "
		"below is what it would change now.");
	page->meanwhile = arena_array(v->arena, SETTING_COUNT, sizeof(*page->meanwhile));
	return page->meanwhile != NULL;
}

/* u: what the keeper tells, behind the version */
static void show_conflict(struct visit *v, struct unpack *u)
{
	uint64_t n = unpack_below(u, SETTING_COUNT + 1);

	if (!begin_conflict(v))
		return;
	for (uint64_t i = 0; i < n && !u->failed; i++) {
		const struct setting *row = setting_find(unpack_slice(u, SHOWN_MAX));
		const char *by = unpack_text(u, NAME_MAX_OCTETS, v->arena);
		uint64_t at = unpack_number(u);

		if (row != NULL)
			add_meanwhile(v, row, by, at);
	}
	show_changes(v, 409);
}

/* The page was shown before anything was saved: version 0 stands for "do not compare". */
static void show_first_conflict(struct visit *v)
{
	const struct form_values *now = &((struct backup_page *)v->page)->now;

	if (!begin_conflict(v))
		return;
	for (int i = 0; i < SETTING_COUNT; i++)
		if (now->at[i] > 0)
			add_meanwhile(v, &settings_table[i], now->by[i], now->at[i]);
	show_changes(v, 409);
}

static void saved(struct visit *v)
{
	struct backup_page *page = v->page;
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, page->save, &refusal) && refusal.code == EX_DATAERR) {
		for (size_t i = 0; i < refusal.n_rows; i++)
			problems_add(&page->problems, refusal.rows[i].field,
				arena_printf(v->arena, "%s: %s", refusal.rows[i].field,
					refusal.rows[i].text));
		show_changes(v, 422);
	} else if (visit_answer_word(page->save, &u) == WORD_SETTINGS_CONFLICT) {
		unpack_number(&u);
		show_conflict(v, &u);
	} else if (visit_answered(v, page->save, WORD_SETTINGS_SAVED, &u)) {
		unpack_number(&u);
		visit_redirect(v, arena_printf(v->arena, "/login/backup?changed=%ju",
			(uintmax_t)unpack_number(&u)));
	}
}

static void ask_save(struct visit *v, uint64_t seen)
{
	struct backup_page *page = v->page;
	struct slice password = form_get(&v->form, "email.password");
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, seen);
	pack_number(&body, page->n_changes + (password.len > 0));
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (!changes(page, i))
			continue;
		pack_text(&body, settings_table[i].key);
		pack_text(&body, page->wanted.value[i]);
	}
	if (password.len > 0) {
		pack_text(&body, settings_table[SETTING_EMAIL_PASSWORD].key);
		pack_slice(&body, password);
	}
	page->save = visit_ask(v, WORD_SETTINGS_SET, &body);
	visit_then(v, saved);
}

void page_import_apply_acted(struct visit *v)
{
	struct backup_page *page = v->page;
	uint64_t seen;

	if (!compare(v))
		return;
	if (!number_parse(form_get(&v->form, "version"), 0, INT64_MAX, &seen) ||
		page->problems.n_rows > 0 || page->n_changes == 0) {
		if (page->problems.n_rows == 0)
			problems_add(&page->problems, "text", "Nothing in this would change a setting.");
		show_start(v, 422, NULL, typed(v));
	} else if (seen == 0 && page->now.version != 0) {
		show_first_conflict(v);
	} else {
		ask_save(v, seen);
	}
}
