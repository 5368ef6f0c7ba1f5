/*
 * setup.c - /login/setup?token=...: makes the first account, behind the one-time link that the
 * program printed when it started. The token stays with the form; nothing links or refers to it.
 */
#include <string.h>
#include <sysexits.h>

#include "core/password_rule.h"
#include "web/guard.h"
#include "web/pages/login.h"
#include "web/pages/pages.h"
#include "web/pages/signed_in.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/templates.h"

enum {
	TOKEN_MAX = 200,
};

static const char *token_of(struct visit *v)
{
	const struct form *form = v->route->method == HTTP_POST ? &v->form : &v->query;

	return arena_text(v->arena, slice_sub(form_get(form, "token"), 0, TOKEN_MAX));
}

static void show_form(struct visit *v, unsigned status, const struct problems_view *problems)
{
	struct setup_view view = {
		.problems = *problems,
		.token = token_of(v),
		.name = {
			.name = "name", .label = "Name", .value = form_text(&v->form, "name"),
			.help = "The name you will sign in with.",
			.autocomplete = "username", .focus = status == 200,
		},
		.password = {
			.kind = FIELD_SECRET, .name = "password", .label = "Password",
			.help = "At least 8 characters; 15 or more are better. Several words are easy to "
			    "remember and hard to guess.",
			.autocomplete = "new-password",
		},
		.repeat = {
			.kind = FIELD_SECRET, .name = "repeat", .label = "The same password again",
			.autocomplete = "new-password",
		},
	};
	struct field_view *fields[] = { &view.name, &view.password, &view.repeat };

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		fields[i]->error = problems_of(problems, fields[i]->name);
		field_view_finish(fields[i], v->arena);
	}
	frame_page(v, status, "Create an account", part_setup(&view));
}

static void show_dead_link(struct visit *v, const char *text)
{
	const struct dead_link_view view = { .text = text };

	frame_page(v, 404, "This link is not valid any more", part_dead_link(&view));
}

/* ---- the form ---- */

void page_setup_ask(struct visit *v)
{
	struct buffer body;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_text(&body, token_of(v));
	v->page = visit_ask(v, WORD_SETUP_CHECK, &body);
}

void page_setup_show(struct visit *v)
{
	struct problems_view none = { 0 };
	struct refusal refusal;

	if (visit_refused(v, v->page, &refusal) && refusal.code == EX_NOPERM)
		show_dead_link(v, refusal.rows[0].text);
	else if (visit_answered(v, v->page, WORD_DONE, NULL))
		show_form(v, 200, &none);
}

/* ---- making the account ---- */

/* What the keeper would say besides, by the rules that are known here too. */
static void add_objections(struct visit *v, struct problems_view *problems)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	const struct refusal_row rows[] = {
		{ "name", account_name_objection(name) },
		{ "password", password_objection(form_get(&v->form, "password"), name) },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].text != NULL)
			problems_add(problems, rows[i].field, refusal_sentence(v->arena, &rows[i]));
}

void page_setup_act(struct visit *v)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	struct slice password = form_get(&v->form, "password");
	struct problems_view problems;
	struct buffer body;

	problems_init(&problems, v->arena);
	if (!slice_equal(password, form_get(&v->form, "repeat")))
		problems_add(&problems, "repeat",
		    "The two passwords are not the same. Type both again.");
	if (problems.n_rows > 0 || slice_has_char(name, '\0')) {
		add_objections(v, &problems);
		show_form(v, 422, &problems);
		return;
	}
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_text(&body, token_of(v));
	pack_slice(&body, name);
	pack_slice(&body, password);
	pack_text(&body, v->from);
	v->page = visit_ask(v, WORD_SETUP, &body);
}

void page_setup_acted(struct visit *v)
{
	struct problems_view problems;
	struct signed_in s;

	problems_init(&problems, v->arena);
	if (refusal_take(v, v->page, &problems)) {
		show_form(v, 422, &problems);
		return;
	}
	if (!signed_in_read(v, v->page, &s))
		return;
	switch (s.result) {
	case LOGIN_OK:
		guard_set_cookie(v, s.token);
		visit_redirect(v, "/login/email");
		return;
	case LOGIN_BUSY:
		signed_in_add_retry(v, &s);
		problems_add(&problems, "",
		    "Too many attempts at once. Wait a moment, then press the button again.");
		show_form(v, 429, &problems);
		return;
	case LOGIN_WRONG:
	case LOGIN_LINK_DEAD:
		show_dead_link(v, "It was used, it was replaced by a newer one, or it is older than "
		    "24 hours.");
		return;
	}
}
