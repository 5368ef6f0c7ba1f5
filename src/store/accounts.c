/* accounts.c - accounts and the set-up link; see accounts.h. */
#include "store/accounts.h"

#include "store/db.h"

int store_account_add(struct store_db *db, const char *realm, const char *name, const char *hash,
	int64_t now, uint64_t *ret_id)
{
	struct query q;
	int result;

	query_init(&q, db, "INSERT INTO account (realm, name, hash, created) VALUES (?, ?, ?, ?)");
	query_text(&q, realm);
	query_text(&q, name);
	query_text(&q, hash);
	query_number(&q, now);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_id = db_last_id(db);
	return result;
}

int store_account_find(struct store_db *db, const char *realm, const char *name, struct arena *a,
	struct store_account *ret_account)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT id, realm, name, hash, created, disabled FROM account"
			   " WHERE realm = ? AND name = ?");
	query_text(&q, realm);
	query_text(&q, name);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_account = (struct store_account){
		.id = column_id(&q, 0),
		.realm = column_text(&q, 1, a),
		.name = column_text(&q, 2, a),
		.hash = column_text(&q, 3, a),
		.created = column_number(&q, 4),
		.disabled = column_number(&q, 5) != 0,
	};
	result = query_end(&q);
	return arena_failed(a) ? STORE_FAILED : result;
}

int store_account_count(struct store_db *db, const char *realm, uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM account WHERE realm = ?");
	query_text(&q, realm);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

int store_account_list(struct store_db *db, const char *realm, int64_t seen_since,
	int64_t begun_since, size_t limit, struct arena *a, struct store_users *ret_users)
{
	struct store_users list = { .items = arena_array(a, limit, sizeof(*list.items)) };
	struct query q;
	int result;

	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT a.id, a.name, a.created, a.signed_in, a.disabled,"
			   " (SELECT count(*) FROM session s WHERE s.account = a.id AND s.seen > ?"
			   " AND s.created > ?)"
			   " FROM account a WHERE a.realm = ? ORDER BY a.name LIMIT ?");
	query_number(&q, seen_since);
	query_number(&q, begun_since);
	query_text(&q, realm);
	query_id(&q, limit);
	while (list.n < limit && query_row(&q))
		list.items[list.n++] = (struct store_user){
			.id = column_id(&q, 0),
			.name = column_text(&q, 1, a),
			.created = column_number(&q, 2),
			.signed_in = column_number(&q, 3),
			.disabled = column_number(&q, 4) != 0,
			.n_sessions = column_id(&q, 5),
		};
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_users = list;
	return STORE_OK;
}

int store_account_count_others(struct store_db *db, const char *realm, uint64_t id,
	uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM account WHERE realm = ? AND id <> ? AND disabled = 0");
	query_text(&q, realm);
	query_id(&q, id);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

/* 0, or STORE_NOT_FOUND when the statement touched no row. */
static int run_on_one(struct query *q)
{
	int result = query_run(q);

	return result == STORE_OK && db_changes(q->db) == 0 ? STORE_NOT_FOUND : result;
}

int store_account_remove(struct store_db *db, uint64_t id)
{
	struct query q;

	query_init(&q, db, "DELETE FROM account WHERE id = ?");
	query_id(&q, id);
	return run_on_one(&q);
}

int store_account_signed_in(struct store_db *db, uint64_t id, int64_t now)
{
	struct query q;

	query_init(&q, db, "UPDATE account SET signed_in = ? WHERE id = ?");
	query_number(&q, now);
	query_id(&q, id);
	return run_on_one(&q);
}

int store_account_set_hash(struct store_db *db, uint64_t id, const char *hash)
{
	struct query q;

	query_init(&q, db, "UPDATE account SET hash = ? WHERE id = ?");
	query_text(&q, hash);
	query_id(&q, id);
	return run_on_one(&q);
}

int store_account_set_disabled(struct store_db *db, uint64_t id, bool disabled)
{
	struct query q;
	int result;

	query_init(&q, db, "UPDATE account SET disabled = ? WHERE id = ?");
	query_number(&q, disabled);
	query_id(&q, id);
	result = run_on_one(&q);
	if (result != STORE_OK || !disabled)
		return result;
	query_init(&q, db, "DELETE FROM session WHERE account = ?");
	query_id(&q, id);
	return query_run(&q);
}

/* ---- the set-up link ---- */

int store_setup_put(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t expires)
{
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO setup_link (realm, digest, expires)"
			   " VALUES (?, ?, ?)");
	query_text(&q, realm);
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_number(&q, expires);
	return query_run(&q);
}

int store_setup_check(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t now)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT 1 FROM setup_link WHERE realm = ? AND digest = ? AND expires > ?");
	query_text(&q, realm);
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_number(&q, now);
	result = query_first(&q);
	return result == STORE_OK ? query_end(&q) : result;
}

int store_setup_take(struct store_db *db, const char *realm, const struct token_digest *digest,
	int64_t now)
{
	struct query q;

	query_init(&q, db, "DELETE FROM setup_link WHERE realm = ? AND digest = ? AND expires > ?");
	query_text(&q, realm);
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_number(&q, now);
	return run_on_one(&q);
}
