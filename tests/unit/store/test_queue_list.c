/* Lists, pages, counts, and the laws: a check that finds nothing wrong must be able to. */
#include "unit/store/queue_fixture.h"

#include "store/queue_check.h"

static struct queue_items find(struct queue_query wanted)
{
	struct queue_items items;

	if (wanted.limit == 0)
		wanted.limit = 100;
	assert_int_equal(queue_list(&db, &wanted, arena, &items), STORE_OK);
	return items;
}

/* In all mail. */
static size_t n_found(const char *to, const char *from, const char *subject)
{
	return find((struct queue_query){ .filter = QUEUE_LIST_ALL, .to = to, .from = from,
		.subject = subject }).n;
}

static struct queue_items list(enum queue_filter filter, enum queue_state s, uint64_t before,
	size_t limit)
{
	return find((struct queue_query){ .filter = filter, .state = s, .after = before,
		.limit = limit });
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

static void explain(const char *sql)
{
	struct query q;

	query_init(&q, &db, arena_printf(arena, "EXPLAIN QUERY PLAN %s", sql));
	while (query_row(&q)) {
		const char *step = column_text(&q, 3, arena);

		/* a walk over the messages is bounded by their ids */
		if (strstr(step, "TEMP B-TREE") != NULL || strncmp(step, "SCAN", 4) == 0)
			fail_msg("%s: %s", step, sql);
	}
	assert_int_equal(query_end(&q), STORE_OK);
}

static void open_messages_are_listed_newest_first_in_pages(void **state UNUSED)
{
	struct queue_items l;

	add_five();
	l = list(QUEUE_LIST_OPEN, QUEUE_QUEUED, 0, 2);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.next, l.items[1].id);
	assert_int_equal(l.items[0].at, 1004);
	assert_int_equal(l.items[0].state, QUEUE_QUEUED);
	assert_int_equal(l.items[0].next_try, 1004);
	assert_string_equal(l.items[0].reason, "");
	assert_string_equal(l.items[0].submitter, "uid 0");
	assert_int_equal(l.items[0].n_recipients, 1);
	assert_int_equal(l.items[0].n_open, 1);
	l = list(QUEUE_LIST_OPEN, QUEUE_QUEUED, l.items[1].id, 2);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.next, 0);
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
	assert_int_equal(l.next, 0);
	assert_int_equal(l.items[4].state, QUEUE_ACCEPTED);
	l = list(QUEUE_LIST_STATE, QUEUE_FAILED, 0, 100);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].at, 1001);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_QUEUED, 0, 100).n, 2);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_HELD, 0, 100).n, 0);
}

static void a_message_is_once_in_the_list_of_a_state(void **state UNUSED)
{
	add_to(1000, (const char *const[]){ "a@x.example", "b@x.example", NULL }, NULL);
	assert_int_equal(list(QUEUE_LIST_STATE, QUEUE_QUEUED, 0, 100).n, 1);
}

/* ---- searches ---- */

static void texts_are_found_anywhere_and_are_no_patterns(void **state UNUSED)
{
	add_five();
	add_one(1010, "a_b%c@x.example");
	assert_int_equal(n_found("USER3@", NULL, NULL), 1);
	assert_int_equal(n_found("x.example", NULL, NULL), 6);
	assert_int_equal(n_found("a_b%c", NULL, NULL), 1);
	assert_int_equal(n_found("u%r", NULL, NULL), 0);
	assert_int_equal(n_found("u_er", NULL, NULL), 0);
	assert_int_equal(n_found("\\", NULL, NULL), 0);
	assert_int_equal(n_found(NULL, NULL, "RON"), 6);
	assert_int_equal(n_found(NULL, "root <", NULL), 6);
	assert_int_equal(n_found(NULL, "anna", NULL), 0);
}

static void filters_are_combined_and_fit_one_recipient(void **state UNUSED)
{
	struct queue_envelope e;
	struct queue_verdict v[2];

	add_to(1000, (const char *const[]){ "anna@x.example", "bert@x.example", NULL }, NULL);
	e = take(1000);
	v[0] = verdict_of(e.recipients[0].id, QUEUE_FAILED, VERDICT_RECIPIENT, 0);
	v[1] = verdict_of(e.recipients[1].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1100);
	give(e.message, 1000, v, 2);
	for (int oldest_first = 0; oldest_first < 2; oldest_first++) {
		struct queue_query w = { .filter = QUEUE_LIST_STATE, .state = QUEUE_FAILED, .to = "anna",
			.subject = "cron", .from = "root", .since = 1000, .until = 1001,
			.oldest_first = oldest_first != 0 };

		assert_int_equal(find(w).n, 1);
		assert_int_equal(find(w).items[0].n_open, 1);
		w.to = "bert";
		assert_int_equal(find(w).n, 0);
		w.filter = QUEUE_LIST_OPEN;
		assert_int_equal(find(w).n, 1);
		w.to = "anna"; /* is not what is open of it */
		assert_int_equal(find(w).n, 0);
		w.filter = QUEUE_LIST_ALL;
		assert_int_equal(find(w).n, 1);
		w.until = 1000;
		assert_int_equal(find(w).n, 0);
	}
}

static void times_are_bounds(void **state UNUSED)
{
	struct queue_items l;

	add_five();
	l = find((struct queue_query){ .filter = QUEUE_LIST_ALL, .since = 1001, .until = 1004 });
	assert_int_equal(l.n, 3);
	assert_int_equal(l.items[0].at, 1003);
	assert_int_equal(l.items[2].at, 1001);
	l = find((struct queue_query){ .filter = QUEUE_LIST_ALL, .since = 1005 });
	assert_int_equal(l.n, 0);
	l = find((struct queue_query){ .filter = QUEUE_LIST_ALL, .until = 1000 });
	assert_int_equal(l.n, 0);
	l = find((struct queue_query){ .filter = QUEUE_LIST_STATE, .state = QUEUE_QUEUED,
		.until = 1004 });
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].at, 1003);
}

static void the_oldest_may_come_first_in_pages(void **state UNUSED)
{
	struct queue_query w = { .filter = QUEUE_LIST_ALL, .oldest_first = true, .limit = 2 };
	int64_t expected = 1000;

	add_five();
	do {
		struct queue_items l = find(w);

		for (size_t i = 0; i < l.n; i++)
			assert_int_equal(l.items[i].at, expected++);
		w.after = l.next;
	} while (w.after != 0);
	assert_int_equal(expected, 1005);
}

static void one_message_is_found_by_each_of_its_ids(void **state UNUSED)
{
	const char *queue_id = add_one(1000, "a@x.example");

	assert_int_equal(find((struct queue_query){ .id = queue_id }).n, 1);
	assert_int_equal(find((struct queue_query){ .id = "<1@host>" }).n, 1);
	assert_int_equal(find((struct queue_query){ .id = "1@host" }).n, 1);
	assert_int_equal(find((struct queue_query){ .id = "1@hos" }).n, 0);
	assert_string_equal(find((struct queue_query){ .id = "1@host" }).items[0].queue_id, queue_id);
}

static void a_text_that_is_too_long_is_refused(void **state UNUSED)
{
	char text[QUEUE_SEARCH_TEXT_MAX + 2];
	struct queue_query w = { .subject = text, .limit = 10 };
	struct queue_items l;

	memset(text, '%', sizeof(text));
	text[QUEUE_SEARCH_TEXT_MAX] = '\0';
	assert_int_equal(queue_list(&db, &w, arena, &l), STORE_OK);
	text[QUEUE_SEARCH_TEXT_MAX] = '%';
	text[QUEUE_SEARCH_TEXT_MAX + 1] = '\0';
	assert_int_equal(queue_list(&db, &w, arena, &l), STORE_FAILED);
}

/* A search looks at a bounded part at a time, and goes on behind it until all was looked at. */
static void a_search_ends_after_a_bounded_part_and_goes_on(void **state UNUSED)
{
	struct queue_query w = { .filter = QUEUE_LIST_ALL, .subject = "needle", .limit = 10 };

	add_one(999, "a@x.example");
	assert_int_equal(db_exec(&db, "UPDATE message SET id = 1, subject = 'needle' WHERE id = 1;"
		"WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 50001)"
		" INSERT INTO message (id, queue_id, at, submitter, sender, header_from, subject,"
		" message_id, size, header_size, needs_8bitmime, needs_smtputf8, digest, n_open)"
		" SELECT i, 'ID' || i, 1000 + i, '', '', '', 'hay', '', 0, 0, 0, 0, x'', 0 FROM n"),
		STORE_OK);
	for (int oldest_first = 0; oldest_first < 2; oldest_first++) {
		size_t found = 0, calls = 0;

		w.oldest_first = oldest_first != 0;
		w.after = 0;
		do {
			struct queue_items l = find(w);

			found += l.n;
			calls++;
			w.after = l.next;
		} while (w.after != 0);
		assert_int_equal(found, 1);
		assert_int_equal(calls, 3);
	}
	assert_int_equal(db_exec(&db, "DELETE FROM message WHERE id > 1"), 0);
}

/* Whatever is asked for, an index is walked in the order of the list, and nothing is sorted. */
static void no_list_sorts_or_reads_all(void **state UNUSED)
{
	size_t looked_at = 0;

	add_five();
	for (int order = 0; order < 2; order++)
		for (int filter = 0; filter < 3; filter++)
			for (int texts = 0; texts < 4; texts++)
				find((struct queue_query){ .filter = (enum queue_filter)filter,
					.state = QUEUE_ACCEPTED, .to = texts & 1 ? "a" : NULL,
					.subject = texts & 2 ? "a" : NULL, .oldest_first = order != 0 });
	find((struct queue_query){ .filter = QUEUE_LIST_STATE, .state = QUEUE_FAILED });
	for (size_t i = 0; i < db.n_cached; i++) {
		if (strncmp(db.cache[i].sql, "SELECT m.id", 11) != 0 ||
			strstr(db.cache[i].sql, "LIMIT ?3") == NULL)
			continue; /* what is found by its ID are few */
		looked_at++;
		explain(db.cache[i].sql);
	}
	assert_int_equal(looked_at, 8); /* four walks in two orders */
}

static void an_unknown_queue_id_is_not_found(void **state UNUSED)
{
	struct queue_details d;

	assert_int_equal(queue_show(&db, "NOSUCHID2345", 0, 10, arena, &d), STORE_NOT_FOUND);
	assert_int_equal(queue_show(&db, "", 0, 10, arena, &d), STORE_NOT_FOUND);
}

static void counts_follow_the_states(void **state UNUSED)
{
	struct queue_counts c;

	assert_int_equal(queue_counts(&db, 0, &c), STORE_OK);
	assert_int_equal(c.recipients[QUEUE_QUEUED], 0);
	assert_int_equal(c.oldest_open + c.last_accepted, 0);
	add_five();
	add_one(3000, "root");
	assert_int_equal(queue_counts(&db, 2000, &c), STORE_OK);
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
	struct queue_attempts_wanted wanted = { .limit = 10 };
	struct queue_attempts tries;
	struct queue_envelope e;

	add_one(1000, "a@x.example");
	e = take(1000);
	give(e.message, 1000, NULL, 0);
	finish(QUEUE_DEFERRED, VERDICT_TRANSIENT, 1001);
	finish(QUEUE_ACCEPTED, VERDICT_ACCEPTED, 1061);
	wanted.message = e.message;
	wanted.first = wanted.last = e.recipients[0].id;
	assert_int_equal(queue_attempts(&db, &wanted, arena, &tries), STORE_OK);
	assert_int_equal(tries.n, 2);
	assert_false(tries.more);
	assert_int_equal(tries.items[0].at, 1061);
	assert_string_equal(tries.items[0].relay, "relay:25");
	assert_string_equal(tries.items[0].address, "a@x.example");
	assert_int_equal(tries.items[1].at, 1001);
	assert_int_equal(tries.items[1].verdict->class, VERDICT_TRANSIENT);
	wanted.limit = 1;
	assert_int_equal(queue_attempts(&db, &wanted, arena, &tries), STORE_OK);
	assert_true(tries.more);
	wanted.before = tries.items[0].id;
	assert_int_equal(queue_attempts(&db, &wanted, arena, &tries), STORE_OK);
	assert_int_equal(tries.items[0].at, 1001);
	assert_false(tries.more);
	wanted.first++;
	assert_int_equal(queue_attempts(&db, &wanted, arena, &tries), STORE_OK);
	assert_int_equal(tries.n, 0);
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
	breaks("UPDATE message SET kept = 1 WHERE id = 1", QUEUE_LAW_KEPT);
	breaks("UPDATE message SET kept = 0 WHERE id = 2", QUEUE_LAW_DROPPED);
	breaks("UPDATE message SET held_by = 'anna' WHERE id = 5", QUEUE_LAW_HELD);
	breaks("UPDATE volume SET octets = octets + 1", QUEUE_LAW_VOLUME);
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
		T(texts_are_found_anywhere_and_are_no_patterns),
		T(filters_are_combined_and_fit_one_recipient),
		T(times_are_bounds),
		T(the_oldest_may_come_first_in_pages),
		T(one_message_is_found_by_each_of_its_ids),
		T(a_text_that_is_too_long_is_refused),
		T(a_search_ends_after_a_bounded_part_and_goes_on),
		T(no_list_sorts_or_reads_all),
		T(an_unknown_queue_id_is_not_found),
		T(counts_follow_the_states),
		T(every_try_is_in_the_log),
		T(each_law_is_noticed_when_broken),
		T(states_and_due_times_agree_by_the_schema),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_list", tests, NULL, NULL);
}
