/*
 * drop.h - the drop folder: mail that programs left there while nobody answered on the local
 * socket. Read at start, when something appears, and every minute; one file at a time, oldest
 * trouble last. When the queue takes none now, smaller ones may find room, and it is asked again
 * every few seconds. Who submitted is the file's owner. A file goes only when its message is in the
 * queue; what is no message goes to the folder bad/ below, with a line in the log, and stays there.
 *
 * Names: 32 hexadecimal digits are complete files (wire/post.h says what is in them), ".new-..."
 * are being written, bad/ is ours. Anything else is moved to bad/, or removed when it is no file.
 */
#ifndef TOCSIN_SUBMIT_DROP_H
#define TOCSIN_SUBMIT_DROP_H

#include "base/buffer.h"
#include "sys/folder_watch.h"

struct submit;
struct submit_job;

enum {
	SUBMIT_DROP_EVERY = 60 * 1000, /* ms between looks */
	SUBMIT_DROP_SOON = 2 * 1000, /* the same while the queue takes nothing */
	SUBMIT_DROP_NAME = 32, /* octets of a file's name */
	SUBMIT_DROP_BATCH = 64, /* names taken at a look */
	SUBMIT_DROP_TRIES = 5, /* looks at a file that cannot be read, then it is bad */
	SUBMIT_DROP_UNFINISHED = 3600, /* seconds after which a file being written is abandoned */
};

/* What could not be read or be put away, and how often: said once, until it changes. */
struct submit_drop_trouble {
	char name[256]; /* "": free */
	uint64_t inode;
	int64_t changed;
	unsigned tries;
};

struct submit_drop {
	struct submit *submit;
	int fd; /* -1: no drop folder */
	struct folder_watch watch;
	struct timer look; /* at the folder */
	struct timer step; /* the next name of the batch */
	bool stopped;
	bool again; /* something came while a batch was in hand */
	char names[SUBMIT_DROP_BATCH][SUBMIT_DROP_NAME + 1];
	size_t n, at; /* names in hand; the next one */
	bool failed; /* a file of this batch stays for later */
	bool told; /* that mail stays */
	bool more; /* the next look goes on where a full batch ended */
	uint64_t too_large; /* octets of a file the queue did not take; UINT64_MAX: it took all */
	struct submit_job *job; /* of names[at] */
	struct submit_drop_trouble trouble[32];
};

int submit_drop_init(struct submit_drop *d, struct submit *s, int fd, const char *path) MUST_CHECK;
void submit_drop_release(struct submit_drop *d);
void submit_drop_stop(struct submit_drop *d); /* no file after the one in hand */
void submit_drop_keeper_came(struct submit_drop *d);

#endif
