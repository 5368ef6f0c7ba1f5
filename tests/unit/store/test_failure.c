/* Disks that are full, and disks that lie: what is acknowledged then, and what is tried again. */
#include "unit/store/fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include <sqlite3.h>

/* ---- a disk whose syncs fail on demand: SQLite's own file layer, some of it replaced ---- */

static atomic_bool syncs_fail;
static atomic_bool next_sync_lies; /* it says 0, and from then on no read succeeds */
static atomic_bool reads_fail;
static atomic_int n_syncs;
static sqlite3_vfs shim;
static sqlite3_vfs *real;

/* SQLite has a table for each kind of file; all have the same xSync and xRead. */
static struct {
	const sqlite3_io_methods *original;
	sqlite3_io_methods changed;
} tables[8];
static int (*real_sync)(sqlite3_file *file, int flags);
static int (*real_read)(sqlite3_file *file, void *to, int size, sqlite3_int64 offset);

static int shim_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
	return reads_fail ? SQLITE_IOERR_READ : real_read(file, to, size, offset);
}

static int shim_sync(sqlite3_file *file, int flags)
{
	n_syncs++;
	if (atomic_exchange(&next_sync_lies, false)) {
		reads_fail = true;
		return SQLITE_OK;
	}
	return syncs_fail ? SQLITE_IOERR_FSYNC : real_sync(file, flags);
}

static const sqlite3_io_methods *changed_table(const sqlite3_io_methods *original)
{
	size_t i = 0;

	while (tables[i].original != original && tables[i].original != NULL)
		i++;
	if (tables[i].original == NULL) {
		tables[i].original = original;
		tables[i].changed = *original;
		real_sync = original->xSync;
		real_read = original->xRead;
		tables[i].changed.xSync = shim_sync;
		tables[i].changed.xRead = shim_read;
	}
	return &tables[i].changed;
}

static int shim_open(sqlite3_vfs *vfs UNUSED, const char *name, sqlite3_file *file, int flags,
	int *ret_flags)
{
	int code = real->xOpen(real, name, file, flags, ret_flags);

	if (code == SQLITE_OK && file->pMethods != NULL)
		file->pMethods = changed_table(file->pMethods);
	return code;
}

static int register_shim(void **state UNUSED)
{
	real = sqlite3_vfs_find(NULL);
	shim = *real;
	shim.zName = "shim";
	shim.xOpen = shim_open;
	return sqlite3_vfs_register(&shim, 1);
}

/* ---- jobs ---- */

static char order[32];
static size_t n_done, stop_after;

struct task {
	struct store_job job;
	char letter;
	size_t size; /* octets to write */
	int result;
	int runs;
};

static int run_task(struct store_db *on, void *arg)
{
	struct task *t = arg;
	struct query q;

	t->runs++;
	query_init(&q, on, "INSERT INTO meta (name, value) VALUES (?, zeroblob(?))");
	query_slice(&q, slice_make(&t->letter, 1));
	query_id(&q, t->size);
	return query_run(&q);
}

static void done_task(void *arg, int result)
{
	struct task *t = arg;

	t->result = result;
	order[n_done++] = t->letter;
	if (n_done == stop_after)
		loop_stop(loop);
}

static void write_task(struct task *t, char letter, size_t size)
{
	*t = (struct task){ .letter = letter, .size = size, .result = 99,
		.job = { .run = run_task, .done = done_task, .arg = t } };
	store_write(store, &t->job);
}

static void wait_for(size_t n)
{
	stop_after = n;
	if (n_done < n)
		assert_int_equal(loop_run(loop), 0);
}

static int64_t count(void)
{
	struct query q;
	int64_t n = -1;

	query_init(&q, store_reader(store), "SELECT count(*) FROM meta WHERE length(name) = 1");
	assert_int_equal(query_value(&q, &n), STORE_OK);
	return n;
}

static int setup_disk(void **state)
{
	memset(order, 0, sizeof(order));
	n_done = stop_after = 0;
	syncs_fail = reads_fail = next_sync_lies = false;
	return setup(state);
}

static void limit_files(rlim_t octets)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = octets;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* ---- tests ---- */

static void what_does_not_fit_on_the_disk_takes_nothing_else_with_it(void **state UNUSED)
{
	struct task a, b, c;

	open_store();
	limit_files(2 * 1024 * 1024);
	write_task(&a, 'a', 100);
	write_task(&b, 'b', 8 * 1024 * 1024);
	write_task(&c, 'c', 100);
	wait_for(3);
	limit_files(RLIM_INFINITY);
	assert_int_equal(a.result, STORE_OK);
	assert_int_equal(b.result, STORE_FULL);
	assert_int_equal(c.result, STORE_OK);
	assert_int_equal(count(), 2);
	assert_false(store_is_broken(store));
}

static void the_store_goes_on_when_there_is_room_again(void **state UNUSED)
{
	struct task a, b;

	open_store();
	limit_files(1024 * 1024);
	write_task(&a, 'a', 4 * 1024 * 1024);
	wait_for(1);
	assert_int_equal(a.result, STORE_FULL);
	limit_files(RLIM_INFINITY);
	write_task(&b, 'b', 4 * 1024 * 1024);
	wait_for(2);
	assert_int_equal(b.result, STORE_OK);
	close_store();
	open_store();
	assert_int_equal(count(), 1);
}

static void many_jobs_on_a_full_disk_all_fail_and_are_told(void **state UNUSED)
{
	struct task t[10];

	open_store();
	limit_files(256 * 1024);
	for (size_t i = 0; i < 10; i++)
		write_task(&t[i], (char)('a' + i), 1024 * 1024);
	wait_for(10);
	limit_files(RLIM_INFINITY);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(t[i].result, STORE_FULL);
	assert_int_equal(count(), 0);
	assert_false(store_is_broken(store));
}

static void not_an_octet_of_room_is_a_full_disk_too(void **state UNUSED)
{
	struct task a, b;

	open_store();
	limit_files(0);
	write_task(&a, 'a', 10);
	wait_for(1);
	assert_int_equal(a.result, STORE_FULL);
	assert_false(store_is_broken(store));
	limit_files(RLIM_INFINITY);
	write_task(&b, 'b', 10);
	wait_for(2);
	assert_int_equal(b.result, STORE_OK);
}

static int run_delete(struct store_db *on, void *arg)
{
	struct task *t = arg;
	struct query q;

	query_init(&q, on, "DELETE FROM meta WHERE name = 'a'");
	t->runs++;
	return query_run(&q);
}

/* As the verdict on a large mail after a start, when the log is empty. */
static void what_is_deleted_goes_without_room_for_its_zeros(void **state UNUSED)
{
	struct task a, d = { .letter = 'd', .job = { .run = run_delete, .done = done_task } };

	d.job.arg = &d;
	open_store();
	write_task(&a, 'a', 6 * 1024 * 1024);
	wait_for(1);
	assert_int_equal(a.result, STORE_OK);
	close_store();
	open_store();
	limit_files(4 * 1024 * 1024);
	store_write(store, &d.job);
	wait_for(2);
	limit_files(RLIM_INFINITY);
	assert_int_equal(d.result, STORE_OK);
	assert_int_equal(count(), 0);
	assert_false(store_is_broken(store));
}

static char told[32];

static void tell(void *arg UNUSED)
{
	memcpy(told, order, sizeof(told));
	loop_stop(loop);
}

static void after_a_failed_sync_nothing_is_acknowledged(void **state UNUSED)
{
	struct task a, b, c;
	int before;

	open_store();
	write_task(&a, 'a', 10);
	wait_for(1);
	assert_int_equal(a.result, STORE_OK);
	store_on_broken(store, tell, NULL);
	syncs_fail = true;
	write_task(&b, 'b', 10);
	assert_int_equal(loop_run(loop), 0); /* until tell() */
	assert_int_equal(b.result, STORE_FAILED);
	assert_true(store_is_broken(store));
	assert_string_equal(told, "ab");

	/* the disk seems well again: that is not believed */
	syncs_fail = false;
	before = n_syncs;
	write_task(&c, 'c', 10);
	wait_for(3);
	assert_int_equal(c.result, STORE_FAILED);
	assert_int_equal(c.runs, 0);
	close_store();
	assert_int_equal(n_syncs, before);
}

static void after_a_failed_sync_the_next_start_has_what_was_acknowledged(void **state UNUSED)
{
	struct task a, b;

	open_store();
	write_task(&a, 'a', 10);
	wait_for(1);
	syncs_fail = true;
	write_task(&b, 'b', 10);
	wait_for(2);
	assert_int_equal(b.result, STORE_FAILED);
	close_store();
	syncs_fail = false;
	open_store();
	assert_true(count() >= 1);
	assert_false(store_is_broken(store));
}

static void a_sync_during_which_the_disk_went_away_is_not_believed(void **state UNUSED)
{
	struct task a, b;

	open_store();
	write_task(&a, 'a', 10);
	wait_for(1);
	assert_int_equal(a.result, STORE_OK);
	next_sync_lies = true;
	write_task(&b, 'b', 10);
	wait_for(2);
	assert_true(reads_fail);
	assert_int_equal(b.result, STORE_FAILED);
	assert_true(store_is_broken(store));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_disk, teardown)
		T(what_does_not_fit_on_the_disk_takes_nothing_else_with_it),
		T(the_store_goes_on_when_there_is_room_again),
		T(many_jobs_on_a_full_disk_all_fail_and_are_told),
		T(not_an_octet_of_room_is_a_full_disk_too),
		T(what_is_deleted_goes_without_room_for_its_zeros),
		T(after_a_failed_sync_nothing_is_acknowledged),
		T(after_a_failed_sync_the_next_start_has_what_was_acknowledged),
		T(a_sync_during_which_the_disk_went_away_is_not_believed),
#undef T
	};

	return cmocka_run_group_tests_name("store/failure", tests, register_shim, NULL);
}
