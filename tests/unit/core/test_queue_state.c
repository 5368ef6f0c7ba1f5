/* The queue's states: names, what is final, what a list shows. */
#include "unit/unit.h"

#include "core/queue_state.h"

static void every_state_has_a_name_that_is_read_back(void **state UNUSED)
{
	for (int i = 0; i < QUEUE_STATE_COUNT; i++) {
		enum queue_state s = QUEUE_STATE_COUNT;

		assert_non_null(queue_state_name((enum queue_state)i));
		assert_true(queue_state_parse(slice_of(queue_state_name((enum queue_state)i)), &s));
		assert_int_equal(s, i);
	}
	assert_string_equal(queue_state_name(QUEUE_DOT_SENT), "dot sent");
}

static void an_unknown_name_is_refused_and_writes_nothing(void **state UNUSED)
{
	enum queue_state s = QUEUE_HELD;

	assert_false(queue_state_parse(SLICE(""), &s));
	assert_false(queue_state_parse(SLICE("Queued"), &s));
	assert_int_equal(s, QUEUE_HELD);
}

static void accepted_and_failed_alone_are_final(void **state UNUSED)
{
	for (int i = 0; i < QUEUE_STATE_COUNT; i++)
		assert_int_equal(queue_state_is_final((enum queue_state)i),
			i == QUEUE_ACCEPTED || i == QUEUE_FAILED);
}

static void open_states_are_shown_before_final_ones(void **state UNUSED)
{
	assert_int_equal(queue_state_worse(QUEUE_ACCEPTED, QUEUE_FAILED), QUEUE_FAILED);
	assert_int_equal(queue_state_worse(QUEUE_FAILED, QUEUE_QUEUED), QUEUE_QUEUED);
	assert_int_equal(queue_state_worse(QUEUE_HELD, QUEUE_DEFERRED), QUEUE_HELD);
	assert_int_equal(queue_state_worse(QUEUE_DEFERRED, QUEUE_QUEUED), QUEUE_DEFERRED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_name_that_is_read_back),
		cmocka_unit_test(an_unknown_name_is_refused_and_writes_nothing),
		cmocka_unit_test(accepted_and_failed_alone_are_final),
		cmocka_unit_test(open_states_are_shown_before_final_ones),
	};

	return cmocka_run_group_tests_name("core/queue_state", tests, NULL, NULL);
}
