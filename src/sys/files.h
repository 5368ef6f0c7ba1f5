/*
 * files.h - small files whole or not at all, and folders. Paths are relative to dir_fd, which
 * may be AT_FDCWD (FILES_HERE). Everything opened is close-on-exec.
 */
#ifndef TOCSIN_SYS_FILES_H
#define TOCSIN_SYS_FILES_H

#include <fcntl.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "sys/fault.h"

enum {
	FILES_HERE = AT_FDCWD,
};

enum {
	FILE_ABSENT = 1, /* there is no such file */
	FILE_TOO_LARGE = 2, /* it does not fit into the buffer's limit */
	FILE_STRANGE = 3, /* file_read_owned(): no regular file, a link, or more than one name */
	FILE_EXISTS = 4, /* file_write_new(), file_drop(), file_move() */
	FILE_DENIED = 5, /* file_drop(): no right to write there */
};

struct file_owner {
	uid_t uid;
	gid_t gid;
	unsigned mode; /* permission bits */
	bool regular; /* a file, not a link, folder, pipe or device */
	uint64_t inode; /* with changed it tells whether it is still the same */
	int64_t changed; /* wall clock, seconds */
	uint64_t size;
};

/* Appends the whole regular file. Follows links. Any result but 0 comes with a fault. */
int file_read(int dir_fd, const char *path, struct buffer *out, struct fault *f) MUST_CHECK;

/* The same from an open descriptor, which stays the caller's. */
int file_read_fd(int fd, struct buffer *out, struct fault *f) MUST_CHECK;

/*
 * The same for folders in which others may write: only a regular file with one name, opened
 * without following links and without waiting; tells whose it is.
 */
int file_read_owned(int dir_fd, const char *name, struct buffer *out,
	struct file_owner *ret_owner, struct fault *f) MUST_CHECK;

/* The same about what has this name, whatever it is, without opening it. FILE_ABSENT; negative. */
int file_look(int dir_fd, const char *name, struct file_owner *ret_owner) MUST_CHECK;

/*
 * Old or new content, never a mixture, also after a power cut: a temporary file beside it, fsync,
 * rename, fsync of the folder. Negative with a fault; the old content then stays (only when the
 * very last fsync fails, it may be either).
 */
int file_write(int dir_fd, const char *path, struct slice content, unsigned mode,
	struct fault *f) MUST_CHECK;
/* The same; FILE_EXISTS when there is a file of this name already, which stays. */
int file_write_new(int dir_fd, const char *path, struct slice content, unsigned mode,
	struct fault *f) MUST_CHECK;

/*
 * The same for a folder that others share and that one may write to but not list: the new file has
 * the folder's group where that is allowed. FILE_ABSENT without the folder, FILE_DENIED,
 * FILE_EXISTS.
 */
int file_drop(const char *folder, const char *name, struct slice content, unsigned mode,
	struct fault *f) MUST_CHECK;

/*
 * Gives what has this name, whatever it is, another name below the same folder, durably.
 * FILE_EXISTS when that is taken.
 */
int file_move(int dir_fd, const char *from, const char *to, struct fault *f) MUST_CHECK;

/* Removes it and makes that durable. FILE_ABSENT; negative with a fault. */
int file_remove(int dir_fd, const char *path, struct fault *f) MUST_CHECK;

/* Makes path and the folders above it where missing; an existing folder keeps its mode. */
int folder_make(int dir_fd, const char *path, unsigned mode, struct fault *f) MUST_CHECK;
/* A descriptor for the folder. FILE_ABSENT; negative with a fault. */
int folder_open(int dir_fd, const char *path, int *ret_fd, struct fault *f) MUST_CHECK;
/* Owner, group and mode of an open folder; (uid_t)-1 and (gid_t)-1 leave as is. */
int folder_own(int fd, uid_t uid, gid_t gid, unsigned mode, struct fault *f) MUST_CHECK;
int folder_sync(int fd, struct fault *f) MUST_CHECK;

/* Calls fn for each name except "." and ".." until it returns false. */
int folder_each(int fd, bool (*fn)(void *arg, const char *name), void *arg, struct fault *f)
	MUST_CHECK;

/* Whether whoever runs this may make files in the folder, and whether it is there at all. */
bool folder_is_there(int dir_fd, const char *path);
bool folder_may_write(int dir_fd, const char *path);

#endif
