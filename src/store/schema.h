/*
 * schema.h - the shape of the database: numbered migrations (schema/NNN_name.sql, compiled in),
 * applied in order, each in one transaction that also counts PRAGMA user_version up. A migration
 * that was ever released is never edited.
 */
#ifndef TOCSIN_STORE_SCHEMA_H
#define TOCSIN_STORE_SCHEMA_H

#include "store/db.h"

struct migration {
	const char *name;
	const char *sql;
};

extern const struct migration schema_migrations[];
extern const size_t schema_version; /* how many there are, the newest version we know */

/*
 * Whether the file can be used: a whole SQLite file, empty or ours, of a version we know. Writes
 * nothing. *ret_version is 0 for an empty one. Negative with a fault that names the cure;
 * STORE_UNFIT for one that no later try can use.
 */
int schema_check(struct store_db *db, size_t *ret_version, struct fault *f) MUST_CHECK;

/* From *version up to "to"; negative with a fault, the database then as after the last whole step. */
int schema_migrate(struct store_db *db, size_t version, size_t to, struct fault *f) MUST_CHECK;

#endif
