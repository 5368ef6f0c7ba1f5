/*
 * verify.c - the buttons of the sign-in by OAuth2: verify (or sign in again), renew now,
 * disconnect. Verify goes on to a page that leads to the provider by a link and, once, by itself: a
 * redirect would leave the site from a form, which form-action 'self' forbids. Whoever comes back
 * to that page by the browser's Back is led nowhere: the link is there while the sign-in waits.
 */
#include <sysexits.h>

#include "http/url.h"
#include "web/pages/callback.h"
#include "web/pages/email.h"
#include "web/pages/pages.h"
#include "web/templates.h"

static void ask_and_go(struct visit *v, enum word word, visit_fn *then)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, word, &body);
	visit_then(v, then);
}

/* ---- verify ---- */

static void lead_to_sign_in(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_DONE, NULL))
		visit_redirect(v, "/login/email/sign-in");
}

static const char *host_of(struct visit *v, const char *address)
{
	struct url url;

	return url_parse(slice_of(address), &url) == NULL ? arena_text(v->arena, url.host) :
		"the provider";
}

static void lead(struct visit *v, const struct oauth_begun *b)
{
	struct lead_view view = {
		.host = host_of(v, b->endpoint),
		.email = b->login_hint,
		.redirect_uri = b->redirect_uri,
		.loopback = b->loopback,
		.again = b->led,
	};
	struct buffer url;

	buffer_init(&url, OAUTH_URL_MAX);
	callback_lead_url(&url, b);
	view.url = arena_copy(v->arena, buffer_text(&url));
	paste_view_make(v, NULL, &view.paste);
	if (!buffer_ok(&url))
		frame_broken(v);
	else if (b->loopback || b->led)
		frame_page(v, 200, "Sign in at the provider", part_lead(&view));
	else
		frame_page_leading(v, view.url, "Sign in at the provider", part_lead(&view));
	buffer_release(&url);
}

void page_lead_ask(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_OAUTH_LEAD, &body);
}

void page_lead_show(struct visit *v)
{
	struct oauth_begun b;
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, v->page, &refusal) && refusal.code == EX_NOINPUT) {
		visit_redirect(v, "/login/email/sign-in?over");
		return;
	}
	if (!visit_answered(v, v->page, WORD_OAUTH_BEGUN, &u))
		return;
	oauth_begun_unpack(&u, v->arena, &b);
	if (unpack_end(&u))
		lead(v, &b);
	else
		frame_broken(v);
}

static void begun(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_OAUTH_BEGUN, NULL))
		visit_redirect(v, "/login/email/verify");
}

static void begin(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_bool(&body, form_get(&v->form, "loopback").data != NULL);
	v->page = visit_ask(v, WORD_OAUTH_BEGIN, &body);
	visit_then(v, begun);
}

void page_verify_act(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

/* Only a person at the provider's page needs to be led there. */
void page_verify_acted(struct visit *v)
{
	struct settings_page *page = v->page;
	const struct settings *s = &page->values.settings;

	if (!settings_page_read(v))
		return;
	if (setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "code"))
		begin(v);
	else
		ask_and_go(v, WORD_OAUTH_DEVICE, lead_to_sign_in);
}

/* ---- renew now ---- */

void page_renew_act(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_OAUTH_TRY, &body);
}

void page_renew_acted(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_DONE, NULL))
		visit_redirect(v, "/login/email?renewing#connection");
}

/* ---- disconnect: asked once more, on a page of its own ---- */

void page_disconnect_ask(struct visit *v)
{
	v->page = connection_ask(v);
}

void page_disconnect_show(struct visit *v)
{
	struct disconnect_view view = { .csrf = v->session.csrf };
	struct oauth_status s;

	if (!visit_answered(v, v->page, WORD_OAUTH_STATUS_IS, NULL))
		return;
	if (!connection_status(v, v->page, &s)) {
		frame_broken(v);
		return;
	}
	if (s.state != TOKEN_NONE)
		view.connection = connection_make(v, &s);
	view.revokes = s.revocation[0] != '\0';
	frame_page(v, 200, "Disconnect from the provider", part_disconnect(&view));
}

void page_disconnect_act(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_OAUTH_DISCONNECT, &body);
	visit_wait(v, OAUTH_REVOKE_WAIT_MS);
}

void page_disconnect_acted(struct visit *v)
{
	struct unpack u;
	bool revoked;

	if (!visit_answered(v, v->page, WORD_DONE, &u))
		return;
	revoked = unpack_number(&u) != 0;
	visit_redirect(v, revoked ? "/login/email?disconnected#connection" :
		"/login/email?unrevoked#connection");
}
