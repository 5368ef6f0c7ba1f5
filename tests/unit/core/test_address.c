/* Envelope addresses: what RFC 5321 and 6531 take, what they do not, and lists as people type. */
#include "unit/unit.h"

#include <stdio.h>

#include "base/buffer.h"
#include "core/address.h"

#define UE "\xc3\xbc"

static int parse(const char *text)
{
	struct address a;

	return address_parse(slice_of(text), &a);
}

static void good_addresses_are_taken_apart(void **state UNUSED)
{
	static const struct {
		const char *text, *local, *domain;
	} rows[] = {
		{ "name@example.com", "name", "example.com" },
		{ "a@b", "a", "b" },
		{ "first.last+tag@mail.example.com", "first.last+tag", "mail.example.com" },
		{ "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~", "example.com" },
		{ "\"john doe\"@example.com", "\"john doe\"", "example.com" },
		{ "\"a@b\\\"<c>\"@example.com", "\"a@b\\\"<c>\"", "example.com" },
		{ "\"\"@example.com", "\"\"", "example.com" },
		{ "J" UE "rg@b" UE "cher.example", "J" UE "rg", "b" UE "cher.example" },
		{ "a@xn--bcher-kva.example", "a", "xn--bcher-kva.example" },
		{ "a@1and1.example", "a", "1and1.example" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct address a;

		assert_int_equal(address_parse(slice_of(rows[i].text), &a), 0);
		assert_slice(a.text, rows[i].text);
		assert_slice(a.local, rows[i].local);
		assert_slice(a.domain, rows[i].domain);
		assert_int_equal(a.domain_kind, ADDRESS_DOMAIN_NAME);
	}
}

static void literals_are_checked(void **state UNUSED)
{
	struct address a;

	assert_int_equal(address_parse(SLICE("a@[192.0.2.1]"), &a), 0);
	assert_int_equal(a.domain_kind, ADDRESS_DOMAIN_IPV4);
	assert_slice(a.domain, "[192.0.2.1]");
	assert_int_equal(address_parse(SLICE("a@[ipv6:2001:db8::1]"), &a), 0);
	assert_int_equal(a.domain_kind, ADDRESS_DOMAIN_IPV6);
	assert_int_equal(parse("a@[192.0.2.256]"), ADDRESS_LITERAL);
	assert_int_equal(parse("a@[192.0.2.1"), ADDRESS_LITERAL);
	assert_int_equal(parse("a@[2001:db8::1]"), ADDRESS_LITERAL);
	assert_int_equal(parse("a@[IPv6:192.0.2.1]"), ADDRESS_LITERAL);
	assert_int_equal(parse("a@[]"), ADDRESS_LITERAL);
	assert_int_equal(parse("a@["), ADDRESS_LITERAL);
	assert_int_equal(parse("a@192.0.2.1"), ADDRESS_BARE_IP);
	assert_int_equal(parse("a@25"), ADDRESS_BARE_IP);
}

static void each_fault_has_its_name(void **state UNUSED)
{
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{ "", ADDRESS_EMPTY },
		{ "root", ADDRESS_NO_DOMAIN },
		{ "root@", ADDRESS_NO_DOMAIN },
		{ "\"root\"", ADDRESS_NO_DOMAIN },
		{ "@example.com", ADDRESS_NO_LOCAL },
		{ "a@b@c", ADDRESS_TWO_AT },
		{ "a b@example.com", ADDRESS_SPACE },
		{ "<a@example.com>", ADDRESS_ANGLE },
		{ "a@example.com\n", ADDRESS_CONTROL },
		{ "a\r\nb@example.com", ADDRESS_CONTROL },
		{ "a\x7f@example.com", ADDRESS_CONTROL },
		{ "a\xc2\x85@example.com", ADDRESS_CONTROL },
		{ "\"a\tb\"@example.com", ADDRESS_CONTROL },
		{ "J\xfcrg@example.com", ADDRESS_NOT_UTF8 },
		{ ".a@example.com", ADDRESS_LOCAL_DOT },
		{ "a.@example.com", ADDRESS_LOCAL_DOT },
		{ "a..b@example.com", ADDRESS_LOCAL_DOT },
		{ "a,b@example.com", ADDRESS_LOCAL_CHAR },
		{ "a\"b@example.com", ADDRESS_LOCAL_CHAR },
		{ "\"a@example.com", ADDRESS_QUOTE_OPEN },
		{ "\"a\\\"@example.com", ADDRESS_QUOTE_OPEN },
		{ "\"a\"b@example.com", ADDRESS_QUOTE_REST },
		{ "a@example.com.", ADDRESS_DOMAIN_DOT },
		{ "a@.example.com", ADDRESS_DOMAIN_DOT },
		{ "a@ex..com", ADDRESS_DOMAIN_DOT },
		{ "a@-ex.com", ADDRESS_LABEL_HYPHEN },
		{ "a@ex-.com", ADDRESS_LABEL_HYPHEN },
		{ "a@ex_am.com", ADDRESS_DOMAIN_CHAR },
		{ "a@ex,am.com", ADDRESS_DOMAIN_CHAR },
		{ "a@ex\xe2\x82\xac.com/", ADDRESS_DOMAIN_IDN },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(parse(rows[i].text), rows[i].error);
	assert_int_equal(address_parse(SLICE("a\0b@example.com"), &(struct address){ 0 }),
		ADDRESS_CONTROL);
}

static const char *filled(char *ret_text, const char *head, size_t n, const char *tail)
{
	size_t at = strlen(head);

	memcpy(ret_text, head, at);
	memset(ret_text + at, 'x', n);
	memcpy(ret_text + at + n, tail, strlen(tail) + 1);
	return ret_text;
}

static void lengths_end_where_the_rfc_says(void **state UNUSED)
{
	char text[600], label[80];

	assert_int_equal(parse(filled(text, "", 64, "@example.com")), 0);
	assert_int_equal(parse(filled(text, "", 65, "@example.com")), ADDRESS_LOCAL_LONG);
	assert_int_equal(parse(filled(text, "\"", 62, "\"@example.com")), 0);
	assert_int_equal(parse(filled(text, "\"", 63, "\"@example.com")), ADDRESS_LOCAL_LONG);
	assert_int_equal(parse(filled(text, "a@", 63, ".com")), 0);
	assert_int_equal(parse(filled(text, "a@", 64, ".com")), ADDRESS_LABEL_LONG);
	/* 254 octets: 58 of local part, "@", three labels of 63 with their dots, "com" */
	filled(label, "", 63, ".");
	filled(text, "", 58, "@");
	snprintf(text + 59, sizeof(text) - 59, "%s%s%scom", label, label, label);
	assert_int_equal(strlen(text), 254);
	assert_int_equal(parse(text), 0);
	memmove(text + 1, text, strlen(text) + 1);
	assert_int_equal(parse(text), ADDRESS_LONG);
	snprintf(text, sizeof(text), "a@%s%s%s%.61s", label, label, label, label);
	assert_int_equal(parse(text), ADDRESS_LONG);
	snprintf(text, sizeof(text), "a@%s%s%s%.62s", label, label, label, label);
	assert_int_equal(parse(text), ADDRESS_DOMAIN_LONG);
}

static void the_wire_form_has_a_labels(void **state UNUSED)
{
	char text[ADDRESS_SIZE];
	struct address a;

	assert_int_equal(address_parse(SLICE("info@B" UE "cher.example"), &a), 0);
	assert_false(address_needs_smtputf8(&a));
	assert_int_equal(address_to_ascii_domain(&a, text), 0);
	assert_string_equal(text, "info@xn--bcher-kva.example");
	/* non-transitional: the sharp s stays itself */
	assert_int_equal(address_parse(SLICE("a@stra\xc3\x9f" "e.example"), &a), 0);
	assert_int_equal(address_to_ascii_domain(&a, text), 0);
	assert_string_equal(text, "a@xn--strae-oqa.example");
	assert_int_equal(address_parse(SLICE("J" UE "rg@example.com"), &a), 0);
	assert_true(address_needs_smtputf8(&a));
	assert_int_equal(address_parse(SLICE("\"x y\"@[192.0.2.1]"), &a), 0);
	assert_int_equal(address_to_ascii_domain(&a, text), 0);
	assert_string_equal(text, "\"x y\"@[192.0.2.1]");
}

static void lists_forgive_what_stands_between(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 20);
	struct address_list list;
	struct address_problem problem;

	assert_int_equal(address_list_parse(SLICE("  a@x.org,b@x.org ; c@x.org\r\n\"d, e\"@x.org\t,;\n"
		"a@X.ORG A@x.org u@b" UE "cher.example u@xn--bcher-kva.example"),
		arena, &list, &problem), 0);
	assert_int_equal(list.count, 6);
	assert_slice(list.items[0].text, "a@x.org");
	assert_slice(list.items[2].text, "c@x.org");
	assert_slice(list.items[3].text, "\"d, e\"@x.org");
	assert_slice(list.items[4].text, "A@x.org");
	assert_slice(list.items[5].text, "u@b" UE "cher.example");
	assert_int_equal(address_list_parse(SLICE(" ,\n"), arena, &list, &problem), 0);
	assert_int_equal(list.count, 0);
	arena_free(arena);
}

static void lists_name_the_first_bad_address(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 20);
	struct address_list list = { 0 };
	struct address_problem problem;

	assert_int_equal(address_list_parse(SLICE("a@x.org root b@y"), arena, &list, &problem), 1);
	assert_int_equal(list.count, 0);
	assert_int_equal(problem.error, ADDRESS_NO_DOMAIN);
	assert_string_equal(problem.text, "\"root\" has no domain: write it as name@example.com.");
	assert_int_equal(address_list_parse(SLICE("a,b@x@y,c"), arena, &list, &problem), 1);
	assert_string_equal(problem.text, "\"a\" has no domain: write it as name@example.com "
		"(2 more addresses are not valid either).");
	assert_int_equal(address_list_parse(SLICE("Anna <anna@x.org>"), arena, &list, &problem), 1);
	assert_int_equal(problem.error, ADDRESS_ANGLE);
	assert_int_equal(address_list_parse(SLICE("a\0b@x.org"), arena, &list, &problem), 1);
	assert_string_equal(problem.text, "\"a\\x00b@x.org\" contains a control character: type it again "
		"instead of pasting it.");
	assert_int_equal(address_list_parse(SLICE("\"open quote@x.org, b@x.org"), arena, &list,
		&problem), 1);
	assert_int_equal(problem.error, ADDRESS_QUOTE_OPEN);
	assert_int_equal(problem.n_bad, 0);
	arena_free(arena);
}

static void the_201st_address_is_refused(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 20);
	struct buffer text;
	struct address_list list;
	struct address_problem problem;

	buffer_init(&text, 100000);
	for (int i = 0; i < 200; i++)
		buffer_appendf(&text, "user%d@example.com ", i);
	buffer_append_text(&text, "user7@example.com");
	assert_int_equal(address_list_parse(buffer_slice(&text), arena, &list, &problem), 0);
	assert_int_equal(list.count, 200);
	assert_slice(list.items[199].text, "user199@example.com");
	buffer_append_text(&text, "\nuser200@example.com");
	assert_int_equal(address_list_parse(buffer_slice(&text), arena, &list, &problem), 1);
	assert_int_equal(problem.error, ADDRESS_TOO_MANY);
	assert_string_equal(problem.text, "There are 201 addresses, and 200 is the limit: remove some, "
		"or enter a distribution list's address.");
	buffer_release(&text);
	arena_free(arena);
}

static void a_long_bad_word_is_cut_between_characters(void **state UNUSED)
{
	struct arena *arena = arena_new(1 << 20);
	struct address_list list;
	struct address_problem problem;
	char text[200];

	filled(text, "", 59, UE "yyyyyy");
	assert_int_equal(address_list_parse(slice_of(text), arena, &list, &problem), 1);
	assert_int_equal(strlen(problem.word), 59);
	assert_string_equal(problem.word + 55, "xxxx");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses_are_taken_apart),
		cmocka_unit_test(literals_are_checked),
		cmocka_unit_test(each_fault_has_its_name),
		cmocka_unit_test(lengths_end_where_the_rfc_says),
		cmocka_unit_test(the_wire_form_has_a_labels),
		cmocka_unit_test(lists_forgive_what_stands_between),
		cmocka_unit_test(lists_name_the_first_bad_address),
		cmocka_unit_test(the_201st_address_is_refused),
		cmocka_unit_test(a_long_bad_word_is_cut_between_characters),
	};

	return cmocka_run_group_tests_name("core/address", tests, NULL, NULL);
}
