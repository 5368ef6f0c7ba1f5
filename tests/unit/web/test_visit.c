/* A visit's way when others leave: the keeper dies, the browser goes, an answer is missing. */
#include "unit/unit.h"

#include <sysexits.h>

#include "web/browser.h"
#include "web/keeper.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

/* ---- the keeper ---- */

static bool die(struct browser *browser, const struct channel_message *m, struct unpack *u UNUSED)
{
	if (m->word != WORD_SETTINGS_GET)
		return false;
	channel_free(browser->keeper);
	browser->keeper = NULL;
	return true;
}

static void a_keeper_that_dies_is_not_waited_for(void **state UNUSED)
{
	b.answer = die;
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 503);
	assert_string_equal(browser_line(&b, "Retry-After"), "5");
	/* the channel is broken, and front has not made another yet */
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 503);
}

static bool refuse_status(struct browser *browser,
	const struct channel_message *m, struct unpack *u)
{
	if (m->word != WORD_STATUS)
		return keeper_sample(browser, m, u);
	channel_refuse(browser->keeper, m->id, EX_TEMPFAIL, "", "The store is busy.");
	return true;
}

static void a_page_without_the_status_is_still_a_page(void **state UNUSED)
{
	b.answer = refuse_status;
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 200);
	assert_page_lacks(&b, "<span class=\"what\">Mail</span>");
	browser_get(&b, "/login/status");
	assert_int_equal(b.status, 503);
}

static bool refuse_session(struct browser *browser, const struct channel_message *m,
	struct unpack *u UNUSED)
{
	if (m->word != WORD_SESSION)
		return false;
	channel_refuse(browser->keeper, m->id, EX_TEMPFAIL, "", "The store is busy.");
	return true;
}

/* Whoever cannot be judged is neither let in nor signed out. */
static void a_session_that_cannot_be_judged_is_not_lost(void **state UNUSED)
{
	b.answer = refuse_session;
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 503);
	assert_page_has(&b, "The store is busy.");
	assert_string_equal(browser_line(&b, "Set-Cookie"), "");
	assert_int_equal(b.heard[WORD_SETTINGS_GET].times, 0);
}

/* ---- the browser ---- */

static enum word leave_at;

/* The browser goes away while the keeper thinks; the answer comes too late. */
static bool leave(struct browser *browser, const struct channel_message *m, struct unpack *u)
{
	if (m->word == leave_at && browser->request != NULL)
		browser->request->gone(browser->request);
	return keeper_sample(browser, m, u);
}

static void a_browser_may_leave_at_every_step(void **state UNUSED)
{
	static const struct {
		const char *target;
		enum word word;
	} steps[] = {
		{ "/login/email", WORD_SESSION },
		{ "/login/email", WORD_STATUS },
		{ "/login/email", WORD_SETTINGS_GET },
		{ "/login/email/test/2", WORD_TEST_SHOW },
		{ "/login/email/test/1/events", WORD_TEST_SHOW },
	};

	b.answer = leave;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		leave_at = steps[i].word;
		browser_get(&b, steps[i].target);
		assert_null(b.request);
	}
	/* and those who stay are served as ever, the late answers notwithstanding */
	leave_at = WORD_NONE;
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 200);
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(a_keeper_that_dies_is_not_waited_for),
		with_browser(a_page_without_the_status_is_still_a_page),
		with_browser(a_session_that_cannot_be_judged_is_not_lost),
		with_browser(a_browser_may_leave_at_every_step),
	};

	return cmocka_run_group_tests_name("web/visit", tests, NULL, NULL);
}
