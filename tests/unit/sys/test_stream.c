/* Streams in clear: order of events, limits, back-pressure, every way to end. */
#include "unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit/sys/ends.h"

enum {
	MUCH = 8 << 20, /* more than the kernel keeps for both ends: it sends at most 4 MiB ahead */
};

static struct ends ends;

static int setup(void **state UNUSED)
{
	ends_init(&ends);
	return 0;
}

static int teardown(void **state UNUSED)
{
	ends_release(&ends);
	return 0;
}

static bool server_has_5(const struct ends *e)
{
	return e->server.got.len >= 5;
}

static bool client_has_5(const struct ends *e)
{
	return e->client.got.len >= 5;
}

static void what_is_written_arrives(void **state UNUSED)
{
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("hello")), 0);
	assert_int_equal(ends.client.connected, 0); /* nothing happens outside the loop */
	ends_run_until(&ends, server_has_5);
	assert_slice(buffer_slice(&ends.server.got), "hello");
	assert_int_equal(ends.client.connected, 1);
	assert_int_equal(ends.server.connected, 0);
	assert_int_equal(ends.client.drained, 1);
	assert_int_equal(stream_write(ends.server.stream, SLICE("world")), 0);
	ends_run_until(&ends, client_has_5);
	assert_slice(buffer_slice(&ends.client.got), "world");
	assert_int_equal(stream_pending(ends.server.stream), 0);
}

static void a_closed_port_ends_as_refused(void **state UNUSED)
{
	listener_release(&ends.listener);
	close(ends.listener_fd);
	ends.listener_fd = -1;
	ends_connect(&ends);
	assert_int_equal(ends.client.closed, 0);
	ends_run_until(&ends, ends_client_closed);
	assert_int_equal(ends.client.reason, STREAM_END_REFUSED);
	assert_string_equal(ends.client.text, "connection refused");
	assert_int_equal(ends.client.connected, 0);
	assert_true(stream_ended(ends.client.stream));
	assert_int_equal(stream_fd(ends.client.stream), -1);
	assert_int_equal(stream_write(ends.client.stream, SLICE("x")), -1);
}

static void a_missing_unix_socket_ends_as_refused(void **state UNUSED)
{
	assert_true(endpoint_from_path("/nonexistent/socket", &ends.address));
	ends_connect(&ends);
	ends_run_until(&ends, ends_client_closed);
	assert_int_equal(ends.client.reason, STREAM_END_REFUSED);
}

static void the_peers_close_ends_as_eof_after_its_last_bytes(void **state UNUSED)
{
	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	assert_int_equal(stream_write(ends.client.stream, SLICE("last")), 0);
	stream_finish(ends.client.stream);
	assert_int_equal(stream_write(ends.client.stream, SLICE("more")), -1);
	ends_run_until(&ends, ends_both_closed);
	assert_slice(buffer_slice(&ends.server.got), "last");
	assert_int_equal(ends.server.reason, STREAM_END_EOF);
	assert_int_equal(ends.client.reason, STREAM_END_EOF);
}

static bool server_half_closed(const struct ends *e)
{
	return e->server.half_closed > 0;
}

static void a_half_closed_stream_still_writes(void **state UNUSED)
{
	ends.take_half_close = true;
	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	stream_finish(ends.client.stream);
	ends_run_until(&ends, server_half_closed);
	assert_int_equal(ends.server.half_closed, 1);
	assert_int_equal(ends.server.closed, 0);
	assert_int_equal(stream_write(ends.server.stream, SLICE("still")), 0);
	ends_run_until(&ends, client_has_5);
	stream_finish(ends.server.stream);
	ends_run_until(&ends, ends_both_closed);
	assert_int_equal(ends.server.reason, STREAM_END_EOF);
	assert_int_equal(ends.client.reason, STREAM_END_EOF);
}

static void a_cut_connection_ends_as_reset(void **state UNUSED)
{
	const struct linger hard = { .l_onoff = 1 };

	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	setsockopt(stream_fd(ends.server.stream), SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	stream_free(ends.server.stream);
	ends.server.stream = NULL;
	ends_run_until(&ends, ends_client_closed);
	assert_int_equal(ends.client.reason, STREAM_END_RESET);
	assert_string_equal(stream_end_word(ends.client.reason), "reset");
}

/* ---- limits ---- */

static struct slice junk(size_t len)
{
	static char data[MUCH];

	for (size_t i = 0; i < len; i++)
		data[i] = (char)('a' + i * 31 % 23);
	return slice_make(data, len);
}

static bool server_has_ten(const struct ends *e)
{
	return e->server.got.len >= 10;
}

static void a_write_above_the_limit_takes_nothing(void **state UNUSED)
{
	ends.output_limit = 10;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("1234567")), 0);
	assert_int_equal(stream_room(ends.client.stream), 3);
	assert_int_equal(stream_write(ends.client.stream, SLICE("8901")), STREAM_FULL);
	assert_int_equal(stream_write(ends.client.stream, SLICE("890")), 0);
	assert_int_equal(stream_pending(ends.client.stream), 10);
	ends_run_until(&ends, server_has_ten);
	assert_slice(buffer_slice(&ends.server.got), "1234567890");
}

static bool server_has_all(const struct ends *e)
{
	return e->server.got.len == MUCH;
}

static bool server_is_full(const struct ends *e)
{
	return e->server.stream != NULL && stream_input(e->server.stream).len >= 1000;
}

static void an_unread_stream_stops_reading_at_its_limit(void **state UNUSED)
{
	ends.input_limit = 1000;
	ends.output_limit = MUCH;
	ends.server.keep = true;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, junk(MUCH)), 0);
	ends_run_until(&ends, server_is_full);
	ends_run(&ends, 30);
	assert_int_equal(stream_input(ends.server.stream).len, 1000);
	assert_true(stream_pending(ends.client.stream) > 0);
	ends.server.keep = false;
	buffer_append_slice(&ends.server.got, stream_input(ends.server.stream));
	stream_consume(ends.server.stream, 1000);
	ends_run_until(&ends, server_has_all);
	assert_memory_equal(ends.server.got.data, junk(MUCH).data, MUCH);
}

static void a_paused_stream_reads_nothing_until_resumed(void **state UNUSED)
{
	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	stream_pause(ends.server.stream);
	assert_int_equal(stream_write(ends.client.stream, SLICE("hello")), 0);
	stream_finish(ends.client.stream);
	ends_run(&ends, 30);
	assert_int_equal(ends.server.readable, 0);
	assert_int_equal(ends.server.closed, 0);
	stream_resume(ends.server.stream);
	ends_run_until(&ends, ends_both_closed);
	assert_slice(buffer_slice(&ends.server.got), "hello");
}

static void take_one_and_pause(struct end *e)
{
	buffer_append_slice(&e->got, slice_sub(stream_input(e->stream), 0, 1));
	stream_consume(e->stream, 1);
	stream_pause(e->stream);
}

static void resuming_tells_of_input_that_waits(void **state UNUSED)
{
	ends.server.on_readable = take_one_and_pause;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("abc")), 0);
	ends_run(&ends, 30);
	assert_slice(buffer_slice(&ends.server.got), "a");
	for (int i = 0; i < 3; i++) {
		stream_resume(ends.server.stream);
		ends_run(&ends, 10);
	}
	assert_slice(buffer_slice(&ends.server.got), "abc");
}

/* ---- closing ---- */

static bool client_closed_by_server(const struct ends *e)
{
	return e->server.closed > 0 && e->client.closed > 0;
}

/* The client has sent more than the server ever reads: a plain close would reset the answer. */
static void the_last_words_survive_unread_input(void **state UNUSED)
{
	ends.input_limit = 1000;
	ends.output_limit = 4 << 20;
	ends.server.keep = true;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, junk(1 << 20)), 0);
	ends_run(&ends, 30);
	ends.client.keep = false;
	assert_int_equal(stream_write(ends.server.stream, SLICE("too much")), 0);
	stream_close_when_written(ends.server.stream);
	ends_run_until(&ends, client_closed_by_server);
	assert_slice(buffer_slice(&ends.client.got), "too much");
	assert_int_equal(ends.client.reason, STREAM_END_EOF);
	assert_int_equal(ends.server.reason, STREAM_END_WRITTEN);
	assert_int_equal(ends.server.drained, 1);
}

static void input_without_end_is_not_thrown_away_for_ever(void **state UNUSED)
{
	ends.input_limit = 1000;
	ends.output_limit = 64 << 20;
	ends.server.keep = true;
	ends.take_half_close = true;
	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	stream_close_when_written(ends.server.stream);
	for (int i = 0; i < 16; i++)
		assert_int_equal(stream_write(ends.client.stream, junk(4 << 20)), 0);
	ends_run_until(&ends, ends_both_closed);
	assert_int_equal(ends.server.reason, STREAM_END_WRITTEN);
	assert_int_equal(ends.client.reason, STREAM_END_RESET);
}

static void a_close_before_the_connection_ends_too(void **state UNUSED)
{
	ends_connect(&ends);
	stream_close_when_written(ends.client.stream);
	ends_run_until(&ends, ends_client_closed);
	assert_int_equal(ends.client.reason, STREAM_END_WRITTEN);
}

static void free_inside(struct end *e)
{
	stream_free(e->stream);
	e->stream = NULL;
}

static void a_stream_may_be_freed_inside_its_events(void **state UNUSED)
{
	ends.server.on_readable = free_inside;
	ends.client.on_closed = free_inside;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("x")), 0);
	ends_run_until(&ends, ends_client_closed);
	assert_null(ends.server.stream);
	assert_null(ends.client.stream);
	assert_int_equal(ends.server.closed, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_arrives),
		TEST(a_closed_port_ends_as_refused),
		TEST(a_missing_unix_socket_ends_as_refused),
		TEST(the_peers_close_ends_as_eof_after_its_last_bytes),
		TEST(a_half_closed_stream_still_writes),
		TEST(a_cut_connection_ends_as_reset),
		TEST(a_write_above_the_limit_takes_nothing),
		TEST(an_unread_stream_stops_reading_at_its_limit),
		TEST(a_paused_stream_reads_nothing_until_resumed),
		TEST(resuming_tells_of_input_that_waits),
		TEST(the_last_words_survive_unread_input),
		TEST(input_without_end_is_not_thrown_away_for_ever),
		TEST(a_close_before_the_connection_ends_too),
		TEST(a_stream_may_be_freed_inside_its_events),
	};

	return cmocka_run_group_tests_name("sys/stream", tests, NULL, NULL);
}
