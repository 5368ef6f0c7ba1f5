/* Settings: kept, versioned, in conflict; who changed what. */
#include "unit/store/fixture.h"

#include "store/settings.h"

static uint64_t version;
static size_t n_changed;

static int save_two(uint64_t seen, const char *by, const char *key, const char *value,
	const char *key2, const char *value2)
{
	const struct store_setting_value values[] = {
		{ key, value, false },
		{ key2, value2, false },
	};
	struct store_settings_save save = { .seen = seen, .at = 1000 + (int64_t)version, .by = by,
		.from = "192.0.2.1", .values = values, .n = key2 != NULL ? 2 : 1 };

	return store_settings_save(&db, &save, &version, &n_changed);
}

static int save(uint64_t seen, const char *by, const char *key, const char *value)
{
	return save_two(seen, by, key, value, NULL, NULL);
}

static int save_secret(const char *key, const char *value)
{
	const struct store_setting_value v = { key, value, true };
	struct store_settings_save s = { .at = 1, .by = "anna", .from = "local", .values = &v, .n = 1 };

	return store_settings_save(&db, &s, &version, &n_changed);
}

static struct store_settings load(void)
{
	struct store_settings s;

	assert_int_equal(store_settings_load(&db, arena, &s), STORE_OK);
	return s;
}

static int setup_settings(void **state)
{
	int result = setup(state);

	version = 0;
	if (result == 0)
		open_db();
	return result;
}

static void a_new_store_has_none(void **state UNUSED)
{
	struct store_settings s = load();

	assert_int_equal(s.n, 0);
	assert_int_equal(s.version, 0);
}

static void what_was_saved_is_loaded(void **state UNUSED)
{
	struct store_settings s;

	assert_int_equal(save_two(0, "anna", "site.name", "Nordkap", "email.relay_port", "465"), 0);
	assert_int_equal(version, 1);
	assert_int_equal(n_changed, 2);
	s = load();
	assert_int_equal(s.n, 2);
	assert_int_equal(s.version, 1);
	assert_string_equal(s.items[0].key, "email.relay_port");
	assert_string_equal(s.items[0].value, "465");
	assert_string_equal(s.items[1].key, "site.name");
	assert_string_equal(s.items[1].value, "Nordkap");
	assert_string_equal(s.items[1].by, "anna");
	assert_int_equal(s.items[1].at, 1000);
	assert_false(s.items[1].secret);
}

static void what_did_not_change_makes_no_version(void **state UNUSED)
{
	assert_int_equal(save(0, "anna", "site.name", "Nordkap"), 0);
	assert_int_equal(save(0, "bert", "site.name", "Nordkap"), 0);
	assert_int_equal(n_changed, 0);
	assert_int_equal(version, 1);
	assert_string_equal(load().items[0].by, "anna");
}

static void only_what_changed_is_written(void **state UNUSED)
{
	struct store_settings s;

	assert_int_equal(save_two(0, "anna", "site.name", "a", "site.url", "https://x"), 0);
	assert_int_equal(save_two(0, "bert", "site.name", "b", "site.url", "https://x"), 0);
	assert_int_equal(n_changed, 1);
	s = load();
	assert_string_equal(s.items[0].by, "bert");
	assert_string_equal(s.items[1].by, "anna");
	assert_int_equal(s.items[1].version, 1);
}

static void secrets_are_kept_and_compared_in_clear_only(void **state UNUSED)
{
	assert_int_equal(save_secret("email.password", "p1"), 0);
	assert_true(load().items[0].secret);
	assert_string_equal(load().items[0].value, "p1");
	assert_int_equal(save_secret("email.password", "p1"), 0);
	assert_int_equal(n_changed, 0);
	assert_int_equal(save_secret("email.password", "p2"), 0);
	assert_int_equal(n_changed, 1);
	assert_string_equal(load().items[0].value, "p2");
}

static void a_value_taken_away_is_gone(void **state UNUSED)
{
	assert_int_equal(save(0, "anna", "site.name", "a"), 0);
	assert_int_equal(save(0, "anna", "site.name", NULL), 0);
	assert_int_equal(n_changed, 1);
	assert_int_equal(load().n, 0);
	assert_int_equal(load().version, 2);
	assert_int_equal(save(0, "anna", "site.name", NULL), 0);
	assert_int_equal(n_changed, 0);
}

static void an_empty_value_is_one(void **state UNUSED)
{
	assert_int_equal(save(0, "anna", "site.name", ""), 0);
	assert_int_equal(load().n, 1);
	assert_string_equal(load().items[0].value, "");
}

static void who_saves_what_he_did_not_see_is_refused(void **state UNUSED)
{
	assert_int_equal(save(0, "anna", "email.relay_host", "a"), 0);
	assert_int_equal(save(1, "bert", "email.relay_host", "b"), 0);
	/* Cecil read the page before Bert saved: also another field of the section */
	assert_int_equal(save(1, "cecil", "email.relay_host", "c"), STORE_CONFLICT);
	assert_int_equal(save(1, "cecil", "email.relay_port", "25"), STORE_CONFLICT);
	assert_int_equal(version, 2);
	assert_string_equal(load().items[0].value, "b");
	/* another section did not change */
	assert_int_equal(save(1, "cecil", "site.name", "c"), 0);
	/* and with the newest version it goes */
	assert_int_equal(save(3, "cecil", "email.relay_host", "c"), 0);
}

static void sections_are_not_mixed_up_by_their_beginning(void **state UNUSED)
{
	assert_int_equal(save(0, "anna", "email.x", "a"), 0);
	assert_int_equal(save(0, "anna", "emailing.x", "a"), 0);
	assert_int_equal(save(1, "bert", "email.y", "b"), 0);
}

static void who_changed_what_is_told_newest_first(void **state UNUSED)
{
	struct store_setting_changes c;

	assert_int_equal(save_two(0, "anna", "email.a", "1", "email.b", "1"), 0);
	assert_int_equal(save(0, "bert", "email.a", "2"), 0);
	assert_int_equal(save(0, "cecil", "site.name", "2"), 0);
	assert_int_equal(store_settings_changes(&db, 0, arena, &c), STORE_OK);
	assert_int_equal(c.n, 3);
	assert_string_equal(c.items[0].key, "site.name");
	assert_string_equal(c.items[1].key, "email.a");
	assert_string_equal(c.items[1].by, "bert");
	assert_int_equal(c.items[1].version, 2);
	assert_int_equal(c.items[1].at, 1001);
	assert_string_equal(c.items[1].from, "192.0.2.1");
	assert_string_equal(c.items[2].key, "email.b");
	assert_string_equal(c.items[2].by, "anna");
	assert_int_equal(store_settings_changes(&db, 1, arena, &c), STORE_OK);
	assert_int_equal(c.n, 2);
	assert_int_equal(store_settings_changes(&db, 3, arena, &c), STORE_OK);
	assert_int_equal(c.n, 0);
}

static void the_record_of_changes_is_bounded(void **state UNUSED)
{
	struct query q;
	int64_t n;

	assert_int_equal(db_exec(&db, "BEGIN"), STORE_OK);
	for (int i = 0; i < 2100; i++)
		assert_int_equal(save(0, "anna", "site.name", i % 2 == 0 ? "a" : "b"), 0);
	assert_int_equal(db_exec(&db, "COMMIT"), STORE_OK);
	assert_int_equal(version, 2100);
	query_init(&q, &db, "SELECT count(*) FROM setting_change");
	assert_int_equal(query_value(&q, &n), STORE_OK);
	assert_int_equal(n, 2000);
}

static void values_with_any_octets_come_back(void **state UNUSED)
{
	assert_int_equal(save(0, "an'na\n", "site.name", "a'; DROP TABLE setting; --\r\n\x01\xc3\xa9"), 0);
	assert_string_equal(load().items[0].value, "a'; DROP TABLE setting; --\r\n\x01\xc3\xa9");
	assert_string_equal(load().items[0].by, "an'na\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_settings, teardown)
		T(a_new_store_has_none),
		T(what_was_saved_is_loaded),
		T(what_did_not_change_makes_no_version),
		T(only_what_changed_is_written),
		T(secrets_are_kept_and_compared_in_clear_only),
		T(a_value_taken_away_is_gone),
		T(an_empty_value_is_one),
		T(who_saves_what_he_did_not_see_is_refused),
		T(sections_are_not_mixed_up_by_their_beginning),
		T(who_changed_what_is_told_newest_first),
		T(the_record_of_changes_is_bounded),
		T(values_with_any_octets_come_back),
#undef T
	};

	return cmocka_run_group_tests_name("store/settings", tests, NULL, NULL);
}
