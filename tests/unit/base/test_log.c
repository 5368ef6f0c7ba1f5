/* Log lines: nothing from outside can forge a second line; levels filter. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

static char caught[4096];

static void catch_log(enum log_level level, const char *text)
{
	int ends[2], old = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_write(level, "%s", text);
	dup2(old, STDERR_FILENO);
	close(old);
	close(ends[1]);
	len = read(ends[0], caught, sizeof(caught) - 1);
	close(ends[0]);
	caught[len > 0 ? len : 0] = '\0';
}

static void control_characters_are_escaped(void **state UNUSED)
{
	log_set_name("front");
	catch_log(LOG_LEVEL_INFO, "a\r\nkeeper: b\x1b[2J");
	assert_string_equal(caught, "front: a\\x0d\\x0akeeper: b\\x1b[2J\n");
}

static void levels_filter_and_are_named(void **state UNUSED)
{
	enum log_level level;

	assert_true(log_level_parse(SLICE("warning"), &level));
	assert_false(log_level_parse(SLICE("loud"), &level));
	log_set_level(level);
	catch_log(LOG_LEVEL_INFO, "quiet");
	assert_string_equal(caught, "");
	catch_log(LOG_LEVEL_ERROR, "loud");
	assert_string_equal(caught, "front: error: loud\n");
	log_set_level(LOG_LEVEL_INFO);
}

static void a_long_line_is_cut_not_split(void **state UNUSED)
{
	char text[3000];

	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	catch_log(LOG_LEVEL_INFO, text);
	assert_ptr_equal(strchr(caught, '\n'), caught + strlen(caught) - 1);
}

static char sunk[200];
static unsigned n_sunk;

static void sink(const char *name, const char *text)
{
	n_sunk++;
	snprintf(sunk, sizeof(sunk), "%s|%s", name, text);
}

static void alerts_alone_go_to_the_sink(void **state UNUSED)
{
	log_set_name("keeper");
	log_set_alert_sink(sink);
	catch_log(LOG_LEVEL_ERROR, "loud");
	assert_int_equal(n_sunk, 0);
	catch_log(LOG_LEVEL_ALERT, "mail is\nbroken");
	assert_int_equal(n_sunk, 1);
	assert_string_equal(sunk, "keeper|mail is\\x0abroken");
	assert_string_equal(caught, "keeper: alert: mail is\\x0abroken\n");
	log_set_alert_sink(NULL);
	catch_log(LOG_LEVEL_ALERT, "again");
	assert_int_equal(n_sunk, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(levels_filter_and_are_named),
		cmocka_unit_test(alerts_alone_go_to_the_sink),
		cmocka_unit_test(a_long_line_is_cut_not_split),
	};

	unsetenv("JOURNAL_STREAM");
	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
