/*
 * user.c - /login/users/account?name=NAME: one account with all that can be done to it: another
 * password, ending its sessions, disabling, removing. Each button says what it does.
 */
#include "web/pages/user.h"

#include <string.h>

#include "web/pages/pages.h"
#include "web/templates.h"
#include "web/visible.h"

struct user_page {
	const char *name; /* as it came */
	struct question *list;
	struct question *done;
	struct problems_view problems;
	unsigned status;
};

static bool open_page(struct visit *v, struct slice name)
{
	struct user_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page == NULL)
		return false;
	page->name = arena_text(v->arena, name);
	page->status = 200;
	problems_init(&page->problems, v->arena);
	v->page = page;
	return true;
}

/* ---- the page ---- */

static const char *notice_of(const struct visit *v)
{
	static const struct {
		const char *name, *text;
	} notices[] = {
		{ "password", "The password is changed, and the account's other sessions are ended." },
		{ "sessions", "All sessions of the account are ended." },
		{ "disabled", "The account is disabled: nobody can sign in with it." },
		{ "enabled", "The account is enabled again." },
	};
	struct slice done = form_get(&v->query, "done");

	for (size_t i = 0; i < COUNT_OF(notices); i++)
		if (slice_is(done, notices[i].name))
			return notices[i].text;
	return NULL;
}

static void set_fields(struct visit *v, struct user_page_view *view)
{
	bool lost = view->problems.n_rows > 0;

	view->current = (struct field_view){
		.kind = FIELD_SECRET, .name = "current", .label = "Your password until now",
		.autocomplete = "current-password", .error = problems_of(&view->problems, "current"),
		.was_typed = lost,
	};
	view->password = (struct field_view){
		.kind = FIELD_SECRET, .name = "password", .label = "New password",
		.autocomplete = "new-password", .error = problems_of(&view->problems, "password"),
		.help = "At least 8 characters, better 15; a sentence is fine.",
		.was_typed = lost,
	};
	field_view_finish(&view->current, v->arena);
	field_view_finish(&view->password, v->arena);
}

/* Names are the same whatever the case of their ASCII letters. */
static bool find_user(struct visit *v, struct unpack *u, struct user_line_view *ret_user)
{
	const struct user_page *page = v->page;
	size_t n = (size_t)unpack_below(u, USERS_MAX + 1);
	bool found = false;

	for (size_t i = 0; i < n && !u->failed; i++) {
		struct user_view user;

		user_view_unpack(u, v->arena, &user);
		if (u->failed || !slice_equal_nocase(slice_of(user.name), slice_of(page->name)))
			continue;
		*ret_user = user_line(v, &user);
		found = true;
	}
	return unpack_end(u) && found;
}

static void show(struct visit *v)
{
	const struct user_page *page = v->page;
	struct user_page_view view = {
		.problems = page->problems,
		.notice = notice_of(v),
		.csrf = v->session.csrf,
	};
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_USERS_ARE, &u))
		return;
	if (!find_user(v, &u, &view.user)) {
		visit_error(v, 404, "There is no such account", "It may have been removed. Choose one under "
		    "Users.");
		return;
	}
	set_fields(v, &view);
	frame_page(v, page->status, view.user.own ? "Your account" : "User", part_user(&view));
}

static void ask_list(struct visit *v)
{
	((struct user_page *)v->page)->list = user_ask_list(v);
	visit_then(v, show);
}

void page_user_ask(struct visit *v)
{
	if (open_page(v, form_get(&v->query, "name")))
		ask_list(v);
}

/* ---- what is done to it ---- */

static void start_change(struct visit *v, struct buffer *body)
{
	struct user_page *page = v->page;

	visit_start_body(v, body);
	pack_text(body, "login");
	pack_text(body, page->name);
}

/* Leads back to the account with done=WORD, or shows what was refused. */
static void end_change(struct visit *v, const char *done)
{
	struct user_page *page = v->page;

	if (user_take_refusal(v, page->done, &page->problems)) {
		page->status = 422;
		ask_list(v);
	} else if (visit_answered(v, page->done, WORD_DONE, NULL)) {
		visit_redirect(v, arena_printf(v->arena, "%s&done=%s",
		    user_url(v, "/login/users/account", page->name), done));
	}
}

void page_user_password_act(struct visit *v)
{
	struct buffer body;

	if (!open_page(v, form_get(&v->form, "user")))
		return;
	start_change(v, &body);
	pack_slice(&body, form_get(&v->form, "password"));
	pack_slice(&body, form_get(&v->form, "current"));
	((struct user_page *)v->page)->done = visit_ask(v, WORD_USER_PASSWORD, &body);
}

void page_user_password_acted(struct visit *v)
{
	end_change(v, "password");
}

void page_user_sessions_act(struct visit *v)
{
	struct buffer body;

	if (!open_page(v, form_get(&v->form, "user")))
		return;
	start_change(v, &body);
	((struct user_page *)v->page)->done = visit_ask(v, WORD_USER_END, &body);
}

void page_user_sessions_acted(struct visit *v)
{
	end_change(v, "sessions");
}

static void ask_disable(struct visit *v, bool disable)
{
	struct buffer body;

	if (!open_page(v, form_get(&v->form, "user")))
		return;
	start_change(v, &body);
	pack_bool(&body, disable);
	((struct user_page *)v->page)->done = visit_ask(v, WORD_USER_DISABLE, &body);
}

void page_user_disable_act(struct visit *v)
{
	ask_disable(v, true);
}

void page_user_disable_acted(struct visit *v)
{
	end_change(v, "disabled");
}

void page_user_enable_act(struct visit *v)
{
	ask_disable(v, false);
}

void page_user_enable_acted(struct visit *v)
{
	end_change(v, "enabled");
}

void page_user_remove_act(struct visit *v)
{
	struct buffer body;

	if (!open_page(v, form_get(&v->form, "user")))
		return;
	start_change(v, &body);
	((struct user_page *)v->page)->done = visit_ask(v, WORD_USER_REMOVE, &body);
}

void page_user_remove_acted(struct visit *v)
{
	struct user_page *page = v->page;

	if (user_take_refusal(v, page->done, &page->problems)) {
		page->status = 422;
		ask_list(v);
	} else if (visit_answered(v, page->done, WORD_DONE, NULL)) {
		visit_redirect(v, "/login/users?removed");
	}
}
