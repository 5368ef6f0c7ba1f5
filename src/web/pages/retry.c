/*
 * retry.c - the buttons "Try now" and "Try all now" of the mail log. What came of it stands in the
 * address that they lead to, so that loading the page again tries nothing again.
 */
#include <inttypes.h>

#include "base/number.h"
#include "web/pages/pages.h"
#include "web/pages/queue.h"
#include "web/pages/queue_address.h"

enum {
	ID_MAX = 64,
};

/* queue-id = 1*64( ALPHA / DIGIT / "-" ) */
const char *queue_id_of(struct visit *v)
{
	if (v->name.len > ID_MAX)
		return "";
	for (size_t i = 0; i < v->name.len; i++) {
		char c = v->name.data[i];

		if (!char_is_alpha(c) && !char_is_digit(c) && c != '-')
			return "";
	}
	return arena_text(v->arena, v->name);
}

static void ask(struct visit *v, const char *queue_id)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	v->page = visit_ask(v, WORD_QUEUE_RETRY, &body);
}

static bool read_count(struct visit *v, uint64_t *ret_n)
{
	struct unpack u;
	uint64_t n;

	if (!visit_answered(v, v->page, WORD_DONE, &u))
		return false;
	n = unpack_number(&u);
	if (!unpack_end(&u)) {
		frame_broken(v);
		return false;
	}
	*ret_n = n;
	return true;
}

/* An ID that cannot be one must not reach the keeper: empty, it stands for all mail. */
void page_retry_act(struct visit *v)
{
	const char *queue_id = queue_id_of(v);

	if (queue_id[0] == '\0')
		page_message_unknown(v);
	else
		ask(v, queue_id);
}

void page_retry_acted(struct visit *v)
{
	uint64_t n;

	if (read_count(v, &n))
		visit_redirect(v, arena_printf(v->arena, "/login/queue/%s?tried=%" PRIu64,
		    queue_id_of(v), n));
}

void page_retry_all_act(struct visit *v)
{
	ask(v, "");
}

void page_retry_all_acted(struct visit *v)
{
	const struct queue_list_kind *list = queue_list_find(form_get(&v->form, "state"));
	uint64_t n;

	if (!read_count(v, &n))
		return;
	visit_redirect(v, arena_printf(v->arena, "/login/queue?state=%s&tried=%" PRIu64,
	    (list != NULL ? list : &queue_lists[0])->name, n));
}

const char *retry_notice(struct visit *v)
{
	uint64_t n;

	if (!number_parse(form_get(&v->query, "tried"), 0, INT64_MAX, &n))
		return NULL;
	if (n == 0)
		return "Nothing was waiting for another try. Mail to a bare name, such as root, stays held "
		    "until the settings say where it goes.";
	return arena_printf(v->arena, "%s now. Load this page again in a few seconds to see what came "
	    "of it.", count_text(v->arena, n, "recipient is due", "recipients are due"));
}
