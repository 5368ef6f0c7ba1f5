/* queue.c - /login/queue, the mail log: a list with its filter in the address, page by page. */
#include "web/pages/queue.h"

#include <string.h>

#include "base/number.h"
#include "core/queue_state.h"
#include "web/pages/pages.h"
#include "web/pages/queue_state.h"
#include "web/templates.h"

enum {
	SIZE_DEFAULT = 50,
	SIZE_MAX_ROWS = 200,
};

/* "" stands for all mail, "open" for what is still under way. */
static const struct {
	const char *state, *label;
} filters[] = {
	{ "", "All" },
	{ "open", "Under way" },
	{ "deferred", "Deferred" },
	{ "held", "Held" },
	{ "accepted", "Accepted" },
	{ "failed", "Failed" },
};

static const uint64_t sizes[] = { SIZE_DEFAULT, 100, SIZE_MAX_ROWS };

/* What the address asks for. */
struct queue_page {
	const char *state; /* of filters */
	uint64_t before; /* 0: from the newest */
	uint64_t size;
	struct question *list;
};

struct shape_view queue_state_shape(const char *state)
{
	static const enum shape_kind shapes[QUEUE_STATE_COUNT] = {
		[QUEUE_QUEUED] = SHAPE_WAIT,
		[QUEUE_IN_FLIGHT] = SHAPE_RUN,
		[QUEUE_DOT_SENT] = SHAPE_RUN,
		[QUEUE_ACCEPTED] = SHAPE_GOOD,
		[QUEUE_DEFERRED] = SHAPE_WAIT,
		[QUEUE_FAILED] = SHAPE_BAD,
		[QUEUE_HELD] = SHAPE_OFF,
	};
	enum queue_state parsed;

	if (!queue_state_parse(slice_of(state), &parsed))
		return (struct shape_view){ .kind = SHAPE_OFF };
	return (struct shape_view){ .kind = shapes[parsed] };
}

/* ---- what the address says ---- */

static bool is_size(uint64_t size)
{
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		if (sizes[i] == size)
			return true;
	return false;
}

static void read_query(struct visit *v, struct queue_page *page)
{
	struct slice state = form_get(&v->query, "state");

	page->state = "";
	for (size_t i = 0; i < COUNT_OF(filters); i++)
		if (slice_is(state, filters[i].state))
			page->state = filters[i].state;
	if (!number_parse(form_get(&v->query, "before"), 1, INT64_MAX, &page->before))
		page->before = 0;
	if (!number_parse(form_get(&v->query, "size"), 1, SIZE_MAX_ROWS, &page->size) ||
	    !is_size(page->size))
		page->size = SIZE_DEFAULT;
}

static const char *make_url(struct arena *a, const char *state, uint64_t size, uint64_t before)
{
	const char *url = arena_printf(a, "/login/queue?size=%ju", (uintmax_t)size);

	if (state[0] != '\0')
		url = arena_printf(a, "%s&state=%s", url, state);
	if (before > 0)
		url = arena_printf(a, "%s&before=%ju", url, (uintmax_t)before);
	return url;
}

void page_queue_ask(struct visit *v)
{
	struct queue_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	v->page = page;
	read_query(v, page);
	visit_start_body(v, &body);
	pack_text(&body, page->state[0] != '\0' ? page->state : "all");
	pack_number(&body, page->before);
	pack_number(&body, page->size);
	page->list = visit_ask(v, WORD_QUEUE_LIST, &body);
}

/* ---- the list ---- */

static void add_filters(struct visit *v, struct queue_view *view)
{
	const struct queue_page *page = v->page;
	struct link_view *links = arena_array(v->arena, COUNT_OF(filters), sizeof(*links));
	struct link_view *size_links = arena_array(v->arena, COUNT_OF(sizes), sizeof(*size_links));

	if (links == NULL || size_links == NULL)
		return;
	for (size_t i = 0; i < COUNT_OF(filters); i++)
		links[i] = (struct link_view){
			.label = filters[i].label,
			.url = make_url(v->arena, filters[i].state, page->size, 0),
			.current = strcmp(filters[i].state, page->state) == 0,
		};
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		size_links[i] = (struct link_view){
			.label = arena_printf(v->arena, "%ju", (uintmax_t)sizes[i]),
			.url = make_url(v->arena, page->state, sizes[i], 0),
			.current = sizes[i] == page->size,
		};
	view->filters = links;
	view->n_filters = COUNT_OF(filters);
	view->sizes = size_links;
	view->n_sizes = COUNT_OF(sizes);
}

static bool read_rows(struct visit *v, struct unpack *u, struct queue_view *view)
{
	struct queue_row *rows;
	size_t n;

	view->total = unpack_number(u);
	n = (size_t)unpack_below(u, SIZE_MAX_ROWS + 1);
	rows = arena_array(v->arena, n + 1, sizeof(*rows));
	view->rows = arena_array(v->arena, n + 1, sizeof(*view->rows));
	if (rows == NULL || view->rows == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		queue_row_unpack(u, v->arena, &rows[i]);
		view->rows[i] = (struct queue_row_view){
			.row = &rows[i],
			.subject = rows[i].subject[0] != '\0' ? rows[i].subject : "(no subject)",
			.shape = queue_state_shape(rows[i].state),
		};
		view->can_retry = view->can_retry || rows[i].n_open > 0;
	}
	view->n_rows = n;
	return unpack_end(u);
}

void page_queue_show(struct visit *v)
{
	const struct queue_page *page = v->page;
	struct queue_view view = {
		.state = page->state,
		.retried = form_get(&v->query, "retried").data != NULL,
		.csrf = v->session.csrf,
	};
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_QUEUE_IS, &u))
		return;
	if (!read_rows(v, &u, &view)) {
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
		return;
	}
	add_filters(v, &view);
	if (page->before > 0)
		view.first = make_url(v->arena, page->state, page->size, 0);
	if (view.n_rows == page->size)
		view.older = make_url(v->arena, page->state, page->size,
		    view.rows[view.n_rows - 1].row->id);
	frame_page(v, 200, "Mail log", part_queue(&view));
}
