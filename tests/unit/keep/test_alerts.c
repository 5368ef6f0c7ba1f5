/* Alerts: one outage is one mail, over restarts too; failed mail is told once, notices never. */
#include "unit/keep/fixture.h"

#include "keep/alerts.h"
#include "keep/queue_private.h"
#include "store/db.h"
#include "store/notices.h"
#include "store/queue_list.h"
#include "unit/keep/false_clock.h"

static const char *statement;

static int setup_linked(void **state)
{
	int result = setup_keeper(state);

	if (result == 0) {
		link_end(&front, ROLE_FRONT);
		link_end(&sender, ROLE_SENDER);
		set_up_mail();
	}
	return result;
}

static int run_statement(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, statement);
}

static void job_done(void *arg UNUSED, int result)
{
	assert_int_equal(result, STORE_OK);
}

/* What time does, without waiting for it. */
static void change_store(const char *sql)
{
	static struct store_job job;

	statement = sql;
	job = (struct store_job){ .run = run_statement, .done = job_done };
	store_write(keeper.store, &job);
	wait_until_written();
}

static void restart(void)
{
	wait_until_written();
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
}

/* The node's own messages, and the subject of the newest. */
static uint64_t notices(const char **ret_subject)
{
	const struct queue_query all = { .filter = QUEUE_LIST_ALL, .limit = 100 };
	struct queue_items items;
	uint64_t n = 0;

	turn(50);
	wait_until_written();
	turn(50);
	assert_int_equal(queue_list(store_reader(keeper.store), &all, arena, &items), STORE_OK);
	for (size_t i = items.n; i-- > 0;)
		if (strcmp(items.items[i].submitter, "tocsin") == 0) {
			n++;
			if (ret_subject != NULL)
				*ret_subject = items.items[i].subject;
		}
	return n;
}

static void break_relay(void)
{
	struct envelope mail;

	submit("Subject: x\r\n\r\n", "anna@example.com");
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_RELAY);
	wait_until_written();
}

/* Good verdicts until the alert ends. */
static void mend_relay(void)
{
	probe_is(VERDICT_ACCEPTED);
	for (int i = 0; i < RELAY_STEADY_COUNT; i++) {
		struct envelope mail;

		submit("Subject: x\r\n\r\n", "anna@example.com");
		mail = take_mail();
		deliver_verdict(&mail, VERDICT_ACCEPTED);
	}
}

static void a_long_outage_is_told_once_when_it_is_over(void **state UNUSED)
{
	struct outage outage;
	const char *subject = "";

	break_relay();
	assert_int_equal(outage_load(store_reader(keeper.store), &outage), STORE_OK);
	assert_int_equal(outage.verdict.class, VERDICT_RELAY);
	change_store("UPDATE outage SET began = began - 600");
	restart();
	assert_int_equal(keeper.queue->health.state, RELAY_BROKEN);
	mend_relay();
	assert_int_equal(notices(&subject), 1);
	assert_non_null(strstr(subject, "node.example: mail works again after 10 minutes"));
	assert_int_equal(outage_load(store_reader(keeper.store), &outage), STORE_NOT_FOUND);
	restart();
	assert_int_equal(notices(NULL), 1);
}

static void an_outage_over_restarts_is_still_one(void **state UNUSED)
{
	struct outage first, second;

	break_relay();
	change_store("UPDATE outage SET began = began - 600");
	assert_int_equal(outage_load(store_reader(keeper.store), &first), STORE_OK);
	restart();
	probe_is(VERDICT_RELAY);
	restart();
	probe_is(VERDICT_RELAY);
	assert_int_equal(outage_load(store_reader(keeper.store), &second), STORE_OK);
	assert_int_equal(first.began, second.began);
	assert_int_equal(notices(NULL), 0);
	mend_relay();
	assert_int_equal(notices(NULL), 1);
}

static void a_short_outage_is_not_told(void **state UNUSED)
{
	struct outage outage;

	break_relay();
	mend_relay();
	assert_int_equal(notices(NULL), 0);
	assert_int_equal(outage_load(store_reader(keeper.store), &outage), STORE_NOT_FOUND);
}

static void fail_one(const char *address)
{
	struct envelope mail;

	submit("Subject: x\r\n\r\n", address);
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_RECIPIENT);
	wait_until_written();
}

static void look(void)
{
	keep_alerts_look(&keeper);
	turn(20);
	wait_until_written();
}

static void failures_are_told_together_and_once(void **state UNUSED)
{
	struct failures list;
	const char *subject = "";
	struct envelope mail;

	fail_one("gone@example.com");
	fail_one("away@example.com");
	look();
	assert_int_equal(notices(NULL), 0); /* more may follow at once */
	assert_int_equal(failures_untold(store_reader(keeper.store), 10, arena, &list), STORE_OK);
	assert_int_equal(list.total, 2);
	assert_string_equal(list.items[0].address, "gone@example.com");
	assert_string_equal(list.items[0].subject, "cron");
	change_store("UPDATE recipient SET changed = changed - 61 WHERE state = 5");
	look();
	assert_int_equal(notices(&subject), 1);
	assert_non_null(strstr(subject, "mail for 2 recipients could not be delivered"));
	/* that notice fails too: it is told to nobody */
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_RECIPIENT);
	change_store("UPDATE recipient SET changed = changed - 10000 WHERE state = 5");
	look();
	assert_int_equal(notices(NULL), 1);
}

static void failures_are_told_once_an_hour_at_the_most(void **state UNUSED)
{
	struct envelope mail;

	fail_one("gone@example.com");
	change_store("UPDATE recipient SET changed = changed - 61 WHERE state = 5");
	look();
	assert_int_equal(notices(NULL), 1);
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_ACCEPTED);
	fail_one("away@example.com");
	change_store("UPDATE recipient SET changed = changed - 61 WHERE state = 5");
	look();
	assert_int_equal(notices(NULL), 1);
	change_store("UPDATE notice SET at = at - 3600");
	restart(); /* and over a restart the hour counts on */
	look();
	assert_int_equal(notices(NULL), 2);
}

static void failures_that_go_on_put_nothing_off(void **state UNUSED)
{
	fail_one("gone@example.com");
	for (int i = 0; i < 3; i++) {
		pass_seconds(40); /* less than they are gathered */
		turn(20);
		fail_one("away@example.com");
	}
	assert_int_equal(notices(NULL), 1);
}

/* A log that a restore brought to a new node has the notices of another. */
static void failures_are_told_beside_those_of_a_backup(void **state UNUSED)
{
	struct envelope mail;

	submit("Subject: x\r\n\r\n", "anna@example.com");
	mail = take_mail();
	deliver_verdict(&mail, VERDICT_ACCEPTED);
	change_store("UPDATE message SET submission = 'failures-1'");
	fail_one("gone@example.com");
	pass_seconds(62);
	assert_int_equal(notices(NULL), 1);
}

static void failures_wait_for_somebody_to_be_told(void **state UNUSED)
{
	set("email.admin_contacts", "", NULL);
	fail_one("gone@example.com");
	change_store("UPDATE recipient SET changed = changed - 61 WHERE state = 5");
	look();
	assert_int_equal(notices(NULL), 0);
	set("email.admin_contacts", "boss@example.com", NULL);
	assert_int_equal(notices(NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_long_outage_is_told_once_when_it_is_over,
			setup_linked, teardown_keeper),
		cmocka_unit_test_setup_teardown(an_outage_over_restarts_is_still_one, setup_linked,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(a_short_outage_is_not_told, setup_linked,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(failures_are_told_together_and_once, setup_linked,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(failures_are_told_once_an_hour_at_the_most,
			setup_linked, teardown_keeper),
		cmocka_unit_test_setup_teardown(failures_that_go_on_put_nothing_off, setup_linked,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(failures_are_told_beside_those_of_a_backup,
			setup_linked, teardown_keeper),
		cmocka_unit_test_setup_teardown(failures_wait_for_somebody_to_be_told, setup_linked,
			teardown_keeper),
	};

	return cmocka_run_group_tests_name("keep/alerts", tests, NULL, NULL);
}
