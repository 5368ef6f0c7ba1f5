/* queue_retain.c - old history goes, a slice at a time; see queue_retain.h. */
#include "store/queue_retain.h"

#include "store/queue_rows.h"

static int read_number(struct store_db *db, const char *sql, int64_t *ret_n)
{
	struct query q;

	query_init(&q, db, sql);
	return query_value(&q, ret_n);
}

/* What the log takes up: all pages in use, without the octets of open mail. */
static int read_size(struct store_db *db, uint64_t *ret_size)
{
	int64_t pages = 0, unused = 0, page = 0, open = 0;
	int result = read_number(db, "PRAGMA page_count", &pages);

	if (result == STORE_OK)
		result = read_number(db, "PRAGMA freelist_count", &unused);
	if (result == STORE_OK)
		result = read_number(db, "PRAGMA page_size", &page);
	if (result == STORE_OK)
		result = read_number(db, "SELECT octets FROM volume WHERE kind = 'open'", &open);
	if (result != STORE_OK)
		return result;
	*ret_size = (pages - unused) * page > open ? (uint64_t)((pages - unused) * page - open) : 0;
	return STORE_OK;
}

/* The oldest finished message that came in before that time, from the position on; 0 none. */
static int find_finished(struct store_db *db, int64_t before, struct queue_position *reached,
	uint64_t *ret_message)
{
	struct queue_position found = { .at = before };
	struct query q;
	int result;

	if (reached->at >= before)
		return STORE_OK;
	query_init(&q, db, "SELECT at, id FROM message INDEXED BY message_at WHERE at >= ?1 AND at < ?2"
			   " AND (at > ?1 OR id >= ?3) AND n_open = 0 ORDER BY at, id LIMIT 1");
	query_number(&q, reached->at);
	query_number(&q, before);
	query_id(&q, reached->message);
	result = query_first(&q);
	if (result == STORE_OK) {
		found = (struct queue_position){ column_number(&q, 0), column_id(&q, 1) };
		result = query_end(&q);
	}
	if (result != STORE_OK && result != STORE_NOT_FOUND)
		return result;
	*reached = found;
	*ret_message = found.message;
	return STORE_OK;
}

static int run(struct store_db *db, const char *sql, uint64_t message, size_t limit, size_t *rows)
{
	struct query q;
	int result;

	query_init(&q, db, sql);
	query_id(&q, message);
	query_id(&q, limit);
	result = query_run(&q);
	if (result == STORE_OK)
		*rows += (size_t)db_changes(db);
	return result;
}

/* Recipients with their tries, as many as fit the slice; the message goes with the last of them. */
static int remove_some(struct store_db *db, uint64_t message, size_t *rows)
{
	size_t room = QUEUE_RETAIN_ROWS - *rows, gone = 0, whole = 0;
	bool dropped = false;
	int result = queue_drop_kept(db, message, &dropped);

	if (result == STORE_OK)
		result = run(db, "DELETE FROM recipient WHERE id IN (SELECT id FROM recipient"
			" WHERE message = ? ORDER BY id DESC LIMIT ?)", message, room, &gone);
	if (result == STORE_OK && gone < room)
		result = run(db, "DELETE FROM message WHERE id = ? AND ? > 0", message, 1, &whole);
	*rows += gone + 1;
	return result;
}

static int drop_oldest_kept(struct store_db *db, size_t *rows)
{
	bool dropped = false;
	int64_t id = 0;
	int result = read_number(db, "SELECT id FROM message INDEXED BY message_kept WHERE kept = 1"
		" ORDER BY at LIMIT 1", &id);

	if (result == STORE_OK && id != 0)
		result = queue_drop_kept(db, (uint64_t)id, &dropped);
	*rows += dropped ? QUEUE_RETAIN_ROWS / 8 : 0; /* up to 560 rows of octets */
	return result;
}

/* One step: more when it did something. */
static int step(struct store_db *db, const struct queue_retention *r, size_t *rows,
	struct queue_retained *done)
{
	size_t before = *rows;
	uint64_t message = 0, size = 0;
	int result = find_finished(db, r->now - r->age, &done->reached, &message);

	if (result == STORE_OK && message == 0) {
		result = read_size(db, &size);
		if (result == STORE_OK && size > r->size) {
			result = drop_oldest_kept(db, rows);
			if (result == STORE_OK && *rows == before)
				result = find_finished(db, r->now - QUEUE_RETAIN_ALWAYS,
					&done->reached, &message);
		}
	}
	if (result == STORE_OK && message != 0)
		result = remove_some(db, message, rows);
	done->more = *rows > before;
	return result;
}

int queue_retain(struct store_db *db, const struct queue_retention *r,
	struct queue_retained *ret_retained)
{
	struct queue_retained done = { .more = true, .reached = r->from };
	size_t rows = 0;
	int result = STORE_OK;

	while (result == STORE_OK && done.more && rows < QUEUE_RETAIN_ROWS)
		result = step(db, r, &rows, &done);
	if (result == STORE_OK)
		*ret_retained = done;
	return result;
}
