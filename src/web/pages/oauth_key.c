/*
 * oauth_key.c - /login/email/key: the private key that proves this node at its provider instead of
 * a client secret, and its certificate. The key is made here and never shown; the certificate is
 * downloaded, to be uploaded at the provider.
 */
#include "web/pages/oauth_key.h"

#include "base/number.h"
#include "http/headers.h"
#include "web/pages/email.h"
#include "web/pages/pages.h"
#include "web/templates.h"
#include "wire/grant.h"

enum {
	MAKE_WAIT_MS = 30 * 1000, /* a slow machine looks for primes */
};

/* ---- showing ---- */

static void read_certificate(const struct visit *v, const char *pem, struct oauth_key_view *view)
{
	struct tls_certificate certificate;
	struct tls_thumbprints t;

	if (pem[0] == '\0' || tls_certificate_read(slice_of(pem), &certificate, NULL) != 0 ||
		tls_key_thumbprints(slice_of(pem), &t, NULL) != 0)
		return;
	view->has_certificate = true;
	view->pem = pem;
	view->subject = arena_copy(v->arena, certificate.subject);
	view->ends = (uint64_t)certificate.not_after;
	view->over = certificate.days_left < 0;
	tls_thumbprint_text(t.sha1, sizeof(t.sha1), view->thumbprint);
	tls_thumbprint_text(t.sha256, sizeof(t.sha256), view->thumbprint_256);
}

static void show(struct visit *v, unsigned status)
{
	struct settings_page *page = v->page;
	const struct settings *s = &page->values.settings;
	const char *typed = form_text(&v->form, "days");
	struct oauth_key_view view = {
		.csrf = v->session.csrf,
		.problems = page->problems,
		.made = form_get(&v->query, "made").data != NULL,
		.has_key = setting_is_set(s, SETTING_EMAIL_OAUTH_PRIVATE_KEY),
		.in_use = setting_is_set(s, SETTING_EMAIL_OAUTH_PRIVATE_KEY) &&
			setting_is(s, SETTING_EMAIL_AUTH, "oauth2") &&
			setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "client"),
		.service = setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "service"),
		.days = {
			.kind = FIELD_SHORT, .name = "days", .label = "Valid for (days)",
			.help = "Some organisations allow certificates a shorter life only. You are told 30 days "
				"before it ends.",
			.value = typed[0] != '\0' ? typed : arena_printf(v->arena, "%d", GRANT_KEY_DAYS),
			.error = problems_of(&page->problems, "days"),
		},
	};

	field_view_finish(&view.days, v->arena);
	read_certificate(v, s->value[SETTING_EMAIL_OAUTH_CERTIFICATE], &view);
	frame_page(v, status, "Private key for OAuth2", part_oauth_key(&view));
}

void page_key_ask(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

void page_key_show(struct visit *v)
{
	struct settings_page *page = v->page;

	if (!settings_page_read(v))
		return;
	problems_init(&page->problems, v->arena);
	show(v, 200);
}

/* The certificate alone, for the provider's page. */
void page_key_file_show(struct visit *v)
{
	const struct settings_page *page = v->page;
	const char *pem;

	if (!settings_page_read(v))
		return;
	pem = page->values.settings.value[SETTING_EMAIL_OAUTH_CERTIFICATE];
	if (pem[0] == '\0') {
		visit_error(v, 404, "There is no certificate", "None is set. Make a key and a certificate "
			"first.");
		return;
	}
	headers_add_text(&v->lines, "Content-Type", "application/x-pem-file");
	headers_add_text(&v->lines, "Content-Disposition",
		"attachment; filename=\"tocsin-certificate.pem\"");
	buffer_clear(&v->body);
	buffer_append_text(&v->body, pem);
	buffer_append_char(&v->body, '\n');
	visit_answer(v, 200);
}

/* ---- making and forgetting ---- */

static void made(struct visit *v)
{
	struct settings_page *page = v->page;
	struct refusal refusal;
	bool forgets = form_get(&v->form, "forget").data != NULL;

	if (visit_refused(v, page->done, &refusal)) {
		for (size_t i = 0; i < refusal.n_rows; i++)
			problems_add(&page->problems, refusal.rows[i].field, arena_printf(v->arena, "%s%s",
				refusal.rows[i].field[0] != '\0' ? "Valid for " : "", refusal.rows[i].text));
		show(v, 422);
	} else if (visit_answered(v, page->done, WORD_SETTINGS_SAVED, NULL)) {
		visit_redirect(v, forgets ? "/login/email/key" : "/login/email/key?made");
	}
}

void page_key_act(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

void page_key_acted(struct visit *v)
{
	struct settings_page *page = v->page;
	bool forgets = form_get(&v->form, "forget").data != NULL;
	struct buffer body;
	uint64_t days = 0;

	if (!settings_page_read(v))
		return;
	problems_init(&page->problems, v->arena);
	if (!forgets && !number_parse(form_get(&v->form, "days"), 1, GRANT_KEY_DAYS_MAX,
		&days)) {
		problems_add(&page->problems, "days", "Valid for must be a whole number of days from 1 to "
			"3650.");
		show(v, 422);
		return;
	}
	visit_start_body(v, &body);
	pack_number(&body, days);
	page->done = visit_ask(v, WORD_OAUTH_KEY, &body);
	visit_wait(v, MAKE_WAIT_MS);
	visit_then(v, made);
}
