/* Status, health; and every page with texts that attack it. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"
#include "web/guard.h"
#include "web/route.h"

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

/* ---- status and health ---- */

static void the_status_says_what_is_and_how_old_that_is(void **state UNUSED)
{
	browser_get(&b, "/login/status");
	assert_page_has(&b, "<strong>Mail works</strong> since <time datetime=\"2026-03-03T12:30:00Z\">");
	assert_page_has(&b, "good, checked 4\u00a0s ago");
	assert_page_has(&b, "<dt>Held</dt><dd class=\"number\">1</dd>");
	assert_page_has(&b, "<a href=\"/login/status\" aria-current=\"page\">Status</a>");
}

static void broken_mail_comes_with_its_cure(void **state UNUSED)
{
	keeper_mail_broken(&b);
	browser_get(&b, "/login/status");
	assert_page_has(&b, "<strong>Mail is broken</strong>");
	assert_page_has(&b, "The relay is tried again in 30\u00a0s.");
	assert_page_has(&b, "<span class=\"mono\">535 5.7.8</span>");
	browser_get(&b, "/login/audit");
	assert_page_has(&b, "broken</span>");
}

static void the_alarm_is_on_every_page_while_mail_is_broken(void **state UNUSED)
{
	static const struct {
		const char *target;
		unsigned status;
	} pages[] = { { "/login/email", 200 }, { "/login/queue", 200 }, { "/login/account", 200 },
		{ "/login/audit", 200 }, { "/login/nowhere", 404 },
		{ "/login/email?%ff", 400 } };

	keeper_mail_broken(&b);
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		browser_get(&b, pages[i].target);
		assert_int_equal(b.status, pages[i].status);
		assert_page_has(&b, "id=\"mail-is-broken\"");
		assert_page_has(&b, "id=\"mail-is-broken\"");
		assert_page_has(&b, "<strong>Mail is broken</strong> since <time");
		assert_page_has(&b, "What to do first: ");
		assert_page_has(&b, "href=\"/login/email#email.password\"");
		assert_page_has(&b, "Waiting in the queue: <a href=\"/login/queue\">");
	}
	browser_send(&b, "POST", "/login/status", "");
	assert_int_equal(b.status, 405);
	assert_page_has(&b, "id=\"mail-is-broken\"");
	b.mail = MAIL_WORKS;
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		browser_get(&b, pages[i].target);
		assert_page_lacks(&b, "id=\"mail-is-broken\"");
	}
}

static void strangers_see_no_alarm(void **state UNUSED)
{
	keeper_mail_broken(&b);
	b.cookie = NULL;
	browser_get(&b, "/login/nowhere");
	assert_int_equal(b.status, 404);
	assert_page_lacks(&b, "broken");
	b.cookie = SESSION_COOKIE "=somebody-else";
	browser_get(&b, "/login/nowhere");
	assert_int_equal(b.status, 404);
	assert_page_lacks(&b, "broken");
}

static bool tell_health(struct browser *browser,
	const struct channel_message *m, struct unpack *u UNUSED)
{
	struct buffer body;

	if (m->word != WORD_HEALTH)
		return false;
	buffer_init(&body, 100);
	pack_bool(&body, browser->mail == MAIL_WORKS);
	pack_text(&body, browser->mail == MAIL_WORKS ? "ok" : "the disk is full");
	keeper_answers(browser, m, WORD_HEALTH_IS, &body);
	return true;
}

static void a_full_disk_is_said_on_every_page_and_explained_on_one(void **state UNUSED)
{
	browser_get(&b, "/login/status");
	assert_null(strstr(b.page, "The disk is full"));
	b.disk_full = true;
	browser_get(&b, "/login/status");
	assert_non_null(strstr(b.page, "The disk is full: no new mail is taken"));
	assert_non_null(strstr(b.page, "1177 MiB are free"));
	browser_get(&b, "/login/account");
	assert_non_null(strstr(b.page, "<span class=\"what\">Disk</span>"));
}

static void what_ends_soon_is_on_every_page(void **state UNUSED)
{
	static const char *const pages[] = { "/login/status", "/login/email", "/login/queue",
		"/login/nowhere" };

	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		b.secret_ends = false;
		browser_get(&b, pages[i]);
		assert_page_lacks(&b, "id=\"ends-soon\"");
		b.secret_ends = true;
		browser_get(&b, pages[i]);
		assert_page_has(&b, "id=\"ends-soon\"");
		assert_page_has(&b, "<strong>OAuth2 client secret ends in 12 days</strong>");
		assert_page_has(&b, "<strong>OAuth2 sign-in at Google ends in 1 day</strong>");
		assert_page_has(&b, "<button>Sign in again</button>");
	}
	b.cookie = NULL;
	browser_get(&b, "/login/nowhere");
	assert_page_lacks(&b, "ends-soon");
}

static void health_is_one_line_for_anybody(void **state UNUSED)
{
	b.answer = tell_health;
	b.cookie = NULL;
	browser_get(&b, "/check_health");
	assert_int_equal(b.status, 200);
	assert_string_equal(b.page, "ok\n");
	assert_string_equal(browser_line(&b, "Content-Type"), "text/plain; charset=utf-8");
	b.mail = MAIL_BROKEN;
	browser_get(&b, "/check_health");
	assert_int_equal(b.status, 500);
	assert_string_equal(b.page, "the disk is full\n");
	browser_cut_keeper(&b);
	browser_get(&b, "/check_health");
	assert_int_equal(b.status, 500);
	assert_string_equal(b.page, "the keeper does not answer\n");
}

static void a_silent_keeper_is_waited_for_two_seconds(void **state UNUSED)
{
	int64_t start = loop_now(b.loop);

	b.silent = true;
	browser_get(&b, "/check_health");
	assert_int_equal(b.status, 500);
	assert_in_range(loop_now(b.loop) - start, 1990, 3000);
}

/* ---- texts that attack ---- */

#define HOSTILE_FORM "csrf=" TEST_CSRF "&version=7&token=good&name=%3Ci+a%3D%22b%22+c%3D%27d%27%3E" \
	"&password=x&repeat=y&next=%22%3E%3Ci+a%3D&email.relay_host=%3Ci+a%3D%22b%22+c%3D%27d%27%3E" \
	"&email.ca_certificate=%3C%2Ftextarea%3E%3Ci+a%3D&email.username=%22+autofocus+a%3D%22" \
	"&email.relay_port=%3Ci+a%3D&email.encryption=%22%3E%3Ci+a%3D&test=%3Ci+a%3D"

static void assert_harmless(void)
{
	assert_page_lacks(&b, "<i a=");
	assert_page_lacks(&b, "a=\"b\"");
	assert_page_lacks(&b, "c='d'");
	assert_page_lacks(&b, "\" autofocus a=\"");
	assert_null(strstr(b.lines, "<i"));
}

static void pages_print_no_text_as_markup(void **state UNUSED)
{
	static const char *const targets[] = {
		"/login/status", "/login/email", "/login/email?saved=%3Ci+a%3D&test=no", "/login/account",
		"/login/email/test/1", "/login/email/test/2", "/login/email/test/3", "/login/email/test/4",
		"/login/email/test/1/events", "/login/email/test/99", "/login/email/disconnect",
		"/login/email/sign-in?refused=%3Ci+a%3D", "/login/email/guide/google", "/login/site", "/login/queue", "/login/queue/4XJ2A9",
		"/login/queue/%3Ci%20a=",
		"/login/queue?state=%3Ci+a%3D", "/login/audit", "/login/tokens", "/login?next=%22%3E%3Ci+a%3D",
		"/login/setup?token=good", "/login/setup?token=%22%3E%3Ci+a%3D", "/%3Ci%20a=",
	};
	static const enum mail_state states[] = { MAIL_WORKS, MAIL_BROKEN };

	b.hostile = true;
	for (size_t s = 0; s < COUNT_OF(states); s++) {
		b.mail = states[s];
		for (size_t i = 0; i < COUNT_OF(targets); i++) {
			b.oauth = (enum oauth_sample)(i % (OAUTH_SAMPLE_DONE + 1));
			browser_get(&b, targets[i]);
			assert_harmless();
		}
	}
	for (b.oauth = OAUTH_SAMPLE_OFF; b.oauth <= OAUTH_SAMPLE_DONE; b.oauth++) {
		browser_get(&b, "/login/email");
		assert_harmless();
		browser_get(&b, "/login/email/sign-in");
		assert_harmless();
	}
	b.oauth = OAUTH_SAMPLE_OFF;
	b.full_pages = true;
	browser_get(&b, "/login/queue");
	assert_harmless();
	assert_page_has(&b, "&lt;i a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;\xef\xbf\xbd");
}

static void forms_give_nothing_back_as_markup(void **state UNUSED)
{
	static const char *const targets[] = { "/login", "/login/setup", "/login/email",
		"/login/email/test", "/login/tokens" };

	b.hostile = true;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_post(&b, targets[i], HOSTILE_FORM);
		assert_true(b.status == 403 || b.status == 422);
		assert_harmless();
	}
	b.changed_by_bert = true;
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=7&email.username=%3Ci+a%3D");
	assert_int_equal(b.status, 409);
	assert_harmless();
	browser_post(&b, "/login/email", "csrf=old&version=7&email.username=%3Ci+a%3D");
	assert_int_equal(b.status, 403);
	assert_harmless();
}

/* What the keeper says is checked like anything else: no half answer becomes a page. */
static bool tell_half(struct browser *browser,
	const struct channel_message *m, struct unpack *u UNUSED)
{
	static const enum word answers[WORD_COUNT] = {
		[WORD_SETTINGS_GET] = WORD_SETTINGS_ARE, [WORD_TEST_SHOW] = WORD_TEST_IS,
		[WORD_QUEUE_LIST] = WORD_QUEUE_IS, [WORD_QUEUE_SHOW] = WORD_MESSAGE_IS,
		[WORD_OAUTH_STATUS] = WORD_OAUTH_STATUS_IS,
		[WORD_AUDIT_LIST] = WORD_AUDIT_IS, [WORD_TOKEN_LIST] = WORD_TOKENS_ARE,
	};
	struct buffer body;

	if (answers[m->word] == WORD_NONE)
		return false;
	buffer_init(&body, 100);
	pack_number(&body, 1);
	keeper_answers(browser, m, answers[m->word], &body);
	return true;
}

static void half_an_answer_becomes_no_page(void **state UNUSED)
{
	static const char *const targets[] = { "/login/email", "/login/email/test/2", "/login/queue",
		"/login/queue/x", "/login/audit", "/login/tokens", "/login/site", "/login/email/sign-in",
		"/login/email/disconnect" };

	b.answer = tell_half;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 500);
	}
}

static void assets_are_cached_for_ever(void **state UNUSED)
{
	const char *at;
	struct slice rest;

	browser_get(&b, "/login/status");
	at = strstr(b.page, "/assets/");
	assert_non_null(at);
	rest = slice_of(at);
	b.cookie = NULL;
	browser_get(&b, arena_text(b.arena, slice_cut(&rest, '"')));
	assert_int_equal(b.status, 200);
	assert_string_equal(browser_line(&b, "Content-Type"), "image/svg+xml");
	assert_string_equal(browser_line(&b, "Cache-Control"), "public, max-age=31536000, immutable");
	assert_page_has(&b, "<svg ");
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(the_status_says_what_is_and_how_old_that_is),
		with_browser(broken_mail_comes_with_its_cure),
		with_browser(a_full_disk_is_said_on_every_page_and_explained_on_one),
		with_browser(the_alarm_is_on_every_page_while_mail_is_broken),
		with_browser(strangers_see_no_alarm),
		with_browser(what_ends_soon_is_on_every_page),
		with_browser(health_is_one_line_for_anybody),
		with_browser(a_silent_keeper_is_waited_for_two_seconds),
		with_browser(pages_print_no_text_as_markup),
		with_browser(forms_give_nothing_back_as_markup),
		with_browser(half_an_answer_becomes_no_page),
		with_browser(assets_are_cached_for_ever),
	};

	return cmocka_run_group_tests_name("web/pages", tests, NULL, NULL);
}
