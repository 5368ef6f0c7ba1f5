/* Endpoints: text to address and back, and what kind of address it is. */
#include "unit/unit.h"

#include "sys/endpoint.h"

static void text_comes_back_as_it_was(void **state UNUSED)
{
	static const char *const texts[] = { "127.0.0.1:8443", "[::]:8443", "[::1]:0",
		"[2001:db8::1]:65535", "0.0.0.0:25" };
	char text[ENDPOINT_TEXT_SIZE];
	struct endpoint e;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_true(endpoint_parse(slice_of(texts[i]), &e));
		assert_string_equal(endpoint_text(&e, text), texts[i]);
	}
}

static void anything_else_is_refused(void **state UNUSED)
{
	static const char *const texts[] = { "", ":25", "127.0.0.1", "127.0.0.1:",
		"127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1:-1", "127.1:25", "localhost:25",
		"::1:25", "[::1]", "[::1]25",
		"[127.0.0.1]:25", "[]:25", "[::1:25", " 127.0.0.1:25", "127.0.0.1:25 " };
	struct endpoint e;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_false(endpoint_parse(slice_of(texts[i]), &e));
}

static void literals_are_told_from_names(void **state UNUSED)
{
	assert_true(endpoint_is_ip_literal(SLICE("192.0.2.1")));
	assert_true(endpoint_is_ip_literal(SLICE("2001:db8::1")));
	assert_true(endpoint_is_ip_literal(SLICE("[2001:db8::1]")));
	assert_false(endpoint_is_ip_literal(SLICE("mail.example")));
	assert_false(endpoint_is_ip_literal(SLICE("192.0.2")));
	assert_false(endpoint_is_ip_literal(SLICE("192.0.2.1\0")));
}

static struct endpoint ip(const char *text)
{
	struct endpoint e;

	assert_true(endpoint_from_ip(slice_of(text), 1, &e));
	return e;
}

static void kinds_are_known_also_when_mapped_into_ipv6(void **state UNUSED)
{
	static const struct {
		const char *ip;
		bool loopback, link_local, private, unicast;
	} rows[] = {
		{ "127.9.9.9", true, false, false, true },
		{ "::1", true, false, false, true },
		{ "::ffff:127.0.0.1", true, false, false, true },
		{ "169.254.169.254", false, true, false, true },
		{ "::ffff:169.254.0.1", false, true, false, true },
		{ "fe80::1", false, true, false, true },
		{ "10.0.0.1", false, false, true, true },
		{ "172.16.0.1", false, false, true, true },
		{ "172.32.0.1", false, false, false, true },
		{ "192.168.255.1", false, false, true, true },
		{ "100.64.0.1", false, false, true, true },
		{ "64:ff9b::7f00:1", true, false, false, true },
		{ "64:ff9b::a9fe:a9fe", false, true, false, true },
		{ "64:ff9b::a00:1", false, false, true, true },
		{ "64:ff9b::808:808", false, false, false, true },
		{ "::127.0.0.1", true, false, false, true },
		{ "::169.254.169.254", false, true, false, true },
		{ "::10.0.0.1", false, false, true, true },
		{ "::8.8.8.8", false, false, false, true },
		{ "2002:7f00:1::", true, false, false, true },
		{ "2002:a9fe:a9fe::1", false, true, false, true },
		{ "2002:a00:1::1", false, false, true, true },
		{ "2002:e000:1::", false, false, false, false },
		{ "2002:808:808::1", false, false, false, true },
		{ "2003:7f00:1::", false, false, false, true },
		{ "fd00::1", false, false, true, true },
		{ "8.8.8.8", false, false, false, true },
		{ "0.0.0.0", false, false, false, false },
		{ "::", false, false, false, false },
		{ "224.0.0.1", false, false, false, false },
		{ "255.255.255.255", false, false, false, false },
		{ "ff02::1", false, false, false, false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct endpoint e = ip(rows[i].ip);

		assert_int_equal(endpoint_is_loopback(&e), rows[i].loopback);
		assert_int_equal(endpoint_is_link_local(&e), rows[i].link_local);
		assert_int_equal(endpoint_is_private(&e), rows[i].private);
		assert_int_equal(endpoint_is_unicast(&e), rows[i].unicast);
	}
}

static void a_clouds_door_to_its_secrets_is_known(void **state UNUSED)
{
	static const char *const doors[] = {
		"100.100.100.200", "168.63.129.16", "192.0.0.192", "::ffff:168.63.129.16",
		"64:ff9b::a83f:8110", "2002:a83f:8110::", "::168.63.129.16", "fd00:ec2::254",
	};
	static const char *const others[] = {
		"100.100.100.201", "168.63.129.17", "192.0.0.193", "fd00:ec2::253", "::1", "8.8.8.8",
	};

	for (size_t i = 0; i < COUNT_OF(doors); i++) {
		struct endpoint e = ip(doors[i]);

		assert_true(endpoint_is_metadata(&e));
	}
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct endpoint e = ip(others[i]);

		assert_false(endpoint_is_metadata(&e));
	}
}

static void the_same_address_is_seen_whatever_its_form(void **state UNUSED)
{
	struct endpoint a = ip("10.0.0.1"), b = ip("::ffff:10.0.0.1"), c = ip("10.0.0.2");
	struct endpoint d = ip("2001:db8::1"), e = ip("2001:db8:0::1");

	assert_true(endpoint_same_ip(&a, &b));
	assert_false(endpoint_same_ip(&a, &c));
	assert_true(endpoint_same_ip(&d, &e));
	assert_false(endpoint_same_ip(&a, &d));
}

static void a_path_that_does_not_fit_is_refused(void **state UNUSED)
{
	char path[200], text[ENDPOINT_TEXT_SIZE];
	struct endpoint e;

	memset(path, 'a', sizeof(path));
	path[108] = '\0';
	assert_false(endpoint_from_path(path, &e));
	path[107] = '\0';
	assert_true(endpoint_from_path(path, &e));
	assert_string_equal(endpoint_text(&e, text), "local");
	assert_true(endpoint_is_loopback(&e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_comes_back_as_it_was),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(literals_are_told_from_names),
		cmocka_unit_test(kinds_are_known_also_when_mapped_into_ipv6),
		cmocka_unit_test(a_clouds_door_to_its_secrets_is_known),
		cmocka_unit_test(the_same_address_is_seen_whatever_its_form),
		cmocka_unit_test(a_path_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests_name("sys/endpoint", tests, NULL, NULL);
}
