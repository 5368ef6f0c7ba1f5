/* The audit: in order, chained, append-only; tampering is found. */
#include "unit/store/fixture.h"

#include "store/audit.h"

static int setup_audit(void **state)
{
	int result = setup(state);

	if (result == 0)
		open_db();
	return result;
}

static void append(int64_t at, const char *who, const char *from, const char *what)
{
	const struct audit_entry e = { .seq = 99, .at = at, .who = who, .from = from,
		.what = what };

	assert_int_equal(audit_append(&db, &e), STORE_OK);
}

static void append_five(void)
{
	append(10, "anna", "192.0.2.1", "one");
	append(20, "bert", "local", "two");
	append(30, "anna", "192.0.2.1", "three");
	append(40, "anna", "192.0.2.1", "four");
	append(50, "anna", "192.0.2.1", "five");
}

static struct audit_list list(uint64_t before, size_t limit)
{
	struct audit_list l;

	assert_int_equal(audit_list(&db, before, limit, arena, &l), STORE_OK);
	return l;
}

/* The triggers are in the way of whoever tampers by SQL alone. */
static void tamper(const char *sql)
{
	assert_int_equal(db_exec(&db, "DROP TRIGGER audit_update; DROP TRIGGER audit_delete"), 0);
	assert_int_equal(db_exec(&db, sql), 0);
}

static void is_damaged_at(uint64_t seq)
{
	uint64_t n, bad;

	assert_int_equal(audit_verify(&db, &n, &bad), AUDIT_DAMAGED);
	assert_int_equal(bad, seq);
}

static void entries_are_listed_newest_first_in_pages(void **state UNUSED)
{
	struct audit_list l;

	append_five();
	l = list(0, 2);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].seq, 5);
	assert_string_equal(l.items[0].what, "five");
	assert_int_equal(l.items[1].seq, 4);
	l = list(l.items[1].seq, 10);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.items[1].at, 20);
	assert_string_equal(l.items[1].who, "bert");
	assert_string_equal(l.items[1].from, "local");
	assert_int_equal(l.items[2].seq, 1);
	assert_int_equal(list(1, 10).n, 0);
}

static void a_whole_chain_is_verified(void **state UNUSED)
{
	uint64_t n = 9, bad = 9;

	assert_int_equal(audit_verify(&db, &n, &bad), STORE_OK);
	assert_int_equal(n, 0);
	append_five();
	assert_int_equal(audit_verify(&db, &n, &bad), STORE_OK);
	assert_int_equal(n, 5);
	assert_int_equal(bad, 0);
}

static void entries_cannot_be_changed_or_removed(void **state UNUSED)
{
	append_five();
	assert_int_not_equal(db_exec(&db, "UPDATE audit SET who = 'x' WHERE seq = 2"), STORE_OK);
	assert_int_not_equal(db_exec(&db, "DELETE FROM audit WHERE seq = 5"), STORE_OK);
	assert_int_not_equal(db_exec(&db, "INSERT OR REPLACE INTO audit VALUES (5,1,'','','',x'')"),
		STORE_OK);
	assert_string_equal(list(0, 10).items[0].what, "five");
}

static void every_changed_field_is_found(void **state UNUSED)
{
	static const char *const changes[] = {
		"UPDATE audit SET at = 31 WHERE seq = 3",
		"UPDATE audit SET who = 'bert' WHERE seq = 3",
		"UPDATE audit SET address = 'x' WHERE seq = 3",
		"UPDATE audit SET what = 'nothing' WHERE seq = 3",
		"UPDATE audit SET who = 'ann', address = 'a192.0.2.1' WHERE seq = 3",
		"UPDATE audit SET chain = zeroblob(32) WHERE seq = 3",
	};

	append_five();
	assert_int_equal(db_exec(&db, "DROP TRIGGER audit_update; DROP TRIGGER audit_delete"), 0);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		assert_int_equal(db_exec(&db, "BEGIN"), 0);
		assert_int_equal(db_exec(&db, changes[i]), 0);
		is_damaged_at(3);
		assert_int_equal(db_exec(&db, "ROLLBACK"), 0);
	}
}

static void a_missing_entry_is_found(void **state UNUSED)
{
	append_five();
	tamper("DELETE FROM audit WHERE seq = 2");
	is_damaged_at(2);
}

static void a_first_entry_that_is_missing_is_found(void **state UNUSED)
{
	append_five();
	tamper("DELETE FROM audit WHERE seq = 1");
	is_damaged_at(1);
}

static void long_and_strange_text_is_kept_up_to_the_limit(void **state UNUSED)
{
	char text[3000];
	uint64_t n, bad;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	append(1, "a\x1b[31mb\n", "", text);
	assert_string_equal(list(0, 1).items[0].who, "a\x1b[31mb\n");
	assert_int_equal(strlen(list(0, 1).items[0].what), AUDIT_TEXT_MAX);
	assert_int_equal(audit_verify(&db, &n, &bad), STORE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_audit, teardown)
		T(entries_are_listed_newest_first_in_pages),
		T(a_whole_chain_is_verified),
		T(entries_cannot_be_changed_or_removed),
		T(every_changed_field_is_found),
		T(a_missing_entry_is_found),
		T(a_first_entry_that_is_missing_is_found),
		T(long_and_strange_text_is_kept_up_to_the_limit),
#undef T
	};

	return cmocka_run_group_tests_name("store/audit", tests, NULL, NULL);
}
