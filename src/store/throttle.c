/* throttle.c - failed sign-ins and known addresses; see throttle.h. */
#include "store/throttle.h"

#include <string.h>

#include "core/throttle_rule.h"
#include "store/db.h"

enum {
	FAILURES_KEPT = 20000,
	ADDRESSES_KEPT = 5000,
	FOLDED_MAX = 256, /* octets of realm and name that count */
	AHEAD = 60, /* seconds that a clock may be set back over a failure that still counts */
};

struct name_digest {
	unsigned char octets[SEAL_DIGEST_SIZE];
};

/* Of "REALM/name" with ASCII letters lowered. */
static struct name_digest digest_name(const struct store_db *db, const struct throttle_subject *s)
{
	struct name_digest digest;
	char folded[FOLDED_MAX];
	size_t n = 0;

	for (const char *c = s->realm; *c != '\0' && n < sizeof(folded) - 1; c++)
		folded[n++] = *c;
	folded[n++] = '/';
	for (const char *c = s->name; *c != '\0' && n < sizeof(folded); c++)
		folded[n++] = char_lower(*c);
	seal_digest(db->seal, SLICE("throttle/name"), slice_make(folded, n), digest.octets);
	secret_wipe(folded, sizeof(folded));
	return digest;
}

static int prune_failures(struct store_db *db, uint64_t newest)
{
	struct query q;

	if (newest <= FAILURES_KEPT)
		return STORE_OK;
	query_init(&q, db, "DELETE FROM failure WHERE id <= ?");
	query_id(&q, newest - FAILURES_KEPT);
	return query_run(&q);
}

int throttle_failed(struct store_db *db, const struct throttle_subject *s, int64_t now)
{
	struct name_digest name = digest_name(db, s);
	struct query q;
	int result;

	query_init(&q, db, "INSERT INTO failure (name, address, at) VALUES (?, ?, ?)");
	query_bytes(&q, name.octets, sizeof(name.octets));
	query_text(&q, s->address);
	query_number(&q, now);
	result = query_run(&q);
	return result == STORE_OK ? prune_failures(db, db_last_id(db)) : result;
}

static int remember_address(struct store_db *db, const struct throttle_subject *s,
	const struct name_digest *name, int64_t now)
{
	struct query q;
	int result;

	query_init(&q, db, "INSERT OR REPLACE INTO known_address (address, name, at)"
			   " VALUES (?, ?, ?)");
	query_text(&q, s->address);
	query_bytes(&q, name->octets, sizeof(name->octets));
	query_number(&q, now);
	result = query_run(&q);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "DELETE FROM known_address WHERE (address, name) IN (SELECT address, name"
			   " FROM known_address ORDER BY at DESC LIMIT -1 OFFSET ?)");
	query_number(&q, ADDRESSES_KEPT);
	return query_run(&q);
}

int throttle_succeeded(struct store_db *db, const struct throttle_subject *s, int64_t now)
{
	struct name_digest name = digest_name(db, s);
	struct query q;
	int result;

	query_init(&q, db, "DELETE FROM failure WHERE name = ? AND address = ?");
	query_bytes(&q, name.octets, sizeof(name.octets));
	query_text(&q, s->address);
	result = query_run(&q);
	return result == STORE_OK ? remember_address(db, s, &name, now) : result;
}

/* One number and one time: count(*), max(at). */
static int count_into(struct query *q, uint64_t *ret_n, int64_t *ret_last)
{
	int result = query_first(q);

	if (result != STORE_OK)
		return result;
	*ret_n = column_id(q, 0);
	*ret_last = column_number(q, 1);
	return query_end(q);
}

static int look_at_both(struct store_db *db, const struct throttle_subject *s,
	const struct name_digest *name, int64_t now, struct throttle_count *c)
{
	struct query q;
	int64_t last;
	int result;

	query_init(&q, db, "SELECT count(*), max(at) FROM failure"
			   " WHERE name = ? AND at > ? AND at <= ? AND address = ?");
	query_bytes(&q, name->octets, sizeof(name->octets));
	query_number(&q, now - THROTTLE_WINDOW);
	query_number(&q, now + AHEAD);
	query_text(&q, s->address);
	result = count_into(&q, &c->by_both, &last);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "SELECT 1 FROM known_address WHERE address = ? AND name = ?");
	query_text(&q, s->address);
	query_bytes(&q, name->octets, sizeof(name->octets));
	result = query_first(&q);
	c->known = result == STORE_OK;
	if (result == STORE_NOT_FOUND)
		return STORE_OK;
	return result == STORE_OK ? query_end(&q) : result;
}

int throttle_look(struct store_db *db, const struct throttle_subject *s, int64_t now,
	struct throttle_count *ret_count)
{
	struct name_digest name = digest_name(db, s);
	struct throttle_count c = { 0 };
	struct query q;
	int result;

	query_init(&q, db, "SELECT count(*), max(at) FROM failure WHERE name = ? AND at > ?"
			   " AND at <= ?");
	query_bytes(&q, name.octets, sizeof(name.octets));
	query_number(&q, now - THROTTLE_WINDOW);
	query_number(&q, now + AHEAD);
	result = count_into(&q, &c.by_name, &c.last_by_name);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "SELECT count(*), max(at) FROM failure WHERE address = ? AND at > ?"
			   " AND at <= ?");
	query_text(&q, s->address);
	query_number(&q, now - THROTTLE_WINDOW);
	query_number(&q, now + AHEAD);
	result = count_into(&q, &c.by_address, &c.last_by_address);
	if (result == STORE_OK)
		result = look_at_both(db, s, &name, now, &c);
	if (result == STORE_OK)
		*ret_count = c;
	return result;
}

bool throttle_address_known(struct store_db *db, const char *address)
{
	struct query q;

	query_init(&q, db, "SELECT 1 FROM known_address WHERE address = ? LIMIT 1");
	query_text(&q, address);
	return query_first(&q) == STORE_OK && query_end(&q) == STORE_OK;
}
