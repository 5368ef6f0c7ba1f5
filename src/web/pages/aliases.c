/*
 * aliases.c - /login/aliases: to whom mail for this machine's names goes. One form sets one alias;
 * ?name=NAME fills it with what is set. What came of a change stands in the address after it.
 */
#include "web/pages/aliases.h"

#include "web/lines.h"
#include "web/pages/pages.h"
#include "web/refusal.h"
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

/* The alias that fills the form. */
struct wanted {
	struct slice name;
	const char *targets; /* "" while it was not met */
};

static void read_line(struct visit *v, struct unpack *u, void *line, void *arg)
{
	struct wanted *wanted = arg;
	struct alias_row row;

	alias_row_unpack(u, v->arena, &row);
	if (u->failed)
		return;
	*(struct alias_line_view *)line = (struct alias_line_view){
		.name = visible_line(v->arena, row.alias.name),
		.targets = visible_line(v->arena, join(v, &row.alias, ", ")),
		.at = row.at, .by = visible_line(v->arena, row.by),
	};
	if (slice_is(wanted->name, row.alias.name))
		wanted->targets = join(v, &row.alias, "\n");
}

static const char *notice_of(struct visit *v)
{
	struct slice set = form_get(&v->query, "set"), removed = form_get(&v->query, "removed");

	if (set.len > 0 && set.len <= ALIAS_NAME_MAX)
		return arena_printf(v->arena, "The alias %s is set. Mail that was held for it is held no longer.",
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
	struct wanted wanted = { .name = name, .targets = "" };
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_ALIASES_ARE, &u))
		return;
	view.lines = lines_read(v, &u, ALIAS_MAX, sizeof(*view.lines), read_line, &wanted,
		&view.n_lines);
	if (view.lines == NULL) {
		frame_broken(v);
		return;
	}
	if (status == 200)
		view.notice = notice_of(v);
	fill_form(v, &view, arena_text(v->arena, name), typed != NULL ? typed :
		wanted.targets);
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
static void show_typed(struct visit *v, unsigned status)
{
	show(v, status, slice_of(form_text(&v->form, "name")), form_text(&v->form, "targets"));
}

static void show_refused(struct visit *v)
{
	show_typed(v, 422);
}

static void refuse(struct visit *v)
{
	ask_list(v);
	visit_then(v, show_refused);
}

static void show_stale(struct visit *v)
{
	struct aliases_page *page = v->page;
	unsigned status = refusal_again(v, &page->problems);

	show_typed(v, status);
}

void page_aliases_stale(struct visit *v)
{
	if (new_page(v) == NULL)
		return;
	ask_list(v);
	visit_then(v, show_stale);
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
	struct buffer url;

	if (refusal_take(v, page->change, &page->problems)) {
		refuse(v);
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

/* What the keeper would say of the name when it is not asked. */
static void check_name(struct visit *v, struct slice name)
{
	struct aliases_page *page = v->page;
	const char *normal, *problem;

	if (alias_check_name(name, v->arena, &normal, &problem) == ALIAS_BAD)
		problems_add(&page->problems, "name", problem);
}

void page_aliases_act(struct visit *v)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	struct slice typed = form_get(&v->form, "targets");
	const char *targets[ALIAS_TARGETS_MAX], *problem = NULL;
	struct alias alias = { .targets = targets };
	struct aliases_page *page = new_page(v);

	if (page == NULL)
		return;
	alias.name = arena_text(v->arena, slice_sub(name, 0, 2 * (size_t)ALIAS_NAME_MAX));
	if (slice_has_char(name, '\0') || slice_has_char(typed, '\0'))
		problem = "A NUL character is among what was sent.";
	else if (!alias_split_targets(typed, v->arena, targets, &alias.n_targets))
		problem = "An alias leads to 100 targets at the most.";
	else if (alias.n_targets == 0)
		problem = "It must go to somebody: give an address, a name, or contacts.";
	if (problem == NULL) {
		ask_change(v, &alias);
		return;
	}
	check_name(v, name);
	problems_add(&page->problems, "targets", problem);
	refuse(v);
}

void page_alias_remove_act(struct visit *v)
{
	struct slice name = slice_trim(slice_of(form_text(&v->form, "name")));
	struct alias alias = { 0 };

	if (new_page(v) == NULL)
		return;
	alias.name = arena_text(v->arena, slice_sub(name, 0, 2 * (size_t)ALIAS_NAME_MAX));
	ask_change(v, &alias);
}
