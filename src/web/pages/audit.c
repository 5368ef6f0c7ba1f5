/* audit.c - /login/audit: who changed what, from where, when; page by page. */
#include "web/pages/audit.h"

#include "base/number.h"
#include "web/pages/pages.h"
#include "web/templates.h"

enum {
	PAGE_SIZE = 100,
	TEXT_MAX = 4000,
};

struct audit_page {
	uint64_t before; /* 0: from the newest */
	struct question *list;
};

void page_audit_ask(struct visit *v)
{
	struct audit_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	v->page = page;
	if (!number_parse(form_get(&v->query, "before"), 1, INT64_MAX, &page->before))
		page->before = 0;
	visit_start_body(v, &body);
	pack_number(&body, page->before);
	pack_number(&body, PAGE_SIZE);
	page->list = visit_ask(v, WORD_AUDIT_LIST, &body);
}

static bool read_rows(struct visit *v, struct unpack *u, struct audit_view *view)
{
	size_t n = (size_t)unpack_below(u, PAGE_SIZE + 1);

	view->rows = arena_array(v->arena, n + 1, sizeof(*view->rows));
	if (view->rows == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct audit_row_view *row = &view->rows[i];

		row->id = unpack_number(u);
		row->at = unpack_number(u);
		row->who = unpack_text(u, TEXT_MAX, v->arena);
		row->from = unpack_text(u, TEXT_MAX, v->arena);
		row->what = unpack_text(u, TEXT_MAX, v->arena);
	}
	view->n_rows = n;
	return unpack_end(u);
}

void page_audit_show(struct visit *v)
{
	const struct audit_page *page = v->page;
	struct audit_view view = { .paged = page->before > 0 };
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_AUDIT_IS, &u))
		return;
	if (!read_rows(v, &u, &view)) {
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
		return;
	}
	if (view.n_rows == PAGE_SIZE)
		view.older = arena_printf(v->arena, "/login/audit?before=%ju",
		    (uintmax_t)view.rows[PAGE_SIZE - 1].id);
	frame_page(v, 200, "Audit", part_audit(&view));
}
