/* Password hashes: what was hashed verifies, nothing else does, nobody's hash never does. */
#include "unit/unit.h"

#include <sodium.h>

#include "base/password.h"

static void only_the_password_fits(void **state UNUSED)
{
	char hash[PASSWORD_HASH_SIZE];

	assert_true(password_hash(SLICE("correct horse"), hash));
	assert_non_null(strstr(hash, "$argon2id$v=19$m=65536,t=3"));
	assert_true(password_verify(hash, SLICE("correct horse")));
	assert_false(password_verify(hash, SLICE("correct hors")));
	assert_false(password_verify(hash, (struct slice){ 0 }));
}

static void nobody_has_no_password(void **state UNUSED)
{
	assert_false(password_verify(NULL, SLICE("")));
	assert_false(password_verify(NULL, SLICE("password")));
	assert_false(password_verify("not a hash", SLICE("password")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_password_fits),
		cmocka_unit_test(nobody_has_no_password),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("base/password", tests, NULL, NULL);
}
