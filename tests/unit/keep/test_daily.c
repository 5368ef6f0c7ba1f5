/* The daily notice: due from its time on, once a day whatever happens, to the contacts alone. */
#include "unit/keep/fixture.h"

#include "store/queue_list.h"

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result == 0)
		link_end(&front, ROLE_FRONT);
	return result;
}

static uint64_t messages(void)
{
	struct queue_counts c;

	turn(50);
	wait_until_written();
	assert_int_equal(queue_counts(store_reader(keeper.store), 0, &c), STORE_OK);
	return c.messages;
}

/* Any save of a setting has the keeper look again. */
static void look_again(void)
{
	static bool other;

	other = !other;
	set("site.name", other ? "One" : "Two", NULL);
}

static void it_comes_once_a_day(void **state UNUSED)
{
	set_up_mail();
	keeper.daily_at = 0; /* due at any time of the day */
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	look_again();
	assert_int_equal(messages(), 1);
}

static void a_restart_sends_no_second_one(void **state UNUSED)
{
	set_up_mail();
	keeper.daily_at = 0;
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	keeper.daily_at = 0;
	look_again();
	assert_int_equal(messages(), 1);
}

static void it_waits_for_its_time_and_its_setting(void **state UNUSED)
{
	set_up_mail();
	keeper.daily_at = 24 * 3600; /* not today */
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 0);
	set("email.daily_notice", "no", NULL);
	keeper.daily_at = 0;
	look_again();
	assert_int_equal(messages(), 0);
}

static void it_goes_to_the_contacts(void **state UNUSED)
{
	struct queue_items items;
	struct queue_details found;

	set_up_mail();
	keeper.daily_at = 0;
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	assert_int_equal(queue_list(store_reader(keeper.store), QUEUE_LIST_ALL, QUEUE_QUEUED, 0, 10,
		arena,
		&items), STORE_OK);
	assert_int_equal(items.n, 1);
	assert_string_equal(items.items[0].submitter, "tocsin");
	assert_int_equal(queue_show(store_reader(keeper.store), items.items[0].queue_id, arena,
		&found),
		STORE_OK);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.recipients[0].address, "boss@example.com");
	assert_int_equal(items.items[0].message_id[0], '<');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_comes_once_a_day, setup_front, teardown_keeper),
		cmocka_unit_test_setup_teardown(a_restart_sends_no_second_one, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(it_waits_for_its_time_and_its_setting, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(it_goes_to_the_contacts, setup_front,
			teardown_keeper),
	};

	return cmocka_run_group_tests_name("keep/daily", tests, NULL, NULL);
}
