/* One source: an IPv4 address, or an IPv6 network of 64 bits. */
#include "unit/unit.h"

#include "web/source.h"

static bool same(const char *a, const char *b)
{
	struct endpoint first, second;

	assert_true(endpoint_parse(slice_of(a), &first));
	assert_true(endpoint_parse(slice_of(b), &second));
	assert_int_equal(web_same_source(&first, &second), web_same_source(&second, &first));
	return web_same_source(&first, &second);
}

static void ipv4_addresses_are_compared_whole(void **state UNUSED)
{
	assert_true(same("192.0.2.1:1000", "192.0.2.1:2000"));
	assert_false(same("192.0.2.1:1000", "192.0.2.2:1000"));
	assert_true(same("[::ffff:192.0.2.1]:1", "192.0.2.1:2"));
	assert_false(same("[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:1"));
}

static void ipv6_addresses_by_their_network(void **state UNUSED)
{
	assert_true(same("[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:2"));
	assert_false(same("[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1"));
	assert_false(same("[::1]:1", "127.0.0.1:1"));
	assert_false(same("[::1]:1", "[::ffff:127.0.0.1]:1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_addresses_are_compared_whole),
		cmocka_unit_test(ipv6_addresses_by_their_network),
	};

	return cmocka_run_group_tests_name("web/source", tests, NULL, NULL);
}
