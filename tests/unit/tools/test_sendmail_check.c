/* What the daemon would refuse is refused before it lies in the drop folder. */
#include "unit/unit.h"

#include <stdlib.h>
#include <sysexits.h>

#include "tools/sendmail_check.h"

static struct arena *arena;
static const char *problem;

static int set_up(void **state UNUSED)
{
	arena = arena_new(64 * 1024 * 1024);
	problem = "";
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct post post_to(const char **recipients, size_t n)
{
	return (struct post){
		.submission = "000102030405060708090a0b0c0d0e0f", .sender = "", .full_name = "",
		.login = "anna", .recipients = recipients, .n_recipients = n,
	};
}

static int check(const struct post *post, struct slice message)
{
	return sendmail_check_message(post, message, "node1.example.com", arena, &problem);
}

static void a_good_message_passes(void **state UNUSED)
{
	const char *to[] = { "root", "b@example.com" };
	struct post post = post_to(to, 2);

	assert_int_equal(sendmail_check_post(&post, arena, &problem), 0);
	assert_int_equal(check(&post, SLICE("Subject: x\n\nx\n")), 0);
	assert_int_equal(check(&post, SLICE("")), 0);
}

static void somebody_must_get_it(void **state UNUSED)
{
	struct post post = post_to(NULL, 0);

	assert_int_equal(sendmail_check_post(&post, arena, &problem), EX_USAGE);
	assert_string_equal(problem,
		"no recipients: name them, or use -t to take them from the message's header");
	post.recipients_from_header = true;
	assert_int_equal(sendmail_check_post(&post, arena, &problem), 0);
	assert_int_equal(check(&post, SLICE("Subject: x\n\n")), EX_USAGE);
	assert_int_equal(check(&post, SLICE("To: b@example.com\n\n")), 0);
}

static void bad_addresses_and_octets_are_named(void **state UNUSED)
{
	const char *bad[] = { "a@b@c" }, *good[] = { "root" };
	struct post post = post_to(bad, 1);

	assert_int_equal(check(&post, SLICE("\nx\n")), EX_DATAERR);
	assert_non_null(strstr(problem, "a@b@c"));
	post = post_to(good, 1);
	post.sender = "x y";
	assert_int_equal(check(&post, SLICE("\nx\n")), EX_DATAERR);
	assert_non_null(strstr(problem, "x y"));
	post.sender = "<>";
	assert_int_equal(check(&post, SLICE("\nx\n")), 0);
}

static void what_does_not_fit_is_refused(void **state UNUSED)
{
	static const char *many[POST_RECIPIENTS_MAX + 1];
	static char text[POST_TEXT_MAX + 2];
	const char *one[] = { text };
	struct post post = post_to(one, 1);

	memset(text, 'a', POST_TEXT_MAX + 1);
	assert_int_equal(sendmail_check_post(&post, arena, &problem), EX_USAGE);
	assert_string_equal(problem,
		"the recipient aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... is too long");
	text[POST_TEXT_MAX] = '\0';
	assert_int_equal(sendmail_check_post(&post, arena, &problem), 0);
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = "r";
	post = post_to(many, COUNT_OF(many));
	assert_int_equal(sendmail_check_post(&post, arena, &problem), EX_USAGE);
	post.n_recipients--;
	assert_int_equal(sendmail_check_post(&post, arena, &problem), 0);
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = text;
	assert_int_equal(sendmail_check_post(&post, arena, &problem), EX_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_message_passes),
		TEST(somebody_must_get_it),
		TEST(bad_addresses_and_octets_are_named),
		TEST(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests_name("tools/sendmail_check", tests, NULL, NULL);
}
