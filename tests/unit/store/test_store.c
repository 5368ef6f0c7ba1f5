/* The store: one commit for all that waits, a failing job taken back alone, what is on the disk. */
#include "unit/store/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/schema.h"

/* ---- jobs that write a key into meta ---- */

static char order[64];
static size_t n_done, stop_after;

struct task {
	struct store_job job;
	char letter;
	int answer; /* what run returns, after it has written */
	int result;
	int runs;
};

static int insert(struct store_db *on, const char *name)
{
	struct query q;

	query_init(&q, on, "INSERT INTO meta (name, value) VALUES (?, x'00')");
	query_text(&q, name);
	return query_run(&q);
}

static int run_task(struct store_db *on, void *arg)
{
	struct task *t = arg;
	char name[2] = { t->letter, '\0' };
	int result = insert(on, name);

	t->runs++;
	return result != STORE_OK ? result : t->answer;
}

static void done_task(void *arg, int result)
{
	struct task *t = arg;

	t->result = result;
	order[n_done++] = t->letter;
	if (n_done == stop_after)
		loop_stop(loop);
}

static void write_task(struct task *t, char letter, int answer)
{
	*t = (struct task){ .letter = letter, .answer = answer, .result = 99,
		.job = { .run = run_task, .done = done_task, .arg = t } };
	store_write(store, &t->job);
}

static void wait_for(size_t n)
{
	stop_after = n;
	if (n_done < n)
		assert_int_equal(loop_run(loop), 0);
}

static int setup_jobs(void **state)
{
	memset(order, 0, sizeof(order));
	n_done = stop_after = 0;
	return setup(state);
}

/* The letters in meta, as the reader sees them. */
static const char *letters(void)
{
	struct query q;
	const char *text;

	query_init(&q, store_reader(store), "SELECT coalesce(group_concat(name, ''), '') FROM"
					    " (SELECT name FROM meta WHERE length(name) = 1 ORDER BY name)");
	assert_int_equal(query_first(&q), STORE_OK);
	text = column_text(&q, 0, arena);
	assert_int_equal(query_end(&q), STORE_OK);
	return text;
}

static int64_t count_of(const char *sql)
{
	struct query q;
	int64_t n = -1;

	query_init(&q, store_reader(store), sql);
	assert_int_equal(query_value(&q, &n), STORE_OK);
	return n;
}

/* ---- the gate: the commit thread stands at it until the test opens it ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool entered;

static int run_at_gate(struct store_db *on UNUSED, void *arg UNUSED)
{
	entered = true;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return STORE_OK;
}

static void on_end_of_turn(void *arg UNUSED)
{
	loop_stop(loop);
}

/* The thread is called at the end of the turn. */
static void run_a_turn(void)
{
	struct timer end;

	timer_init(&end, loop, on_end_of_turn, NULL);
	timer_set(&end, 0);
	assert_int_equal(loop_run(loop), 0);
}

static void close_gate(struct task *t)
{
	entered = false;
	pthread_mutex_lock(&gate);
	*t = (struct task){ .letter = 'g', .job = { .run = run_at_gate, .done = done_task,
		.arg = t } };
	store_write(store, &t->job);
	run_a_turn();
	while (!entered)
		sched_yield();
}

static void open_gate(void)
{
	pthread_mutex_unlock(&gate);
}

/* What a connection of its own sees while the transaction is open. */
static int count_committed(struct store_db *on UNUSED, void *arg)
{
	struct task *t = arg;
	struct store_db other;
	struct query q;
	int64_t n = -1;

	if (db_open(&other, path_of("tocsin.db"), DB_READ, NULL) != 0)
		return STORE_FAILED;
	query_init(&q, &other, "SELECT count(*) FROM meta WHERE length(name) = 1");
	t->runs = query_value(&q, &n) == STORE_OK ? (int)n : -1;
	db_release(&other);
	return STORE_OK;
}

/* ---- tests ---- */

static void a_new_store_has_the_newest_schema_and_private_files(void **state UNUSED)
{
	struct stat st;

	open_store();
	assert_int_equal(count_of("PRAGMA user_version"), schema_version);
	assert_int_equal(count_of("PRAGMA application_id"), 0x546f6373);
	assert_int_equal(stat(path_of("tocsin.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of("tocsin.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of("store.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 32);
}

static int read_pragmas(struct store_db *on, void *arg)
{
	int64_t *values = arg;
	static const char *const pragmas[] = { "PRAGMA synchronous", "PRAGMA foreign_keys",
		"PRAGMA secure_delete", "PRAGMA temp_store", "PRAGMA busy_timeout" };

	for (size_t i = 0; i < COUNT_OF(pragmas); i++) {
		struct query q;

		query_init(&q, on, pragmas[i]);
		if (query_value(&q, &values[i]) != STORE_OK)
			return STORE_FAILED;
	}
	return STORE_OK;
}

static void the_writer_is_durable_and_strict(void **state UNUSED)
{
	int64_t values[5];

	open_store();
	assert_int_equal(write_and_wait(read_pragmas, values), STORE_OK);
	assert_int_equal(values[0], 2); /* synchronous = full */
	assert_int_equal(values[1], 1);
	assert_int_equal(values[2], 1);
	assert_int_equal(values[3], 2); /* memory */
	assert_int_equal(values[4], 5000);
}

static void jobs_that_wait_share_one_commit(void **state UNUSED)
{
	struct task g, t[20];
	struct task last = { .letter = 'z', .job = { .run = count_committed, .done = done_task,
		.arg = &last } };

	open_store();
	close_gate(&g);
	for (size_t i = 0; i < 20; i++)
		write_task(&t[i], (char)('a' + i), STORE_OK);
	store_write(store, &last.job);
	assert_int_equal(store_load(store), 22);
	open_gate();
	wait_for(22);
	assert_int_equal(last.runs, 0);
	assert_string_equal(order, "gabcdefghijklmnopqrstz");
	assert_string_equal(letters(), "abcdefghijklmnopqrst");
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(t[i].result, STORE_OK);
	assert_int_equal(store_load(store), 0);
}

static void a_failing_job_is_taken_back_alone(void **state UNUSED)
{
	struct task g, a, b, c, d;

	open_store();
	close_gate(&g);
	write_task(&a, 'a', STORE_OK);
	write_task(&b, 'b', STORE_CONFLICT);
	write_task(&c, 'c', STORE_OK);
	write_task(&d, 'c', STORE_OK); /* the same name again */
	open_gate();
	wait_for(5);
	assert_int_equal(a.result, STORE_OK);
	assert_int_equal(b.result, STORE_CONFLICT);
	assert_int_equal(c.result, STORE_OK);
	assert_int_equal(d.result, STORE_EXISTS);
	assert_string_equal(letters(), "ac");
	assert_false(store_is_broken(store));
}

static void nothing_is_seen_before_it_is_committed(void **state UNUSED)
{
	struct task g, a;

	open_store();
	close_gate(&g);
	write_task(&a, 'a', STORE_OK);
	assert_string_equal(letters(), "");
	open_gate();
	wait_for(2);
	assert_string_equal(letters(), "a");
}

static void what_was_done_is_there_after_opening_again(void **state UNUSED)
{
	struct task a;

	open_store();
	write_task(&a, 'a', STORE_OK);
	wait_for(1);
	close_store();
	open_store();
	assert_string_equal(letters(), "a");
}

static void closing_runs_what_waits_and_says_so(void **state UNUSED)
{
	struct task t[30];

	open_store();
	for (size_t i = 0; i < 26; i++)
		write_task(&t[i], (char)('a' + i), STORE_OK);
	close_store();
	assert_int_equal(n_done, 26);
	assert_int_equal(t[25].result, STORE_OK);
	open_store();
	assert_string_equal(letters(), "abcdefghijklmnopqrstuvwxyz");
}

static void the_reader_cannot_write(void **state UNUSED)
{
	open_store();
	assert_int_equal(insert(store_reader(store), "x"), STORE_FAILED);
}

/* ---- files that are refused, and stay as they are ---- */

static void is_refused_untouched(const char *words)
{
	struct buffer before = read_whole("tocsin.db"), after;
	const char *fault = refused();

	if (strstr(fault, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault, words);
	after = read_whole("tocsin.db");
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	buffer_release(&before);
	buffer_release(&after);
}

static void make_store_with_rows(void)
{
	struct task t[26];

	open_store();
	n_done = 0;
	for (size_t i = 0; i < 26; i++)
		write_task(&t[i], (char)('a' + i), STORE_OK);
	close_store();
}

static void a_file_that_is_no_database_is_refused(void **state UNUSED)
{
	char text[8192];

	make_store_with_rows();
	memset(text, 'x', sizeof(text));
	write_whole("tocsin.db", text, sizeof(text));
	is_refused_untouched("tocsin.db is damaged");
}

static void a_file_with_a_spoilt_page_is_refused(void **state UNUSED)
{
	struct buffer content;

	make_store_with_rows();
	content = read_whole("tocsin.db");
	/* the second page: the root of the first table */
	memset(content.data + 4096, 0x5a, 200);
	write_whole("tocsin.db", content.data, content.len);
	buffer_release(&content);
	is_refused_untouched("tocsin.db is damaged");
}

static void a_file_cut_short_is_refused(void **state UNUSED)
{
	struct buffer content;

	make_store_with_rows();
	content = read_whole("tocsin.db");
	write_whole("tocsin.db", content.data, content.len / 2 / 4096 * 4096);
	buffer_release(&content);
	is_refused_untouched("tocsin.db is damaged");
}

static void set_version(const char *sql)
{
	struct store_db other;
	struct fault f;

	assert_int_equal(db_open(&other, path_of("tocsin.db"), DB_WRITE, &f), 0);
	assert_int_equal(db_exec(&other, sql), STORE_OK);
	db_release(&other);
}

static void a_newer_schema_is_refused(void **state UNUSED)
{
	make_store_with_rows();
	set_version("PRAGMA user_version = 9999");
	is_refused_untouched("newer version of Tocsin (schema 9999");
}

static void another_programs_database_is_refused(void **state UNUSED)
{
	set_version("CREATE TABLE theirs (x); PRAGMA user_version = 1");
	is_refused_untouched("another program");
}

static void a_folder_that_is_not_there_is_named(void **state UNUSED)
{
	struct fault f = { "" };

	assert_true(store_open("/tmp/tocsin-is-not-here", loop, &store, &f) < 0);
	assert_non_null(strstr(f.text, "/tmp/tocsin-is-not-here"));
}

static void an_empty_file_is_a_new_store(void **state UNUSED)
{
	write_whole("tocsin.db", "", 0);
	open_store();
	assert_int_equal(count_of("PRAGMA user_version"), schema_version);
}

static void a_file_that_was_emptied_is_refused(void **state UNUSED)
{
	open_store();
	close_store();
	write_whole("tocsin.db", "", 0);
	is_refused_untouched("is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_jobs, teardown)
		T(a_new_store_has_the_newest_schema_and_private_files),
		T(the_writer_is_durable_and_strict),
		T(jobs_that_wait_share_one_commit),
		T(a_failing_job_is_taken_back_alone),
		T(nothing_is_seen_before_it_is_committed),
		T(what_was_done_is_there_after_opening_again),
		T(closing_runs_what_waits_and_says_so),
		T(the_reader_cannot_write),
		T(a_file_that_is_no_database_is_refused),
		T(a_file_with_a_spoilt_page_is_refused),
		T(a_file_cut_short_is_refused),
		T(a_newer_schema_is_refused),
		T(another_programs_database_is_refused),
		T(a_folder_that_is_not_there_is_named),
		T(an_empty_file_is_a_new_store),
		T(a_file_that_was_emptied_is_refused),
#undef T
	};

	return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
