/*
 * key.h - does the key file fit the database? A record in it (meta, 'seal_check') was sealed with
 * the key it was made with; as long as that record stands, no other key is taken and none is made.
 */
#ifndef TOCSIN_STORE_KEY_H
#define TOCSIN_STORE_KEY_H

#include "store/db.h"

enum {
	KEY_ABSENT = 1,
};

/*
 * Before anything is written to the database of that schema version (0: empty): loads the
 * key file into *seal. KEY_ABSENT when there is none and nothing can be sealed yet. Negative with
 * a fault.
 */
int key_check(struct store_db *db, struct seal *seal, size_t version, const char *path,
	struct fault *f) MUST_CHECK;

/* Once the schema is on the disk, so that a key file shows that there was a database. */
int key_make(struct seal *seal, const char *path, struct fault *f) MUST_CHECK;

/* Once the schema is up to date: writes the record where there is none. */
int key_settle(struct store_db *db, struct fault *f) MUST_CHECK;

#endif
