/*
 * aliases.c - /login/aliases: to whom mail for this machine's names goes. One form sets one alias;
 * ?name=NAME fills it with what is set. What came of a change stands in the address after it.
 */
#include "web/pages/aliases.h"

#include <string.h>
#include <sysexits.h>

#include "web/pages/pages.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/alias.h"

struct aliases_page {
	struct question *list, *change;
	struct problems_view problems;
};

static struct aliases_page *new_page(struct visit *v)
{
	struct aliases_page *page = arena_alloc(v->arena, sizeof(*page));

	v->page = page;
	if (page != NULL)
		problems_init(&page->problems, v->arena);
	return page;
}

static void ask_list(struct visit *v)
{
	struct aliases_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	page->list = visit_ask(v, WORD_ALIAS_LIST, &body);
}

/* ---- showing ---- */

static const char *join(struct visit *v, const struct alias *alias, const char *between)
{
	struct buffer text;
	const char *joined;

	buffer_init(&text, WIRE_BODY_MAX);
	for (size_t i = 0; i < alias->n_targets; i++) {
		buffer_append_text(&text, i > 0 ? between : "");
		buffer_append_text(&text, alias->targets[i]);
	}
	joined = arena_copy(v->arena, buffer_text(&text));
	buffer_release(&text);
	return joined;
}

static bool read_lines(struct visit *v, struct unpack *u, struct aliases_view *view,
	struct slice wanted, const char **ret_targets)
{
	size_t n = (size_t)unpack_below(u, ALIAS_MAX + 1);

	view->lines = arena_array(v->arena, n, sizeof(*view->lines));
	for (size_t i = 0; view->lines != NULL && i < n && !u->failed; i++) {
		struct alias_row row;

		alias_row_unpack(u, v->arena, &row);
		view->lines[view->n_lines++] = (struct alias_line_view){
			.name = visible_line(v->arena, row.alias.name),
			.targets = visible_line(v->arena, join(v, &row.alias, ", ")),
			.at = row.at, .by = visible_line(v->arena, row.by),
		};
		if (slice_is(wanted, row.alias.name))
			*ret_targets = join(v, &row.alias, "\n");
	}
	return unpack_end(u);
}

static const char *notice_of(struct visit *v)
{
	struct slice set = form_get(&v->query, "set"), removed = form_get(&v->query, "removed");

	if (set.len > 0 && set.len <= ALIAS_NAME_MAX)
		return arena_printf(v->arena, "The alias %s is set. Mail that was held for it is on its way.",
			visible_line(v->arena, arena_text(v->arena, set)));
	if (removed.len > 0 && removed.len <= ALIAS_NAME_MAX)
		return arena_printf(v->arena, "The alias %s is removed. Its mail goes to the admin contacts.",
			visible_line(v->arena, arena_text(v->arena, removed)));
	return NULL;
}

static void fill_form(struct visit *v, struct aliases_view *view, const char *name,
	const char *targets)
{
	struct aliases_page *page = v->page;
	struct field_view *fields[] = { &view->name, &view->targets };

	view->heading = targets[0] != '\0' && page->problems.n_rows == 0 ?
		arena_printf(v->arena, "Change %s", name) : "Set an alias";
	view->name = (struct field_view){
		.name = "name", .label = "Name", .value = name,
		.help = "A name of this machine without a domain: root, www-data, postmaster. It need not "
			"be a user.",
	};
	view->targets = (struct field_view){
		.kind = FIELD_AREA, .name = "targets", .label = "Goes to", .value = targets, .rows = 4,
		.help = "Addresses, other names of this machine, or the word contacts for the admin "
			"contacts; with spaces, commas or lines between them.",
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		fields[i]->error = problems_of(&page->problems, fields[i]->name);
		field_view_finish(fields[i], v->arena);
	}
}

static void show(struct visit *v, unsigned status, struct slice name, const char *typed)
{
	struct aliases_page *page = v->page;
	struct aliases_view view = { .problems = page->problems, .csrf = v->session.csrf };
	const char *targets = "";
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_ALIASES_ARE, &u))
		return;
	if (!read_lines(v, &u, &view, name, &targets)) {
		frame_broken(v);
		return;
	}
	if (status == 200)
		view.notice = notice_of(v);
	fill_form(v, &view, arena_text(v->arena, name), typed != NULL ? typed : targets);
	frame_page(v, status, "Mail aliases", part_aliases(&view));
}

void page_aliases_ask(struct visit *v)
{
	if (new_page(v) != NULL)
		ask_list(v);
}

void page_aliases_show(struct visit *v)
{
	struct slice name = slice_sub(form_get(&v->query, "name"), 0, ALIAS_NAME_MAX);

	show(v, 200, slice_has_char(name, '\0') ? SLICE("") : name, NULL);
}

/* ---- changing ---- */

/* With what was typed, and what is wrong with it. */
static void show_again(struct visit *v)
{
	show(v, 422, slice_trim(form_get(&v->form, "name")), form_text(&v->form, "targets"));
}

static void refuse(struct visit *v, const char *field, const char *text)
{
	struct aliases_page *page = v->page;

	problems_add(&page->problems, field, text);
	ask_list(v);
	visit_then(v, show_again);
}

static void ask_change(struct visit *v, const struct alias *alias)
{
	struct aliases_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, 1);
	alias_pack(&body, alias);
	page->change = visit_ask(v, WORD_ALIAS_SET, &body);
}

/* Where a good change leads, with its name there; else the form again. */
static void changed(struct visit *v, const char *word)
{
	struct aliases_page *page = v->page;
	struct refusal refusal;
	struct buffer url;

	if (visit_refused(v, page->change, &refusal) && refusal.code == EX_DATAERR) {
		refuse(v, refusal.rows[0].field, refusal.rows[0].text);
	} else if (visit_answered(v, page->change, WORD_DONE, NULL)) {
		struct html h;

		buffer_init(&url, 1000);
		html_init(&h, &url);
		buffer_appendf(&url, "/login/aliases?%s=", word);
		write_part(&h, arena_text(v->arena, slice_trim(form_get(&v->form, "name"))));
		visit_redirect(v, arena_copy(v->arena, buffer_text(&url)));
		buffer_release(&url);
	}
}

void page_aliases_acted(struct visit *v)
{
	changed(v, "set");
}

void page_alias_remove_acted(struct visit *v)
{
	changed(v, "removed");
}

void page_aliases_act(struct visit *v)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	const char *targets[ALIAS_TARGETS_MAX];
	struct alias alias = { .targets = targets };

	if (new_page(v) == NULL)
		return;
	if (slice_has_char(name, '\0') || slice_has_char(form_get(&v->form, "targets"), '\0')) {
		refuse(v, "name", "A NUL character is among what was sent.");
		return;
	}
	alias.name = arena_text(v->arena, slice_sub(name, 0, 2 * (size_t)ALIAS_NAME_MAX));
	if (!alias_split_targets(form_get(&v->form, "targets"), v->arena, targets, &alias.n_targets))
		refuse(v, "targets", "An alias leads to 100 targets at the most.");
	else if (alias.n_targets == 0)
		refuse(v, "targets", "It must go to somebody: give an address, a name, or contacts.");
	else
		ask_change(v, &alias);
}

void page_alias_remove_act(struct visit *v)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	struct alias alias = { 0 };

	if (new_page(v) == NULL)
		return;
	alias.name = slice_has_char(name, '\0') ? "" :
		arena_text(v->arena, slice_sub(name, 0, 2 * (size_t)ALIAS_NAME_MAX));
	ask_change(v, &alias);
}
