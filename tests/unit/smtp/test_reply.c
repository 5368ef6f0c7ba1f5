/* Replies: whatever comes, in whatever pieces, in bounded memory. */
#include "unit/unit.h"

#include <stdlib.h>

#include "smtp/reply.h"

/* Feeds bytes in pieces of that size until something other than MORE; *ret_left is not used. */
static enum smtp_reply_status feed(struct smtp_reply *r, struct slice bytes, size_t piece,
	size_t *ret_left)
{
	enum smtp_reply_status status = SMTP_REPLY_MORE;

	while (status == SMTP_REPLY_MORE && bytes.len > 0) {
		struct slice part = slice_sub(bytes, 0, piece);
		size_t len = part.len;

		status = smtp_reply_feed(r, &part);
		bytes = slice_sub(bytes, len - part.len, bytes.len);
		if (status == SMTP_REPLY_MORE)
			assert_int_equal(part.len, 0);
	}
	if (ret_left != NULL)
		*ret_left = bytes.len;
	return status;
}

static enum smtp_reply_status status_of(struct slice bytes)
{
	enum smtp_reply_status whole, single;
	struct smtp_reply r;

	smtp_reply_init(&r);
	whole = feed(&r, bytes, bytes.len, NULL);
	smtp_reply_clear(&r);
	single = feed(&r, bytes, 1, NULL);
	assert_int_equal(whole, single);
	smtp_reply_release(&r);
	return whole;
}

#define assert_words(r, expected) \
	do { \
		struct buffer words_; \
		buffer_init(&words_, 100000); \
		smtp_reply_words(r, &words_); \
		assert_string_equal(buffer_text(&words_), expected); \
		buffer_release(&words_); \
	} while (0)

static void reads_one_line_in_any_pieces(void **state UNUSED)
{
	struct slice bytes = SLICE("250 2.1.5 Recipient ok\r\n354 next");

	for (size_t piece = 1; piece <= bytes.len; piece++) {
		struct smtp_reply r;
		size_t left;

		smtp_reply_init(&r);
		assert_true(smtp_reply_is_empty(&r));
		assert_int_equal(feed(&r, bytes, piece, &left), SMTP_REPLY_DONE);
		assert_int_equal(left, strlen("354 next"));
		assert_int_equal(r.code, 250);
		assert_int_equal(r.enhanced.class, 2);
		assert_int_equal(r.enhanced.subject, 1);
		assert_int_equal(r.enhanced.detail, 5);
		assert_words(&r, "Recipient ok");
		smtp_reply_clear(&r);
		assert_true(smtp_reply_is_empty(&r));
		smtp_reply_release(&r);
	}
}

static void reads_many_lines(void **state UNUSED)
{
	struct slice line;
	struct smtp_reply r;
	size_t at = 0;

	smtp_reply_init(&r);
	assert_int_equal(feed(&r, SLICE("550-5.7.1 One\r\n550-5.7.1 Two\r\n550-\r\n550 5.7.1 Four\r\n"), 3,
	    NULL), SMTP_REPLY_DONE);
	assert_int_equal(r.n_lines, 4);
	assert_words(&r, "One\nTwo\n\nFour");
	assert_true(smtp_reply_next_line(&r, &at, &line));
	assert_slice(line, "5.7.1 One");
	smtp_reply_release(&r);
}

static void a_bare_code_is_a_reply(void **state UNUSED)
{
	struct smtp_reply r;

	smtp_reply_init(&r);
	assert_int_equal(feed(&r, SLICE("250\r\n"), 5, NULL), SMTP_REPLY_DONE);
	assert_int_equal(r.code, 250);
	assert_words(&r, "");
	smtp_reply_release(&r);
}

static void an_enhanced_code_of_another_class_is_text(void **state UNUSED)
{
	struct smtp_reply r;

	smtp_reply_init(&r);
	assert_int_equal(feed(&r, SLICE("451 5.7.3 STARTTLS is required\r\n"), 9, NULL),
	    SMTP_REPLY_DONE);
	assert_int_equal(r.enhanced.class, 0);
	assert_words(&r, "5.7.3 STARTTLS is required");
	smtp_reply_release(&r);
}

static void what_is_no_code_is_malformed(void **state UNUSED)
{
	static const char *const bad[] = {
		"25\r\n", "25 ok\r\n", "000 ok\r\n", "999 ok\r\n", "2x0 ok\r\n", "\r\n", "150 wait\r\n",
		"600 ok\r\n", "250ok\r\n", "250_ok\r\n", "-250 ok\r\n", " 250 ok\r\n", "2500 ok\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n", "\x15\x03\x01", "hello",
		"250-ok\r\n25\r\n", "+OK POP3 ready\r\n", "* OK IMAP4\r\n",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (status_of(slice_of(bad[i])) != SMTP_REPLY_MALFORMED)
			fail_msg("taken for a reply: %s", bad[i]);
}

static void unknown_second_and_third_digits_count(void **state UNUSED)
{
	assert_int_equal(status_of(SLICE("299 strange\r\n")), SMTP_REPLY_DONE);
	assert_int_equal(status_of(SLICE("432 4.3.2 Concurrent connections\r\n")), SMTP_REPLY_DONE);
	assert_int_equal(status_of(SLICE("560 x\r\n")), SMTP_REPLY_DONE);
}

static void different_codes_in_one_reply_are_refused(void **state UNUSED)
{
	assert_int_equal(status_of(SLICE("250-one\r\n251 two\r\n")), SMTP_REPLY_MIXED);
	assert_int_equal(status_of(SLICE("250-one\r\n550 two\r\n")), SMTP_REPLY_MIXED);
}

static void an_lf_alone_is_refused(void **state UNUSED)
{
	assert_int_equal(status_of(SLICE("250 ok\n")), SMTP_REPLY_BARE_LF);
	assert_int_equal(status_of(SLICE("550 spam\n250 ok\r\n")), SMTP_REPLY_BARE_LF);
}

static void a_cr_alone_nul_and_8_bit_are_text(void **state UNUSED)
{
	struct slice line;
	struct smtp_reply r;
	size_t at = 0;

	smtp_reply_init(&r);
	assert_int_equal(feed(&r, SLICE("250 a\rb\0c\xff\r\r\n"), 2, NULL), SMTP_REPLY_DONE);
	assert_true(smtp_reply_next_line(&r, &at, &line));
	assert_int_equal(line.len, 6); /* a CR at the end is a slip of the server, no text */
	assert_memory_equal(line.data, "a\rb\0c\xff", 6);
	smtp_reply_release(&r);
}

/* n lines "220-x" and, at the end, "220 x". */
static enum smtp_reply_status status_of_lines(size_t n)
{
	enum smtp_reply_status status;
	struct buffer b;

	buffer_init(&b, 1 << 20);
	for (size_t i = 1; i < n; i++)
		buffer_append_text(&b, "220-x\r\n");
	buffer_append_text(&b, "220 x\r\n");
	status = status_of(buffer_slice(&b));
	buffer_release(&b);
	return status;
}

static void a_hundred_lines_are_the_most(void **state UNUSED)
{
	assert_int_equal(status_of_lines(100), SMTP_REPLY_DONE);
	assert_int_equal(status_of_lines(101), SMTP_REPLY_TOO_LONG);
}

static void a_line_without_end_is_cut_off_at_64_kib(void **state UNUSED)
{
	char *block = malloc(4096);
	struct smtp_reply r;
	size_t fed = 0;

	assert_non_null(block);
	memset(block, 'x', 4096);
	memcpy(block, "220 ", 4);
	smtp_reply_init(&r);
	for (;;) {
		struct slice bytes = slice_make(block, 4096);
		enum smtp_reply_status status = smtp_reply_feed(&r, &bytes);

		fed += 4096;
		if (status == SMTP_REPLY_TOO_LONG)
			break;
		assert_int_equal(status, SMTP_REPLY_MORE);
		assert_true(fed <= SMTP_REPLY_READ_MAX);
	}
	assert_true(r.line.size <= SMTP_REPLY_LINE_MAX + 1);
	assert_true(r.text.size <= SMTP_REPLY_READ_MAX + 1);
	smtp_reply_release(&r);
	free(block);
}

static void a_long_line_is_kept_in_part(void **state UNUSED)
{
	static const size_t lengths[] = { 2046, 2047, 2048, 2049, 5000 }; /* with CR, without LF */

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct smtp_reply r;
		struct buffer b;
		size_t at = 0, kept = lengths[i] <= 2048 ? lengths[i] - 1 : 2048;
		struct slice line;

		buffer_init(&b, 10000);
		buffer_append_text(&b, "220 ");
		while (b.len < lengths[i] - 1)
			buffer_append_char(&b, 'y');
		buffer_append_text(&b, "\r\n");
		smtp_reply_init(&r);
		assert_int_equal(feed(&r, buffer_slice(&b), 100, NULL), SMTP_REPLY_DONE);
		assert_int_equal(r.cut, lengths[i] > 2048);
		assert_true(smtp_reply_next_line(&r, &at, &line));
		assert_int_equal(line.len, kept - 4);
		assert_int_equal(line.data[line.len - 1], 'y');
		smtp_reply_release(&r);
		buffer_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_one_line_in_any_pieces),
		cmocka_unit_test(reads_many_lines),
		cmocka_unit_test(a_bare_code_is_a_reply),
		cmocka_unit_test(an_enhanced_code_of_another_class_is_text),
		cmocka_unit_test(what_is_no_code_is_malformed),
		cmocka_unit_test(unknown_second_and_third_digits_count),
		cmocka_unit_test(different_codes_in_one_reply_are_refused),
		cmocka_unit_test(an_lf_alone_is_refused),
		cmocka_unit_test(a_cr_alone_nul_and_8_bit_are_text),
		cmocka_unit_test(a_hundred_lines_are_the_most),
		cmocka_unit_test(a_line_without_end_is_cut_off_at_64_kib),
		cmocka_unit_test(a_long_line_is_kept_in_part),
	};

	return cmocka_run_group_tests_name("smtp/reply", tests, NULL, NULL);
}
