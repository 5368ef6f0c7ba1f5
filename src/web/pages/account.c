/* account.c - /login/account: one's own sessions; signing out. */
#include "web/pages/account.h"

#include "web/guard.h"
#include "web/pages/pages.h"
#include "web/pages/user.h"
#include "web/templates.h"

void page_account_show(struct visit *v)
{
	const struct account_view view = {
		.name = v->session.name,
		.from = v->from,
		.password_url = user_url(v, "/login/users/account", v->session.name),
		.csrf = v->session.csrf,
		.signed_in = v->session.signed_in,
		.n_others = v->session.n_others,
		.ended = form_get(&v->query, "ended").data != NULL,
	};

	frame_page(v, 200, "Your account", part_account(&view));
}

static void ask_plainly(struct visit *v, enum word word)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, word, &body);
}

void page_end_others_act(struct visit *v)
{
	ask_plainly(v, WORD_END_OTHERS);
}

void page_end_others_acted(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_DONE, NULL))
		visit_redirect(v, "/login/account?ended");
}

void page_sign_out_act(struct visit *v)
{
	ask_plainly(v, WORD_LOGOUT);
}

/* The cookie goes only with the session: else somebody would believe to be signed out. */
void page_sign_out_acted(struct visit *v)
{
	if (!visit_answered(v, v->page, WORD_DONE, NULL))
		return;
	guard_clear_cookie(v);
	visit_redirect(v, "/login?out");
}
