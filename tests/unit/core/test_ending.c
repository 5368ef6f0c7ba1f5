/* What ends soon is told step by step, each once, whatever the clock does meanwhile. */
#include "unit/unit.h"

#include "core/ending.h"

enum {
	DAY = 86400,
	HOUR = 3600,
	T = 1800000000, /* now, where nothing else is said */
};

/* Looks once an hour, as the keeper does each minute, and keeps what it keeps. */
struct run {
	struct ending_mark told;
	int steps[20];
	size_t n;
};

static void look(struct run *r, int64_t until, int64_t now)
{
	const struct ending e = { ENDING_SECRET, until };

	if (!ending_is_due(&e, &r->told, now))
		return;
	assert_true(r->n < COUNT_OF(r->steps));
	r->told = (struct ending_mark){ until, ending_step(until, now), now };
	r->steps[r->n++] = r->told.step;
}

static void run(struct run *r, int64_t until, int64_t from, int64_t to)
{
	for (int64_t now = from; now < to; now += HOUR)
		look(r, until, now);
}

#define assert_steps(r, ...) \
	do { \
		const int expected[] = { __VA_ARGS__ }; \
		assert_int_equal((r)->n, COUNT_OF(expected)); \
		for (size_t i_ = 0; i_ < COUNT_OF(expected); i_++) \
			assert_int_equal((r)->steps[i_], expected[i_]); \
	} while (0)

static void steps_have_their_days(void **state UNUSED)
{
	static const struct {
		int64_t left;
		int step;
	} cases[] = {
		{ 30 * DAY + 1, 0 }, { 30 * DAY, 30 }, { 14 * DAY + 1, 30 },
		{ 14 * DAY, 14 },
		{ 7 * DAY, 7 }, { 3 * DAY, 3 }, { DAY + 1, 3 }, { DAY, 1 }, { 0, 1 },
		{ -900 * DAY, 1 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(ending_step(T + cases[i].left, T), cases[i].step);
}

static void each_step_is_told_once(void **state UNUSED)
{
	struct run r = { .n = 0 };

	run(&r, T + 40 * DAY, T, T + 60 * DAY);
	assert_steps(&r, 30, 14, 7, 3, 1);
}

static void of_steps_that_were_passed_only_the_nearest_is_told(void **state UNUSED)
{
	struct run r = { .n = 0 };

	run(&r, T + 5 * DAY, T, T + 6 * DAY);
	assert_steps(&r, 7, 3, 1);
	r.n = 0;
	r.told = (struct ending_mark){ .step = 0 };
	look(&r, T - 3 * DAY, T);
	assert_steps(&r, 1);
}

static void another_date_begins_anew(void **state UNUSED)
{
	struct run r = { .n = 0 };

	run(&r, T + 6 * DAY, T, T + DAY);
	run(&r, T + 700 * DAY, T + DAY, T + 2 * DAY);
	assert_steps(&r, 7);
	run(&r, T + 12 * DAY, T + 2 * DAY, T + 3 * DAY);
	assert_steps(&r, 7, 14);
	/* a few minutes more are the same end, said again */
	run(&r, T + 12 * DAY + 300, T + 3 * DAY, T + 4 * DAY);
	assert_steps(&r, 7, 14);
}

static void a_clock_that_steps_brings_no_flood_and_no_silence(void **state UNUSED)
{
	struct run r = { .n = 0 };

	run(&r, T + 40 * DAY, T, T + 27 * DAY);
	assert_steps(&r, 30, 14);
	run(&r, T + 40 * DAY, T + 26 * DAY - HOUR, T + 30 * DAY); /* set back over the last step */
	assert_steps(&r, 30, 14);
	r = (struct run){ .n = 0 };
	look(&r, T + 40 * DAY, T + 4000 * DAY); /* ten years ahead by mistake */
	assert_steps(&r, 1);
	run(&r, T + 40 * DAY, T, T + 60 * DAY); /* and put right: that told nothing */
	assert_steps(&r, 1, 30, 14, 7, 3, 1);
}

/* ---- the sign-in ---- */

static struct sign_in_facts signed_in(enum ending_provider provider)
{
	return (struct sign_in_facts){
		.provider = provider, .signed_in = T, .used = T, .renews = true,
		.next_use = T + HOUR,
	};
}

static void no_end(const struct sign_in_facts *f, int64_t now)
{
	struct ending e;

	assert_false(ending_of_sign_in(f, now, &e));
}

static void ends(const struct sign_in_facts *f, int64_t now, enum ending_kind kind, int64_t until)
{
	struct ending e;

	assert_true(ending_of_sign_in(f, now, &e));
	assert_int_equal(e.kind, kind);
	assert_int_equal(e.until, until);
}

static void a_token_that_is_used_does_not_end(void **state UNUSED)
{
	struct sign_in_facts f = signed_in(ENDING_PROVIDER_MICROSOFT);

	assert_int_equal(ending_unused(&f), T + 90 * DAY);
	no_end(&f, T + 89 * DAY);
	f = signed_in(ENDING_PROVIDER_GOOGLE);
	assert_int_equal(ending_unused(&f), T + 180 * DAY);
	no_end(&f, T);
	f = signed_in(ENDING_PROVIDER_OTHER);
	assert_int_equal(ending_unused(&f), 0);
	f.renews = false;
	no_end(&f, T);
}

static void one_that_cannot_be_renewed_ends_without_use(void **state UNUSED)
{
	struct sign_in_facts f = signed_in(ENDING_PROVIDER_MICROSOFT);

	f.renews = false;
	ends(&f, T + 70 * DAY, ENDING_SIGN_IN, T + 90 * DAY);
	f = signed_in(ENDING_PROVIDER_MICROSOFT);
	f.next_use = T + 91 * DAY;
	ends(&f, T + 70 * DAY, ENDING_SIGN_IN, T + 90 * DAY);
}

/* Keycloak's half hour moves on with each use; other ends stay whatever is done. */
static void a_named_end_is_told_when_it_stays(void **state UNUSED)
{
	struct sign_in_facts f = signed_in(ENDING_PROVIDER_OTHER);

	f.named = T + 2 * HOUR;
	no_end(&f, T); /* nobody knows yet */
	f.habit = ENDING_MOVES;
	no_end(&f, T);
	f.renews = false;
	ends(&f, T, ENDING_SIGN_IN, T + 2 * HOUR);
	f = signed_in(ENDING_PROVIDER_OTHER);
	f.named = T + 20 * DAY;
	f.habit = ENDING_STAYS;
	ends(&f, T, ENDING_SIGN_IN, T + 20 * DAY);
	f = signed_in(ENDING_PROVIDER_GOOGLE);
	f.named = T + 20 * DAY;
	ends(&f, T, ENDING_SIGN_IN, T + 20 * DAY);
}

static void seven_days_of_google_are_testing(void **state UNUSED)
{
	struct sign_in_facts f = signed_in(ENDING_PROVIDER_GOOGLE);
	struct ending e;

	f.named = T + 604799; /* as it comes: told at once */
	ends(&f, T, ENDING_TESTING, T + 604799);
	assert_true(ending_of_sign_in(&f, T, &e));
	assert_true(ending_is_due(&e, &(struct ending_mark){ .step = 0 }, T));
	f = signed_in(ENDING_PROVIDER_OTHER);
	f.named = T + 604799;
	no_end(&f, T);
}

static void a_death_after_seven_days_warns_the_next_one(void **state UNUSED)
{
	struct sign_in_facts f = signed_in(ENDING_PROVIDER_GOOGLE);

	assert_true(ending_is_young(T, T + 7 * DAY + HOUR));
	assert_true(ending_is_young(T, T + 7 * DAY - HOUR));
	assert_false(ending_is_young(T, T + 5 * DAY));
	assert_false(ending_is_young(T, T + 9 * DAY));
	assert_true(ending_warns_next(&f, T + 7 * DAY, T + 20 * DAY));
	assert_false(ending_warns_next(&f, T + 3 * DAY, T + 20 * DAY));
	assert_false(ending_warns_next(&f, 0, T + DAY));
	f.died_young = true;
	ends(&f, T, ENDING_TESTING, T + 7 * DAY);
	ends(&f, T + 8 * DAY - 1, ENDING_TESTING, T + 7 * DAY);
	no_end(&f, T + 8 * DAY); /* it outlived them */
	assert_true(ending_warns_next(&f, 0, T + 3 * DAY)); /* signed in once more */
	assert_false(ending_warns_next(&f, 0, T + 8 * DAY));
	assert_false(ending_warns_next(&f, T + 90 * DAY, T + 91 * DAY));
	f.named = T + 400 * DAY; /* now it is said to live longer */
	ends(&f, T, ENDING_SIGN_IN, T + 400 * DAY);
}

/* ---- words ---- */

static void it_is_said_in_days(void **state UNUSED)
{
	struct arena *a = arena_new(16 * 1024);
	static const struct {
		int64_t left;
		const char *text;
	} cases[] = {
		{ 14 * DAY, "OAuth2 client secret ends in 14 days" },
		{ 2 * DAY - 1, "OAuth2 client secret ends in 1 day" },
		{ DAY - 1, "OAuth2 client secret ends within a day" },
		{ 0, "OAuth2 client secret has ended" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct ending e = { ENDING_SECRET, T + cases[i].left };

		assert_string_equal(ending_sentence(&e, T, a), cases[i].text);
	}
	for (int i = 0; i < ENDING_KIND_COUNT; i++)
		assert_non_null(ending_words((enum ending_kind)i)->cure[0]);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_have_their_days),
		cmocka_unit_test(each_step_is_told_once),
		cmocka_unit_test(of_steps_that_were_passed_only_the_nearest_is_told),
		cmocka_unit_test(another_date_begins_anew),
		cmocka_unit_test(a_clock_that_steps_brings_no_flood_and_no_silence),
		cmocka_unit_test(a_token_that_is_used_does_not_end),
		cmocka_unit_test(one_that_cannot_be_renewed_ends_without_use),
		cmocka_unit_test(a_named_end_is_told_when_it_stays),
		cmocka_unit_test(seven_days_of_google_are_testing),
		cmocka_unit_test(a_death_after_seven_days_warns_the_next_one),
		cmocka_unit_test(it_is_said_in_days),
	};

	return cmocka_run_group_tests_name("core/ending", tests, NULL, NULL);
}
