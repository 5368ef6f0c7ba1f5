/*
 * notices.h - what the keeper's own notices must not forget: when each was sent last, the outage
 * that is not over or not told to be over, and recipients that failed and nobody was told of.
 */
#ifndef TOCSIN_STORE_NOTICES_H
#define TOCSIN_STORE_NOTICES_H

#include "core/verdict.h"
#include "store/store.h"

/* ---- sent ---- */

struct notice_mark {
	int64_t day; /* 0 where days do not matter */
	int64_t at;
};

/* STORE_NOT_FOUND when it was never sent. */
int notice_last(struct store_db *db, const char *name, struct notice_mark *ret_mark) MUST_CHECK;

/* In a job, in the one that queues the notice. */
int notice_sent(struct store_db *db, const char *name, const struct notice_mark *mark) MUST_CHECK;

/* ---- the outage ---- */

struct outage {
	int64_t began;
	uint64_t breaks; /* how often the relay broke within it */
	struct verdict verdict; /* of the newest failure */
};

int outage_load(struct store_db *db, struct outage *ret_outage) MUST_CHECK; /* STORE_NOT_FOUND */
int outage_save(struct store_db *db, const struct outage *outage) MUST_CHECK; /* in a job */
int outage_forget(struct store_db *db) MUST_CHECK; /* in a job */

/* Messages that were in the queue when mail came to work again, at that time. */
int outage_waited(struct store_db *db, int64_t ended, uint64_t *ret_n) MUST_CHECK;

/* ---- failures ---- */

struct failure {
	uint64_t id; /* of the list of untold ones, 0 in others */
	int64_t at;
	const char *queue_id;
	const char *address;
	const char *subject;
	struct verdict *verdict; /* of the last try; NULL when there was none */
};

struct failures {
	struct failure *items;
	size_t n;
	uint64_t total;
	int64_t first_at; /* of all of them, 0 none */
	uint64_t last_id; /* of the untold ones that are counted here */
};

/* The oldest untold ones, at most limit. */
int failures_untold(struct store_db *db, size_t limit, struct arena *a,
	struct failures *ret_failures) MUST_CHECK;

/* In a job: those up to that id are told now. */
int failures_told(struct store_db *db, uint64_t last_id) MUST_CHECK;

/* All that failed after that time, our own notices included; the newest first, at most limit. */
int failures_since(struct store_db *db, int64_t since, size_t limit, struct arena *a,
	struct failures *ret_failures) MUST_CHECK;

#endif
