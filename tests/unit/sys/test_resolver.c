/* The resolver: literals, localhost, names that are none, cancelling, the full queue. */
#include "unit/unit.h"

#include "sys/loop.h"
#include "sys/resolver.h"

static struct loop *loop;
static struct resolver *resolver;
static int answers, wanted;
static enum resolver_error last_error;
static struct endpoint last;
static size_t last_n;

static void on_answer(void *arg UNUSED, enum resolver_error error, const struct endpoint *addresses,
	size_t n)
{
	last_error = error;
	last_n = n;
	if (n > 0)
		last = addresses[0];
	if (++answers == wanted)
		loop_stop(loop);
}

static int setup(void **state UNUSED)
{
	answers = 0;
	wanted = 1;
	loop = loop_new();
	resolver = resolver_new(loop);
	return resolver == NULL;
}

static int teardown(void **state UNUSED)
{
	resolver_free(resolver);
	loop_free(loop);
	return 0;
}

static void ask(const char *host)
{
	assert_non_null(resolver_ask(resolver, slice_of(host), 25, on_answer, NULL));
}

static void expect_literal(const char *host, const char *text)
{
	char got[ENDPOINT_TEXT_SIZE];

	answers = 0;
	ask(host);
	assert_int_equal(answers, 0); /* never from inside the call */
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_error, RESOLVER_OK);
	assert_int_equal(last_n, 1);
	assert_string_equal(endpoint_text(&last, got), text);
}

static void literals_need_no_lookup(void **state UNUSED)
{
	expect_literal("192.0.2.7", "192.0.2.7:25");
	expect_literal("2001:db8::7", "[2001:db8::7]:25");
	expect_literal("[2001:db8::7]", "[2001:db8::7]:25");
}

static void localhost_is_found(void **state UNUSED)
{
	ask("localhost");
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_error, RESOLVER_OK);
	assert_true(last_n >= 1);
	assert_true(endpoint_is_loopback(&last));
	assert_int_equal(endpoint_port(&last), 25);
}

static void what_cannot_be_a_name_is_no_name(void **state UNUSED)
{
	char longest[300];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ask(longest);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_error, RESOLVER_NO_NAME);
	answers = 0;
	ask("");
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_error, RESOLVER_NO_NAME);
}

/* ".invalid" never exists (RFC 6761); where no name server answers it can only be temporary. */
static void a_name_that_is_not_there_has_no_address(void **state UNUSED)
{
	ask("no-such-host.invalid");
	assert_int_equal(loop_run(loop), 0);
	assert_true(last_error == RESOLVER_NO_NAME || last_error == RESOLVER_TEMPORARY ||
	    last_error == RESOLVER_TIMEOUT);
	assert_int_equal(last_n, 0);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void a_cancelled_query_never_answers(void **state UNUSED)
{
	struct timer end;

	timer_init(&end, loop, stop, loop);
	resolver_cancel(resolver_ask(resolver, SLICE("localhost"), 25, on_answer, NULL));
	resolver_cancel(resolver_ask(resolver, SLICE("127.0.0.1"), 25, on_answer, NULL));
	timer_set(&end, 100);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(answers, 0);
}

static int n_ok, n_busy;

static void count_answer(void *arg UNUSED, enum resolver_error error,
	const struct endpoint *addresses UNUSED, size_t n UNUSED)
{
	n_ok += error == RESOLVER_OK;
	n_busy += error == RESOLVER_BUSY;
	if (++answers == wanted)
		loop_stop(loop);
}

static void too_many_names_are_said_and_all_are_answered(void **state UNUSED)
{
	n_ok = n_busy = 0;
	wanted = 20000; /* far more than two threads can answer meanwhile */
	for (int i = 0; i < wanted; i++)
		assert_non_null(resolver_ask(resolver, SLICE("localhost"), 25, count_answer, NULL));
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(n_ok + n_busy, wanted);
	assert_true(n_ok >= 64);
	assert_true(n_busy > 0);
}

static void freeing_drops_what_was_asked(void **state UNUSED)
{
	for (int i = 0; i < 20; i++)
		ask("localhost");
	ask("127.0.0.1");
	resolver_free(resolver);
	resolver = NULL;
	assert_int_equal(answers, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(literals_need_no_lookup),
		TEST(localhost_is_found),
		TEST(what_cannot_be_a_name_is_no_name),
		TEST(a_name_that_is_not_there_has_no_address),
		TEST(a_cancelled_query_never_answers),
		TEST(too_many_names_are_said_and_all_are_answered),
		TEST(freeing_drops_what_was_asked),
	};

	return cmocka_run_group_tests_name("sys/resolver", tests, NULL, NULL);
}
