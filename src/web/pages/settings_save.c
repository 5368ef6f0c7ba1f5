/*
 * settings_save.c - POST of a form of settings: checks it, saves it whole or not at all, and when
 * asked to starts a test mail with what is saved then. Every good end is a redirect.
 */
#include <string.h>

#include "web/pages/run.h"
#include "web/pages/settings.h"
#include "web/pages/sign_in.h"

enum {
	NAME_MAX_OCTETS = 200,
	KEY_MAX = 200,
	CHANGES_MAX = 200,
};

static void saved(struct visit *v);
static void conflict_read(struct visit *v);

static bool wants_test(const struct visit *v)
{
	return form_get(&v->form, EMAIL_FORM_TEST).data != NULL;
}

/* ---- checking and saving ---- */

/* Version 0 stands for "never saved", and the keeper takes it for "do not compare". */
static bool first_save_came_second(const struct settings_page *page, uint64_t saved_version)
{
	return page->values.version == 0 && saved_version != 0;
}

static void add_first_save(struct visit *v);

static void save(struct visit *v)
{
	struct settings_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, page->values.version);
	settings_form_pack(page->kind->form, &v->form, &body);
	page->done = visit_ask(v, WORD_SETTINGS_SET, &body);
	visit_then(v, saved);
}

static void show_refused(struct visit *v)
{
	struct settings_page *page = v->page;

	(void)!settings_page_take_refusal(v, page->done);
	page->kind->show(v, 422);
}

void settings_page_refuse(struct visit *v)
{
	struct settings_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	settings_form_pack(page->kind->form, &v->form, &body);
	page->done = visit_ask(v, WORD_SETTINGS_CHECK, &body);
	visit_then(v, show_refused);
}

void settings_page_save(struct visit *v)
{
	struct settings_page *page = v->page;
	struct form_values before;

	if (!settings_page_read(v))
		return;
	before = page->values;
	if (!settings_page_take(v, wants_test(v)))
		return;
	page->n_changed = settings_form_count_changes(&before, &page->values);
	if (first_save_came_second(page, before.version)) {
		page->values.version = before.version;
		page->conflict = true;
		add_first_save(v);
		page->kind->show(v, 409);
	} else if (page->problems.n_rows > 0) {
		settings_page_refuse(v);
	} else {
		save(v);
	}
}

/* ---- somebody else saved meanwhile ---- */

/* What the form holds of a field, as one can compare it with the saved value. */
static const char *typed_value(const struct settings_page *page, enum setting_id id)
{
	return settings_table[id].secret ? "" : page->values.settings.value[id];
}

static void add_conflict(struct visit *v, enum setting_id id, const char *by, uint64_t at,
	const char *now)
{
	struct settings_page *page = v->page;
	const struct setting *row = &settings_table[id];

	if (page->conflicts == NULL)
		page->conflicts = arena_array(v->arena, CHANGES_MAX,
		    sizeof(*page->conflicts));
	if (page->conflicts == NULL || page->n_conflicts >= CHANGES_MAX)
		return;
	page->conflicts[page->n_conflicts++] = (struct conflict_row){
		.label = row->label,
		.by = by,
		.at = at,
		.secret = row->secret,
		.saved = now,
		.typed = typed_value(page, id),
		.same = !row->secret && strcmp(now, typed_value(page, id)) == 0,
	};
}

static void add_first_save(struct visit *v)
{
	struct settings_page *page = v->page;
	struct form_values now;
	struct unpack u;

	if (visit_answer_word(page->saved, &u) != WORD_SETTINGS_ARE ||
	    !settings_form_unpack(page->kind->form, &u, v->arena, &now))
		return;
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (now.on_form[i] && now.at[i] > 0)
			add_conflict(v, (enum setting_id)i, now.by[i], now.at[i],
			    now.settings.value[i]);
}

static void read_changes(struct visit *v, struct unpack *u, const struct form_values *now)
{
	uint64_t n = unpack_below(u, CHANGES_MAX + 1);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		const struct setting *row = setting_find(unpack_slice(u, KEY_MAX));
		const char *by = unpack_text(u, NAME_MAX_OCTETS, v->arena);
		uint64_t at = unpack_number(u);
		enum setting_id id;

		if (row == NULL || !now->on_form[setting_id_of(row)])
			continue;
		id = setting_id_of(row);
		add_conflict(v, id, by, at, now->settings.value[id]);
	}
}

/* The values as they are now, beside those of the form. */
static void conflict_read(struct visit *v)
{
	struct settings_page *page = v->page;
	struct form_values now;
	struct unpack u;

	if (!visit_answered(v, page->saved, WORD_SETTINGS_ARE, &u))
		return;
	if (!settings_form_unpack(page->kind->form, &u, v->arena, &now) ||
	    visit_answer_word(page->done, &u) != WORD_SETTINGS_CONFLICT) {
		visit_unanswered(v, page->saved);
		return;
	}
	page->values.version = unpack_number(&u);
	page->conflict = true;
	read_changes(v, &u, &now);
	page->kind->show(v, 409);
}

static void ask_again(struct visit *v)
{
	struct settings_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, "");
	page->saved = visit_ask(v, WORD_SETTINGS_GET, &body);
	visit_then(v, conflict_read);
}

/* ---- saved ---- */

/* "?saved=3" */
static const char *saved_query(struct visit *v)
{
	const struct settings_page *page = v->page;

	return arena_printf(v->arena, "?saved=%ju%s", (uintmax_t)page->n_changed, page->file_note);
}

/* With OAuth2 and nobody signed in yet, the test that was asked for waits for the sign-in. */
static void test_started(struct visit *v)
{
	struct settings_page *page = v->page;
	bool later = setting_is(&page->values.settings, SETTING_EMAIL_AUTH, "oauth2");
	uint64_t run;

	if (run_read_started(page->done, &run)) {
		visit_redirect(v, arena_printf(v->arena, "/login/email/test/%ju?saved=%ju", (uintmax_t)run,
		    (uintmax_t)page->n_changed));
		return;
	}
	if (later)
		sign_in_remember_test(v);
	visit_redirect(v, arena_printf(v->arena, "%s%s&test=%s", page->kind->url, saved_query(v),
	    later ? "later" : "no"));
}

static void start_test(struct visit *v)
{
	struct settings_page *page = v->page;

	page->done = run_ask_saved(v);
	visit_then(v, test_started);
}

static void saved(struct visit *v)
{
	struct settings_page *page = v->page;
	enum word word = visit_answer_word(page->done, NULL);

	if (word == WORD_SETTINGS_CONFLICT) {
		ask_again(v);
	} else if (word == WORD_SETTINGS_SAVED) {
		if (wants_test(v))
			start_test(v);
		else
			visit_redirect(v, arena_printf(v->arena, "%s%s", page->kind->url, saved_query(v)));
	} else if (settings_page_take_refusal(v, page->done)) {
		page->kind->show(v, 422);
	} else {
		visit_unanswered(v, page->done);
	}
}
