/* disk.h - room on the disk: how much is free, and a file that keeps some for later. */
#ifndef TOCSIN_SYS_DISK_H
#define TOCSIN_SYS_DISK_H

#include "sys/fault.h"

enum {
	/* less than this free is a full disk: the rest is for what was begun */
	DISK_FREE_MIN = 16 * 1024 * 1024,
	/* kept beside that for when others fill it */
	DISK_RESERVE = 16 * 1024 * 1024,
	/* of both together this much is left alone by mail that gives its own room on it back */
	DISK_MOVED_MIN = 8 * 1024 * 1024,
};

/* Bytes an ordinary user can still write where fd lies, and the size of that disk. */
int disk_free(int fd, uint64_t *ret_free, uint64_t *ret_size) MUST_CHECK;

/* The same where path lies, which one need not be able to read. */
int disk_free_at(const char *path, uint64_t *ret_free) MUST_CHECK;

/* A file for disk_keep(), made where there is none, and empty. Negative with a fault. */
int disk_keep_open(const char *path, int *ret_fd, struct fault *f) MUST_CHECK;

/* The file takes so much room; negative, and it takes none, when there is not so much. */
int disk_keep(int fd, uint64_t octets) MUST_CHECK;

/* It takes none any more. */
void disk_give_back(int fd);

#endif
