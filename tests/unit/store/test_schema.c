/* Migrations: each of them, from every earlier version, and half of one never stays. */
#include "unit/store/fixture.h"

#include <stdio.h>

#include "store/schema.h"

static size_t version_of(struct store_db *on)
{
	size_t version = 99;
	struct fault f = { "" };

	if (schema_check(on, &version, &f) != 0)
		fail_msg("%s", f.text);
	return version;
}

static void open_raw(struct store_db *on)
{
	assert_int_equal(db_open(on, path_of("raw.db"), DB_WRITE, NULL), 0);
}

static const char *tables(struct store_db *on)
{
	struct query q;
	const char *text;

	query_init(&q, on, "SELECT coalesce(group_concat(sql, ';'), '') FROM"
			   " (SELECT sql FROM sqlite_schema ORDER BY type, name)");
	assert_int_equal(query_first(&q), STORE_OK);
	text = column_text(&q, 0, arena);
	assert_int_equal(query_end(&q), STORE_OK);
	return text;
}

static void every_earlier_version_comes_up_to_the_same_schema(void **state UNUSED)
{
	const char *whole = NULL;

	for (size_t from = 0; from <= schema_version; from++) {
		char path[80];
		struct store_db raw;

		snprintf(path, sizeof(path), "%s/from%zu.db", folder, from);
		assert_int_equal(db_open(&raw, path, DB_WRITE, NULL), 0);
		assert_int_equal(version_of(&raw), 0);
		assert_int_equal(schema_migrate(&raw, 0, from, NULL), 0);
		assert_int_equal(version_of(&raw), from);
		assert_int_equal(schema_migrate(&raw, from, schema_version, NULL), 0);
		assert_int_equal(version_of(&raw), schema_version);
		if (whole == NULL)
			whole = tables(&raw);
		assert_string_equal(tables(&raw), whole);
		db_release(&raw);
	}
	assert_true(strlen(whole) > 1000);
}

static void a_migration_that_fails_leaves_nothing(void **state UNUSED)
{
	struct store_db raw;
	struct fault f = { "" };
	const char *before;

	open_raw(&raw);
	assert_int_equal(schema_migrate(&raw, 0, 1, &f), 0);
	/* in the way of the second migration's last table */
	assert_int_equal(db_exec(&raw, "CREATE TABLE known_address (x)"), STORE_OK);
	before = tables(&raw);
	assert_true(schema_migrate(&raw, 1, schema_version, &f) < 0);
	assert_non_null(strstr(f.text, "schema 2 (accounts)"));
	assert_int_equal(version_of(&raw), 1);
	assert_string_equal(tables(&raw), before);
	assert_false(db_in_transaction(&raw));
	db_release(&raw);
}

static void every_table_is_strict(void **state UNUSED)
{
	struct query q;
	int64_t n;

	open_db();
	query_init(&q, &db, "SELECT count(*) FROM pragma_table_list"
			    " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0");
	assert_int_equal(query_value(&q, &n), STORE_OK);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(every_earlier_version_comes_up_to_the_same_schema),
		T(a_migration_that_fails_leaves_nothing),
		T(every_table_is_strict),
#undef T
	};

	return cmocka_run_group_tests_name("store/schema", tests, NULL, NULL);
}
