/* Addresses: which are taken, how they are built, and which share an origin. */
#include "unit/unit.h"

#include "http/url.h"

static void the_parts_of_an_address(void **state UNUSED)
{
	struct url url;

	assert_null(url_parse(SLICE("https://Node.example:8443/login?a=%20&b"), &url));
	assert_true(url.secure);
	assert_slice(url.host, "Node.example");
	assert_int_equal(url.port, 8443);
	assert_slice(url.path, "/login");
	assert_slice(url.query, "a=%20&b");
	assert_null(url_parse(SLICE("HTTP://[2001:db8::1]"), &url));
	assert_false(url.secure);
	assert_slice(url.host, "2001:db8::1");
	assert_int_equal(url.port, 80);
	assert_int_equal(url.path.len, 0);
	assert_null(url.query.data);
	assert_null(url_parse(SLICE("https://a?b/c"), &url));
	assert_slice(url.host, "a");
	assert_int_equal(url.port, 443);
	assert_slice(url.query, "b/c");
}

static void what_is_no_address_is_named(void **state UNUSED)
{
	static const char *const pairs[][2] = {
		{ "", "The address must start with https://." },
		{ "ftp://a", "The address must start with https://." },
		{ "https:/a", "The address must start with https://." },
		{ "javascript:alert(1)", "The address must start with https://." },
		{ "https://u:p@a/", "The address must not hold a user name (@)." },
		{ "https://a/#b", "The address must not hold a fragment (#)." },
		{ "https://a/b c", "The path holds a character that must be written as %XX." },
		{ "https://a/%2", "The path holds a character that must be written as %XX." },
		{ "https://a/\xc3\xbc", "The path holds a character that must be written as %XX." },
	};
	static const char *const bad_hosts[] = { "https://", "https:///a", "https://a:", "https://a:0",
		"https://a:65536", "https://a:8x", "https://a b", "https://-a", "https://a-", "https://.a",
		"https://127.1", "https://[::1", "https://[]", "https://[1.2.3.4]", "https://::1",
		"https://[fe80::1%25eth0]", "https://a\\b", "https://." };
	struct url url;

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		const char *error = url_parse(slice_of(pairs[i][0]), &url);

		assert_non_null(error);
		assert_string_equal(error, pairs[i][1]);
	}
	for (size_t i = 0; i < COUNT_OF(bad_hosts); i++) {
		const char *error = url_parse(slice_of(bad_hosts[i]), &url);

		if (error == NULL)
			fail_msg("taken: %s", bad_hosts[i]);
		assert_int_equal(strncmp(error, "The host must be", 16), 0);
	}
}

static void a_site_has_no_path(void **state UNUSED)
{
	assert_null(url_check_site(SLICE("https://node.example:8443")));
	assert_null(url_check_site(SLICE("https://node.example/")));
	assert_string_equal(url_check_site(SLICE("http://node.example")),
	    "The address must start with https://.");
	assert_string_equal(url_check_site(SLICE("https://node.example/login")),
	    "The address must end after the host and port, without a path.");
	assert_string_equal(url_check_site(SLICE("https://node.example?a")),
	    "The address must end after the host and port, without a path.");
}

static const char *origin_of(struct buffer *out, struct slice host, uint16_t port)
{
	buffer_clear(out);
	url_append_origin(out, host, port);
	return buffer_text(out);
}

static void building(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 200);
	assert_string_equal(origin_of(&out, SLICE("a.example"), 443), "https://a.example");
	assert_string_equal(origin_of(&out, SLICE("a.example"), 8443), "https://a.example:8443");
	assert_string_equal(origin_of(&out, SLICE("::1"), 8443), "https://[::1]:8443");
	buffer_clear(&out);
	url_append_escaped(&out, SLICE("a-b_c.d~ &=+%/?\n\xc3\xbc\0z"));
	assert_string_equal(buffer_text(&out), "a-b_c.d~%20%26%3D%2B%25%2F%3F%0A%C3%BC%00z");
	buffer_release(&out);
}

static void origins_compare_scheme_host_and_port(void **state UNUSED)
{
	assert_true(url_origin_is_host(SLICE("https://node.example:8443"), SLICE("NODE.example:8443")));
	assert_true(url_origin_is_host(SLICE("https://node.example"), SLICE("node.example:443")));
	assert_true(url_origin_is_host(SLICE("https://node.example/login?x"), SLICE("node.example")));
	assert_true(url_origin_is_host(SLICE("https://[::1]:8443"), SLICE("[::1]:8443")));
	assert_false(url_origin_is_host(SLICE("http://node.example"), SLICE("node.example")));
	assert_false(url_origin_is_host(SLICE("https://node.example:8444"), SLICE("node.example:8443")));
	assert_false(url_origin_is_host(SLICE("https://node.example.evil"), SLICE("node.example")));
	assert_false(url_origin_is_host(SLICE("https://evil/node.example"), SLICE("node.example")));
	assert_false(url_origin_is_host(SLICE("https://node.example@evil"), SLICE("node.example")));
	assert_false(url_origin_is_host(SLICE("null"), SLICE("node.example")));
	assert_false(url_origin_is_host(SLICE(""), SLICE("node.example")));
	assert_false(url_origin_is_host((struct slice){ 0 }, (struct slice){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_of_an_address),
		cmocka_unit_test(what_is_no_address_is_named),
		cmocka_unit_test(a_site_has_no_path),
		cmocka_unit_test(building),
		cmocka_unit_test(origins_compare_scheme_host_and_port),
	};

	return cmocka_run_group_tests_name("http/url", tests, NULL, NULL);
}
