/* The fields in front of a message that is sent again (RFC 5322 3.6.6). */
#include "unit/unit.h"

#include <stdio.h>

#include "core/resent.h"

static struct buffer out;

static int begin(void **state UNUSED)
{
	buffer_init(&out, RESENT_MAX);
	return 0;
}

static int end(void **state UNUSED)
{
	buffer_release(&out);
	return 0;
}

static struct resent good(void)
{
	return (struct resent){
		.from = "alerts@example.com", .to = "anna@example.com", .node_name = "node.example",
		.now = 1772546520, /* 3 March 2026, 14:02 UTC */
		.random = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255 },
	};
}

static void the_four_fields_are_written_whole(void **state UNUSED)
{
	struct resent r = good();

	resent_fields(&r, &out);
	assert_true(buffer_ok(&out));
	assert_string_equal(buffer_text(&out),
	    "Resent-From: <alerts@example.com>\r\n"
	    "Resent-To: <anna@example.com>\r\n"
	    "Resent-Date: Tue, 3 Mar 2026 14:02:00 +0000\r\n"
	    "Resent-Message-ID: <20260303140200.000102030405060708090a0b0c0d0eff@node.example>\r\n");
}

static void several_recipients_are_not_told_of_each_other(void **state UNUSED)
{
	struct resent r = good();

	r.to = NULL;
	resent_fields(&r, &out);
	assert_non_null(strstr(buffer_text(&out), "\r\nResent-To: undisclosed-recipients:;\r\n"));
}

static void the_longest_addresses_fit(void **state UNUSED)
{
	struct resent r = good();
	char local[65], address[255], host[254];

	memset(local, 'x', 64);
	local[64] = '\0';
	memset(host, 'y', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	for (size_t i = 63; i < sizeof(host) - 1; i += 64)
		host[i] = '.';
	snprintf(address, sizeof(address), "%s@%.189s", local, host);
	r.from = r.to = address;
	r.node_name = host;
	resent_fields(&r, &out);
	assert_true(buffer_ok(&out));
	for (struct slice rest = buffer_slice(&out), line; rest.len > 0;) {
		line = slice_cut(&rest, '\n');
		assert_in_range(line.len, 1, 998 + 1); /* RFC 5322 2.1.1, its CR counted */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
		T(the_four_fields_are_written_whole),
		T(several_recipients_are_not_told_of_each_other),
		T(the_longest_addresses_fit),
#undef T
	};

	return cmocka_run_group_tests_name("core/resent", tests, NULL, NULL);
}
