/*
 * run.c - /login/email/test: starts a test mail with what is in the form or what is saved; its
 * page, and the stream of events that fills the page in while it runs.
 */
#include "web/pages/run.h"

#include "base/number.h"
#include "http/headers.h"
#include "web/pages/email.h"
#include "web/pages/pages.h"
#include "web/templates.h"

enum {
	REFRESH_S = 2,
	EVENT_WAIT_MS = 20 * 1000, /* then a sign of life goes out */
	EVENT_ROUNDS = 16, /* then the browser comes back: the memory of a stream is bounded */
	EVENT_MAX = 2 * 1024 * 1024,
};

/* ---- starting ---- */

struct question *run_ask_saved(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, 0);
	pack_number(&body, 0);
	return visit_ask(v, WORD_TEST, &body);
}

bool run_read_started(const struct question *q, uint64_t *ret_run)
{
	struct unpack u;
	uint64_t run;

	if (visit_answer_word(q, &u) != WORD_TEST_STARTED)
		return false;
	run = unpack_number(&u);
	if (!unpack_end(&u))
		return false;
	*ret_run = run;
	return true;
}

static void lead_to_run(struct visit *v)
{
	struct settings_page *page = v->page;
	uint64_t run;

	if (run_read_started(page->done, &run))
		visit_redirect(v, arena_printf(v->arena, "/login/email/test/%ju", (uintmax_t)run));
	else if (settings_page_take_refusal(v, page->done))
		email_page.show(v, 422);
	else
		visit_unanswered(v, page->done);
}

static void start_typed(struct visit *v)
{
	struct settings_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	settings_form_pack(&email_form, &v->form, &body);
	pack_number(&body, 0);
	pack_bool(&body, form_get(&v->form, "check").data != NULL);
	page->done = visit_ask(v, WORD_TEST, &body);
	visit_then(v, lead_to_run);
}

void page_run_act(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

/* The form of the page comes with its settings; the button of a run's page without any. */
void page_run_acted(struct visit *v)
{
	struct settings_page *page = v->page;

	if (!settings_page_read(v))
		return;
	if (form_get(&v->form, "version").data == NULL) {
		page->done = run_ask_saved(v);
		visit_then(v, lead_to_run);
		return;
	}
	if (!settings_page_take(v, true))
		return;
	if (page->problems.n_rows > 0)
		settings_page_refuse(v);
	else
		start_typed(v);
}

/* ---- its page ---- */

struct run_page {
	uint64_t run;
	uint64_t seen; /* version of the run that the browser has */
	unsigned rounds;
	struct question *look;
};

/* False when the address names no run: the request is then answered. */
static bool open_run(struct visit *v)
{
	struct run_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page == NULL)
		return false;
	v->page = page;
	if (number_parse(v->name, 1, UINT64_MAX, &page->run))
		return true;
	visit_error(v, 404, "There is no such test", "Run it again from Email Configuration.");
	return false;
}

static void ask_run(struct visit *v, uint64_t seen)
{
	struct run_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, page->run);
	pack_number(&body, seen);
	page->look = visit_ask(v, WORD_TEST_SHOW, &body);
}

void page_run_ask(struct visit *v)
{
	if (open_run(v))
		ask_run(v, 0);
}

void page_run_show(struct visit *v)
{
	struct run_page *page = v->page;
	struct run_view view = { .csrf = v->session.csrf };
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, page->look, &refusal)) {
		visit_error(v, 404, "This test is not known any more", "Run it again from Email "
		    "Configuration.");
		return;
	}
	if (!visit_answered(v, page->look, WORD_TEST_IS, &u))
		return;
	unpack_number(&u); /* version */
	if (!panel_unpack(&u, page->run, v->web, v->arena, &view.panel)) {
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
		return;
	}
	view.saved = number_parse(form_get(&v->query, "saved"), 0, SETTING_COUNT, &view.n_saved);
	frame_page_refreshed(v, view.panel.done ? 0 : REFRESH_S, "Test email", part_run(&view));
}

/* ---- its events ---- */

static void events_next(struct visit *v);

static void ask_events(struct visit *v)
{
	struct run_page *page = v->page;

	if (page->rounds++ >= EVENT_ROUNDS) {
		visit_end_stream(v);
		return;
	}
	ask_run(v, page->seen);
	visit_wait(v, EVENT_WAIT_MS);
	visit_then(v, events_next);
}

/* event-stream: each line of the data has its name in front; CR would end one, too */
static void append_data(struct buffer *out, struct slice data)
{
	while (data.data != NULL) {
		struct slice line = slice_cut(&data, '\n');

		buffer_append_text(out, "data: ");
		for (size_t i = 0; i < line.len; i++)
			if (line.data[i] != '\r')
				buffer_append_char(out, line.data[i]);
		buffer_append_char(out, '\n');
	}
	buffer_append_char(out, '\n');
}

static bool send_panel(struct visit *v, struct unpack *u, bool *ret_done)
{
	struct run_page *page = v->page;
	struct panel_view panel;
	struct buffer html, out;
	struct html h;
	bool sent;

	page->seen = unpack_number(u);
	if (!panel_unpack(u, page->run, v->web, v->arena, &panel))
		return false;
	buffer_init(&html, EVENT_MAX);
	buffer_init(&out, EVENT_MAX);
	html_init(&h, &html);
	template_panel(&h, &panel);
	buffer_appendf(&out, "id: %ju\nevent: %s\n", (uintmax_t)page->seen, panel.done ? "done" : "panel");
	append_data(&out, buffer_slice(&html));
	sent = buffer_ok(&html) && buffer_ok(&out) && visit_send(v, buffer_slice(&out));
	buffer_release(&html);
	buffer_release(&out);
	*ret_done = panel.done;
	return sent;
}

static void events_next(struct visit *v)
{
	struct run_page *page = v->page;
	struct unpack u;
	enum word word = visit_answer_word(page->look, &u);
	bool done = false, sent = false;

	if (word == WORD_TEST_IS)
		sent = send_panel(v, &u, &done);
	else if (word == WORD_NONE)
		sent = visit_send(v, SLICE(": still under way\n\n"));
	else if (visit_send(v, SLICE("event: lost\ndata:\n\n")))
		done = true;
	if (sent && !done)
		ask_events(v);
	else
		visit_end_stream(v);
}

void page_events_ask(struct visit *v)
{
	struct slice last = http_head_field(v->request->head, "Last-Event-ID");
	struct run_page *page;

	if (!open_run(v))
		return;
	page = v->page;
	if (!number_parse(last, 0, UINT64_MAX, &page->seen))
		page->seen = 0;
	headers_add_text(&v->lines, "Content-Type", "text/event-stream; charset=utf-8");
	if (visit_start_stream(v) && visit_send(v, SLICE("retry: 250\n\n")))
		ask_events(v);
	else
		visit_end_stream(v);
}
