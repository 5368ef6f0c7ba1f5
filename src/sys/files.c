/* files.c - reading and writing small files; see files.h. */
#include "sys/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

enum {
	PATH_SIZE = 4096,
	READ_CHUNK = 16384,
};

static int failed(struct fault *f, int error, const char *path)
{
	fault_set_errno(f, error, "%.200s", path);
	return error == ENOENT || error == ENOTDIR ? FILE_ABSENT : -1;
}

/* ---- reading ---- */

static int read_all(int fd, const char *path, struct buffer *out, struct fault *f)
{
	for (;;) {
		size_t room = size_min(out->limit - out->len, READ_CHUNK);
		char extra, *to = room > 0 ? buffer_reserve(out, room) : &extra;
		ssize_t n;

		if (to == NULL)
			return failed(f, ENOMEM, path);
		n = read(fd, to, room > 0 ? room : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(f, errno, path);
		if (n == 0)
			return 0;
		if (room == 0) {
			fault_set(f, "%.200s is larger than %zu bytes", path, out->limit);
			return FILE_TOO_LARGE;
		}
		buffer_added(out, (size_t)n);
	}
}

static int read_or_nothing(int fd, const char *path, struct buffer *out, struct fault *f)
{
	size_t before = out->len;
	int r = read_all(fd, path, out, f);

	if (r != 0)
		out->len = before;
	return r;
}

static int read_and_close(int fd, const char *path, struct buffer *out, struct fault *f)
{
	int r = read_or_nothing(fd, path, out, f);

	close(fd);
	return r;
}

int file_read_fd(int fd, struct buffer *out, struct fault *f)
{
	return read_or_nothing(fd, fd == STDIN_FILENO ? "standard input" : "the file", out, f);
}

int file_read(int dir_fd, const char *path, struct buffer *out, struct fault *f)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return failed(f, errno, path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return read_and_close(fd, path, out, f);
	fault_set(f, "%.200s is not a regular file", path);
	close(fd);
	return -1;
}

static struct file_owner owner_of(const struct stat *st)
{
	return (struct file_owner){
		.uid = st->st_uid, .gid = st->st_gid, .mode = st->st_mode & 07777,
		.regular = S_ISREG(st->st_mode), .inode = st->st_ino,
		.changed = st->st_mtime, .size = (uint64_t)st->st_size,
	};
}

int file_read_owned(int dir_fd, const char *name, struct buffer *out,
	struct file_owner *ret_owner, struct fault *f)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	struct stat st;
	int r;

	if (fd < 0 && errno != ELOOP && errno != ENXIO)
		return failed(f, errno, name);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
		fault_set(f, "%.200s is not a regular file with one name", name);
		if (fd >= 0)
			close(fd);
		return FILE_STRANGE;
	}
	r = read_and_close(fd, name, out, f);
	if (r != 0)
		return r;
	*ret_owner = owner_of(&st);
	return 0;
}

int file_look(int dir_fd, const char *name, struct file_owner *ret_owner)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? FILE_ABSENT : -1;
	*ret_owner = owner_of(&st);
	return 0;
}

/* ---- writing ---- */

static int write_all(int fd, struct slice content)
{
	while (content.len > 0) {
		ssize_t n = write(fd, content.data, content.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		content = slice_sub(content, (size_t)n, content.len);
	}
	return 0;
}

/*
 * After a sync: is the disk still there? A sync that is under way when a file system goes down may
 * return 0, although the new blocks it wrote are lost (docs/adr/0013). The file system marks
 * itself as down before that, and then no read succeeds any more. fd is open for reading.
 */
static int confirm(int fd)
{
	char octet;

	return pread(fd, &octet, 1, 0) < 0 ? errno : 0;
}

/* The mode asked for, whatever the umask. */
static int fill(int fd, struct slice content, unsigned mode)
{
	return fchmod(fd, mode) < 0 || write_all(fd, content) < 0 || fsync(fd) < 0 ? errno : 0;
}

/* The errno of what failed, or 0. */
static int fill_and_rename(int folder, int fd, const char *temporary, const char *name,
	struct slice content, unsigned mode, unsigned rename_flags)
{
	int error = fill(fd, content, mode);

	if (error != 0)
		return error;
	if (renameat2(folder, temporary, folder, name, rename_flags) < 0 || fsync(folder) < 0)
		return errno;
	return confirm(fd);
}

static int new_file(int folder, const char *name, unsigned mode)
{
	return openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

/* Nothing of the temporary file stays. close() may be the first to tell of a failure. */
static int replace(int folder, const char *name, struct slice content, unsigned mode,
	unsigned rename_flags)
{
	char temporary[32] = ".new-";
	int fd, error;

	random_hex(temporary + strlen(temporary), 8);
	fd = new_file(folder, temporary, mode);
	if (fd < 0)
		return errno;
	error = fill_and_rename(folder, fd, temporary, name, content, mode, rename_flags);
	if (close(fd) < 0 && error == 0)
		error = errno;
	if (error != 0)
		unlinkat(folder, temporary, 0);
	return error;
}

/* The folder that holds path, and the name in it. */
static int open_parent(int dir_fd, const char *path, int *ret_folder, const char **ret_name,
	struct fault *f)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_SIZE];
	struct slice before = slash == NULL ? SLICE(".") : slash == path ? SLICE("/") :
	    slice_make(path, (size_t)(slash - path));

	if (!slice_copy(before, folder, sizeof(folder)))
		return failed(f, ENAMETOOLONG, path);
	*ret_name = slash == NULL ? path : slash + 1;
	return folder_open(dir_fd, folder, ret_folder, f);
}

static int write_with(int dir_fd, const char *path, struct slice content, unsigned mode,
	unsigned rename_flags, struct fault *f)
{
	const char *name;
	int folder, error;

	if (open_parent(dir_fd, path, &folder, &name, f) != 0)
		return -1;
	error = replace(folder, name, content, mode, rename_flags);
	close(folder);
	if (error == 0)
		return 0;
	fault_set_errno(f, error, "%.200s cannot be written", path);
	return error == EEXIST ? FILE_EXISTS : -1;
}

int file_write(int dir_fd, const char *path, struct slice content, unsigned mode,
	struct fault *f)
{
	return write_with(dir_fd, path, content, mode, 0, f);
}

int file_write_new(int dir_fd, const char *path, struct slice content, unsigned mode,
	struct fault *f)
{
	return write_with(dir_fd, path, content, mode, RENAME_NOREPLACE, f);
}

/* A folder that cannot be opened for reading cannot be synced alone: then the file system is. */
static int sync_folder(int folder, int file)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return syncfs(file) < 0 ? errno : 0;
	if (fsync(fd) < 0)
		error = errno;
	close(fd);
	return error;
}

/* After its new name nothing of it may stay that nobody was told of: it would be sent. */
static int name_and_sync(int folder, int fd, const char *temporary, const char *name)
{
	int error;

	if (renameat2(folder, temporary, folder, name, RENAME_NOREPLACE) < 0)
		return errno;
	error = sync_folder(folder, fd);
	if (error == 0)
		error = confirm(fd);
	if (error != 0)
		unlinkat(folder, name, 0);
	return error;
}

static int fill_and_drop(int folder, int fd, const char *temporary, const char *name,
	struct slice content, unsigned mode)
{
	struct stat st;
	int error;

	/* the group is a courtesy: who may not give it away keeps his own */
	if (fstat(folder, &st) < 0 || (fchown(fd, (uid_t)-1, st.st_gid) < 0 && errno != EPERM))
		return errno;
	error = fill(fd, content, mode);
	return error != 0 ? error : name_and_sync(folder, fd, temporary, name);
}

static int drop_into(int folder, const char *name, struct slice content, unsigned mode)
{
	char temporary[32] = ".new-";
	int fd, error;

	random_hex(temporary + strlen(temporary), 8);
	fd = new_file(folder, temporary, 0600);
	if (fd < 0)
		return errno;
	error = fill_and_drop(folder, fd, temporary, name, content, mode);
	if (close(fd) < 0 && error == 0) {
		error = errno;
		unlinkat(folder, name, 0);
	}
	if (error != 0)
		unlinkat(folder, temporary, 0);
	return error;
}

int file_drop(const char *folder, const char *name, struct slice content, unsigned mode,
	struct fault *f)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 ? errno : drop_into(fd, name, content, mode);

	if (fd >= 0)
		close(fd);
	if (error == 0)
		return 0;
	fault_set_errno(f, error, "%.200s cannot be written to", folder);
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return FILE_ABSENT;
	case EACCES:
	case EPERM:
		return FILE_DENIED;
	case EEXIST:
		return FILE_EXISTS;
	default:
		return -1;
	}
}

int file_move(int dir_fd, const char *from, const char *to, struct fault *f)
{
	const char *name;
	int folder, error = 0;

	if (open_parent(dir_fd, to, &folder, &name, f) != 0)
		return -1;
	if (renameat2(dir_fd, from, folder, name, RENAME_NOREPLACE) < 0 || fsync(folder) < 0)
		error = errno;
	close(folder);
	if (error == 0)
		return 0;
	fault_set_errno(f, error, "%.200s cannot be moved to %.200s", from, to);
	return error == EEXIST ? FILE_EXISTS : -1;
}

int file_remove(int dir_fd, const char *path, struct fault *f)
{
	const char *name;
	int folder, r = open_parent(dir_fd, path, &folder, &name, f);

	if (r != 0)
		return r;
	if (unlinkat(folder, name, 0) < 0)
		r = failed(f, errno, path);
	else
		r = folder_sync(folder, f);
	close(folder);
	return r;
}
