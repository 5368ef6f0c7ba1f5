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
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_NONE);
	assert_true(relay_health_may_send(&h));
	assert_int_equal(h.since, 18100);
	assert_true(relay_health_deadline(&h) == INT64_MAX);
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
	assert_int_equal(relay_health_next(&h), RELAY_EVENT_WORKS);
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
	};

	return cmocka_run_group_tests_name("core/relay_health", tests, NULL, NULL);
}
