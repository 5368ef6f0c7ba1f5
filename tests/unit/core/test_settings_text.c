/* Settings as a file: written, read, and what is wrong told with its line. */
#include "unit/unit.h"

#include "core/settings_text.h"

static struct arena *arena;
static struct settings_text text;

static void read_in(const char *file)
{
	assert_int_equal(settings_text_read(slice_of(file), arena, &text), 0);
}

static void what_is_written_is_read(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 10000);
	settings_text_write(&out, SETTING_SITE_NAME, "a = b # c", true);
	settings_text_write(&out, SETTING_EMAIL_PASSWORD, "hush", true);
	settings_text_write(&out, SETTING_EMAIL_CA_CERTIFICATE, "-----BEGIN X-----\nAA==\n-----END X-----",
		true);
	settings_text_write(&out, SETTING_EMAIL_AUTH, "none", false);
	assert_null(strstr(buffer_text(&out), "hush"));
	read_in(buffer_text(&out));
	assert_int_equal(text.n_problems, 0);
	assert_slice(text.value[SETTING_SITE_NAME], "a = b # c");
	assert_slice(text.value[SETTING_EMAIL_CA_CERTIFICATE],
		"-----BEGIN X-----\nAA==\n-----END X-----");
	assert_slice(text.value[SETTING_EMAIL_AUTH], "none");
	assert_false(text.given[SETTING_EMAIL_PASSWORD]);
	buffer_release(&out);
}

static void a_secret_that_was_pasted_is_not_shown(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 10000);
	settings_text_blank(SLICE("# mine\nsite.name = Here\n email.password = planted\n"
		"email.oauth_private_key = -----BEGIN\nplanted\n\nplanted=\nemail.auth = none\n"
		"email.oauth_client_secret = (set)\nemail.ca_certificate = -----BEGIN\nAA==\n"), &out);
	assert_string_equal(buffer_text(&out), "# mine\nsite.name = Here\n email.password =\n"
		"email.oauth_private_key =\nemail.auth = none\n"
		"email.oauth_client_secret = (set)\nemail.ca_certificate = -----BEGIN\nAA==\n");
	buffer_release(&out);
}

static void blanks_comments_and_crlf(void **state UNUSED)
{
	read_in("# x\r\n\r\n  site.name=  Here \r\nemail.helo_name =\r\n");
	assert_int_equal(text.n_problems, 0);
	assert_slice(text.value[SETTING_SITE_NAME], "Here");
	assert_true(text.given[SETTING_EMAIL_HELO_NAME]);
	assert_int_equal(text.value[SETTING_EMAIL_HELO_NAME].len, 0);
}

static void problems_name_their_lines(void **state UNUSED)
{
	read_in("hello\nno.such = 1\nemail.password = hush\nsite.name = a\nsite.name = b\n");
	assert_int_equal(text.n_problems, 4);
	assert_string_equal(text.problems[0], "Line 1: hello is not KEY = VALUE.");
	assert_string_equal(text.problems[1], "Line 2: no.such is no setting.");
	assert_string_equal(text.problems[2], "Line 3: email.password is a secret and is not taken from "
		"a file: set it on its own page.");
	assert_string_equal(text.problems[3], "Line 5: site.name stands here twice.");
	assert_slice(text.value[SETTING_SITE_NAME], "a");
}

static void the_lines_of_a_private_key_are_not_repeated(void **state UNUSED)
{
	read_in("email.oauth_private_key = -----BEGIN PRIVATE KEY-----\nMIIEvSECRET\n"
		"-----END PRIVATE KEY-----\nsite.name = a\nhello\n");
	assert_int_equal(text.n_problems, 2);
	assert_string_equal(text.problems[0], "Line 1: email.oauth_private_key is a secret and is not "
		"taken from a file: set it on its own page.");
	assert_string_equal(text.problems[1], "Line 5: hello is not KEY = VALUE.");
	assert_slice(text.value[SETTING_SITE_NAME], "a");
}

static void many_problems_are_counted(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 10000);
	for (int i = 0; i < 100; i++)
		buffer_append_text(&out, "x\n");
	read_in(buffer_text(&out));
	assert_int_equal(text.n_problems, 100);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_secret_that_was_pasted_is_not_shown),
		cmocka_unit_test(blanks_comments_and_crlf),
		cmocka_unit_test(problems_name_their_lines),
		cmocka_unit_test(the_lines_of_a_private_key_are_not_repeated),
		cmocka_unit_test(many_problems_are_counted),
	};
	int failed;

	arena = arena_new(1 << 20);
	failed = cmocka_run_group_tests_name("core/settings_text", tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
