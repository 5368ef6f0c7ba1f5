/* email.c - /login/email: the form, and how the sign-in by OAuth2 stands. */
#include "web/pages/email.h"

#include "web/pages/pages.h"
#include "web/pages/sign_in.h"
#include "web/route.h"
#include "web/templates.h"

static void show(struct visit *v, unsigned status);

const struct settings_page_kind email_page = {
	.form = &email_form,
	.url = "/login/email",
	.show = show,
	.prepare = email_client_file_take,
};

/* ---- what stands above the form ---- */

static const char *why_no_test(const struct visit *v)
{
	const struct settings_page *page = v->page;
	const char *why;

	if (slice_is(form_get(&v->query, "test"), "later"))
		return "The test email waits for the sign-in: press Verify OAuth2 Provider, and it is sent as "
			"soon as the relay takes the token.";
	if (!slice_is(form_get(&v->query, "test"), "no"))
		return NULL;
	why = settings_mail_obstacle(&page->values.settings);
	return why == NULL ? "No test email was sent. The part of this node that sends mail did not "
		"answer. Use \"Test without saving\" to try again." :
		arena_printf(v->arena, "No test email was sent. %s", why);
}

static const char *about_file(const struct visit *v)
{
	struct slice note = form_get(&v->query, "file");

	if (slice_is(note, "redirect"))
		return " The JSON file does not list the Redirect URI of this site. Unless you added it since, "
			"add it in Google's console, or the sign-in ends with redirect_uri_mismatch.";
	if (slice_is(note, "service"))
		return " The JSON file is the key of a service account, and the flow is set to it: nobody has to "
			"sign in. Its domain-wide delegation is described in the guide for Google.";
	if (slice_is(note, "desktop"))
		return " The JSON file is of a desktop client, which Google leads back to the browser's own "
			"machine only: choose \"Sign in by pasting the address\".";
	return "";
}

static void add_notices(struct visit *v, struct settings_notes_view *notes)
{
	const char *test;

	if (v->route->method != HTTP_GET)
		return;
	test = why_no_test(v);
	notes->more = arena_printf(v->arena, "%s%s", test != NULL ? test : "", about_file(v));
}

/* ---- the page ---- */

static void make_fill_in(struct visit *v, struct oauth_fill_view *ret_fill)
{
	const struct settings_page *page = v->page;

	*ret_fill = (struct oauth_fill_view){
		.redirect_uri = settings_redirect_uri(v),
		.issuer_filled = page->issuer,
		.file = {
			.kind = FIELD_AREA, .name = EMAIL_CLIENT_FILE,
			.label = "JSON file of the client or of a service account's key",
			.help = "Paste the text of the file that Google's console downloads: of an OAuth client "
				"(client_secret_....json), or of a service account's key. Save takes from it all that "
				"it holds.",
			.error = problems_of(&page->problems, EMAIL_CLIENT_FILE),
			.was_typed = page->file_lost, .optional = true, .rows = 4,
		},
		.issuer = {
			.kind = FIELD_LINE, .name = EMAIL_ISSUER, .label = "Issuer",
			.help = "The provider's address, such as https://login.example.com. Its endpoints are read "
				"from there and filled in; nothing is saved.",
			.error = problems_of(&page->problems, EMAIL_ISSUER),
			.value = form_text(&v->form, EMAIL_ISSUER), .optional = true,
		},
	};
	field_view_finish(&ret_fill->file, v->arena);
	field_view_finish(&ret_fill->issuer, v->arena);
}

static void show(struct visit *v, unsigned status)
{
	struct settings_page *page = v->page;
	struct oauth_fill_view fill;
	struct presets_view providers;
	const struct settings_form_state state = {
		.problems = &page->problems,
		.fill = &fill,
		.presets = &providers,
		.test_too = form_get(&v->form, EMAIL_FORM_TEST).data != NULL,
	};
	struct email_view view = {
		.csrf = v->session.csrf,
		.version = page->values.version,
		.connection = connection_read(v, page->oauth),
	};

	settings_page_notes(v, &view.notes);
	add_notices(v, &view.notes);
	make_fill_in(v, &fill);
	email_presets_view(page->preset, v->arena, &providers);
	settings_form_view(&page->values, &state, v->arena, &view.sections);
	frame_page(v, status, "Email Configuration", part_email(&view));
}

void page_email_ask(struct visit *v)
{
	struct settings_page *page;

	settings_page_ask(v, &email_page);
	page = v->page;
	if (page != NULL)
		page->oauth = connection_ask(v);
}

void page_email_show(struct visit *v)
{
	if (settings_page_read(v))
		show(v, 200);
}

void page_email_act(struct visit *v)
{
	settings_page_ask(v, &email_page);
}

void page_email_stale(struct visit *v)
{
	settings_page_ask(v, &email_page);
	visit_then(v, settings_page_stale);
}
