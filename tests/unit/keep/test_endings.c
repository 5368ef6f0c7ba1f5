/* What ends soon is mailed to the contacts, each step once, and only when mail can leave. */
#include "unit/keep/fixture.h"

#include "core/time_format.h"
#include "keep/endings.h"
#include "keep/queue_private.h"
#include "store/endings.h"
#include "store/queue_list.h"
#include "sys/clock.h"
#include "wire/grant.h"

enum {
	DAY = 24 * 3600,
};

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result != 0)
		return result;
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
	set_up_mail();
	return 0;
}

static const struct queue_query all = { .filter = QUEUE_LIST_ALL, .limit = 100 };

/* Mails that the keeper has written; the newest one's subject is kept. */
static const char *subject;

static size_t mails(void)
{
	struct queue_items items;

	keep_endings_look(&keeper);
	turn(50);
	wait_until_written();
	assert_int_equal(queue_list(store_reader(keeper.store), &all, arena, &items), STORE_OK);
	subject = items.n > 0 ? items.items[0].subject : "";
	return items.n;
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

/* The secret of a sign-in that is there ends in so many days, at midnight UTC. */
static const char *day_in(int days)
{
	char text[TIME_RFC3339_SIZE];

	time_format_rfc3339((clock_wall() / DAY + days) * DAY, text);
	text[10] = '\0';
	return arena_copy(arena, text);
}

static void secret_ends_in(int days)
{
	set("email.oauth_secret_expires", day_in(days), NULL);
}

/* The client itself is let in, and the relay is not asked about it here. */
static void answer_token(void)
{
	struct seen *s = wait_seen(&sender, WORD_GRANT);
	struct grant_answer g = grant_answer_none;
	struct buffer *b = empty_body();

	g.outcome = GRANT_GRANTED;
	g.access_token = "access-1";
	g.expires_in = 3600;
	grant_answer_pack(b, &g);
	channel_answer(sender.channel, s->id, WORD_GRANT_IS, b);
	s->word = WORD_NONE; /* answered */
	turn(20);
	wait_until_written();
}

static void sign_in(void)
{
	set("email.auth", "oauth2", "email.oauth_email", "alerts@example.com",
		"email.oauth_client_id", "app", "email.oauth_client_secret", "hush-hush",
		"email.oauth_flow", "client", "email.oauth_scopes", "mail",
		"email.oauth_token_endpoint", "https://id.example/token", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	answer_token();
}

static void each_step_is_mailed_once_over_restarts(void **state UNUSED)
{
	sign_in();
	secret_ends_in(40);
	assert_int_equal(mails(), 0);
	secret_ends_in(12);
	assert_int_equal(mails(), 1);
	assert_non_null(strstr(subject, "OAuth2 client secret ends in 11 days"));
	assert_int_equal(mails(), 1);
	restart();
	assert_int_equal(mails(), 1);
	secret_ends_in(400);
	assert_int_equal(mails(), 1);
	secret_ends_in(12); /* the same as was told; the date in between told nothing */
	assert_int_equal(mails(), 1);
	secret_ends_in(2);
	assert_int_equal(mails(), 2);
	assert_non_null(strstr(subject, "OAuth2 client secret ends in 1 day"));
}

static void none_is_queued_while_mail_cannot_leave(void **state UNUSED)
{
	struct ending list[ENDING_KIND_COUNT];

	sign_in();
	relay_health_feed(&keeper.queue->health, &(struct verdict){ .class = VERDICT_RELAY },
		clock_boot_ms());
	secret_ends_in(5);
	assert_int_equal(mails(), 0);
	assert_int_equal(keep_endings_list(&keeper, list), 1); /* pages show it */
	relay_health_feed(&keeper.queue->health, &(struct verdict){ .class = VERDICT_ACCEPTED },
		clock_boot_ms());
	assert_int_equal(mails(), 1);
}

static void other_ways_to_sign_in_have_no_such_end(void **state UNUSED)
{
	struct ending list[ENDING_KIND_COUNT];

	sign_in();
	secret_ends_in(5);
	assert_int_equal(mails(), 1);
	set("email.auth", "none", NULL);
	assert_int_equal(keep_endings_list(&keeper, list), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_step_is_mailed_once_over_restarts, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(none_is_queued_while_mail_cannot_leave, setup_front,
			teardown_keeper),
		cmocka_unit_test_setup_teardown(other_ways_to_sign_in_have_no_such_end, setup_front,
			teardown_keeper),
	};

	return cmocka_run_group_tests_name("keep/endings", tests, NULL, NULL);
}
