/* queue_check.c - the laws of the queue as queries that find no row; see queue_check.h. */
#include "store/queue_check.h"

#include <sodium.h>

#include "store/queue_rows.h"

enum {
	DIGEST_SIZE = 32,
};

/* Each counts what breaks the law; QUEUE_LAW_CONTENT has code of its own. */
static const struct {
	const char *text;
	const char *sql;
} laws[QUEUE_LAW_COUNT] = {
	[QUEUE_LAW_RECIPIENTS] = { "a message has recipients",
		"SELECT count(*) FROM message m"
		" WHERE NOT EXISTS (SELECT 1 FROM recipient r WHERE r.message = m.id)" },
	[QUEUE_LAW_OPEN] = { "n_open counts the recipients that are not final",
		"SELECT count(*) FROM message m WHERE n_open <> (SELECT count(*) FROM recipient r"
		" WHERE r.message = m.id AND r.state NOT IN (3, 5))" },
	[QUEUE_LAW_TALLY] = { "a tally counts the recipients in its state",
		"SELECT count(*) FROM tally t"
		" WHERE n <> (SELECT count(*) FROM recipient r WHERE r.state = t.state)" },
	[QUEUE_LAW_WHOLE] = { "a message that is open or kept has all its octets",
		"SELECT count(*) FROM message m WHERE (n_open > 0 OR kept) AND m.size <>"
		" (SELECT coalesce(sum(length(octets)), 0) FROM content c"
		" WHERE c.id >= m.id * 1024 AND c.id < (m.id + 1) * 1024)" },
	[QUEUE_LAW_DROPPED] = { "octets belong to a message that is open or kept",
		"SELECT count(*) FROM content c WHERE NOT EXISTS"
		" (SELECT 1 FROM message m WHERE m.id = c.id / 1024 AND (m.n_open > 0 OR m.kept))" },
	[QUEUE_LAW_KEPT] = { "a message that is kept has failed and is not open",
		"SELECT count(*) FROM message m WHERE kept AND (n_open > 0 OR NOT EXISTS"
		" (SELECT 1 FROM recipient r WHERE r.message = m.id AND r.state = 5))" },
	[QUEUE_LAW_HELD] = { "nothing is due of what a person holds",
		"SELECT count(*) FROM recipient r JOIN message m ON m.id = r.message"
		" WHERE m.held_by IS NOT NULL AND r.state IN (0, 4)" },
	[QUEUE_LAW_VOLUME] = { "a volume counts the octets of open and of kept messages",
		"SELECT count(*) FROM volume v WHERE octets <> (SELECT coalesce(sum(size), 0)"
		" FROM message m WHERE iif(v.kind = 'open', m.n_open > 0, m.kept))" },
	[QUEUE_LAW_CONTENT] = { "octets are those that were accepted", NULL },
	[QUEUE_LAW_LAST] = { "a recipient's last try is its own",
		"SELECT count(*) FROM recipient r WHERE last IS NOT NULL AND NOT EXISTS"
		" (SELECT 1 FROM attempt a WHERE a.id = r.last AND a.recipient = r.id)" },
};

const char *queue_law_text(enum queue_law law)
{
	return laws[law].text;
}

static int digest_content(struct store_db *db, uint64_t message,
	unsigned char ret_digest[DIGEST_SIZE])
{
	crypto_generichash_state state;
	struct query q;

	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	query_init(&q, db, "SELECT octets FROM content WHERE id >= ? AND id < ? ORDER BY id");
	query_id(&q, message * QUEUE_PARTS_MAX);
	query_id(&q, (message + 1) * QUEUE_PARTS_MAX);
	while (query_row(&q)) {
		struct slice octets = column_slice(&q, 0);

		crypto_generichash_update(&state, (const unsigned char *)octets.data, octets.len);
	}
	crypto_generichash_final(&state, ret_digest, DIGEST_SIZE);
	return query_end(&q);
}

static int check_content(struct store_db *db, uint64_t *ret_broken)
{
	unsigned char digest[DIGEST_SIZE];
	struct query q;
	uint64_t broken = 0;
	int result = STORE_OK, end;

	query_init(&q, db, "SELECT id, digest FROM message WHERE n_open > 0 OR kept");
	while (result == STORE_OK && query_row(&q)) {
		result = digest_content(db, column_id(&q, 0), digest);
		if (!slice_equal(column_slice(&q, 1), slice_make((char *)digest, DIGEST_SIZE)))
			broken++;
	}
	end = query_end(&q);
	*ret_broken = broken;
	return result != STORE_OK ? result : end;
}

int queue_check(struct store_db *db, uint64_t ret_broken[static QUEUE_LAW_COUNT])
{
	int result = check_content(db, &ret_broken[QUEUE_LAW_CONTENT]);

	for (size_t i = 0; result == STORE_OK && i < QUEUE_LAW_COUNT; i++) {
		struct query q;
		int64_t n;

		if (laws[i].sql == NULL)
			continue;
		query_init(&q, db, laws[i].sql);
		result = query_value(&q, &n);
		if (result == STORE_OK)
			ret_broken[i] = (uint64_t)n;
	}
	return result;
}
