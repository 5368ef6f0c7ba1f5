/* What may be asked of delivery status notifications, and how it goes out. */
#include "unit/unit.h"

#include "core/dsn.h"

static void events_are_read_and_written(void **state UNUSED)
{
	char text[DSN_NOTIFY_TEXT_SIZE];
	unsigned notify = 0;

	assert_true(dsn_notify_parse(SLICE("Delay, failure,SUCCESS"), &notify));
	assert_int_equal(notify, DSN_SUCCESS | DSN_FAILURE | DSN_DELAY);
	assert_string_equal(dsn_notify_text(notify, text), "SUCCESS,FAILURE,DELAY");
	assert_true(dsn_notify_parse(SLICE("never"), &notify));
	assert_string_equal(dsn_notify_text(notify, text), "NEVER");
	assert_string_equal(dsn_notify_text(0, text), "");
	assert_false(dsn_notify_parse(SLICE(""), &notify));
	assert_false(dsn_notify_parse(SLICE("never,delay"), &notify));
	assert_false(dsn_notify_parse(SLICE("delay,"), &notify));
	assert_false(dsn_notify_parse(SLICE("delayed"), &notify));
	assert_false(dsn_notify_is_good(DSN_NEVER | DSN_DELAY));
	assert_false(dsn_notify_is_good(DSN_NOTIFY_END));
	assert_true(dsn_notify_is_good(0));
}

static void what_comes_back_is_all_or_the_header(void **state UNUSED)
{
	enum dsn_return ret;

	assert_true(dsn_return_parse(SLICE("HDRS"), &ret));
	assert_int_equal(ret, DSN_RETURN_HEADERS);
	assert_true(dsn_return_parse(SLICE("full"), &ret));
	assert_int_equal(ret, DSN_RETURN_FULL);
	assert_false(dsn_return_parse(SLICE(""), &ret));
}

static void an_envelope_id_goes_out_as_xtext(void **state UNUSED)
{
	char text[DSN_ENVID_MAX + 2];
	struct buffer out;

	buffer_init(&out, 1000);
	dsn_xtext(SLICE("a+b=c d~\xc3"), &out);
	assert_string_equal(buffer_text(&out), "a+2Bb+3Dc+20d~+C3");
	buffer_release(&out);
	assert_true(dsn_envid_is_good(SLICE("job 7")));
	assert_false(dsn_envid_is_good(SLICE("")));
	assert_false(dsn_envid_is_good(SLICE("a\r\nRCPT")));
	assert_false(dsn_envid_is_good(SLICE("\xc3\xa4")));
	memset(text, 'x', sizeof(text));
	assert_true(dsn_envid_is_good(slice_make(text, DSN_ENVID_MAX)));
	assert_false(dsn_envid_is_good(slice_make(text, DSN_ENVID_MAX + 1)));
	text[0] = '=';
	assert_false(dsn_envid_is_good(slice_make(text, DSN_ENVID_MAX)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_read_and_written),
		cmocka_unit_test(what_comes_back_is_all_or_the_header),
		cmocka_unit_test(an_envelope_id_goes_out_as_xtext),
	};

	return cmocka_run_group_tests_name("core/dsn", tests, NULL, NULL);
}
