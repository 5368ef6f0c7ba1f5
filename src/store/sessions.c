/* sessions.c - signed-in browsers; see sessions.h. */
#include "store/sessions.h"

#include "store/db.h"

enum {
	AHEAD = 5 * 60, /* seconds that a clock may be set back under a session */
};

int store_session_add(struct store_db *db, const struct token_digest *digest, uint64_t account,
	const char *csrf, const char *address, int64_t now, uint64_t *ret_id)
{
	struct query q;
	int result;

	query_init(&q, db, "INSERT INTO session (digest, account, csrf, created, seen, address)"
			   " VALUES (?, ?, ?, ?, ?, ?)");
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_id(&q, account);
	query_text(&q, csrf);
	query_number(&q, now);
	query_number(&q, now);
	query_text(&q, address);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_id = db_last_id(db);
	return result;
}

int store_session_find(struct store_db *db, const struct token_digest *digest, int64_t now,
	const struct store_session_limits *limits, struct arena *a,
	struct store_session *ret_session)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT s.id, a.id, a.realm, a.name, s.csrf, s.created, s.seen, s.address"
			   " FROM session s JOIN account a ON a.id = s.account"
			   " WHERE s.digest = ? AND s.seen > ? AND s.seen <= ? AND s.created > ?"
			   " AND a.disabled = 0");
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_number(&q, now - limits->idle);
	query_number(&q, now + AHEAD);
	query_number(&q, now - limits->absolute);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_session = (struct store_session){
		.id = column_id(&q, 0),
		.account = column_id(&q, 1),
		.realm = column_text(&q, 2, a),
		.name = column_text(&q, 3, a),
		.csrf = column_text(&q, 4, a),
		.created = column_number(&q, 5),
		.seen = column_number(&q, 6),
		.address = column_text(&q, 7, a),
	};
	result = query_end(&q);
	return arena_failed(a) ? STORE_FAILED : result;
}

int store_session_count_others(struct store_db *db, const struct store_session *session,
	int64_t now, const struct store_session_limits *limits, uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM session"
			   " WHERE account = ? AND id <> ? AND seen > ? AND seen <= ? AND created > ?");
	query_id(&q, session->account);
	query_id(&q, session->id);
	query_number(&q, now - limits->idle);
	query_number(&q, now + AHEAD);
	query_number(&q, now - limits->absolute);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

int store_session_touch(struct store_db *db, uint64_t id, int64_t now)
{
	struct query q;

	query_init(&q, db, "UPDATE session SET seen = max(seen, ?) WHERE id = ?");
	query_number(&q, now);
	query_id(&q, id);
	return query_run(&q);
}

int store_session_end(struct store_db *db, uint64_t id)
{
	struct query q;

	query_init(&q, db, "DELETE FROM session WHERE id = ?");
	query_id(&q, id);
	return query_run(&q);
}

int store_session_end_others(struct store_db *db, uint64_t account, uint64_t except,
	uint64_t *ret_n)
{
	struct query q;
	int result;

	query_init(&q, db, "DELETE FROM session WHERE account = ? AND id <> ?");
	query_id(&q, account);
	query_id(&q, except);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_n = db_changes(db);
	return result;
}

int store_session_expire(struct store_db *db, int64_t now,
	const struct store_session_limits *limits)
{
	struct query q;

	query_init(&q, db, "DELETE FROM session WHERE seen <= ? OR seen > ? OR created <= ?");
	query_number(&q, now - limits->idle);
	query_number(&q, now + AHEAD);
	query_number(&q, now - limits->absolute);
	return query_run(&q);
}
