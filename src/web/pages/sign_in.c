/*
 * sign_in.c - /login/email/sign-in: how a sign-in to the relay goes on, from the provider's page to
 * the relay's answer; and the field for an address that a browser could not be led back to.
 */
#include "web/pages/sign_in.h"

#include <string.h>

#include "base/number.h"
#include "http/cookie.h"
#include "oauth2/authorization.h"
#include "web/pages/callback.h"
#include "web/pages/pages.h"
#include "web/pages/run.h"
#include "web/templates.h"

enum {
	REFRESH_S = 2,
	TEST_WAITS_S = 3600, /* then nobody expects it any more */
};

#define TEST_COOKIE "__Host-tocsin-test"
#define PASTE_FIELD "address"

/* ---- the test that waits ---- */

void sign_in_remember_test(struct visit *v)
{
	cookie_set(&v->lines, TEST_COOKIE, SLICE("1"), TEST_WAITS_S);
}

static bool test_waits(const struct visit *v)
{
	const struct http_head *head = v->request->head;
	struct slice value;

	return head->method == HTTP_GET && http_head_field_count(head, "Cookie") == 1 &&
		cookie_get(http_head_field(head, "Cookie"), TEST_COOKIE, &value) == 0;
}

/* ---- the page ---- */

struct sign_in_page {
	struct question *status, *done;
	struct oauth_status s;
	struct problems_view problems;
};

static struct sign_in_page *open_page(struct visit *v)
{
	struct sign_in_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page != NULL)
		problems_init(&page->problems, v->arena);
	v->page = page;
	return page;
}

void paste_view_make(struct visit *v, const char *error, struct paste_view *ret_paste)
{
	*ret_paste = (struct paste_view){
		.csrf = v->session.csrf,
		.address = {
			.kind = FIELD_LINE, .name = PASTE_FIELD, .label = "Address the browser ended at",
			.help = "All of what stands in the browser's address line after you signed in there, from "
				"https:// or http:// to its end. It is good once, and for 10 minutes.",
			.error = error,
		},
	};
	field_view_finish(&ret_paste->address, v->arena);
}

static bool is_live(enum oauth_attempt attempt)
{
	return attempt == OAUTH_ATTEMPT_EXCHANGING || attempt == OAUTH_ATTEMPT_DEVICE ||
		attempt == OAUTH_ATTEMPT_CHECKING;
}

static const char *title_of(const struct oauth_status *s)
{
	switch (s->attempt) {
	case OAUTH_ATTEMPT_NONE:
	case OAUTH_ATTEMPT_COUNT:
		break;
	case OAUTH_ATTEMPT_BEGUN:
		return "Sign-in: waiting for you at the provider";
	case OAUTH_ATTEMPT_EXCHANGING:
		return "Sign-in: asking the provider";
	case OAUTH_ATTEMPT_DEVICE:
		return "Sign-in: enter the code";
	case OAUTH_ATTEMPT_CHECKING:
		return "Sign-in: asking the relay";
	case OAUTH_ATTEMPT_FAILED:
		return s->attempt_run != 0 ? "Signed in at the provider, not at the relay" :
			"The sign-in did not work";
	case OAUTH_ATTEMPT_DONE:
		return "Signed in";
	}
	return "Sign-in to the relay";
}

static void show_page(struct visit *v, unsigned status)
{
	struct sign_in_page *page = v->page;
	const struct oauth_status *s = &page->s;
	struct sign_in_view view = {
		.csrf = v->session.csrf,
		.over = form_get(&v->query, "over").data != NULL,
		.refused = callback_refusal_text(form_get(&v->query, "refused")),
		.problems = page->problems,
		.attempt = s->attempt,
		.live = is_live(s->attempt) && page->problems.n_rows == 0,
		.email = s->email,
		.user_code = s->user_code, .verification_uri = s->verification_uri,
		.verification_uri_complete = s->verification_uri_complete,
		.ends = s->attempt_ends,
		.test_waits = test_waits(v),
		.text = s->attempt_text,
		.connection = connection_make(v, s),
	};

	if (s->attempt == OAUTH_ATTEMPT_FAILED)
		view.trouble = connection_trouble(v, &s->attempt_error, !s->alone);
	if (s->attempt_run != 0)
		view.run_url = arena_printf(v->arena, "/login/email/test/%ju", (uintmax_t)s->attempt_run);
	paste_view_make(v, problems_of(&page->problems, PASTE_FIELD), &view.paste);
	if (view.live)
		frame_page_refreshed(v, REFRESH_S, title_of(s), part_sign_in(&view));
	else
		frame_page(v, status, title_of(s), part_sign_in(&view));
}

static void test_started(struct visit *v)
{
	struct sign_in_page *page = v->page;
	uint64_t run;

	cookie_clear(&v->lines, TEST_COOKIE);
	if (run_read_started(page->done, &run))
		visit_redirect(v, arena_printf(v->arena, "/login/email/test/%ju", (uintmax_t)run));
	else
		show_page(v, 200);
}

static bool read_status(struct visit *v)
{
	struct sign_in_page *page = v->page;

	if (!visit_answered(v, page->status, WORD_OAUTH_STATUS_IS, NULL))
		return false;
	if (connection_status(v, page->status, &page->s))
		return true;
	frame_broken(v);
	return false;
}

void page_sign_in_ask(struct visit *v)
{
	struct sign_in_page *page = open_page(v);

	if (page != NULL)
		page->status = connection_ask(v);
}

void page_sign_in_show(struct visit *v)
{
	struct sign_in_page *page = v->page;

	if (!read_status(v))
		return;
	if (page->s.attempt == OAUTH_ATTEMPT_DONE && test_waits(v)) {
		page->done = run_ask_saved(v);
		visit_then(v, test_started);
		return;
	}
	show_page(v, 200);
}

/* ---- a pasted address ---- */

static void show_wrong(struct visit *v)
{
	if (read_status(v))
		show_page(v, 422);
}

static void say_wrong(struct visit *v, const char *sentence)
{
	struct sign_in_page *page = v->page;

	problems_add(&page->problems, PASTE_FIELD, sentence);
	page->status = connection_ask(v);
	visit_then(v, show_wrong);
}

void page_paste_act(struct visit *v)
{
	struct sign_in_page *page = open_page(v);
	struct oauth_callback callback;
	const char *wrong;

	if (page == NULL)
		return;
	wrong = oauth_callback_read_address(form_get(&v->form, PASTE_FIELD), v->arena, &callback);
	if (wrong != NULL)
		say_wrong(v, wrong);
	else
		page->done = callback_ask(v, &callback);
}

void page_paste_acted(struct visit *v)
{
	struct sign_in_page *page = v->page;
	struct refusal refusal;

	if (visit_refused(v, page->done, &refusal))
		say_wrong(v, refusal.rows[0].text);
	else if (visit_answered(v, page->done, WORD_DONE, NULL))
		visit_redirect(v, "/login/email/sign-in");
}
