/* Machines as people type them: names, IPv4, IPv6, and what is pasted around them. */
#include "unit/unit.h"

#include "core/host.h"

static void names_and_addresses_are_told_apart(void **state UNUSED)
{
	static const struct {
		const char *text;
		enum host_kind kind;
		const char *kept;
	} rows[] = {
		{ "mail.example.com", HOST_NAME, "mail.example.com" },
		{ "mail.example.com.", HOST_NAME, "mail.example.com" },
		{ "localhost", HOST_NAME, "localhost" },
		{ "3com.example", HOST_NAME, "3com.example" },
		{ "b\xc3\xbc" "cher.example", HOST_NAME, "xn--bcher-kva.example" },
		{ "192.0.2.1", HOST_IPV4, "192.0.2.1" },
		{ "2001:db8::1", HOST_IPV6, "2001:db8::1" },
		{ "[2001:db8::1]", HOST_IPV6, "2001:db8::1" },
		{ "::", HOST_IPV6, "::" },
		{ "::ffff:192.0.2.1", HOST_IPV6, "::ffff:192.0.2.1" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct host host;

		assert_int_equal(host_name_check(slice_of(rows[i].text), &host), 0);
		assert_int_equal(host.kind, rows[i].kind);
		assert_string_equal(host.text, rows[i].kept);
	}
	assert_int_equal(host_name_check(SLICE("a"), NULL), 0);
}

static void a_machine_has_a_whole_name(void **state UNUSED)
{
	static const char hosts[] = "127.0.0.1 localhost\n127.0.1.1\tVM.corp.example vm # vm2\n"
		"# 10.0.0.1 x.example x\n10.0.0.2 y\n10.0.0.3 z.example  w\ty\n10.0.0.4 y.example y\n"
		"10.0.0.5";
	static const char *const rows[][2] = {
		{ "vm", "VM.corp.example" }, { "y", "z.example" }, { "z.example", "z.example" },
		{ "localhost", "localhost" }, { "x", "x" }, { "vm2", "vm2" }, { "10.0.0.2", "10.0.0.2" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice whole = host_whole_name(slice_of(hosts), slice_of(rows[i][0]));

		assert_true(slice_is(whole, rows[i][1]));
	}
	assert_true(slice_is(host_whole_name(SLICE(""), SLICE("vm")), "vm"));
}

static void each_fault_has_its_name(void **state UNUSED)
{
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{ "", HOST_EMPTY },
		{ "mail example.com", HOST_SPACE },
		{ " mail.example.com", HOST_SPACE },
		{ "mail.example.com\n", HOST_CONTROL },
		{ "mail\xff", HOST_NOT_UTF8 },
		{ "https://mail.example.com", HOST_SCHEME },
		{ "smtp://mail.example.com:587", HOST_SCHEME },
		{ "admin@example.com", HOST_AT },
		{ "mail.example.com/", HOST_PATH },
		{ "mail.example.com:587", HOST_PORT },
		{ "mail.example.com:", HOST_PORT },
		{ "192.0.2.1:25", HOST_PORT },
		{ "[2001:db8::1]:25", HOST_PORT },
		{ "fe80::1%eth0", HOST_ZONE },
		{ "[fe80::1%2]", HOST_ZONE },
		{ "192.0.2.256", HOST_BAD_IPV4 },
		{ "192.0.2", HOST_BAD_IPV4 },
		{ "25", HOST_BAD_IPV4 },
		{ "mail.25", HOST_BAD_IPV4 },
		{ "2001:db8:::1", HOST_BAD_IPV6 },
		{ "[2001:db8::1", HOST_BAD_IPV6 },
		{ "[2001:db8::1]x", HOST_BAD_IPV6 },
		{ "[192.0.2.1]", HOST_BAD_IPV6 },
		{ "mail:example", HOST_BAD_IPV6 },
		{ ".", HOST_DOT },
		{ ".example.com", HOST_DOT },
		{ "mail..example.com", HOST_DOT },
		{ "mail.example.com..", HOST_DOT },
		{ "-mail.example.com", HOST_LABEL_HYPHEN },
		{ "mail-.example.com", HOST_LABEL_HYPHEN },
		{ "mail_1.example.com", HOST_CHAR },
		{ "mail,example.com", HOST_CHAR },
		{ "\xe2\x82\xac uro", HOST_SPACE },
		{ "caf\xc3\xa9_x.example", HOST_CHAR },
		{ "a\xef\xbc\xa0" "b.\xc3\xa9", HOST_CHAR }, /* a full-width at sign */
		{ "\xe2\x98\x83.example", HOST_IDN },
	};
	char label[66];
	struct host host;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(host_name_check(slice_of(rows[i].text), &host), rows[i].error);
	assert_int_equal(host_name_check(SLICE("mail\0.example.com"), &host), HOST_CONTROL);
	memset(label, 'a', sizeof(label));
	assert_int_equal(host_name_check(slice_make(label, 63), &host), 0);
	assert_int_equal(host_name_check(slice_make(label, 64), &host), HOST_LABEL_LONG);
}

static void names_end_at_253_octets(void **state UNUSED)
{
	char name[260];

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	assert_int_equal(host_name_check(slice_make(name, 253), NULL), 0);
	assert_int_equal(host_name_check(slice_make(name, 254), NULL), HOST_LONG);
}

static void the_port_error_says_where_it_goes(void **state UNUSED)
{
	assert_string_equal(host_error_text(HOST_PORT),
		"contains a port: enter the name alone here and the number in the port field");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_addresses_are_told_apart),
		cmocka_unit_test(a_machine_has_a_whole_name),
		cmocka_unit_test(each_fault_has_its_name),
		cmocka_unit_test(names_end_at_253_octets),
		cmocka_unit_test(the_port_error_says_where_it_goes),
	};

	return cmocka_run_group_tests_name("core/host", tests, NULL, NULL);
}
