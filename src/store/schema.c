/* schema.c - is this file ours and whole, and bringing it up to date; see schema.h. */
#include "store/schema.h"

#include "base/log.h"
#include "core/plain_text.h"

enum {
	APPLICATION_ID = 0x546f6373, /* "Tocs" */
	CHECK_WHOLE_MAX = 64 * 1024 * 1024, /* a larger file is checked without the mails' octets */
};

static int read_pragma(struct store_db *db, const char *sql, int64_t *ret_value)
{
	struct query q;

	query_init(&q, db, sql);
	return query_value(&q, ret_value);
}

/* words NULL: SQLite's own. */
static int damaged(const struct store_db *db, const char *words, struct fault *f)
{
	if (words == NULL && !db->broken) {
		fault_set(f, "tocsin.db cannot be read: %s.", db_error(db));
		return STORE_FAILED;
	}
	fault_set(f, "tocsin.db is damaged: %s. Nothing was changed; put a good copy in its place or "
	             "move it away to start anew.", words != NULL ? words : db_error(db));
	return STORE_FAILED;
}

/* quick_check answers one row "ok", or rows of words. */
static int check_pages(struct store_db *db, const char *sql, struct fault *f)
{
	char words[160] = "";
	struct query q;
	int result;

	query_init(&q, db, sql);
	if (query_row(&q) && !slice_is(column_slice(&q, 0), "ok"))
		plain_text_copy(column_slice(&q, 0), PLAIN_TEXT_ONE_LINE, words, sizeof(words));
	result = query_end(&q);
	if (result != STORE_OK || words[0] != '\0')
		return damaged(db, words[0] != '\0' ? words : NULL, f);
	return STORE_OK;
}

static const char *const checks_without_content[] = {
	"PRAGMA quick_check(sqlite_schema)",
	"PRAGMA quick_check(setting)",
	"PRAGMA quick_check(account)",
	"PRAGMA quick_check(audit)",
	"PRAGMA quick_check(message)",
	"PRAGMA quick_check(recipient)",
	"PRAGMA quick_check(attempt)",
};

static int check_whole(struct store_db *db, size_t version, struct fault *f)
{
	int64_t pages, page_size;

	if (read_pragma(db, "PRAGMA page_count", &pages) != STORE_OK ||
	    read_pragma(db, "PRAGMA page_size", &page_size) != STORE_OK)
		return damaged(db, NULL, f);
	if (pages * page_size <= CHECK_WHOLE_MAX || version < schema_version)
		return check_pages(db, "PRAGMA quick_check(1)", f);
	for (size_t i = 0; i < COUNT_OF(checks_without_content); i++)
		if (check_pages(db, checks_without_content[i], f) != STORE_OK)
			return STORE_FAILED;
	return STORE_OK;
}

int schema_check(struct store_db *db, size_t *ret_version, struct fault *f)
{
	int64_t version, application, tables;

	if (read_pragma(db, "PRAGMA user_version", &version) != STORE_OK ||
	    read_pragma(db, "PRAGMA application_id", &application) != STORE_OK ||
	    read_pragma(db, "SELECT count(*) FROM sqlite_schema", &tables) != STORE_OK)
		return damaged(db, NULL, f);
	if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0)) {
		fault_set(f, "tocsin.db is a database of another program. Move it away.");
		return STORE_UNFIT;
	}
	if (version < 0 || (uint64_t)version > schema_version) {
		fault_set(f, "tocsin.db was written by a newer version of Tocsin (schema %lld, this one "
		             "knows %zu). Install that version again.", (long long)version, schema_version);
		return STORE_UNFIT;
	}
	*ret_version = (size_t)version;
	return check_whole(db, (size_t)version, f);
}

static int apply(struct store_db *db, const struct migration *m)
{
	int result = db_exec(db, "BEGIN IMMEDIATE; PRAGMA application_id = 0x546f6373;");

	if (result == STORE_OK)
		result = db_exec(db, m->sql);
	if (result == STORE_OK)
		result = db_exec(db, "COMMIT");
	return result;
}

int schema_migrate(struct store_db *db, size_t version, size_t to, struct fault *f)
{
	size_t from = version;

	for (; version < to; version++) {
		const struct migration *m = &schema_migrations[version];

		if (apply(db, m) != STORE_OK) {
			fault_set(f, "tocsin.db could not be brought to schema %zu (%s): %s.", version + 1,
				m->name, db_error(db));
			if (db_in_transaction(db))
				(void)!db_exec(db, "ROLLBACK");
			return STORE_FAILED;
		}
	}
	if (from == 0 && to > 0)
		log_info("store: made tocsin.db, schema %zu", to);
	else if (from < to)
		log_info("store: brought tocsin.db from schema %zu to %zu", from, to);
	return STORE_OK;
}
