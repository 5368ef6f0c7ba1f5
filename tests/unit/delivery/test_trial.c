/* Test mails: every stage is told, in order, with what was seen. */
#include "unit/unit.h"

#include <unistd.h>

#include "unit/delivery/bench.h"

static struct bench bench;

#define MAIL "From: alerts@example.com\r\nSubject: test\r\n\r\nhello\r\n"

static int setup(void **state UNUSED)
{
	bench_init(&bench);
	bench_link(&bench);
	return 0;
}

static int teardown(void **state UNUSED)
{
	bench_release(&bench);
	return 0;
}

static bool is_done(const struct bench *b)
{
	return b->keeper.n_done >= 1;
}

static void try(const char *to)
{
	bench_try(&bench, to, MAIL);
	bench_run_until(&bench, is_done);
}

static const struct trial_stage *stage(enum trial_step step, size_t n)
{
	const struct trial *t = &bench.keeper.trial;
	size_t i = 0;

	while (i < t->n_stages && t->stages[i].step != step)
		i++;
	assert_true(i + n < t->n_stages);
	return &t->stages[i + n];
}

/* "+" good, "!" bad, "-" skipped, "?" anything else; in the order shown. */
static void assert_stages(const char *marks)
{
	static const char mark[TRIAL_STATE_COUNT] = {
		[TRIAL_WAITING] = '?', [TRIAL_RUNNING] = '?', [TRIAL_GOOD] = '+', [TRIAL_BAD] = '!',
		[TRIAL_SKIPPED] = '-',
	};
	const struct trial *t = &bench.keeper.trial;
	char text[TRIAL_STAGES_MAX + 1] = "";

	for (size_t i = 0; i < t->n_stages; i++)
		text[i] = mark[t->stages[i].state];
	assert_string_equal(text, marks);
}

static void assert_no_secret(const char *secret)
{
	const struct trial *t = &bench.keeper.trial;

	for (size_t i = 0; i < t->n_lines; i++)
		assert_null(strstr(t->lines[i].text, secret));
}

static void sign_in(void)
{
	bench.settings.auth = RELAY_AUTH_PASSWORD;
	bench.settings.username = "user";
	bench.settings.password = "secret";
}

static void a_test_mail_in_clear_passes_its_stages(void **state UNUSED)
{
	try("ann@example.com");
	assert_stages("++-++-++++");
	assert_string_equal(bench.keeper.trial.queue_id, "4ABC");
	assert_string_equal(bench.keeper.trial.host, "127.0.0.1");
	assert_int_equal(bench.keeper.trial.port, bench.relay.port);
	assert_string_equal(stage(TRIAL_RESOLVE, 0)->subject, "127.0.0.1");
	assert_string_equal(stage(TRIAL_RESOLVE, 0)->result, "127.0.0.1");
	assert_string_equal(stage(TRIAL_GREETING, 0)->result, "relay.example ESMTP");
	assert_string_equal(stage(TRIAL_MAIL, 0)->subject, "alerts@example.com");
	assert_string_equal(stage(TRIAL_RCPT, 0)->subject, "ann@example.com");
	assert_int_equal(stage(TRIAL_ANSWER, 0)->verdict.code, 250);
	assert_string_equal(stage(TRIAL_ANSWER, 0)->result, "Ok: queued as 4ABC");
	assert_slice(buffer_slice(&bench.relay.content), MAIL);
	assert_true(bench_heard(&bench, "QUIT"));
}

static void its_dialogue_is_kept_without_secrets(void **state UNUSED)
{
	const struct trial *t = &bench.keeper.trial;
	bool auth = false, answer = false;

	sign_in();
	bench.settings.allow_clear_password = true;
	try("ann@example.com");
	assert_stages("++-+++++++");
	for (size_t i = 0; i < t->n_lines; i++) {
		auth = auth || (t->lines[i].direction == 'C' &&
		    strcmp(t->lines[i].text, "AUTH PLAIN ****") == 0);
		answer = answer || (t->lines[i].direction == 'S' &&
		    strcmp(t->lines[i].text, "250 2.0.0 Ok: queued as 4ABC") == 0);
	}
	assert_true(auth);
	assert_true(answer);
	assert_no_secret("secret");
	assert_no_secret("AHVzZXIAc2VjcmV0");
}

static void tls_at_once_comes_before_the_greeting(void **state UNUSED)
{
	bench_use_tls(&bench, RELAY_ENCRYPTION_TLS);
	try("ann@example.com");
	assert_stages("+++++-++++");
	assert_int_equal(bench.keeper.trial.stages[2].step, TRIAL_TLS);
	assert_string_equal(stage(TRIAL_TLS, 0)->result,
	    "TLSv1.3, 30 days left, CN = relay.example, issued by CN = Test Authority");
}

static void starttls_comes_after_the_greeting(void **state UNUSED)
{
	bench_use_tls(&bench, RELAY_ENCRYPTION_STARTTLS);
	sign_in();
	try("ann@example.com");
	assert_stages("++++++++++");
	assert_int_equal(bench.keeper.trial.stages[2].step, TRIAL_GREETING);
	assert_int_equal(bench.keeper.trial.stages[3].step, TRIAL_TLS);
	assert_string_equal(stage(TRIAL_EHLO, 0)->result, "relay.example, STARTTLS, PIPELINING, "
	    "AUTH PLAIN, HELP");
}

static void starttls_that_is_not_offered_is_where_it_ends(void **state UNUSED)
{
	bench_use_tls(&bench, RELAY_ENCRYPTION_STARTTLS);
	bench.relay.offers = "";
	try("ann@example.com");
	assert_stages("+++!------");
	assert_int_equal(stage(TRIAL_TLS, 0)->verdict.reason, REASON_NO_STARTTLS);
}

static void a_wrong_password_is_where_it_ends(void **state UNUSED)
{
	sign_in();
	bench.settings.allow_clear_password = true;
	bench_rule(&bench, "AUTH", "535 5.7.8 bad credentials\r\n");
	try("ann@example.com");
	assert_stages("++-++!----");
	assert_int_equal(stage(TRIAL_AUTH, 0)->verdict.code, 535);
	assert_string_equal(stage(TRIAL_AUTH, 0)->result, "bad credentials");
}

static void nobody_listening_is_where_it_ends(void **state UNUSED)
{
	listener_release(&bench.relay.listener);
	close(bench.relay.listener_fd);
	bench.relay.listener_fd = -1;
	try("ann@example.com");
	assert_stages("+!--------");
	assert_int_equal(stage(TRIAL_CONNECT, 0)->verdict.reason, REASON_REFUSED);
}

static void one_recipient_may_fail_alone(void **state UNUSED)
{
	bench_rule(&bench, "RCPT TO:<bob@", "550 5.1.1 no such user\r\n");
	try("ann@example.com,bob@example.com,cid@example.com");
	assert_stages("++-++-++!+++");
	assert_int_equal(stage(TRIAL_RCPT, 1)->verdict.code, 550);
	assert_string_equal(bench.keeper.trial.queue_id, "4ABC");
}

static void all_recipients_may_fail(void **state UNUSED)
{
	bench_rule(&bench, "RCPT", "550 5.1.1 no such user\r\n");
	try("ann@example.com,bob@example.com");
	assert_stages("++-++-+!!--");
}

static void a_refused_content_is_the_answers(void **state UNUSED)
{
	bench_rule(&bench, ".", "554 5.7.1 looks like spam\r\n");
	try("ann@example.com");
	assert_stages("++-++-+++!");
	assert_string_equal(bench.keeper.trial.queue_id, "");
}

static void a_relay_that_hangs_up_after_the_dot_gave_no_answer(void **state UNUSED)
{
	bench_rule(&bench, ".", NULL);
	try("ann@example.com");
	assert_stages("++-++-+++!");
	assert_int_equal(stage(TRIAL_ANSWER, 0)->verdict.class, VERDICT_AMBIGUOUS);
}

static void a_lost_keeper_ends_it(void **state UNUSED)
{
	bench_rule(&bench, "EHLO", "");
	bench_try(&bench, "ann@example.com", MAIL);
	bench_run(&bench, 50);
	bench_lose_keeper(&bench);
	bench_run(&bench, 50);
	for (size_t i = 0; i < COUNT_OF(bench.relay.clients); i++)
		assert_null(bench.relay.clients[i]);
}

static bool four_are_done(const struct bench *b)
{
	return b->keeper.n_done >= 4;
}

static void four_run_at_the_same_time_and_no_more(void **state UNUSED)
{
	bench_rule(&bench, "EHLO", "");
	for (int i = 0; i < 5; i++)
		bench_try(&bench, "ann@example.com", MAIL);
	bench_run_until(&bench, is_done); /* the fifth */
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_done, 1);
	assert_int_equal(bench.relay.n_connections, 4);
	for (size_t i = 0; i < 4; i++)
		bench_say(&bench, i, "421 4.3.2 bye\r\n");
	bench_run_until(&bench, four_are_done);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_test_mail_in_clear_passes_its_stages),
		TEST(its_dialogue_is_kept_without_secrets),
		TEST(tls_at_once_comes_before_the_greeting),
		TEST(starttls_comes_after_the_greeting),
		TEST(starttls_that_is_not_offered_is_where_it_ends),
		TEST(a_wrong_password_is_where_it_ends),
		TEST(nobody_listening_is_where_it_ends),
		TEST(one_recipient_may_fail_alone),
		TEST(all_recipients_may_fail),
		TEST(a_refused_content_is_the_answers),
		TEST(a_relay_that_hangs_up_after_the_dot_gave_no_answer),
		TEST(a_lost_keeper_ends_it),
		TEST(four_run_at_the_same_time_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
