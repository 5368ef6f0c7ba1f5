/* The local socket: mail is answered after the keeper's commit, commands pass with WHO in front. */
#include "unit/submit/keeper.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#define NAMED "00112233445566778899aabbccddeeff"

static struct slice content(void)
{
	return buffer_slice(&keeper.content);
}

static bool has(const char *text)
{
	return slice_find(content(), slice_of(text)) < content().len;
}

/* ---- mail ---- */

static void mail_is_posted_when_the_keeper_has_it(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	tool_posts(&tool, &post, SLICE("Subject: hello\n\nline\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool.answer, WORD_POSTED);
	assert_string_equal(tool_text(&tool), "Q1");
	assert_int_equal(keeper.who.kind, WHO_LOCAL);
	assert_int_equal(keeper.who.uid, getuid());
	assert_false(keeper.who.in_admin_group);
	assert_string_equal(keeper.envelope.submission,
		arena_printf(arena, "%u-" NAMED, (unsigned)getuid()));
	assert_string_equal(keeper.envelope.sender, "anna@node1.example.com");
	assert_string_equal(keeper.envelope.subject, "hello");
	assert_int_equal(keeper.envelope.n_recipients, 1);
	assert_string_equal(keeper.envelope.recipients[0].address, "b@example.com");
	assert_int_equal(keeper.envelope.size, keeper.content.len);
	assert_true(slice_ends(content(), "\r\n\r\nline\r\n"));
	assert_slice(slice_sub(content(), (size_t)keeper.envelope.header_size, 100), "line\r\n");
	assert_int_equal(submit.octets, 0);
}

static void nothing_is_posted_before_the_keeper_answers(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	keeper.way = KEEPER_WAITS;
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(keeper_has_message);
	run_for(20);
	assert_int_equal(tool.n_answers, 0);
}

static void a_large_message_arrives_octet_by_octet(void **state UNUSED)
{
	enum { LINES = 60000 };
	struct post post = some_post("b@example.com");
	struct buffer message, expected;

	buffer_init(&message, 8 * 1024 * 1024);
	buffer_init(&expected, 8 * 1024 * 1024);
	buffer_append_text(&message, "Subject: large\n\n");
	for (unsigned i = 0; i < LINES; i++) {
		buffer_appendf(&message, "%u this is a line of some length to fill the message\n", i);
		buffer_appendf(&expected, "%u this is a line of some length to fill the message\r\n", i);
	}
	tool_posts(&tool, &post, buffer_slice(&message));
	run_until(tool_is_answered);
	assert_string_equal(tool_text(&tool), "Q1");
	assert_true(slice_equal(buffer_slice(&expected),
		slice_sub(content(), (size_t)keeper.envelope.header_size, content().len)));
	assert_int_equal(submit.octets, 0);
	buffer_release(&message);
	buffer_release(&expected);
}

static void a_message_nobody_gets_is_refused(void **state UNUSED)
{
	struct post post = some_post("");

	tool_posts(&tool, &post, SLICE("Subject: x\n\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_USAGE);
	assert_int_equal(keeper.n_submits, 0);
	assert_int_equal(submit.octets, 0);
}

static void a_message_above_the_limit_is_refused(void **state UNUSED)
{
	struct post post = some_post("b@example.com");
	size_t size = POST_MESSAGE_MAX + 1;
	char *message = malloc(size);

	assert_non_null(message);
	memset(message, '\n', size);
	tool_posts(&tool, &post, slice_make(message, size));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_DATAERR);
	assert_string_equal(tool_text(&tool), "The message is larger than 32 MiB.");
	run_for(20);
	assert_int_equal(tool.n_answers, 1);
	assert_int_equal(submit.octets, 0);
	free(message);
}

static void too_much_at_once_is_for_later(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	assert_true(submit_take_octets(&submit, SUBMIT_OCTETS_MAX - 3));
	tool_posts(&tool, &post, SLICE("\nabc\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
	submit_give_octets(&submit, SUBMIT_OCTETS_MAX - 3);
	assert_int_equal(submit.octets, 0);
}

static void what_is_no_post_is_refused(void **state UNUSED)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_text(&body, "not a submission id");
	tool_asks(&tool, WORD_POST, &body);
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_PROTOCOL);
	buffer_release(&body);
}

static void one_message_at_a_time(void **state UNUSED)
{
	struct post post = some_post("b@example.com");
	struct buffer body;

	keeper.way = KEEPER_WAITS;
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(keeper_has_message);
	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, &post);
	tool_asks(&tool, WORD_POST, &body);
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_PROTOCOL);
	assert_int_equal(keeper.n_submits, 1);
	buffer_release(&body);
}

static void one_connection_may_hand_in_one_after_the_other(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	for (unsigned i = 1; i <= 3; i++) {
		tool.n_answers = 0;
		tool_posts(&tool, &post, SLICE("\nx\n"));
		run_until(tool_is_answered);
		assert_string_equal(tool_text(&tool), arena_printf(arena, "Q%u", i));
	}
}

static void the_keepers_refusal_is_passed_on(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	keeper.way = KEEPER_REFUSES;
	keeper.refusal_code = EX_NOPERM;
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_NOPERM);
	assert_string_equal(tool_text(&tool), "Not this one.");
}

/* ---- the keeper comes and goes ---- */

static void mail_waits_for_a_keeper(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	keeper_goes();
	run_for(5);
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_for(20);
	assert_int_equal(tool.n_answers, 0);
	keeper_comes();
	run_until(tool_is_answered);
	assert_string_equal(tool_text(&tool), "Q1");
}

static void a_keeper_that_dies_over_it_is_asked_again_by_the_same_name(void **state UNUSED)
{
	struct post post = some_post("b@example.com");
	const char *name, *message_id;

	keeper.way = KEEPER_DIES;
	tool_posts(&tool, &post, SLICE("Subject: x\n\nx\n"));
	run_until(keeper_has_message);
	name = keeper.envelope.submission;
	message_id = keeper.envelope.message_id;
	run_for(5);
	assert_int_equal(tool.n_answers, 0);
	keeper.way = KEEPER_TAKES;
	keeper_comes();
	run_until(tool_is_answered);
	assert_string_equal(tool_text(&tool), "Q1");
	assert_int_equal(keeper.n_submits, 2);
	assert_string_equal(keeper.envelope.submission, name);
	assert_string_equal(keeper.envelope.message_id, message_id);
	assert_true(has("Subject: x\r\n"));
}

static void a_message_that_kills_keepers_is_given_up(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	keeper.way = KEEPER_DIES;
	tool_posts(&tool, &post, SLICE("\nx\n"));
	for (unsigned i = 0; i < SUBMIT_TRIES; i++) {
		keeper.ended = false;
		run_until(keeper_has_message);
		run_for(5);
		keeper_comes();
	}
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
	assert_int_equal(keeper.n_submits, SUBMIT_TRIES);
}

static void without_a_keeper_it_is_for_later(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	submit.keeper_wait = 30;
	keeper_goes();
	run_for(5);
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
	assert_int_equal(submit.octets, 0);
}

static void a_keeper_that_never_answers_is_given_up(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	submit.answer_wait = 30;
	keeper.way = KEEPER_WAITS;
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
	assert_string_equal(tool_text(&tool), "The queue did not answer in time.");
	assert_int_equal(submit.octets, 0);
}

static void mail_goes_its_way_when_the_tool_has_gone(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_for(1);
	while (submit.jobs.list.tqh_first == NULL && !keeper.ended)
		run_for(1);
	tool_goes(&tool);
	run_until(keeper_has_message);
	run_for(5);
	assert_int_equal(keeper.n_posted, 1);
	assert_int_equal(submit.octets, 0);
	buffer_init(&tool.body, 100);
}

static void half_a_message_is_nothing(void **state UNUSED)
{
	struct post post = some_post("b@example.com");
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, &post);
	tool_asks(&tool, WORD_POST, &body);
	run_for(5);
	tool_goes(&tool);
	run_for(20);
	assert_int_equal(keeper.n_submits, 0);
	assert_int_equal(submit.octets, 0);
	buffer_release(&body);
	buffer_init(&tool.body, 100);
}

/* ---- what the keeper says of the site ---- */

static void bare_names_get_the_sites_domain(void **state UNUSED)
{
	static const char *recipients[] = { "bob", "Webmaster" };
	struct post post = some_post("bob");
	struct buffer body;

	post.recipients = recipients;
	post.n_recipients = 2;
	buffer_init(&body, 1000);
	pack_text(&body, "site.example");
	pack_text(&body, "other.example");
	pack_number(&body, 1);
	pack_text(&body, "webmaster");
	channel_send(keeper.front, WORD_SITE, 0, &body);
	run_for(5);
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_string_equal(keeper.envelope.recipients[0].address, "bob@site.example");
	/* an alias is a name of this machine, whether a user has it or not */
	assert_string_equal(keeper.envelope.recipients[1].address, "Webmaster");
	assert_string_equal(keeper.envelope.sender, "anna@site.example");
	assert_true(slice_ends(slice_of(keeper.envelope.message_id), "@other.example>"));
	buffer_release(&body);
}

static void root_and_the_submitter_are_local(void **state UNUSED)
{
	struct post post = some_post("root, anna");

	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_int_equal(keeper.envelope.n_recipients, 2);
	assert_string_equal(keeper.envelope.recipients[0].address, "root");
	assert_string_equal(keeper.envelope.recipients[1].address, "anna");
}

/* ---- commands ---- */

static bool keeper_is_asked(void)
{
	return keeper.word != WORD_NONE;
}

static void a_command_passes_with_who_in_front(void **state UNUSED)
{
	struct buffer body;
	struct unpack u;
	struct who who;

	buffer_init(&body, 1000);
	pack_text(&body, "email");
	tool_asks(&tool, WORD_SETTINGS_GET, &body);
	run_until(keeper_is_asked);
	assert_int_equal(keeper.word, WORD_SETTINGS_GET);
	unpack_init(&u, buffer_slice(&keeper.body));
	who_unpack(&u, arena, &who);
	assert_int_equal(who.kind, WHO_LOCAL);
	assert_int_equal(who.uid, getuid());
	assert_string_equal(who.from, "local");
	assert_string_equal(unpack_text(&u, 100, arena), "email");
	assert_true(unpack_end(&u));
	buffer_clear(&body);
	pack_number(&body, 7);
	pack_number(&body, 0);
	channel_answer(keeper.front, keeper.id, WORD_SETTINGS_ARE, &body);
	run_until(tool_is_answered);
	assert_int_equal(tool.answer, WORD_SETTINGS_ARE);
	assert_true(slice_equal(buffer_slice(&tool.body), buffer_slice(&body)));
	buffer_release(&body);
}

static void a_command_waits_for_a_keeper(void **state UNUSED)
{
	keeper_goes();
	run_for(5);
	tool_asks(&tool, WORD_STATUS, NULL);
	run_for(20);
	keeper_comes();
	run_until(keeper_is_asked);
	assert_int_equal(keeper.word, WORD_STATUS);
}

static void a_command_does_not_wait_for_ever(void **state UNUSED)
{
	submit.keeper_wait = 30;
	keeper_goes();
	run_for(5);
	tool_asks(&tool, WORD_STATUS, NULL);
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
}

static void a_command_whose_keeper_died_is_not_said_twice(void **state UNUSED)
{
	tool_asks(&tool, WORD_QUEUE_RETRY, NULL);
	run_until(keeper_is_asked);
	keeper.word = WORD_NONE;
	keeper_goes();
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
	keeper_comes();
	run_for(20);
	assert_int_equal(keeper.word, WORD_NONE);
}

static void requests_of_one_connection_are_bounded(void **state UNUSED)
{
	for (unsigned i = 0; i < SUBMIT_REQUESTS_MAX; i++)
		tool_asks(&tool, WORD_STATUS, NULL);
	run_until(keeper_is_asked);
	run_for(20);
	assert_int_equal(tool.n_answers, 0);
	tool_asks(&tool, WORD_STATUS, NULL);
	run_until(tool_is_answered);
	assert_int_equal(tool_code(&tool), EX_TEMPFAIL);
}

static void an_answer_for_a_tool_that_went_is_dropped(void **state UNUSED)
{
	struct buffer body;

	tool_asks(&tool, WORD_STATUS, NULL);
	run_until(keeper_is_asked);
	tool_goes(&tool);
	run_for(5);
	buffer_init(&body, 100);
	channel_answer(keeper.front, keeper.id, WORD_STATUS_IS, &body);
	run_for(5);
	assert_non_null(submit.keeper);
	buffer_release(&body);
	buffer_init(&tool.body, 100);
}

/* ---- how many ---- */

static void a_user_has_ten_connections_and_root_any(void **state UNUSED)
{
	static struct tool tools[SUBMIT_CONNECTIONS_PER_USER + 2];
	bool root = geteuid() == 0;
	size_t open = 0;

	tool_goes(&tool);
	run_for(5);
	/* the kernel notes who made the socket */
	if (root)
		assert_int_equal(seteuid(54321), 0);
	for (size_t i = 0; i < COUNT_OF(tools); i++)
		tool_comes(&tools[i]);
	if (root)
		assert_int_equal(seteuid(0), 0);
	run_for(20);
	for (size_t i = 0; i < COUNT_OF(tools); i++)
		open += tools[i].channel != NULL;
	assert_int_equal(open, SUBMIT_CONNECTIONS_PER_USER);
	tool_comes(&tool);
	run_for(5);
	assert_int_equal(tool.channel != NULL, root);
	for (size_t i = 0; i < COUNT_OF(tools); i++)
		tool_goes(&tools[i]);
}

static void after_stop_nothing_breaks(void **state UNUSED)
{
	struct post post = some_post("b@example.com");

	submit_stop(&submit);
	tool_posts(&tool, &post, SLICE("\nx\n"));
	run_until(tool_is_answered);
	assert_string_equal(tool_text(&tool), "Q1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mail_is_posted_when_the_keeper_has_it),
		TEST(nothing_is_posted_before_the_keeper_answers),
		TEST(a_large_message_arrives_octet_by_octet),
		TEST(a_message_nobody_gets_is_refused),
		TEST(a_message_above_the_limit_is_refused),
		TEST(too_much_at_once_is_for_later),
		TEST(what_is_no_post_is_refused),
		TEST(one_message_at_a_time),
		TEST(one_connection_may_hand_in_one_after_the_other),
		TEST(the_keepers_refusal_is_passed_on),
		TEST(mail_waits_for_a_keeper),
		TEST(a_keeper_that_dies_over_it_is_asked_again_by_the_same_name),
		TEST(a_message_that_kills_keepers_is_given_up),
		TEST(without_a_keeper_it_is_for_later),
		TEST(a_keeper_that_never_answers_is_given_up),
		TEST(mail_goes_its_way_when_the_tool_has_gone),
		TEST(half_a_message_is_nothing),
		TEST(bare_names_get_the_sites_domain),
		TEST(root_and_the_submitter_are_local),
		TEST(a_command_passes_with_who_in_front),
		TEST(a_command_waits_for_a_keeper),
		TEST(a_command_does_not_wait_for_ever),
		TEST(a_command_whose_keeper_died_is_not_said_twice),
		TEST(requests_of_one_connection_are_bounded),
		TEST(an_answer_for_a_tool_that_went_is_dropped),
		TEST(a_user_has_ten_connections_and_root_any),
		TEST(after_stop_nothing_breaks),
	};

	return cmocka_run_group_tests_name("submit/local", tests, NULL, NULL);
}
