/* spool.c - long files in pieces; see spool.h. */
#include "sys/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

enum {
	MODE = 0600,
	RANDOM_OCTETS = 4,
};

/* Where the file system has no files without a name, its name goes at once. */
int spool_open(const char *folder, int *ret_fd, struct fault *f)
{
	char path[SPOOL_PATH_SIZE];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, MODE);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		snprintf(path, sizeof(path), "%s/.spool", folder);
		unlink(path); /* of a process that ended in between */
		fd = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, MODE);
		if (fd >= 0)
			unlink(path);
	}
	if (fd < 0) {
		fault_set_errno(f, errno, "a file in %.200s", folder);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

int spool_add(int fd, struct slice octets, struct fault *f)
{
	while (octets.len > 0) {
		ssize_t n = write(fd, octets.data, octets.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fault_set_errno(f, errno, "cannot write");
			return -1;
		}
		octets = slice_sub(octets, (size_t)n, octets.len);
	}
	return 0;
}

/* offset negative: from the descriptor's place */
static int read_full(int fd, int64_t offset, char *octets, size_t len, size_t *ret_len,
	struct fault *f)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = offset < 0 ? read(fd, octets + done, len - done) :
			pread(fd, octets + done, len - done, offset + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fault_set_errno(f, errno, "cannot read");
			return -1;
		}
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret_len = done;
	return 0;
}

int spool_read(int fd, uint64_t offset, char *ret_octets, size_t len, size_t *ret_len,
	struct fault *f)
{
	return read_full(fd, (int64_t)offset, ret_octets, len, ret_len, f);
}

int spool_read_next(int fd, char *ret_octets, size_t len, size_t *ret_len, struct fault *f)
{
	return read_full(fd, -1, ret_octets, len, ret_len, f);
}

/* ---- a file that gets its name when it is whole ---- */

/* A folder, pipe or device of that name would be lost, and so would a link. */
static bool is_free(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* Without a name until it is whole, so that nothing stays when we are killed; else with one. */
static int open_new(struct spool_file *file)
{
	char copy[SPOOL_PATH_SIZE];
	int fd;

	memcpy(copy, file->path, sizeof(copy));
	fd = open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
	file->named = fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR);
	return file->named ? mkostemp(file->temporary, O_CLOEXEC) : fd; /* mode 0600 */
}

int spool_create(const char *path, struct spool_file *ret_file, struct fault *f)
{
	size_t len = strlen(path);

	if (len == 0 || len + sizeof(".XXXXXX") > SPOOL_PATH_SIZE) {
		fault_set(f, "%.200s is no path for a file", path);
		return -1;
	}
	if (!is_free(path)) {
		fault_set(f, "%.200s is there and is no ordinary file", path);
		return -1;
	}
	memcpy(ret_file->path, path, len + 1);
	memcpy(ret_file->temporary, path, len);
	memcpy(ret_file->temporary + len, ".XXXXXX", sizeof(".XXXXXX"));
	ret_file->fd = open_new(ret_file);
	if (ret_file->fd < 0) {
		fault_set_errno(f, errno, "%.200s", path);
		return -1;
	}
	return 0;
}

/* A name of its own first, since a link takes no other's place. */
static int give_name(struct spool_file *file)
{
	char descriptor[64], random[2 * RANDOM_OCTETS + 1];

	if (file->named)
		return 0;
	random_hex(random, RANDOM_OCTETS); /* nobody else's */
	snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", file->fd);
	snprintf(file->temporary, sizeof(file->temporary), "%s.%s", file->path, random);
	if (linkat(AT_FDCWD, descriptor, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) < 0)
		return -1;
	file->named = true;
	return 0;
}

static int sync_folder(const char *path)
{
	char copy[SPOOL_PATH_SIZE];
	int fd, result;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

int spool_finish(struct spool_file *file, struct fault *f)
{
	if (fsync(file->fd) < 0 || give_name(file) < 0 || rename(file->temporary, file->path) < 0) {
		fault_set_errno(f, errno, "%.200s", file->path);
		spool_abandon(file);
		return -1;
	}
	close(file->fd);
	file->fd = -1;
	if (sync_folder(file->path) == 0)
		return 0;
	fault_set_errno(f, errno, "%.200s", file->path);
	return -1;
}

void spool_abandon(struct spool_file *file)
{
	close(file->fd);
	file->fd = -1;
	if (file->named)
		unlink(file->temporary);
}
