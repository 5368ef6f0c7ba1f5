/* What a backup holds, and that it comes back once, beside what is there. */
#include "unit/store/queue_fixture.h"

#include <unistd.h>

#include "store/accounts.h"
#include "store/audit.h"
#include "store/backup.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_queue_is_not_in_it_and_secrets_are_open,
			setup_queue, teardown_queue),
		cmocka_unit_test_setup_teardown(it_comes_back_on_an_empty_machine, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(it_leaves_the_mail_that_is_there, setup_queue,
			teardown_queue),
		cmocka_unit_test_setup_teardown(the_same_machine_keeps_its_own_chain, setup_queue,
			teardown_queue),
	};

	return cmocka_run_group_tests_name("store/backup", tests, NULL, NULL);
}
