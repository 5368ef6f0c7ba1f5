/*
 * user.c - /login/users/account?name=NAME: one account with all that can be done to it: another
 * password, ending its sessions, disabling, removing. Each button says what it does.
 */
#include "web/pages/user.h"

#include "web/pages/own_password.h"
#include "web/pages/pages.h"
#include "web/refusal.h"
#include "web/templates.h"
#include "web/visible.h"

/* Each is a form of the page and a word to the keeper: POST /login/users/NAME. */
static const struct deed {
	const char *name;
	enum word word;
	const char *notice; /* on the page afterwards; NULL: the account is gone */
} deeds[] = {
	{ "password", WORD_USER_PASSWORD, "The password is changed, and the account's other sessions are "
	    "ended." },
	{ "sessions", WORD_USER_END, "All sessions of the account are ended." },
	{ "disable", WORD_USER_DISABLE, "The account is disabled: nobody can sign in with it." },
	{ "enable", WORD_USER_DISABLE, "The account is enabled again." },
	{ "remove", WORD_USER_REMOVE, NULL },
};

struct user_page {
	const struct deed *deed; /* that is done, or NULL */
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

static const struct deed *deed_of(struct slice name)
{
	for (size_t i = 0; i < COUNT_OF(deeds); i++)
		if (slice_is(name, deeds[i].name))
			return &deeds[i];
	return NULL;
}

static const char *notice_of(const struct visit *v)
{
	const struct deed *done = deed_of(form_get(&v->query, "done"));

	return done != NULL ? done->notice : NULL;
}

static void set_fields(struct visit *v, struct user_page_view *view)
{
	view->password = (struct field_view){
		.kind = FIELD_SECRET, .name = "password", .label = "New password",
		.autocomplete = "new-password", .error = problems_of(&view->problems, "password"),
		.help = "At least 8 characters, better 15; a sentence is fine.",
		.was_typed = view->problems.n_rows > 0 && form_get(&v->form, "password").len > 0,
	};
	field_view_finish(&view->password, v->arena);
	view->current = own_password_field(v, &view->problems);
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

/* Shows the account after a form that did nothing. */
static void show_again(struct visit *v, unsigned status)
{
	((struct user_page *)v->page)->status = status;
	ask_list(v);
}

void page_user_stale(struct visit *v)
{
	if (!open_page(v, form_get(&v->form, "user")))
		return;
	show_again(v, refusal_again(v, &((struct user_page *)v->page)->problems));
}

/* ---- what is done to it ---- */

void page_user_act(struct visit *v)
{
	const struct deed *deed = deed_of(v->name);
	struct user_page *page;
	struct buffer body;

	if (deed == NULL) {
		visit_error(v, 404, "There is no page at this address", "Choose an account under Users.");
		return;
	}
	if (!open_page(v, form_get(&v->form, "user")))
		return;
	page = v->page;
	page->deed = deed;
	visit_start_body(v, &body);
	pack_text(&body, "login");
	pack_text(&body, page->name);
	if (deed->word == WORD_USER_PASSWORD) {
		pack_slice(&body, form_get(&v->form, "password"));
		own_password_pack(v, &body);
	} else if (deed->word == WORD_USER_DISABLE) {
		pack_bool(&body, slice_is(v->name, "disable"));
	}
	page->done = visit_ask(v, deed->word, &body);
}

/* Leads back to the account, or to the list when it is gone; or shows what was refused. */
void page_user_acted(struct visit *v)
{
	struct user_page *page = v->page;

	if (refusal_take(v, page->done, &page->problems))
		show_again(v, 422);
	else if (!visit_answered(v, page->done, WORD_DONE, NULL))
		return;
	else if (page->deed->notice == NULL)
		visit_redirect(v, "/login/users?removed");
	else
		visit_redirect(v, arena_printf(v->arena, "%s&done=%s",
		    user_url(v, "/login/users/account", page->name), page->deed->name));
}
