/*
 * login.c - /login: the sign-in form. The keeper judges; this page says the same for a name that
 * exists and one that does not. Afterwards it leads to the page that was wanted.
 */
#include "web/pages/login.h"

#include "web/guard.h"
#include "web/pages/pages.h"
#include "web/pages/signed_in.h"
#include "web/templates.h"

static void show_form(struct visit *v, unsigned status, const char *problem)
{
	const struct form *form = status == 200 ? &v->query : &v->form;
	struct slice next = form_get(form, "next");
	struct login_view view = {
		.signed_out = form_get(&v->query, "out").data != NULL,
		.next = guard_is_local_page(next) ? arena_text(v->arena, next) : "",
		.name = {
			.name = "name", .label = "Name", .value = form_text(&v->form, "name"),
			.autocomplete = "username", .focus = status == 200,
		},
		.password = {
			.kind = FIELD_SECRET, .name = "password", .label = "Password",
			.autocomplete = "current-password", .focus = status != 200,
		},
	};

	view.page_wanted = view.next[0] != '\0';
	problems_init(&view.problems, v->arena);
	if (problem != NULL)
		problems_add(&view.problems, "", problem);
	field_view_finish(&view.name, v->arena);
	field_view_finish(&view.password, v->arena);
	frame_page(v, status, "Sign in", part_login(&view));
}

/* ---- the form ---- */

void page_login_ask(struct visit *v)
{
	struct buffer body;

	if (v->token[0] == '\0') {
		show_form(v, 200, NULL);
		return;
	}
	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_SESSION, &body);
}

void page_login_show(struct visit *v)
{
	if (visit_answer_word(v->page, NULL) == WORD_SESSION_IS)
		visit_redirect(v, "/login/status");
	else
		show_form(v, 200, NULL);
}

/* ---- signing in ---- */

static const char wrong[] = "The name or the password is not right.";

void page_login_act(struct visit *v)
{
	struct buffer body;

	if (slice_has_char(form_get(&v->form, "name"), '\0')) {
		show_form(v, 403, wrong);
		return;
	}
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_text(&body, "login");
	pack_slice(&body, slice_trim(form_get(&v->form, "name")));
	pack_slice(&body, form_get(&v->form, "password"));
	pack_text(&body, v->from);
	pack_text(&body, v->token);
	v->page = visit_ask(v, WORD_LOGIN, &body);
}

void page_login_acted(struct visit *v)
{
	struct slice next = form_get(&v->form, "next");
	struct signed_in s;

	if (!signed_in_read(v, v->page, &s))
		return;
	switch (s.result) {
	case LOGIN_OK:
		guard_set_cookie(v, s.token);
		visit_redirect(v, guard_is_local_page(next) ? arena_text(v->arena, next) :
		    "/login/status");
		return;
	case LOGIN_BUSY:
		signed_in_add_retry(v, &s);
		show_form(v, 429, arena_printf(v->arena,
		    "Too many attempts at once. Try again in %ju seconds.", (uintmax_t)s.retry_after));
		return;
	case LOGIN_WRONG:
	case LOGIN_LINK_DEAD:
		show_form(v, 403, wrong);
		return;
	}
}
