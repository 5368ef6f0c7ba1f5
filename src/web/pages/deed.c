/*
 * deed.c - the buttons of the mail log: try now, hold, release, send again, delete. What came of it
 * stands in the address that they lead to, so that loading the page again does nothing again.
 * Deleting and sending again ask once more, on a page of their own.
 */
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "web/pages/message.h"
#include "web/pages/pages.h"
#include "web/pages/queue.h"
#include "web/pages/queue_address.h"
#include "web/route.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/queue_view.h"

enum {
	ID_MAX = 64,
	ALL_WAIT_MS = 60 * 1000, /* all of a long queue */
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

/* ---- doing it ---- */

const char *queue_verb_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

struct question *queue_ask_deed(struct visit *v, const char *verb, const char *queue_id)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, verb);
	pack_text(&body, queue_id);
	return visit_ask(v, WORD_QUEUE_ACT, &body);
}

struct question *queue_ask_resend(struct visit *v, const char *queue_id, uint64_t nth)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	pack_number(&body, nth);
	return visit_ask(v, WORD_QUEUE_RESEND, &body);
}

static bool is_unknown(struct visit *v)
{
	struct refusal refusal;

	return visit_refused(v, v->page, &refusal) && refusal.code == EX_NOINPUT;
}

static bool read_acted(struct visit *v, struct queue_acted_view *ret_acted)
{
	struct unpack u;

	if (is_unknown(v)) {
		page_message_unknown(v);
		return false;
	}
	if (!visit_answered(v, v->page, WORD_QUEUE_ACTED, &u))
		return false;
	queue_acted_unpack(&u, ret_acted);
	if (unpack_end(&u))
		return true;
	frame_broken(v);
	return false;
}

/* "?held=3&left=1" */
static const char *result_query(struct visit *v, char first, const char *did,
	const struct queue_acted_view *acted)
{
	const char *query = arena_printf(v->arena, "%c%s=%" PRIu64, first, did, acted->recipients);

	if (acted->with_sender > 0)
		query = arena_printf(v->arena, "%s&left=%" PRIu64, query, acted->with_sender);
	return query;
}

/* What was done, as the address says it after the redirect. */
static const char *done_word(const struct visit *v)
{
	static const struct {
		const char *verb, *done;
	} words[] = {
		{ "retry", "tried" }, { "hold", "held" }, { "release", "released" },
		{ "delete", "deleted" },
	};
	const char *verb = queue_verb_of(v->route->path);
	size_t i = 0;

	while (strcmp(words[i].verb, verb) != 0) /* each route of these has one */
		i++;
	return words[i].done;
}

/* An ID that cannot be one must not reach the keeper: empty, it stands for all mail. */
void page_deed_act(struct visit *v)
{
	const char *queue_id = queue_id_of(v);

	if (queue_id[0] == '\0')
		page_message_unknown(v);
	else
		v->page = queue_ask_deed(v, queue_verb_of(v->route->path), queue_id);
}

void page_deed_acted(struct visit *v)
{
	struct queue_acted_view acted;

	if (read_acted(v, &acted))
		visit_redirect(v, arena_printf(v->arena, "/login/queue/%s%s", queue_id_of(v),
		    result_query(v, '?', done_word(v), &acted)));
}

void page_deed_all_act(struct visit *v)
{
	v->page = queue_ask_deed(v, queue_verb_of(v->route->path), "");
	visit_wait(v, ALL_WAIT_MS);
}

void page_deed_all_acted(struct visit *v)
{
	const struct queue_list_kind *list = queue_list_find(form_get(&v->form, "state"));
	struct queue_acted_view acted;

	if (read_acted(v, &acted))
		visit_redirect(v, arena_printf(v->arena, "/login/queue?state=%s%s",
		    (list != NULL ? list : &queue_lists[0])->name,
		    result_query(v, '&', done_word(v), &acted)));
}

/* ---- sending again ---- */

void page_resend_act(struct visit *v)
{
	const char *queue_id = queue_id_of(v);
	uint64_t nth;

	if (queue_id[0] == '\0') {
		page_message_unknown(v);
		return;
	}
	/* the form says which time it is, so that a button pressed twice sends once */
	if (!number_parse(form_get(&v->form, "nth"), 1, INT64_MAX, &nth)) {
		visit_error(v, 400, "Nothing was sent", "The form was not whole. Open the message again.");
		return;
	}
	v->page = queue_ask_resend(v, queue_id, nth);
}

void page_resend_acted(struct visit *v)
{
	struct refusal refusal;
	const char *copy;
	struct unpack u;

	if (is_unknown(v)) {
		page_message_unknown(v);
		return;
	}
	if (visit_refused(v, v->page, &refusal) && refusal.code == EX_UNAVAILABLE) {
		visit_error(v, 409, "It cannot be sent again", refusal.rows[0].text);
		return;
	}
	if (!visit_answered(v, v->page, WORD_POSTED, &u))
		return;
	copy = unpack_text(&u, ID_MAX, v->arena);
	if (unpack_end(&u))
		visit_redirect(v, arena_printf(v->arena, "/login/queue/%s?resent=1",
		    visible_line(v->arena, copy)));
	else
		frame_broken(v);
}

/* ---- asking once more ---- */

static void ask_message(struct visit *v)
{
	const char *queue_id = queue_id_of(v);

	if (queue_id[0] == '\0')
		page_message_unknown(v);
	else
		v->page = message_ask(v, queue_id, 0);
}

static void show_question(struct visit *v, bool deletes)
{
	struct message_view m;
	struct deed_page_view view;
	bool open;

	if (!message_answered(v, v->page, &m))
		return;
	open = m.row.n_open > 0;
	view = (struct deed_page_view){
		.csrf = v->session.csrf,
		.queue_id = queue_id_of(v),
		.subject = visible_line(v->arena, m.row.subject),
		.from = visible_line(v->arena, m.row.header_from),
		.deletes = deletes,
		.impossible = !m.row.has_content || (open && !deletes),
		.recipients = open ? count_text(v->arena, m.row.n_open, "recipient", "recipients") : NULL,
		.nth = m.n_resent + 1,
		.with_sender = strcmp(m.row.state, "in flight") == 0 || strcmp(m.row.state, "dot sent") == 0,
	};
	frame_page(v, 200, arena_printf(v->arena, "%s message %s", deletes ? "Delete" : "Send again:",
	    view.queue_id), part_deed(&view));
}

void page_delete_ask(struct visit *v)
{
	ask_message(v);
}

void page_delete_show(struct visit *v)
{
	show_question(v, true);
}

void page_resend_ask(struct visit *v)
{
	ask_message(v);
}

void page_resend_show(struct visit *v)
{
	show_question(v, false);
}

/* ---- what came of it ---- */

static const char *tell(struct visit *v, const char *name, uint64_t n)
{
	const char *who = count_text(v->arena, n, "recipient is", "recipients are");

	if (strcmp(name, "resent") == 0)
		return "This is the copy that is sent again. Load this page again in a few seconds to see what "
		    "came of it.";
	if (strcmp(name, "held") == 0)
		return arena_printf(v->arena, "%s held. Nothing of it is sent until somebody releases it.", who);
	if (strcmp(name, "deleted") == 0)
		return n == 0 ? "Nothing was waiting any more. What was kept of its content is gone." :
		    arena_printf(v->arena, "%s given up.", who);
	if (n == 0)
		return "Nothing was waiting for another try. Mail to a bare name, such as root, stays held "
		    "until the settings say where it goes.";
	return arena_printf(v->arena, "%s due now. Load this page again in a few seconds to see what came "
	    "of it.", who);
}

const char *queue_notice(struct visit *v)
{
	static const char *const names[] = { "tried", "held", "released", "deleted", "resent" };
	const char *text = NULL;
	uint64_t n;

	for (size_t i = 0; text == NULL && i < COUNT_OF(names); i++)
		if (number_parse(form_get(&v->query, names[i]), 0, INT64_MAX, &n))
			text = tell(v, names[i], n);
	if (text != NULL && number_parse(form_get(&v->query, "left"), 1, INT64_MAX, &n))
		text = arena_printf(v->arena, "%s %s with the relay just now and cannot be taken back: the relay "
		    "may have the message already.", text, count_text(v->arena, n, "recipient is",
		    "recipients are"));
	return text;
}
