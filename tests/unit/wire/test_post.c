/* Submissions on the wire and in the drop folder: what goes in comes out, nothing else does. */
#include "unit/unit.h"

#include "wire/post.h"

static const char id[] = "0123456789abcdef0123456789abcdef";

static struct arena *arena;
static struct buffer b;

static int set_up(void **state UNUSED)
{
	arena = arena_new(1 << 20);
	buffer_init(&b, POST_DROP_MAX);
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	buffer_release(&b);
	return 0;
}

static struct post a_post(void)
{
	static const char *recipients[] = { "root", "b@example.com" };

	return (struct post){
		.submission = id, .at = 1700000000, .recipients_from_header = true, .sender = "<>", .full_name = "Cron Daemon",
		.login = "root", .recipients = recipients, .n_recipients = COUNT_OF(recipients),
		.dsn = { DSN_SUCCESS | DSN_DELAY, DSN_RETURN_HEADERS, "job 7" },
	};
}

static void a_drop_comes_back_whole(void **state UNUSED)
{
	struct post in = a_post(), out;
	struct slice message;
	struct unpack u;

	post_drop_pack(&b, &in, SLICE("a\0b\n"));
	unpack_init(&u, buffer_slice(&b));
	post_drop_unpack(&u, arena, &out, &message);
	assert_true(unpack_end(&u));
	assert_string_equal(out.submission, id);
	assert_int_equal(out.at, 1700000000);
	assert_true(out.recipients_from_header);
	assert_string_equal(out.sender, "<>");
	assert_string_equal(out.full_name, "Cron Daemon");
	assert_string_equal(out.login, "root");
	assert_int_equal(out.n_recipients, 2);
	assert_string_equal(out.recipients[1], "b@example.com");
	assert_int_equal(out.dsn.notify, DSN_SUCCESS | DSN_DELAY);
	assert_int_equal(out.dsn.ret, DSN_RETURN_HEADERS);
	assert_string_equal(out.dsn.envid, "job 7");
	assert_int_equal(message.len, 4);
	assert_memory_equal(message.data, "a\0b\n", 4);
}

/* As a program of before left it: no DSN. */
static void a_drop_of_version_1_is_read(void **state UNUSED)
{
	struct post in = a_post(), out;
	struct buffer tail;
	struct slice message;
	struct unpack u;

	buffer_init(&tail, 100);
	dsn_pack(&tail, &in.dsn);
	pack_number(&b, 1);
	post_pack(&b, &in);
	b.len -= tail.len;
	pack_slice(&b, SLICE("text"));
	unpack_init(&u, buffer_slice(&b));
	post_drop_unpack(&u, arena, &out, &message);
	assert_true(unpack_end(&u));
	assert_string_equal(out.recipients[1], "b@example.com");
	assert_int_equal(out.dsn.notify, 0);
	assert_string_equal(out.dsn.envid, "");
	assert_slice(message, "text");
	buffer_release(&tail);
}

static void what_cannot_be_asked_is_refused(void **state UNUSED)
{
	static const struct dsn bad[] = {
		{ DSN_NEVER | DSN_DELAY, 0, "" }, { DSN_NOTIFY_END, 0, "" }, { 0, DSN_RETURN_COUNT, "" },
		{ 0, 0, "a\r\nb" },
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct post in = a_post(), out;
		struct unpack u;

		in.dsn = bad[i];
		buffer_clear(&b);
		post_pack(&b, &in);
		unpack_init(&u, buffer_slice(&b));
		post_unpack(&u, arena, &out);
		assert_false(unpack_end(&u));
	}
}

static void a_drop_that_was_cut_anywhere_is_refused(void **state UNUSED)
{
	struct post in = a_post(), out;
	struct slice message;
	struct unpack u;

	post_drop_pack(&b, &in, SLICE("Subject: x\n\ny\n"));
	for (size_t len = 0; len < b.len; len++) {
		unpack_init(&u, slice_make(b.data, len));
		post_drop_unpack(&u, arena, &out, &message);
		assert_false(unpack_end(&u));
	}
	buffer_append_char(&b, '\n');
	unpack_init(&u, buffer_slice(&b));
	post_drop_unpack(&u, arena, &out, &message);
	assert_false(unpack_end(&u));
}

static void another_version_of_drops_is_refused(void **state UNUSED)
{
	struct post in = a_post(), out;
	struct slice message;
	struct unpack u;

	pack_number(&b, POST_DROP_VERSION + 1);
	post_pack(&b, &in);
	pack_text(&b, "x");
	unpack_init(&u, buffer_slice(&b));
	post_drop_unpack(&u, arena, &out, &message);
	assert_false(unpack_end(&u));
}

static void an_id_is_32_digits(void **state UNUSED)
{
	static const char *const wrong[] = {
		"", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeF",
		"0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0",
	};
	struct post in = a_post(), out;
	struct unpack u;

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		buffer_clear(&b);
		in.submission = wrong[i];
		post_pack(&b, &in);
		unpack_init(&u, buffer_slice(&b));
		post_unpack(&u, arena, &out);
		assert_false(unpack_end(&u));
	}
}

static void a_post_has_at_most_1000_recipients(void **state UNUSED)
{
	static const char *recipients[POST_RECIPIENTS_MAX + 1];
	struct post in = a_post(), out;
	struct unpack u;

	for (size_t i = 0; i < COUNT_OF(recipients); i++)
		recipients[i] = "r";
	in.recipients = recipients;
	for (size_t n = POST_RECIPIENTS_MAX; n <= POST_RECIPIENTS_MAX + 1; n++) {
		buffer_clear(&b);
		in.n_recipients = n;
		post_pack(&b, &in);
		unpack_init(&u, buffer_slice(&b));
		post_unpack(&u, arena, &out);
		assert_int_equal(unpack_end(&u), n == POST_RECIPIENTS_MAX);
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_drop_comes_back_whole),
		test(a_drop_of_version_1_is_read),
		test(what_cannot_be_asked_is_refused),
		test(a_drop_that_was_cut_anywhere_is_refused),
		test(another_version_of_drops_is_refused),
		test(an_id_is_32_digits),
		test(a_post_has_at_most_1000_recipients),
	};

	return cmocka_run_group_tests_name("wire/post", tests, NULL, NULL);
}
