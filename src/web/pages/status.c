/* status.c - /login/status: does mail work, what waits, is this node well. */
#include "web/pages/status.h"

#include "web/pages/pages.h"
#include "web/templates.h"

enum {
	MEBIBYTE = 1024 * 1024,
};

static const struct {
	const char *headline, *kind;
} mail_words[MAIL_STATE_COUNT] = {
	[MAIL_NOT_SET_UP] = { "Mail is not set up", "wait" },
	[MAIL_UNTRIED] = { "Mail is set up, nothing was sent yet", "wait" },
	[MAIL_WORKS] = { "Mail works", "good" },
	[MAIL_BROKEN] = { "Mail is broken", "bad" },
};

static struct shape_view good_or_bad(bool good)
{
	return (struct shape_view){ .kind = good ? SHAPE_GOOD : SHAPE_BAD };
}

static uint64_t seconds_between(uint64_t from, uint64_t to)
{
	return from < to ? to - from : 0;
}

static void set_probe(struct status_view *view)
{
	const struct status *s = view->status;

	if (s->self_probe_at == 0) {
		view->probe_shape.kind = SHAPE_WAIT;
		view->probe_word = "not yet made";
		return;
	}
	view->probe_shape = good_or_bad(s->self_probe_good);
	view->probe_word = s->self_probe_good ? "good" : "failed";
	view->probe_age = seconds_between(s->self_probe_at, s->now);
}

void page_status_show(struct visit *v)
{
	const struct status *s = &v->status;
	struct trouble_view trouble;
	struct status_view view = {
		.status = s,
		.mail_shape = frame_mail_shape(s->mail),
		.headline = mail_words[s->mail].headline,
		.headline_kind = mail_words[s->mail].kind,
		.next_try = seconds_between(s->now, s->next_probe),
		.sender_shape = good_or_bad(s->sender_alive),
		.watcher_shape = good_or_bad(s->watcher_alive),
		.disk_shape = good_or_bad(!s->disk_full),
		.disk_free = s->disk_free / MEBIBYTE,
	};

	if (!v->has_status) {
		visit_error(v, 503, "The status is not known", "The part of this node that knows it does not "
		    "answer right now. Load this page again in a few seconds.");
		return;
	}
	set_probe(&view);
	if (s->mail == MAIL_BROKEN) {
		trouble_view_make(&s->mail_verdict, 0, v->arena, &trouble);
		view.trouble = &trouble;
	}
	frame_page(v, 200, "Status", part_status(&view));
}
