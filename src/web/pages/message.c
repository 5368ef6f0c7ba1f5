/*
 * message.c - /login/queue/ID: one message: what became of it for each recipient, the relay's last
 * words, what they mean and what to do, and all that happened to it.
 */
#include "web/pages/message.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "core/diagnosis.h"
#include "core/plain_text.h"
#include "web/pages/pages.h"
#include "web/pages/queue.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/queue_view.h"

void page_message_unknown(struct visit *v)
{
	visit_error(v, 404, "There is no such message",
	    "No message in the mail log has this queue ID. Look for a typing error in the address, or "
	    "choose Mail log.");
}

struct message_page {
	const char *queue_id;
	uint64_t after; /* recipients behind this one */
	uint64_t before; /* tries before this one, 0: the newest */
	struct question *question;
	struct message_view message;
	struct question *tries;
};

void page_message_ask(struct visit *v)
{
	struct message_page *page = arena_alloc(v->arena, sizeof(*page));
	struct slice after = form_get(&v->query, "after"), before = form_get(&v->query, "before");

	if (page == NULL)
		return;
	page->queue_id = queue_id_of(v);
	if (page->queue_id[0] == '\0' ||
	    (after.len > 0 && !number_parse(after, 0, INT64_MAX, &page->after)) ||
	    (before.len > 0 && !number_parse(before, 0, INT64_MAX, &page->before))) {
		page_message_unknown(v);
		return;
	}
	v->page = page;
	page->question = message_ask(v, page->queue_id, page->after);
}

struct question *message_ask(struct visit *v, const char *queue_id, uint64_t after)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, queue_id);
	pack_number(&body, after);
	return visit_ask(v, WORD_QUEUE_SHOW, &body);
}

bool message_answered(struct visit *v, const struct question *q, struct message_view *ret_message)
{
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, q, &refusal) && refusal.code == EX_NOINPUT) {
		page_message_unknown(v);
		return false;
	}
	if (!visit_answered(v, q, WORD_MESSAGE_IS, &u))
		return false;
	message_view_unpack(&u, v->arena, ret_message);
	if (unpack_end(&u))
		return true;
	frame_broken(v);
	return false;
}

/* ---- causes ---- */

static bool is_same(const struct verdict *a, const struct verdict *b)
{
	return a->stage == b->stage && a->reason == b->reason && a->code == b->code &&
	    a->enhanced.class == b->enhanced.class && a->enhanced.subject == b->enhanced.subject &&
	    a->enhanced.detail == b->enhanced.detail && strcmp(a->text, b->text) == 0;
}

/* "smtp.example.com:587", 0 when it ends in no port */
static unsigned port_of(const char *relay)
{
	struct slice rest = slice_of(relay);
	uint64_t port = 0;

	while (rest.data != NULL && slice_has_char(rest, ':'))
		slice_cut(&rest, ':');
	return number_parse(rest, 1, UINT16_MAX, &port) ? (unsigned)port : 0;
}

static void fill_cause(struct visit *v, struct cause_view *c, const struct message_view *m,
	size_t first, size_t number)
{
	const struct recipient_view *r = &m->recipients[first];
	struct verdict verdict = r->verdict;

	plain_text_copy(slice_of(r->verdict.text), PLAIN_TEXT_LINES, verdict.text,
	    sizeof(verdict.text));
	trouble_view_make(&verdict, port_of(r->relay), v->arena, &c->trouble);
	c->id = arena_printf(v->arena, "cause-%zu", number);
	c->recipients = arena_array(v->arena, m->n_recipients, sizeof(*c->recipients));
}

/* The cause that an earlier recipient has too, or a new one. NULL: no memory. */
static struct cause_view *cause_of(struct visit *v, struct message_page_view *view,
	const struct message_view *m, size_t at, size_t *firsts)
{
	struct cause_view *c;
	size_t i = 0;

	while (i < view->n_causes &&
	    !is_same(&m->recipients[firsts[i]].verdict, &m->recipients[at].verdict))
		i++;
	c = &view->causes[i];
	if (i == view->n_causes) {
		firsts[view->n_causes++] = at;
		fill_cause(v, c, m, at, view->n_causes);
	}
	if (c->recipients == NULL)
		return NULL;
	c->recipients[c->n_recipients++] = view->recipients[at].address;
	return c;
}

/* ---- recipients ---- */

static const char *answer_of(struct arena *a, const struct verdict *verdict)
{
	if (verdict->code == 0)
		return "";
	return arena_printf(a, "%u %s", verdict->code, visible_line(a, verdict->text));
}

static struct recipient_line_view recipient_of(struct visit *v, const struct recipient_view *r)
{
	return (struct recipient_line_view){
		.address = visible_line(v->arena, r->address),
		.state = state_view_of(r->state, v->arena),
		.tries = r->attempts,
		.next_try = r->next_try,
		.due = v->has_status && r->next_try <= v->status.now,
		.maybe_delivered = r->maybe_delivered,
		.at = r->at,
		.relay = visible_line(v->arena, r->relay),
		.answer = r->verdict.class == VERDICT_ACCEPTED ? answer_of(v->arena, &r->verdict) : "",
		.cause = "",
	};
}

static const char *page_url(struct visit *v, uint64_t after, uint64_t before)
{
	const struct message_page *page = v->page;
	const char *url = arena_printf(v->arena, "/login/queue/%s", page->queue_id);

	if (after > 0)
		url = arena_printf(v->arena, "%s?after=%" PRIu64, url, after);
	if (before > 0)
		url = arena_printf(v->arena, "%s%cbefore=%" PRIu64, url, after > 0 ? '&' : '?', before);
	return url;
}

static void set_pages(struct visit *v, struct message_page_view *view,
	const struct message_view *m)
{
	const struct message_page *page = v->page;

	if (m->row.n_recipients > m->n_recipients)
		view->shown = arena_printf(v->arena, "%s%zu of %" PRIu64 " recipients",
		    page->after == 0 ? "The first " : "", m->n_recipients, m->row.n_recipients);
	if (page->after > 0)
		view->first_url = page_url(v, 0, 0);
	if (m->more && m->n_recipients > 0)
		view->more_url = page_url(v, m->recipients[m->n_recipients - 1].id, 0);
}

static bool set_recipients(struct visit *v, struct message_page_view *view,
	const struct message_view *m)
{
	size_t *firsts = arena_array(v->arena, m->n_recipients + 1, sizeof(*firsts));

	view->recipients = arena_array(v->arena, m->n_recipients + 1, sizeof(*view->recipients));
	view->causes = arena_array(v->arena, m->n_recipients + 1, sizeof(*view->causes));
	if (firsts == NULL || view->recipients == NULL || view->causes == NULL)
		return false;
	for (size_t i = 0; i < m->n_recipients; i++) {
		struct recipient_line_view *line = &view->recipients[i];
		struct cause_view *cause;

		*line = recipient_of(v, &m->recipients[i]);
		view->n_recipients++;
		if (m->recipients[i].verdict.class == VERDICT_ACCEPTED)
			continue;
		cause = cause_of(v, view, m, i, firsts);
		if (cause == NULL)
			return false;
		line->cause = cause->id;
		line->cause_title = cause->trouble.title;
	}
	set_pages(v, view, m);
	return true;
}

/* ---- what happened ---- */

static const struct {
	const char *name, *text;
	enum shape_kind shape;
} deeds[] = {
	{ "hold", "Held by %s", SHAPE_OFF },
	{ "release", "Released by %s", SHAPE_WAIT },
	{ "retry", "Tried again by %s", SHAPE_WAIT },
	{ "delete", "Deleted by %s", SHAPE_BAD },
	{ "resend", "Sent again by %s", SHAPE_WAIT },
	{ "copy", "This is a copy, sent again by %s", SHAPE_WAIT },
};

static struct event_view event_of_deed(struct visit *v, const struct deed_view *d)
{
	const char *who = visible_line(v->arena, d->who);
	struct event_view e = {
		.at = d->at,
		.what = visible_line(v->arena, d->what),
		.whom = count_text(v->arena, d->n_recipients, "recipient", "recipients"),
		.relay = "", .stage = "", .answer = "", .meaning = "",
		.shape = { SHAPE_OFF },
	};

	for (size_t i = 0; i < COUNT_OF(deeds); i++) {
		if (strcmp(deeds[i].name, d->what) != 0)
			continue;
		e.what = arena_printf(v->arena, "%.*s%s", (int)strlen(deeds[i].text) - 2, deeds[i].text, who);
		e.shape.kind = deeds[i].shape;
	}
	if (d->other[0] != '\0') {
		e.other = visible_line(v->arena, d->other);
		e.other_url = arena_printf(v->arena, "/login/queue/%s", e.other);
	}
	return e;
}

static const char *meaning_of(const struct verdict *verdict, const char *relay)
{
	struct diagnosis_facts facts;

	if (verdict->class == VERDICT_ACCEPTED)
		return "";
	facts = diagnosis_facts_of(verdict);
	facts.port = port_of(relay);
	return diagnosis_find(&facts)->meaning;
}

static struct event_view event_of_try(struct visit *v, const struct try_view *t, size_t n)
{
	bool accepted = t->verdict.class == VERDICT_ACCEPTED;
	bool for_good = t->verdict.class == VERDICT_RECIPIENT ||
	    t->verdict.class == VERDICT_MESSAGE;
	const char *words = visible_line(v->arena, t->verdict.text);

	return (struct event_view){
		.at = t->at,
		.shape = { accepted ? SHAPE_GOOD : for_good ? SHAPE_BAD : SHAPE_WAIT },
		.what = accepted ? "Accepted" : for_good ? "Failed" :
		    t->verdict.class == VERDICT_AMBIGUOUS ? "No answer: possibly delivered" : "Not taken",
		.whom = n == 1 ? visible_line(v->arena, t->address) :
		    count_text(v->arena, n, "recipient", "recipients"),
		.relay = visible_line(v->arena, t->relay),
		.took_ms = t->relay[0] != '\0' ? t->took_ms : 0,
		.stage = t->relay[0] != '\0' ? verdict_stage_name(t->verdict.stage) : "",
		.answer = t->verdict.code != 0 ?
		    arena_printf(v->arena, "%u %s", t->verdict.code, words) : words,
		.meaning = meaning_of(&t->verdict, t->relay),
	};
}

/* How many tries from the first on are one delivery with one answer. */
static size_t count_alike(const struct try_view *tries, size_t n)
{
	size_t alike = 1;

	while (alike < n && tries[alike].at == tries[0].at &&
	    strcmp(tries[alike].relay, tries[0].relay) == 0 &&
	    is_same(&tries[alike].verdict, &tries[0].verdict))
		alike++;
	return alike;
}

/* Both come with the newest first, and so does what is made of them. */
static bool set_events(struct visit *v, struct message_page_view *view, const struct tries_view *t)
{
	const struct message_page *page = v->page;
	size_t tries = 0, n_deeds = page->before > 0 ? 0 : t->n_deeds, deed = 0;

	view->events = arena_array(v->arena, t->n_tries + t->n_deeds + 1, sizeof(*view->events));
	if (view->events == NULL)
		return false;
	while (tries < t->n_tries || deed < n_deeds) {
		struct event_view *e = &view->events[view->n_events++];

		if (tries == t->n_tries ||
		    (deed < n_deeds && t->deeds[deed].at >= t->tries[tries].at)) {
			*e = event_of_deed(v, &t->deeds[deed++]);
		} else {
			size_t alike = count_alike(&t->tries[tries], t->n_tries - tries);

			*e = event_of_try(v, &t->tries[tries], alike);
			tries += alike;
		}
	}
	if (t->next != 0)
		view->older_url = page_url(v, page->after, t->next);
	return true;
}

/* ---- the page ---- */

/* What can be done follows from what is open, held and kept; who comes too late is told so. */
static void set_actions(struct message_page_view *view, const struct message_view *m)
{
	const struct queue_row *row = &m->row;
	bool open = row->n_open > 0, held = strcmp(row->state, "held") == 0;

	view->held_by = row->held_by;
	view->may_retry = open && view->state.may_retry && row->held_by[0] == '\0';
	view->may_hold = open && row->held_by[0] == '\0';
	view->may_release = open && (row->held_by[0] != '\0' || held);
	view->may_resend = !open && row->has_content;
	view->may_delete = open || row->has_content;
}

static struct message_page_view view_of(struct visit *v, const struct message_view *m)
{
	const struct queue_row *row = &m->row;

	return (struct message_page_view){
		.status = v->has_status ? &v->status : NULL,
		.csrf = v->session.csrf,
		.notice = queue_notice(v),
		.queue_id = queue_id_of(v),
		.message_id = visible_line(v->arena, m->message_id),
		.submitter = visible_line(v->arena, row->submitter),
		.sender = visible_line(v->arena, row->sender),
		.from = visible_line(v->arena, row->header_from),
		.subject = visible_line(v->arena, row->subject),
		.reason = visible_line(v->arena, row->reason),
		.at = row->at,
		.size = row->size,
		.state = state_view_of(row->state, v->arena),
	};
}

static void show(struct visit *v)
{
	const struct message_page *page = v->page;
	struct message_page_view view = view_of(v, &page->message);
	struct tries_view tries;
	struct unpack u;

	if (!visit_answered(v, page->tries, WORD_TRIES_ARE, &u))
		return;
	tries_view_unpack(&u, v->arena, &tries);
	set_actions(&view, &page->message);
	if (!unpack_end(&u) || !set_recipients(v, &view, &page->message) ||
	    !set_events(v, &view, &tries))
		frame_broken(v);
	else
		frame_page(v, 200, arena_printf(v->arena, "Message %s", view.queue_id), part_message(&view));
}

void page_message_show(struct visit *v)
{
	struct message_page *page = v->page;
	const struct message_view *m = &page->message;
	struct buffer body;

	if (!message_answered(v, page->question, &page->message))
		return;
	visit_start_body(v, &body);
	tries_question_pack(&body, page->queue_id, m, page->before);
	page->tries = visit_ask(v, WORD_QUEUE_TRIES, &body);
	visit_then(v, show);
}
