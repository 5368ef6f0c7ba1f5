/*
 * queue_fixture.h - short words for tests of the queue, on the database of fixture.h. Every test
 * ends with the laws of the queue held against the database (teardown_queue).
 */
#ifndef TOCSIN_TESTS_STORE_QUEUE_FIXTURE_H
#define TOCSIN_TESTS_STORE_QUEUE_FIXTURE_H

#include "unit/store/fixture.h"

#include "store/queue.h"
#include "store/queue_list.h"

int setup_queue(void **state); /* open_db() */
int teardown_queue(void **state); /* fails when a law is broken */
void check_laws(struct store_db *on);

/* A message of a few octets accepted at that time; recipients and contacts end with NULL. */
const char *add_to(int64_t at, const char *const *recipients, const char *const *contacts);
const char *add_one(int64_t at, const char *recipient);
const char *add_content(int64_t at, struct slice content);

struct queue_envelope take(int64_t now); /* must find one */
void take_none(int64_t now);

/* A verdict for one recipient, as the keeper would judge it. */
struct queue_verdict verdict_of(uint64_t recipient, enum queue_state s, enum verdict_class class,
	int64_t next_try);
void give(uint64_t message, int64_t at, const struct queue_verdict *items, size_t n);

struct queue_details show(const char *queue_id);
enum queue_state state_of(const char *queue_id); /* of the first recipient */
int64_t next_due(void);

#endif
