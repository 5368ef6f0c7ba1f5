/* The sign-in by OAuth2 in the browser: buttons, callback, pasting, files, discovery. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	b.answer = keeper_sample;
	b.oauth = OAUTH_SAMPLE_NEW;
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

#define CSRF "csrf=" TEST_CSRF
#define LEAD "https://login.example.com/authorize?response_type=code&amp;client_id=client-1"

static const char *saved_value(const char *wanted)
{
	struct unpack u = browser_heard(&b, WORD_SETTINGS_SET);
	const char *found = NULL;
	uint64_t n;

	unpack_number(&u);
	n = unpack_number(&u);
	for (uint64_t i = 0; i < n; i++) {
		const char *key = unpack_text(&u, 100, b.arena);
		const char *value = unpack_text(&u, 4000, b.arena);

		if (strcmp(key, wanted) == 0)
			found = value;
	}
	assert_true(unpack_end(&u));
	return found;
}

/* ---- to the provider ---- */

static void verify_leads_on_by_link_and_by_itself(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/verify", CSRF);
	assert_redirect(&b, "/login/email/verify");
	browser_get(&b, "/login/email/verify");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<a href=\"" LEAD);
	assert_page_has(&b, "<meta http-equiv=\"refresh\" content=\"0; url=" LEAD);
	assert_page_has(&b, "code_challenge=the-challenge&amp;code_challenge_method=S256");
	assert_page_has(&b, "state=the-state");
	u = browser_heard(&b, WORD_OAUTH_BEGIN);
	assert_false(unpack_bool(&u));
	assert_true(unpack_end(&u));
}

/* The browser's Back: nothing is posted again, and nobody is led away against their will. */
static void whoever_comes_back_to_the_leading_page_is_led_nowhere(void **state UNUSED)
{
	browser_post(&b, "/login/email/verify", CSRF);
	browser_get(&b, "/login/email/verify");
	browser_get(&b, "/login/email/verify");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<a href=\"" LEAD);
	assert_page_has(&b, "This sign-in waits for you at login.example.com.");
	assert_page_lacks(&b, "http-equiv=\"refresh\"");
	b.led = 0;
	browser_get(&b, "/login/email/verify");
	assert_redirect(&b, "/login/email/sign-in?over");
	b.oauth = OAUTH_SAMPLE_DONE;
	browser_get(&b, "/login/email/sign-in?over");
	assert_page_has(&b, "leads nowhere any more");
	assert_page_has(&b, "Sign in again</button>");
	assert_int_equal(b.heard[WORD_OAUTH_BEGIN].times, 1);
}

static void a_pasted_sign_in_waits_for_the_person(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/verify", CSRF "&loopback=yes");
	u = browser_heard(&b, WORD_OAUTH_BEGIN);
	assert_true(unpack_bool(&u));
	browser_get(&b, "/login/email/verify");
	assert_int_equal(b.status, 200);
	assert_page_lacks(&b, "http-equiv=\"refresh\"");
	assert_page_has(&b, "<a href=\"" LEAD);
	assert_page_has(&b, "http://127.0.0.1:8400/");
	assert_page_has(&b, "action=\"/login/email/sign-in/paste\"");
}

static void nobody_is_led_out_of_https(void **state UNUSED)
{
	b.hostile = true;
	browser_post(&b, "/login/email/verify", CSRF);
	browser_get(&b, "/login/email/verify");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<meta http-equiv=\"refresh\" content=\"0; url=#\">");
	assert_page_lacks(&b, "<i a=");
}

static void other_flows_need_no_browser(void **state UNUSED)
{
	b.oauth_flow = "device";
	browser_post(&b, "/login/email/verify", CSRF);
	assert_redirect(&b, "/login/email/sign-in");
	assert_int_equal(b.heard[WORD_OAUTH_DEVICE].times, 1);
	b.oauth_flow = "client";
	browser_post(&b, "/login/email/verify", CSRF);
	assert_redirect(&b, "/login/email/sign-in");
	assert_int_equal(b.heard[WORD_OAUTH_DEVICE].times, 2);
	b.oauth_flow = "service";
	browser_post(&b, "/login/email/verify", CSRF);
	assert_redirect(&b, "/login/email/sign-in");
	assert_int_equal(b.heard[WORD_OAUTH_DEVICE].times, 3);
	assert_int_equal(b.heard[WORD_OAUTH_BEGIN].times, 0);
}

static void a_key_is_made_by_the_keeper(void **state UNUSED)
{
	browser_get(&b, "/login/email/key");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "None is set.");
	assert_page_has(&b, "name=\"days\" id=\"days\" value=\"730\"");
	browser_post(&b, "/login/email/key", CSRF "&days=3651");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "from 1 to 3650");
	assert_int_equal(b.heard[WORD_OAUTH_KEY].times, 0);
	browser_post(&b, "/login/email/key", CSRF "&days=90");
	assert_redirect(&b, "/login/email/key?made");
	browser_post(&b, "/login/email/key", CSRF "&forget=yes");
	assert_redirect(&b, "/login/email/key");
	assert_int_equal(b.heard[WORD_OAUTH_KEY].times, 2);
	browser_post(&b, "/login/email/key", "csrf=guessed&days=90");
	assert_int_equal(b.status, 403);
	browser_get(&b, "/login/email/key/certificate.pem");
	assert_int_equal(b.status, 404);
}

static void a_sign_in_is_begun_from_this_site_only(void **state UNUSED)
{
	browser_post(&b, "/login/email/verify", "csrf=guessed");
	assert_int_equal(b.status, 403);
	b.origin = "https://evil.example";
	browser_post(&b, "/login/email/verify", CSRF);
	assert_int_equal(b.status, 403);
	assert_int_equal(b.heard[WORD_OAUTH_BEGIN].times, 0);
}

/* ---- and back ---- */

static void the_callback_answers_once_with_a_clean_address(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/smtp-verification?state=s1&code=c%201&iss=https%3A%2F%2Flogin.example.com");
	assert_redirect(&b, "/login/email/sign-in");
	u = browser_heard(&b, WORD_OAUTH_FINISH);
	assert_string_equal(unpack_text(&u, 100, b.arena), "s1");
	assert_string_equal(unpack_text(&u, 100, b.arena), "c 1");
	assert_string_equal(unpack_text(&u, 100, b.arena), "");
	assert_string_equal(unpack_text(&u, 100, b.arena), "");
	assert_string_equal(unpack_text(&u, 100, b.arena), "https://login.example.com");
	assert_true(unpack_end(&u));
}

static void an_error_of_the_provider_is_passed_on(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/smtp-verification?state=s1&error=access_denied&error_description=No");
	assert_redirect(&b, "/login/email/sign-in");
	u = browser_heard(&b, WORD_OAUTH_FINISH);
	unpack_text(&u, 100, b.arena);
	assert_string_equal(unpack_text(&u, 100, b.arena), "");
	assert_string_equal(unpack_text(&u, 100, b.arena), "access_denied");
	assert_string_equal(unpack_text(&u, 100, b.arena), "No");
}

static void refusals_are_said_in_plain_words(void **state UNUSED)
{
	static const struct {
		const char *query, *word, *says;
	} rows[] = {
		{ "state=old&code=c", "state", "older than 10 minutes" },
		{ "state=other&code=c", "asker", "begun by somebody else" },
		{ "state=issuer&code=c", "iss", "from another provider" },
		{ "state=changed&code=c", "settings", "settings were changed" },
		{ "state=why&code=c", "refused", "was not taken" },
		{ "state=s&state=t&code=c", "form", "cannot be read" },
		{ "state=s", "form", "cannot be read" },
		{ "", "form", "cannot be read" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		browser_get(&b, arena_printf(b.arena, "/login/smtp-verification?%s", rows[i].query));
		assert_redirect(&b, arena_printf(b.arena, "/login/email/sign-in?refused=%s", rows[i].word));
		browser_get(&b, browser_line(&b, "Location"));
		assert_int_equal(b.status, 200);
		assert_page_has(&b, rows[i].says);
		assert_page_has(&b, "erify");
	}
	assert_int_equal(b.heard[WORD_OAUTH_FINISH].times, 5);
	browser_get(&b, "/login/email/sign-in?refused=%3Ci");
	assert_page_lacks(&b, "role=\"alert\"");
}

static void a_callback_is_no_form_and_no_question(void **state UNUSED)
{
	browser_post(&b, "/login/smtp-verification", CSRF "&state=s1&code=c");
	assert_int_equal(b.status, 405);
	browser_send(&b, "HEAD", "/login/smtp-verification?state=s1&code=c", NULL);
	assert_int_equal(b.status, 405);
	assert_int_equal(b.heard[WORD_OAUTH_FINISH].times, 0);
}

static void without_a_session_the_code_goes_nowhere(void **state UNUSED)
{
	b.cookie = NULL;
	browser_get(&b, "/login/smtp-verification?state=s1&code=very-secret-code");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "press Verify OAuth2 Provider again");
	assert_page_lacks(&b, "very-secret-code");
	assert_null(strstr(b.lines, "very-secret-code"));
	assert_int_equal(b.heard[WORD_OAUTH_FINISH].times, 0);
}

static void a_pasted_address_passes_the_same_checks(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/sign-in/paste",
		CSRF "&address=+http%3A%2F%2F127.0.0.1%3A8400%2F%3Fcode%3Dc%252B1%26state%3Ds1%23x+");
	assert_redirect(&b, "/login/email/sign-in");
	u = browser_heard(&b, WORD_OAUTH_FINISH);
	assert_string_equal(unpack_text(&u, 100, b.arena), "s1");
	assert_string_equal(unpack_text(&u, 100, b.arena), "c+1");

	b.oauth = OAUTH_SAMPLE_BEGUN;
	browser_post(&b, "/login/email/sign-in/paste",
		CSRF "&address=http%3A%2F%2F127.0.0.1%2F%3Fcode%3Dc%26state%3Dold");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#address\">This sign-in is over.</a>");
	browser_post(&b, "/login/email/sign-in/paste", CSRF "&address=http%3A%2F%2F127.0.0.1%2F");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "Paste the whole address");
	browser_post(&b, "/login/email/sign-in/paste", CSRF "&address=x%3Fstate%3Ds1%26code%3Dsecret%26code%3D2");
	assert_int_equal(b.status, 422);
	assert_page_lacks(&b, "secret");
	assert_int_equal(b.heard[WORD_OAUTH_FINISH].times, 2);
}

/* ---- how it goes on ---- */

static void the_page_shows_every_step(void **state UNUSED)
{
	static const struct {
		enum oauth_sample sample;
		bool live;
		const char *says;
	} rows[] = {
		{ OAUTH_SAMPLE_NEW, false, "No sign-in is under way" },
		{ OAUTH_SAMPLE_BEGUN, false, "Address the browser ended at" },
		{ OAUTH_SAMPLE_EXCHANGING, true, "The provider is asked for a token" },
		{ OAUTH_SAMPLE_DEVICE, true, "WDJB-MJHT" },
		{ OAUTH_SAMPLE_CHECKING, true, "The relay is asked" },
		{ OAUTH_SAMPLE_FAILED, false, "The client secret is wrong" },
		{ OAUTH_SAMPLE_DONE, false, "The relay took the token" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		b.oauth = rows[i].sample;
		browser_get(&b, "/login/email/sign-in");
		assert_int_equal(b.status, 200);
		assert_page_has(&b, rows[i].says);
		assert_int_equal(strstr(b.page, "data-refresh=\"2\"") != NULL, rows[i].live);
		assert_int_equal(strstr(b.page, "http-equiv=\"refresh\"") != NULL, rows[i].live);
	}
}

#define GOOD "csrf=" TEST_CSRF "&version=7&email.from_address=alerts%40example.com" \
	"&email.relay_host=smtp.example.com&email.relay_port=587&email.encryption=starttls" \
	"&email.auth=oauth2&email.admin_contacts=anna%40example.com" \
	"&email.oauth_email=alerts%40example.com&email.oauth_scopes=mail&email.oauth_flow=code"
#define ENDPOINTS "&email.oauth_client_id=c&email.oauth_auth_endpoint=https%3A%2F%2Fa.example%2Fa" \
	"&email.oauth_token_endpoint=https%3A%2F%2Fa.example%2Ft"

static void a_test_asked_for_before_the_sign_in_runs_after_it(void **state UNUSED)
{
	b.refuse_test = true;
	browser_post(&b, "/login/email", GOOD ENDPOINTS "&test=yes");
	assert_int_equal(b.status, 303);
	assert_non_null(strstr(browser_line(&b, "Location"), "&test=later"));
	assert_non_null(strstr(b.lines, "Set-Cookie: __Host-tocsin-test=1;"));
	browser_get(&b, browser_line(&b, "Location"));
	assert_page_has(&b, "The test email waits for the sign-in");

	b.refuse_test = false;
	b.cookie = "__Host-login=" TEST_TOKEN "; __Host-tocsin-test=1";
	b.oauth = OAUTH_SAMPLE_CHECKING;
	browser_get(&b, "/login/email/sign-in");
	assert_page_has(&b, "test email that was asked for");
	assert_int_equal(b.heard[WORD_TEST].times, 1);
	b.oauth = OAUTH_SAMPLE_DONE;
	browser_get(&b, "/login/email/sign-in");
	assert_redirect(&b, "/login/email/test/41");
	assert_non_null(strstr(b.lines, "Set-Cookie: __Host-tocsin-test=;"));
	assert_int_equal(b.heard[WORD_TEST].times, 2);
}

/* ---- the box ---- */

static void the_box_says_how_the_sign_in_stands(void **state UNUSED)
{
	browser_get(&b, "/login/email");
	assert_page_has(&b, "Nobody is signed in yet");
	assert_page_has(&b, ">Verify OAuth2 Provider</button>");
	assert_page_lacks(&b, "/login/email/disconnect");
	b.oauth = OAUTH_SAMPLE_GOOD;
	browser_get(&b, "/login/email");
	assert_page_has(&b, "<strong>Connected</strong>");
	assert_page_has(&b, "<dt>Connected as</dt><dd><bdi>alerts@example.com</bdi></dd>");
	assert_page_has(&b, "signed in by <bdi>anna</bdi>");
	assert_page_has(&b, ">Renew now</button>");
	b.oauth = OAUTH_SAMPLE_NEEDED;
	browser_get(&b, "/login/email");
	assert_page_has(&b, "Sign-in needed: mail waits");
	assert_page_has(&b, ">Sign in again</button>");
	assert_page_has(&b, "The client secret is wrong");
	b.oauth = OAUTH_SAMPLE_OFF;
	browser_get(&b, "/login/email");
	assert_page_lacks(&b, "id=\"connection\"");
}

static void disconnecting_says_first_what_it_does(void **state UNUSED)
{
	b.oauth = OAUTH_SAMPLE_GOOD;
	browser_get(&b, "/login/email/disconnect");
	assert_page_has(&b, "tells the provider that they are no longer good");
	assert_int_equal(b.heard[WORD_OAUTH_DISCONNECT].times, 0);
	browser_post(&b, "/login/email/disconnect", CSRF);
	assert_redirect(&b, "/login/email?disconnected#connection");
	assert_int_equal(b.heard[WORD_OAUTH_DISCONNECT].times, 1);
	b.oauth = OAUTH_SAMPLE_NEW;
	browser_get(&b, "/login/email?disconnected");
	assert_page_has(&b, "<p>Disconnected. The tokens are forgotten here, and");
	browser_get(&b, "/login/email?unrevoked");
	assert_page_has(&b, "did not confirm that they are revoked");
	browser_get(&b, "/login/email/disconnect");
	assert_page_has(&b, "nothing to disconnect");
}

static void renewing_asks_the_keeper(void **state UNUSED)
{
	browser_post(&b, "/login/email/renew", CSRF);
	assert_redirect(&b, "/login/email?renewing#connection");
	assert_int_equal(b.heard[WORD_OAUTH_TRY].times, 1);
	b.oauth = OAUTH_SAMPLE_GOOD;
	browser_get(&b, "/login/email?renewing");
	assert_page_has(&b, "<p>A new access token was asked for.");
	browser_get(&b, "/login/email");
	assert_page_lacks(&b, "A new access token was asked for.");
}

/* ---- filling in ---- */

#define FILE_START "&client_file=%7B%22web%22%3A%7B%22client_id%22%3A%22from-file%22" \
	"%2C%22client_secret%22%3A%22file-secret%22%2C%22auth_uri%22%3A%22https%3A%2F%2Fg.example%2Fa%22" \
	"%2C%22token_uri%22%3A%22https%3A%2F%2Fg.example%2Ft%22"
#define FILE_END "%7D%7D"

static void the_json_file_fills_in_what_it_holds(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD FILE_START FILE_END);
	assert_int_equal(b.status, 303);
	assert_string_equal(saved_value("email.oauth_client_id"), "from-file");
	assert_string_equal(saved_value("email.oauth_client_secret"), "file-secret");
	assert_string_equal(saved_value("email.oauth_auth_endpoint"), "https://g.example/a");
	assert_string_equal(saved_value("email.oauth_token_endpoint"), "https://g.example/t");
	assert_null(strstr(browser_line(&b, "Location"), "file="));
}

static void a_file_without_our_redirect_uri_is_told(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD ENDPOINTS FILE_START
		"%2C%22redirect_uris%22%3A%5B%22https%3A%2F%2Felsewhere.example%2F%22%5D" FILE_END);
	assert_int_equal(b.status, 303);
	assert_non_null(strstr(browser_line(&b, "Location"), "&file=redirect"));
	browser_get(&b, browser_line(&b, "Location"));
	assert_page_has(&b, "does not list the Redirect URI");
}

static void a_wrong_file_says_what_is_wrong_and_is_not_sent_back(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD ENDPOINTS "&client_file=%7B%22type%22%3A%22planted-secret%22%7D");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#client_file\">");
	assert_page_lacks(&b, "planted-secret");
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=7&email.relay_port=x" FILE_START FILE_END);
	assert_int_equal(b.status, 422);
	assert_page_lacks(&b, "file-secret");
	assert_page_has(&b, "value=\"from-file\"");
	assert_page_has(&b, "type them once more");
}

/* Typed values keep their errors; what the file was to bring has none. */
static void what_a_wrong_file_was_to_fill_in_is_not_missed(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&email.oauth_client_id=&email.oauth_auth_endpoint="
		"&email.oauth_token_endpoint=http%3A%2F%2Ft.example%2Ft&client_file=%7B%7D");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#client_file\">This JSON is neither");
	assert_page_lacks(&b, "is needed for OAuth2");
	assert_page_has(&b, "<a href=\"#email.oauth_token_endpoint\">");
	browser_post(&b, "/login/email", GOOD "&email.oauth_client_id=");
	assert_page_has(&b, "SMTP OAuth Provider ID is needed for OAuth2.");
}

static void an_issuer_fills_the_endpoints_in_and_saves_nothing(void **state UNUSED)
{
	browser_post(&b, "/login/email/discover", GOOD "&issuer=https%3A%2F%2Flogin.example.com");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "value=\"https://login.example.com/found/authorize\"");
	assert_page_has(&b, "value=\"https://login.example.com/found/token\"");
	assert_page_has(&b, "Nothing is saved yet");
	browser_post(&b, "/login/email/discover", GOOD "&issuer=https%3A%2F%2Fnowhere.example");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#issuer\">Nothing is published there.</a>");
	browser_post(&b, "/login/email/discover", GOOD "&issuer=https%3A%2F%2Flogin.example.com"
		"&email.oauth_proxy=http%3A%2F%2Fproxy.example%3A3128");
	assert_page_has(&b, "value=\"https://login.example.com/proxied/token\"");
	browser_post(&b, "/login/email/discover", GOOD "&issuer=");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_OAUTH_DISCOVER].times, 3);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
}

static void a_tenant_goes_into_the_endpoints(void **state UNUSED)
{
	browser_post(&b, "/login/email/preset", GOOD "&preset=microsoft365&email.oauth_tenant=example.com");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "value=\"https://login.microsoftonline.com/example.com/oauth2/v2.0/authorize\"");
	assert_page_has(&b, "value=\"https://login.microsoftonline.com/example.com/oauth2/v2.0/token\"");
	browser_post(&b, "/login/email/preset", GOOD "&preset=microsoft365-us&email.oauth_tenant=");
	assert_page_has(&b, "value=\"https://login.microsoftonline.us/organizations/oauth2/v2.0/token\"");
	browser_post(&b, "/login/email/preset", GOOD "&preset=microsoft365&email.oauth_tenant=a%2Fb");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#email.oauth_tenant\">");
}

/* ---- guides, and the site's address ---- */

static void guides_have_the_exact_values(void **state UNUSED)
{
	static const char *const names[] = { "microsoft365", "google", "other" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		browser_get(&b, arena_printf(b.arena, "/login/email/guide/%s", names[i]));
		assert_int_equal(b.status, 200);
		assert_page_has(&b, "https://node-a:8443/login/smtp-verification");
	}
	browser_get(&b, "/login/email/guide/google");
	assert_page_has(&b, "not a public name");
	browser_get(&b, "/login/email/guide/nobody");
	assert_int_equal(b.status, 404);
}

static void the_site_page_saves_its_three_settings(void **state UNUSED)
{
	browser_get(&b, "/login/site");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "id=\"site.url\"");
	assert_page_lacks(&b, "id=\"email.relay_host\"");
	browser_post(&b, "/login/site", CSRF "&version=7&site.name=Alerts&site.host_name=&site.url="
		"https%3A%2F%2Falerts.example.com&email.relay_host=stolen");
	assert_redirect(&b, "/login/site?saved=2");
	assert_string_equal(saved_value("site.url"), "https://alerts.example.com");
	assert_null(saved_value("email.relay_host"));
	browser_post(&b, "/login/site", CSRF "&version=7&site.url=http%3A%2F%2Fx");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#site.url\">");
	browser_post(&b, "/login/site", "csrf=old&version=7&site.url=https%3A%2F%2Ftyped.example");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "value=\"https://typed.example\"");
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(verify_leads_on_by_link_and_by_itself),
		with_browser(whoever_comes_back_to_the_leading_page_is_led_nowhere),
		with_browser(a_pasted_sign_in_waits_for_the_person),
		with_browser(nobody_is_led_out_of_https),
		with_browser(other_flows_need_no_browser),
		with_browser(a_key_is_made_by_the_keeper),
		with_browser(a_sign_in_is_begun_from_this_site_only),
		with_browser(the_callback_answers_once_with_a_clean_address),
		with_browser(an_error_of_the_provider_is_passed_on),
		with_browser(refusals_are_said_in_plain_words),
		with_browser(a_callback_is_no_form_and_no_question),
		with_browser(without_a_session_the_code_goes_nowhere),
		with_browser(a_pasted_address_passes_the_same_checks),
		with_browser(the_page_shows_every_step),
		with_browser(a_test_asked_for_before_the_sign_in_runs_after_it),
		with_browser(the_box_says_how_the_sign_in_stands),
		with_browser(disconnecting_says_first_what_it_does),
		with_browser(renewing_asks_the_keeper),
		with_browser(the_json_file_fills_in_what_it_holds),
		with_browser(a_file_without_our_redirect_uri_is_told),
		with_browser(a_wrong_file_says_what_is_wrong_and_is_not_sent_back),
		with_browser(what_a_wrong_file_was_to_fill_in_is_not_missed),
		with_browser(an_issuer_fills_the_endpoints_in_and_saves_nothing),
		with_browser(a_tenant_goes_into_the_endpoints),
		with_browser(guides_have_the_exact_values),
		with_browser(the_site_page_saves_its_three_settings),
	};

	return cmocka_run_group_tests_name("web/oauth", tests, NULL, NULL);
}
