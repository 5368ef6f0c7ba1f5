/* The drop folder: what is mail goes into the queue once, what is not goes aside, nothing loops. */
#include "unit/submit/keeper.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "unit/sys/scratch.h"

static const char *path;
static int folder;
static struct fault fault;

static int set_up(void **state)
{
	log_set_level(LOG_LEVEL_ALERT);
	setup(state);
	path = scratch_make();
	folder = open(path, O_RDONLY | O_DIRECTORY);
	submit_release(&submit);
	tool_goes(&tool);
	buffer_init(&tool.body, 100);
	return folder < 0;
}

static int tear_down(void **state)
{
	teardown(state);
	close(folder);
	scratch_remove();
	return 0;
}

/* The doors open anew; the keeper is there. */
static void start(void)
{
	start_submit(folder, path);
	keeper_comes();
}

static bool count(void *arg, const char *name UNUSED)
{
	++*(unsigned *)arg;
	return true;
}

static unsigned n_in(const char *name)
{
	unsigned n = 0;
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return 0;
	assert_int_equal(folder_each(fd, count, &n, &fault), 0);
	close(fd);
	return n;
}

/* Besides bad/ itself. */
static unsigned n_files(void)
{
	return n_in(".") - 1;
}

static const char *drop_bytes(const void *data, size_t len)
{
	static char name[SUBMIT_DROP_NAME + 1];

	random_hex(name, SUBMIT_DROP_NAME / 2);
	assert_int_equal(file_drop(path, name, slice_make(data, len), 0640, &fault), 0);
	return name;
}

static const char *drop(const char *recipient, const char *message)
{
	struct post post = some_post(recipient);
	struct buffer file;
	const char *name;

	buffer_init(&file, POST_DROP_MAX);
	post_drop_pack(&file, &post, slice_of(message));
	name = drop_bytes(file.data, file.len);
	buffer_release(&file);
	return name;
}

static bool folder_is_empty(void)
{
	return n_files() == 0;
}

static bool one_is_bad(void)
{
	return n_in("bad") == 1;
}

/* ---- mail ---- */

static void what_lies_there_at_start_goes_into_the_queue(void **state UNUSED)
{
	drop("b@example.com", "Subject: left\n\nx\n");
	start();
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, 1);
	assert_string_equal(keeper.envelope.subject, "left");
	assert_int_equal(keeper.who.kind, WHO_LOCAL);
	assert_int_equal(keeper.who.uid, getuid());
	assert_string_equal(keeper.who.from, "drop folder");
	assert_int_equal(n_in("bad"), 0);
}

static void what_comes_later_is_seen_at_once(void **state UNUSED)
{
	start();
	run_for(20);
	drop("b@example.com", "Subject: later\n\nx\n");
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, 1);
}

static void many_are_taken_in_batches(void **state UNUSED)
{
	enum { MANY = 3 * SUBMIT_DROP_BATCH + 5 };

	for (unsigned i = 0; i < MANY; i++)
		drop("b@example.com", "\nx\n");
	start();
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, MANY);
}

static void who_submitted_is_the_files_owner(void **state UNUSED)
{
	uid_t other = geteuid() == 0 ? 54321 : geteuid();
	const char *name = drop("b@example.com", "\nx\n");

	assert_int_equal(fchownat(folder, name, other, (gid_t)-1, 0), 0);
	start();
	run_until(folder_is_empty);
	assert_int_equal(keeper.who.uid, other);
	assert_true(slice_starts(slice_of(keeper.envelope.submission),
		arena_printf(arena, "%u-", (unsigned)other)));
}

/* ---- not now ---- */

static void without_a_keeper_nothing_is_touched(void **state UNUSED)
{
	drop("b@example.com", "\nx\n");
	keeper_goes();
	run_for(5);
	start_submit(folder, path);
	run_for(30);
	drop("b@example.com", "\nx\n");
	run_for(30);
	assert_int_equal(n_files(), 2);
	keeper_comes();
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, 2);
}

static void what_the_queue_cannot_take_now_stays(void **state UNUSED)
{
	drop("b@example.com", "\nx\n");
	drop("b@example.com", "\nx\n");
	keeper.way = KEEPER_REFUSES;
	keeper.refusal_code = EX_TEMPFAIL;
	start();
	run_until(keeper_has_message);
	run_for(50);
	assert_int_equal(n_files(), 2);
	assert_int_equal(n_in("bad"), 0);
	assert_int_equal(keeper.n_submits, 1); /* one was enough to see it */
	keeper.way = KEEPER_TAKES;
	keeper_comes();
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, 2);
}

static bool five_are_left(void)
{
	return n_files() == 5 && keeper.ended;
}

/* Whatever their order: each that is refused is larger than those that are asked after it. */
static void what_is_smaller_than_what_the_queue_cannot_take_is_taken(void **state UNUSED)
{
	enum { LARGE = 5, SMALL = 2 * SUBMIT_DROP_BATCH };
	char *text = arena_alloc(arena, 20001);

	memset(text, 'x', 20000);
	text[20000] = '\0';
	text[0] = '\n';
	for (unsigned i = 0; i < LARGE; i++)
		drop("b@example.com", text + 100 * i);
	for (unsigned i = 0; i < SMALL; i++)
		drop("b@example.com", "\nx\n");
	keeper.way = KEEPER_TAKES_SMALL;
	keeper.refused_size = 10000;
	keeper.refusal_code = EX_TEMPFAIL;
	start();
	run_until(five_are_left);
	run_for(50);
	assert_int_equal(keeper.n_posted, SMALL);
	assert_int_equal(n_files(), LARGE);
	assert_in_range(keeper.n_submits, SMALL + 1, SMALL + 2 * LARGE);
	assert_true(keeper.envelope.moved);
	keeper.way = KEEPER_TAKES; /* it has room again: nobody has to come or go for that */
	run_until(folder_is_empty);
	assert_int_equal(keeper.n_posted, SMALL + LARGE);
}

static void after_stop_no_file_is_begun(void **state UNUSED)
{
	start();
	run_for(10);
	submit_stop(&submit);
	drop("b@example.com", "\nx\n");
	run_for(50);
	assert_int_equal(n_files(), 1);
	assert_int_equal(keeper.n_submits, 0);
}

/* ---- what is no mail ---- */

static void expect_bad(void)
{
	start();
	run_until(one_is_bad);
	run_for(30);
	assert_int_equal(n_files(), 0);
	assert_int_equal(n_in("bad"), 1);
	assert_int_equal(keeper.n_submits, 0);
}

static void a_message_nobody_gets_goes_aside(void **state UNUSED)
{
	drop("", "\nx\n");
	expect_bad();
}

static void a_message_the_queue_never_takes_goes_aside(void **state UNUSED)
{
	drop("b@example.com", "\nx\n");
	drop("b@example.com", "\nx\n");
	keeper.way = KEEPER_REFUSES;
	keeper.refusal_code = EX_DATAERR;
	start();
	run_until(folder_is_empty);
	assert_int_equal(n_in("bad"), 2);
	assert_int_equal(keeper.n_submits, 2);
}

static void a_file_of_other_bytes_goes_aside(void **state UNUSED)
{
	drop_bytes("From: me\n\nhello\n", 16);
	expect_bad();
}

static void an_empty_file_goes_aside(void **state UNUSED)
{
	drop_bytes("", 0);
	expect_bad();
}

static void a_file_that_was_cut_goes_aside(void **state UNUSED)
{
	const char *name = drop("b@example.com", "Subject: x\n\nthe whole of it\n");
	struct stat st;

	assert_int_equal(fstatat(folder, name, &st, 0), 0);
	assert_int_equal(truncate(scratch_path(name), st.st_size - 1), 0);
	expect_bad();
}

static void a_huge_file_goes_aside_unread(void **state UNUSED)
{
	const char *name = drop("b@example.com", "\nx\n");

	assert_int_equal(truncate(scratch_path(name), 1024 * 1024 * 1024), 0);
	expect_bad();
}

static void a_link_goes_aside_and_is_not_followed(void **state UNUSED)
{
	assert_int_equal(symlinkat("/etc/passwd", folder, "00112233445566778899aabbccddeeff"), 0);
	expect_bad();
}

static void a_file_with_two_names_goes_aside(void **state UNUSED)
{
	const char *name = drop("b@example.com", "\nx\n");

	assert_int_equal(linkat(folder, name, folder, "00112233445566778899aabbccddeeff", 0), 0);
	start();
	run_until(folder_is_empty);
	run_for(30);
	assert_int_equal(n_in("bad"), 2);
	assert_int_equal(keeper.n_submits, 0);
}

static void a_fifo_goes_aside_and_holds_nobody(void **state UNUSED)
{
	assert_int_equal(mkfifoat(folder, "00112233445566778899aabbccddeeff", 0640), 0);
	expect_bad();
}

static void a_folder_goes_aside(void **state UNUSED)
{
	assert_int_equal(mkdirat(folder, "00112233445566778899aabbccddeeff", 0700), 0);
	expect_bad();
}

static void foreign_names_go_aside(void **state UNUSED)
{
	assert_int_equal(file_write(folder, "strange\nname", SLICE("x"), 0600, &fault), 0);
	expect_bad();
}

static void what_comes_after_bad_ones_is_taken(void **state UNUSED)
{
	for (unsigned i = 0; i < 2 * SUBMIT_DROP_BATCH; i++)
		drop_bytes("x", 1);
	drop("b@example.com", "\nx\n");
	start();
	run_until(folder_is_empty);
	assert_int_equal(n_in("bad"), 2 * SUBMIT_DROP_BATCH);
	assert_int_equal(keeper.n_posted, 1);
}

/* ---- being written ---- */

static void a_file_being_written_is_left_alone(void **state UNUSED)
{
	struct timespec old[2] = { { .tv_sec = clock_wall() - 2 * SUBMIT_DROP_UNFINISHED } };

	old[1] = old[0];
	assert_int_equal(file_write(folder, ".new-0123456789abcdef", SLICE("x"), 0600, &fault), 0);
	assert_int_equal(file_write(folder, ".new-fedcba9876543210", SLICE("x"), 0600, &fault), 0);
	assert_int_equal(utimensat(folder, ".new-fedcba9876543210", old, 0), 0);
	start();
	run_for(50);
	assert_int_equal(n_files(), 1);
	assert_int_equal(faccessat(folder, ".new-0123456789abcdef", F_OK, 0), 0);
	assert_int_equal(n_in("bad"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_lies_there_at_start_goes_into_the_queue),
		TEST(what_comes_later_is_seen_at_once),
		TEST(many_are_taken_in_batches),
		TEST(who_submitted_is_the_files_owner),
		TEST(without_a_keeper_nothing_is_touched),
		TEST(what_the_queue_cannot_take_now_stays),
		TEST(what_is_smaller_than_what_the_queue_cannot_take_is_taken),
		TEST(after_stop_no_file_is_begun),
		TEST(a_message_nobody_gets_goes_aside),
		TEST(a_message_the_queue_never_takes_goes_aside),
		TEST(a_file_of_other_bytes_goes_aside),
		TEST(an_empty_file_goes_aside),
		TEST(a_file_that_was_cut_goes_aside),
		TEST(a_huge_file_goes_aside_unread),
		TEST(a_link_goes_aside_and_is_not_followed),
		TEST(a_file_with_two_names_goes_aside),
		TEST(a_fifo_goes_aside_and_holds_nobody),
		TEST(a_folder_goes_aside),
		TEST(foreign_names_go_aside),
		TEST(what_comes_after_bad_ones_is_taken),
		TEST(a_file_being_written_is_left_alone),
	};

	return cmocka_run_group_tests_name("submit/drop", tests, NULL, NULL);
}
