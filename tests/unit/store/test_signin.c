/* Accounts, the set-up link, sessions, failed sign-ins. */
#include "unit/store/fixture.h"

#include "store/sessions.h"
#include "store/throttle.h"

static const struct store_session_limits limits = { .idle = 1800, .absolute = 43200 };

static int setup_signin(void **state)
{
	int result = setup(state);

	if (result == 0)
		open_db();
	return result;
}

static uint64_t add(const char *realm, const char *name)
{
	uint64_t id = 0;

	assert_int_equal(store_account_add(&db, realm, name, "$argon2id$hash", 500, &id), STORE_OK);
	return id;
}

/* ---- accounts ---- */

static void an_account_is_found_by_name_in_any_case(void **state UNUSED)
{
	uint64_t id = add("login", "Anna");
	struct store_account a;

	assert_int_equal(store_account_find(&db, "login", "aNNA", arena, &a), STORE_OK);
	assert_int_equal(a.id, id);
	assert_string_equal(a.name, "Anna");
	assert_string_equal(a.realm, "login");
	assert_string_equal(a.hash, "$argon2id$hash");
	assert_int_equal(a.created, 500);
	assert_false(a.disabled);
	assert_int_equal(store_account_find(&db, "appliance", "Anna", arena, &a), STORE_NOT_FOUND);
	assert_int_equal(store_account_find(&db, "login", "Ann", arena, &a), STORE_NOT_FOUND);
}

static void a_name_is_taken_once_a_realm(void **state UNUSED)
{
	uint64_t id, n;

	add("login", "anna");
	assert_int_equal(store_account_add(&db, "login", "ANNA", "x", 1, &id), STORE_EXISTS);
	add("appliance", "anna");
	assert_int_equal(store_account_count(&db, "login", &n), STORE_OK);
	assert_int_equal(n, 1);
}

static void a_hash_is_replaced(void **state UNUSED)
{
	uint64_t id = add("login", "anna");
	struct store_account a;

	assert_int_equal(store_account_set_hash(&db, id, "new"), STORE_OK);
	assert_int_equal(store_account_find(&db, "login", "anna", arena, &a), STORE_OK);
	assert_string_equal(a.hash, "new");
	assert_int_equal(store_account_set_hash(&db, id + 1, "new"), STORE_NOT_FOUND);
}

/* ---- the set-up link ---- */

static void a_setup_link_is_good_once(void **state UNUSED)
{
	struct token_digest d = token_digest(SLICE("token"));

	assert_int_equal(store_setup_put(&db, "login", &d, 1000), STORE_OK);
	assert_int_equal(store_setup_check(&db, "login", &d, 999), STORE_OK);
	assert_int_equal(store_setup_check(&db, "appliance", &d, 999), STORE_NOT_FOUND);
	assert_int_equal(store_setup_take(&db, "login", &d, 999), STORE_OK);
	assert_int_equal(store_setup_check(&db, "login", &d, 999), STORE_NOT_FOUND);
	assert_int_equal(store_setup_take(&db, "login", &d, 999), STORE_NOT_FOUND);
}

static void a_setup_link_ends_by_time_and_by_a_new_one(void **state UNUSED)
{
	struct token_digest d = token_digest(SLICE("token")), e = token_digest(SLICE("tokem"));

	assert_int_equal(store_setup_put(&db, "login", &d, 1000), STORE_OK);
	assert_int_equal(store_setup_check(&db, "login", &d, 1000), STORE_NOT_FOUND);
	assert_int_equal(store_setup_take(&db, "login", &d, 1000), STORE_NOT_FOUND);
	assert_int_equal(store_setup_put(&db, "login", &e, 2000), STORE_OK);
	assert_int_equal(store_setup_check(&db, "login", &d, 500), STORE_NOT_FOUND);
	assert_int_equal(store_setup_check(&db, "login", &e, 500), STORE_OK);
}

static void tokens_are_long_and_never_the_same(void **state UNUSED)
{
	char a[TOKEN_TEXT_SIZE], b[TOKEN_TEXT_SIZE];
	struct token_digest d;

	token_make(a);
	token_make(b);
	assert_int_equal(strlen(a), 64);
	assert_string_not_equal(a, b);
	/* BLAKE2b-256 of "" by RFC 7693's algorithm */
	d = token_digest(SLICE(""));
	assert_memory_equal(d.octets, "\x0e\x57\x51\xc0\x26\xe5\x43\xb2\xe8\xab\x2e\xb0\x60\x99\xda\xa1"
		"\xd1\xe5\xdf\x47\x77\x8f\x77\x87\xfa\xab\x45\xcd\xf1\x2f\xe3\xa8", 32);
}

/* ---- sessions ---- */

static uint64_t begin(uint64_t account, const char *token, int64_t now)
{
	struct token_digest d = token_digest(slice_of(token));
	uint64_t id;

	assert_int_equal(store_session_add(&db, &d, account, "csrf", "192.0.2.7", now, &id), STORE_OK);
	return id;
}

static int find(const char *token, int64_t now, struct store_session *s)
{
	struct token_digest d = token_digest(slice_of(token));

	return store_session_find(&db, &d, now, &limits, arena, s);
}

/* Else one of a clock that was years ahead would last for years. */
static void a_session_ahead_of_the_clock_is_over(void **state UNUSED)
{
	uint64_t account = add("login", "anna");
	struct store_session s, other;
	uint64_t n;

	begin(account, "t1", 100000);
	begin(account, "t2", 99000);
	assert_int_equal(find("t1", 99700, &s), STORE_OK);
	assert_int_equal(find("t1", 99699, &s), STORE_NOT_FOUND);
	assert_int_equal(find("t2", 99000, &other), STORE_OK);
	assert_int_equal(store_session_count_others(&db, &other, 99700, &limits, &n), STORE_OK);
	assert_int_equal(n, 1);
	assert_int_equal(store_session_count_others(&db, &other, 99000, &limits, &n), STORE_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_session_expire(&db, 99000, &limits), STORE_OK);
	assert_int_equal(find("t1", 100000, &s), STORE_NOT_FOUND);
	assert_int_equal(find("t2", 99000, &other), STORE_OK);
}

static void a_session_is_found_by_its_token(void **state UNUSED)
{
	uint64_t account = add("login", "anna"), id = begin(account, "t1", 1000);
	struct store_session s;

	assert_int_equal(find("t1", 1000, &s), STORE_OK);
	assert_int_equal(s.id, id);
	assert_int_equal(s.account, account);
	assert_string_equal(s.name, "anna");
	assert_string_equal(s.realm, "login");
	assert_string_equal(s.csrf, "csrf");
	assert_string_equal(s.address, "192.0.2.7");
	assert_int_equal(s.created, 1000);
	assert_int_equal(find("t2", 1000, &s), STORE_NOT_FOUND);
	assert_int_equal(find("", 1000, &s), STORE_NOT_FOUND);
}

static void a_token_is_in_no_file(void **state UNUSED)
{
	char token[TOKEN_TEXT_SIZE];

	token_make(token);
	begin(add("login", "anna"), token, 1000);
	assert_true(files_hold("192.0.2.7"));
	assert_false(files_hold(token));
}

static void a_session_ends_when_idle_unless_touched(void **state UNUSED)
{
	uint64_t id = begin(add("login", "anna"), "t1", 1000);
	struct store_session s;

	assert_int_equal(find("t1", 2799, &s), STORE_OK);
	assert_int_equal(find("t1", 2800, &s), STORE_NOT_FOUND);
	assert_int_equal(store_session_touch(&db, id, 2799), STORE_OK);
	assert_int_equal(find("t1", 2800, &s), STORE_OK);
	assert_int_equal(s.seen, 2799);
	/* a touch that comes late takes nothing back */
	assert_int_equal(store_session_touch(&db, id, 2000), STORE_OK);
	assert_int_equal(find("t1", 2800, &s), STORE_OK);
	assert_int_equal(s.seen, 2799);
}

static void a_session_ends_after_its_absolute_limit(void **state UNUSED)
{
	uint64_t id = begin(add("login", "anna"), "t1", 1000);
	struct store_session s;

	assert_int_equal(store_session_touch(&db, id, 44199), STORE_OK);
	assert_int_equal(find("t1", 44199, &s), STORE_OK);
	assert_int_equal(find("t1", 44200, &s), STORE_NOT_FOUND);
}

static void ending_others_leaves_one(void **state UNUSED)
{
	uint64_t anna = add("login", "anna"), bert = add("login", "bert"), n;
	struct store_session s;

	begin(anna, "a1", 1000);
	begin(anna, "a2", 1000);
	begin(anna, "old", 1);
	begin(bert, "b1", 1000);
	assert_int_equal(find("a1", 2000, &s), STORE_OK);
	assert_int_equal(store_session_count_others(&db, &s, 2000, &limits, &n), STORE_OK);
	assert_int_equal(n, 1);
	assert_int_equal(store_session_end_others(&db, anna, s.id, &n), STORE_OK);
	assert_int_equal(n, 2);
	assert_int_equal(find("a1", 2000, &s), STORE_OK);
	assert_int_equal(find("a2", 2000, &s), STORE_NOT_FOUND);
	assert_int_equal(find("b1", 2000, &s), STORE_OK);
	assert_int_equal(store_session_end(&db, s.id), STORE_OK);
	assert_int_equal(find("b1", 2000, &s), STORE_NOT_FOUND);
	assert_int_equal(store_session_end(&db, s.id), STORE_OK);
}

static void disabling_an_account_ends_its_sessions(void **state UNUSED)
{
	uint64_t anna = add("login", "anna");
	struct store_account a;
	struct store_session s;

	begin(anna, "a1", 1000);
	assert_int_equal(store_account_set_disabled(&db, anna, true), STORE_OK);
	assert_int_equal(find("a1", 1000, &s), STORE_NOT_FOUND);
	assert_int_equal(store_account_set_disabled(&db, anna, false), STORE_OK);
	assert_int_equal(find("a1", 1000, &s), STORE_NOT_FOUND);
	assert_int_equal(store_account_find(&db, "login", "anna", arena, &a), STORE_OK);
	assert_false(a.disabled);
}

static void sessions_that_are_over_are_removed(void **state UNUSED)
{
	uint64_t anna = add("login", "anna");
	struct query q;
	int64_t n;

	begin(anna, "a1", 1000);
	begin(anna, "a2", 2000);
	assert_int_equal(store_session_expire(&db, 2800, &limits), STORE_OK);
	query_init(&q, &db, "SELECT count(*) FROM session");
	assert_int_equal(query_value(&q, &n), STORE_OK);
	assert_int_equal(n, 1);
}

static void a_session_needs_an_account(void **state UNUSED)
{
	struct token_digest d = token_digest(SLICE("x"));
	uint64_t id;

	assert_int_equal(store_session_add(&db, &d, 77, "c", "a", 1, &id), STORE_FAILED);
}

/* ---- failed sign-ins ---- */

static const struct throttle_subject anna_home = { "login", "Anna", "192.0.2.1" };
static const struct throttle_subject anna_away = { "login", "aNNa", "198.51.100.9" };
static const struct throttle_subject bert_away = { "login", "bert", "198.51.100.9" };

static struct throttle_count look(const struct throttle_subject *s, int64_t now)
{
	struct throttle_count c;

	assert_int_equal(throttle_look(&db, s, now, &c), STORE_OK);
	return c;
}

static void failures_count_by_name_by_address_and_by_both(void **state UNUSED)
{
	struct throttle_count c;

	assert_int_equal(throttle_failed(&db, &anna_away, 100), STORE_OK);
	assert_int_equal(throttle_failed(&db, &anna_away, 110), STORE_OK);
	assert_int_equal(throttle_failed(&db, &bert_away, 120), STORE_OK);
	c = look(&anna_home, 1000);
	assert_int_equal(c.by_name, 2);
	assert_int_equal(c.last_by_name, 110);
	assert_int_equal(c.by_address, 0);
	assert_int_equal(c.last_by_address, 0);
	assert_int_equal(c.by_both, 0);
	c = look(&anna_away, 1000);
	assert_int_equal(c.by_address, 3);
	assert_int_equal(c.last_by_address, 120);
	assert_int_equal(c.by_both, 2);
	assert_int_equal(look(&anna_away, 3700).by_name, 1);
	assert_int_equal(look(&(struct throttle_subject){ "appliance", "anna", "x" }, 1000).by_name, 0);
}

static void a_good_sign_in_makes_the_address_known_and_leaves_others_failures(void **state UNUSED)
{
	struct throttle_count c;

	assert_false(throttle_address_known(&db, "192.0.2.1"));
	assert_int_equal(throttle_failed(&db, &anna_home, 100), STORE_OK);
	assert_int_equal(throttle_failed(&db, &anna_away, 100), STORE_OK);
	assert_int_equal(throttle_succeeded(&db, &anna_home, 200), STORE_OK);
	c = look(&anna_home, 1000);
	assert_true(c.known);
	assert_int_equal(c.by_both, 0);
	assert_int_equal(c.by_name, 1);
	assert_false(look(&anna_away, 1000).known);
	assert_true(throttle_address_known(&db, "192.0.2.1"));
	assert_false(throttle_address_known(&db, "198.51.100.9"));
	assert_false(look(&(struct throttle_subject){ "login", "bert", "192.0.2.1" }, 1000).known);
}

/* Else whoever mistyped while the clock was a year ahead would wait for a year. */
static void failures_ahead_of_the_clock_do_not_count(void **state UNUSED)
{
	struct throttle_count c;

	assert_int_equal(throttle_failed(&db, &anna_away, 100000), STORE_OK);
	c = look(&anna_away, 99940);
	assert_int_equal(c.by_name, 1);
	assert_int_equal(c.by_address, 1);
	assert_int_equal(c.by_both, 1);
	c = look(&anna_away, 99939);
	assert_int_equal(c.by_name, 0);
	assert_int_equal(c.by_address, 0);
	assert_int_equal(c.by_both, 0);
}

static void a_name_that_was_tried_is_in_no_file(void **state UNUSED)
{
	const struct throttle_subject s = { "login", "MyPassw0rdByMistake", "203.0.113.5" };

	assert_int_equal(throttle_failed(&db, &s, 100), STORE_OK);
	assert_int_equal(throttle_succeeded(&db, &s, 100), STORE_OK);
	assert_true(files_hold("203.0.113.5"));
	assert_false(files_hold("MyPassw0rd"));
	assert_false(files_hold("mypassw0rd"));
}

static void failures_do_not_grow_without_end(void **state UNUSED)
{
	struct query q;
	int64_t n;

	assert_int_equal(db_exec(&db, "BEGIN"), STORE_OK);
	for (int i = 0; i < 20100; i++)
		assert_int_equal(throttle_failed(&db, &anna_home, i), STORE_OK);
	assert_int_equal(db_exec(&db, "COMMIT"), STORE_OK);
	query_init(&q, &db, "SELECT count(*) FROM failure");
	assert_int_equal(query_value(&q, &n), STORE_OK);
	assert_int_equal(n, 20000);
	assert_int_equal(look(&anna_home, 20100).last_by_name, 20099);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_signin, teardown)
		T(an_account_is_found_by_name_in_any_case),
		T(a_name_is_taken_once_a_realm),
		T(a_hash_is_replaced),
		T(a_setup_link_is_good_once),
		T(a_setup_link_ends_by_time_and_by_a_new_one),
		T(tokens_are_long_and_never_the_same),
		T(a_session_is_found_by_its_token),
		T(a_session_ahead_of_the_clock_is_over),
		T(a_token_is_in_no_file),
		T(a_session_ends_when_idle_unless_touched),
		T(a_session_ends_after_its_absolute_limit),
		T(ending_others_leaves_one),
		T(disabling_an_account_ends_its_sessions),
		T(sessions_that_are_over_are_removed),
		T(a_session_needs_an_account),
		T(failures_count_by_name_by_address_and_by_both),
		T(a_good_sign_in_makes_the_address_known_and_leaves_others_failures),
		T(failures_ahead_of_the_clock_do_not_count),
		T(a_name_that_was_tried_is_in_no_file),
		T(failures_do_not_grow_without_end),
#undef T
	};

	return cmocka_run_group_tests_name("store/signin", tests, NULL, NULL);
}
