/*
 * email_discover.c - POST /login/email/discover: the form again with the endpoints that an issuer
 * publishes laid over what was typed. Nothing is saved.
 */
#include "web/pages/email.h"
#include "web/pages/pages.h"
#include "web/refusal.h"
#include "wire/grant.h"

enum {
	DISCOVER_WAIT_MS = 60 * 1000, /* two requests to a slow provider */
};

static void discovered(struct visit *v);

void page_discover_act(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

/* What is wrong with the rest of the form is for Save to say. */
void page_discover_acted(struct visit *v)
{
	struct settings_page *page = v->page;
	const struct settings *way = &page->values.settings;
	const char *issuer = form_text(&v->form, EMAIL_ISSUER);
	struct buffer body;

	if (!settings_page_read(v) || !settings_page_take(v, false))
		return;
	problems_init(&page->problems, v->arena);
	if (issuer[0] == '\0') {
		problems_add(&page->problems, EMAIL_ISSUER, "Enter the provider's address, such as "
			"https://login.example.com.");
		email_page.show(v, 422);
		return;
	}
	visit_start_body(v, &body);
	pack_text(&body, issuer);
	pack_number(&body, 1);
	pack_text(&body, way->value[SETTING_EMAIL_OAUTH_CA_CERTIFICATE]);
	pack_text(&body, way->value[SETTING_EMAIL_OAUTH_PROXY]);
	page->done = visit_ask(v, WORD_OAUTH_DISCOVER, &body);
	visit_wait(v, DISCOVER_WAIT_MS);
	visit_then(v, discovered);
}

static void lay_over(struct visit *v, const struct grant_metadata *m)
{
	struct settings_page *page = v->page;
	struct form_values *values = &page->values;

	settings_form_lay(values, SETTING_EMAIL_AUTH, "oauth2");
	if (m->auth_endpoint[0] != '\0')
		settings_form_lay(values, SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, m->auth_endpoint);
	if (m->token_endpoint[0] != '\0')
		settings_form_lay(values, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, m->token_endpoint);
	page->issuer = m->issuer;
}

static void discovered(struct visit *v)
{
	struct settings_page *page = v->page;
	struct grant_metadata m;
	struct refusal refusal;
	struct unpack u;

	if (visit_refused(v, page->done, &refusal)) {
		problems_add(&page->problems, EMAIL_ISSUER,
			refusal_sentence(v->arena, &refusal.rows[0]));
		email_page.show(v, 422);
		return;
	}
	if (!visit_answered(v, page->done, WORD_OAUTH_DISCOVERED, &u))
		return;
	grant_metadata_unpack(&u, v->arena, &m);
	if (!unpack_end(&u)) {
		frame_broken(v);
		return;
	}
	lay_over(v, &m);
	email_page.show(v, 200);
}
