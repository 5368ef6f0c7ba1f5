/* disk.c - room on the disk; see disk.h. */
#include "sys/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	KEEP_MODE = 0600,
};

int disk_free(int fd, uint64_t *ret_free, uint64_t *ret_size)
{
	struct statvfs st;

	if (fstatvfs(fd, &st) < 0)
		return -1;
	*ret_free = (uint64_t)st.f_bavail * st.f_frsize;
	*ret_size = (uint64_t)st.f_blocks * st.f_frsize;
	return 0;
}

int disk_free_at(const char *path, uint64_t *ret_free)
{
	struct statvfs st;

	if (statvfs(path, &st) < 0)
		return -1;
	*ret_free = (uint64_t)st.f_bavail * st.f_frsize;
	return 0;
}

int disk_keep_open(const char *path, int *ret_fd, struct fault *f)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, KEEP_MODE);

	if (fd >= 0 && ftruncate(fd, 0) == 0) {
		*ret_fd = fd;
		return 0;
	}
	fault_set_errno(f, errno, "%.200s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

int disk_keep(int fd, uint64_t octets)
{
	if (posix_fallocate(fd, 0, (off_t)octets) == 0)
		return 0;
	disk_give_back(fd); /* what it got before it failed */
	return -1;
}

void disk_give_back(int fd)
{
	(void)!ftruncate(fd, 0);
}
