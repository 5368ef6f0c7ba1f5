/* aliases.c - the mail aliases; see aliases.h. */
#include "store/aliases.h"

#include "store/db.h"

enum {
	ROWS_MAX = ALIAS_MAX + 1, /* so that one too many is seen */
};

static const char **split(struct slice text, struct arena *a, size_t *ret_n)
{
	const char **targets = arena_array(a, ALIAS_TARGETS_MAX, sizeof(*targets));
	struct slice rest = text;
	size_t n = 0;

	while (targets != NULL && rest.len > 0 && n < ALIAS_TARGETS_MAX)
		targets[n++] = arena_text(a, slice_cut(&rest, ' '));
	*ret_n = n;
	return targets;
}

int store_aliases_load(struct store_db *db, struct arena *a, struct store_aliases *ret_aliases)
{
	struct alias *items = arena_array(a, ROWS_MAX, sizeof(*items));
	int64_t *at = arena_array(a, ROWS_MAX, sizeof(*at));
	const char **by = arena_array(a, ROWS_MAX, sizeof(*by));
	struct query q;
	size_t n = 0;

	if (items == NULL || at == NULL || by == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT name, targets, at, by FROM alias ORDER BY name");
	while (n < ROWS_MAX && query_row(&q)) {
		items[n].name = column_text(&q, 0, a);
		items[n].targets = split(column_slice(&q, 1), a, &items[n].n_targets);
		at[n] = column_number(&q, 2);
		by[n] = column_text(&q, 3, a);
		n++;
	}
	if (query_end(&q) != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_aliases = (struct store_aliases){ .list = { items, n }, .at = at, .by = by };
	return STORE_OK;
}

static int remove_one(struct store_db *db, const char *name)
{
	struct query q;

	query_init(&q, db, "DELETE FROM alias WHERE name = ?");
	query_text(&q, name);
	return query_run(&q);
}

static int put_one(struct store_db *db, const struct alias *alias, int64_t at, const char *by)
{
	struct buffer targets;
	struct query q;
	int result = STORE_FAILED;

	buffer_init(&targets, 2 * (size_t)ALIAS_OCTETS_MAX);
	for (size_t i = 0; i < alias->n_targets; i++) {
		buffer_append_text(&targets, i > 0 ? " " : "");
		buffer_append_text(&targets, alias->targets[i]);
	}
	if (buffer_ok(&targets)) {
		query_init(&q, db, "INSERT OR REPLACE INTO alias (name, targets, at, by)"
				   " VALUES (?, ?, ?, ?)");
		query_text(&q, alias->name);
		query_slice(&q, buffer_slice(&targets));
		query_number(&q, at);
		query_text(&q, by);
		result = query_run(&q);
	}
	buffer_release(&targets);
	return result;
}

int store_aliases_set(struct store_db *db, const struct alias *aliases, size_t n, int64_t at,
	const char *by, uint64_t *ret_n)
{
	int result = STORE_OK;
	uint64_t changed = 0;

	for (size_t i = 0; result == STORE_OK && i < n; i++) {
		if (aliases[i].n_targets > 0)
			result = put_one(db, &aliases[i], at, by);
		else
			result = remove_one(db, aliases[i].name);
		if (result == STORE_OK)
			changed += db_changes(db) > 0;
	}
	if (result != STORE_OK)
		return result;
	*ret_n = changed;
	return STORE_OK;
}
