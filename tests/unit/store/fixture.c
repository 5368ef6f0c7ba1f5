/* fixture.c - folders, databases and stores for the tests; see fixture.h. */
#include "unit/store/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/schema.h"
#include "sys/files.h"

char folder[64];
struct loop *loop;
struct arena *arena;
struct store_db db;
struct store *store;

static struct seal seal;

int setup(void **state UNUSED)
{
	snprintf(folder, sizeof(folder), "/tmp/tocsin-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	log_set_level(LOG_LEVEL_ALERT);
	loop = loop_new();
	arena = arena_new(64 * 1024 * 1024);
	return loop == NULL || arena == NULL;
}

static void each_file(void (*fn)(const char *name))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			fn(entry->d_name);
	closedir(dir);
}

static void remove_file(const char *name)
{
	unlink(path_of(name));
}

int teardown(void **state UNUSED)
{
	close_db();
	close_store();
	arena_free(arena);
	loop_free(loop);
	each_file(remove_file);
	return rmdir(folder);
}

const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* ---- a database without a thread ---- */

void open_db(void)
{
	struct fault f = { "" };
	size_t version;

	for (size_t i = 0; i < sizeof(seal.key); i++)
		seal.key[i] = (unsigned char)i;
	if (db_open(&db, path_of("test.db"), DB_WRITE, &f) != 0 ||
		schema_check(&db, &version, &f) != 0 ||
		db_exec(&db, "PRAGMA synchronous = off") != 0 ||
		schema_migrate(&db, version, schema_version, &f) != 0)
		fail_msg("%s", f.text);
	db.seal = &seal;
}

void close_db(void)
{
	db_release(&db);
}

/* ---- a store ---- */

void open_store(void)
{
	struct fault f = { "" };

	if (store_open(folder, loop, &store, &f) != 0)
		fail_msg("%s", f.text);
}

void close_store(void)
{
	store_close(store);
	store = NULL;
}

const char *refused(void)
{
	static struct fault f;

	f = (struct fault){ "" };
	assert_true(store_open(folder, loop, &store, &f) < 0);
	assert_null(store);
	return f.text;
}

static void stop_with_result(void *arg, int result)
{
	int *into = arg;

	*into = result;
	loop_stop(loop);
}

struct waiting {
	int (*run)(struct store_db *db, void *arg);
	void *arg;
	int result;
};

static int run_waiting(struct store_db *on, void *arg)
{
	struct waiting *w = arg;

	return w->run(on, w->arg);
}

static void done_waiting(void *arg, int result)
{
	struct waiting *w = arg;

	stop_with_result(&w->result, result);
}

int write_and_wait(int (*run)(struct store_db *db, void *arg), void *arg)
{
	struct waiting w = { .run = run, .arg = arg };
	struct store_job job = { .run = run_waiting, .done = done_waiting, .arg = &w };

	store_write(store, &job);
	assert_int_equal(loop_run(loop), 0);
	return w.result;
}

/* ---- files ---- */

struct buffer read_whole(const char *name)
{
	struct buffer content;
	struct fault f;

	buffer_init(&content, 256 * 1024 * 1024);
	assert_int_equal(file_read(FILES_HERE, path_of(name), &content, &f), 0);
	return content;
}

void write_whole(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(path_of(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static const char *searched;
static bool found;

static void search_file(const char *name)
{
	struct buffer content = read_whole(name);

	if (slice_find(buffer_slice(&content), slice_of(searched)) < content.len)
		found = true;
	buffer_release(&content);
}

bool files_hold(const char *text)
{
	searched = text;
	found = false;
	each_file(search_file);
	return found;
}
