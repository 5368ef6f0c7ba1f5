/* The page of the API's tokens. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"
#include "wire/token.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	b.answer = keeper_sample;
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

static unsigned count(const char *text)
{
	unsigned n = 0;

	for (const char *at = b.page; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static void tokens_are_listed_with_what_they_may(void **state UNUSED)
{
	browser_get(&b, "/login/tokens");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<td data-label=\"May\">read, send</td>");
	assert_page_has(&b, "<td data-label=\"State\">good, until <time");
	assert_page_has(&b, "<td data-label=\"State\">revoked, <time");
	assert_page_has(&b, "<td data-label=\"State\">expired");
	assert_page_has(&b, "from <bdi>192.0.2.9</bdi>");
	assert_int_equal(count("action=\"/login/tokens/revoke\""), 3);
	b.nothing_saved = true;
	browser_get(&b, "/login/tokens");
	assert_page_has(&b, "No program has a token yet.");
}

static void a_token_is_shown_once(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/tokens",
	    "csrf=" TEST_CSRF "&name=+backup+&read=yes&admin=yes&expires=2027-12-31&current=own");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<code>tocsin_0123456789abcdef</code>");
	assert_page_has(&b, "not shown again");
	assert_page_has(&b, "id=\"name\" value=\"\"");
	u = browser_heard(&b, WORD_TOKEN_CREATE);
	assert_string_equal(unpack_text(&u, 100, b.arena), "backup");
	assert_int_equal(unpack_number(&u), TOKEN_SCOPE_READ | TOKEN_SCOPE_ADMIN);
	assert_int_equal(unpack_number(&u), 1830297600); /* the end of that day */
	browser_get(&b, "/login/tokens");
	assert_page_lacks(&b, "tocsin_0123456789abcdef");
}

static void all_that_is_wrong_is_said_at_once_and_kept(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/tokens", "csrf=" TEST_CSRF "&name=two&expires=2027-02-30&current=own");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "2 things are not right");
	assert_page_has(&b, "<a href=\"#read\">What it may do is missing: choose one.");
	assert_page_has(&b, "<a href=\"#expires\">The last day is no date");
	assert_page_lacks(&b, "is over already");
	assert_page_has(&b, "value=\"two\"");
	assert_page_has(&b, "value=\"2027-02-30\"");
	u = browser_heard(&b, WORD_TOKEN_CREATE);
	unpack_text(&u, 100, b.arena);
	unpack_number(&u);
	assert_int_equal(unpack_number(&u), 1); /* a day that is over: nothing can be made of it */
}

static void what_the_keeper_refuses_stands_beside_its_field(void **state UNUSED)
{
	browser_post(&b, "/login/tokens", "csrf=" TEST_CSRF "&name=taken&send=yes&expires=soon");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "3 things are not right");
	assert_page_has(&b, "<a href=\"#name\">The name belongs to another token.</a>");
	assert_page_has(&b, "<a href=\"#current\">Your password is missing.</a>");
	assert_page_has(&b, "id=\"send\" value=\"yes\" checked");
}

static void a_form_of_an_earlier_sign_in_is_shown_with_what_was_typed(void **state UNUSED)
{
	browser_post(&b, "/login/tokens", "csrf=old&name=backup&send=yes&current=own");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "this form was made before you signed in last");
	assert_page_has(&b, "value=\"backup\"");
	assert_page_has(&b, "id=\"send\" value=\"yes\" checked");
	assert_page_lacks(&b, "value=\"own\"");
	assert_int_equal(b.heard[WORD_TOKEN_CREATE].times, 0);
}

static void a_token_is_revoked_by_its_number(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/tokens/revoke", "csrf=" TEST_CSRF "&token=4");
	assert_redirect(&b, "/login/tokens?revoked");
	u = browser_heard(&b, WORD_TOKEN_REVOKE);
	assert_string_equal(unpack_text(&u, 100, b.arena), "4");
	browser_get(&b, "/login/tokens?revoked");
	assert_page_has(&b, "The token is revoked");
	browser_post(&b, "/login/tokens/revoke", "csrf=" TEST_CSRF "&token=backup");
	assert_int_equal(b.status, 404);
	assert_int_equal(b.heard[WORD_TOKEN_REVOKE].times, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(tokens_are_listed_with_what_they_may),
		CASE(a_token_is_shown_once),
		CASE(all_that_is_wrong_is_said_at_once_and_kept),
		CASE(what_the_keeper_refuses_stands_beside_its_field),
		CASE(a_form_of_an_earlier_sign_in_is_shown_with_what_was_typed),
		CASE(a_token_is_revoked_by_its_number),
	};

	return cmocka_run_group_tests_name("web/tokens", tests, NULL, NULL);
}
