/* The queue's schedules, with the randomness at its ends. */
#include "unit/unit.h"

#include "core/retry.h"

static void a_message_waits_longer_each_time(void **state UNUSED)
{
	static const int minutes[] = { 1, 2, 5, 10, 20, 30, 60, 60, 60 };

	for (unsigned i = 0; i < COUNT_OF(minutes); i++) {
		int least = minutes[i] * 48, most = minutes[i] * 72;

		assert_int_equal(retry_delay(VERDICT_TRANSIENT, i + 1, 0), least);
		assert_int_equal(retry_delay(VERDICT_TRANSIENT, i + 1, UINT32_MAX), most);
		assert_int_equal(retry_delay(VERDICT_LOCAL, i + 1, 0), least);
	}
	assert_int_equal(retry_delay(VERDICT_TRANSIENT, 1, UINT32_MAX / 2), 59);
}

static void odd_numbers_of_attempts_are_harmless(void **state UNUSED)
{
	assert_int_equal(retry_delay(VERDICT_TRANSIENT, 0, 0), 48);
	assert_int_equal(retry_delay(VERDICT_TRANSIENT, UINT32_MAX, 0), 60 * 48);
}

static void the_possibly_delivered_waits_long_at_once(void **state UNUSED)
{
	assert_int_equal(retry_delay(VERDICT_AMBIGUOUS, 1, 0), 30 * 48);
	assert_int_equal(retry_delay(VERDICT_AMBIGUOUS, 2, 0), 60 * 48);
}

static void a_refused_account_is_asked_seldom(void **state UNUSED)
{
	assert_int_equal(retry_delay(VERDICT_ACCOUNT, 1, 0), 10 * 48);
	assert_int_equal(retry_delay(VERDICT_ACCOUNT, 9, 0), 60 * 48);
}

static void final_and_held_classes_have_no_time(void **state UNUSED)
{
	static const enum verdict_class classes[] = {
		VERDICT_ACCEPTED, VERDICT_RECIPIENT, VERDICT_MESSAGE, VERDICT_RELAY,
		VERDICT_CREDENTIAL,
	};

	for (size_t i = 0; i < COUNT_OF(classes); i++)
		assert_int_equal(retry_delay(classes[i], 3, 77), 0);
}

static void gives_up_after_five_days_and_some_tries(void **state UNUSED)
{
	assert_false(retry_is_over(1000, 99, 1000 + 5 * 86400 - 1));
	assert_true(retry_is_over(1000, 99, 1000 + 5 * 86400));
	assert_true(retry_is_over(1000, RETRY_TRIES_MIN, 1000 + 5 * 86400));
	assert_false(retry_is_over(1000, RETRY_TRIES_MIN - 1, 1000 + 50 * 86400));
	assert_false(retry_is_over(1000, 99, 0));
}

static void the_relay_is_probed_quickly_then_each_minute(void **state UNUSED)
{
	static const int seconds[] = { 1, 2, 5, 10, 30, 60, 60 };

	for (unsigned i = 0; i < COUNT_OF(seconds); i++)
		assert_int_equal(retry_probe_delay(i), seconds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_waits_longer_each_time),
		cmocka_unit_test(odd_numbers_of_attempts_are_harmless),
		cmocka_unit_test(the_possibly_delivered_waits_long_at_once),
		cmocka_unit_test(a_refused_account_is_asked_seldom),
		cmocka_unit_test(final_and_held_classes_have_no_time),
		cmocka_unit_test(gives_up_after_five_days_and_some_tries),
		cmocka_unit_test(the_relay_is_probed_quickly_then_each_minute),
	};

	return cmocka_run_group_tests_name("core/retry", tests, NULL, NULL);
}
