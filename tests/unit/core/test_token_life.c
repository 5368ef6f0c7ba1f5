/* The life of a sign-in in false time: renewed early, one at a time, believed dead late. */
#include "unit/unit.h"

#include "core/token_life.h"

enum {
	S = 1000,
	MINUTE = 60 * S,
	HOUR = 60 * MINUTE,
};

/* Signed in at 0 with a token of so many seconds. */
static struct token_life signed_in(int64_t life_s)
{
	struct token_life t;

	token_life_init(&t, 0);
	assert_int_equal(t.state, TOKEN_NONE);
	assert_false(token_life_is_usable(&t, 0));
	token_life_start(&t, true, 0, life_s, 0);
	assert_int_equal(t.state, TOKEN_GOOD);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	return t;
}

/* Lets time come to the deadline: RENEW is given out, once. When that was. */
static int64_t renews(struct token_life *t)
{
	int64_t now = token_life_deadline(t);

	assert_true(now < INT64_MAX);
	token_life_expire(t, now - 1);
	assert_int_equal(token_life_next(t), TOKEN_EVENT_NONE);
	token_life_expire(t, now);
	assert_int_equal(token_life_next(t), TOKEN_EVENT_RENEW);
	assert_int_equal(token_life_next(t), TOKEN_EVENT_NONE);
	assert_true(token_life_deadline(t) == INT64_MAX);
	return now;
}

static int64_t answers(struct token_life *t, enum token_answer answer)
{
	int64_t now = renews(t);

	token_life_answered(t, answer, 3600, 0, now);
	return now;
}

/* ---- when it is due ---- */

static void renews_ten_minutes_or_a_fifth_before_the_end(void **state UNUSED)
{
	static const struct {
		int64_t life_s, at_s;
	} cases[] = {
		{ 3600, 2880 }, /* a fifth */
		{ 86400, 69120 },
		{ 2400, 1800 }, /* ten minutes */
		{ 900, 450 }, /* half of its life at the earliest */
		{ 2, 10 },
		{ 0, 2880 }, /* not said: an hour */
		{ 30 * 86400, 7 * 86400 / 5 * 4 }, /* taken for a week */
		{ INT64_MAX, 7 * 86400 / 5 * 4 },
		{ -5, 2880 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct token_life t = signed_in(cases[i].life_s);

		assert_int_equal(renews(&t), cases[i].at_s * S);
	}
}

static void a_token_is_good_until_shortly_before_its_end(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	assert_true(token_life_is_usable(&t, HOUR - 31 * S));
	assert_false(token_life_is_usable(&t, HOUR - 30 * S));
	t = signed_in(20);
	assert_true(token_life_is_usable(&t, 14 * S));
	assert_false(token_life_is_usable(&t, 15 * S));
}

static void without_a_refresh_token_nothing_renews(void **state UNUSED)
{
	struct token_life t;

	token_life_init(&t, 0);
	token_life_start(&t, false, 0, 3600, 0);
	assert_true(token_life_deadline(&t) == INT64_MAX);
	assert_false(token_life_relay_refused(&t, S));
	token_life_try_now(&t, S);
	assert_true(token_life_deadline(&t) == INT64_MAX);
}

/* ---- after a restart ---- */

static void a_stored_token_goes_on_where_it_was(void **state UNUSED)
{
	struct token_life t;

	token_life_init(&t, 5 * HOUR);
	token_life_start(&t, true, 30 * MINUTE, 3600, 5 * HOUR);
	assert_true(token_life_is_usable(&t, 5 * HOUR));
	assert_int_equal(token_life_deadline(&t), 5 * HOUR + 18 * MINUTE);
	assert_false(token_life_is_usable(&t, 5 * HOUR + 30 * MINUTE));
}

static void a_token_from_the_future_or_long_ago_is_renewed_at_once(void **state UNUSED)
{
	static const int64_t ages[] = { -1, -HOUR, 2 * HOUR, INT64_MAX, INT64_MIN };

	for (size_t i = 0; i < COUNT_OF(ages); i++) {
		struct token_life t;

		token_life_init(&t, 5 * HOUR);
		token_life_start(&t, true, ages[i], 3600, 5 * HOUR);
		assert_false(token_life_is_usable(&t, 5 * HOUR));
		assert_true(token_life_deadline(&t) <= 5 * HOUR);
	}
}

/* The wall clock jumps while the node is off: one renewal, and then all is as ever. */
static void a_wall_clock_that_jumps_costs_one_renewal(void **state UNUSED)
{
	static const int64_t jumps[] = { 24 * HOUR, -24 * HOUR, (int64_t)3652 * 24 * HOUR };

	for (size_t i = 0; i < COUNT_OF(jumps); i++) {
		struct token_life t;
		int64_t now;

		token_life_init(&t, 5 * HOUR);
		token_life_start(&t, true, 10 * MINUTE + jumps[i], 3600, 5 * HOUR);
		token_life_expire(&t, 5 * HOUR);
		assert_int_equal(token_life_next(&t), TOKEN_EVENT_RENEW);
		assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
		token_life_answered(&t, TOKEN_ANSWER_GRANTED, 3600, 0, 5 * HOUR);
		assert_true(token_life_is_usable(&t, 5 * HOUR + 59 * MINUTE));
		now = renews(&t);
		assert_int_equal(now, 5 * HOUR + 48 * MINUTE);
	}
}

/* The boot clock counts sleep: the token is over on waking, and is renewed once. */
static void sleep_of_three_hours_costs_one_renewal(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	assert_false(token_life_is_usable(&t, 3 * HOUR));
	token_life_expire(&t, 3 * HOUR);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_RENEW);
	token_life_expire(&t, 3 * HOUR);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	token_life_answered(&t, TOKEN_ANSWER_GRANTED, 3600, 0, 3 * HOUR);
	assert_int_equal(renews(&t), 3 * HOUR + 48 * MINUTE);
}

/* Nor is a refusal believed sooner: each try needs an answer of its own. */
static void sleep_makes_no_more_of_a_refusal(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	int64_t now = answers(&t, TOKEN_ANSWER_DENIED) + 3 * HOUR;

	token_life_expire(&t, now);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_RENEW);
	token_life_answered(&t, TOKEN_ANSWER_DENIED, 0, 0, now);
	assert_int_equal(t.denials, 2);
	assert_int_equal(t.state, TOKEN_FAILING);
	assert_int_equal(token_life_deadline(&t), now + 2 * MINUTE);
}

static void what_needed_a_person_still_does(void **state UNUSED)
{
	struct token_life t;

	token_life_init(&t, 0);
	token_life_start(&t, true, 2 * HOUR, 3600, 0);
	token_life_restore_broken(&t, TOKEN_SIGN_IN_NEEDED, 0);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	assert_true(token_life_deadline(&t) == INT64_MAX);
	token_life_start(&t, true, 0, 3600, 0);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_WORKS);
}

/* ---- answers ---- */

static void a_good_answer_begins_a_new_life(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	int64_t now = answers(&t, TOKEN_ANSWER_GRANTED);

	assert_int_equal(t.state, TOKEN_GOOD);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	assert_int_equal(token_life_deadline(&t), now + 2880 * S);
}

static void faults_that_pass_are_tried_for_ever_and_tell_nobody(void **state UNUSED)
{
	static const int waits[] = { 5, 15, 30, 60, 120, 300, 600, 600, 600 };
	struct token_life t = signed_in(3600);

	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		int64_t now = answers(&t, TOKEN_ANSWER_NONE);

		assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
		assert_int_equal(t.state, TOKEN_FAILING);
		assert_int_equal(token_life_deadline(&t), now + waits[i] * S);
	}
	answers(&t, TOKEN_ANSWER_GRANTED);
	assert_int_equal(t.state, TOKEN_GOOD);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
}

static void retry_after_is_followed_within_reason(void **state UNUSED)
{
	static const struct {
		int64_t asked, waits;
	} cases[] = {
		{ 0, 5 * S }, { 1, 5 * S }, { 2 * MINUTE, 2 * MINUTE }, { 10 * HOUR, HOUR },
		{ INT64_MAX, HOUR }, { -5, 5 * S },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct token_life t = signed_in(3600);
		int64_t now = renews(&t);

		token_life_answered(&t, TOKEN_ANSWER_NONE, 0, cases[i].asked, now);
		assert_int_equal(token_life_deadline(&t), now + cases[i].waits);
	}
}

static void invalid_grant_is_believed_the_fourth_time(void **state UNUSED)
{
	static const int waits[] = { 30, 120, 300 };
	struct token_life t = signed_in(3600);

	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		int64_t now = answers(&t, TOKEN_ANSWER_DENIED);

		assert_int_equal(t.state, TOKEN_FAILING);
		assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
		assert_int_equal(token_life_deadline(&t), now + waits[i] * S);
	}
	answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_SIGN_IN_NEEDED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	assert_true(token_life_deadline(&t) == INT64_MAX);
}

static void invalid_grant_once_is_a_passing_fault(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	answers(&t, TOKEN_ANSWER_DENIED);
	answers(&t, TOKEN_ANSWER_GRANTED);
	assert_int_equal(t.state, TOKEN_GOOD);
	for (size_t i = 1; i < TOKEN_DENIALS_MAX; i++)
		answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_FAILING);
}

static void a_token_in_hand_is_used_to_its_end_whatever_else_is_broken(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	for (size_t i = 0; i < TOKEN_DENIALS_MAX; i++)
		answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_SIGN_IN_NEEDED);
	assert_true(token_life_is_usable(&t, HOUR - MINUTE));
	assert_false(token_life_is_usable(&t, HOUR));
}

static void a_refused_client_is_tried_hourly_and_heals(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	int64_t now = answers(&t, TOKEN_ANSWER_CLIENT);

	assert_int_equal(t.state, TOKEN_REFUSED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	assert_int_equal(token_life_deadline(&t), now + HOUR);
	answers(&t, TOKEN_ANSWER_CLIENT);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	answers(&t, TOKEN_ANSWER_GRANTED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_WORKS);
	assert_int_equal(t.state, TOKEN_GOOD);
}

/* They are about the sign-in, and in a row; a client that is refused is another trouble. */
static void a_refused_client_ends_the_row_of_denials(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	int64_t now;

	for (size_t i = 1; i < TOKEN_DENIALS_MAX; i++)
		answers(&t, TOKEN_ANSWER_DENIED);
	answers(&t, TOKEN_ANSWER_CLIENT);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	now = answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_REFUSED);
	assert_int_equal(token_life_deadline(&t), now + 30 * S);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
}

static void no_answer_says_nothing_of_a_row_of_denials(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	for (size_t i = 1; i < TOKEN_DENIALS_MAX; i++) {
		answers(&t, TOKEN_ANSWER_DENIED);
		answers(&t, TOKEN_ANSWER_NONE);
	}
	assert_int_equal(t.state, TOKEN_FAILING);
	answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_SIGN_IN_NEEDED);
}

static void what_is_needed_may_become_something_else(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	answers(&t, TOKEN_ANSWER_CLIENT);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	for (size_t i = 1; i < TOKEN_DENIALS_MAX; i++) {
		answers(&t, TOKEN_ANSWER_DENIED);
		assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
	}
	answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(t.state, TOKEN_SIGN_IN_NEEDED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_NONE);
}

static void an_answer_nobody_waits_for_changes_nothing(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	int64_t now = renews(&t);

	token_life_forget(&t, now);
	token_life_answered(&t, TOKEN_ANSWER_GRANTED, 3600, 0, now);
	assert_int_equal(t.state, TOKEN_NONE);
	assert_false(token_life_is_usable(&t, now));
	token_life_start(&t, true, 0, 3600, now);
	token_life_answered(&t, TOKEN_ANSWER_DENIED, 0, 0, now);
	assert_int_equal(t.denials, 0);
}

/* ---- the relay ---- */

static void one_refusal_of_the_relay_renews_and_the_next_does_not(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	assert_true(token_life_relay_refused(&t, MINUTE));
	assert_false(token_life_is_usable(&t, MINUTE));
	assert_int_equal(token_life_deadline(&t), MINUTE);
	assert_false(token_life_relay_refused(&t, MINUTE));
	answers(&t, TOKEN_ANSWER_GRANTED);
	assert_true(token_life_is_usable(&t, 2 * MINUTE));
	assert_false(token_life_relay_refused(&t, 2 * MINUTE));
	token_life_relay_accepted(&t);
	assert_true(token_life_relay_refused(&t, 3 * MINUTE));
}

static void a_hundred_refusals_at_once_are_one_renewal(void **state UNUSED)
{
	struct token_life t = signed_in(3600);
	unsigned renewals = 0;

	for (int i = 0; i < 100; i++) {
		(void)token_life_relay_refused(&t, MINUTE);
		token_life_expire(&t, MINUTE);
		renewals += token_life_next(&t) == TOKEN_EVENT_RENEW;
	}
	assert_int_equal(renewals, 1);
}

static void try_now_tries_what_is_broken(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	token_life_try_now(&t, MINUTE);
	assert_int_equal(token_life_deadline(&t), 2880 * S);
	for (size_t i = 0; i < TOKEN_DENIALS_MAX; i++)
		answers(&t, TOKEN_ANSWER_DENIED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_BROKE);
	token_life_try_now(&t, 2 * HOUR);
	assert_int_equal(token_life_deadline(&t), 2 * HOUR);
	answers(&t, TOKEN_ANSWER_GRANTED);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_WORKS);
}

static void a_person_may_renew_what_is_good(void **state UNUSED)
{
	struct token_life t = signed_in(3600);

	token_life_renew_now(&t, 1000 * S);
	assert_int_equal(token_life_deadline(&t), 1000 * S);
	token_life_expire(&t, 1000 * S);
	assert_int_equal(token_life_next(&t), TOKEN_EVENT_RENEW);
	token_life_renew_now(&t, 1001 * S); /* one is under way */
	assert_int_equal(token_life_deadline(&t), INT64_MAX);
	token_life_answered(&t, TOKEN_ANSWER_GRANTED, 3600, 0, 1002 * S);
	token_life_renew_now(&t, 1002 * S);
	assert_int_equal(token_life_deadline(&t), 1002 * S + TOKEN_PRESSED_MIN_MS);
	t.can_renew = false;
	t.renew_at = INT64_MAX;
	token_life_renew_now(&t, 2000 * S);
	assert_int_equal(token_life_deadline(&t), INT64_MAX);
}

static void states_have_names(void **state UNUSED)
{
	assert_string_equal(token_state_name(TOKEN_NONE), "not signed in");
	assert_string_equal(token_state_name(TOKEN_SIGN_IN_NEEDED), "sign-in needed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renews_ten_minutes_or_a_fifth_before_the_end),
		cmocka_unit_test(a_token_is_good_until_shortly_before_its_end),
		cmocka_unit_test(without_a_refresh_token_nothing_renews),
		cmocka_unit_test(a_stored_token_goes_on_where_it_was),
		cmocka_unit_test(a_token_from_the_future_or_long_ago_is_renewed_at_once),
		cmocka_unit_test(a_wall_clock_that_jumps_costs_one_renewal),
		cmocka_unit_test(sleep_of_three_hours_costs_one_renewal),
		cmocka_unit_test(sleep_makes_no_more_of_a_refusal),
		cmocka_unit_test(what_needed_a_person_still_does),
		cmocka_unit_test(a_good_answer_begins_a_new_life),
		cmocka_unit_test(faults_that_pass_are_tried_for_ever_and_tell_nobody),
		cmocka_unit_test(retry_after_is_followed_within_reason),
		cmocka_unit_test(invalid_grant_is_believed_the_fourth_time),
		cmocka_unit_test(invalid_grant_once_is_a_passing_fault),
		cmocka_unit_test(a_token_in_hand_is_used_to_its_end_whatever_else_is_broken),
		cmocka_unit_test(a_refused_client_is_tried_hourly_and_heals),
		cmocka_unit_test(a_refused_client_ends_the_row_of_denials),
		cmocka_unit_test(no_answer_says_nothing_of_a_row_of_denials),
		cmocka_unit_test(what_is_needed_may_become_something_else),
		cmocka_unit_test(an_answer_nobody_waits_for_changes_nothing),
		cmocka_unit_test(one_refusal_of_the_relay_renews_and_the_next_does_not),
		cmocka_unit_test(a_hundred_refusals_at_once_are_one_renewal),
		cmocka_unit_test(try_now_tries_what_is_broken),
		cmocka_unit_test(a_person_may_renew_what_is_good),
		cmocka_unit_test(states_have_names),
	};

	return cmocka_run_group_tests_name("core/token_life", tests, NULL, NULL);
}
