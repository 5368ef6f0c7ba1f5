/* Long files: without a name while they grow, and with one when they are whole. */
#include "unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/spool.h"
#include "unit/sys/scratch.h"

static int make(void **state UNUSED)
{
	return scratch_make() != NULL ? 0 : -1;
}

static int drop(void **state UNUSED)
{
	scratch_remove();
	return 0;
}

static bool count_name(void *arg, const char *name UNUSED)
{
	++*(int *)arg;
	return true;
}

static int n_files(void)
{
	char folder[300];
	struct fault f;
	int fd, n = 0;

	snprintf(folder, sizeof(folder), "%s", scratch_path("."));
	assert_int_equal(folder_open(FILES_HERE, folder, &fd, &f), 0);
	assert_int_equal(folder_each(fd, count_name, &n, &f), 0);
	close(fd);
	return n;
}

static void a_spool_has_no_name_and_is_read_anywhere(void **state UNUSED)
{
	struct fault f;
	char octets[10];
	size_t len;
	int fd;

	assert_int_equal(spool_open(scratch_path("."), &fd, &f), 0);
	assert_int_equal(n_files(), 0);
	assert_int_equal(spool_add(fd, SLICE("hello "), &f), 0);
	assert_int_equal(spool_add(fd, SLICE("world"), &f), 0);
	assert_int_equal(spool_read(fd, 6, octets, sizeof(octets), &len, &f), 0);
	assert_slice(slice_make(octets, len), "world");
	assert_int_equal(spool_read(fd, 11, octets, sizeof(octets), &len, &f), 0);
	assert_int_equal(len, 0);
	close(fd);
	assert_int_not_equal(spool_open(scratch_path("nowhere"), &fd, &f), 0);
}

static void a_new_file_takes_its_name_when_it_is_whole(void **state UNUSED)
{
	struct spool_file file;
	struct stat st;
	struct fault f;
	char path[300], octets[10];
	size_t len;
	int fd;

	snprintf(path, sizeof(path), "%s", scratch_path("out"));
	assert_int_equal(file_write(FILES_HERE, path, SLICE("old"), 0644, &f), 0);
	assert_int_equal(spool_create(path, &file, &f), 0);
	assert_int_equal(spool_add(file.fd, SLICE("new"), &f), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644); /* the old one still */
	assert_int_equal(spool_finish(&file, &f), 0);
	assert_int_equal(n_files(), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(spool_read_next(fd, octets, sizeof(octets), &len, &f), 0);
	assert_slice(slice_make(octets, len), "new");
	close(fd);
}

static void an_abandoned_one_is_gone(void **state UNUSED)
{
	struct spool_file file;
	struct fault f;

	assert_int_equal(spool_create(scratch_path("out"), &file, &f), 0);
	assert_int_equal(n_files(), file.named); /* where files without a name are known: none */
	spool_abandon(&file);
	assert_int_equal(n_files(), 0);
	assert_int_not_equal(spool_create(scratch_path("nowhere/out"), &file, &f), 0);
	assert_int_not_equal(spool_create("", &file, &f), 0);
	assert_int_not_equal(spool_create(scratch_path("."), &file, &f), 0);
}

static void a_new_file_takes_no_other_ones_place(void **state UNUSED)
{
	struct spool_file file;
	struct fault f;
	char path[300], other[320];

	snprintf(path, sizeof(path), "%s", scratch_path("out"));
	snprintf(other, sizeof(other), "%s.%d", path, (int)getpid());
	assert_int_equal(file_write(FILES_HERE, other, SLICE("mine"), 0600, &f), 0);
	assert_int_equal(spool_create(path, &file, &f), 0);
	assert_int_equal(spool_finish(&file, &f), 0);
	assert_int_equal(n_files(), 2);
	assert_int_equal(access(other, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_spool_has_no_name_and_is_read_anywhere, make,
			drop),
		cmocka_unit_test_setup_teardown(a_new_file_takes_its_name_when_it_is_whole, make,
			drop),
		cmocka_unit_test_setup_teardown(an_abandoned_one_is_gone, make, drop),
		cmocka_unit_test_setup_teardown(a_new_file_takes_no_other_ones_place, make, drop),
	};

	return cmocka_run_group_tests_name("sys/spool", tests, NULL, NULL);
}
