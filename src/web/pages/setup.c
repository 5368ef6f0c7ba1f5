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

void page_setup_act(struct visit *v)
{
	struct slice password = form_get(&v->form, "password");
	struct problems_view problems;
	struct buffer body;

	problems_init(&problems, v->arena);
	if (slice_trim(form_get(&v->form, "name")).len == 0)
		problems_add(&problems, "name", "The name is missing.");
	else if (slice_has_char(form_get(&v->form, "name"), '\0'))
		problems_add(&problems, "name", "The name holds a NUL character.");
	if (password.len == 0)
		problems_add(&problems, "password", "The password is missing.");
	else if (!slice_equal(password, form_get(&v->form, "repeat")))
		problems_add(&problems, "repeat",
		    "The two passwords are not the same. Type both again.");
	if (problems.n_rows > 0) {
		show_form(v, 422, &problems);
		return;
	}
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_text(&body, token_of(v));
	pack_slice(&body, slice_trim(form_get(&v->form, "name")));
	pack_slice(&body, password);
	pack_text(&body, v->from);
	v->page = visit_ask(v, WORD_SETUP, &body);
}

static void show_problem(struct visit *v, unsigned status, const char *field, const char *text)
{
	struct problems_view problems;

	problems_init(&problems, v->arena);
	problems_add(&problems, field, text);
	show_form(v, status, &problems);
}

/* The keeper says which of the two is not good enough; the rules, known here too, say why. */
static void show_objection(struct visit *v, const char *field)
{
	struct slice name = slice_trim(form_get(&v->form, "name"));
	bool of_name = strcmp(field, "name") == 0;
	const char *objection = of_name ? account_name_objection(name) :
	    password_objection(form_get(&v->form, "password"), name);

	show_problem(v, 422, field, arena_printf(v->arena, "The %s %s", field,
	    objection != NULL ? objection : "is not good enough. Choose another."));
}

void page_setup_acted(struct visit *v)
{
	struct refusal refusal;
	struct signed_in s;

	if (visit_refused(v, v->page, &refusal) && refusal.code == EX_DATAERR) {
		show_problem(v, 422, "name", arena_printf(v->arena, "The name %s", refusal.rows[0].text));
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
		show_problem(v, 429, "",
		    "Too many attempts at once. Wait a moment, then press the button again.");
		return;
	case LOGIN_WEAK:
		show_objection(v, "password");
		return;
	case LOGIN_BAD_NAME:
		show_objection(v, "name");
		return;
	case LOGIN_WRONG:
	case LOGIN_LINK_DEAD:
		show_dead_link(v, "It was used, it was replaced by a newer one, or it is older than "
		    "24 hours.");
		return;
	}
}
