/* What a backup holds, and that it comes back once, beside what is there. */
#include "unit/store/queue_fixture.h"

#include <unistd.h>

#include "store/accounts.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/restored_certificate.h"
#include "store/settings.h"

enum {
	ROWS_MAX = 200,
};

static struct backup_row rows[ROWS_MAX];
static size_t n_rows;

static int keep_row(void *arg UNUSED, const struct backup_row *row)
{
	struct backup_row *copy = &rows[n_rows++];

	assert_true(n_rows <= ROWS_MAX);
	assert_int_equal(row->n, strlen(backup_columns(row->kind)));
	*copy = *row;
	for (size_t i = 0; i < row->n; i++)
		copy->values[i].octets = arena_slice(arena, row->values[i].octets);
	return 0;
}

static void read_all(void)
{
	uint64_t left_out = 99;

	n_rows = 0;
	assert_int_equal(store_backup_read(&db, keep_row, NULL, &left_out), STORE_OK);
	assert_int_equal(left_out, 0);
}

static size_t count(enum backup_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < n_rows; i++)
		n += rows[i].kind == kind;
	return n;
}

static struct store_restore put_all(void)
{
	struct store_restore r;

	assert_int_equal(db_exec(&db, "BEGIN"), STORE_OK);
	assert_int_equal(store_restore_begin(&r, &db, "first"), STORE_OK);
	for (size_t i = 0; i < n_rows; i++)
		assert_int_equal(store_restore_row(&r, &rows[i]), STORE_OK);
	assert_int_equal(store_restore_end(&r), STORE_OK);
	assert_int_equal(db_exec(&db, "COMMIT"), STORE_OK);
	return r;
}

static void note(int64_t at, const char *what)
{
	const struct audit_entry entry = { .at = at, .who = "anna", .from = "local", .what = what };

	assert_int_equal(audit_append(&db, &entry), STORE_OK);
}

static const char *newest_entry(void)
{
	struct audit_list list;

	assert_int_equal(audit_list(&db, 0, 1, arena, &list), STORE_OK);
	assert_int_equal(list.n, 1);
	return list.items[0].what;
}

static void finish(enum queue_state s, enum verdict_class class, int64_t at)
{
	struct queue_envelope e = take(at);
	struct queue_verdict v[QUEUE_BATCH_MAX];

	for (size_t i = 0; i < e.n_recipients; i++)
		v[i] = verdict_of(e.recipients[i].id, s, class, at + 60);
	give(e.message, at, v, e.n_recipients);
}

/* A sent, a failed and a waiting message, an account, a secret, two audit entries. */
static void live(const char **ret_sent, const char **ret_failed, const char **ret_waiting)
{
	const struct store_setting_value values[] = {
		{ "email.password", "hush", true }, { "email.relay_host", "relay", false },
	};
	const struct store_settings_save save = { .at = 5, .by = "anna", .from = "local",
		.values = values, .n = COUNT_OF(values) };
	uint64_t id;
	size_t n;

	*ret_sent = add_one(1000, "a@x.example");
	*ret_failed = add_one(1001, "b@x.example");
	*ret_waiting = add_one(1002, "c@x.example");
	finish(QUEUE_ACCEPTED, VERDICT_ACCEPTED, 2000);
	finish(QUEUE_FAILED, VERDICT_RECIPIENT, 2001);
	assert_int_equal(store_account_add(&db, "login", "anna", "hash", 3, &id), STORE_OK);
	assert_int_equal(store_settings_save(&db, &save, &id, &n), STORE_OK);
	note(10, "first entry");
	note(11, "second entry");
}

/* As another machine: nothing of the first one is there. */
static void start_anew(void)
{
	close_db();
	assert_int_equal(unlink(path_of("test.db")), 0);
	unlink(path_of("test.db-wal"));
	unlink(path_of("test.db-shm"));
	open_db();
}

static int64_t number(const char *sql)
{
	struct query q;
	int64_t value = -1;

	query_init(&q, &db, sql);
	assert_int_equal(query_value(&q, &value), STORE_OK);
	return value;
}

static void the_queue_is_not_in_it_and_secrets_are_open(void **state UNUSED)
{
	const char *sent, *failed, *waiting;

	live(&sent, &failed, &waiting);
	read_all();
	assert_int_equal(count(BACKUP_MESSAGE), 2);
	assert_int_equal(count(BACKUP_RECIPIENT), 2);
	assert_int_equal(count(BACKUP_ATTEMPT), 2);
	assert_int_equal(count(BACKUP_ACCOUNT), 1);
	assert_int_equal(count(BACKUP_AUDIT), 2);
	assert_int_equal(count(BACKUP_SETTING), 2);
	assert_slice(rows[0].values[0].octets, "email.password");
	assert_slice(rows[0].values[1].octets, "hush");
}

static void it_comes_back_on_an_empty_machine(void **state UNUSED)
{
	const char *sent, *failed, *waiting;
	struct store_restore r;
	uint64_t n, bad;

	live(&sent, &failed, &waiting);
	read_all();
	start_anew();
	r = put_all();
	assert_int_equal(r.n_messages, 2);
	assert_int_equal(r.n_audit, 2);
	assert_int_equal(state_of(sent), QUEUE_ACCEPTED);
	assert_int_equal(state_of(failed), QUEUE_FAILED);
	assert_int_equal(number("SELECT count(*) FROM message"), 2);
	assert_int_equal(number("SELECT count(*) FROM attempt a JOIN recipient r ON r.last = a.id"), 2);
	assert_int_equal(number("SELECT count(*) FROM account WHERE hash = 'hash'"), 1);
	/* the counters are this machine's, and nobody is told of failures of another time */
	assert_int_equal(number("SELECT coalesce(sum(n), 0) FROM delivery_total"), 0);
	assert_int_equal(number("SELECT count(*) FROM untold_failure"), 0);
	assert_string_equal(newest_entry(), "[of first, entry 2] second entry");
	assert_int_equal(audit_verify(&db, &n, &bad), STORE_OK);
	assert_int_equal(n, 2);
	r = put_all(); /* once more: nothing comes in twice */
	assert_int_equal(r.n_messages, 0);
	assert_int_equal(r.n_audit, 0);
}

static void it_leaves_the_mail_that_is_there(void **state UNUSED)
{
	const char *sent, *failed, *waiting, *own;
	struct store_restore r;
	uint64_t n, bad;

	live(&sent, &failed, &waiting);
	read_all();
	start_anew();
	own = add_one(3000, "d@x.example"); /* has the number of a message of the backup */
	note(20, "own entry");
	r = put_all();
	assert_int_equal(r.n_messages, 2);
	assert_int_equal(state_of(own), QUEUE_QUEUED);
	assert_int_equal(state_of(sent), QUEUE_ACCEPTED);
	assert_int_equal(number("SELECT count(*) FROM message"), 3);
	assert_int_equal(number("SELECT n FROM tally WHERE state = 0"), 1);
	assert_int_equal(audit_verify(&db, &n, &bad), STORE_OK);
	assert_int_equal(n, 3);
}

static void the_same_machine_keeps_its_own_chain(void **state UNUSED)
{
	const char *sent, *failed, *waiting;
	struct store_restore r;

	live(&sent, &failed, &waiting);
	read_all();
	note(30, "third entry");
	r = put_all();
	assert_int_equal(r.n_messages, 0);
	assert_int_equal(r.n_audit, 0);
	assert_string_equal(newest_entry(), "third entry");
	assert_int_equal(state_of(waiting), QUEUE_QUEUED);
}

static void save_sign_in(const char *refresh, int64_t granted)
{
	struct store_oauth_token t = {
		.fingerprint = "for this relay", .access = "the access token", .refresh = refresh,
		.granted = granted, .life = 3600, .refresh_since = 1, .refresh_used = 2,
		.scopes = "mail", .account = "us@x.example", .by = "anna", .signed_in = 3,
		.issuer = "https://i", .revocation = "", .basic = true, .state = TOKEN_GOOD,
		.state_at = 4, .refresh_ends = 5, .refresh_habit = (enum ending_habit)1,
		.died_young = true,
	};

	assert_int_equal(store_oauth_token_save(&db, &t), STORE_OK);
}

static struct store_oauth_token sign_in(void)
{
	struct store_oauth_token t;

	assert_int_equal(store_oauth_token_load(&db, arena, &t), STORE_OK);
	return t;
}

static void a_sign_in_comes_back_sealed_anew(void **state UNUSED)
{
	struct store_oauth_token t;

	save_sign_in("the refresh token", 1000);
	read_all();
	assert_int_equal(count(BACKUP_SIGN_IN), 1);
	start_anew();
	assert_true(put_all().sign_in);
	t = sign_in();
	assert_string_equal(t.access, "the access token");
	assert_string_equal(t.refresh, "the refresh token");
	assert_string_equal((char *)t.fingerprint, "for this relay");
	assert_string_equal(t.scopes, "mail");
	assert_string_equal(t.account, "us@x.example");
	assert_string_equal(t.by, "anna");
	assert_string_equal(t.issuer, "https://i");
	assert_int_equal(t.granted * 10 + t.refresh_since, 10001);
	assert_int_equal(t.life, 3600);
	assert_int_equal(t.refresh_used * 100 + t.signed_in * 10 + t.state_at, 234);
	assert_true(t.basic && t.died_young && t.state == TOKEN_GOOD);
	assert_int_equal(t.refresh_ends * 10 + t.refresh_habit, 51);
	assert_int_equal(number("SELECT instr(refresh, 'refresh token') FROM oauth_token"), 0);
}

static void a_newer_sign_in_stays_and_a_dead_one_goes(void **state UNUSED)
{
	save_sign_in("older", 1000);
	read_all();
	save_sign_in("newer", 1001);
	assert_false(put_all().sign_in);
	assert_string_equal(sign_in().refresh, "newer");
	assert_int_equal(store_oauth_token_state(&db, TOKEN_SIGN_IN_NEEDED, 1002), STORE_OK);
	assert_true(put_all().sign_in);
	assert_string_equal(sign_in().refresh, "older");
	assert_int_equal(sign_in().state, TOKEN_GOOD);
	assert_int_equal(number("SELECT previous IS NOT NULL FROM oauth_token"), 1);
}

static void a_sign_in_of_another_provider_goes(void **state UNUSED)
{
	save_sign_in("older", 1000);
	read_all();
	assert_int_equal(db_exec(&db, "UPDATE oauth_token SET fingerprint = zeroblob(32),"
		" granted = 2000"), STORE_OK);
	assert_true(put_all().sign_in);
	assert_int_equal(sign_in().granted, 1000);
}

static void what_is_no_sign_in_is_known(void **state UNUSED)
{
	struct store_oauth_token t;
	struct backup_row good;

	save_sign_in("r", 1000);
	read_all();
	for (size_t i = 0; i < n_rows; i++)
		if (rows[i].kind == BACKUP_SIGN_IN)
			good = rows[i];
	assert_true(backup_sign_in(&good, arena, &t));
	for (size_t i = 0; i < 3; i++) {
		static const size_t columns[] = { 0, 1, 14 };
		struct backup_row row = good;

		row.values[columns[i]].octets = SLICE("");
		assert_false(backup_sign_in(&row, arena, &t));
	}
	for (size_t i = 0; i < 6; i++) {
		static const size_t times[] = { 3, 5, 6, 10, 15, 16 };
		static const int64_t bad[] = { -1, INT64_MIN, INT64_C(253402300800), INT64_MAX };
		struct backup_row row = good;

		row.values[times[i]].number = INT64_C(253402300799); /* the end of the year 9999 */
		assert_true(backup_sign_in(&row, arena, &t));
		for (size_t j = 0; j < COUNT_OF(bad); j++) {
			row.values[times[i]].number = bad[j];
			assert_false(backup_sign_in(&row, arena, &t));
		}
	}
	for (int64_t life = -1; life <= 20 * 366 * 86400; life += 20 * 366 * 86400 + 1) {
		struct backup_row row = good;

		row.values[4].number = life; /* seconds: too few, too many */
		assert_false(backup_sign_in(&row, arena, &t));
		row.values[4].number = life - 1 + 2 * (life < 0);
		assert_true(backup_sign_in(&row, arena, &t));
	}
	good.values[2].octets = slice_make(arena_alloc(arena, STORE_OAUTH_TOKEN_MAX + 1),
		STORE_OAUTH_TOKEN_MAX + 1);
	assert_false(backup_sign_in(&good, arena, &t));
}

static void a_certificate_waits_until_it_is_forgotten(void **state UNUSED)
{
	const struct backup_row row = { .kind = BACKUP_CERTIFICATE, .n = 2, .values = {
		{ .octets = SLICE("the chain") }, { .octets = SLICE("the private key") },
	} };
	struct store_certificate c;
	struct store_restore r;

	assert_int_equal(store_restored_certificate_load(&db, arena, &c), STORE_NOT_FOUND);
	assert_int_equal(store_restore_begin(&r, &db, "first"), STORE_OK);
	assert_false(r.certificate);
	assert_int_equal(store_restore_row(&r, &row), STORE_OK);
	assert_true(r.certificate);
	assert_int_equal(store_restored_certificate_load(&db, arena, &c), STORE_OK);
	assert_slice(c.chain, "the chain");
	assert_slice(c.key, "the private key");
	assert_int_equal(number("SELECT instr(key, 'private') FROM restored_certificate"), 0);
	/* of another that was put in force meanwhile */
	assert_int_equal(store_restored_certificate_forget(&db, SLICE("a chain")), STORE_OK);
	assert_int_equal(store_restored_certificate_load(&db, arena, &c), STORE_OK);
	assert_int_equal(store_restored_certificate_forget(&db, SLICE("the chain")), STORE_OK);
	assert_int_equal(store_restored_certificate_load(&db, arena, &c), STORE_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_queue_is_not_in_it_and_secrets_are_open,
			setup_queue, teardown_queue),
		cmocka_unit_test_setup_teardown(it_comes_back_on_an_empty_machine, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(it_leaves_the_mail_that_is_there, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(a_sign_in_comes_back_sealed_anew, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(a_newer_sign_in_stays_and_a_dead_one_goes,
			setup_queue, teardown_queue),
		cmocka_unit_test_setup_teardown(a_sign_in_of_another_provider_goes, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(what_is_no_sign_in_is_known, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(a_certificate_waits_until_it_is_forgotten,
			setup_queue, teardown_queue),
		cmocka_unit_test_setup_teardown(the_same_machine_keeps_its_own_chain, setup_queue,
			teardown_queue),
	};

	return cmocka_run_group_tests_name("store/backup", tests, NULL, NULL);
}
