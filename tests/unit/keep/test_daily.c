/* The daily notice: due from its time on, once a day whatever happens, to the contacts alone. */
#include "unit/keep/fixture.h"

#include "keep/daily.h"
#include "keep/zones.h"
#include "store/db.h"
#include "store/queue_list.h"
#include "sys/clock.h"

static struct keep_zones *zones;

static void job_done(void *arg UNUSED, int result)
{
	assert_int_equal(result, STORE_OK);
}

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result == 0)
		link_end(&front, ROLE_FRONT);
	return result;
}

static const struct queue_query all = { .filter = QUEUE_LIST_ALL, .limit = 100 };

static uint64_t messages(void)
{
	struct queue_items items;

	turn(50);
	wait_until_written();
	assert_int_equal(queue_list(store_reader(keeper.store), &all, arena, &items), STORE_OK);
	return items.n;
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
	set("email.daily_notice_time", "00:00", NULL); /* due at any time of the day */
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	look_again();
	assert_int_equal(messages(), 1);
}

static void a_restart_sends_no_second_one(void **state UNUSED)
{
	set_up_mail();
	set("email.daily_notice_time", "00:00", NULL);
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	look_again();
	assert_int_equal(messages(), 1);
}

/* Retention takes the message, and its name with it; the day stays known. */
static int run_forget_history(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, "DELETE FROM message");
}

static void forget_history(void)
{
	static struct store_job job;

	job = (struct store_job){ .run = run_forget_history, .done = job_done };
	store_write(keeper.store, &job);
	wait_until_written();
}

static void history_that_is_deleted_sends_no_second_one(void **state UNUSED)
{
	set_up_mail();
	set("email.daily_notice_time", "00:00", "email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	forget_history();
	look_again();
	assert_int_equal(messages(), 0);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	look_again();
	assert_int_equal(messages(), 0);
}

/* A zone in which 23:59 is still some hours off, whenever the test runs. */
static const char *zone_with_time_left(void)
{
	return clock_wall() % (24 * 3600) < 12 * 3600 ? "UTC" : "Pacific/Honolulu";
}

static void it_waits_for_its_time_and_its_setting(void **state UNUSED)
{
	keeper.zones = zones;
	set_up_mail();
	set("email.time_zone", zone_with_time_left(), "email.daily_notice_time", "23:59",
		"email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 0);
	assert_true(keep_daily_next(&keeper) > clock_wall());
	assert_true(keep_daily_next(&keeper) <= clock_wall() + 24 * 3600);
	set("email.daily_notice", "no", NULL);
	assert_int_equal(keep_daily_next(&keeper), 0);
	set("email.daily_notice_time", "00:00", NULL);
	assert_int_equal(messages(), 0);
}

static void it_is_not_queued_while_mail_is_broken(void **state UNUSED)
{
	struct envelope mail;

	link_end(&sender, ROLE_SENDER);
	set_up_mail();
	submit("Subject: x\r\n\r\n", "anna@example.com");
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_RELAY);
	set("email.daily_notice_time", "00:00", "email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1); /* the one above */
	probe_is(VERDICT_ACCEPTED);
	look_again();
	assert_int_equal(messages(), 2);
}

static void it_goes_to_the_contacts(void **state UNUSED)
{
	struct queue_items items;
	struct queue_details found;

	set_up_mail();
	set("email.daily_notice_time", "00:00", NULL);
	set("email.daily_notice", "yes", NULL);
	assert_int_equal(messages(), 1);
	assert_int_equal(queue_list(store_reader(keeper.store), &all, arena, &items), STORE_OK);
	assert_int_equal(items.n, 1);
	assert_string_equal(items.items[0].submitter, "tocsin");
	assert_int_equal(queue_show(store_reader(keeper.store), items.items[0].queue_id, 0, 10,
		arena, &found), STORE_OK);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.recipients[0].address, "boss@example.com");
	assert_int_equal(items.items[0].message_id[0], '<');
}

static int load_zones(void **state UNUSED)
{
	zones = keep_zones_load();
	return zones != NULL ? 0 : -1;
}

static int free_zones(void **state UNUSED)
{
	keep_zones_free(zones);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_comes_once_a_day, setup_front, teardown_keeper),
		cmocka_unit_test_setup_teardown(a_restart_sends_no_second_one, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(history_that_is_deleted_sends_no_second_one,
			setup_front, teardown_keeper),
		cmocka_unit_test_setup_teardown(it_is_not_queued_while_mail_is_broken, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(it_waits_for_its_time_and_its_setting, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(it_goes_to_the_contacts, setup_front,
			teardown_keeper),
	};

	return cmocka_run_group_tests_name("keep/daily", tests, load_zones, free_zones);
}
