/* Workers: order by rank, the limit, batches, draining, no signals in the thread. */
#include "unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "sys/loop.h"
#include "sys/worker.h"

static struct loop *loop;

/* The thread stands at the gate until the test opens it. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int entered;

static char ran[32], done[32];
static size_t n_ran, n_done, stop_after;

struct task {
	struct job job;
	char letter;
};

static void run_task(struct job *job)
{
	entered = 1;
	pthread_mutex_lock(&gate);
	ran[n_ran++] = CONTAINER_OF(job, struct task, job)->letter;
	pthread_mutex_unlock(&gate);
}

static void done_task(struct job *job)
{
	done[n_done++] = CONTAINER_OF(job, struct task, job)->letter;
	if (n_done == stop_after)
		loop_stop(loop);
}

static struct task task(char letter, bool known)
{
	return (struct task){ .letter = letter,
		.job = { .run = run_task, .done = done_task, .known = known } };
}

static int setup(void **state UNUSED)
{
	memset(ran, 0, sizeof(ran));
	memset(done, 0, sizeof(done));
	n_ran = n_done = stop_after = 0;
	entered = 0;
	loop = loop_new();
	return loop == NULL;
}

static int teardown(void **state UNUSED)
{
	loop_free(loop);
	return 0;
}

static void wait_until_entered(void)
{
	while (!entered)
		sched_yield();
}

static void jobs_marked_known_go_first(void **state UNUSED)
{
	struct task a = task('a', false), b = task('b', false), c = task('c', true);
	struct task d = task('d', true);
	struct worker *w = worker_new(loop, 8, "test");

	assert_non_null(w);
	pthread_mutex_lock(&gate);
	assert_int_equal(worker_submit(w, &a.job), 0);
	wait_until_entered();
	assert_int_equal(worker_submit(w, &b.job), 0);
	assert_int_equal(worker_submit(w, &c.job), 0);
	assert_int_equal(worker_submit(w, &d.job), 0);
	assert_int_equal(worker_load(w), 4);
	pthread_mutex_unlock(&gate);
	stop_after = 4;
	assert_int_equal(loop_run(loop), 0);
	assert_string_equal(ran, "acdb");
	assert_string_equal(done, "acdb");
	assert_int_equal(worker_load(w), 0);
	worker_free(w);
}

static void a_full_queue_is_said_and_nothing_is_taken(void **state UNUSED)
{
	struct task a = task('a', false), b = task('b', false), c = task('c', false);
	struct worker *w = worker_new(loop, 1, "test");

	pthread_mutex_lock(&gate);
	assert_int_equal(worker_submit(w, &a.job), 0);
	wait_until_entered();
	assert_int_equal(worker_submit(w, &b.job), 0);
	assert_int_equal(worker_submit(w, &c.job), WORKER_FULL);
	assert_int_equal(worker_load(w), 2);
	pthread_mutex_unlock(&gate);
	worker_free(w);
	assert_string_equal(ran, "ab");
}

static void a_known_job_takes_the_place_of_the_latest_of_the_others(void **state UNUSED)
{
	struct task a = task('a', false), b = task('b', false), c = task('c', false);
	struct task d = task('d', true), e = task('e', true), f = task('f', true);
	struct worker *w = worker_new(loop, 2, "test");

	pthread_mutex_lock(&gate);
	assert_int_equal(worker_submit(w, &a.job), 0);
	wait_until_entered();
	assert_int_equal(worker_submit(w, &b.job), 0);
	assert_int_equal(worker_submit(w, &c.job), 0);
	assert_int_equal(worker_submit(w, &d.job), 0); /* in the place of c */
	assert_int_equal(worker_submit(w, &e.job), 0); /* in the place of b */
	assert_int_equal(worker_submit(w, &f.job), WORKER_FULL);
	pthread_mutex_unlock(&gate);
	stop_after = 5;
	assert_int_equal(loop_run(loop), 0);
	assert_string_equal(ran, "ade");
	assert_true(b.job.displaced && c.job.displaced && !d.job.displaced);
	assert_int_equal(worker_load(w), 0);
	worker_free(w);
}

static void free_runs_what_waits(void **state UNUSED)
{
	struct task tasks[20];
	struct worker *w = worker_new(loop, 20, "test");

	for (size_t i = 0; i < 20; i++) {
		tasks[i] = task((char)('a' + i), false);
		assert_int_equal(worker_submit(w, &tasks[i].job), 0);
	}
	worker_free(w);
	assert_string_equal(done, "abcdefghijklmnopqrst");
}

/* ---- batches ---- */

static size_t batches[8], n_batches;

static void run_batch(void *arg UNUSED, struct job *const *jobs, size_t n)
{
	entered = 1;
	pthread_mutex_lock(&gate);
	batches[n_batches++] = n;
	for (size_t i = 0; i < n; i++)
		ran[n_ran++] = CONTAINER_OF(jobs[i], struct task, job)->letter;
	pthread_mutex_unlock(&gate);
}

static void on_end_of_turn(void *arg UNUSED)
{
	loop_stop(loop);
}

static void run_a_turn(void)
{
	struct timer end;

	timer_init(&end, loop, on_end_of_turn, NULL);
	timer_set(&end, 0);
	assert_int_equal(loop_run(loop), 0);
}

static void what_is_submitted_in_one_turn_is_one_batch(void **state UNUSED)
{
	struct task tasks[6];
	struct worker *w = worker_new_batch(loop, 8, "test", run_batch, NULL);

	assert_non_null(w);
	n_batches = 0;
	for (size_t i = 0; i < 6; i++) {
		tasks[i] = task((char)('a' + i), false);
		assert_int_equal(worker_submit(w, &tasks[i].job), 0);
		sched_yield();
	}
	stop_after = 6;
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(n_batches, 1);
	assert_string_equal(done, "abcdef");
	worker_free(w);
}

static void a_batch_takes_all_that_waits(void **state UNUSED)
{
	struct task tasks[6];
	struct worker *w = worker_new_batch(loop, 8, "test", run_batch, NULL);

	assert_non_null(w);
	n_batches = 0;
	pthread_mutex_lock(&gate);
	for (size_t i = 0; i < 6; i++)
		tasks[i] = task((char)('a' + i), i == 4);
	assert_int_equal(worker_submit(w, &tasks[0].job), 0);
	run_a_turn();
	wait_until_entered();
	for (size_t i = 1; i < 6; i++)
		assert_int_equal(worker_submit(w, &tasks[i].job), 0);
	pthread_mutex_unlock(&gate);
	stop_after = 6;
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(n_batches, 2);
	assert_int_equal(batches[0], 1);
	assert_int_equal(batches[1], 5);
	assert_string_equal(ran, "aebcdf");
	assert_string_equal(done, "aebcdf");
	worker_free(w);
}

/* ---- signals ---- */

static sigset_t mask_in_thread;

static void read_mask(struct job *job UNUSED)
{
	pthread_sigmask(SIG_BLOCK, NULL, &mask_in_thread);
}

static void no_signal_reaches_the_thread(void **state UNUSED)
{
	struct task t = task('s', false);
	sigset_t here;
	struct worker *w = worker_new(loop, 1, "test");

	t.job.run = read_mask;
	assert_int_equal(worker_submit(w, &t.job), 0);
	worker_free(w);
	assert_int_equal(sigismember(&mask_in_thread, SIGTERM), 1);
	assert_int_equal(sigismember(&mask_in_thread, SIGHUP), 1);
	pthread_sigmask(SIG_BLOCK, NULL, &here);
	assert_int_equal(sigismember(&here, SIGTERM), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_marked_known_go_first),
		TEST(a_full_queue_is_said_and_nothing_is_taken),
		TEST(a_known_job_takes_the_place_of_the_latest_of_the_others),
		TEST(free_runs_what_waits),
		TEST(what_is_submitted_in_one_turn_is_one_batch),
		TEST(a_batch_takes_all_that_waits),
		TEST(no_signal_reaches_the_thread),
	};

	return cmocka_run_group_tests_name("sys/worker", tests, NULL, NULL);
}
