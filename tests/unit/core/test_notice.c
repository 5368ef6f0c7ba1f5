/* Notices: what each says and warns of, and which are worth a mail. */
#include "unit/unit.h"

#include "core/compose.h"
#include "core/notice_rule.h"
#include "core/notice_text.h"

enum {
	NOW = 1773752525, /* 17 March 2026, 13:02:05 UTC */
	DAY = 86400,
};

static struct arena *arena;
static struct notice_text text;

static struct notice_frame frame(void)
{
	return (struct notice_frame){
		.site_name = "Ward 7", .node_name = "web1", .page_url = "https://web1.example",
		.zone = &time_zone_utc, .zone_name = "UTC", .now = NOW,
	};
}

static const char *row(const char *label)
{
	for (size_t i = 0; i < text.n_parts; i++)
		if (text.parts[i].kind == MAIL_ROW && strcmp(text.parts[i].label, label) == 0)
			return text.parts[i].text;
	return NULL;
}

static bool says(const char *words)
{
	for (size_t i = 0; i < text.n_parts; i++)
		if (strstr(text.parts[i].text, words) != NULL)
			return true;
	return false;
}

static struct daily_facts facts(int64_t https_until, int64_t relay_until)
{
	return (struct daily_facts){
		.relay = "smtp.example.com:587", .accepted = 12, .failed = 1, .waiting = 3, .held = 2,
		.oldest_waiting = NOW - 7200, .next = NOW + DAY,
		.certificates = { { "HTTPS certificate of this node", https_until },
			{ "Certificate of the relay", relay_until } },
	};
}

static void the_daily_one_says_what_is_known(void **state UNUSED)
{
	struct notice_frame f = frame();
	struct daily_facts d = facts(NOW + 100 * DAY, NOW + 90 * DAY + 1);

	notice_text_daily(&f, &d, arena, &text);
	assert_string_equal(text.subject, "[Ward 7] web1: daily communication notice");
	assert_true(says("through the relay smtp.example.com:587"));
	assert_string_equal(row("Node"), "web1");
	assert_string_equal(row("Accepted in 24 hours"), "12");
	assert_string_equal(row("Failed in 24 hours"), "1");
	assert_string_equal(row("Waiting"), "3");
	assert_string_equal(row("Held"), "2");
	assert_string_equal(row("Oldest waiting since"),
		"17 March 2026, 11:02:05 +0000 (2 hours)");
	assert_string_equal(row("HTTPS certificate of this node"),
		"100 days left, until 25 June 2026, 13:02:05 +0000");
	assert_true(slice_starts(slice_of(row("Certificate of the relay")), "90 days left"));
	assert_null(row("CA certificate for the relay"));
	assert_string_equal(row("Next notice"), "18 March 2026, 13:02:05 +0000 (UTC)");
	assert_true(says("If the next notice does not come"));
	assert_false(says("To be done"));
}

static void a_certificate_that_ends_soon_is_in_the_subject(void **state UNUSED)
{
	static const struct {
		int64_t left;
		const char *end;
	} rows[] = {
		{ 30 * DAY, "daily communication notice" },
		{ 30 * DAY - 1, "notice, Certificate of the relay has 29 days left" },
		{ 13 * DAY, "notice, soon: Certificate of the relay has 13 days left" },
		{ DAY, "notice, URGENT: Certificate of the relay has 1 day left" },
		{ 0, "notice, URGENT: Certificate of the relay has expired" },
	};
	struct notice_frame f = frame();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct daily_facts d = facts(NOW + 100 * DAY, NOW + rows[i].left);

		notice_text_daily(&f, &d, arena, &text);
		assert_true(slice_ends(slice_of(text.subject), rows[i].end));
		assert_int_equal(says("To be done"), i > 0);
		assert_int_equal(says("Renew it before it ends"), i > 0 && rows[i].left > 0);
		assert_int_equal(says("Renew it now"), rows[i].left == 0);
	}
}

static struct verdict refusal(void)
{
	struct verdict v;

	verdict_set_reply(&v, STAGE_RCPT, 550, (struct enhanced_status){ 5, 1, 1 },
		SLICE("No such user\nhere"));
	return v;
}

static void what_ends_soon_comes_with_its_cure(void **state UNUSED)
{
	static const struct ending list[] = { { ENDING_SECRET, NOW + 14 * DAY },
		{ ENDING_TESTING, NOW + 3 * DAY } };
	struct notice_frame f = frame();
	struct daily_facts d = facts(NOW + 100 * DAY, NOW + 90 * DAY);

	notice_text_endings(&f, list, 2, arena, &text);
	assert_string_equal(text.subject, "[Ward 7] web1: OAuth2 sign-in at Google ends in 3 days");
	assert_true(says("OAuth2 client secret ends in 14 days"));
	assert_true(says("In production"));
	assert_string_equal(row("Ends"), "31 March 2026, 13:02:05 +0000");
	d.certificates[2] = (struct notice_certificate){ "OAuth2 client secret", NOW + 12 * DAY };
	notice_text_daily(&f, &d, arena, &text);
	assert_string_equal(text.subject, "[Ward 7] web1: daily communication notice, soon: OAuth2 "
		"client secret has 12 days left");
}

static void failures_are_listed_up_to_ten(void **state UNUSED)
{
	struct notice_failure items[NOTICE_FAILURES_MAX];
	struct notice_failures list = { items, NOTICE_FAILURES_MAX, 25 };
	struct notice_frame f = frame();
	struct verdict v = refusal();
	size_t listed = 0;

	for (size_t i = 0; i < NOTICE_FAILURES_MAX; i++)
		items[i] = (struct notice_failure){ NOW, "ABC", "gone@example.com", "backup\nof db1", &v };
	notice_text_failures(&f, &list, arena, &text);
	assert_non_null(strstr(text.subject, "mail for 25 recipients could not be delivered"));
	for (size_t i = 0; i < text.n_parts; i++)
		listed += text.parts[i].kind == MAIL_ITEM;
	assert_int_equal(listed, NOTICE_FAILURES_MAX + 1);
	assert_true(says("to gone@example.com, \"backup of db1\", ABC: "));
	assert_true(says("(550 No such user here)"));
	assert_true(says("and 15 more"));
	list.n = list.total = 1;
	items[0].verdict = NULL;
	notice_text_failures(&f, &list, arena, &text);
	assert_non_null(strstr(text.subject, "mail for one recipient could not be delivered"));
	assert_true(says("it could not be delivered"));
	assert_false(says("more."));
}

static void the_end_of_an_outage_is_told_with_its_times(void **state UNUSED)
{
	struct notice_frame f = frame();
	struct healed_facts h = {
		.began = NOW - 3900, .ended = NOW - 60, .breaks = 3, .waited = 17,
	};
	struct verdict v;

	verdict_set_reason(&v, STAGE_CONNECT, REASON_REFUSED, SLICE("nobody listens"));
	h.verdict = &v;
	notice_text_healed(&f, &h, arena, &text);
	assert_string_equal(text.subject, "[Ward 7] web1: mail works again after 1 hour 4 minutes");
	assert_string_equal(row("Broken from"), "17 March 2026, 11:57:05 +0000");
	assert_string_equal(row("Broken until"), "17 March 2026, 13:01:05 +0000");
	assert_string_equal(row("How often"), "it broke 3 times in that time");
	assert_string_equal(row("Messages that waited"), "17");
	assert_string_equal(row("What was seen"), "nobody listens");
	h.breaks = 1;
	notice_text_healed(&f, &h, arena, &text);
	assert_null(row("How often"));
}

/* Whatever stands in a notice, a mail can be made of it. */
static void every_notice_can_be_composed(void **state UNUSED)
{
	struct notice_frame f = frame();
	struct notice_failure item = { NOW, "ABC", "gone@example.com", "\x01\xff\r\n.\r\n", NULL };
	struct notice_failures list = { &item, 1, 1 };
	struct slice to = SLICE("boss@example.com");
	struct mail mail = { .from_name = "", .from_address = SLICE("a@example.com"), .to = &to,
		.n_to = 1, .node_name = "web1", .now = NOW };
	struct buffer out;

	notice_text_failures(&f, &list, arena, &text);
	mail.subject = text.subject;
	mail.parts = text.parts;
	mail.n_parts = text.n_parts;
	buffer_init(&out, COMPOSE_MAX);
	assert_int_equal(compose_mail(&mail, &out), 0);
	assert_non_null(strstr(buffer_text(&out), "Auto-Submitted: auto-generated\r\n"));
	buffer_release(&out);
}

static void spans(void **state UNUSED)
{
	assert_string_equal(notice_span(-5, arena), "0 seconds");
	assert_string_equal(notice_span(1, arena), "1 second");
	assert_string_equal(notice_span(60, arena), "1 minute");
	assert_string_equal(notice_span(3599, arena), "59 minutes 59 seconds");
	assert_string_equal(notice_span(90000, arena), "1 day 1 hour");
	assert_string_equal(notice_span(86400 + 59, arena), "1 day");
}

static void rules(void **state UNUSED)
{
	assert_false(notice_outage_is_told(299));
	assert_true(notice_outage_is_told(300));
	/* gathered for a minute; an hour after the one before; a wrong clock delays nothing */
	assert_int_equal(notice_failures_due(NOW, 0, NOW), NOW + 60);
	assert_int_equal(notice_failures_due(NOW, NOW - 100, NOW), NOW + 3500);
	assert_int_equal(notice_failures_due(NOW, NOW - 5000, NOW), NOW + 60);
	assert_int_equal(notice_failures_due(NOW + DAY, 0, NOW), NOW);
	assert_int_equal(notice_failures_due(NOW, NOW + DAY, NOW + 100), NOW + 60);
}

static int setup(void **state UNUSED)
{
	arena = arena_new(1024 * 1024);
	return arena != NULL ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_daily_one_says_what_is_known),
		cmocka_unit_test(a_certificate_that_ends_soon_is_in_the_subject),
		cmocka_unit_test(what_ends_soon_comes_with_its_cure),
		cmocka_unit_test(failures_are_listed_up_to_ten),
		cmocka_unit_test(the_end_of_an_outage_is_told_with_its_times),
		cmocka_unit_test(every_notice_can_be_composed),
		cmocka_unit_test(spans),
		cmocka_unit_test(rules),
	};

	return cmocka_run_group_tests_name("core/notice", tests, setup, teardown);
}
