/* Addresses in header fields: names, comments, groups, routes, and what is left of broken ones. */
#include "unit/unit.h"

#include "core/address_header.h"

#define UE "\xc3\xbc"

static struct arena *arena;

static int start(void **state UNUSED)
{
	arena = arena_new(1 << 20);
	return arena != NULL ? 0 : -1;
}

static int stop(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct mailbox_list parse(const char *text)
{
	struct mailbox_list list = { 0 };

	assert_int_equal(address_header_parse(slice_of(text), arena, &list), 0);
	return list;
}

static void each_form_gives_name_and_address(void **state UNUSED)
{
	static const struct {
		const char *text, *name, *local, *domain;
	} rows[] = {
		{ "a@example.com", "", "a", "example.com" },
		{ " <a@example.com> ", "", "a", "example.com" },
		{ "Anna Smith <a@example.com>", "Anna Smith", "a", "example.com" },
		{ "\"Smith, Anna\" <a@example.com>", "Smith, Anna", "a", "example.com" },
		{ "\"a \\\"b\\\" \\\\ c\" <a@example.com>", "a \"b\" \\ c", "a", "example.com" },
		{ "John Q. Public <a@example.com>", "John Q. Public", "a", "example.com" },
		{ "\"John\"\r\n\tSmith (boss) <a@example.com>", "John Smith", "a", "example.com" },
		{ "root (Cron Daemon)", "Cron Daemon", "root", "" },
		{ "root@host (a (nested \\) b) c)", "a (nested ) b) c", "root", "host" },
		{ "root", "", "root", "" },
		{ "first . last @ example . com", "", "first.last", "example.com" },
		{ "a(x)@(y)example(z).com", "z", "a", "example.com" },
		{ "\"john doe\"@example.com", "", "\"john doe\"", "example.com" },
		{ "\"john\r\n doe\"@example.com", "", "\"john doe\"", "example.com" },
		{ "x <\"a>b\"@example.com>", "x", "\"a>b\"", "example.com" },
		{ "<@r1.example,@r2.example:a@example.com>", "", "a", "example.com" },
		{ "a@[192.0.2.1]", "", "a", "[192.0.2.1]" },
		{ "a@[IPv6:2001:db8::1]", "", "a", "[IPv6:2001:db8::1]" },
		{ "=?utf-8?q?J=C3=BCrg?= <a@example.com>", "=?utf-8?q?J=C3=BCrg?=", "a", "example.com" },
		{ "J" UE "rg <j" UE "rg@b" UE "cher.example>", "J" UE "rg", "j" UE "rg",
			"b" UE "cher.example" },
		{ "Tab\there\x01\x02" "x <a@example.com>", "Tab here x", "a", "example.com" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mailbox_list list = parse(rows[i].text);

		assert_int_equal(list.count, 1);
		assert_int_equal(list.n_bad, 0);
		assert_slice(list.items[0].name, rows[i].name);
		assert_slice(list.items[0].local, rows[i].local);
		assert_slice(list.items[0].domain, rows[i].domain);
		if (list.items[0].domain.data == NULL)
			assert_slice(list.items[0].address, rows[i].local);
		else
			assert_slice(slice_sub(list.items[0].address, strlen(rows[i].local) + 1,
				999), rows[i].domain);
	}
}

static void lists_and_groups_are_flat(void **state UNUSED)
{
	struct mailbox_list list = parse("a@x.org, Team: Bob <b@x.org>, c@x.org;, , d@x.org (e),\r\n"
		" undisclosed-recipients:;, \"f,g\" <f@x.org>; h");

	assert_int_equal(list.count, 6);
	assert_int_equal(list.n_bad, 0);
	assert_slice(list.items[0].address, "a@x.org");
	assert_slice(list.items[1].address, "b@x.org");
	assert_slice(list.items[1].name, "Bob");
	assert_slice(list.items[2].address, "c@x.org");
	assert_slice(list.items[3].name, "e");
	assert_slice(list.items[4].name, "f,g");
	assert_slice(list.items[5].address, "h");
	assert_int_equal(parse("").count, 0);
	assert_int_equal(parse(" \r\n (nobody) ").count, 0);
}

static void what_cannot_be_read_is_counted_and_named(void **state UNUSED)
{
	static const char *const bad[] = { "John Smith", "a@", "@b", "a@b@c", "<>", "a <b@c", "<a b@c>",
		"a@b c", "\"open <a@b>", "a\\b@c", "a@\"b\"", "[1.2.3.4]@x", "x > y", "<a@b", "<@r:>", "a b",
		"a@b)", "a@b (open", "\"a\\\"", "<a>@b.org", "<a@b.org> c" };
	struct mailbox_list list = parse("a@x.org, John Smith , b@x.org, c d");

	assert_int_equal(list.count, 2);
	assert_int_equal(list.n_bad, 2);
	assert_slice(list.bad, "John Smith");
	assert_slice(list.items[1].address, "b@x.org");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		list = parse(bad[i]);
		assert_int_equal(list.count, 0);
		assert_int_equal(list.n_bad, 1);
		assert_slice(list.bad, bad[i]);
	}
}

static void the_place_for_a_domain_is_told(void **state UNUSED)
{
	assert_int_equal(parse("root (Cron)").items[0].local_end, 4);
	assert_int_equal(parse("x <root>").items[0].local_end, 7);
	assert_int_equal(parse("a . b , c").items[0].local_end, 5);
	assert_int_equal(parse("a, \"b c\" ").items[1].local_end, 8);
	assert_int_equal(parse("a@x, c@y").items[1].local_end, 6);
}

static void the_limit_is_a_condition_of_its_own(void **state UNUSED)
{
	static char text[2 * MAILBOX_LIST_MAX + 3];
	struct arena *large = arena_new(8 << 20);
	struct mailbox_list list = { 0 };

	for (size_t i = 0; i < MAILBOX_LIST_MAX + 1; i++) {
		text[2 * i] = 'a';
		text[2 * i + 1] = ',';
	}
	assert_int_equal(address_header_parse(slice_make(text, sizeof(text) - 3), large, &list), 0);
	assert_int_equal(list.count, MAILBOX_LIST_MAX);
	assert_int_equal(address_header_parse(slice_make(text, sizeof(text) - 1), large, &list),
		MAILBOX_TOO_MANY);
	arena_free(large);
	large = arena_new(100);
	assert_int_equal(address_header_parse(slice_make(text, 9999), large, &list), -1);
	arena_free(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_gives_name_and_address),
		cmocka_unit_test(lists_and_groups_are_flat),
		cmocka_unit_test(what_cannot_be_read_is_counted_and_named),
		cmocka_unit_test(the_place_for_a_domain_is_told),
		cmocka_unit_test(the_limit_is_a_condition_of_its_own),
	};

	return cmocka_run_group_tests_name("core/address_header", tests, start, stop);
}
