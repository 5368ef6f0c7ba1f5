/*
 * descriptor.h - plain verbs on descriptors for the rooms that hold some and make no system calls
 * of their own.
 */
#ifndef TOCSIN_SYS_DESCRIPTOR_H
#define TOCSIN_SYS_DESCRIPTOR_H

#include "sys/fault.h"

void descriptor_close(int fd); /* -1 is fine */
int descriptor_copy(int fd); /* close-on-exec; -1 when there is no room */

/* Opens for reading, close-on-exec. Negative with a fault. */
int descriptor_open(const char *path, int *ret_fd, struct fault *f) MUST_CHECK;
bool descriptor_exists(int dir_fd, const char *path); /* something of this name is there */

enum {
	DESCRIPTOR_LOCKED = 1,
};

/*
 * Makes the file where it is missing and locks it until *ret_fd is closed or the process ends.
 * DESCRIPTOR_LOCKED when another process holds it; negative with a fault.
 */
int descriptor_lock(int dir_fd, const char *name, int *ret_fd, struct fault *f) MUST_CHECK;

#endif
