/* How long mail stays in the log: showing, saving, all errors at once, two people. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"

#define PAGE "/login/queue/retention"
#define FORM "csrf=" TEST_CSRF "&version=7"

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

static void the_mail_log_leads_to_it(void **state UNUSED)
{
	browser_get(&b, "/login/queue");
	assert_page_has(&b, "<a href=\"" PAGE "\">");
	browser_get(&b, PAGE);
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<a href=\"/login/queue\" aria-current=\"page\">Mail log</a>");
	assert_page_has(&b, "id=\"queue.retention_days\" value=\"30\"");
	assert_page_has(&b, "id=\"queue.retention_size\" value=\"1000\"");
	assert_page_has(&b, "Mail that waits is never removed.");
	assert_page_has(&b, "name=\"version\" value=\"7\"");
	assert_page_lacks(&b, "email.relay_host");
}

static void both_are_saved_and_nothing_else(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, PAGE, FORM "&queue.retention_days=7&queue.retention_size=20&email.relay_host=x");
	assert_redirect(&b, PAGE "?saved=2");
	u = browser_heard(&b, WORD_SETTINGS_SET);
	assert_int_equal(unpack_number(&u), 7);
	assert_int_equal(unpack_number(&u), 2);
	assert_string_equal(unpack_text(&u, 100, b.arena), "queue.retention_days");
	assert_string_equal(unpack_text(&u, 100, b.arena), "7");
	assert_string_equal(unpack_text(&u, 100, b.arena), "queue.retention_size");
	assert_string_equal(unpack_text(&u, 100, b.arena), "20");
	assert_true(unpack_end(&u));
	browser_get(&b, PAGE "?saved=2");
	assert_page_has(&b, "Saved.");
}

static void all_errors_come_at_once_with_what_was_typed(void **state UNUSED)
{
	browser_post(&b, PAGE, FORM "&queue.retention_days=1&queue.retention_size=a+lot");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	assert_page_has(&b, "2 things are not right");
	assert_page_has(&b, "<a href=\"#queue.retention_days\">Days in the Mail Log must be");
	assert_page_has(&b, "id=\"queue.retention_size-error\">Size of the Mail Log (MB) must be");
	assert_page_has(&b, "value=\"1\"");
	assert_page_has(&b, "value=\"a lot\"");
	assert_page_lacks(&b, "Saved.");
	browser_post(&b, PAGE, "csrf=" TEST_CSRF "&queue.retention_days=7");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "The form came without its version.");
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
}

static void the_second_of_two_replaces_nothing_unasked(void **state UNUSED)
{
	b.changed_by_bert = true;
	browser_post(&b, PAGE, FORM "&queue.retention_days=7&queue.retention_size=20");
	assert_int_equal(b.status, 409);
	assert_page_has(&b, "Somebody else saved these settings meanwhile");
	assert_page_has(&b, "value=\"20\"");
	assert_page_has(&b, "name=\"version\" value=\"8\"");
	browser_post(&b, PAGE, "csrf=" TEST_CSRF "&version=8&queue.retention_days=7");
	assert_redirect(&b, PAGE "?saved=1");
}

static void the_second_first_save_is_told_too(void **state UNUSED)
{
	browser_post(&b, PAGE, "csrf=" TEST_CSRF "&version=0&queue.retention_days=7");
	assert_int_equal(b.status, 409);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	assert_page_has(&b, "name=\"version\" value=\"7\"");
}

static void what_the_keeper_refuses_is_said(void **state UNUSED)
{
	b.refuse_port = true;
	browser_post(&b, PAGE, FORM "&queue.retention_days=7");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "SMTP Port is taken.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
		T(the_mail_log_leads_to_it),
		T(both_are_saved_and_nothing_else),
		T(all_errors_come_at_once_with_what_was_typed),
		T(the_second_of_two_replaces_nothing_unasked),
		T(the_second_first_save_is_told_too),
		T(what_the_keeper_refuses_is_said),
#undef T
	};

	return cmocka_run_group_tests_name("web/retention", tests, NULL, NULL);
}
