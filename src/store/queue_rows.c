/* queue_rows.c - verdicts as rows, and what follows from a change; see queue_rows.h. */
#include "store/queue_rows.h"

#include "core/plain_text.h"

int attempt_write(struct store_db *db, const struct attempt_row *row)
{
	char enhanced[ENHANCED_TEXT_SIZE];
	struct query q;
	uint64_t id;
	int result;

	query_init(&q, db, "INSERT INTO attempt (recipient, at, relay, took_ms, class, stage, reason,"
			   " code, enhanced, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	query_id(&q, row->recipient);
	query_number(&q, row->at);
	query_text(&q, row->relay);
	query_id(&q, row->took_ms);
	query_text(&q, verdict_class_name(row->verdict->class));
	query_text(&q, verdict_stage_name(row->verdict->stage));
	query_text(&q, verdict_reason_name(row->verdict->reason));
	query_number(&q, row->verdict->code);
	query_text(&q, enhanced_status_text(row->verdict->enhanced, enhanced));
	query_text(&q, row->verdict->text);
	result = query_run(&q);
	if (result != STORE_OK)
		return result;
	id = db_last_id(db);
	query_init(&q, db, "UPDATE recipient SET last = ? WHERE id = ?");
	query_id(&q, id);
	query_id(&q, row->recipient);
	return query_run(&q);
}

/* The number of a name among n of them; fallback for a name of another version. */
static unsigned number_of(struct slice name, const char *(*name_of)(unsigned), unsigned n,
	unsigned fallback)
{
	for (unsigned i = 0; i < n; i++)
		if (slice_is(name, name_of(i)))
			return i;
	return fallback;
}

static const char *class_name(unsigned i)
{
	return verdict_class_name((enum verdict_class)i);
}

static const char *stage_name(unsigned i)
{
	return verdict_stage_name((enum verdict_stage)i);
}

static const char *reason_name(unsigned i)
{
	return verdict_reason_name((enum verdict_reason)i);
}

void attempt_read_verdict(const struct query *q, int first, struct verdict *ret_verdict)
{
	struct verdict *v = ret_verdict;
	struct slice rest;

	*v = (struct verdict){ .code = (unsigned)column_number(q, first + 3) };
	v->class = (enum verdict_class)number_of(column_slice(q, first), class_name,
		VERDICT_CLASS_COUNT, VERDICT_LOCAL);
	v->stage = (enum verdict_stage)number_of(column_slice(q, first + 1), stage_name,
		STAGE_COUNT, STAGE_SETTINGS);
	v->reason = (enum verdict_reason)number_of(column_slice(q, first + 2), reason_name,
		REASON_COUNT, REASON_FAULT);
	if (!enhanced_status_parse(column_slice(q, first + 4), &v->enhanced, &rest))
		v->enhanced = (struct enhanced_status){ 0 };
	plain_text_copy(column_slice(q, first + 5), PLAIN_TEXT_LINES, v->text, sizeof(v->text));
}

static int drop_content(struct store_db *db, uint64_t message)
{
	struct query q;

	query_init(&q, db, "DELETE FROM content WHERE id >= ? AND id < ?");
	query_id(&q, message * QUEUE_PARTS_MAX);
	query_id(&q, (message + 1) * QUEUE_PARTS_MAX);
	return query_run(&q);
}

/* The last open recipient has become final. */
static int finish(struct store_db *db, uint64_t message)
{
	struct query q;
	int result;

	query_init(&q, db, "UPDATE message SET kept = 1 WHERE id = ?1 AND EXISTS (SELECT 1"
			   " FROM recipient r LEFT JOIN attempt t ON t.id = r.last WHERE r.message = ?1"
			   " AND r.state = 5 AND coalesce(t.reason, '') <> 'deleted')");
	query_id(&q, message);
	result = query_run(&q);
	return result == STORE_OK && db_changes(db) == 0 ? drop_content(db, message) : result;
}

int queue_refresh(struct store_db *db, uint64_t message)
{
	struct query q;
	uint64_t before, n_open;
	int result;

	query_init(&q, db, "SELECT n_open FROM message WHERE id = ?");
	query_id(&q, message);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	before = column_id(&q, 0);
	result = query_end(&q);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "UPDATE message SET n_open = (SELECT count(*) FROM recipient"
			   " WHERE message = ?1 AND state NOT IN (3, 5)) WHERE id = ?1 RETURNING n_open");
	query_id(&q, message);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	n_open = column_id(&q, 0);
	result = query_run(&q);
	return result == STORE_OK && before > 0 && n_open == 0 ? finish(db, message) : result;
}

int queue_drop_kept(struct store_db *db, uint64_t message, bool *ret_did)
{
	struct query q;
	bool did;
	int result;

	query_init(&q, db, "UPDATE message SET kept = 0 WHERE id = ? AND kept = 1 AND n_open = 0");
	query_id(&q, message);
	result = query_run(&q);
	did = result == STORE_OK && db_changes(db) > 0;
	if (did)
		result = drop_content(db, message);
	if (result == STORE_OK)
		*ret_did = did;
	return result;
}

int queue_find(struct store_db *db, const char *queue_id, uint64_t *ret_message)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT id FROM message WHERE queue_id = ?");
	query_text(&q, queue_id);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_message = column_id(&q, 0);
	return query_end(&q);
}
