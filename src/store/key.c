/* key.c - the key file and the record that proves it; see key.h. */
#include "store/key.h"

#include "base/log.h"
#include "sys/files.h"

static const char check_text[] = "tocsin";

/* STORE_NOT_FOUND while there is no record. */
static int check_record(struct store_db *db, const struct seal *seal, bool *ret_fits)
{
	struct buffer plain;
	struct query q;
	int result;

	query_init(&q, db, "SELECT value FROM meta WHERE name = 'seal_check'");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	buffer_init_secret(&plain, 64);
	*ret_fits = seal != NULL &&
		seal_open(seal, SLICE("meta/seal_check"), column_slice(&q, 0), &plain) == 0 &&
		slice_is(buffer_slice(&plain), check_text);
	buffer_release(&plain);
	return query_end(&q);
}

int key_make(struct seal *seal, const char *path, struct fault *f)
{
	if (seal_create(seal, path, f) != 0)
		return -1;
	log_info("store: made the key file store.key beside tocsin.db: without it no secret can be read");
	return 0;
}

int key_check(struct store_db *db, struct seal *seal, size_t version, const char *path,
	struct fault *f)
{
	bool fits = false;
	int loaded = seal_load(seal, path, f);
	int result;

	if (loaded < 0)
		return -1;
	result = STORE_NOT_FOUND;
	if (version > 0)
		result = check_record(db, loaded == 0 ? seal : NULL, &fits);
	if (result == STORE_NOT_FOUND)
		return loaded == 0 ? 0 : KEY_ABSENT;
	if (result != STORE_OK) {
		fault_set(f, "tocsin.db cannot be read: %s.", db_error(db));
		return -1;
	}
	if (fits)
		return 0;
	fault_set(f, loaded == 0 ? "%s is not the key that tocsin.db was sealed with. Put the right "
	                           "file back; nothing was changed."
	                         : "%s is missing, and tocsin.db was sealed with it. Put the file back "
	                           "from a backup; nothing was changed.", path);
	return -1;
}

static int write_record(struct store_db *db, const struct buffer *sealed)
{
	struct query q;

	query_init(&q, db, "INSERT INTO meta (name, value) VALUES ('seal_check', ?)");
	query_bytes(&q, sealed->data, sealed->len);
	return query_run(&q);
}

int key_settle(struct store_db *db, struct fault *f)
{
	struct buffer sealed;
	bool fits;
	int result = check_record(db, NULL, &fits);

	if (result == STORE_NOT_FOUND) {
		buffer_init(&sealed, 128);
		seal_close(db->seal, SLICE("meta/seal_check"), slice_of(check_text), &sealed);
		result = buffer_ok(&sealed) ? write_record(db, &sealed) : STORE_FAILED;
		buffer_release(&sealed);
	}
	if (result != STORE_OK)
		fault_set(f, "tocsin.db cannot be written: %s.", db_error(db));
	return result == STORE_OK ? 0 : -1;
}
