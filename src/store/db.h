/*
 * db.h - one connection to the database and the statements on it, for the files of this room.
 *
 *   struct query q;
 *
 *   query_init(&q, db, "SELECT name FROM thing WHERE kind = ?");
 *   query_text(&q, kind);
 *   while (query_row(&q))
 *           use(column_text(&q, 0, arena));
 *   return query_end(&q);
 *
 * Values are bound in the order of their marks and only bound, never written into the SQL. A
 * failure anywhere shows at the end. A connection belongs to one thread at a time.
 */
#ifndef TOCSIN_STORE_DB_H
#define TOCSIN_STORE_DB_H

#include "store/seal.h"
#include "store/store.h"

struct sqlite3;
struct sqlite3_stmt;

enum {
	DB_STATEMENTS_MAX = 384, /* different SQL texts of the room */
};

struct store_db {
	struct sqlite3 *handle;
	const struct seal *seal;
	/* while it is opened: the caller's fault says what is wrong, the log need not */
	bool quiet;
	bool broken; /* the disk or the file failed, see store_is_broken() */
	struct {
		const char *sql;
		struct sqlite3_stmt *stmt;
	} cache[DB_STATEMENTS_MAX];
	size_t n_cached;
};

enum db_mode {
	DB_WRITE, /* makes the file where there is none */
	DB_READ,
};

int db_open(struct store_db *db, const char *path, enum db_mode mode, struct fault *f) MUST_CHECK;
void db_release(struct store_db *db); /* also good for a zeroed struct */

/* Several statements without values, of ours; an enum store_result. */
int db_exec(struct store_db *db, const char *sql) MUST_CHECK;
/*
 * After a commit: STORE_OK when the disk still answers a read, and so the commit's sync meant what
 * it said (docs/adr/0013).
 */
int db_confirm(struct store_db *db) MUST_CHECK;
bool db_in_transaction(const struct store_db *db);
uint64_t db_last_id(const struct store_db *db); /* of the row inserted last */
uint64_t db_changes(const struct store_db *db); /* rows the last statement changed */
const char *db_error(const struct store_db *db); /* SQLite's words for the last failure */

struct query {
	struct store_db *db;
	struct sqlite3_stmt *stmt;
	int bound; /* values so far */
	int result;
};

void query_init(struct query *q, struct store_db *db, const char *sql); /* sql is a literal */
void query_number(struct query *q, int64_t value);
void query_id(struct query *q, uint64_t value);
void query_text(struct query *q, const char *text); /* NULL binds NULL; text stays until the end */
void query_slice(struct query *q, struct slice text); /* as text */
void query_bytes(struct query *q, const void *bytes, size_t len); /* as a blob */
void query_null(struct query *q);

bool query_row(struct query *q);
int query_end(struct query *q) MUST_CHECK;
/* The first row (0; read it, then query_end()) or STORE_NOT_FOUND, or a failure (both ended). */
int query_first(struct query *q) MUST_CHECK;
int query_run(struct query *q) MUST_CHECK; /* for statements without rows: row and end in one */

/* Columns count from 0; a NULL is 0 or "". Slices are good until the next row or the end. */
int64_t column_number(const struct query *q, int column);
uint64_t column_id(const struct query *q, int column);
struct slice column_slice(const struct query *q, int column);
const char *column_text(const struct query *q, int column, struct arena *a);
bool column_is_null(const struct query *q, int column);

/* A statement of one number: 0 and *ret_value (0 for no row), or a failure. */
int query_value(struct query *q, int64_t *ret_value) MUST_CHECK;

#endif
