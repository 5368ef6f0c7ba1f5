/* Which changes make mail less safe. */
#include "unit/unit.h"

#include "core/settings_lower.h"

static struct settings now, wanted;

static int start(void **state UNUSED)
{
	settings_init(&now);
	now.value[SETTING_EMAIL_ENCRYPTION] = "starttls";
	now.value[SETTING_EMAIL_AUTH] = "password";
	now.value[SETTING_EMAIL_ALLOW_CLEAR_PASSWORD] = "no";
	wanted = now;
	return 0;
}

static bool lowers(enum setting_id id, const char *value)
{
	wanted.value[id] = value;
	return settings_lower(id, &now, &wanted) != NULL;
}

static void what_gets_worse_is_said(void **state UNUSED)
{
	assert_true(lowers(SETTING_EMAIL_ENCRYPTION, "none"));
	assert_true(lowers(SETTING_EMAIL_AUTH, "none"));
	assert_true(lowers(SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, "yes"));
	assert_true(lowers(SETTING_EMAIL_CA_CERTIFICATE, "another"));
}

static void what_stays_or_gets_better_is_not(void **state UNUSED)
{
	assert_false(lowers(SETTING_EMAIL_ENCRYPTION, "starttls"));
	assert_false(lowers(SETTING_EMAIL_ENCRYPTION, "tls"));
	assert_false(lowers(SETTING_EMAIL_AUTH, "oauth2"));
	assert_false(lowers(SETTING_EMAIL_RELAY_HOST, "other"));
	now.value[SETTING_EMAIL_ALLOW_CLEAR_PASSWORD] = "yes";
	assert_false(lowers(SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, "no"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_gets_worse_is_said, start),
		cmocka_unit_test_setup(what_stays_or_gets_better_is_not, start),
	};

	return cmocka_run_group_tests_name("core/settings_lower", tests, NULL, NULL);
}
