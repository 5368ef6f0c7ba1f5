/* Proof of possession of a code. */
#include "unit/unit.h"

#include <string.h>

#include "base/secret.h"
#include "core/pkce.h"

static void the_challenge_is_that_of_the_rfc(void **state UNUSED)
{
	char challenge[PKCE_SIZE];

	pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge); /* appendix B */
	assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void verifiers_are_new_each_time(void **state UNUSED)
{
	char one[PKCE_SIZE], two[PKCE_SIZE];

	pkce_verifier_make(one);
	pkce_verifier_make(two);
	assert_int_equal(strlen(one), 43);
	assert_string_not_equal(one, two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_challenge_is_that_of_the_rfc),
		cmocka_unit_test(verifiers_are_new_each_time),
	};

	return secret_init() ? cmocka_run_group_tests_name("core/pkce", tests, NULL, NULL) : 1;
}
