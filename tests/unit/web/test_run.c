/* A test mail's page and its events. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"

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

static void a_run_under_way_comes_again_by_itself(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/1");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>");
	assert_page_has(&b, "data-events=\"/login/email/test/1/events\"");
	assert_page_has(&b, "The test email is under way");
	assert_page_has(&b, "Sign in<span class=\"unseen\">: under way</span>");
	assert_page_has(&b, "<li class=\"waiting\">");
}

static void success_names_who_has_it(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/2?saved=3");
	assert_page_has(&b, "<strong>Accepted by smtp.example.com as 4bF2kq0Xz1</strong>");
	assert_page_has(&b, "Saved. 3 settings were changed.");
	assert_page_has(&b, "TLSv1.3, certificate for smtp.example.com from Example CA, 74 days left");
	assert_page_has(&b, "ops@example.com: 250 2.1.5 Ok");
	assert_page_lacks(&b, "http-equiv");
	assert_page_lacks(&b, "data-events");
	assert_page_lacks(&b, "class=\"trouble\"");
}

static void a_failure_is_open_with_words_meaning_and_cure(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/3");
	assert_page_has(&b, "<li class=\"bad\">");
	assert_page_has(&b, "<details open>\n<summary>What this means and what to do</summary>");
	assert_page_has(&b, "<span class=\"mono\">535 5.7.8</span> Error: authentication failed: (reason "
	    "unavailable)</blockquote>");
	assert_page_has(&b, "<ol>\n<li>");
	assert_page_has(&b, "<a href=\"/login/email#email.password\" data-field=\"email.password\">Password</a>");
	assert_page_has(&b, "Sender<span class=\"unseen\">: left out</span>");
	assert_page_has(&b, "<span class=\"result\">not reached</span>");
	assert_page_has(&b, "<button>Test what is saved again</button>");
}

static void the_report_holds_it_all_as_text(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/3");
	assert_page_has(&b, "Tocsin " TOCSIN_VERSION ", node node-a: test email through smtp.example.com port "
	    "587\n");
	assert_page_has(&b, "Sign in: failed after 2088 ms\n");
	assert_page_has(&b, "\n  2228 ms S: 535 5.7.8 Error: authentication failed");
	assert_page_has(&b, "AUTH PLAIN (secret)");
}

static void each_recipient_has_a_verdict(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/4");
	assert_page_has(&b, "Accepted by smtp.example.com as 4bF2kq0Xz1, but not for all recipients");
	assert_page_has(&b, "anna@example.com: 250 2.1.5 Ok");
	assert_page_has(&b, "&lt;ops@example.com&gt;: Recipient address rejected");
}

static void events_fill_the_page_in_until_it_is_done(void **state UNUSED)
{
	const char *panel, *done;

	browser_get(&b, "/login/email/test/1/events");
	assert_true(b.stream);
	assert_int_equal(b.status, 200);
	assert_string_equal(browser_line(&b, "Content-Type"), "text/event-stream; charset=utf-8");
	assert_string_equal(browser_line(&b, "Cache-Control"), "no-store");
	panel = strstr(b.page, "id: 1\nevent: panel\ndata: ");
	assert_non_null(panel);
	done = strstr(panel, "\n\nid: 2\nevent: done\ndata: ");
	assert_non_null(done);
	assert_non_null(strstr(done, "data: <div class=\"banner good\">"));
	assert_int_equal(b.heard[WORD_TEST_SHOW].times, 2);
	/* no line of the data stands without its name */
	for (const char *line = strchr(panel, '\n'); line != NULL; line = strchr(line + 1, '\n'))
		assert_true(line[1] == '\n' || line[1] == '\0' || strncmp(line + 1, "data: ", 6) == 0 ||
		    strncmp(line + 1, "event: ", 7) == 0 || strncmp(line + 1, "id: ", 4) == 0);
}

static void unknown_runs_are_said_to_be(void **state UNUSED)
{
	browser_get(&b, "/login/email/test/99");
	assert_int_equal(b.status, 404);
	assert_page_has(&b, "This test is not known any more");
	browser_get(&b, "/login/email/test/x");
	assert_int_equal(b.status, 404);
	browser_get(&b, "/login/email/test/99/events");
	assert_non_null(strstr(b.page, "event: lost\n"));
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(a_run_under_way_comes_again_by_itself),
		with_browser(success_names_who_has_it),
		with_browser(a_failure_is_open_with_words_meaning_and_cure),
		with_browser(the_report_holds_it_all_as_text),
		with_browser(each_recipient_has_a_verdict),
		with_browser(events_fill_the_page_in_until_it_is_done),
		with_browser(unknown_runs_are_said_to_be),
	};

	return cmocka_run_group_tests_name("web/run", tests, NULL, NULL);
}
