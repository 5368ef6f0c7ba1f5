/*
 * backup_file.h - a whole backup, from the store into an open file and from there to whoever takes
 * its rows. Runs in a thread beside the loop: it hashes, reads and writes for seconds.
 */
#ifndef TOCSIN_KEEP_BACKUP_FILE_H
#define TOCSIN_KEEP_BACKUP_FILE_H

#include "keep/backup_seal.h"
#include "store/backup.h"

enum {
	BACKUP_FILE_MAX = 512 * 1024 * 1024, /* octets, sealed; a larger one is refused */
	/* who has no more free than this on the store's disk makes and takes none */
	BACKUP_FILE_FREE_MIN = 64 * 1024 * 1024,
};

/* Whether a file there may grow: mail needs the rest. */
bool backup_file_has_room(int fd);

struct backup_making {
	int fd; /* empty */
	struct store_db *db; /* store_snapshot() */
	struct slice passphrase;
	const char *program, *node, *by; /* what the head says */
	struct slice chain, key; /* of the pages, PEM; empty: none is put in */
	int64_t at;

	uint64_t size; /* octets written */
	uint64_t n_messages, n_left_out; /* of the history */
	bool sign_in; /* it is in it */
	struct fault fault; /* a sentence */
};

/* 0, or negative with the fault. */
int backup_file_make(struct backup_making *m) MUST_CHECK;

enum {
	BACKUP_FILE_BAD = 1, /* no backup, damaged, another passphrase: the fault says which */
};

/* Looks at the head and derives the key. 0; BACKUP_FILE_BAD or negative with a fault. */
int backup_file_open(int fd, struct slice passphrase, struct backup_seal *ret_seal,
	struct fault *f) MUST_CHECK;

/*
 * Every row from the first to the last, with the key of backup_file_open(); can be done again. 0,
 * BACKUP_FILE_BAD or negative with a fault, or take's result. What was taken before the end counts
 * only when this gives 0.
 */
int backup_file_read(int fd, struct backup_seal *seal,
	int (*take)(void *arg, const struct backup_row *row), void *arg, struct fault *f)
	MUST_CHECK;

#endif
