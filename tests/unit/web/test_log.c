/* The mail log, one message of it, and the audit log. */
#include "unit/unit.h"

#include <sysexits.h>

#include "web/browser.h"
#include "web/keeper.h"
#include "wire/queue_view.h"

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

static size_t count_in_page(const char *needle)
{
	struct slice rest = slice_of(b.page), wanted = slice_of(needle);
	size_t n = 0, at;

	while ((at = slice_find(rest, wanted)) < rest.len) {
		n++;
		rest = slice_sub(rest, at + wanted.len, rest.len);
	}
	return n;
}

static struct queue_question asked(void)
{
	struct unpack u = browser_heard(&b, WORD_QUEUE_LIST);
	struct queue_question q;

	queue_question_unpack(&u, b.arena, &q);
	assert_true(unpack_end(&u));
	return q;
}

static void assert_list_asked(const char *state, uint64_t after)
{
	struct queue_question q = asked();

	assert_string_equal(q.state, state);
	assert_int_equal(q.after, after);
	assert_int_equal(q.limit, 51);
	assert_string_equal(arena_printf(b.arena, "%s%s%s%s", q.to, q.from, q.subject, q.id), "");
	assert_int_equal(q.since + q.until + q.oldest_first, 0);
}

/* ---- the mail log ---- */

static void the_log_begins_with_all_mail(void **state UNUSED)
{
	browser_get(&b, "/login/queue");
	assert_int_equal(b.status, 200);
	assert_list_asked("all", 0);
	assert_page_has(&b, "<a href=\"/login/queue?state=all\" aria-current=\"true\">All</a>");
	assert_page_has(&b, "<a href=\"/login/queue?state=held\">Held</a>");
	assert_page_has(&b, "6 messages in this list, newest first");
	assert_page_has(&b, "<dt>Failed in 24 hours</dt><dd>2</dd>");
	assert_page_has(&b, "<a href=\"/login/queue\" aria-current=\"page\">Mail log</a>");
}

static void each_list_has_its_address(void **state UNUSED)
{
	static const char *const names[] = { "open", "all", "queued", "deferred", "held", "failed",
		"accepted" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		browser_get(&b, arena_printf(b.arena, "/login/queue?state=%s&after=9", names[i]));
		assert_int_equal(b.status, 200);
		assert_list_asked(names[i], 9);
	}
}

static void a_list_that_does_not_exist_is_not_asked_for(void **state UNUSED)
{
	static const char *const queries[] = { "state=opened", "state=in+flight", "after=x",
		"after=-1", "after=99999999999999999999", "order=newest",
		"size=7", "size=1000" };

	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		browser_get(&b, arena_printf(b.arena, "/login/queue?%s", queries[i]));
		assert_int_equal(b.status, 404);
		assert_page_has(&b, "There is no such list of mail");
	}
	assert_int_equal(b.heard[WORD_QUEUE_LIST].times, 0);
}

static void a_page_leads_to_the_older_one(void **state UNUSED)
{
	b.full_pages = true;
	browser_get(&b, "/login/queue?state=all");
	assert_int_equal(count_in_page("<th scope=\"row\">"), 50);
	assert_page_has(&b, "<a href=\"/login/queue?state=all&amp;after=71\">Older</a>");
	assert_page_lacks(&b, ">Newest</a>");
	browser_get(&b, "/login/queue?state=all&after=71");
	assert_page_has(&b, "<a href=\"/login/queue?state=all&amp;after=21\">Older</a>");
	assert_page_has(&b, "<a href=\"/login/queue?state=all\">Newest</a>");
	browser_get(&b, "/login/queue?state=all&after=51");
	assert_int_equal(count_in_page("<th scope=\"row\">"), 50);
	assert_page_lacks(&b, ">Older</a>");
	browser_get(&b, "/login/queue?state=all&after=1");
	assert_page_has(&b, "There is no older mail in this list.");
	assert_page_has(&b, ">Newest</a>");
}

static void the_size_of_a_page_is_chosen(void **state UNUSED)
{
	struct queue_question q;

	b.full_pages = true;
	browser_get(&b, "/login/queue?state=held&size=25");
	q = asked();
	assert_string_equal(q.state, "held");
	assert_int_equal(q.after, 0);
	assert_int_equal(q.limit, 26);
	assert_int_equal(count_in_page("<th scope=\"row\">"), 25);
	assert_page_has(&b, "<a href=\"/login/queue?state=held&amp;size=25\" aria-current=\"true\">25</a>");
	assert_page_has(&b, "<a href=\"/login/queue?state=held&amp;size=25&amp;after=96\">Older</a>");
	assert_page_has(&b, "<a href=\"/login/queue?state=failed&amp;size=25\">Failed</a>");
}

/* ---- searching ---- */

static void a_search_is_an_address(void **state UNUSED)
{
	struct queue_question q;

	browser_get(&b, "/login/queue?state=open&to=anna&from=root&subject=a%26b+c&id=&since=2026-03-01"
	    "&until=2026-03-02+14%3A30&order=oldest&size=25&after=2");
	assert_int_equal(b.status, 200);
	q = asked();
	assert_string_equal(q.state, "open");
	assert_string_equal(q.to, "anna");
	assert_string_equal(q.from, "root");
	assert_string_equal(q.subject, "a&b c");
	assert_string_equal(q.id, "");
	assert_int_equal(q.since, 1772323200);
	assert_int_equal(q.until, 1772323200 + 86400 + 14 * 3600 + 31 * 60);
	assert_true(q.oldest_first);
	assert_int_equal(q.after, 2);
	assert_int_equal(q.limit, 26);
	assert_page_has(&b, "name=\"subject\" id=\"subject\" value=\"a&amp;b c\"");
	assert_page_has(&b, "<details class=\"box search\" open>");
	assert_page_has(&b, "href=\"/login/queue?state=held&amp;to=anna&amp;from=root&amp;subject=a%26b%20c"
	    "&amp;since=2026-03-01&amp;until=2026-03-02%2014%3A30&amp;order=oldest&amp;size=25\">Held<");
	assert_page_has(&b, "href=\"/login/queue?state=open&amp;order=oldest&amp;size=25\">Show the whole");
	browser_get(&b, "/login/queue?id=%3C1%40x%3E");
	assert_string_equal(asked().id, "<1@x>");
	browser_get(&b, "/login/queue");
	assert_page_has(&b, "<details class=\"box search\">");
}

static void what_is_typed_wrongly_is_said_and_kept(void **state UNUSED)
{
	static const char *const queries[][2] = {
		{ "since=yesterday", "Enter a day as 2026-03-17" },
		{ "until=2026-02-30", "Enter a day as 2026-03-17" },
		{ "since=2026-03-02&until=2026-03-01", "not before the first one" },
	};

	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		browser_get(&b, arena_printf(b.arena, "/login/queue?to=anna&%s", queries[i][0]));
		assert_int_equal(b.status, 400);
		assert_page_has(&b, queries[i][1]);
		assert_page_has(&b, "One thing is not right");
		assert_page_has(&b, "value=\"anna\"");
	}
	browser_get(&b, arena_printf(b.arena, "/login/queue?subject=%0201d", 1));
	assert_int_equal(b.status, 400);
	assert_page_has(&b, "Search for a shorter part of it.");
	assert_int_equal(b.heard[WORD_QUEUE_LIST].times, 0);
}

static void a_search_goes_on_until_the_page_is_full_or_all_was_seen(void **state UNUSED)
{
	b.full_pages = true;
	browser_get(&b, "/login/queue?subject=needle");
	assert_int_equal(b.heard[WORD_QUEUE_LIST].times, 3);
	assert_page_has(&b, "1 message in this list");
	assert_page_lacks(&b, "Search further");
	browser_get(&b, "/login/queue?subject=nothing");
	assert_page_has(&b, "No mail in this list fits.");
	assert_page_lacks(&b, "Search further");
}

static void an_endless_search_is_continued_by_hand(void **state UNUSED)
{
	browser_get(&b, "/login/queue?subject=endless");
	assert_int_equal(b.status, 200);
	assert_int_equal(b.heard[WORD_QUEUE_LIST].times, 10);
	assert_page_has(&b, "Nothing was found in the part of the log that was looked at so far.");
	assert_page_has(&b, "href=\"/login/queue?state=all&amp;subject=endless&amp;after=999991\">Search further");
}

static void the_order_is_a_link(void **state UNUSED)
{
	b.full_pages = true;
	browser_get(&b, "/login/queue?state=open");
	assert_page_has(&b, "aria-sort=\"descending\"><a href=\"/login/queue?state=open&amp;order=oldest\">");
	browser_get(&b, "/login/queue?state=open&order=oldest");
	assert_true(asked().oldest_first);
	assert_page_has(&b, "aria-sort=\"ascending\"><a href=\"/login/queue?state=open\">");
	assert_page_has(&b, "The oldest 50 messages of this list");
	assert_page_has(&b, ">Newer</a>");
}

static void a_row_says_what_is_known(void **state UNUSED)
{
	browser_get(&b, "/login/queue");
	assert_page_has(&b, "<a href=\"/login/queue/4XJ6A9\"><bdi>Cron &lt;root@node-a&gt; run-parts");
	assert_page_has(&b, "1 recipient<");
	assert_page_has(&b, "3 recipients, 1 open<");
	assert_page_has(&b, "Deferred</span><span class=\"under\">Next try <time");
	assert_page_has(&b, "Queued</span><span class=\"under\">Due now<");
	assert_page_has(&b, "does not let this account send as root@node-a.example.");
	assert_page_has(&b, "(no subject)");
	assert_page_has(&b, "<bdi>root@node-a.example</bdi>"); /* no From: the sender */
}

static void an_empty_list_says_what_would_be_here(void **state UNUSED)
{
	browser_get(&b, "/login/queue?state=failed");
	assert_page_has(&b, "No mail failed. Mail that the relay refuses for good stands here");
	assert_page_lacks(&b, "<table");
	b.nothing_saved = true;
	browser_get(&b, "/login/queue");
	assert_page_has(&b, "No mail was handed to this node yet.");
	assert_page_has(&b, "tocsin-sendmail root");
	browser_get(&b, "/login/audit");
	assert_page_has(&b, "Nothing is recorded yet.");
}

/* ---- trying again ---- */

static void all_are_tried_and_the_list_stays(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/queue?state=held");
	assert_page_has(&b, "name=\"state\" value=\"held\"");
	assert_page_has(&b, "name=\"csrf\" value=\"the-token-of-anna&#39;s-forms\"");
	browser_post(&b, "/login/queue/retry", "state=held&csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue?state=held&tried=12");
	u = browser_heard(&b, WORD_QUEUE_ACT);
	assert_string_equal(unpack_text(&u, 100, b.arena), "retry");
	assert_string_equal(unpack_text(&u, 100, b.arena), "");
	assert_true(unpack_end(&u));
	browser_get(&b, "/login/queue?state=held&tried=12");
	assert_page_has(&b, "12 recipients are due now.");
	browser_get(&b, "/login/queue?tried=0");
	assert_page_has(&b, "Nothing was waiting for another try.");
	browser_get(&b, "/login/queue?tried=<i>");
	assert_page_lacks(&b, "role=\"status\"");
}

static void it_leads_to_no_other_list_than_there_is(void **state UNUSED)
{
	browser_post(&b, "/login/queue/retry", "state=%0d%0aX:1&csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue?state=all&tried=12");
	browser_post(&b, "/login/queue/retry", "csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue?state=all&tried=12");
}

static void one_message_is_tried(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/queue/4XJ2A9");
	assert_page_has(&b, "<form method=\"post\" action=\"/login/queue/4XJ2A9/retry\">");
	browser_post(&b, "/login/queue/4XJ2A9/retry", "csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue/4XJ2A9?tried=1");
	u = browser_heard(&b, WORD_QUEUE_ACT);
	assert_string_equal(unpack_text(&u, 100, b.arena), "retry");
	assert_string_equal(unpack_text(&u, 100, b.arena), "4XJ2A9");
	browser_get(&b, "/login/queue/4XJ2A9?tried=1");
	assert_page_has(&b, "1 recipient is due now.");
}

static const char *const buttons[] = { "retry", "hold", "release", "delete", "resend" };

/* An ID that is none must never become the empty one, which stands for all mail. */
static void what_is_no_queue_id_is_not_asked_for(void **state UNUSED)
{
	static const char *const paths[] = { "/login/queue/a%20b", "/login/queue/a=b",
		"/login/queue/%C3%A9", "/login/queue/*",
		"/login/queue/12345678901234567890123456789012345678901234567890123456789012345" };

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		browser_get(&b, paths[i]);
		assert_int_equal(b.status, 404);
		for (size_t a = 0; a < COUNT_OF(buttons); a++) {
			browser_post(&b, arena_printf(b.arena, "%s/%s", paths[i], buttons[a]),
			    "nth=1&csrf=" TEST_CSRF);
			assert_int_equal(b.status, 404);
		}
		browser_get(&b, arena_printf(b.arena, "%s/delete", paths[i]));
		assert_int_equal(b.status, 404);
	}
	assert_int_equal(b.heard[WORD_QUEUE_SHOW].times, 0);
	assert_int_equal(b.heard[WORD_QUEUE_ACT].times, 0);
	assert_int_equal(b.heard[WORD_QUEUE_RESEND].times, 0);
}

static void a_message_that_is_not_there_is_said(void **state UNUSED)
{
	browser_get(&b, "/login/queue/gone");
	assert_int_equal(b.status, 404);
	assert_page_has(&b, "No message in the mail log has this queue ID.");
	for (size_t a = 0; a < COUNT_OF(buttons); a++) {
		browser_post(&b, arena_printf(b.arena, "/login/queue/gone/%s", buttons[a]),
		    "nth=1&csrf=" TEST_CSRF);
		assert_int_equal(b.status, 404);
	}
}

/* ---- holding, deleting, sending again ---- */

static void assert_act(const char *button, const char *page, const char *words)
{
	struct unpack u;

	browser_post(&b, arena_printf(b.arena, "/login/queue/4XJ2A9/%s", button), "csrf=" TEST_CSRF);
	assert_redirect(&b, page);
	u = browser_heard(&b, WORD_QUEUE_ACT);
	assert_string_equal(unpack_text(&u, 100, b.arena), button);
	assert_string_equal(unpack_text(&u, 100, b.arena), "4XJ2A9");
	browser_get(&b, page);
	assert_page_has(&b, words);
}

static void each_button_says_what_it_did(void **state UNUSED)
{
	assert_act("hold", "/login/queue/4XJ2A9?held=1", "1 recipient is held.");
	assert_act("release", "/login/queue/4XJ2A9?released=1", "1 recipient is due now.");
	assert_act("delete", "/login/queue/4XJ2A9?deleted=1&left=2", "1 recipient is given up. "
	    "2 recipients are with the relay just now and cannot be taken back");
}

static void buttons_are_those_that_would_do_something(void **state UNUSED)
{
	browser_get(&b, "/login/queue/4XJ2A9");
	assert_page_has(&b, ">Try now<");
	assert_page_has(&b, ">Hold<");
	assert_page_has(&b, "href=\"/login/queue/4XJ2A9/delete\">Delete<");
	assert_page_lacks(&b, ">Release<");
	assert_page_lacks(&b, ">Send again<");
	browser_get(&b, "/login/queue/HELD1");
	assert_page_has(&b, ">Release<");
	assert_page_lacks(&b, ">Hold<");
	assert_page_lacks(&b, ">Try now<");
	browser_get(&b, "/login/queue/FAILED1");
	assert_page_has(&b, "href=\"/login/queue/FAILED1/resend\">Send again<");
	assert_page_lacks(&b, ">Hold<");
	browser_get(&b, "/login/queue/ACCEPTED1");
	assert_page_lacks(&b, ">Send again<");
	assert_page_lacks(&b, ">Delete<");
}

static void deleting_asks_first(void **state UNUSED)
{
	browser_get(&b, "/login/queue/4XJ2A9/delete");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "This gives the message up for 3 recipients");
	assert_page_has(&b, "<form method=\"post\" action=\"/login/queue/4XJ2A9/delete\">");
	browser_get(&b, "/login/queue/FAILED1/delete");
	assert_page_has(&b, "This removes the content that is kept");
	browser_get(&b, "/login/queue/ACCEPTED1/delete");
	assert_page_has(&b, "There is nothing to delete");
	assert_page_lacks(&b, "/delete\"><input");
	assert_int_equal(b.heard[WORD_QUEUE_ACT].times, 0);
}

static void sending_again_asks_first_and_counts(void **state UNUSED)
{
	browser_get(&b, "/login/queue/FAILED1/resend");
	assert_page_has(&b, "name=\"nth\" value=\"2\"");
	browser_get(&b, "/login/queue/4XJ2A9/resend");
	assert_page_has(&b, "It cannot be sent again.");
	browser_post(&b, "/login/queue/FAILED1/resend", "nth=2&csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue/COPY2?resent=1");
	browser_post(&b, "/login/queue/ACCEPTED1/resend", "nth=1&csrf=" TEST_CSRF);
	assert_int_equal(b.status, 409);
	assert_page_has(&b, "What the relay has taken is not kept.");
	browser_post(&b, "/login/queue/FAILED1/resend", "csrf=" TEST_CSRF);
	assert_int_equal(b.status, 400);
}

static void all_held_mail_is_released_from_its_list(void **state UNUSED)
{
	browser_get(&b, "/login/queue?state=open");
	assert_page_lacks(&b, "Release all");
	browser_get(&b, "/login/queue?state=held");
	assert_page_has(&b, "Release all");
	browser_post(&b, "/login/queue/release", "state=held&csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/queue?state=held&released=12");
}

static void without_the_forms_token_nothing_is_done(void **state UNUSED)
{
	for (size_t a = 0; a < COUNT_OF(buttons); a++) {
		browser_post(&b, arena_printf(b.arena, "/login/queue/4XJ2A9/%s", buttons[a]), "nth=1");
		assert_int_equal(b.status, 403);
	}
	assert_int_equal(b.heard[WORD_QUEUE_ACT].times, 0);
	assert_int_equal(b.heard[WORD_QUEUE_RESEND].times, 0);
}

/* ---- one message ---- */

static void what_happened_is_told_newest_first(void **state UNUSED)
{
	struct unpack u;

	browser_get(&b, "/login/queue/4XJ2A9?after=5");
	u = browser_heard(&b, WORD_QUEUE_TRIES);
	assert_string_equal(unpack_text(&u, 100, b.arena), "4XJ2A9");
	assert_int_equal(unpack_number(&u), 6); /* the recipients that are shown */
	assert_int_equal(unpack_number(&u), 10);
	assert_int_equal(unpack_number(&u), 0);
	assert_page_has(&b, "Held by ben");
	assert_page_has(&b, "Sent again by root (local)");
	assert_page_has(&b, "see <a href=\"/login/queue/4XJ9A9\">4XJ9A9</a>");
	assert_int_equal(count_in_page("<bdi>451 Greylisted, come back later</bdi>"), 2);
	assert_page_has(&b, "<bdi>2 recipients</bdi>"); /* one delivery, one answer */
	assert_page_has(&b, "smtp.example.com:587, at rcpt, 240");
	assert_page_has(&b, "href=\"/login/queue/4XJ2A9?after=5&amp;before=77\">Earlier tries");
	assert_page_has(&b, "href=\"/login/queue/4XJ2A9\">First recipients");
	browser_get(&b, "/login/queue/4XJ2A9?before=77");
	assert_page_lacks(&b, "Held by ben");
	assert_page_has(&b, "href=\"/login/queue/4XJ2A9?after=5\">More recipients");
	browser_get(&b, "/login/queue/4XJ2A9?after=x");
	assert_int_equal(b.status, 404);
}

static void a_message_says_what_became_of_each_recipient(void **state UNUSED)
{
	browser_get(&b, "/login/queue/4XJ2A9");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<h1>Message 4XJ2A9</h1>");
	assert_page_has(&b, "<bdi>250 Ok: queued as 4Zb2Kq1x</bdi>");
	assert_page_has(&b, "The first 5 of 240 recipients");
	assert_page_has(&b, "none yet");
	assert_int_equal(count_in_page("Possibly delivered"), 1);
	assert_int_equal(count_in_page("data-label=\"Tries\" class=\"number\">3<"), 4);
	assert_page_has(&b, "&lt;20260303140000.4711@node-a.example&gt;");
}

static void a_cause_is_explained_once_for_all_it_concerns(void **state UNUSED)
{
	browser_get(&b, "/login/queue/4XJ2A9");
	assert_int_equal(count_in_page("href=\"#cause-1\""), 2);
	assert_int_equal(count_in_page("href=\"#cause-2\""), 1);
	assert_int_equal(count_in_page("class=\"trouble\""), 1);
	assert_int_equal(count_in_page("class=\"trouble passes\""), 1); /* no alarm */
	assert_page_has(&b, "<li><bdi>ben@example.com</bdi></li>\n"
	    "<li><bdi>carla@example.com</bdi></li>");
	assert_page_has(&b, "<span class=\"mono\">451 4.7.1</span> Greylisted, come back later\nsee");
	assert_page_has(&b, "<span class=\"mono\">550 5.1.1</span> No such user here");
}

static void accepted_mail_needs_no_cure(void **state UNUSED)
{
	browser_get(&b, "/login/queue/ACCEPTED1");
	assert_page_has(&b, "<div class=\"banner good\">");
	assert_page_lacks(&b, "class=\"trouble\"");
	assert_page_lacks(&b, "Try now");
}

/* ---- the audit log ---- */

static void the_audit_log_is_shown_in_pages(void **state UNUSED)
{
	struct unpack u;

	b.full_pages = true;
	browser_get(&b, "/login/audit");
	assert_int_equal(b.status, 200);
	assert_int_equal(count_in_page("data-label=\"When\""), 50);
	assert_page_has(&b, "<a href=\"/login/audit?before=11\">Older</a>");
	browser_get(&b, "/login/audit?before=11");
	u = browser_heard(&b, WORD_AUDIT_LIST);
	assert_int_equal(unpack_number(&u), 11);
	assert_int_equal(unpack_number(&u), 50);
	assert_int_equal(count_in_page("data-label=\"When\""), 10);
	assert_page_lacks(&b, ">Older</a>");
	assert_page_has(&b, "<a href=\"/login/audit\">Newest</a>");
	browser_get(&b, "/login/audit?before=1");
	assert_page_has(&b, "There are no older entries.");
	browser_get(&b, "/login/audit?before=1x");
	assert_int_equal(b.status, 404);
}

static void control_characters_are_visible(void **state UNUSED)
{
	browser_get(&b, "/login/audit");
	assert_page_has(&b, "sign-in refused: ad\\x1b[31mmin");
}

/* ---- what may come from outside ---- */

static void hostile_texts_are_only_text(void **state UNUSED)
{
	static const char *const targets[] = { "/login/queue", "/login/queue/4XJ2A9", "/login/audit" };

	b.hostile = true;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 200);
		assert_page_lacks(&b, "<i a");
		assert_page_lacks(&b, "\x01");
		assert_page_has(&b, "&lt;i a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;\\x01");
	}
}

static enum word answer_to(enum word word)
{
	switch (word) {
	case WORD_QUEUE_LIST:
		return WORD_QUEUE_IS;
	case WORD_QUEUE_SHOW:
		return WORD_MESSAGE_IS;
	case WORD_QUEUE_ACT:
		return WORD_QUEUE_ACTED;
	case WORD_AUDIT_LIST:
		return WORD_AUDIT_IS;
	default:
		return WORD_NONE;
	}
}

static bool answer_rubbish(struct browser *browser, const struct channel_message *m,
	struct unpack *u UNUSED)
{
	enum word word = answer_to(m->word);
	struct buffer body;

	if (word == WORD_NONE)
		return false;
	buffer_init(&body, 100);
	pack_number(&body, 40);
	pack_number(&body, 40);
	pack_text(&body, "x");
	keeper_answers(browser, m, word, &body);
	return true;
}

static void answers_that_cannot_be_read_are_said(void **state UNUSED)
{
	static const char *const targets[] = { "/login/queue", "/login/queue/4XJ2A9", "/login/audit" };

	b.answer = answer_rubbish;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 500);
		assert_page_has(&b, "Something is wrong here");
	}
	browser_post(&b, "/login/queue/retry", "csrf=" TEST_CSRF);
	assert_int_equal(b.status, 500);
}

static bool refuse_all(struct browser *browser,
	const struct channel_message *m, struct unpack *u UNUSED)
{
	if (m->word == WORD_SESSION || m->word == WORD_STATUS)
		return false;
	keeper_refuses(browser, m, EX_NOPERM, "Only an administrator may see this.");
	return true;
}

static void the_keepers_refusal_is_shown(void **state UNUSED)
{
	static const char *const targets[] = { "/login/queue", "/login/queue/4XJ2A9", "/login/audit" };

	b.answer = refuse_all;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 403);
		assert_page_has(&b, "Only an administrator may see this.");
	}
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_browser(the_log_begins_with_all_mail),
		with_browser(each_list_has_its_address),
		with_browser(a_list_that_does_not_exist_is_not_asked_for),
		with_browser(a_page_leads_to_the_older_one),
		with_browser(the_size_of_a_page_is_chosen),
		with_browser(a_search_is_an_address),
		with_browser(what_is_typed_wrongly_is_said_and_kept),
		with_browser(a_search_goes_on_until_the_page_is_full_or_all_was_seen),
		with_browser(an_endless_search_is_continued_by_hand),
		with_browser(the_order_is_a_link),
		with_browser(a_row_says_what_is_known),
		with_browser(an_empty_list_says_what_would_be_here),
		with_browser(all_are_tried_and_the_list_stays),
		with_browser(it_leads_to_no_other_list_than_there_is),
		with_browser(one_message_is_tried),
		with_browser(each_button_says_what_it_did),
		with_browser(buttons_are_those_that_would_do_something),
		with_browser(deleting_asks_first),
		with_browser(sending_again_asks_first_and_counts),
		with_browser(all_held_mail_is_released_from_its_list),
		with_browser(without_the_forms_token_nothing_is_done),
		with_browser(what_happened_is_told_newest_first),
		with_browser(what_is_no_queue_id_is_not_asked_for),
		with_browser(a_message_that_is_not_there_is_said),
		with_browser(a_message_says_what_became_of_each_recipient),
		with_browser(a_cause_is_explained_once_for_all_it_concerns),
		with_browser(accepted_mail_needs_no_cure),
		with_browser(the_audit_log_is_shown_in_pages),
		with_browser(control_characters_are_visible),
		with_browser(hostile_texts_are_only_text),
		with_browser(answers_that_cannot_be_read_are_said),
		with_browser(the_keepers_refusal_is_shown),
	};

	return cmocka_run_group_tests_name("web/log", tests, NULL, NULL);
}
