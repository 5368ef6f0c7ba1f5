/* users.c - /login/users: who may sign in, and a form that makes another account. */
#include "web/pages/users.h"

#include "http/url.h"
#include "web/lines.h"
#include "web/pages/own_password.h"
#include "web/pages/pages.h"
#include "web/pages/user.h"
#include "web/refusal.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/user.h"

struct users_page {
	struct question *list;
	struct question *done;
	struct problems_view problems;
	const char *notice;
	unsigned status;
};

/* ---- what both pages of accounts share (user.h) ---- */

const char *user_url(struct visit *v, const char *path, const char *name)
{
	struct buffer url;
	const char *text;

	buffer_init(&url, 8192);
	buffer_append_text(&url, path);
	buffer_append_text(&url, "?name=");
	url_append_escaped(&url, slice_of(name));
	text = arena_text(v->arena, buffer_slice(&url));
	buffer_release(&url);
	return text;
}

struct user_line_view user_line(struct visit *v, const struct user_view *u)
{
	return (struct user_line_view){
		.name = visible_line(v->arena, u->name),
		.created = u->created,
		.signed_in = u->signed_in,
		.n_sessions = u->n_sessions,
		.disabled = u->disabled,
		.own = u->is_asker,
		.url = user_url(v, "/login/users/account", u->name),
	};
}

struct question *user_ask_list(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, "login");
	return visit_ask(v, WORD_USER_LIST, &body);
}

/* ---- the page ---- */

static void read_line(struct visit *v, struct unpack *u, void *line, void *arg UNUSED)
{
	struct user_view user;

	user_view_unpack(u, v->arena, &user);
	if (!u->failed)
		*(struct user_line_view *)line = user_line(v, &user);
}

static void set_fields(struct visit *v, struct users_view *view)
{
	view->name = (struct field_view){
		.name = "name", .label = "Name", .value = form_text(&v->form, "name"),
		.autocomplete = "off", .error = problems_of(&view->problems, "name"),
		.help = "Letters, digits, \".\", \"-\", \"_\" and \"@\".",
	};
	view->password = (struct field_view){
		.kind = FIELD_SECRET, .name = "password", .label = "Password",
		.autocomplete = "new-password", .error = problems_of(&view->problems, "password"),
		.help = "At least 8 characters, better 15; a sentence is fine. Whoever gets it changes it "
		    "after the first sign-in.",
		.was_typed = view->problems.n_rows > 0 && form_get(&v->form, "password").len > 0,
	};
	field_view_finish(&view->name, v->arena);
	field_view_finish(&view->password, v->arena);
	view->current = own_password_field(v, &view->problems);
}

static void show(struct visit *v)
{
	const struct users_page *page = v->page;
	struct users_view view = {
		.problems = page->problems,
		.csrf = v->session.csrf,
	};
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_USERS_ARE, &u))
		return;
	if (form_get(&v->query, "made").data != NULL)
		view.notice = "The account is made.";
	else if (form_get(&v->query, "removed").data != NULL)
		view.notice = "The account is removed, and its sessions are ended.";
	set_fields(v, &view);
	view.lines = lines_read(v, &u, USERS_MAX, sizeof(*view.lines), read_line, NULL,
		&view.n_lines);
	if (view.lines == NULL)
		frame_broken(v);
	else
		frame_page(v, page->status, "Users", part_users(&view));
}

static bool open_page(struct visit *v)
{
	struct users_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page == NULL)
		return false;
	page->status = 200;
	problems_init(&page->problems, v->arena);
	v->page = page;
	return true;
}

static void ask_list(struct visit *v)
{
	((struct users_page *)v->page)->list = user_ask_list(v);
	visit_then(v, show);
}

void page_users_ask(struct visit *v)
{
	if (open_page(v))
		ask_list(v);
}

void page_users_stale(struct visit *v)
{
	struct users_page *page;

	if (!open_page(v))
		return;
	page = v->page;
	page->status = refusal_again(v, &page->problems);
	ask_list(v);
}

/* ---- another account ---- */

static void made(struct visit *v)
{
	struct users_page *page = v->page;

	if (refusal_take(v, page->done, &page->problems)) {
		page->status = 422;
		ask_list(v);
	} else if (visit_answered(v, page->done, WORD_DONE, NULL)) {
		visit_redirect(v, "/login/users?made");
	}
}

void page_user_add_act(struct visit *v)
{
	struct users_page *page;
	struct buffer body;

	if (!open_page(v))
		return;
	page = v->page;
	visit_start_body(v, &body);
	pack_text(&body, "login");
	pack_slice(&body, slice_trim(form_get(&v->form, "name")));
	pack_slice(&body, form_get(&v->form, "password"));
	own_password_pack(v, &body);
	page->done = visit_ask(v, WORD_ACCOUNT_ADD, &body);
	visit_then(v, made);
}
