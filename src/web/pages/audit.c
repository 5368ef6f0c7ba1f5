/*
 * audit.c - /login/audit: who changed what, when and from where, newest first, in pages that stand
 * in the address (?before=NUMBER).
 */
#include "web/pages/audit.h"

#include <inttypes.h>

#include "base/number.h"
#include "web/lines.h"
#include "web/pages/pages.h"
#include "web/templates.h"
#include "web/visible.h"

enum {
	PAGE_ROWS = 50,
	TEXT_MAX = 4096, /* octets of one field; the store cuts before */
};

struct audit_page {
	uint64_t before; /* 0: the newest */
	struct question *question;
};

void page_audit_ask(struct visit *v)
{
	struct audit_page *page = arena_alloc(v->arena, sizeof(*page));
	struct slice before = form_get(&v->query, "before");
	struct buffer body;

	if (page == NULL)
		return;
	if (before.len > 0 && !number_parse(before, 0, INT64_MAX, &page->before)) {
		visit_error(v, 404, "There is no such page of the audit log",
		    "Look for a typing error in the address, or choose Audit.");
		return;
	}
	v->page = page;
	visit_start_body(v, &body);
	pack_number(&body, page->before);
	pack_number(&body, PAGE_ROWS);
	page->question = visit_ask(v, WORD_AUDIT_LIST, &body);
}

static const char *next_text(struct visit *v, struct unpack *u)
{
	return visible_line(v->arena, unpack_text(u, TEXT_MAX, v->arena));
}

/* Entries are numbered without gaps from 1 on; arg becomes the number of the last that was read. */
static void read_line(struct visit *v, struct unpack *u, void *line, void *arg)
{
	struct audit_line_view *l = line;

	*(uint64_t *)arg = unpack_number(u);
	l->at = unpack_number(u);
	l->who = next_text(v, u);
	l->from = next_text(v, u);
	l->what = next_text(v, u);
}

void page_audit_show(struct visit *v)
{
	const struct audit_page *page = v->page;
	struct audit_page_view view = {
		.none = page->before > 0 ? "There are no older entries." :
		    "Nothing is recorded yet. Each sign-in and each change of this node will stand here.",
		.newest_url = page->before > 0 ? "/login/audit" : NULL,
	};
	uint64_t last = 0;
	struct unpack u;

	if (!visit_answered(v, page->question, WORD_AUDIT_IS, &u))
		return;
	view.lines = lines_read(v, &u, PAGE_ROWS, sizeof(*view.lines), read_line, &last,
		&view.n_lines);
	if (last > 1)
		view.older_url = arena_printf(v->arena, "/login/audit?before=%" PRIu64, last);
	if (view.lines == NULL)
		frame_broken(v);
	else
		frame_page(v, 200, "Audit", part_audit(&view));
}
