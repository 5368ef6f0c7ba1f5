/* No more messages a minute than were allowed, and no fewer than could be. */
#include "unit/unit.h"

#include "core/pacing.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	SENT_MAX = 20000,
};

static void without_a_limit_all_go(void **state UNUSED)
{
	struct pacing p;

	pacing_init(&p, 0, 5);
	assert_int_equal(pacing_room(&p, 40, 5), 40);
	pacing_take(&p, 40);
	assert_int_equal(pacing_next(&p, 5), 5);
}

static void one_a_minute(void **state UNUSED)
{
	struct pacing p;

	pacing_init(&p, 1, 1000);
	assert_int_equal(pacing_room(&p, 40, 1000), 1);
	pacing_take(&p, 1);
	assert_int_equal(pacing_room(&p, 40, 1000 + MINUTE - 1), 0);
	assert_int_equal(pacing_next(&p, 1000 + MINUTE - 1), 1000 + MINUTE);
	assert_int_equal(pacing_room(&p, 40, 1000 + MINUTE), 1);
}

static void a_burst_is_a_second_of_it(void **state UNUSED)
{
	struct pacing p;

	pacing_init(&p, 600, 0);
	assert_int_equal(pacing_room(&p, 40, 0), 10);
	pacing_take(&p, 10);
	assert_int_equal(pacing_room(&p, 40, 0), 0);
	assert_int_equal(pacing_next(&p, 0), 102); /* 591 a minute */
	assert_int_equal(pacing_room(&p, 40, 102), 1);
	assert_int_equal(pacing_room(&p, 40, INT64_MAX / 2), 10); /* and no more, however long */
	assert_int_equal(pacing_room(&p, 3, INT64_MAX / 2), 3);
}

static void a_clock_that_stands_gives_nothing(void **state UNUSED)
{
	struct pacing p;

	pacing_init(&p, 60, 500);
	pacing_take(&p, pacing_room(&p, 40, 500));
	assert_int_equal(pacing_room(&p, 40, 500), 0);
	assert_int_equal(pacing_room(&p, 40, 400), 0);
}

/* Whoever takes what there is the moment it is there. */
static void in_no_minute_more_than_the_limit(void **state UNUSED)
{
	static const uint64_t limits[] = { 1, 2, 25, 30, 59, 60, 61, 119, 600, 6001 };
	static int64_t sent[SENT_MAX];

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct pacing p;
		size_t n = 0;
		int64_t now = 0;

		pacing_init(&p, limits[i], now);
		while (now < 3 * MINUTE && n < SENT_MAX) {
			size_t room = pacing_room(&p, 7, now);

			pacing_take(&p, room);
			while (room-- > 0)
				sent[n++] = now;
			now = pacing_next(&p, now);
		}
		for (size_t at = (size_t)limits[i]; at < n; at++)
			assert_true(sent[at] - sent[at - limits[i]] >= MINUTE);
		assert_true(n >= 2 * limits[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_limit_all_go),
		cmocka_unit_test(one_a_minute),
		cmocka_unit_test(a_burst_is_a_second_of_it),
		cmocka_unit_test(a_clock_that_stands_gives_nothing),
		cmocka_unit_test(in_no_minute_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
