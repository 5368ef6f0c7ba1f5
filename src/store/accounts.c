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

/* 0, or STORE_NOT_FOUND when the statement touched no row. */
static int run_on_one(struct query *q)
{
	int result = query_run(q);

	return result == STORE_OK && db_changes(q->db) == 0 ? STORE_NOT_FOUND : result;
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
