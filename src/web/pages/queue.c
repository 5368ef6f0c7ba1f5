/*
 * queue.c - /login/queue: the mail log, newest first. Which mail is listed stands in the address
 * (?state=held&size=100&before=ID), so that a list can be kept as a bookmark.
 */
#include "web/pages/queue.h"

#include <inttypes.h>

#include "base/number.h"
#include "web/pages/pages.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/queue_view.h"

enum {
	SIZE_DEFAULT = 50,
	SIZE_LARGEST = 100, /* rows; the keeper gives no more than 200 at once */
};

static const uint64_t sizes[] = { 25, SIZE_DEFAULT, SIZE_LARGEST };

/* The first one is what is listed when the address names none. */
static const struct queue_list {
	const char *name; /* as the keeper knows it */
	const char *label;
	const char *about;
	const char *none;
} lists[] = {
	{ "all", "All", "All mail that was handed to this node.",
	    "No mail was handed to this node yet. Whatever programs send through sendmail, and what "
	    "Tocsin sends itself, will stand here." },
	{ "open", "Open", "Mail that the relay has not taken yet and that is not given up.",
	    "No mail waits. What programs hand to this node stands here until the relay has it." },
	{ "queued", "Queued", "Mail that is tried at once, as soon as the relay works.",
	    "No mail is queued. As a rule mail is queued for less than a second before it is tried." },
	{ "deferred", "Deferred", "Mail that was tried and is tried again by itself.",
	    "No mail is deferred. When the relay does not take mail at once, it stands here with the "
	    "time of its next try." },
	{ "held", "Held", "Mail that waits until somebody mends the reason.",
	    "No mail is held. Mail that only a change of the settings or of the account at the relay "
	    "can help stands here with its reason." },
	{ "failed", "Failed", "Mail that is not tried again, for at least one recipient.",
	    "No mail failed. Mail that the relay refuses for good stands here with the relay's words." },
	{ "accepted", "Accepted", "Mail that the relay has taken, for at least one recipient.",
	    "The relay has taken no mail yet. What it takes stands here with its answer." },
};

struct queue_page {
	const struct queue_list *list;
	uint64_t before; /* 0: the newest */
	uint64_t size; /* rows of a page */
	struct question *question;
};

static const struct queue_list *find_list(struct slice name)
{
	if (name.len == 0)
		return &lists[0];
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (slice_is(name, lists[i].name))
			return &lists[i];
	return NULL;
}

bool queue_list_is_known(struct slice name)
{
	return find_list(name) != NULL;
}

const char *count_text(struct arena *a, uint64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

/* ---- the address ---- */

static const char *make_url(struct arena *a, const struct queue_list *list, uint64_t size,
	uint64_t before)
{
	const char *url = arena_printf(a, "/login/queue?state=%s", list->name);

	if (size != SIZE_DEFAULT)
		url = arena_printf(a, "%s&size=%" PRIu64, url, size);
	if (before > 0)
		url = arena_printf(a, "%s&before=%" PRIu64, url, before);
	return url;
}

static bool read_size(struct slice text, uint64_t *ret_size)
{
	uint64_t size;

	if (text.len == 0) {
		*ret_size = SIZE_DEFAULT;
		return true;
	}
	if (!number_parse(text, 1, SIZE_LARGEST, &size))
		return false;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		if (sizes[i] != size)
			continue;
		*ret_size = size;
		return true;
	}
	return false;
}

static bool read_address(struct visit *v, struct queue_page *page)
{
	struct slice before = form_get(&v->query, "before");

	page->list = find_list(form_get(&v->query, "state"));
	return page->list != NULL && read_size(form_get(&v->query, "size"), &page->size) &&
	    (before.len == 0 || number_parse(before, 0, INT64_MAX, &page->before));
}

void page_queue_ask(struct visit *v)
{
	struct queue_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	if (!read_address(v, page)) {
		visit_error(v, 404, "There is no such list of mail",
		    "Look for a typing error in the address, or choose Mail log.");
		return;
	}
	v->page = page;
	visit_start_body(v, &body);
	pack_text(&body, page->list->name);
	pack_number(&body, page->before);
	pack_number(&body, page->size + 1); /* one more tells whether there is another page */
	page->question = visit_ask(v, WORD_QUEUE_LIST, &body);
}

/* ---- showing ---- */

static const char *recipients_of(struct arena *a, const struct queue_row *row)
{
	const char *all = count_text(a, row->n_recipients, "recipient", "recipients");

	if (row->n_open == 0 || row->n_open == row->n_recipients)
		return all;
	return arena_printf(a, "%s, %" PRIu64 " open", all, row->n_open);
}

static struct queue_line_view line_of(struct visit *v, const struct queue_row *row)
{
	const char *from = row->header_from[0] != '\0' ? row->header_from : row->sender;

	return (struct queue_line_view){
		.url = arena_printf(v->arena, "/login/queue/%s", visible_line(v->arena, row->queue_id)),
		.subject = visible_line(v->arena, row->subject),
		.from = visible_line(v->arena, from),
		.recipients = recipients_of(v->arena, row),
		.state = state_view_of(row->state, v->arena),
		.at = row->at,
		.next_try = row->next_try,
		.due = v->has_status && row->next_try <= v->status.now,
		.reason = visible_line(v->arena, row->reason),
	};
}

static bool read_lines(struct visit *v, struct unpack *u, struct queue_page_view *view)
{
	const struct queue_page *page = v->page;
	uint64_t total = unpack_number(u), last = 0;
	size_t n = (size_t)unpack_below(u, page->size + 2);

	view->lines = arena_array(v->arena, page->size, sizeof(*view->lines));
	if (view->lines == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct queue_row row;

		queue_row_unpack(u, v->arena, &row);
		if (i == page->size || u->failed)
			break;
		view->lines[view->n_lines++] = line_of(v, &row);
		last = row.id;
	}
	view->total = count_text(v->arena, total, "message", "messages");
	if (n > page->size)
		view->older_url = make_url(v->arena, page->list, page->size, last);
	return unpack_end(u);
}

static bool set_filters(struct visit *v, struct queue_page_view *view)
{
	const struct queue_page *page = v->page;

	view->filters = arena_array(v->arena, COUNT_OF(lists), sizeof(*view->filters));
	view->sizes = arena_array(v->arena, COUNT_OF(sizes), sizeof(*view->sizes));
	if (view->filters == NULL || view->sizes == NULL)
		return false;
	view->n_filters = COUNT_OF(lists);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		view->filters[i] = (struct filter_view){
			.label = lists[i].label,
			.url = make_url(v->arena, &lists[i], page->size, 0),
			.current = page->list == &lists[i],
		};
	view->n_sizes = COUNT_OF(sizes);
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		view->sizes[i] = (struct filter_view){
			.label = arena_printf(v->arena, "%" PRIu64, sizes[i]),
			.url = make_url(v->arena, page->list, sizes[i], 0),
			.current = page->size == sizes[i],
		};
	return true;
}

/* The button is left out only when it is known that it would do nothing. */
static bool may_retry(const struct visit *v)
{
	return !v->has_status || v->status.n_waiting > 0 || v->status.n_held > 0;
}

void page_queue_show(struct visit *v)
{
	const struct queue_page *page = v->page;
	struct queue_page_view view = {
		.status = v->has_status ? &v->status : NULL,
		.csrf = v->session.csrf,
		.notice = retry_notice(v),
		.list = page->list->name,
		.about = page->list->about,
		.none = page->before > 0 ? "There is no older mail in this list." : page->list->none,
		.may_retry = may_retry(v),
	};
	struct unpack u;

	if (!visit_answered(v, page->question, WORD_QUEUE_IS, &u))
		return;
	if (!read_lines(v, &u, &view) || !set_filters(v, &view)) {
		frame_broken(v);
		return;
	}
	if (page->before > 0)
		view.newest_url = make_url(v->arena, page->list, page->size, 0);
	view.offer_test = view.n_lines == 0 && page->before == 0 && slice_is(slice_of(view.list), "all");
	frame_page(v, 200, "Mail log", part_queue(&view));
}
