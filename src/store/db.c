/* db.c - a connection to SQLite and its cached statements; see db.h. */
#include "store/db.h"

#include <errno.h>

#include <sqlite3.h>

#include "base/log.h"

enum {
	BUSY_MS = 5000,
};

/* ---- what SQLite's results mean to us ---- */

/*
 * SQLite takes only ENOSPC for a full disk; quotas and limits are write errors to it. Its own
 * record of errno is not filled in on all ways, so ours is cleared before each step (query_row).
 */
static bool no_room(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
}

/*
 * The disk or the file failed, and what is in it now is not known. A write that found no room is
 * none of these: nothing of it is in the log.
 */
static bool is_broken(int code)
{
	switch (code & 0xff) {
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return true;
	default:
		return false;
	}
}

static int result_of(struct store_db *db, int code)
{
	int extended = sqlite3_extended_errcode(db->handle);

	if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
		return STORE_OK;
	if ((code & 0xff) == SQLITE_FULL || extended == SQLITE_IOERR_SHMSIZE)
		return STORE_FULL;
	if (extended == SQLITE_IOERR_WRITE && no_room())
		return STORE_FULL;
	if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
		return STORE_BUSY;
	if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
		return STORE_EXISTS;
	if (!db->quiet)
		log_error("store: %s (%d)", sqlite3_errmsg(db->handle), extended);
	db->broken = db->broken || is_broken(code);
	return STORE_FAILED;
}

/* ---- connections ---- */

int db_open(struct store_db *db, const char *path, enum db_mode mode, struct fault *f)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	*db = (struct store_db){ 0 };
	/* nobody reads them, and they take a lock at every allocation; too late is only slower */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	/* no pages in store for each connection: most need only a few */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	if (mode == DB_WRITE)
		flags |= SQLITE_OPEN_CREATE;
	if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
		fault_set(f, "%s cannot be opened: %s.", path, db_error(db));
		db_release(db);
		return STORE_FAILED;
	}
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (db_exec(db, "PRAGMA temp_store = memory; PRAGMA mmap_size = 0; PRAGMA foreign_keys = on;"
	                "PRAGMA secure_delete = on; PRAGMA recursive_triggers = on;") == STORE_OK)
		return STORE_OK;
	fault_set(f, "%s cannot be opened: %s.", path, db_error(db));
	db_release(db);
	return STORE_FAILED;
}

void db_release(struct store_db *db)
{
	for (size_t i = 0; i < db->n_cached; i++)
		sqlite3_finalize(db->cache[i].stmt);
	sqlite3_close(db->handle);
	*db = (struct store_db){ 0 };
}

int db_exec(struct store_db *db, const char *sql)
{
	errno = 0;
	return result_of(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

/* Through SQLite's own file: closing another descriptor of it would let go of its locks. */
int db_confirm(struct store_db *db)
{
	sqlite3_file *file = NULL;
	char octet;
	int code = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (code == SQLITE_OK)
		code = file->pMethods->xRead(file, &octet, 1, 0);
	if (code == SQLITE_OK)
		return STORE_OK;
	log_error("store: the disk went away during a sync (%d)", code);
	db->broken = true;
	return STORE_FAILED;
}

bool db_in_transaction(const struct store_db *db)
{
	return sqlite3_get_autocommit(db->handle) == 0;
}

uint64_t db_last_id(const struct store_db *db)
{
	return (uint64_t)sqlite3_last_insert_rowid(db->handle);
}

uint64_t db_changes(const struct store_db *db)
{
	return (uint64_t)sqlite3_changes64(db->handle);
}

const char *db_error(const struct store_db *db)
{
	return db->handle == NULL ? "out of memory" : sqlite3_errmsg(db->handle);
}

/* ---- statements ---- */

/* By the address of its text: each place in the source has its own. */
static int find_statement(struct store_db *db, const char *sql, sqlite3_stmt **ret_stmt)
{
	size_t i = 0;

	while (i < db->n_cached && db->cache[i].sql != sql)
		i++;
	if (i == db->n_cached) {
		if (i == DB_STATEMENTS_MAX) {
			log_error("store: more than %d statements", DB_STATEMENTS_MAX);
			return STORE_FAILED;
		}
		int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
			&db->cache[i].stmt, NULL);
		if (code != SQLITE_OK)
			return result_of(db, code);
		db->cache[i].sql = sql;
		db->n_cached++;
	}
	if (sqlite3_stmt_busy(db->cache[i].stmt)) {
		log_error("store: a statement is used inside itself");
		return STORE_FAILED;
	}
	*ret_stmt = db->cache[i].stmt;
	return STORE_OK;
}

void query_init(struct query *q, struct store_db *db, const char *sql)
{
	*q = (struct query){ .db = db };
	q->result = find_statement(db, sql, &q->stmt);
}

static bool can_bind(struct query *q)
{
	q->bound++;
	return q->result == STORE_OK;
}

static void check_bound(struct query *q, int code)
{
	if (code != SQLITE_OK)
		q->result = result_of(q->db, code);
}

void query_number(struct query *q, int64_t value)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_int64(q->stmt, q->bound, value));
}

void query_id(struct query *q, uint64_t value)
{
	query_number(q, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void query_text(struct query *q, const char *text)
{
	query_slice(q, slice_of(text));
}

void query_slice(struct query *q, struct slice text)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_text64(q->stmt, q->bound, text.data, text.len,
			SQLITE_STATIC, SQLITE_UTF8));
}

void query_bytes(struct query *q, const void *bytes, size_t len)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_blob64(q->stmt, q->bound, bytes, len, SQLITE_STATIC));
}

void query_null(struct query *q)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_null(q->stmt, q->bound));
}

bool query_row(struct query *q)
{
	int code;

	if (q->result != STORE_OK)
		return false;
	errno = 0;
	code = sqlite3_step(q->stmt);
	if (code != SQLITE_ROW)
		q->result = result_of(q->db, code);
	return code == SQLITE_ROW;
}

int query_end(struct query *q)
{
	if (q->stmt != NULL) {
		sqlite3_reset(q->stmt);
		sqlite3_clear_bindings(q->stmt);
		q->stmt = NULL;
	}
	return q->result;
}

int query_first(struct query *q)
{
	int result;

	if (query_row(q))
		return STORE_OK;
	result = query_end(q);
	return result == STORE_OK ? STORE_NOT_FOUND : result;
}

int query_run(struct query *q)
{
	while (query_row(q))
		;
	return query_end(q);
}

int64_t column_number(const struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

uint64_t column_id(const struct query *q, int column)
{
	return (uint64_t)sqlite3_column_int64(q->stmt, column);
}

struct slice column_slice(const struct query *q, int column)
{
	const char *data = sqlite3_column_blob(q->stmt, column);

	return slice_make(data, (size_t)sqlite3_column_bytes(q->stmt, column));
}

const char *column_text(const struct query *q, int column, struct arena *a)
{
	return arena_text(a, column_slice(q, column));
}

bool column_is_null(const struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

int query_value(struct query *q, int64_t *ret_value)
{
	int64_t value = 0;
	int result;

	if (query_row(q))
		value = column_number(q, 0);
	result = query_end(q);
	if (result == STORE_OK)
		*ret_value = value;
	return result;
}
