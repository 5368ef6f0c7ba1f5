/* The transcript: safe, timed, bounded. */
#include "unit/unit.h"

#include "smtp/transcript.h"

static void keeps_lines_with_their_times(void **state UNUSED)
{
	struct smtp_transcript t;

	assert_int_equal(smtp_transcript_init(&t, 1000), 0);
	smtp_transcript_add(&t, SMTP_THEIRS, 1012, SLICE("220 \x1b[2Jmx\n"));
	smtp_transcript_addf(&t, SMTP_OURS, 1500, "EHLO %s", "node");
	assert_int_equal(t.n_lines, 2);
	assert_int_equal(t.lines[0].direction, SMTP_THEIRS);
	assert_int_equal(t.lines[0].at, 12);
	assert_string_equal(t.lines[0].text, "220 \\x1b[2Jmx\\x0a");
	assert_int_equal(t.lines[1].at, 500);
	assert_string_equal(t.lines[1].text, "EHLO node");
	smtp_transcript_release(&t);
}

static void is_bounded_in_lines(void **state UNUSED)
{
	struct smtp_transcript t;

	assert_int_equal(smtp_transcript_init(&t, 0), 0);
	for (int i = 0; i < 5000; i++)
		smtp_transcript_add(&t, SMTP_OURS, i, SLICE("x"));
	assert_int_equal(t.n_lines, SMTP_TRANSCRIPT_LINES + 1);
	assert_int_equal(t.lines[SMTP_TRANSCRIPT_LINES].direction, SMTP_REMARK);
	assert_string_equal(t.lines[SMTP_TRANSCRIPT_LINES - 1].text, "x");
	smtp_transcript_release(&t);
}

static void is_bounded_in_octets(void **state UNUSED)
{
	char line[4000];
	struct smtp_transcript t;

	memset(line, 'y', sizeof(line));
	assert_int_equal(smtp_transcript_init(&t, 0), 0);
	for (int i = 0; i < 5000; i++)
		smtp_transcript_add(&t, SMTP_OURS, i, slice_make(line, sizeof(line)));
	assert_int_equal(strlen(t.lines[0].text), SMTP_TRANSCRIPT_LINE_SIZE - 1);
	assert_true(t.n_lines >= 128 && t.n_lines < 130);
	assert_true(t.n_bytes <= SMTP_TRANSCRIPT_BYTES + 100);
	assert_true(strlen(t.lines[t.n_lines - 1].text) > 0);
	smtp_transcript_release(&t);
}

static void none_is_fine(void **state UNUSED)
{
	smtp_transcript_add(NULL, SMTP_OURS, 0, SLICE("x"));
	smtp_transcript_addf(NULL, SMTP_OURS, 0, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_lines_with_their_times),
		cmocka_unit_test(is_bounded_in_lines),
		cmocka_unit_test(is_bounded_in_octets),
		cmocka_unit_test(none_is_fine),
	};

	return cmocka_run_group_tests_name("smtp/transcript", tests, NULL, NULL);
}
