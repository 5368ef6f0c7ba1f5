/* What an issuer publishes, kept over a restart. */
#include "unit/store/fixture.h"

#include "store/oauth_metadata.h"

static int setup_metadata(void **state)
{
	int result = setup(state);

	if (result == 0)
		open_db();
	return result;
}

static const struct store_oauth_metadata first = {
	.issuer = "https://id.example/one", .authorization_endpoint = "https://id.example/auth",
	.token_endpoint = "https://id.example/token",
	.revocation_endpoint = "https://id.example/revoke",
	.device_endpoint = "https://id.example/device", .says_iss = true,
};

static void none_is_there_until_one_was_looked_up(void **state UNUSED)
{
	struct store_oauth_metadata m;

	assert_int_equal(store_oauth_metadata_load(&db, arena, &m), STORE_NOT_FOUND);
}

static void what_was_looked_up_comes_back(void **state UNUSED)
{
	struct store_oauth_metadata m;

	assert_int_equal(store_oauth_metadata_save(&db, &first), STORE_OK);
	assert_int_equal(store_oauth_metadata_load(&db, arena, &m), STORE_OK);
	assert_string_equal(m.issuer, first.issuer);
	assert_string_equal(m.authorization_endpoint, first.authorization_endpoint);
	assert_string_equal(m.token_endpoint, first.token_endpoint);
	assert_string_equal(m.revocation_endpoint, first.revocation_endpoint);
	assert_string_equal(m.device_endpoint, first.device_endpoint);
	assert_true(m.says_iss);
}

static void the_last_takes_the_place_of_the_one_before(void **state UNUSED)
{
	struct store_oauth_metadata other = first, m;

	other.issuer = "https://other.example";
	other.device_endpoint = "";
	other.says_iss = false;
	assert_int_equal(store_oauth_metadata_save(&db, &first), STORE_OK);
	assert_int_equal(store_oauth_metadata_save(&db, &other), STORE_OK);
	assert_int_equal(store_oauth_metadata_load(&db, arena, &m), STORE_OK);
	assert_string_equal(m.issuer, "https://other.example");
	assert_string_equal(m.device_endpoint, "");
	assert_false(m.says_iss);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup_metadata, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(none_is_there_until_one_was_looked_up),
		T(what_was_looked_up_comes_back),
		T(the_last_takes_the_place_of_the_one_before),
	};

	return cmocka_run_group_tests_name("store/oauth_metadata", tests, NULL, NULL);
}
