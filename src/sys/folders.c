/* folders.c - folders and the disk they lie on; see files.h. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/files.h"

enum {
	PATH_SIZE = 4096,
};

static int failed(struct fault *f, int error, const char *path)
{
	fault_set_errno(f, error, "the folder %.200s", path);
	return error == ENOENT ? FILE_ABSENT : -1;
}

int folder_open(int dir_fd, const char *path, int *ret_fd, struct fault *f)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return failed(f, errno, path);
	*ret_fd = fd;
	return 0;
}

/* One folder, its parent being there. The mode asked for, whatever the umask. */
static int make_one(int dir_fd, const char *path, unsigned mode)
{
	struct stat st;

	if (mkdirat(dir_fd, path, mode) == 0)
		return fchmodat(dir_fd, path, mode, 0);
	if (errno != EEXIST)
		return -1;
	if (fstatat(dir_fd, path, &st, 0) < 0)
		return -1;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) ? 0 : -1;
}

int folder_make(int dir_fd, const char *path, unsigned mode, struct fault *f)
{
	char part[PATH_SIZE];

	if (!slice_copy(slice_of(path), part, sizeof(part)) || part[0] == '\0') {
		failed(f, ENAMETOOLONG, path);
		return -1;
	}
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (make_one(dir_fd, part, mode) < 0) {
			failed(f, errno, part);
			return -1;
		}
		*slash = '/';
	}
	if (make_one(dir_fd, part, mode) == 0)
		return 0;
	failed(f, errno, part);
	return -1;
}

int folder_own(int fd, uid_t uid, gid_t gid, unsigned mode, struct fault *f)
{
	/* chown takes set-id bits away, so the mode comes second */
	if (fchown(fd, uid, gid) == 0 && fchmod(fd, mode) == 0)
		return 0;
	fault_set_errno(f, errno, "owner and mode of the folder");
	return -1;
}

int folder_sync(int fd, struct fault *f)
{
	if (fsync(fd) == 0)
		return 0;
	fault_set_errno(f, errno, "the folder cannot be written to the disk");
	return -1;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int folder_each(int fd, bool (*fn)(void *arg, const char *name), void *arg, struct fault *f)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;
	const struct dirent *entry;
	bool broken;

	if (dir == NULL) {
		fault_set_errno(f, errno, "the folder cannot be listed");
		if (own >= 0)
			close(own);
		return -1;
	}
	errno = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_dots(entry->d_name) && !fn(arg, entry->d_name))
			break;
		errno = 0;
	}
	broken = entry == NULL && errno != 0;
	if (broken)
		fault_set_errno(f, errno, "the folder cannot be listed");
	closedir(dir);
	return broken ? -1 : 0;
}

bool folder_is_there(int dir_fd, const char *path)
{
	struct stat st;

	return fstatat(dir_fd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool folder_may_write(int dir_fd, const char *path)
{
	return faccessat(dir_fd, path, W_OK | X_OK, AT_EACCESS) == 0;
}
