/* api_tokens.c - tokens of the API; see api_tokens.h. */
#include "store/api_tokens.h"

#include "base/number.h"
#include "store/db.h"

#define COLUMNS "id, name, scopes, created, created_by, expires, used, used_from, revoked, revoked_by"

int store_api_token_add(struct store_db *db, const struct token_digest *digest,
	const struct store_api_token *token, uint64_t *ret_id)
{
	struct query q;
	int result;

	query_init(&q, db, "INSERT INTO api_token (digest, name, scopes, created, created_by, expires)"
			   " VALUES (?, ?, ?, ?, ?, ?)");
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_text(&q, token->name);
	query_id(&q, token->scopes);
	query_number(&q, token->created);
	query_text(&q, token->created_by);
	if (token->expires > 0)
		query_number(&q, token->expires);
	else
		query_null(&q);
	result = query_run(&q);
	if (result == STORE_OK)
		*ret_id = db_last_id(db);
	return result;
}

static struct store_api_token read_row(const struct query *q, struct arena *a)
{
	return (struct store_api_token){
		.id = column_id(q, 0),
		.name = column_text(q, 1, a),
		.scopes = column_id(q, 2),
		.created = column_number(q, 3),
		.created_by = column_text(q, 4, a),
		.expires = column_number(q, 5),
		.used = column_number(q, 6),
		.used_from = column_text(q, 7, a),
		.revoked = column_number(q, 8),
		.revoked_by = column_text(q, 9, a),
	};
}

int store_api_token_find(struct store_db *db, const struct token_digest *digest, int64_t now,
	struct arena *a, struct store_api_token *ret_token)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT " COLUMNS " FROM api_token WHERE digest = ? AND revoked IS NULL"
			   " AND (expires IS NULL OR expires > ?)");
	query_bytes(&q, digest->octets, sizeof(digest->octets));
	query_number(&q, now);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	*ret_token = read_row(&q, a);
	result = query_end(&q);
	return arena_failed(a) ? STORE_FAILED : result;
}

int store_api_token_list(struct store_db *db, size_t limit, struct arena *a,
	struct store_api_tokens *ret_list)
{
	struct store_api_tokens list = { .items = arena_array(a, limit + 1, sizeof(*list.items)) };
	struct query q;
	int result;

	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT " COLUMNS " FROM api_token ORDER BY id DESC LIMIT ?");
	query_id(&q, limit);
	while (list.n < limit && query_row(&q))
		list.items[list.n++] = read_row(&q, a);
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_list = list;
	return STORE_OK;
}

int store_api_token_count(struct store_db *db, uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM api_token");
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

int store_api_token_touch(struct store_db *db, uint64_t id, int64_t now, const char *from)
{
	struct query q;

	query_init(&q, db, "UPDATE api_token SET used = ?, used_from = ? WHERE id = ?");
	query_number(&q, now);
	query_text(&q, from);
	query_id(&q, id);
	return query_run(&q);
}

int store_api_token_revoke(struct store_db *db, const char *name_or_id, int64_t now, const char *by)
{
	struct query q;
	uint64_t id = 0;
	int result;

	if (!number_parse(slice_of(name_or_id), 1, INT64_MAX, &id))
		id = 0;
	query_init(&q, db, "UPDATE api_token SET revoked = ?, revoked_by = ?"
			   " WHERE (name = ? OR id = ?) AND revoked IS NULL");
	query_number(&q, now);
	query_text(&q, by);
	query_text(&q, name_or_id);
	query_id(&q, id);
	result = query_run(&q);
	return result == STORE_OK && db_changes(db) == 0 ? STORE_NOT_FOUND : result;
}

int store_api_token_forget(struct store_db *db, int64_t before)
{
	struct query q;

	query_init(&q, db, "DELETE FROM api_token WHERE revoked < ? OR expires < ?");
	query_number(&q, before);
	query_number(&q, before);
	return query_run(&q);
}
