/* queue_act.c - people and mail in the queue; see queue_act.h. */
#include "store/queue_act.h"

#include "store/queue_rows.h"

enum {
	DEEDS_MAX = 100,
	MESSAGES_MAX = 200, /* in one slice */
};

/* ---- the record ---- */

static int note(struct store_db *db, uint64_t message, const struct queue_deed *d)
{
	struct query q;

	query_init(&q, db, "INSERT INTO deed (message, at, who, what, other, n)"
			   " VALUES (?, ?, ?, ?, ?, ?)");
	query_id(&q, message);
	query_number(&q, d->at);
	query_text(&q, d->who);
	query_text(&q, d->what);
	query_text(&q, d->other);
	query_id(&q, d->recipients);
	return query_run(&q);
}

int queue_deeds(struct store_db *db, uint64_t message, struct arena *a,
	struct queue_deeds *ret_deeds)
{
	struct queue_deeds list = { 0 };
	struct query q;
	int result;

	list.items = arena_array(a, DEEDS_MAX, sizeof(*list.items));
	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT at, who, what, other, n FROM deed WHERE message = ?"
			   " ORDER BY id DESC LIMIT ?");
	query_id(&q, message);
	query_number(&q, DEEDS_MAX);
	while (list.n < DEEDS_MAX && query_row(&q))
		list.items[list.n++] = (struct queue_deed){
			.at = column_number(&q, 0),
			.who = column_text(&q, 1, a),
			.what = column_text(&q, 2, a),
			.other = column_text(&q, 3, a),
			.recipients = column_id(&q, 4),
		};
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_deeds = list;
	return STORE_OK;
}

/* ---- one message ---- */

static int run_on(struct store_db *db, const char *sql, uint64_t message, uint64_t *ret_n)
{
	struct query q;
	int result;

	query_init(&q, db, sql);
	query_id(&q, message);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_n = db_changes(db);
	return result;
}

static int run_on_at(struct store_db *db, const char *sql, uint64_t message, int64_t at,
	uint64_t *ret_n)
{
	struct query q;
	int result;

	query_init(&q, db, sql);
	query_id(&q, message);
	query_number(&q, at);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_n = db_changes(db);
	return result;
}

static int count_with_sender(struct store_db *db, uint64_t message, uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM recipient INDEXED BY recipient_state WHERE message = ?"
			   " AND state IN (1, 2)");
	query_id(&q, message);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

/* *ret_did: it was not held before. */
static int hold(struct store_db *db, uint64_t message, const struct queue_order *o,
	bool *ret_did, uint64_t *ret_n)
{
	struct query q;
	uint64_t n = 0;
	int result;

	query_init(&q, db, "UPDATE message SET held_by = ? WHERE id = ? AND held_by IS NULL"
			   " AND n_open > 0");
	query_text(&q, o->who);
	query_id(&q, message);
	result = query_run(&q);
	*ret_did = result == STORE_OK && db_changes(db) > 0;
	if (*ret_did)
		result = run_on_at(db, "UPDATE recipient SET state = 6, next_try = NULL, changed = ?2"
			" WHERE message = ?1 AND state IN (0, 4)", message, o->at, &n);
	*ret_n = n;
	return result;
}

static int end_hold(struct store_db *db, uint64_t message, uint64_t *ret_n)
{
	return run_on(db, "UPDATE message SET held_by = NULL WHERE id = ? AND held_by IS NOT NULL",
		message, ret_n);
}

static int release(struct store_db *db, uint64_t message, const struct queue_order *o,
	bool *ret_did, uint64_t *ret_n)
{
	uint64_t n_held = 0, n = 0;
	int result = end_hold(db, message, &n_held);

	if (result == STORE_OK)
		result = run_on_at(db, "UPDATE recipient SET state = 0, changed = ?2, next_try = ?2"
			" WHERE message = ?1 AND state = 6 AND instr(address, '@') > 0", message, o->at, &n);
	*ret_did = n_held > 0 || n > 0;
	*ret_n = n;
	return result;
}

static int retry(struct store_db *db, uint64_t message, const struct queue_order *o,
	bool *ret_did, uint64_t *ret_n)
{
	uint64_t n_held = 0, n = 0;
	int result = end_hold(db, message, &n_held);

	if (result == STORE_OK)
		result = run_on_at(db, "UPDATE recipient SET state = 0, changed = ?2, next_try = ?2"
			" WHERE message = ?1 AND state IN (0, 4, 6) AND instr(address, '@') > 0", message,
			o->at, &n);
	*ret_did = n_held > 0 || n > 0;
	*ret_n = n;
	return result;
}

/* Each gets a line in the log of tries that says by whom; nobody need be told of the failure. */
static int fail_waiting(struct store_db *db, uint64_t message, const struct queue_order *o,
	uint64_t *ret_n)
{
	uint64_t untold;
	struct query q;
	int result;

	query_init(&q, db, "INSERT INTO attempt (recipient, at, relay, took_ms, class, stage, reason,"
			   " code, enhanced, words) SELECT id, ?1, '', 0, ?2, ?3, ?4, 0, '',"
			   " 'Deleted by ' || ?5 || '.' FROM recipient WHERE message = ?6"
			   " AND state IN (0, 4, 6)");
	query_number(&q, o->at);
	query_text(&q, verdict_class_name(VERDICT_RECIPIENT));
	query_text(&q, verdict_stage_name(STAGE_SETTINGS));
	query_text(&q, verdict_reason_name(REASON_DELETED));
	query_text(&q, o->who);
	query_id(&q, message);
	result = query_run(&q);
	if (result == STORE_OK)
		result = run_on_at(db, "UPDATE recipient SET state = 5, changed = ?2, next_try = NULL,"
			" last = (SELECT max(t.id) FROM attempt t WHERE t.recipient = recipient.id)"
			" WHERE message = ?1 AND state IN (0, 4, 6)", message, o->at, ret_n);
	if (result == STORE_OK)
		result = run_on(db, "DELETE FROM untold_failure WHERE recipient IN (SELECT r.id"
			" FROM recipient r JOIN attempt t ON t.id = r.last WHERE r.message = ?"
			" AND t.reason = 'deleted')", message, &untold);
	return result;
}

/* A person's hold stays for what is with the sender: that would be sent when it came back. */
static int delete(struct store_db *db, uint64_t message, const struct queue_order *o,
	bool *ret_did, uint64_t *ret_n)
{
	uint64_t n = 0;
	bool kept = false;
	int result = fail_waiting(db, message, o, &n);

	if (result == STORE_OK && n > 0)
		result = queue_refresh(db, message);
	if (result == STORE_OK)
		result = queue_drop_kept(db, message, &kept);
	*ret_did = n > 0 || kept;
	*ret_n = n;
	return result;
}

/* Trying all again may be done often and to much: of each message it is not noted. */
static int act(struct store_db *db, uint64_t message, const struct queue_order *o, bool by_name,
	struct queue_acted *acted)
{
	static int (*const acts[QUEUE_ACTION_COUNT])(struct store_db *, uint64_t,
		const struct queue_order *, bool *, uint64_t *) = {
		[QUEUE_ACTION_HOLD] = hold,
		[QUEUE_ACTION_RELEASE] = release,
		[QUEUE_ACTION_RETRY] = retry,
		[QUEUE_ACTION_DELETE] = delete,
	};
	struct queue_deed deed = { .at = o->at, .who = o->who, .other = "",
		.what = queue_action_name(o->action) };
	uint64_t with_sender = 0;
	bool did = false;
	int result = count_with_sender(db, message, &with_sender);

	if (result == STORE_OK)
		result = acts[o->action](db, message, o, &did, &deed.recipients);
	if (result == STORE_OK && did && (by_name || o->action != QUEUE_ACTION_RETRY))
		result = note(db, message, &deed);
	if (result != STORE_OK)
		return result;
	acted->messages += did;
	acted->recipients += deed.recipients;
	acted->with_sender += with_sender;
	return STORE_OK;
}

int queue_act(struct store_db *db, const struct queue_order *order, const char *queue_id,
	struct queue_acted *acted)
{
	uint64_t message;
	int result = queue_find(db, queue_id, &message);

	return result == STORE_OK ? act(db, message, order, true, acted) : result;
}

/* ---- all of them ---- */

/* Little of what is open is held, as a rule; also held mail that is with the sender. */
static const char next_held[] =
	"SELECT min(id) FROM (SELECT * FROM (SELECT message AS id FROM recipient"
	" INDEXED BY recipient_state WHERE state = 6 AND message > ?1 ORDER BY message LIMIT 1)"
	" UNION ALL SELECT r.message FROM recipient r JOIN message m ON m.id = r.message"
	" WHERE r.state IN (1, 2) AND r.message > ?1 AND m.held_by IS NOT NULL)";

static const char next_open[] =
	"SELECT min(id) FROM message INDEXED BY message_open WHERE n_open > 0 AND id > ?1";

static const char next_not_held[] =
	"SELECT id FROM message INDEXED BY message_open WHERE n_open > 0 AND id > ?1"
	" AND held_by IS NULL ORDER BY id LIMIT 1";

/* 0 behind the last. */
static int find_next(struct store_db *db, enum queue_action action, uint64_t after,
	uint64_t *ret_message)
{
	const char *sql = action == QUEUE_ACTION_RELEASE ? next_held :
		action == QUEUE_ACTION_DELETE ? next_open : next_not_held;
	struct query q;
	int64_t id;
	int result;

	query_init(&q, db, sql);
	query_id(&q, after);
	result = query_value(&q, &id);
	if (result == STORE_OK)
		*ret_message = (uint64_t)id;
	return result;
}

int queue_act_all(struct store_db *db, const struct queue_order *order, uint64_t *after,
	struct queue_acted *acted)
{
	uint64_t end = acted->recipients + QUEUE_ACT_SLICE, message = *after;

	for (size_t i = 0; i < MESSAGES_MAX && acted->recipients < end; i++) {
		int result = find_next(db, order->action, message, &message);

		if (result == STORE_OK && message == 0)
			break;
		if (result == STORE_OK)
			result = act(db, message, order, false, acted);
		if (result != STORE_OK)
			return result;
	}
	*after = message; /* 0 behind the last */
	return STORE_OK;
}

/* ---- sending again ---- */

static int read_failed(struct store_db *db, uint64_t message, struct arena *a,
	struct queue_message *m)
{
	const char **list = arena_array(a, QUEUE_RECIPIENTS_MAX, sizeof(*list));
	struct query q;

	if (list == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT r.address FROM recipient r LEFT JOIN attempt t ON t.id = r.last"
			   " WHERE r.message = ? AND r.state = 5 AND coalesce(t.reason, '') <> 'deleted'"
			   " ORDER BY r.id");
	query_id(&q, message);
	while (m->n_recipients < QUEUE_RECIPIENTS_MAX && query_row(&q))
		list[m->n_recipients++] = column_text(&q, 0, a);
	m->recipients = list;
	return query_end(&q);
}

static int read_content(struct store_db *db, uint64_t message, struct buffer *content)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT octets FROM content WHERE id >= ? AND id < ? ORDER BY id");
	query_id(&q, message * QUEUE_PARTS_MAX);
	query_id(&q, (message + 1) * QUEUE_PARTS_MAX);
	while (query_row(&q))
		buffer_append_slice(content, column_slice(&q, 0));
	result = query_end(&q);
	return result == STORE_OK && !buffer_ok(content) ? STORE_FAILED : result;
}

static int read_original(struct store_db *db, const char *queue_id, struct arena *a,
	struct queue_original *o, uint64_t *ret_size)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT id, sender, header_from, subject, message_id, header_size,"
			   " needs_8bitmime, needs_smtputf8, size, (SELECT count(*) FROM deed d"
			   " WHERE d.message = m.id AND d.what = 'resend') FROM message m WHERE queue_id = ?");
	query_text(&q, queue_id);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	o->message = column_id(&q, 0);
	o->copy = (struct queue_message){
		.sender = column_text(&q, 1, a),
		.header_from = column_text(&q, 2, a),
		.subject = column_text(&q, 3, a),
		.message_id = column_text(&q, 4, a),
		.header_size = column_id(&q, 5),
		.needs_8bitmime = column_number(&q, 6) != 0,
		.needs_smtputf8 = column_number(&q, 7) != 0,
	};
	*ret_size = column_id(&q, 8);
	o->n_resent = column_id(&q, 9);
	return query_end(&q);
}

int queue_original(struct store_db *db, const char *queue_id, struct arena *a,
	struct queue_original *ret_original)
{
	struct queue_original o = { 0 };
	uint64_t size = 0;
	int result = read_original(db, queue_id, a, &o, &size);

	if (result == STORE_OK)
		result = read_failed(db, o.message, a, &o.copy);
	if (result != STORE_OK)
		return result;
	if (o.copy.n_recipients == 0)
		return STORE_CONFLICT;
	buffer_init(&o.content, QUEUE_SIZE_MAX);
	result = read_content(db, o.message, &o.content);
	if (result == STORE_OK && o.content.len != size)
		result = STORE_CONFLICT;
	if (result == STORE_OK && arena_failed(a))
		result = STORE_FAILED;
	if (result != STORE_OK) {
		buffer_release(&o.content);
		return result;
	}
	*ret_original = o;
	return STORE_OK;
}

int queue_note_resent(struct store_db *db, const struct queue_original *original,
	const char *queue_id, const char *copy_id, int64_t at, const char *who)
{
	struct queue_deed deed = { .at = at, .who = who, .what = "resend", .other = copy_id,
		.recipients = original->copy.n_recipients };
	uint64_t copy;
	struct query q;
	int result;

	query_init(&q, db, "SELECT 1 FROM deed WHERE message = ? AND other = ?");
	query_id(&q, original->message);
	query_text(&q, copy_id);
	result = query_first(&q);
	if (result == STORE_OK)
		return query_end(&q) == STORE_OK ? STORE_EXISTS : STORE_FAILED;
	if (result == STORE_NOT_FOUND)
		result = note(db, original->message, &deed);
	if (result == STORE_OK)
		result = queue_find(db, copy_id, &copy);
	deed.what = "copy";
	deed.other = queue_id;
	return result == STORE_OK ? note(db, copy, &deed) : result;
}
