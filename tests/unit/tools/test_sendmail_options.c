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
	assert_int_equal(PARSE("-oitrue", "root"), 0);
	assert_true(o.dots_are_text);
	assert_int_equal(PARSE("-t", "-oi"), 0);
	assert_true(o.recipients_from_header && o.dots_are_text);
	assert_int_equal(PARSE("-ti"), 0);
	assert_true(o.recipients_from_header && o.dots_are_text);
	assert_int_equal(PARSE("-bm", "-odi", "-n", "-B", "7BIT", "-O", "DeliveryMode=b",
		"a@b.example"),
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

/* argv[0] chooses, and so do options; the later one counts. */
static enum sendmail_mode mode_of(const char *program, const char *option)
{
	char name[100], copy[100];
	char *argv[] = { name, copy };

	assert_true(slice_copy(slice_of(program), name, sizeof(name)));
	assert_true(slice_copy(slice_of(option), copy, sizeof(copy)));
	assert_int_equal(sendmail_options_parse(2, argv, arena, &o, &problem), 0);
	return o.mode;
}

static void the_mode_is_chosen_by_name_and_option(void **state UNUSED)
{
	assert_int_equal(mode_of("sendmail", "x"), SENDMAIL_SEND);
	assert_int_equal(mode_of("/usr/bin/mailq", "-v"), SENDMAIL_LIST);
	assert_int_equal(mode_of("newaliases", "-v"), SENDMAIL_ALIASES);
	assert_int_equal(mode_of("mailq/sendmail", "-i"), SENDMAIL_SEND);
	assert_int_equal(mode_of("sendmail", "-bm"), SENDMAIL_SEND);
	assert_int_equal(mode_of("sendmail", "-bp"), SENDMAIL_LIST);
	assert_int_equal(mode_of("sendmail", "-bi"), SENDMAIL_ALIASES);
	assert_int_equal(mode_of("sendmail", "-I"), SENDMAIL_ALIASES);
	assert_int_equal(mode_of("sendmail", "-q30m"), SENDMAIL_RUN_EVERY);
	assert_int_equal(mode_of("sendmail", "-q"), SENDMAIL_RUN);
	assert_string_equal(o.queue_id, "");
	assert_int_equal(mode_of("sendmail", "-qIABC123"), SENDMAIL_RUN);
	assert_string_equal(o.queue_id, "ABC123");
}

static void delivery_notices_are_asked_for(void **state UNUSED)
{
	assert_int_equal(PARSE("-N", "success,Delay", "-R", "hdrs", "-V", "job+7", "x"), 0);
	assert_int_equal(o.dsn.notify, DSN_SUCCESS | DSN_DELAY);
	assert_int_equal(o.dsn.ret, DSN_RETURN_HEADERS);
	assert_string_equal(o.dsn.envid, "job+7");
	assert_int_equal(o.n_recipients, 1);
	assert_int_equal(PARSE("-Nnever", "-Rfull", "x"), 0);
	assert_int_equal(o.dsn.notify, DSN_NEVER);
	assert_int_equal(o.dsn.ret, DSN_RETURN_FULL);
	assert_string_equal(o.dsn.envid, "");
	assert_int_equal(PARSE("-N", "sometimes"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-N", "never,delay"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-R", "body"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-V", ""), SENDMAIL_BAD);
	assert_int_equal(PARSE("-V", "a\nb"), SENDMAIL_BAD);
}

static void options_of_other_programs_are_ignored(void **state UNUSED)
{
	assert_int_equal(PARSE("-Am", "-C", "/etc/mail/sendmail.cf", "-G", "-U", "-h", "3", "-L", "tag",
		"-X", "/tmp/log", "-p", "SMTP:host", "-d0.1", "-e", "-M", "x", "-v", "r"), 0);
	assert_int_equal(o.n_recipients, 1);
	assert_string_equal(o.recipients[0], "r");
	/* -o takes the next word where it stands alone, as getopt has it */
	assert_int_equal(PARSE("-o", "i", "r"), 0);
	assert_int_equal(o.n_recipients, 1);
	assert_true(o.dots_are_text);
}

static void refusals_name_the_option(void **state UNUSED)
{
	static const char *const absent[] = { "-bs", "-bd", "-bD", "-bl", "-bv", "-bt", "-bh", "-qRx" };

	for (size_t i = 0; i < COUNT_OF(absent); i++) {
		assert_int_equal(PARSE(absent[i]), SENDMAIL_ABSENT);
		assert_non_null(strstr(problem, slice_starts(slice_of(absent[i]), "-qR") ? "-qR" :
			absent[i]));
	}
	assert_int_equal(PARSE("-bd"), SENDMAIL_ABSENT);
	assert_non_null(strstr(problem, "tocsind"));
	assert_int_equal(PARSE("-Z"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "-Z"));
	assert_int_equal(PARSE("-b"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-bx"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-bpx"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-qx"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-qI"), SENDMAIL_BAD);
	assert_int_equal(PARSE("-B", "9BIT"), SENDMAIL_BAD);
	assert_non_null(strstr(problem, "9BIT"));
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
		cmocka_unit_test(the_mode_is_chosen_by_name_and_option),
		cmocka_unit_test(delivery_notices_are_asked_for),
		cmocka_unit_test(options_of_other_programs_are_ignored),
		cmocka_unit_test(refusals_name_the_option),
	};
	int failed;

	arena = arena_new(1 << 20);
	failed = cmocka_run_group_tests_name("tools/sendmail_options", tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
