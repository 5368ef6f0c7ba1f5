/* Signing in, the first account, signing out. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	b.answer = keeper_sample;
	b.cookie = NULL;
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

#define COOKIE_SET "__Host-login=" TEST_TOKEN "; Path=/; Secure; HttpOnly; SameSite=Lax"

static void a_good_sign_in_sets_the_cookie_and_leads_on(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login", "name=+anna+&password=right&next=%2Flogin%2Femail%3Fsaved%3D1");
	assert_redirect(&b, "/login/email?saved=1");
	assert_string_equal(browser_line(&b, "Set-Cookie"), COOKIE_SET);
	u = browser_heard(&b, WORD_LOGIN);
	assert_string_equal(unpack_text(&u, 100, b.arena), "login");
	assert_string_equal(unpack_text(&u, 100, b.arena), "anna");
	assert_slice(unpack_slice(&u, 100), "right");
	assert_string_equal(unpack_text(&u, 100, b.arena), "192.0.2.7");
	assert_string_equal(unpack_text(&u, 100, b.arena), "");
	assert_true(unpack_end(&u));
}

static void it_leads_nowhere_else(void **state UNUSED)
{
	browser_post(&b, "/login", "name=anna&password=right&next=%2F%2Fevil.example%2Flogin%2F");
	assert_redirect(&b, "/login/status");
	browser_get(&b, "/login?next=https%3A%2F%2Fevil.example%2F");
	assert_page_lacks(&b, "evil.example");
}

static void a_wrong_one_keeps_the_name_and_says_little(void **state UNUSED)
{
	browser_post(&b, "/login", "name=an%22na&password=secret-typed&next=%2Flogin%2Femail");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "The name or the password is not right.");
	assert_page_has(&b, "value=\"an&quot;na\"");
	assert_page_has(&b, "value=\"/login/email\"");
	assert_page_lacks(&b, "secret-typed");
	assert_string_equal(browser_line(&b, "Set-Cookie"), "");
}

static void too_many_are_told_when_to_come_back(void **state UNUSED)
{
	browser_post(&b, "/login", "name=busy&password=right");
	assert_int_equal(b.status, 429);
	assert_string_equal(browser_line(&b, "Retry-After"), "7");
	assert_page_has(&b, "Try again in 7 seconds.");
}

static void a_sign_in_from_elsewhere_is_refused(void **state UNUSED)
{
	b.origin = "https://evil.example";
	browser_post(&b, "/login", "name=anna&password=right");
	assert_int_equal(b.status, 403);
	assert_int_equal(b.heard[WORD_LOGIN].times, 0);
}

static void whoever_is_signed_in_needs_no_form(void **state UNUSED)
{
	browser_get(&b, "/login");
	assert_int_equal(b.status, 200);
	b.cookie = "__Host-login=" TEST_TOKEN;
	browser_get(&b, "/login");
	assert_redirect(&b, "/login/status");
	b.cookie = "__Host-login=old";
	browser_get(&b, "/login");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "autocomplete=\"current-password\"");
}

static void the_link_makes_the_first_account(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/setup?token=good");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "name=\"token\" value=\"good\"");
	browser_post(&b, "/login/setup", "token=good&name=anna&password=right&repeat=right");
	assert_redirect(&b, "/login/email");
	assert_string_equal(browser_line(&b, "Set-Cookie"), COOKIE_SET);
	u = browser_heard(&b, WORD_SETUP);
	assert_string_equal(unpack_text(&u, 100, b.arena), "good");
	assert_string_equal(unpack_text(&u, 100, b.arena), "anna");
	assert_slice(unpack_slice(&u, 100), "right");
	assert_string_equal(unpack_text(&u, 100, b.arena), "192.0.2.7");
	assert_true(unpack_end(&u));
}

static void a_dead_link_says_how_to_get_another(void **state UNUSED)
{
	browser_get(&b, "/login/setup?token=old");
	assert_int_equal(b.status, 404);
	assert_page_has(&b, "tocsin admin setup-link");
	browser_get(&b, "/login/setup");
	assert_int_equal(b.status, 404);
	browser_post(&b, "/login/setup", "token=old&name=anna&password=right&repeat=right");
	assert_int_equal(b.status, 404);
}

static void what_is_wrong_is_said_beside_the_field(void **state UNUSED)
{
	browser_post(&b, "/login/setup", "token=good&name=&password=abc&repeat=abd");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#name\">The name is empty.");
	assert_page_has(&b, "<a href=\"#repeat\">The two passwords are not the same.");
	assert_page_has(&b, "<a href=\"#password\">The password is shorter");
	assert_page_has(&b, "id=\"name-error\">The name is empty.");
	assert_page_has(&b, "aria-describedby=\"name-help name-error \" aria-invalid=\"true\"");
	assert_int_equal(b.heard[WORD_SETUP].times, 0);
	browser_post(&b, "/login/setup", "token=good&name=anna&password=weak&repeat=weak");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#password\">The password is shorter");
	assert_page_has(&b, "value=\"anna\"");
	assert_page_lacks(&b, "weak");
	browser_post(&b, "/login/setup", "token=good&name=&password=weak&repeat=weak");
	assert_page_has(&b, "2 things are not right");
	assert_page_has(&b, "<a href=\"#name\">The name is empty.");
}

static void signing_out_ends_the_session_and_the_cookie(void **state UNUSED)
{
	b.cookie = "__Host-login=" TEST_TOKEN;
	browser_post(&b, "/login/sign-out", "csrf=" TEST_CSRF);
	assert_redirect(&b, "/login?out");
	assert_int_equal(b.heard[WORD_LOGOUT].times, 1);
	assert_non_null(strstr(browser_line(&b, "Set-Cookie"), "Max-Age=0"));
	b.cookie = NULL;
	browser_get(&b, "/login?out");
	assert_page_has(&b, "You are signed out.");
}

static void other_sessions_can_be_ended(void **state UNUSED)
{
	b.cookie = "__Host-login=" TEST_TOKEN;
	browser_get(&b, "/login/account");
	assert_page_has(&b, "End all other sessions");
	browser_post(&b, "/login/account/end-others", "csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/account?ended");
	assert_int_equal(b.heard[WORD_END_OTHERS].times, 1);
	browser_get(&b, "/login/account?ended");
	assert_page_has(&b, "All other sessions of this account are ended.");
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(a_good_sign_in_sets_the_cookie_and_leads_on),
		with_browser(it_leads_nowhere_else),
		with_browser(a_wrong_one_keeps_the_name_and_says_little),
		with_browser(too_many_are_told_when_to_come_back),
		with_browser(a_sign_in_from_elsewhere_is_refused),
		with_browser(whoever_is_signed_in_needs_no_form),
		with_browser(the_link_makes_the_first_account),
		with_browser(a_dead_link_says_how_to_get_another),
		with_browser(what_is_wrong_is_said_beside_the_field),
		with_browser(signing_out_ends_the_session_and_the_cookie),
		with_browser(other_sessions_can_be_ended),
	};

	return cmocka_run_group_tests_name("web/login", tests, NULL, NULL);
}
