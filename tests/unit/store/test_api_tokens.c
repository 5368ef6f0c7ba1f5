/* Tokens of the API in the store. */
#include "unit/store/fixture.h"

#include "store/api_tokens.h"

static int setup_tokens(void **state)
{
	int result = setup(state);

	if (result == 0)
		open_db();
	return result;
}

static uint64_t add(const char *text, const char *name, int64_t expires)
{
	struct token_digest digest = token_digest(slice_of(text));
	struct store_api_token row = {
		.name = name, .scopes = 5, .created = 1000, .created_by = "anna", .expires = expires,
	};
	uint64_t id = 0;

	assert_int_equal(store_api_token_add(&db, &digest, &row, &id), STORE_OK);
	return id;
}

static int find(const char *text, int64_t now, struct store_api_token *ret_token)
{
	struct token_digest digest = token_digest(slice_of(text));

	return store_api_token_find(&db, &digest, now, arena, ret_token);
}

static void a_token_is_found_by_its_text_alone(void **state UNUSED)
{
	uint64_t id = add("tocsin_0001", "backup", 0);
	struct store_api_token t;

	assert_int_equal(find("tocsin_0001", 2000, &t), STORE_OK);
	assert_int_equal(t.id, id);
	assert_string_equal(t.name, "backup");
	assert_int_equal(t.scopes, 5);
	assert_int_equal(t.expires, 0);
	assert_int_equal(find("tocsin_0002", 2000, &t), STORE_NOT_FOUND);
	assert_int_equal(find("backup", 2000, &t), STORE_NOT_FOUND);
	assert_int_equal(find("", 2000, &t), STORE_NOT_FOUND);
	assert_false(files_hold("tocsin_0001"));
}

static void a_token_ends_when_it_expires(void **state UNUSED)
{
	struct store_api_token t;

	add("x", "backup", 5000);
	assert_int_equal(find("x", 4999, &t), STORE_OK);
	assert_int_equal(t.expires, 5000);
	assert_int_equal(find("x", 5000, &t), STORE_NOT_FOUND);
}

static void a_revoked_token_is_good_no_more_and_its_name_is_free(void **state UNUSED)
{
	struct store_api_token t;
	struct token_digest digest = token_digest(SLICE("y"));
	struct store_api_token again = {
		.name = "BACKUP", .scopes = 1, .created = 1, .created_by = "x",
	};
	uint64_t id;

	add("x", "backup", 0);
	assert_int_equal(store_api_token_add(&db, &digest, &again, &id), STORE_EXISTS);
	assert_int_equal(store_api_token_revoke(&db, "other", 3000, "bert"), STORE_NOT_FOUND);
	assert_int_equal(store_api_token_revoke(&db, "Backup", 3000, "bert"), STORE_OK);
	assert_int_equal(find("x", 3000, &t), STORE_NOT_FOUND);
	assert_int_equal(store_api_token_revoke(&db, "backup", 3000, "bert"), STORE_NOT_FOUND);
	assert_int_equal(store_api_token_add(&db, &digest, &again, &id), STORE_OK);
	assert_int_equal(find("y", 3000, &t), STORE_OK);
}

static void a_token_is_revoked_by_its_number(void **state UNUSED)
{
	uint64_t id = add("x", "backup", 0);
	struct store_api_token t;

	add("y", "other", 0);
	assert_int_equal(store_api_token_revoke(&db, "0", 3000, "b"), STORE_NOT_FOUND);
	assert_int_equal(store_api_token_revoke(&db, "99", 3000, "b"), STORE_NOT_FOUND);
	assert_int_equal(store_api_token_revoke(&db, arena_printf(arena, "%ju", (uintmax_t)id), 3000,
		"b"), STORE_OK);
	assert_int_equal(find("x", 3000, &t), STORE_NOT_FOUND);
	assert_int_equal(find("y", 3000, &t), STORE_OK);
}

static void the_list_tells_all_but_the_token(void **state UNUSED)
{
	struct store_api_tokens list;
	uint64_t first = add("x", "backup", 0), n;

	add("y", "other", 9000);
	assert_int_equal(store_api_token_touch(&db, first, 2000, "192.0.2.1"), STORE_OK);
	assert_int_equal(store_api_token_revoke(&db, "backup", 3000, "bert"), STORE_OK);
	assert_int_equal(store_api_token_count(&db, &n), STORE_OK);
	assert_int_equal(n, 2);
	assert_int_equal(store_api_token_list(&db, 1, arena, &list), STORE_OK);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.items[0].name, "other");
	assert_int_equal(store_api_token_list(&db, 10, arena, &list), STORE_OK);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.items[1].name, "backup");
	assert_string_equal(list.items[1].created_by, "anna");
	assert_int_equal(list.items[1].created, 1000);
	assert_int_equal(list.items[1].used, 2000);
	assert_string_equal(list.items[1].used_from, "192.0.2.1");
	assert_int_equal(list.items[1].revoked, 3000);
	assert_string_equal(list.items[1].revoked_by, "bert");
}

static void what_ended_long_ago_is_forgotten(void **state UNUSED)
{
	uint64_t n;

	add("a", "live", 0);
	add("b", "later", 9000);
	add("c", "expired", 2000);
	add("d", "revoked", 0);
	assert_int_equal(store_api_token_revoke(&db, "revoked", 2000, "b"), STORE_OK);
	assert_int_equal(store_api_token_forget(&db, 2000), STORE_OK);
	assert_int_equal(store_api_token_count(&db, &n), STORE_OK);
	assert_int_equal(n, 4);
	assert_int_equal(store_api_token_forget(&db, 2001), STORE_OK);
	assert_int_equal(store_api_token_count(&db, &n), STORE_OK);
	assert_int_equal(n, 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup_tokens, teardown)
	const struct CMUnitTest tests[] = {
		T(a_token_is_found_by_its_text_alone),
		T(a_token_ends_when_it_expires),
		T(a_revoked_token_is_good_no_more_and_its_name_is_free),
		T(a_token_is_revoked_by_its_number),
		T(the_list_tells_all_but_the_token),
		T(what_ended_long_ago_is_forgotten),
	};

	return cmocka_run_group_tests_name("store/api_tokens", tests, NULL, NULL);
}
