/* Capabilities: whole words only, in any case, junk passed over. */
#include "unit/unit.h"

#include "smtp/ehlo.h"

static struct smtp_capabilities read(const char *reply)
{
	struct slice bytes = slice_of(reply);
	struct smtp_capabilities c;
	struct smtp_reply r;

	smtp_reply_init(&r);
	assert_int_equal(smtp_reply_feed(&r, &bytes), SMTP_REPLY_DONE);
	smtp_capabilities_read(&r, &c);
	smtp_reply_release(&r);
	return c;
}

static void reads_what_postfix_offers(void **state UNUSED)
{
	struct smtp_capabilities c = read("250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
	    "250-VRFY\r\n250-ETRN\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN LOGIN\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n");

	assert_true(c.esmtp && c.pipelining && c.starttls && c.enhanced_status_codes);
	assert_true(c.eight_bit_mime && c.smtputf8 && c.auth && c.size_offered);
	assert_true(c.dsn);
	assert_true(c.size == 10240000);
	assert_true(c.mechanisms[SMTP_MECHANISM_PLAIN] && c.mechanisms[SMTP_MECHANISM_LOGIN]);
	assert_string_equal(c.mechanisms_text, "PLAIN LOGIN PLAIN LOGIN");
}

static void reads_what_exchange_offers(void **state UNUSED)
{
	struct smtp_capabilities c = read("250-AM0PR01.outlook.office365.com Hello [192.0.2.1]\r\n"
	    "250-SIZE 157286400\r\n250-PIPELINING\r\n250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n"
	    "250-AUTH LOGIN XOAUTH2\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n"
	    "250 SMTPUTF8\r\n");

	assert_true(c.mechanisms[SMTP_MECHANISM_LOGIN]);
	assert_false(c.mechanisms[SMTP_MECHANISM_PLAIN]);
	assert_string_equal(c.mechanisms_text, "LOGIN XOAUTH2");
	assert_false(c.starttls);
	assert_true(c.dsn);
	assert_false(read("250-mx\r\n250-DSNX\r\n250 8BITMIME\r\n").dsn);
}

static void the_first_line_is_a_name(void **state UNUSED)
{
	struct smtp_capabilities c = read("250 STARTTLS PIPELINING\r\n");

	assert_true(c.esmtp);
	assert_false(c.starttls);
	assert_false(c.pipelining);
}

static void case_does_not_matter(void **state UNUSED)
{
	struct smtp_capabilities c = read("250-x\r\n250-starttls\r\n250-Pipelining\r\n"
	    "250-auth=login\r\n250 8BitMime\r\n");

	assert_true(c.starttls && c.pipelining && c.eight_bit_mime && c.auth);
	assert_true(c.mechanisms[SMTP_MECHANISM_LOGIN]);
}

static void parts_of_words_do_not_count(void **state UNUSED)
{
	struct smtp_capabilities c = read("250-x\r\n250-XSTARTTLS\r\n250-STARTTLSX\r\n"
	    "250-8 BITMIME\r\n250-AUTH XPLAIN PLAIN-CLIENTTOKEN LOGINX\r\n250-NO STARTTLS\r\n"
	    "250-SMTPUTF8=1\r\n250 PIPELINING-NOT\r\n");

	assert_false(c.starttls || c.eight_bit_mime || c.smtputf8 || c.pipelining);
	assert_true(c.auth);
	assert_false(c.mechanisms[SMTP_MECHANISM_PLAIN] || c.mechanisms[SMTP_MECHANISM_LOGIN]);
}

static void auth_without_mechanisms_is_no_auth(void **state UNUSED)
{
	assert_false(read("250-x\r\n250 AUTH\r\n").auth);
	assert_false(read("250-x\r\n250 AUTH=\r\n").auth);
}

static void odd_sizes_are_no_limit(void **state UNUSED)
{
	static const char *const replies[] = {
		"250-x\r\n250 SIZE\r\n", "250-x\r\n250 SIZE 0\r\n", "250-x\r\n250 SIZE abc\r\n",
		"250-x\r\n250 SIZE -1\r\n", "250-x\r\n250 SIZE 99999999999999999999999\r\n",
		"250-x\r\n250 SIZE 10 20\r\n",
	};

	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		struct smtp_capabilities c = read(replies[i]);

		assert_true(c.size_offered);
		assert_true(c.size == 0);
	}
}

static void many_mechanisms_stay_bounded_and_printable(void **state UNUSED)
{
	struct smtp_capabilities c;
	struct buffer b;

	buffer_init(&b, 10000);
	buffer_append_text(&b, "250-x\r\n250 AUTH \x1b[31m");
	for (int i = 0; i < 200; i++)
		buffer_append_text(&b, " SCRAM-X");
	buffer_append_text(&b, " PLAIN\r\n");
	c = read(buffer_text(&b));
	assert_true(c.mechanisms[SMTP_MECHANISM_PLAIN]);
	assert_true(strlen(c.mechanisms_text) < SMTP_MECHANISMS_TEXT_SIZE);
	assert_memory_equal(c.mechanisms_text, "\\x1b[31m SCRAM-X ", 17);
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_postfix_offers),
		cmocka_unit_test(reads_what_exchange_offers),
		cmocka_unit_test(the_first_line_is_a_name),
		cmocka_unit_test(case_does_not_matter),
		cmocka_unit_test(parts_of_words_do_not_count),
		cmocka_unit_test(auth_without_mechanisms_is_no_auth),
		cmocka_unit_test(odd_sizes_are_no_limit),
		cmocka_unit_test(many_mechanisms_stay_bounded_and_printable),
	};

	return cmocka_run_group_tests_name("smtp/ehlo", tests, NULL, NULL);
}
