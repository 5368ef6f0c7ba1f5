/* A submission that comes twice under one name is kept once. */
#include "unit/store/fixture.h"

#include "store/queue_list.h"

static const char *add(const char *submission, const char *text)
{
	static char queue_ids[4][QUEUE_ID_SIZE];
	static size_t n;
	char *queue_id = queue_ids[n++ % COUNT_OF(queue_ids)];
	struct queue_message m = {
		.submission = submission, .at = 1000, .submitter = "uid 0", .sender = "",
		.header_from = "", .subject = "", .message_id = "<1@x>", .header_size = 2,
		.content = slice_of(text),
		.recipients = (const char *const[]){ "a@example.com" }, .n_recipients = 1,
	};

	assert_int_equal(queue_add(&db, &m, queue_id), STORE_OK);
	return queue_id;
}

static size_t n_messages(void)
{
	const struct queue_query all = { .filter = QUEUE_LIST_ALL, .limit = 100 };
	struct queue_items items;

	assert_int_equal(queue_list(&db, &all, arena, &items), STORE_OK);
	return items.n;
}

static void a_name_comes_in_once(void **state UNUSED)
{
	const char *first;

	open_db();
	first = add("0-aa", "\r\none");
	assert_string_equal(add("0-aa", "\r\none"), first);
	assert_string_not_equal(add("1-aa", "\r\none"), first);
	assert_int_equal(n_messages(), 2);
}

static void what_has_no_name_comes_in_each_time(void **state UNUSED)
{
	open_db();
	assert_string_not_equal(add(NULL, "\r\none"), add(NULL, "\r\none"));
	assert_string_not_equal(add("", "\r\none"), add("", "\r\none"));
	assert_int_equal(n_messages(), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_comes_in_once, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_no_name_comes_in_each_time,
			setup, teardown),
	};

	return cmocka_run_group_tests_name("store/queue_submission", tests, NULL, NULL);
}
