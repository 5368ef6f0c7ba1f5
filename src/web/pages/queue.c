/* queue.c - /login/queue: the mail log; which mail is listed stands in the address. */
#include "web/pages/queue.h"

#include <inttypes.h>
#include <string.h>

#include "web/pages/pages.h"
#include "web/pages/queue_address.h"
#include "web/templates.h"
#include "web/visible.h"

enum {
	/* a search goes on by itself for so many answers, as long as the page is not full */
	ROUNDS_MAX = 10,
};

struct queue_page {
	struct queue_address address;
	struct problems_view problems;
	struct queue_question wanted;
	struct question *question;
	struct queue_row *rows; /* one more than a page has tells that there is another page */
	size_t n_rows;
	uint64_t next; /* of the last answer */
	unsigned rounds;
};

const char *count_text(struct arena *a, uint64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

/* ---- asking ---- */

static void ask(struct visit *v)
{
	struct queue_page *page = v->page;
	struct buffer body;

	page->wanted.limit = page->address.size + 1 - page->n_rows;
	visit_start_body(v, &body);
	queue_question_pack(&body, &page->wanted);
	page->question = visit_ask(v, WORD_QUEUE_LIST, &body);
	page->rounds++;
}

void page_queue_ask(struct visit *v)
{
	struct queue_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page == NULL)
		return;
	if (!queue_address_read(&v->query, v->arena, &page->address)) {
		visit_error(v, 404, "There is no such list of mail",
		    "Look for a typing error in the address, or choose Mail log.");
		return;
	}
	page->rows = arena_array(v->arena, page->address.size + 1, sizeof(*page->rows));
	if (page->rows == NULL)
		return;
	v->page = page;
	problems_init(&page->problems, v->arena);
	page->wanted = queue_address_question(&page->address, &page->problems);
	if (page->problems.n_rows == 0)
		ask(v);
}

/* False when the answer is not well-formed. */
static bool take_rows(struct visit *v, struct unpack *u)
{
	struct queue_page *page = v->page;
	size_t n;

	page->next = unpack_number(u);
	n = (size_t)unpack_below(u, page->wanted.limit + 1);
	for (size_t i = 0; i < n; i++)
		queue_row_unpack(u, v->arena, &page->rows[page->n_rows + i]);
	if (!unpack_end(u))
		return false;
	page->n_rows += n;
	return true;
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

static const char *with_after(struct visit *v, uint64_t after)
{
	const struct queue_page *page = v->page;
	struct queue_address address = page->address;

	address.after = after;
	return queue_address_url(&address, v->arena);
}

static bool set_lines(struct visit *v, struct queue_page_view *view)
{
	const struct queue_page *page = v->page;
	const struct queue_address *address = &page->address;
	bool full = page->n_rows > address->size;
	const char *which = address->after > 0 ? "The next" : address->oldest_first ? "The oldest" :
	    "The newest";

	view->n_lines = full ? address->size : page->n_rows;
	view->lines = arena_array(v->arena, view->n_lines + 1, sizeof(*view->lines));
	if (view->lines == NULL)
		return false;
	for (size_t i = 0; i < view->n_lines; i++)
		view->lines[i] = line_of(v, &page->rows[i]);
	view->looked_further = !full && page->next != 0;
	if (full)
		view->more_url = with_after(v, page->rows[view->n_lines - 1].id);
	else if (page->next != 0)
		view->more_url = with_after(v, page->next);
	if (address->after > 0)
		view->first_url = with_after(v, 0);
	view->shown = count_text(v->arena, view->n_lines, "message", "messages");
	if (view->more_url != NULL || address->after > 0)
		view->shown = arena_printf(v->arena, "%s %s of this list", which, view->shown);
	else
		view->shown = arena_printf(v->arena, "%s in this list, %s first", view->shown,
		    address->oldest_first ? "oldest" : "newest");
	return true;
}

static bool set_links(struct visit *v, struct queue_page_view *view)
{
	const struct queue_page *page = v->page;
	struct queue_address other = page->address;

	view->filters = arena_array(v->arena, n_queue_lists, sizeof(*view->filters));
	view->sizes = arena_array(v->arena, QUEUE_SIZES, sizeof(*view->sizes));
	if (view->filters == NULL || view->sizes == NULL)
		return false;
	other.after = 0;
	for (; view->n_filters < n_queue_lists; view->n_filters++) {
		other.list = &queue_lists[view->n_filters];
		view->filters[view->n_filters] = (struct filter_view){
			.label = other.list->label,
			.url = queue_address_url(&other, v->arena),
			.current = other.list == page->address.list,
		};
	}
	other.list = page->address.list;
	for (; view->n_sizes < QUEUE_SIZES; view->n_sizes++) {
		other.size = queue_sizes[view->n_sizes];
		view->sizes[view->n_sizes] = (struct filter_view){
			.label = arena_printf(v->arena, "%" PRIu64, other.size),
			.url = queue_address_url(&other, v->arena),
			.current = other.size == page->address.size,
		};
	}
	other.size = page->address.size;
	other.oldest_first = !page->address.oldest_first;
	view->order_url = queue_address_url(&other, v->arena);
	return true;
}

static void set_search(struct visit *v, struct queue_page_view *view)
{
	const struct queue_page *page = v->page;
	const struct queue_address plain = { .list = page->address.list, .to = "", .from = "",
		.subject = "", .id = "", .since = "", .until = "", .size = page->address.size,
		.oldest_first = page->address.oldest_first };

	view->searching = queue_address_searches(&page->address);
	view->plain_url = queue_address_url(&plain, v->arena);
	queue_address_fields(&page->address, &page->problems, v->arena, &view->fields,
	    &view->n_fields);
}

/* The button is left out only when it is known that it would do nothing. */
static bool may_retry(const struct visit *v)
{
	return !v->has_status || v->status.n_waiting > 0 || v->status.n_held > 0;
}

static const char *none_text(const struct queue_page *page, const struct queue_page_view *view)
{
	if (view->more_url != NULL)
		return "Nothing was found in the part of the log that was looked at so far.";
	if (page->address.after > 0)
		return page->address.oldest_first ? "There is no newer mail in this list." :
		    "There is no older mail in this list.";
	if (view->searching)
		return "No mail in this list fits. Look for a typing error, or try the list All.";
	return page->address.list->none;
}

static void show(struct visit *v, unsigned status)
{
	const struct queue_page *page = v->page;
	struct queue_page_view view = {
		.status = v->has_status ? &v->status : NULL,
		.csrf = v->session.csrf,
		.notice = queue_notice(v),
		.list = page->address.list->name,
		.problems = page->problems,
		.about = page->address.list->about,
		.oldest_first = page->address.oldest_first,
		.size = page->address.size != QUEUE_SIZE_DEFAULT ? page->address.size : 0,
		.may_retry = may_retry(v),
		.may_release = v->has_status && v->status.n_held > 0 &&
		    strcmp(page->address.list->name, "held") == 0,
	};

	set_search(v, &view);
	if (!set_lines(v, &view) || !set_links(v, &view)) {
		frame_broken(v);
		return;
	}
	view.none = none_text(page, &view);
	view.offer_test = view.n_lines == 0 && view.more_url == NULL && page->address.after == 0 &&
	    !view.searching && page->address.list == &queue_lists[0];
	frame_page(v, status, "Mail log", part_queue(&view));
}

void page_queue_show(struct visit *v)
{
	struct queue_page *page = v->page;
	struct unpack u;

	if (page->problems.n_rows > 0) {
		show(v, 400);
		return;
	}
	if (!visit_answered(v, page->question, WORD_QUEUE_IS, &u))
		return;
	if (!take_rows(v, &u)) {
		frame_broken(v);
		return;
	}
	page->wanted.after = page->next;
	if (page->n_rows <= page->address.size && page->next != 0 && page->rounds < ROUNDS_MAX) {
		ask(v);
		visit_then(v, page_queue_show);
	} else {
		show(v, 200);
	}
}
