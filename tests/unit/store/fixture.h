/*
 * fixture.h - what the store's tests stand on: a folder of their own, a database in it without a
 * thread (open_db), or a whole store on a loop (open_store, write_and_wait). setup and teardown
 * are cmocka's.
 */
#ifndef TOCSIN_TESTS_STORE_FIXTURE_H
#define TOCSIN_TESTS_STORE_FIXTURE_H

#include "unit/unit.h"

#include "store/db.h"
#include "store/store.h"
#include "sys/loop.h"

extern char folder[64]; /* "/tmp/tocsin-XXXXXX" */
extern struct loop *loop;
extern struct arena *arena;
extern struct store_db db; /* open_db() */
extern struct store *store; /* open_store() */

int setup(void **state); /* a folder, a loop, an arena */
int teardown(void **state); /* closes what is open and removes the folder */

void open_db(void); /* with all migrations and a key of its own, not durable */
void close_db(void);

void open_store(void); /* must succeed */
void close_store(void);
const char *refused(void); /* store_open() must fail: its fault */

/* Writes the job and turns the loop until it is done: its result. */
int write_and_wait(int (*run)(struct store_db *db, void *arg), void *arg);

const char *path_of(const char *name); /* in the folder; good until the next call */
struct buffer read_whole(const char *name); /* release it */
void write_whole(const char *name, const void *data, size_t len);
bool files_hold(const char *text); /* any file of the folder holds these octets */

#endif
