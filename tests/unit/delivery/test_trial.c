/* Test mails: every stage is told, in order, with what was seen. */
#include "unit/unit.h"

#include <unistd.h>

#include "delivery/trial.h"
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

/* ---- checks without sending ---- */

static void a_check_asks_and_sends_nothing(void **state UNUSED)
{
	bench.check = true;
	try("ann@example.com,bob@example.com");
	assert_stages("++-++-+++--");
	assert_true(bench.keeper.trial.check);
	assert_string_equal(bench.keeper.trial.queue_id, "");
	assert_true(bench_heard(&bench, "RCPT TO:<bob@example.com>\nRSET\nQUIT\n"));
	assert_false(bench_heard(&bench, "DATA"));
	assert_int_equal(bench.relay.content.len, 0);
}

static void a_check_tells_who_is_refused(void **state UNUSED)
{
	bench.check = true;
	bench.relay.offers = "";
	bench_rule(&bench, "RCPT TO:<bob@", "550 5.1.1 no such user\r\n");
	try("ann@example.com,bob@example.com");
	assert_stages("++-++-++!--");
	assert_false(bench_heard(&bench, "DATA"));
}

/* ---- patience ---- */

static const struct trial_patience short_patience = {
	.greeting = 50, .stage = 400, .whole = 1000,
};

struct impatient {
	struct trial_run *run;
	struct trial trial; /* texts are the run's; only states and verdicts are looked at */
	enum verdict_reason reason; /* of the first bad stage */
	enum trial_step step;
	bool waits_said, done;
};

static void impatient_changed(void *arg, uint64_t run UNUSED, const struct trial *t)
{
	struct impatient *i = arg;

	for (size_t n = 0; n < t->n_stages; n++) {
		const struct trial_stage *s = &t->stages[n];

		if (s->step == TRIAL_GREETING && s->state == TRIAL_RUNNING && s->result[0] != '\0')
			i->waits_said = true;
		if (s->state == TRIAL_BAD) {
			i->reason = s->verdict.reason;
			i->step = s->step;
		}
	}
}

static void impatient_done(void *arg, struct trial_run *run)
{
	struct impatient *i = arg;

	trial_run_free(run);
	i->done = true;
}

static const struct trial_events impatient_events = {
	.changed = impatient_changed, .done = impatient_done,
};

static struct impatient impatient;

static bool impatient_is_done(const struct bench *b UNUSED)
{
	return impatient.done;
}

/* Runs a test that waits for nobody long. */
static void try_impatiently(void)
{
	struct buffer body;

	impatient = (struct impatient){ .reason = REASON_COUNT };
	buffer_init(&body, WIRE_BODY_MAX);
	bench_pack_trial(&bench, "ann@example.com", MAIL, &body);
	impatient.run = trial_run_new(&(struct trial_options){
	    .loop = bench.loop, .resolver = bench.resolver, .system_trust = bench.trust,
	    .patience = &short_patience, .events = &impatient_events, .arg = &impatient },
	    buffer_slice(&body));
	assert_non_null(impatient.run);
	buffer_release(&body);
	bench_run_until(&bench, impatient_is_done);
}

static void a_port_that_speaks_tls_at_once_is_found_out(void **state UNUSED)
{
	bench_use_tls(&bench, RELAY_ENCRYPTION_TLS);
	bench.settings.encryption = RELAY_ENCRYPTION_STARTTLS;
	sign_in();
	try_impatiently();
	assert_int_equal(impatient.step, TRIAL_GREETING);
	assert_int_equal(impatient.reason, REASON_SPEAKS_TLS);
	assert_int_equal(bench.relay.n_connections, 2);
	assert_int_equal(bench.relay.said.len, 0); /* not a word, so no secret */
}

static void a_certificate_that_is_not_trusted_is_tls_too(void **state UNUSED)
{
	struct identity other;

	bench_use_tls(&bench, RELAY_ENCRYPTION_TLS);
	bench.settings.encryption = RELAY_ENCRYPTION_NONE;
	identity_make(&other, &(struct identity_spec){ .subject = "Other", .from = -1000,
	    .until = 100000, .authority = true }, NULL);
	bench.settings.ca_certificate = buffer_text(&other.certificate);
	try_impatiently();
	identity_release(&other);
	assert_int_equal(impatient.reason, REASON_SPEAKS_TLS);
}

static void a_silent_port_is_given_up_after_the_stages_time(void **state UNUSED)
{
	bench_rule(&bench, "", "");
	try_impatiently();
	assert_true(impatient.waits_said);
	assert_int_equal(impatient.step, TRIAL_GREETING);
	assert_int_equal(impatient.reason, REASON_TIMEOUT);
	assert_int_equal(bench.relay.n_connections, 2);
}

static void no_answer_to_the_dot_is_possibly_delivered(void **state UNUSED)
{
	bench_rule(&bench, ".", "");
	try_impatiently();
	assert_int_equal(impatient.step, TRIAL_ANSWER);
	assert_int_equal(impatient.reason, REASON_TIMEOUT);
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
		TEST(a_check_asks_and_sends_nothing),
		TEST(a_check_tells_who_is_refused),
		TEST(a_port_that_speaks_tls_at_once_is_found_out),
		TEST(a_certificate_that_is_not_trusted_is_tls_too),
		TEST(a_silent_port_is_given_up_after_the_stages_time),
		TEST(no_answer_to_the_dot_is_possibly_delivered),
		TEST(four_run_at_the_same_time_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
