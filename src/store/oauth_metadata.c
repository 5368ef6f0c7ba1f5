/* oauth_metadata.c - see oauth_metadata.h. */
#include "store/oauth_metadata.h"

#include "store/db.h"

int store_oauth_metadata_save(struct store_db *db, const struct store_oauth_metadata *m)
{
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO oauth_metadata (id, issuer,"
		" authorization_endpoint, token_endpoint, revocation_endpoint, device_endpoint, says_iss)"
		" VALUES (1, ?, ?, ?, ?, ?, ?)");
	query_text(&q, m->issuer);
	query_text(&q, m->authorization_endpoint);
	query_text(&q, m->token_endpoint);
	query_text(&q, m->revocation_endpoint);
	query_text(&q, m->device_endpoint);
	query_number(&q, m->says_iss);
	return query_run(&q);
}

int store_oauth_metadata_load(struct store_db *db, struct arena *a,
	struct store_oauth_metadata *ret_metadata)
{
	struct store_oauth_metadata m;
	struct query q;
	int result;

	query_init(&q, db, "SELECT issuer, authorization_endpoint, token_endpoint,"
		" revocation_endpoint, device_endpoint, says_iss FROM oauth_metadata");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	m = (struct store_oauth_metadata){
		.issuer = column_text(&q, 0, a),
		.authorization_endpoint = column_text(&q, 1, a),
		.token_endpoint = column_text(&q, 2, a),
		.revocation_endpoint = column_text(&q, 3, a),
		.device_endpoint = column_text(&q, 4, a),
		.says_iss = column_number(&q, 5) != 0,
	};
	if (query_end(&q) != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_metadata = m;
	return STORE_OK;
}
