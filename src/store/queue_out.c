/* queue_out.c - due mail to the sender and its verdicts back; see queue.h. */
#include "store/queue_rows.h"

/* ---- what is due ---- */

/* A message is with the sender once at a time, so its other recipients wait. */
static int find_due(struct store_db *db, uint64_t *ret_message, int64_t *ret_due)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT r.message, r.next_try FROM recipient r INDEXED BY recipient_due"
			   " WHERE r.state IN (0, 4) AND NOT EXISTS (SELECT 1 FROM recipient o"
			   " INDEXED BY recipient_state WHERE o.message = r.message AND o.state IN (1, 2))"
			   " ORDER BY r.next_try, r.id LIMIT 1");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_message = column_id(&q, 0);
	*ret_due = column_number(&q, 1);
	return query_end(&q);
}

int queue_next_due(struct store_db *db, int64_t *ret_due)
{
	uint64_t message;
	int64_t due;
	int result = find_due(db, &message, &due);

	if (result == STORE_NOT_FOUND)
		due = INT64_MAX;
	else if (result != STORE_OK)
		return result;
	*ret_due = due;
	return STORE_OK;
}

/* ---- handing out ---- */

static int read_message(struct store_db *db, uint64_t message, struct arena *a,
	struct queue_envelope *e)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT id, queue_id, at, sender, header_from, subject, message_id, size,"
			   " header_size, needs_8bitmime, needs_smtputf8, dsn_notify, dsn_return, dsn_envid"
			   " FROM message WHERE id = ?");
	query_id(&q, message);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*e = (struct queue_envelope){
		.message = column_id(&q, 0),
		.queue_id = column_text(&q, 1, a),
		.at = column_number(&q, 2),
		.sender = column_text(&q, 3, a),
		.header_from = column_text(&q, 4, a),
		.subject = column_text(&q, 5, a),
		.message_id = column_text(&q, 6, a),
		.size = column_id(&q, 7),
		.header_size = column_id(&q, 8),
		.needs_8bitmime = column_number(&q, 9) != 0,
		.needs_smtputf8 = column_number(&q, 10) != 0,
		.dsn = {
			.notify = (unsigned)column_number(&q, 11),
			.ret = (enum dsn_return)column_number(&q, 12),
			.envid = column_text(&q, 13, a),
		},
	};
	return query_end(&q);
}

static int read_due_recipients(struct store_db *db, int64_t now, struct arena *a,
	struct queue_envelope *e)
{
	struct query q;

	e->recipients = arena_array(a, QUEUE_BATCH_MAX, sizeof(*e->recipients));
	if (e->recipients == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT id, address, attempts, ambiguous FROM recipient WHERE message = ?"
			   " AND state IN (0, 4) AND next_try <= ? ORDER BY id LIMIT ?");
	query_id(&q, e->message);
	query_number(&q, now);
	query_number(&q, QUEUE_BATCH_MAX);
	while (query_row(&q)) {
		struct queue_recipient *r = &e->recipients[e->n_recipients++];

		r->id = column_id(&q, 0);
		r->address = column_text(&q, 1, a);
		r->attempts = (unsigned)column_number(&q, 2);
		r->ambiguous = (unsigned)column_number(&q, 3);
	}
	return query_end(&q);
}

static int put_in_flight(struct store_db *db, int64_t now, const struct queue_envelope *e)
{
	int result = STORE_OK;

	for (size_t i = 0; result == STORE_OK && i < e->n_recipients; i++) {
		struct query q;

		query_init(&q, db, "UPDATE recipient SET state = 1, changed = ?, next_try = NULL"
				   " WHERE id = ?");
		query_number(&q, now);
		query_id(&q, e->recipients[i].id);
		result = query_run(&q);
	}
	return result;
}

int queue_take(struct store_db *db, int64_t now, struct arena *a,
	struct queue_envelope *ret_envelope)
{
	struct queue_envelope e;
	uint64_t message;
	int64_t due;
	int result = find_due(db, &message, &due);

	if (result == STORE_OK && due > now)
		return STORE_NOT_FOUND;
	if (result == STORE_OK)
		result = read_message(db, message, a, &e);
	if (result == STORE_OK)
		result = read_due_recipients(db, now, a, &e);
	if (result == STORE_OK)
		result = put_in_flight(db, now, &e);
	if (result == STORE_OK && arena_failed(a))
		result = STORE_FAILED;
	if (result == STORE_OK)
		*ret_envelope = e;
	return result;
}

/* ---- octets ---- */

static int content_size(struct store_db *db, uint64_t message, uint64_t *ret_size)
{
	struct query q;
	int64_t size;
	int result;

	query_init(&q, db, "SELECT size FROM message WHERE id = ? AND n_open > 0");
	query_id(&q, message);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	size = column_number(&q, 0);
	result = query_end(&q);
	if (result == STORE_OK)
		*ret_size = (uint64_t)size;
	return result;
}

int queue_body(struct store_db *db, uint64_t message, uint64_t offset, struct buffer *out)
{
	struct query q;
	uint64_t size;
	int result = content_size(db, message, &size);

	if (result != STORE_OK || offset >= size)
		return result;
	query_init(&q, db, "SELECT octets FROM content WHERE id = ?");
	query_id(&q, message * QUEUE_PARTS_MAX + offset / QUEUE_PART_SIZE);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	buffer_append_slice(out, slice_sub(column_slice(&q, 0), (size_t)(offset % QUEUE_PART_SIZE),
		QUEUE_PART_SIZE));
	result = query_end(&q);
	return buffer_ok(out) ? result : STORE_FAILED;
}

/* ---- the rule of the dot ---- */

int queue_dot(struct store_db *db, uint64_t message, int64_t now)
{
	struct query q;
	int result;

	query_init(&q, db, "UPDATE recipient SET state = 2, changed = ? WHERE message = ?"
			   " AND state IN (1, 2)");
	query_number(&q, now);
	query_id(&q, message);
	result = query_run(&q);
	return result == STORE_OK && db_changes(db) == 0 ? STORE_NOT_FOUND : result;
}

/* ---- verdicts ---- */

static bool is_with_sender(enum queue_state s)
{
	return s == QUEUE_IN_FLIGHT || s == QUEUE_DOT_SENT;
}

/* STORE_NOT_FOUND when this message has no such recipient. */
static int read_state(struct store_db *db, uint64_t message, uint64_t recipient,
	enum queue_state *ret_state, bool *ret_ambiguous)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT state, ambiguous FROM recipient WHERE id = ? AND message = ?");
	query_id(&q, recipient);
	query_id(&q, message);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_state = (enum queue_state)column_number(&q, 0);
	*ret_ambiguous = column_number(&q, 1) > 0;
	return query_end(&q);
}

static int move(struct store_db *db, const struct queue_verdict *v, int64_t at)
{
	bool waits = v->state == QUEUE_QUEUED || v->state == QUEUE_DEFERRED;
	struct query q;

	query_init(&q, db, "UPDATE recipient SET state = ?, changed = ?, next_try = ?,"
			   " attempts = attempts + ?, ambiguous = ambiguous + ? WHERE id = ?");
	query_number(&q, v->state);
	query_number(&q, at);
	if (waits)
		query_number(&q, v->next_try);
	else
		query_null(&q);
	query_number(&q, v->counts);
	query_number(&q, v->ambiguous);
	query_id(&q, v->recipient);
	return query_run(&q);
}

/* The relay did answer the dot after all: this was no delivery in doubt. */
static int clear_doubt(struct store_db *db, uint64_t recipient)
{
	struct query q;

	query_init(&q, db, "UPDATE recipient SET ambiguous = max(ambiguous - 1, 0) WHERE id = ?");
	query_id(&q, recipient);
	return query_run(&q);
}

static int log_verdict(struct store_db *db, const struct queue_verdicts *all,
	const struct queue_verdict *v)
{
	struct attempt_row row = { .recipient = v->recipient, .at = all->at, .relay = all->relay,
		.took_ms = all->took_ms, .verdict = v->verdict };

	return attempt_write(db, &row);
}

/* One that is not with the sender: the verdict comes late, after a restart. */
static int apply_late(struct store_db *db, const struct queue_verdicts *all,
	const struct queue_verdict *v, bool in_doubt)
{
	bool answers = in_doubt && !v->ambiguous && v->counts;
	int result = STORE_OK;

	if (!answers && !queue_state_is_final(v->state))
		return STORE_OK;
	if (answers)
		result = clear_doubt(db, v->recipient);
	if (result == STORE_OK && queue_state_is_final(v->state))
		result = move(db, v, all->at);
	return result == STORE_OK ? log_verdict(db, all, v) : result;
}

static int apply(struct store_db *db, const struct queue_verdicts *all,
	const struct queue_verdict *v)
{
	enum queue_state state;
	bool in_doubt;
	int result = read_state(db, all->message, v->recipient, &state, &in_doubt);

	if (result == STORE_NOT_FOUND)
		return STORE_OK;
	if (result != STORE_OK || queue_state_is_final(state))
		return result;
	if (!is_with_sender(state))
		return apply_late(db, all, v, in_doubt);
	result = move(db, v, all->at);
	return result == STORE_OK ? log_verdict(db, all, v) : result;
}

static int requeue_rest(struct store_db *db, const struct queue_verdicts *v)
{
	struct query q;

	query_init(&q, db, "UPDATE recipient SET state = 0, changed = ?1, next_try = ?1"
			   " WHERE message = ?2 AND state IN (1, 2)");
	query_number(&q, v->at);
	query_id(&q, v->message);
	return query_run(&q);
}

int queue_verdict(struct store_db *db, const struct queue_verdicts *v)
{
	int result = STORE_OK;

	for (size_t i = 0; result == STORE_OK && i < v->n; i++)
		result = apply(db, v, &v->items[i]);
	if (result == STORE_OK)
		result = requeue_rest(db, v);
	if (result == STORE_OK)
		result = queue_refresh(db, v->message);
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}
