/*
 * backup.h - one backup or restore at a time: the file between the keeper and the tool, and the
 * thread that hashes, seals and opens. Making is backup.c's, putting back restore.c's.
 *
 * The file has no name, lies beside the store and is sealed at any time. A run whose tool says
 * nothing for a minute is forgotten.
 */
#ifndef TOCSIN_KEEP_BACKUP_H
#define TOCSIN_KEEP_BACKUP_H

#include "keep/backup_file.h"
#include "keep/keeper.h"

enum {
	KEEP_BACKUP_IDLE = 60 * 1000, /* ms */
	KEEP_PASSPHRASE_MAX = 1024, /* octets */
};

enum keep_run_state {
	RUN_MAKES, /* the thread has it */
	RUN_READY, /* to be read */
	RUN_TAKES, /* a backup that comes in */
	RUN_CHECKS, /* the thread has it */
	RUN_CHECKED,
	RUN_APPLIES, /* the commit thread has it */
};

struct keep_run {
	struct keeper *keeper;
	uint64_t id;
	enum keep_run_state state;
	int fd;
	struct arena *arena;
	struct slice passphrase;
	struct job job;
	struct request *request; /* that waits for the thread */
	struct backup_making making;
	uint64_t size; /* that came in */
	struct keep_restore *restore; /* restore.c */
	int result;
};

struct keep_backup {
	struct worker *worker;
	struct keep_run *run; /* NULL none */
	struct timer idle;
	uint64_t last_id;
};

/* Starts one with the passphrase that is next in the body; NULL when it refused. */
struct keep_run *keep_run_new(struct request *r, enum keep_run_state state);
void keep_run_free(struct keep_run *run);
/* The run that the request names, in that state, with its patience renewed; NULL: refused. */
struct keep_run *keep_run_find(struct request *r, enum keep_run_state state);
/* Gives it to the thread; false when it was refused. */
bool keep_run_start(struct keep_run *run, struct request *r, void (*work)(struct job *job),
	void (*done)(struct job *job));

void keep_restore_free(struct keep_restore *restore);

#endif
