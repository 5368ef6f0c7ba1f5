/* endings.c - warnings that were given; see endings.h. */
#include "store/endings.h"

#include "store/db.h"

static int load_one(struct store_db *db, enum ending_kind kind, struct ending_mark *ret_mark)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT until, step, at FROM ending_told WHERE what = ?");
	query_text(&q, ending_words(kind)->name);
	result = query_first(&q);
	if (result == STORE_NOT_FOUND)
		*ret_mark = (struct ending_mark){ .step = 0 };
	if (result != STORE_OK)
		return result == STORE_NOT_FOUND ? STORE_OK : result;
	*ret_mark = (struct ending_mark){
		.until = column_number(&q, 0), .step = (int)column_number(&q, 1),
		.at = column_number(&q, 2),
	};
	return query_end(&q);
}

int endings_load(struct store_db *db, struct ending_mark ret_told[ENDING_KIND_COUNT])
{
	for (int i = 0; i < ENDING_KIND_COUNT; i++) {
		int result = load_one(db, (enum ending_kind)i, &ret_told[i]);

		if (result != STORE_OK)
			return result;
	}
	return STORE_OK;
}

int ending_told(struct store_db *db, enum ending_kind kind, const struct ending_mark *mark)
{
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO ending_told (what, until, step, at)"
			   " VALUES (?, ?, ?, ?)");
	query_text(&q, ending_words(kind)->name);
	query_number(&q, mark->until);
	query_number(&q, mark->step);
	query_number(&q, mark->at);
	return query_run(&q);
}
