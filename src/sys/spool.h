/*
 * spool.h - long files in pieces: one without a name for the time being, and a new one that gets
 * its name when it is whole.
 */
#ifndef TOCSIN_SYS_SPOOL_H
#define TOCSIN_SYS_SPOOL_H

#include "base/slice.h"
#include "sys/fault.h"

/* A file on that folder's disk that nobody else sees and that ends with its descriptor. */
int spool_open(const char *folder, int *ret_fd, struct fault *f) MUST_CHECK;

/* At the descriptor's place, all of it. */
int spool_add(int fd, struct slice octets, struct fault *f) MUST_CHECK;
/* Up to len octets from there, fewer only at the end. */
int spool_read(int fd, uint64_t offset, char *ret_octets, size_t len, size_t *ret_len,
	struct fault *f) MUST_CHECK;
/* The same from the descriptor's place: a pipe is fine. */
int spool_read_next(int fd, char *ret_octets, size_t len, size_t *ret_len, struct fault *f)
	MUST_CHECK;

enum {
	SPOOL_PATH_SIZE = 4096,
};

struct spool_file {
	int fd; /* for spool_add() */
	char path[SPOOL_PATH_SIZE];
	char temporary[SPOOL_PATH_SIZE + 16];
	bool named; /* the temporary name is there */
};

/*
 * A new file for path, mode 0600, without a name or under another beside it. spool_finish() syncs
 * it and gives it its name in one step, in the place of an older ordinary file; spool_abandon()
 * removes it. Both close it.
 */
int spool_create(const char *path, struct spool_file *ret_file, struct fault *f) MUST_CHECK;
int spool_finish(struct spool_file *file, struct fault *f) MUST_CHECK;
void spool_abandon(struct spool_file *file);

#endif
