/* store.c - the two connections, the commit thread and its transactions; see store.h. */
#include "store/store.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "base/log.h"
#include "store/db.h"
#include "store/key.h"
#include "store/room.h"
#include "store/schema.h"
#include "sys/files.h"
#include "sys/loop.h"

enum {
	JOBS_MAX = 4096, /* that wait; above it they are turned away */
	PATH_SIZE = 1024,
	LOG_FRAMES_MAX = 1000, /* of the write-ahead log before they go into the file */
	FRAME_SIZE = 4096 + 24,
	LOOK_MS = 2000, /* how often the disk is asked whether there is room */
	DB_MODE = 0600,
};

struct store {
	struct store_db writer; /* the commit thread's once it runs */
	struct store_db reader; /* the loop's */
	struct store_db snapshot; /* of whoever makes a backup */
	char folder[PATH_SIZE];
	struct seal seal;
	struct worker *worker;
	atomic_bool broken;
	struct room room;

	/* the commit thread's */
	int log_frames; /* in the write-ahead log after the last commit */
	uint64_t octets; /* that the new mail in this transaction writes */

	/* the loop's */
	struct job *turned_away; /* the newest first */
	struct timer later;
	struct timer look;
	struct store_job refill; /* while arg is set, it is under way */
	bool told_full;
	bool told;
	bool closing; /* takes no more jobs */
	void (*on_broken)(void *arg);
	void *on_broken_arg;
};

/* ---- in the commit thread ---- */

static struct store_job *store_job_of(struct job *job)
{
	return CONTAINER_OF(job, struct store_job, job);
}

static int run_sql(struct store_db *db, const char *sql)
{
	struct query q;

	query_init(&q, db, sql);
	return query_run(&q);
}

/* Into the log and later into the file; what is moved gives its own room back by then. */
static uint64_t written_for(uint64_t octets, bool moved)
{
	return moved ? octets : 2 * octets;
}

/* What is in the log already goes into the file, too. What is refused takes no room from others. */
static bool has_room(struct store *s, const struct store_job *job)
{
	uint64_t octets = s->octets + written_for(job->octets, job->moved);

	if (!room_for(&s->room, octets + (uint64_t)s->log_frames * FRAME_SIZE, job->moved))
		return false;
	s->octets = octets;
	return true;
}

/* What it did is taken back unless its result is 0. */
static void run_job(struct store *s, struct store_job *job)
{
	struct store_db *db = &s->writer;

	job->result = job->octets > 0 && !has_room(s, job) ? STORE_FULL :
		run_sql(db, "SAVEPOINT job");
	if (job->result != STORE_OK)
		return;
	job->result = job->run(db, job->arg);
	/* some failures end the whole transaction by themselves */
	if (!db_in_transaction(db))
		return;
	if (job->result != STORE_OK && run_sql(db, "ROLLBACK TO job") != STORE_OK)
		db->broken = true;
	if (run_sql(db, "RELEASE job") != STORE_OK)
		db->broken = true;
}

static int commit(struct store_db *db)
{
	int result = run_sql(db, "COMMIT");

	/* after any failure but these two nobody knows what is on the disk: do not try again */
	if (result != STORE_OK && result != STORE_FULL && result != STORE_BUSY)
		db->broken = true;
	return result == STORE_OK ? db_confirm(db) : result;
}

/* In order; STORE_FULL when one had no room that should have: no later one may overtake it. */
static int run_jobs(struct store *s, struct job *const *jobs, size_t n)
{
	struct store_db *db = &s->writer;

	s->octets = 0;
	for (size_t i = 0; i < n; i++) {
		const struct store_job *job = store_job_of(jobs[i]);

		run_job(s, store_job_of(jobs[i]));
		if (db->broken)
			return STORE_FAILED;
		if (!db_in_transaction(db) || (job->result == STORE_FULL && job->octets == 0))
			return STORE_FULL;
	}
	return STORE_OK;
}

/* One transaction for these jobs; not 0 when it was lost, whatever they say. */
static int run_transaction(struct store *s, struct job *const *jobs, size_t n)
{
	struct store_db *db = &s->writer;
	int result = db->broken ? STORE_FAILED : run_sql(db, "BEGIN IMMEDIATE");

	if (result != STORE_OK)
		return result;
	result = run_jobs(s, jobs, n);
	if (result == STORE_OK)
		result = commit(db);
	if (db_in_transaction(db) && run_sql(db, "ROLLBACK") != STORE_OK)
		db->broken = true;
	return result;
}

static void fail_jobs(struct job *const *jobs, size_t n, int result)
{
	for (size_t i = 0; i < n; i++)
		store_job_of(jobs[i])->result = result;
}

static void checkpoint(struct store *s)
{
	s->log_frames = 0;
	if (run_sql(&s->writer, "PRAGMA wal_checkpoint(PASSIVE)") == STORE_FULL &&
		room_spend(&s->room))
		(void)!run_sql(&s->writer, "PRAGMA wal_checkpoint(PASSIVE)");
}

/* The reserve, and the log into the file, to be written over. False: there is neither. */
static bool make_room(struct store *s)
{
	bool had_log = s->log_frames > 0;

	if (!room_spend(&s->room) && !had_log)
		return false;
	checkpoint(s);
	return true;
}

/* New mail that would make the disk fuller. */
static bool all_are_new_mail(struct job *const *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (store_job_of(jobs[i])->octets == 0 || store_job_of(jobs[i])->moved)
			return false;
	return true;
}

static uint64_t pragma_value(struct store_db *db, const char *sql)
{
	struct query q;
	int64_t value = 0;

	query_init(&q, db, sql);
	return query_value(&q, &value) == STORE_OK ? (uint64_t)value : 0;
}

static void look_inside(struct store *s)
{
	struct store_db *db = &s->writer;

	room_set_inside(&s->room, pragma_value(db, "PRAGMA freelist_count") *
		pragma_value(db, "PRAGMA page_size"));
}

/*
 * A transaction of its own. What is deleted is overwritten, for which the log takes as much room: a
 * verdict on a large mail must not fail for that.
 */
static int run_alone(struct store *s, struct job *const *job)
{
	int result = run_transaction(s, job, 1);

	if (result != STORE_FULL || store_job_of(*job)->octets > 0)
		return result;
	(void)!run_sql(&s->writer, "PRAGMA secure_delete = fast");
	result = run_transaction(s, job, 1);
	(void)!run_sql(&s->writer, "PRAGMA secure_delete = on");
	return result;
}

/*
 * All jobs share one transaction. When there was no room for it even with the reserve, each has one
 * of its own, so that a large one that does not fit takes no small one with it.
 */
static void run_batch(void *arg, struct job *const *jobs, size_t n)
{
	struct store *s = arg;
	int result;

	room_refill(&s->room);
	result = run_transaction(s, jobs, n);
	if (result == STORE_FULL && !all_are_new_mail(jobs, n) && make_room(s))
		result = run_transaction(s, jobs, n);
	if (result == STORE_FULL) {
		for (size_t i = 0; i < n; i++) {
			result = run_alone(s, jobs + i);
			if (result != STORE_OK)
				fail_jobs(jobs + i, 1, result);
		}
	} else if (result != STORE_OK) {
		fail_jobs(jobs, n, result);
	}
	/* a disk without room only lets the log grow on */
	if (s->log_frames >= LOG_FRAMES_MAX && !s->writer.broken)
		checkpoint(s);
	if (s->writer.broken)
		atomic_store(&s->broken, true);
	else
		look_inside(s);
}

/* SQLite's after each commit: how many frames its log has. */
static int on_commit(void *arg, sqlite3 *handle UNUSED, const char *name UNUSED, int frames)
{
	struct store *s = arg;

	s->log_frames = frames;
	return SQLITE_OK;
}

/* ---- on the loop ---- */

static void tell_if_broken(struct store *s)
{
	if (!store_is_broken(s) || s->told)
		return;
	s->told = true;
	log_alert("store: the disk or the database failed; nothing is accepted any more");
	if (s->on_broken != NULL)
		s->on_broken(s->on_broken_arg);
}

static void tell_if_full(struct store *s)
{
	bool full = store_is_full(s);

	if (full == s->told_full)
		return;
	s->told_full = full;
	if (full)
		log_alert("store: the disk is full; no new mail is taken until there is room on it");
	else
		log_info("store: there is room on the disk again, mail is taken");
}

static int run_refill(struct store_db *db UNUSED, void *arg UNUSED)
{
	return STORE_OK; /* each batch tries that before it begins */
}

static void refill_done(void *arg, int result UNUSED)
{
	struct store *s = arg;

	s->refill.arg = NULL;
	tell_if_full(s);
}

static void on_look(void *arg)
{
	struct store *s = arg;

	timer_set(&s->look, LOOK_MS);
	tell_if_full(s);
	if (!room_is_spent(&s->room) || s->refill.arg != NULL)
		return;
	s->refill = (struct store_job){ .run = run_refill, .done = refill_done, .arg = s };
	store_write(s, &s->refill);
}

static void done_turned_away(struct store *s)
{
	struct job *list = NULL, *job;

	while ((job = s->turned_away) != NULL) {
		s->turned_away = job->next;
		job->next = list;
		list = job;
	}
	while ((job = list) != NULL) {
		list = job->next;
		store_job_of(job)->done(store_job_of(job)->arg, STORE_BUSY);
	}
}

static void on_later(void *arg)
{
	struct store *s = arg;

	done_turned_away(s);
	tell_if_broken(s);
}

static void on_job_done(struct job *job)
{
	struct store_job *j = store_job_of(job);
	struct store *s = j->store;

	j->done(j->arg, j->result);
	/* after the others of its batch */
	if (store_is_broken(s) && !s->told)
		timer_set(&s->later, 0);
}

void store_write(struct store *s, struct store_job *job)
{
	job->store = s;
	job->result = STORE_FAILED;
	job->job = (struct job){ .done = on_job_done };
	if (!s->closing && worker_submit(s->worker, &job->job) == 0)
		return;
	job->job.next = s->turned_away;
	s->turned_away = &job->job;
	timer_set(&s->later, 0);
}

struct store_db *store_reader(struct store *s)
{
	return &s->reader;
}

struct store_db *store_snapshot(struct store *s)
{
	return &s->snapshot;
}

const char *store_folder(const struct store *s)
{
	return s->folder;
}

bool store_is_broken(const struct store *s)
{
	return atomic_load(&s->broken) || s->reader.broken;
}

bool store_is_full(const struct store *s)
{
	return room_is_short(&s->room);
}

bool store_has_room(const struct store *s, uint64_t octets, bool moved)
{
	return room_for(&s->room, written_for(octets, moved), moved);
}

void store_on_broken(struct store *s, void (*fn)(void *arg), void *arg)
{
	s->on_broken = fn;
	s->on_broken_arg = arg;
}

size_t store_load(const struct store *s)
{
	return worker_load(s->worker);
}

/* ---- opening ---- */

struct paths {
	char database[PATH_SIZE];
	char key[PATH_SIZE];
	char reserve[PATH_SIZE];
};

static bool join(const char *folder, const char *name, char ret_path[PATH_SIZE])
{
	int len = snprintf(ret_path, PATH_SIZE, "%s/%s", folder, name);

	return len > 0 && len < PATH_SIZE;
}

/* SQLite would make it readable for others; its log gets the file's mode. */
static int make_file(const char *path, struct fault *f)
{
	return file_write_new(FILES_HERE, path, SLICE(""), DB_MODE, f);
}

/* The key is made after the first database: an empty one beside it was emptied since. */
static int was_emptied(const struct paths *paths, struct fault *f)
{
	fault_set(f, "tocsin.db is empty, and %s shows that it was not. Put a good copy in its place or "
		"move it away to start anew.", paths->key);
	return -1;
}

static int set_durable(struct store_db *db, struct fault *f)
{
	int result = db_exec(db, "PRAGMA journal_mode = wal; PRAGMA synchronous = full;"
				 "PRAGMA wal_autocheckpoint = 0;"
				 "PRAGMA journal_size_limit = 67108864");

	if (result != STORE_OK)
		fault_set(f, "tocsin.db cannot be written: %s.", db_error(db));
	return result == STORE_OK ? 0 : -1;
}

/* Closing leaves the log as it is, for the next start to read. */
static void keep_log(struct store_db *db)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/*
 * What the log holds may never have reached the disk: a process whose sync failed leaves it in the
 * kernel's memory, where we find it whole. Moved into the file it is written and synced anew.
 */
static int settle_log(struct store_db *db, struct fault *f)
{
	int result = db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");

	if (result != STORE_OK)
		fault_set(f, "tocsin.db cannot be written: %s.", db_error(db));
	return result == STORE_OK ? 0 : -1;
}

/* Everything is checked before anything is written. */
static int open_writer(struct store *s, const struct paths *paths, struct fault *f)
{
	struct store_db *db = &s->writer;
	int made = make_file(paths->database, f), result, key;
	size_t version;

	if ((made != 0 && made != FILE_EXISTS) || db_open(db, paths->database, DB_WRITE, f) != 0)
		return -1;
	db->seal = &s->seal;
	db->quiet = true;
	keep_log(db); /* a file that is refused stays as it is */
	result = schema_check(db, &version, f);
	if (result != 0)
		return result;
	key = key_check(db, &s->seal, version, paths->key, f);
	if (key < 0)
		return -1;
	if (key == 0 && version == 0 && made == FILE_EXISTS)
		return was_emptied(paths, f);
	db->quiet = false;
	if (set_durable(db, f) != 0 || schema_migrate(db, version, schema_version, f) != 0 ||
		(key == KEY_ABSENT && key_make(&s->seal, paths->key, f) != 0))
		return -1;
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	sqlite3_wal_hook(db->handle, on_commit, s);
	return key_settle(db, f) != 0 ? -1 : settle_log(db, f);
}

static int open_reader(struct store *s, struct store_db *db, const struct paths *paths,
	struct fault *f)
{
	if (db_open(db, paths->database, DB_READ, f) != 0)
		return -1;
	db->seal = &s->seal;
	return db_exec(db, "PRAGMA query_only = on");
}

static int open_both(struct store *s, const char *folder, struct fault *f)
{
	struct paths paths;
	int result;

	if (!join(folder, "tocsin.db", paths.database) || !join(folder, "store.key", paths.key) ||
		!join(folder, "reserve", paths.reserve)) {
		fault_set(f, "The path of the store's folder is too long.");
		return -1;
	}
	result = room_init(&s->room, paths.reserve, f) != 0 ? -1 : open_writer(s, &paths, f);
	if (result != 0)
		return result;
	if (open_reader(s, &s->reader, &paths, f) != 0 ||
		open_reader(s, &s->snapshot, &paths, f) != 0)
		return -1;
	look_inside(s);
	room_refill(&s->room);
	return 0;
}

int store_open(const char *folder, struct loop *loop, struct store **ret_store, struct fault *f)
{
	struct store *s = calloc(1, sizeof(*s));
	int result;

	if (s == NULL) {
		fault_set(f, "Not enough memory.");
		return -1;
	}
	s->room.fd = -1;
	snprintf(s->folder, sizeof(s->folder), "%s", folder);
	timer_init(&s->later, loop, on_later, s);
	timer_init(&s->look, loop, on_look, s);
	result = open_both(s, folder, f);
	if (result != 0) {
		store_close(s);
		return result;
	}
	s->worker = worker_new_batch(loop, JOBS_MAX, "commit", run_batch, s);
	if (s->worker == NULL) {
		fault_set(f, "The store's thread cannot start.");
		store_close(s);
		return -1;
	}
	on_look(s);
	*ret_store = s;
	return 0;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	s->closing = true;
	worker_free(s->worker);
	done_turned_away(s);
	timer_cancel(&s->later);
	timer_cancel(&s->look);
	/* after a failed sync nothing may be synced again and called good */
	if (store_is_broken(s))
		keep_log(&s->writer);
	db_release(&s->snapshot);
	db_release(&s->reader);
	db_release(&s->writer);
	room_release(&s->room);
	seal_wipe(&s->seal);
	free(s);
}
