/* restored_certificate.c - see restored_certificate.h. */
#include "store/restored_certificate.h"

#include "store/db.h"

enum {
	SEALED_MAX = STORE_CERTIFICATE_MAX + SEAL_OVERHEAD,
};

static const char place[] = "restored_certificate/key";

int store_restored_certificate_save(struct store_db *db, const struct store_certificate *c)
{
	struct buffer sealed;
	struct query q;
	int result = STORE_FAILED;

	buffer_init(&sealed, SEALED_MAX);
	seal_close(db->seal, slice_of(place), c->key, &sealed);
	if (buffer_ok(&sealed)) {
		query_init(&q, db, "INSERT OR REPLACE INTO restored_certificate (id, chain, key)"
			" VALUES (1, ?, ?)");
		query_slice(&q, c->chain);
		query_bytes(&q, buffer_slice(&sealed).data, buffer_slice(&sealed).len);
		result = query_run(&q);
	}
	buffer_release(&sealed);
	return result;
}

int store_restored_certificate_forget(struct store_db *db, struct slice chain)
{
	struct query q;

	query_init(&q, db, "DELETE FROM restored_certificate WHERE chain = ?");
	query_slice(&q, chain);
	return query_run(&q);
}

static int open_key(const struct query *q, struct arena *a, struct slice *ret_key)
{
	struct buffer plain;
	int result;

	buffer_init_secret(&plain, STORE_CERTIFICATE_MAX);
	result = seal_open(q->db->seal, slice_of(place), column_slice(q, 1), &plain);
	*ret_key = arena_slice(a, buffer_slice(&plain));
	buffer_release(&plain);
	return result == 0 ? STORE_OK : STORE_FAILED;
}

int store_restored_certificate_load(struct store_db *db, struct arena *a,
	struct store_certificate *ret_certificate)
{
	struct store_certificate c;
	struct query q;
	int result, end;

	query_init(&q, db, "SELECT chain, key FROM restored_certificate");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	c.chain = arena_slice(a, column_slice(&q, 0));
	result = open_key(&q, a, &c.key);
	end = query_end(&q);
	if (result != STORE_OK || end != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_certificate = c;
	return STORE_OK;
}
