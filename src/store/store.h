/*
 * store.h - everything that must outlive the process, in one SQLite file. The keeper's alone.
 *
 * Two connections: the writer lives in a commit thread, where all jobs that wait share one
 * transaction and one sync to the disk; the reader belongs to the loop and sees what is committed.
 * The functions of the other headers of this room take either: those that change something are
 * called inside a job, those that only read take store_reader() or the job's db.
 * Times are seconds since the epoch (UTC). Text handed out lies in the caller's arena.
 */
#ifndef TOCSIN_STORE_STORE_H
#define TOCSIN_STORE_STORE_H

#include "base/arena.h"
#include "sys/fault.h"
#include "sys/worker.h"

struct loop;
struct store;
struct store_db; /* a connection, see db.h */

enum store_result {
	STORE_OK = 0,
	STORE_FULL = 1, /* no room on the disk: nothing was written, later may be good again */
	STORE_BUSY = 2, /* another program has the file locked, or too much waits: try again */
	STORE_NOT_FOUND = 3,
	STORE_EXISTS = 4, /* something of this name is there */
	STORE_CONFLICT = 5, /* somebody else changed it since */
	STORE_FAILED = -1, /* the disk, memory or the file failed; the log says what */
	STORE_UNFIT = -2, /* store_open(): not ours, or a newer version's; no try helps */
};

/*
 * Opens FOLDER/tocsin.db and FOLDER/store.key, making both where nothing is there yet, and brings
 * an older schema up to date. Negative with a fault, and nothing is overwritten, when the file is
 * damaged, of a newer version, not ours, or when the key does not fit (seal.h). Start it before
 * the sandbox is sealed: it starts a thread. folder is relative or absolute and kept by copy.
 */
int store_open(const char *folder, struct loop *loop, struct store **ret_store, struct fault *f)
	MUST_CHECK;

/*
 * Runs what waits to its end and calls what done is still owed; what is written meanwhile is turned
 * away (STORE_BUSY). NULL is fine.
 */
void store_close(struct store *s);

/* Lies in the caller's memory until done. */
struct store_job {
	/*
	 * In the commit thread, inside the transaction. A result other than 0 takes back what
	 * this job did, and nothing else. It may run a second time after it was taken back, so it
	 * touches nothing but the database, arg's outputs and memory not used elsewhere meanwhile.
	 */
	int (*run)(struct store_db *db, void *arg);
	/*
	 * On the loop, never inside store_write(): 0 when it is on the disk; run's result;
	 * STORE_FULL or STORE_BUSY when the transaction could not be had; STORE_FAILED. May free
	 * the job.
	 */
	void (*done)(void *arg, int result);
	void *arg;
	/*
	 * Of new mail: turned away (STORE_FULL) before the disk is full. 0 for everything else,
	 * which may use what is kept for it (room.h).
	 */
	uint64_t octets;
	bool moved; /* they lie on this disk already, in a file that goes when this is done */

	struct job job; /* the store's */
	struct store *store;
	int result;
};

/* Jobs run and are done in the order they were written. done is called in any case. */
void store_write(struct store *s, struct store_job *job);

/* For reading on the loop. */
struct store_db *store_reader(struct store *s);

/*
 * For a long read in one other thread: what it sees between BEGIN and COMMIT (backup.h) stays as it
 * is, while mail goes on.
 */
struct store_db *store_snapshot(struct store *s);

const char *store_folder(const struct store *s); /* as it was given */

/*
 * True after the disk or the file failed: every job fails from then on, because what a failed sync
 * left behind is not known. The process must end; the next start recovers from the log.
 */
bool store_is_broken(const struct store *s);

/* Called once on the loop after the jobs that broke it are done. NULL takes it back. */
void store_on_broken(struct store *s, void (*fn)(void *arg), void *arg);

/* New mail is turned away: the disk is full, or so nearly that the rest is kept for the queue. */
bool store_is_full(const struct store *s);

/* Whether new mail of this size would be taken as things are, octets and moved as in its job. */
bool store_has_room(const struct store *s, uint64_t octets, bool moved);

/* Jobs written and not yet done. */
size_t store_load(const struct store *s);

#endif
