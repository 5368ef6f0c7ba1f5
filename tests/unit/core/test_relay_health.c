/* The relay's health in false time: one alert, probes on schedule, resume by itself. */
#include "unit/unit.h"

#include "core/relay_health.h"

static void feed(struct relay_health *h, enum verdict_class class, int64_t now)
{
	struct verdict v = { .class = class, .code = 535, .stage = STAGE_AUTH };

	relay_health_feed(h, &v, now);
}

/* Runs the probes that are due, each failing as class; returns when each was. */
static void fail_probes(struct relay_health *h, int64_t *ret_times, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t now = relay_health_deadline(h);

		relay_health_expire(h, now);
		assert_int_equal(relay_health_next(h), RELAY_EVENT_PROBE);
		assert_int_equal(relay_health_next(h), RELAY_EVENT_NONE);
		assert_true(relay_health_deadline(h) == INT64_MAX);
		feed(h, VERDICT_RELAY, now);
		ret_times[i] = now;
	}
}

static void begins_untried_and_may_send(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 5);
	assert_int_equal(h.state, RELAY_UNTRIED);
	assert_true(relay_health_may_send(&h));
	assert_true(relay_health_deadline(&h) == INT64_MAX);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
}

static void breaks_once_with_its_reason(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_ACCEPTED, 1000);
	assert_int_equal(h.state, RELAY_WORKS);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	feed(&h, VERDICT_CREDENTIAL, 2000);
	assert_false(relay_health_may_send(&h));
	assert_int_equal(h.since, 2000);
	assert_int_equal(h.verdict.code, 535);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_BROKE);
	feed(&h, VERDICT_RELAY, 3000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	assert_int_equal(h.since, 2000);
}

static void probes_at_1_2_5_10_30_then_each_60_seconds(void **state UNUSED)
{
	static const int64_t expected[] = { 1000, 3000, 8000, 18000, 48000, 108000, 168000 };
	int64_t times[COUNT_OF(expected)];
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_BROKE);
	fail_probes(&h, times, COUNT_OF(times));
	for (size_t i = 0; i < COUNT_OF(times); i++)
		assert_int_equal(times[i], expected[i]);
}

static void an_early_alarm_clock_does_nothing(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	(void)relay_health_next(&h);
	relay_health_expire(&h, 999);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
}

static void a_good_probe_resumes(void **state UNUSED)
{
	struct relay_health h;
	int64_t times[3];

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	(void)relay_health_next(&h);
	fail_probes(&h, times, COUNT_OF(times));
	relay_health_expire(&h, 18000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_PROBE);
	feed(&h, VERDICT_ACCEPTED, 18100);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	assert_true(relay_health_may_send(&h));
	assert_int_equal(h.since, 18100);
	assert_true(relay_health_deadline(&h) == 18100 + RELAY_STEADY_MS); /* of the alert's end */
	feed(&h, VERDICT_RELAY, 20000);
	assert_true(relay_health_deadline(&h) == 21000);
}

static void a_refused_recipient_shows_that_the_relay_works(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	(void)relay_health_next(&h);
	feed(&h, VERDICT_RECIPIENT, 500);
	assert_int_equal(h.state, RELAY_WORKS);
	assert_true(relay_health_may_send(&h));
}

static void a_transient_probe_is_repeated(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	(void)relay_health_next(&h);
	relay_health_expire(&h, 1000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_PROBE);
	feed(&h, VERDICT_TRANSIENT, 1500);
	assert_false(relay_health_may_send(&h));
	assert_true(relay_health_deadline(&h) == 3500);
}

static void new_settings_are_tried_at_once_and_delays_begin_anew(void **state UNUSED)
{
	struct relay_health h;
	int64_t times[6];

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	(void)relay_health_next(&h);
	fail_probes(&h, times, COUNT_OF(times));
	relay_health_settings_changed(&h, 110000);
	assert_true(relay_health_deadline(&h) == 110000);
	fail_probes(&h, times, 2);
	assert_int_equal(times[0], 110000);
	assert_int_equal(times[1], 112000);
}

static void an_alert_nobody_heard_is_not_taken_back(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	feed(&h, VERDICT_RELAY, 0);
	feed(&h, VERDICT_ACCEPTED, 10);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	feed(&h, VERDICT_RELAY, 20);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_BROKE);
	feed(&h, VERDICT_ACCEPTED, 30);
	feed(&h, VERDICT_RELAY, 40);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
}

/* ---- the alert, apart from the state ---- */

/* count verdicts of that class, the first at now, a second apart. */
static void feed_many(struct relay_health *h, enum verdict_class class, size_t count, int64_t now)
{
	for (size_t i = 0; i < count; i++)
		feed(h, class, now + (int64_t)i * 1000);
}

static void break_at(struct relay_health *h, int64_t now)
{
	feed(h, VERDICT_RELAY, now);
	assert_int_equal(relay_health_next(h), RELAY_EVENT_BROKE);
	assert_int_equal(relay_health_next(h), RELAY_EVENT_NONE);
}

/* Good from then on; the alert ends at that time and not a millisecond before. */
static void ends_at(struct relay_health *h, int64_t good, int64_t end)
{
	feed(h, VERDICT_ACCEPTED, good);
	assert_true(relay_health_deadline(h) == end);
	relay_health_expire(h, end - 1);
	assert_int_equal(relay_health_next(h), RELAY_EVENT_NONE);
	relay_health_expire(h, end);
	assert_int_equal(relay_health_next(h), RELAY_EVENT_WORKS);
	assert_int_equal(relay_health_next(h), RELAY_EVENT_NONE);
	assert_true(relay_health_deadline(h) == INT64_MAX);
}

static void an_alert_ends_after_three_good_minutes(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 1000);
	ends_at(&h, 9000, 9000 + RELAY_STEADY_MS);
}

static void an_alert_ends_after_five_good_messages(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 0);
	feed_many(&h, VERDICT_ACCEPTED, RELAY_STEADY_COUNT - 1, 1000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	feed(&h, VERDICT_ACCEPTED, 6000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
	feed_many(&h, VERDICT_ACCEPTED, 20, 7000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
}

static void an_alert_goes_on_while_it_breaks_again_and_counts(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 500);
	for (int64_t now = 1000; now <= 20000; now += 1000) { /* four good ones, then a bad one */
		feed(&h, now % 5000 == 0 ? VERDICT_RELAY : VERDICT_ACCEPTED, now);
		assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	}
	assert_int_equal(h.breaks, 5);
	assert_true(h.alarmed);
	assert_int_equal(h.alarmed_at, 500);
	assert_false(relay_health_may_send(&h)); /* the queue is held each time */
}

static void the_first_good_one_after_new_settings_ends_the_alert(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 0);
	relay_health_settings_changed(&h, 5000);
	relay_health_expire(&h, 5000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_PROBE);
	feed(&h, VERDICT_ACCEPTED, 5100);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
}

static void settings_of_before_do_not_end_a_later_alert(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	relay_health_settings_changed(&h, 0);
	break_at(&h, 1000);
	feed(&h, VERDICT_ACCEPTED, 2000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	assert_true(h.alarmed);
}

/* Ends that were believed too early: time alone, and longer each time, up to an hour. */
static void a_relapse_must_prove_itself_longer_each_time(void **state UNUSED)
{
	static const int64_t minutes[] = { 3, 3, 6, 12, 24, 48, 60 };
	struct relay_health h;
	int64_t now = 0;

	relay_health_init(&h, 0);
	for (size_t i = 0; i < COUNT_OF(minutes); i++) {
		break_at(&h, now);
		ends_at(&h, now + 1000, now + 1000 + minutes[i] * 60 * 1000);
		now += 1000 + minutes[i] * 60 * 1000 + 1000;
	}
	now += RELAY_CALM_MS; /* an hour of peace, and all is as at first */
	break_at(&h, now);
	feed_many(&h, VERDICT_ACCEPTED, RELAY_STEADY_COUNT, now + 1000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
}

static void a_count_does_not_end_a_relapse(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 0);
	feed_many(&h, VERDICT_ACCEPTED, RELAY_STEADY_COUNT, 1000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
	break_at(&h, 10000);
	feed_many(&h, VERDICT_ACCEPTED, 100, 11000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	feed(&h, VERDICT_ACCEPTED, 11000 + RELAY_STEADY_MS);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
}

/* Every tenth message fails, one message a second, for a day. */
static void a_flapping_relay_never_floods(void **state UNUSED)
{
	struct relay_health h;
	size_t n_broke = 0, n_works = 0;

	relay_health_init(&h, 0);
	for (int64_t now = 0; now < 24LL * 3600 * 1000; now += 1000) {
		enum relay_event event;

		relay_health_expire(&h, now);
		feed(&h, now % 10000 == 0 ? VERDICT_RELAY : VERDICT_ACCEPTED, now);
		while ((event = relay_health_next(&h)) != RELAY_EVENT_NONE) {
			n_broke += event == RELAY_EVENT_BROKE;
			n_works += event == RELAY_EVENT_WORKS;
		}
	}
	assert_int_equal(n_broke, 2);
	assert_int_equal(n_works, 1);
	assert_int_equal(h.breaks, 24 * 360 - 1);
}

static void an_end_nobody_heard_did_not_happen(void **state UNUSED)
{
	struct relay_health h;

	relay_health_init(&h, 0);
	break_at(&h, 0);
	feed_many(&h, VERDICT_ACCEPTED, RELAY_STEADY_COUNT, 1000);
	feed(&h, VERDICT_RELAY, 9000);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	assert_true(h.alarmed);
	assert_int_equal(h.breaks, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_untried_and_may_send),
		cmocka_unit_test(breaks_once_with_its_reason),
		cmocka_unit_test(probes_at_1_2_5_10_30_then_each_60_seconds),
		cmocka_unit_test(an_early_alarm_clock_does_nothing),
		cmocka_unit_test(a_good_probe_resumes),
		cmocka_unit_test(a_refused_recipient_shows_that_the_relay_works),
		cmocka_unit_test(a_transient_probe_is_repeated),
		cmocka_unit_test(new_settings_are_tried_at_once_and_delays_begin_anew),
		cmocka_unit_test(an_alert_nobody_heard_is_not_taken_back),
		cmocka_unit_test(an_alert_ends_after_three_good_minutes),
		cmocka_unit_test(an_alert_ends_after_five_good_messages),
		cmocka_unit_test(an_alert_goes_on_while_it_breaks_again_and_counts),
		cmocka_unit_test(the_first_good_one_after_new_settings_ends_the_alert),
		cmocka_unit_test(settings_of_before_do_not_end_a_later_alert),
		cmocka_unit_test(a_relapse_must_prove_itself_longer_each_time),
		cmocka_unit_test(a_count_does_not_end_a_relapse),
		cmocka_unit_test(a_flapping_relay_never_floods),
		cmocka_unit_test(an_end_nobody_heard_did_not_happen),
	};

	return cmocka_run_group_tests_name("core/relay_health", tests, NULL, NULL);
}
