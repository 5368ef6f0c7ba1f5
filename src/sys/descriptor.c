/* descriptor.c - plain verbs on descriptors; see descriptor.h. */
#include "sys/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

void descriptor_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

int descriptor_copy(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int descriptor_open(const char *path, int *ret_fd, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		fault_set_errno(f, errno, "%.250s cannot be read", path);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

bool descriptor_exists(int dir_fd, const char *path)
{
	return faccessat(dir_fd, path, F_OK, 0) == 0;
}

int descriptor_lock(int dir_fd, const char *name, int *ret_fd, struct fault *f)
{
	int fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		fault_set_errno(f, errno, "%.200s cannot be made", name);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return DESCRIPTOR_LOCKED;
	}
	*ret_fd = fd;
	return 0;
}
