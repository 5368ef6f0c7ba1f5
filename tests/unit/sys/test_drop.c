/* The drop folder's side of files: writing where one may not list, moving strange things away. */
#include "unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/account.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "unit/sys/scratch.h"

static const char *path;
static int folder;
static struct buffer out;
static struct fault fault;

static int set_up(void **state UNUSED)
{
	path = scratch_make();
	folder = open(path, O_RDONLY | O_DIRECTORY);
	buffer_init(&out, 1000);
	return folder < 0;
}

static int tear_down(void **state UNUSED)
{
	buffer_release(&out);
	close(folder);
	scratch_remove();
	return 0;
}

static bool count(void *arg, const char *name UNUSED)
{
	++*(int *)arg;
	return true;
}

static int n_files(void)
{
	int n = 0;

	assert_int_equal(folder_each(folder, count, &n, &fault), 0);
	return n;
}

static void a_dropped_file_has_the_folders_group(void **state UNUSED)
{
	struct stat st, of_folder;

	umask(077);
	assert_int_equal(file_drop(path, "a", SLICE("mail"), 0640, &fault), 0);
	assert_int_equal(fstatat(folder, "a", &st, 0), 0);
	assert_int_equal(fstat(folder, &of_folder), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_gid, of_folder.st_gid);
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_slice(buffer_slice(&out), "mail");
	assert_int_equal(n_files(), 1);
}

static void a_drop_replaces_nothing(void **state UNUSED)
{
	assert_int_equal(file_drop(path, "a", SLICE("first"), 0640, &fault), 0);
	assert_int_equal(file_drop(path, "a", SLICE("second"), 0640, &fault), FILE_EXISTS);
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_slice(buffer_slice(&out), "first");
	assert_int_equal(n_files(), 1);
}

static void a_folder_that_is_not_there_is_said(void **state UNUSED)
{
	assert_int_equal(file_drop("/nonexistent/drop", "a", SLICE(""), 0640, &fault), FILE_ABSENT);
	assert_string_equal(fault.text,
		"/nonexistent/drop cannot be written to: No such file or directory");
}

/* As somebody who is neither root nor, when root runs the tests, the folder's owner. */
static int drop_as_other(const char *name)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		if (geteuid() == 0 && (setgid(54321) < 0 || setuid(54321) < 0))
			_exit(99);
		_exit(file_drop(path, name, SLICE("x"), 0640, &fault));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void who_may_write_need_not_list(void **state UNUSED)
{
	bool root = geteuid() == 0;
	struct stat st;

	/* the owner when it is an ordinary user, else the group */
	assert_int_equal(fchown(folder, (uid_t)-1, root ? 54321 : (gid_t)-1), 0);
	assert_int_equal(fchmod(folder, root ? 0730 : 0300), 0);
	assert_int_equal(drop_as_other("a"), 0);
	assert_int_equal(fchmod(folder, 0700), 0);
	assert_int_equal(fstatat(folder, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	if (root)
		assert_int_equal(st.st_uid, 54321);
	assert_int_equal(n_files(), 1);
}

static void who_may_not_write_is_told(void **state UNUSED)
{
	assert_int_equal(fchmod(folder, 0511), 0);
	assert_int_equal(drop_as_other("a"), FILE_DENIED);
	assert_int_equal(fchmod(folder, 0700), 0);
	assert_int_equal(n_files(), 0);
}

static void whatever_it_is_can_be_moved_away(void **state UNUSED)
{
	struct stat st;

	assert_int_equal(folder_make(folder, "bad", 0700, &fault), 0);
	assert_int_equal(symlinkat("/etc/passwd", folder, "link"), 0);
	assert_int_equal(mkfifoat(folder, "fifo", 0600), 0);
	assert_int_equal(folder_make(folder, "folder", 0700, &fault), 0);
	assert_int_equal(file_move(folder, "link", "bad/link", &fault), 0);
	assert_int_equal(file_move(folder, "fifo", "bad/fifo", &fault), 0);
	assert_int_equal(file_move(folder, "folder", "bad/folder", &fault), 0);
	assert_int_equal(n_files(), 1);
	assert_int_equal(fstatat(folder, "bad/link", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(mkfifoat(folder, "fifo", 0600), 0);
	assert_int_equal(file_move(folder, "fifo", "bad/fifo", &fault), FILE_EXISTS);
	assert_int_equal(file_move(folder, "none", "bad/none", &fault), -1);
	assert_string_equal(fault.text,
		"none cannot be moved to bad/none: No such file or directory");
}

static bool find_root(void *arg, const char *name)
{
	if (strcmp(name, "root") == 0)
		++*(int *)arg;
	return true;
}

static bool stop_at_once(void *arg, const char *name UNUSED)
{
	++*(int *)arg;
	return false;
}

static void the_users_of_the_machine_are_listed(void **state UNUSED)
{
	int n = 0;

	assert_int_equal(account_each(find_root, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(account_each(stop_at_once, &n), 0);
	assert_int_equal(n, 2);
}

static void the_time_zone_is_the_machines(void **state UNUSED)
{
	assert_int_equal(setenv("TZ", "EAST-2EDST,M3.5.0,M10.5.0", 1), 0);
	tzset();
	assert_int_equal(clock_utc_offset(1768478400), 7200); /* 15 January 2026 */
	assert_int_equal(clock_utc_offset(1784116800), 10800); /* 15 July 2026 */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_dropped_file_has_the_folders_group),
		TEST(a_drop_replaces_nothing),
		TEST(a_folder_that_is_not_there_is_said),
		TEST(who_may_write_need_not_list),
		TEST(who_may_not_write_is_told),
		TEST(whatever_it_is_can_be_moved_away),
		TEST(the_users_of_the_machine_are_listed),
		TEST(the_time_zone_is_the_machines),
	};

	return cmocka_run_group_tests_name("sys/drop", tests, NULL, NULL);
}
