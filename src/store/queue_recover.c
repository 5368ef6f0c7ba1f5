/* queue_recover.c - what a start and a person put back to work; see queue.h. */
#include "core/retry.h"
#include "store/queue_rows.h"

enum {
	FAR_OFF = 90 * 60, /* seconds; no schedule of ours waits longer */
	DAMAGED_MAX = 1000, /* messages looked at in one start */
};

/* ---- in doubt ---- */

static int log_doubt(struct store_db *db, uint64_t recipient, int64_t now)
{
	struct verdict v = { .class = VERDICT_AMBIGUOUS, .stage = STAGE_DOT,
		.reason = REASON_STOPPED,
		.text = "Tocsin was interrupted after it had sent the message and before it saw the "
			"relay's answer." };
	struct attempt_row row = { .recipient = recipient, .at = now, .relay = "", .verdict = &v };

	return attempt_write(db, &row);
}

static int find_in_doubt(struct store_db *db, uint64_t *ret_recipient)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT id FROM recipient WHERE state = 2 LIMIT 1");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_recipient = column_id(&q, 0);
	return query_end(&q);
}

static int put_off(struct store_db *db, uint64_t recipient, int64_t now)
{
	struct query q;
	int result;

	query_init(&q, db, "UPDATE recipient SET attempts = attempts + 1, ambiguous = ambiguous + 1,"
			   " changed = ?1, state = iif(ambiguous + 1 < ?2, 4, 6),"
			   " next_try = iif(ambiguous + 1 < ?2, ?1 + ?3, NULL) WHERE id = ?4");
	query_number(&q, now);
	query_number(&q, RETRY_AMBIGUOUS_MAX);
	query_number(&q, RETRY_AMBIGUOUS_FIRST);
	query_id(&q, recipient);
	result = query_run(&q);
	return result == STORE_OK ? log_doubt(db, recipient, now) : result;
}

static int recover_in_doubt(struct store_db *db, int64_t now, uint64_t *n)
{
	uint64_t recipient;
	int result;

	while ((result = find_in_doubt(db, &recipient)) == STORE_OK) {
		result = put_off(db, recipient, now);
		if (result != STORE_OK)
			return result;
		*n += 1;
	}
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

/* ---- untried, and clocks that were wrong ---- */

int queue_is_astray(struct store_db *db, int64_t now, bool *ret_astray)
{
	struct query q;
	int64_t any;
	int result;

	query_init(&q, db, "SELECT EXISTS (SELECT 1 FROM recipient INDEXED BY recipient_due"
			   " WHERE state IN (0, 4) AND next_try > ?)");
	query_number(&q, now + FAR_OFF);
	result = query_value(&q, &any);
	if (result == STORE_OK)
		*ret_astray = any != 0;
	return result;
}

int queue_mend_times(struct store_db *db, int64_t now)
{
	struct query q;

	query_init(&q, db, "UPDATE recipient SET next_try = ?1 WHERE state IN (0, 4)"
			   " AND next_try > ?1 + ?2");
	query_number(&q, now);
	query_number(&q, FAR_OFF);
	return query_run(&q);
}

static int requeue(struct store_db *db, int64_t now, uint64_t *n)
{
	struct query q;
	int result;

	query_init(&q, db, "UPDATE recipient SET state = 0, changed = ?1, next_try = ?1"
			   " WHERE state = 1");
	query_number(&q, now);
	result = query_run(&q);
	if (result != STORE_OK)
		return result;
	*n = db_changes(db);
	return queue_mend_times(db, now);
}

/* ---- damage ---- */

static int fail_damaged(struct store_db *db, uint64_t recipient, int64_t now)
{
	struct verdict v = { .class = VERDICT_MESSAGE, .stage = STAGE_SETTINGS,
		.reason = REASON_FAULT,
		.text = "The stored message is not whole any more, so it was not sent." };
	struct attempt_row row = { .recipient = recipient, .at = now, .relay = "", .verdict = &v };
	struct query q;
	int result;

	query_init(&q, db, "UPDATE recipient SET state = 5, changed = ?, next_try = NULL WHERE id = ?");
	query_number(&q, now);
	query_id(&q, recipient);
	result = query_run(&q);
	return result == STORE_OK ? attempt_write(db, &row) : result;
}

static int find_damaged(struct store_db *db, uint64_t *ret_recipient, uint64_t *ret_message)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT r.id, m.id FROM message m INDEXED BY message_open"
			   " CROSS JOIN recipient r ON r.message = m.id" /* not over all history */
			   " WHERE m.n_open > 0 AND r.state NOT IN (3, 5) AND m.size <>"
			   " (SELECT coalesce(sum(length(octets)), 0) FROM content c"
			   " WHERE c.id >= m.id * 1024 AND c.id < (m.id + 1) * 1024) LIMIT 1");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_recipient = column_id(&q, 0);
	*ret_message = column_id(&q, 1);
	return query_end(&q);
}

static int recover_damaged(struct store_db *db, int64_t now, uint64_t *n)
{
	int result = STORE_OK;

	while (result == STORE_OK && *n < DAMAGED_MAX) {
		uint64_t recipient, message;
		bool dropped;

		result = find_damaged(db, &recipient, &message);
		if (result != STORE_OK)
			break;
		result = fail_damaged(db, recipient, now);
		if (result == STORE_OK)
			result = queue_refresh(db, message);
		if (result == STORE_OK) /* what is not whole is not kept to be sent again */
			result = queue_drop_kept(db, message, &dropped);
		*n += 1;
	}
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

int queue_recover(struct store_db *db, int64_t now, struct queue_recovery *ret_recovery)
{
	struct queue_recovery r = { 0 };
	int result = recover_in_doubt(db, now, &r.maybe_delivered);

	if (result == STORE_OK)
		result = requeue(db, now, &r.requeued);
	if (result == STORE_OK)
		result = recover_damaged(db, now, &r.damaged);
	if (result == STORE_OK)
		*ret_recovery = r;
	return result;
}

/* ---- at once ---- */

int queue_hurry(struct store_db *db, int64_t now)
{
	struct query q;

	query_init(&q, db, "UPDATE recipient SET next_try = ?1"
			   " WHERE state = 4 AND ambiguous = 0 AND next_try > ?1");
	query_number(&q, now);
	return query_run(&q);
}
