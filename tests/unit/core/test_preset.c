/* What presets fill in: known settings, values that the settings' own checks take. */
#include "unit/unit.h"

#include <string.h>

#include "core/preset.h"
#include "core/settings.h"

static void names_are_found_and_stand_once(void **state UNUSED)
{
	for (size_t i = 0; i < n_presets; i++)
		assert_ptr_equal(preset_find(slice_of(presets[i].name)), &presets[i]);
	assert_null(preset_find(SLICE("")));
	assert_null(preset_find(SLICE("gogle")));
}

static void each_value_is_one_that_can_be_saved_as_it_is(void **state UNUSED)
{
	struct arena *a = arena_new(1024 * 1024);

	for (size_t i = 0; i < n_presets; i++)
		for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
			const char *value = preset_value(&presets[i], id), *normal, *error;

			if (value == NULL)
				continue;
			assert_int_equal(setting_check(id, slice_of(value), a, &normal, &error),
				SETTING_OK);
			assert_string_equal(value, normal);
			assert_false(settings_table[id].secret);
		}
	arena_free(a);
}

static void each_says_what_to_prepare_and_what_the_limits_are(void **state UNUSED)
{
	for (size_t i = 0; i < n_presets; i++) {
		assert_non_null(presets[i].steps[0]);
		assert_null(presets[i].steps[PRESET_STEPS_MAX]);
		assert_true(strlen(presets[i].limits) > 10);
	}
}

/* Sign-in by OAuth2 needs all three of its values, and no preset has them without that. */
static void endpoints_come_with_oauth2_alone(void **state UNUSED)
{
	for (size_t i = 0; i < n_presets; i++) {
		bool oauth2 = strcmp(presets[i].auth, "oauth2") == 0;

		assert_int_equal(presets[i].scopes != NULL, oauth2);
		assert_int_equal(presets[i].auth_endpoint != NULL, oauth2);
		assert_int_equal(presets[i].token_endpoint != NULL, oauth2);
	}
}

static void xoauth2_comes_first_where_oauthbearer_fails(void **state UNUSED)
{
	static const struct { const char *host; bool prefers; } cases[] = {
		{ "smtp.office365.com", true }, { "SMTP.Office365.COM.", true }, { "gmail.com", true },
		{ "smtp-mail.outlook.com", true }, { "smtp.partner.outlook.cn", true },
		{ "outlook.office365.us", true }, { "smtp.gmail.com", true },
		{ "smtp-relay.gmail.com", true }, { "smtp.mail.yahoo.com", true },
		{ "notgmail.com", false }, { "gmail.com.example.org", false }, { "com", false },
		{ "", false }, { ".", false }, { "mail.example.org", false }, { "192.0.2.1", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(preset_prefers_xoauth2(slice_of(cases[i].host)), cases[i].prefers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_and_stand_once),
		cmocka_unit_test(each_value_is_one_that_can_be_saved_as_it_is),
		cmocka_unit_test(each_says_what_to_prepare_and_what_the_limits_are),
		cmocka_unit_test(endpoints_come_with_oauth2_alone),
		cmocka_unit_test(xoauth2_comes_first_where_oauthbearer_fails),
	};

	return cmocka_run_group_tests_name("core/preset", tests, NULL, NULL);
}
