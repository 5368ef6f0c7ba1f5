/* audit.c - the chained record of changes; see audit.h. */
#include "store/audit.h"

#include <string.h>

#include <sodium.h>

#include "store/db.h"

enum {
	CHAIN_SIZE = 32,
	LIST_MAX = 1000,
};

struct chain {
	unsigned char octets[CHAIN_SIZE];
};

static void add_number(crypto_generichash_state *state, uint64_t value)
{
	unsigned char octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (unsigned char)(value >> (8 * (7 - i)));
	crypto_generichash_update(state, octets, sizeof(octets));
}

static void add_text(crypto_generichash_state *state, struct slice text)
{
	add_number(state, text.len);
	crypto_generichash_update(state, (const unsigned char *)text.data, text.len);
}

struct row {
	uint64_t seq;
	int64_t at;
	struct slice who, from, what;
};

static struct chain chain_of(const struct chain *before, const struct row *row)
{
	crypto_generichash_state state;
	struct chain chain;

	crypto_generichash_init(&state, NULL, 0, CHAIN_SIZE);
	crypto_generichash_update(&state, before->octets, CHAIN_SIZE);
	add_number(&state, row->seq);
	add_number(&state, (uint64_t)row->at);
	add_text(&state, row->who);
	add_text(&state, row->from);
	add_text(&state, row->what);
	crypto_generichash_final(&state, chain.octets, CHAIN_SIZE);
	return chain;
}

/* The newest entry's number and chain; 0 and zero octets when there is none. */
static int read_head(struct store_db *db, uint64_t *ret_seq, struct chain *ret_chain)
{
	struct query q;
	struct slice octets;
	int result;

	*ret_seq = 0;
	*ret_chain = (struct chain){ 0 };
	query_init(&q, db, "SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1");
	result = query_first(&q);
	if (result == STORE_NOT_FOUND)
		return STORE_OK;
	if (result != STORE_OK)
		return result;
	*ret_seq = column_id(&q, 0);
	octets = column_slice(&q, 1);
	memcpy(ret_chain->octets, octets.data, size_min(octets.len, CHAIN_SIZE));
	return query_end(&q);
}

static struct slice cut(const char *text)
{
	return slice_sub(slice_of(text), 0, AUDIT_TEXT_MAX);
}

static int write_row(struct store_db *db, const struct row *row, const struct chain *chain)
{
	struct query q;

	query_init(&q, db, "INSERT INTO audit (seq, at, who, address, what, chain)"
			   " VALUES (?, ?, ?, ?, ?, ?)");
	query_id(&q, row->seq);
	query_number(&q, row->at);
	query_slice(&q, row->who);
	query_slice(&q, row->from);
	query_slice(&q, row->what);
	query_bytes(&q, chain->octets, CHAIN_SIZE);
	return query_run(&q);
}

int audit_append(struct store_db *db, const struct audit_entry *entry)
{
	struct row row = { .at = entry->at, .who = cut(entry->who), .from = cut(entry->from),
		.what = cut(entry->what) };
	struct chain before, chain;
	int result = read_head(db, &row.seq, &before);

	if (result != STORE_OK)
		return result;
	row.seq++;
	chain = chain_of(&before, &row);
	return write_row(db, &row, &chain);
}

int audit_list(struct store_db *db, uint64_t before, size_t limit, struct arena *a,
	struct audit_list *ret_list)
{
	struct audit_list list = { 0 };
	struct query q;
	int result;

	limit = size_min(limit, LIST_MAX);
	list.items = arena_array(a, limit, sizeof(*list.items));
	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT seq, at, who, address, what FROM audit WHERE seq < ?"
			   " ORDER BY seq DESC LIMIT ?");
	query_id(&q, before == 0 ? INT64_MAX : before);
	query_id(&q, limit);
	while (list.n < limit && query_row(&q)) {
		struct audit_entry *item = &list.items[list.n++];

		item->seq = column_id(&q, 0);
		item->at = column_number(&q, 1);
		item->who = column_text(&q, 2, a);
		item->from = column_text(&q, 3, a);
		item->what = column_text(&q, 4, a);
	}
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_list = list;
	return STORE_OK;
}

/* The row the query stands on. */
static bool fits(const struct query *q, uint64_t seq, struct chain *chain)
{
	struct row row = {
		.seq = column_id(q, 0),
		.at = column_number(q, 1),
		.who = column_slice(q, 2),
		.from = column_slice(q, 3),
		.what = column_slice(q, 4),
	};
	struct slice stored = column_slice(q, 5);

	*chain = chain_of(chain, &row);
	return row.seq == seq && slice_equal(stored, slice_make((char *)chain->octets, CHAIN_SIZE));
}

bool audit_walk_fits(struct audit_walk *w, const struct audit_entry *entry, struct slice chain)
{
	struct row row = {
		.seq = entry->seq, .at = entry->at, .who = slice_of(entry->who),
		.from = slice_of(entry->from), .what = slice_of(entry->what),
	};
	struct chain before;

	memcpy(before.octets, w->chain, CHAIN_SIZE);
	before = chain_of(&before, &row);
	memcpy(w->chain, before.octets, CHAIN_SIZE);
	w->n++;
	return row.seq == w->n && slice_equal(chain, slice_make((char *)w->chain, CHAIN_SIZE));
}

int audit_verify(struct store_db *db, uint64_t *ret_n, uint64_t *ret_bad_seq)
{
	struct chain chain = { 0 };
	struct query q;
	uint64_t n = 0;
	bool good = true;
	int result;

	query_init(&q, db, "SELECT seq, at, who, address, what, chain FROM audit ORDER BY seq");
	while (good && query_row(&q)) {
		n++;
		good = fits(&q, n, &chain);
	}
	result = query_end(&q);
	if (result != STORE_OK)
		return result;
	*ret_n = n;
	*ret_bad_seq = good ? 0 : n;
	return good ? STORE_OK : AUDIT_DAMAGED;
}
