/* Passwords: length in characters, the common ones, the account's name; names of accounts. */
#include "unit/unit.h"

#include "core/password_rule.h"

static void short_ones_are_refused(void **state UNUSED)
{
	assert_non_null(password_objection(SLICE("sieben7"), SLICE("anna")));
	assert_null(password_objection(SLICE("uq7 hz!k"), SLICE("anna")));
	/* seven characters of two octets each */
	assert_non_null(password_objection(
		SLICE("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4"), SLICE("anna")));
}

static void common_ones_are_refused_in_any_case(void **state UNUSED)
{
	assert_true(password_common_count() >= 3000);
	assert_non_null(password_objection(SLICE("password"), SLICE("anna")));
	assert_non_null(password_objection(SLICE("PassWord"), SLICE("anna")));
	assert_non_null(password_objection(SLICE("qwertyuiop"), SLICE("anna")));
	assert_non_null(password_objection(SLICE("trustno1"), SLICE("anna")));
	assert_non_null(password_objection(SLICE("aaaaaaaaaaaaaaaaaaaa"), SLICE("anna")));
	assert_non_null(password_objection(SLICE("abcdefghijk"), SLICE("anna")));
	assert_null(password_objection(SLICE("correct horse battery staple"), SLICE("anna")));
}

static void the_own_name_is_refused(void **state UNUSED)
{
	assert_non_null(password_objection(SLICE("Administrator2"), SLICE("administrator2")));
}

static void account_names(void **state UNUSED)
{
	assert_null(account_name_objection(SLICE("anna")));
	assert_null(account_name_objection(SLICE("anna.k-2_x@example.com")));
	assert_null(account_name_objection(SLICE("j\xc3\xb6rg")));
	assert_non_null(account_name_objection(SLICE("")));
	assert_non_null(account_name_objection(SLICE("a b")));
	assert_non_null(account_name_objection(SLICE("a\nb")));
	assert_non_null(account_name_objection(SLICE("a<b>")));
	assert_non_null(account_name_objection(SLICE("a\0b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_ones_are_refused),
		cmocka_unit_test(common_ones_are_refused_in_any_case),
		cmocka_unit_test(the_own_name_is_refused),
		cmocka_unit_test(account_names),
	};

	return cmocka_run_group_tests_name("core/password_rule", tests, NULL, NULL);
}
