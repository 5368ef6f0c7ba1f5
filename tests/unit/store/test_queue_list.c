/* Lists, pages, counts, and the laws: a check that finds nothing wrong must be able to. */
#include "unit/store/queue_fixture.h"

#include "store/queue_check.h"

static struct queue_items list(enum queue_filter filter, enum queue_state s, uint64_t before,
	size_t limit)
{
	struct queue_items items;

	assert_int_equal(queue_list(&db, filter, s, before, limit, arena, &items), STORE_OK);
	return items;
}

static void finish(enum queue_state s, enum verdict_class class, int64_t at)
{
	struct queue_envelope e = take(at);
	struct queue_verdict v[QUEUE_BATCH_MAX];

	for (size_t i = 0; i < e.n_recipients; i++)
		v[i] = verdict_of(e.recipients[i].id, s, class, at + 60);
	give(e.message, at, v, e.n_recipients);
}

/* accepted 1, failed 1, deferred 1, queued 2 */
static void add_five(void)
{
	for (int i = 0; i < 5; i++)
		add_one(1000 + i, arena_printf(arena, "user%d@x.example", i));
	finish(QUEUE_ACCEPTED, VERDICT_ACCEPTED, 2000);
	finish(QUEUE_FAILED, VERDICT_RECIPIENT, 2001);
	finish(QUEUE_DEFERRED, VERDICT_TRANSIENT, 2002);
}

static void open_messages_are_listed_newest_first_in_pages(void **state UNUSED)
{
	struct queue_items l;

	add_five();
	l = list(QUEUE_LIST_OPEN, QUEUE_QUEUED, 0, 2);
	assert_int_equal(l.total, 3);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.items[0].at, 1004);
	assert_int_equal(l.items[0].state, QUEUE_QUEUED);
	assert_int_equal(l.items[0].next_try, 1004);
	assert_string_equal(l.items[0].reason, "");
	assert_string_equal(l.items[0].submitter, "uid 0");
	assert_int_equal(l.items[0].n_recipients, 1);
	assert_int_equal(l.items[0].n_open, 1);
	l = list(QUEUE_LIST_OPEN, QUEUE_QUEUED, l.items[1].id, 2);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].state, QUEUE_DEFERRED);
	assert_int_equal(l.items[0].next_try, 2062);
	assert_string_equal(l.items[0].reason, "mailbox busy\nask later");
}

static void all_messages_and_those_of_one_state_are_listed(void **state UNUSED)
{
	struct queue_items l;

	add_five();
	l = list(QUEUE_LIST_ALL, QUEUE_QUEUED, 0, 100);
	assert_int_equal(l.n, 5);
	assert_int_equal(l.total, 5);
	assert_int_equal(l.items[4].state, QUEUE_ACCEPTED);
	l = list(QUEUE_LIST_STATE, QUEUE_FAILED, 0, 100);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.total, 1);
	assert_int_equal(l.items[0].at, 1001);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_QUEUED, 0, 100).n, 2);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_HELD, 0, 100).n, 0);
}

static void a_message_is_once_in_the_list_of_a_state(void **state UNUSED)
{
	add_to(1000, (const char *const[]){ "a@x.example", "b@x.example", NULL }, NULL);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_QUEUED, 0, 100).n, 1);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_QUEUED, 0, 100).total, 1);
}

static void an_unknown_queue_id_is_not_found(void **state UNUSED)
{
	struct queue_details d;

	assert_int_equal(queue_show(&db, "NOSUCHID2345", arena, &d), STORE_NOT_FOUND);
	assert_int_equal(queue_show(&db, "", arena, &d), STORE_NOT_FOUND);
}

static void counts_follow_the_states(void **state UNUSED)
{
	struct queue_counts c;

	assert_int_equal(queue_counts(&db, 0, &c), STORE_OK);
	assert_int_equal(c.messages + c.recipients[QUEUE_QUEUED], 0);
	assert_int_equal(c.oldest_open + c.last_accepted, 0);
	add_five();
	add_one(3000, "root");
	assert_int_equal(queue_counts(&db, 2000, &c), STORE_OK);
	assert_int_equal(c.messages, 6);
	assert_int_equal(c.recipients[QUEUE_QUEUED], 2);
	assert_int_equal(c.recipients[QUEUE_DEFERRED], 1);
	assert_int_equal(c.recipients[QUEUE_ACCEPTED], 1);
	assert_int_equal(c.recipients[QUEUE_FAILED], 1);
	assert_int_equal(c.recipients[QUEUE_HELD], 1);
	assert_int_equal(c.recipients[QUEUE_IN_FLIGHT], 0);
	assert_int_equal(c.oldest_open, 1002);
	assert_int_equal(c.accepted_since, 0);
	assert_int_equal(c.failed_since, 1);
	assert_int_equal(c.last_accepted, 2000);
}

static void every_try_is_in_the_log(void **state UNUSED)
{
	struct queue_attempts tries;
	struct queue_envelope e;

	add_one(1000, "a@x.example");
	e = take(1000);
	give(e.message, 1000, NULL, 0);
	finish(QUEUE_DEFERRED, VERDICT_TRANSIENT, 1001);
	finish(QUEUE_ACCEPTED, VERDICT_ACCEPTED, 1061);
	assert_int_equal(queue_attempts(&db, e.recipients[0].id, arena, &tries), STORE_OK);
	assert_int_equal(tries.n, 2);
	assert_int_equal(tries.items[0].at, 1001);
	assert_int_equal(tries.items[0].verdict->class, VERDICT_TRANSIENT);
	assert_int_equal(tries.items[1].at, 1061);
	assert_string_equal(tries.items[1].relay, "relay:25");
}

/* ---- the laws can be broken ---- */

static void breaks(const char *sql, enum queue_law law)
{
	uint64_t broken[QUEUE_LAW_COUNT];

	assert_int_equal(db_exec(&db, "BEGIN"), STORE_OK);
	assert_int_equal(db_exec(&db, sql), STORE_OK);
	assert_int_equal(queue_check(&db, broken), STORE_OK);
	if (broken[law] == 0)
		fail_msg("not noticed: %s", sql);
	assert_int_equal(db_exec(&db, "ROLLBACK"), STORE_OK);
}

static void each_law_is_noticed_when_broken(void **state UNUSED)
{
	add_five();
	check_laws(&db);
	breaks("UPDATE message SET n_open = n_open + 1 WHERE id = 1", QUEUE_LAW_OPEN);
	breaks("UPDATE tally SET n = n + 1 WHERE state = 3", QUEUE_LAW_TALLY);
	breaks("DELETE FROM content WHERE id = 5 * 1024", QUEUE_LAW_WHOLE);
	breaks("DELETE FROM content WHERE id = 5 * 1024", QUEUE_LAW_CONTENT);
	breaks("UPDATE content SET octets = zeroblob(9) WHERE id = 5 * 1024", QUEUE_LAW_CONTENT);
	breaks("INSERT INTO content VALUES (1024, x'00')", QUEUE_LAW_DROPPED);
	breaks("INSERT INTO content VALUES (77 * 1024, x'00')", QUEUE_LAW_DROPPED);
	breaks("DELETE FROM recipient WHERE id = 5", QUEUE_LAW_RECIPIENTS);
	breaks("UPDATE recipient SET last = 1 WHERE id = 5", QUEUE_LAW_LAST);
}

static void states_and_due_times_agree_by_the_schema(void **state UNUSED)
{
	add_five();
	assert_int_not_equal(db_exec(&db, "UPDATE recipient SET next_try = NULL WHERE id = 5"), 0);
	assert_int_not_equal(db_exec(&db, "UPDATE recipient SET state = 1 WHERE id = 5"), 0);
	assert_int_not_equal(db_exec(&db, "UPDATE recipient SET next_try = 1 WHERE id = 1"), 0);
	assert_int_not_equal(db_exec(&db, "UPDATE recipient SET state = 7, next_try = NULL"
					  " WHERE id = 5"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(open_messages_are_listed_newest_first_in_pages),
		T(all_messages_and_those_of_one_state_are_listed),
		T(a_message_is_once_in_the_list_of_a_state),
		T(an_unknown_queue_id_is_not_found),
		T(counts_follow_the_states),
		T(every_try_is_in_the_log),
		T(each_law_is_noticed_when_broken),
		T(states_and_due_times_agree_by_the_schema),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_list", tests, NULL, NULL);
}
