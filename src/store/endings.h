/* endings.h - which warnings of what ends soon were given (core/ending.h). */
#ifndef TOCSIN_STORE_ENDINGS_H
#define TOCSIN_STORE_ENDINGS_H

#include "core/ending.h"
#include "store/store.h"

/* All kinds; one that was never told is empty. */
int endings_load(struct store_db *db, struct ending_mark ret_told[ENDING_KIND_COUNT]) MUST_CHECK;

/* In a job, in the one that queues the notice. */
int ending_told(struct store_db *db, enum ending_kind kind, const struct ending_mark *mark)
	MUST_CHECK;

#endif
