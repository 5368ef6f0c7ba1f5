/* notices.c - what notices must not forget; see notices.h. */
#include "store/notices.h"

#include "store/queue_rows.h"

int notice_last(struct store_db *db, const char *name, struct notice_mark *ret_mark)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT day, at FROM notice WHERE name = ?");
	query_text(&q, name);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_mark = (struct notice_mark){ column_number(&q, 0), column_number(&q, 1) };
	return query_end(&q);
}

int notice_sent(struct store_db *db, const char *name, const struct notice_mark *mark)
{
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO notice (name, day, at) VALUES (?, ?, ?)");
	query_text(&q, name);
	query_number(&q, mark->day);
	query_number(&q, mark->at);
	return query_run(&q);
}

/* ---- the outage ---- */

int outage_load(struct store_db *db, struct outage *ret_outage)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT began, breaks, class, stage, reason, code, enhanced, words"
			   " FROM outage");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	ret_outage->began = column_number(&q, 0);
	ret_outage->breaks = column_id(&q, 1);
	attempt_read_verdict(&q, 2, &ret_outage->verdict);
	return query_end(&q);
}

int outage_save(struct store_db *db, const struct outage *outage)
{
	const struct verdict *v = &outage->verdict;
	char enhanced[ENHANCED_TEXT_SIZE];
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO outage (id, began, breaks, class, stage, reason, code,"
			   " enhanced, words) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)");
	query_number(&q, outage->began);
	query_id(&q, outage->breaks);
	query_text(&q, verdict_class_name(v->class));
	query_text(&q, verdict_stage_name(v->stage));
	query_text(&q, verdict_reason_name(v->reason));
	query_number(&q, v->code);
	query_text(&q, v->enhanced.class != 0 ? enhanced_status_text(v->enhanced, enhanced) : "");
	query_text(&q, v->text);
	return query_run(&q);
}

int outage_forget(struct store_db *db)
{
	struct query q;

	query_init(&q, db, "DELETE FROM outage");
	return query_run(&q);
}

int outage_waited(struct store_db *db, int64_t ended, uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM ("
			   "SELECT id FROM message INDEXED BY message_open WHERE n_open > 0 AND at <= ?"
			   " UNION SELECT m.id FROM recipient r INDEXED BY recipient_final"
			   " JOIN message m ON m.id = r.message"
			   " WHERE r.state IN (3, 5) AND r.changed >= ? AND m.at <= ?)");
	query_number(&q, ended);
	query_number(&q, ended);
	query_number(&q, ended);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

/* ---- failures ---- */

#define FAILURE_COLUMNS \
	"r.changed, m.queue_id, r.address, m.subject, r.last," \
	" t.class, t.stage, t.reason, t.code, t.enhanced, t.words"
#define FAILURE_JOINS \
	" JOIN message m ON m.id = r.message LEFT JOIN attempt t ON t.id = r.last"

static void read_failure(const struct query *q, struct arena *a, struct failure *f)
{
	f->id = column_id(q, 0);
	f->at = column_number(q, 1);
	f->queue_id = column_text(q, 2, a);
	f->address = column_text(q, 3, a);
	f->subject = column_text(q, 4, a);
	if (column_is_null(q, 5))
		return;
	f->verdict = arena_alloc(a, sizeof(*f->verdict));
	if (f->verdict != NULL)
		attempt_read_verdict(q, 6, f->verdict);
}

static int read_failures(struct query *q, size_t limit, struct arena *a, struct failures *list)
{
	int result;

	list->items = arena_array(a, limit + 1, sizeof(*list->items));
	while (list->items != NULL && list->n < limit && query_row(q))
		read_failure(q, a, &list->items[list->n++]);
	result = query_end(q);
	return result == STORE_OK && arena_failed(a) ? STORE_FAILED : result;
}

int failures_untold(struct store_db *db, size_t limit, struct arena *a,
	struct failures *ret_failures)
{
	struct failures list = { 0 };
	struct query q;
	int result;

	query_init(&q, db, "SELECT count(*), max(id) FROM untold_failure");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	list.total = column_id(&q, 0);
	list.last_id = column_id(&q, 1);
	result = query_end(&q);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "SELECT u.id, " FAILURE_COLUMNS " FROM untold_failure u"
			   " JOIN recipient r ON r.id = u.recipient" FAILURE_JOINS
			   " WHERE u.id <= ? ORDER BY u.id LIMIT ?");
	query_id(&q, list.last_id);
	query_number(&q, (int64_t)limit);
	result = read_failures(&q, limit, a, &list);
	if (result != STORE_OK)
		return result;
	list.first_at = list.n > 0 ? list.items[0].at : 0;
	*ret_failures = list;
	return STORE_OK;
}

int failures_told(struct store_db *db, uint64_t last_id)
{
	struct query q;

	query_init(&q, db, "DELETE FROM untold_failure WHERE id <= ?");
	query_id(&q, last_id);
	return query_run(&q);
}

int failures_since(struct store_db *db, int64_t since, size_t limit, struct arena *a,
	struct failures *ret_failures)
{
	struct failures list = { 0 };
	struct query q;
	int result;

	query_init(&q, db, "SELECT count(*), min(changed) FROM recipient INDEXED BY recipient_final"
			   " WHERE state IN (3, 5) AND state = 5 AND changed > ?");
	query_number(&q, since);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	list.total = column_id(&q, 0);
	list.first_at = column_number(&q, 1);
	result = query_end(&q);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "SELECT 0, " FAILURE_COLUMNS " FROM recipient r INDEXED BY recipient_final"
			   FAILURE_JOINS " WHERE r.state IN (3, 5) AND r.state = 5 AND r.changed > ?"
			   " ORDER BY r.changed DESC LIMIT ?");
	query_number(&q, since);
	query_number(&q, (int64_t)limit);
	result = read_failures(&q, limit, a, &list);
	if (result == STORE_OK)
		*ret_failures = list;
	return result;
}
