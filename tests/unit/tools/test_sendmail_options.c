/* sendmail's command line: what programs pass, values in either place, refusals by name. */
#include "unit/unit.h"

#include "tools/sendmail_options.h"

static struct arena *arena;
static struct sendmail_options o;
static const char *problem;

static int parse(const char *const *words)
{
	char *argv[20] = { (char[]){ "sendmail" } };
	char copies[20][100];
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++) {
		assert_true(slice_copy(slice_of(words[argc - 1]), copies[argc],
			sizeof(copies[argc])));
		argv[argc] = copies[argc];
	}
	problem = NULL;
	o = (struct sendmail_options){ 0 };
	return sendmail_options_parse(argc, argv, arena, &o, &problem);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static void what_cron_and_others_pass(void **state UNUSED)
{
	assert_int_equal(PARSE("-i", "-FCronDaemon", "-B8BITMIME", "-oem", "root"), 0);
	assert_true(o.dots_are_text);
	assert_int_equal(o.n_recipients, 1);
	assert_int_equal(PARSE("-t", "-oi"), 0);
	assert_true(o.recipients_from_header && o.dots_are_text);
	assert_int_equal(PARSE("-ti"), 0);
	assert_true(o.recipients_from_header && o.dots_are_text);
	assert_int_equal(PARSE("-bm", "-odi", "-n", "-B", "7BIT", "-O", "DeliveryMode=b", "a@b.example"),
		0);
	assert_int_equal(o.n_recipients, 1);
	assert_false(o.dots_are_text);
}

static void values_stand_in_the_same_word_or_the_next(void **state UNUSED)
{
	assert_int_equal(PARSE("-f", "a@example.com", "-F", "Anna K"), 0);
	assert_int_equal(PARSE("-rb@example.com", "-ti", "x"), 0);
	assert_int_equal(PARSE("-f", ""), 0);
	assert_int_equal(PARSE("-f<>"), 0);
}

static void values_are_taken(void **state UNUSED)
{
	PARSE("-f", "a@example.com", "-F", "Anna K", "r@example.com");
	assert_int_equal(o.n_recipients, 1);
	PARSE("-f", "");
	assert_string_equal(o.sender, "<>");
}

static void after_two_hyphens_all_are_recipients(void **state UNUSED)
{
	assert_int_equal(PARSE("-i", "--", "-t", "--"), 0);
	assert_int_equal(o.n_recipients, 2);
	assert_false(o.recipients_from_header);
}

static void refusals_name_the_option(void **state UNUSED)
{
	assert_int_equal(PARSE("-Z"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "-Z"));
	assert_int_equal(PARSE("-bs"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "-bs"));
	assert_int_equal(PARSE("-bp"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-q"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "-q"));
	assert_int_equal(PARSE("-f"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "needs a value"));
	assert_int_equal(PARSE("-"), SENDMAIL_BAD);
	assert_int_equal(PARSE("--help"), SENDMAIL_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cron_and_others_pass),
		cmocka_unit_test(values_stand_in_the_same_word_or_the_next),
		cmocka_unit_test(values_are_taken),
		cmocka_unit_test(after_two_hyphens_all_are_recipients),
		cmocka_unit_test(refusals_name_the_option),
	};
	int failed;

	arena = arena_new(1 << 20);
	failed = cmocka_run_group_tests_name("tools/sendmail_options", tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
