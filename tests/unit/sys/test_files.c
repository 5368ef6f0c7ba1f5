/* Small files and folders: whole or not at all, limits, modes, strange things in the way. */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/disk.h"
#include "sys/files.h"
#include "unit/sys/scratch.h"

static int folder;
static struct buffer out;
static struct fault fault;

static int setup(void **state UNUSED)
{
	folder = open(scratch_make(), O_RDONLY | O_DIRECTORY);
	buffer_init(&out, 1000);
	fault = (struct fault){ "" };
	umask(077);
	return folder < 0;
}

static int teardown(void **state UNUSED)
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

static void what_is_written_is_read(void **state UNUSED)
{
	struct stat st;

	assert_int_equal(file_write(folder, "a", SLICE("old"), 0640, &fault), 0);
	assert_int_equal(file_write(folder, "a", SLICE("new\0er"), 0640, &fault), 0);
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_int_equal(out.len, 6);
	assert_memory_equal(out.data, "new\0er", 6);
	assert_int_equal(fstatat(folder, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640); /* whatever the umask */
	assert_int_equal(n_files(), 1);
}

static void paths_with_folders_work_too(void **state UNUSED)
{
	assert_int_equal(folder_make(folder, "x/y", 0750, &fault), 0);
	assert_int_equal(file_write(folder, "x/y/a", SLICE("1"), 0600, &fault), 0);
	assert_int_equal(file_write(FILES_HERE, scratch_path("x/b"), SLICE("2"), 0600, &fault), 0);
	assert_int_equal(file_read(folder, "x/y/a", &out, &fault), 0);
	assert_int_equal(file_read(folder, "x/b", &out, &fault), 0);
	assert_slice(buffer_slice(&out), "12");
}

static void a_file_is_not_read_beyond_the_limit(void **state UNUSED)
{
	char data[1001];

	memset(data, 'x', sizeof(data));
	assert_int_equal(file_write(folder, "a", slice_make(data, 1000), 0600, &fault), 0);
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_int_equal(out.len, 1000);
	buffer_clear(&out);
	assert_int_equal(file_write(folder, "a", slice_make(data, 1001), 0600, &fault), 0);
	assert_int_equal(file_read(folder, "a", &out, &fault), FILE_TOO_LARGE);
	assert_string_equal(fault.text, "a is larger than 1000 bytes");
	assert_int_equal(out.len, 0);
}

static void what_is_not_there_is_said(void **state UNUSED)
{
	assert_int_equal(file_read(folder, "none", &out, &fault), FILE_ABSENT);
	assert_string_equal(fault.text, "none: No such file or directory");
	assert_int_equal(file_remove(folder, "none", &fault), FILE_ABSENT);
	assert_int_equal(file_write(folder, "none/a", SLICE("x"), 0600, &fault), -1);
	assert_int_equal(folder_make(folder, "d", 0700, &fault), 0);
	assert_int_equal(file_read(folder, "d", &out, &fault), -1);
	assert_string_equal(fault.text, "d is not a regular file");
}

static void a_fifo_does_not_hold_the_reader(void **state UNUSED)
{
	assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
	assert_int_equal(file_read(folder, "fifo", &out, &fault), -1);
}

static void a_new_file_replaces_nothing(void **state UNUSED)
{
	assert_int_equal(file_write_new(folder, "a", SLICE("first"), 0600, &fault), 0);
	assert_int_equal(file_write_new(folder, "a", SLICE("second"), 0600, &fault), FILE_EXISTS);
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_slice(buffer_slice(&out), "first");
	assert_int_equal(n_files(), 1);
	assert_int_equal(file_remove(folder, "a", &fault), 0);
	assert_int_equal(n_files(), 0);
}

/* A disk that takes no more: the limit of a file's size does the same to write(2). */
static void a_failed_write_leaves_the_old_file(void **state UNUSED)
{
	struct rlimit before, small;
	char data[5000];

	memset(data, 'x', sizeof(data));
	assert_int_equal(file_write(folder, "a", SLICE("old"), 0600, &fault), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write(folder, "a", slice_make(data, sizeof(data)), 0600, &fault), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_string_equal(fault.text, "a cannot be written: File too large");
	assert_int_equal(file_read(folder, "a", &out, &fault), 0);
	assert_slice(buffer_slice(&out), "old");
	assert_int_equal(n_files(), 1);
}

static void an_unwritable_folder_is_said(void **state UNUSED)
{
	uid_t before = geteuid();

	assert_int_equal(fchmod(folder, 0555), 0);
	if (before == 0) /* root may write anywhere */
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(file_write(folder, "a", SLICE("x"), 0600, &fault), -1);
	assert_int_equal(seteuid(before), 0);
	assert_string_equal(fault.text, "a cannot be written: Permission denied");
	assert_int_equal(fchmod(folder, 0700), 0);
}

/* ---- what others put into a folder ---- */

static void only_a_plain_file_with_one_name_is_taken_from_others(void **state UNUSED)
{
	struct file_owner owner;

	assert_int_equal(file_write(folder, "a", SLICE("mail"), 0640, &fault), 0);
	assert_int_equal(file_read_owned(folder, "a", &out, &owner, &fault), 0);
	assert_slice(buffer_slice(&out), "mail");
	assert_int_equal(owner.uid, geteuid());
	assert_int_equal(owner.mode, 0640);
	assert_int_equal(owner.size, 4);
	assert_int_equal(linkat(folder, "a", folder, "b", 0), 0);
	assert_int_equal(file_read_owned(folder, "a", &out, &owner, &fault), FILE_STRANGE);
	assert_int_equal(symlinkat("a", folder, "c"), 0);
	assert_int_equal(file_read_owned(folder, "c", &out, &owner, &fault), FILE_STRANGE);
	assert_int_equal(mkfifo(scratch_path("d"), 0600), 0);
	assert_int_equal(file_read_owned(folder, "d", &out, &owner, &fault), FILE_STRANGE);
	assert_int_equal(folder_make(folder, "e", 0700, &fault), 0);
	assert_int_equal(file_read_owned(folder, "e", &out, &owner, &fault), FILE_STRANGE);
	assert_int_equal(file_read_owned(folder, "f", &out, &owner, &fault), FILE_ABSENT);
	assert_int_equal(out.len, 4);
}

/* ---- folders ---- */

static void a_folder_is_made_with_those_above_it(void **state UNUSED)
{
	struct stat st;
	int fd;

	assert_int_equal(folder_make(folder, "one/two//three/", 0755, &fault), 0);
	assert_int_equal(folder_make(folder, "one/two", 0700, &fault), 0); /* it is there: kept */
	assert_int_equal(fstatat(folder, "one/two", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(folder_open(folder, "one/two/three", &fd, &fault), 0);
	assert_int_equal(folder_own(fd, (uid_t)-1, (gid_t)-1, 0730, &fault), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0730);
	close(fd);
	assert_int_equal(folder_open(folder, "none", &fd, &fault), FILE_ABSENT);
}

static void a_file_in_the_way_of_a_folder_is_said(void **state UNUSED)
{
	assert_int_equal(file_write(folder, "a", SLICE("x"), 0600, &fault), 0);
	assert_int_equal(folder_make(folder, "a", 0700, &fault), -1);
	assert_int_equal(folder_make(folder, "a/b", 0700, &fault), -1);
	assert_string_equal(fault.text, "the folder a: Not a directory");
	assert_int_equal(folder_make(folder, "", 0700, &fault), -1);
}

static void the_disk_tells_its_room(void **state UNUSED)
{
	uint64_t free_bytes = 0, size = 0;

	assert_int_equal(disk_free(folder, &free_bytes, &size), 0);
	assert_true(size > 0 && free_bytes <= size);
	assert_int_equal(disk_free(-1, &free_bytes, &size), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(paths_with_folders_work_too),
		TEST(a_file_is_not_read_beyond_the_limit),
		TEST(what_is_not_there_is_said),
		TEST(a_fifo_does_not_hold_the_reader),
		TEST(a_new_file_replaces_nothing),
		TEST(a_failed_write_leaves_the_old_file),
		TEST(an_unwritable_folder_is_said),
		TEST(only_a_plain_file_with_one_name_is_taken_from_others),
		TEST(a_folder_is_made_with_those_above_it),
		TEST(a_file_in_the_way_of_a_folder_is_said),
		TEST(the_disk_tells_its_room),
	};

	return cmocka_run_group_tests_name("sys/files", tests, NULL, NULL);
}
