/* email.c - /login/email: the form, and what is common to saving it and testing with it. */
#include "web/pages/email.h"

#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/templates.h"

/* ---- the saved settings ---- */

void email_page_ask(struct visit *v)
{
	struct email_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	v->page = page;
	visit_start_body(v, &body);
	pack_text(&body, "");
	page->saved = visit_ask(v, WORD_SETTINGS_GET, &body);
	problems_init(&page->problems, v->arena);
}

bool email_page_read(struct visit *v)
{
	struct email_page *page = v->page;
	struct unpack u;

	if (!visit_answered(v, page->saved, WORD_SETTINGS_ARE, &u))
		return false;
	if (settings_form_unpack(&email_form, &u, v->arena, &page->values))
		return true;
	visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
	return false;
}

/* ---- a form that was sent ---- */

static void check_test(struct visit *v)
{
	struct email_page *page = v->page;
	const struct settings *s = &page->values.settings;
	static const struct {
		enum setting_id id;
		const char *text;
	} needed[] = {
		{ SETTING_EMAIL_ADMIN_CONTACTS, "Enter at least one admin contact: the test email goes to the "
		    "admin contacts." },
		{ SETTING_EMAIL_RELAY_HOST, "Enter the SMTP Relay Server: the test email goes through it." },
		{ SETTING_EMAIL_FROM_ADDRESS, "Enter the From Address: the test email comes from it." },
	};

	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		const char *key = settings_table[needed[i].id].key;

		if (!setting_is_set(s, needed[i].id) && problems_of(&page->problems, key) == NULL)
			problems_add(&page->problems, key, needed[i].text);
	}
}

bool email_page_take(struct visit *v, bool with_test)
{
	struct email_page *page = v->page;

	if (settings_form_take(&page->values, &v->form, v->arena, &page->problems) != 0) {
		visit_error(v, 503, "There is not enough memory for this now", "Nothing was changed. Go back "
		    "one page and try again.");
		return false;
	}
	if (with_test)
		check_test(v);
	(void)settings_form_version(&v->form, &page->problems, &page->values.version);
	return true;
}

bool email_page_take_refusal(struct visit *v, const struct question *q)
{
	struct email_page *page = v->page;
	struct refusal refusal;

	if (!visit_refused(v, q, &refusal) ||
	    (refusal.code != EX_DATAERR && refusal.code != EX_CONFIG))
		return false;
	for (size_t i = 0; i < refusal.n_rows; i++)
		settings_form_refused(refusal.rows[i].field, refusal.rows[i].text, v->arena,
		    &page->problems);
	return true;
}

/* ---- the page ---- */

static bool lost_a_secret(const struct form_values *values)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (values->typed[i])
			return true;
	return false;
}

static void add_notices(struct visit *v, struct email_view *view)
{
	const struct email_page *page = v->page;

	if (v->route->method != HTTP_GET)
		return;
	view->saved = number_parse(form_get(&v->query, "saved"), 0, SETTING_COUNT, &view->n_saved);
	if (!slice_is(form_get(&v->query, "test"), "no"))
		return;
	view->no_test = settings_mail_obstacle(&page->values.settings);
	if (view->no_test == NULL)
		view->no_test = "The part of this node that sends mail did not answer. Use \"Test without "
		    "saving\" to try again.";
}

void email_page_show(struct visit *v, unsigned status)
{
	struct email_page *page = v->page;
	const char *site = settings_site_url(&page->values.settings, v->web->node_name,
	    v->web->https_port, v->arena);
	const struct settings_form_state state = {
		.problems = &page->problems,
		.redirect_uri = arena_printf(v->arena, "%s/login/smtp-verification", site),
		.test_too = form_get(&v->form, EMAIL_FORM_TEST).data != NULL,
	};
	struct email_view view = {
		.csrf = v->session.csrf,
		.version = page->values.version,
		.conflicts = page->conflicts,
		.n_conflicts = page->n_conflicts,
	};

	settings_form_sort(&email_form, &page->problems);
	view.problems = page->problems;
	view.problems.secrets_lost = lost_a_secret(&page->values);
	add_notices(v, &view);
	email_presets_view(page->preset, v->arena, &view.presets);
	settings_form_view(&page->values, &state, v->arena, &view.sections);
	frame_page(v, status, "Email Configuration", part_email(&view));
}

void page_email_ask(struct visit *v)
{
	email_page_ask(v);
}

void page_email_show(struct visit *v)
{
	if (email_page_read(v))
		email_page_show(v, 200);
}

/* ---- a form of an earlier sign-in ---- */

static void show_stale(struct visit *v)
{
	struct email_page *page = v->page;

	if (!email_page_read(v) || !email_page_take(v, false))
		return;
	problems_add(&page->problems, "", "Nothing was done: this form was made before you signed in last. "
	    "Check it and press the button again.");
	email_page_show(v, 403);
}

/* Shows what was typed and does nothing: the request came from a page of this site (its origin is
 * right), and its form may hold half an hour's work. */
void page_email_stale(struct visit *v)
{
	email_page_ask(v);
	visit_then(v, show_stale);
}
