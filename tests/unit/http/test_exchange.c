/* A connection as a dialogue: what is said to it, which events come, what it answers, and when. */
#include "unit/unit.h"

#include <stdlib.h>

#include "http/exchange.h"
#include "http/headers.h"

enum {
	START_S = 784111777,
};

#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define H "Host: a\r\n"

static struct http_exchange x;
static int64_t clock_ms;
static struct buffer said;

static struct http_now now(void)
{
	return (struct http_now){ .ms = clock_ms, .unix_s = START_S };
}

static void open_with(struct http_error_page page)
{
	http_exchange_release(&x);
	clock_ms = 1000000;
	http_exchange_init(&x, page, now());
}

static void open_connection(void)
{
	open_with((struct http_error_page){ 0 });
}

static enum http_event next(void)
{
	return http_exchange_next(&x, now());
}

static void hear(const char *text)
{
	assert_int_equal(http_exchange_feed(&x, slice_of(text)), strlen(text));
}

static int answer(unsigned status, const char *lines, const char *body)
{
	return http_exchange_answer(&x, now(), status, slice_of(lines), slice_of(body));
}

/* Everything it has to say, taken in one piece. */
static const char *speech(void)
{
	buffer_release(&said);
	buffer_init(&said, 16 * 1024 * 1024);
	buffer_append_slice(&said, http_exchange_take(&x));
	http_exchange_taken(&x, said.len, now());
	assert_int_equal(http_exchange_take(&x).len, 0);
	return buffer_text(&said);
}

static void hear_request(const char *text)
{
	hear(text);
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(next(), HTTP_EVENT_REQUEST);
	assert_int_equal(next(), HTTP_EVENT_NONE);
}

/* The answer is an error page of this status, and the connection closes behind it. */
static void expect_refusal(const char *status_line)
{
	const char *text;

	assert_int_equal(next(), HTTP_EVENT_NONE);
	text = speech();
	if (strncmp(text, status_line, strlen(status_line)) != 0)
		fail_msg("expected %s, got %s", status_line, text);
	assert_non_null(strstr(text, "Connection: close\r\n"));
	assert_non_null(strstr(text, "Content-Security-Policy: default-src 'none'"));
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
	assert_int_equal(http_exchange_deadline(&x), HTTP_NEVER);
}

static void a_request_is_answered_and_another_may_follow(void **state UNUSED)
{
	open_connection();
	assert_int_equal(next(), HTTP_EVENT_NONE);
	hear_request("GET /a?b HTTP/1.1\r\n" H "\r\n");
	assert_slice(x.head.path, "/a");
	assert_slice(x.head.query, "b");
	assert_int_equal(answer(200, "X: y\r\n", "hello"), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE
	    "X: y\r\nContent-Length: 5\r\n\r\nhello");
	hear_request("GET /b HTTP/1.1\r\n" H "\r\n");
	assert_slice(x.head.path, "/b");
	assert_null(x.head.query.data);
	assert_int_equal(answer(303, "Location: /c\r\n", ""), 0);
	assert_string_equal(speech(), "HTTP/1.1 303 See Other\r\n" DATE
	    "Location: /c\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_NONE);
}

static void a_body_is_gathered(void **state UNUSED)
{
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(next(), HTTP_EVENT_NONE);
	hear("45678");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	hear("9GET /n");
	assert_int_equal(next(), HTTP_EVENT_REQUEST);
	assert_slice(buffer_slice(&x.body), "0123456789");
	assert_int_equal(answer(204, "", "not sent"), 0);
	assert_string_equal(speech(), "HTTP/1.1 204 No Content\r\n" DATE "\r\n");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	hear("ext HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_slice(x.head.path, "/next");
	assert_int_equal(next(), HTTP_EVENT_REQUEST);
	assert_int_equal(x.body.len, 0);
}

static void head_gets_the_length_but_no_body(void **state UNUSED)
{
	open_connection();
	hear_request("HEAD / HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(answer(200, "", "hello"), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 5\r\n\r\n");
	hear("HEAD / HTTP/1.1\r\n\r\n");
	expect_refusal("HTTP/1.1 400 Bad Request\r\n");
	assert_int_equal(strncmp(buffer_text(&said) + said.len - 4, "\r\n\r\n", 4), 0);
}

static void http_1_0_is_answered_and_closed(void **state UNUSED)
{
	open_connection();
	hear_request("GET / HTTP/1.0\r\n\r\n");
	assert_int_equal(answer(200, "", "hi"), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE
	    "Connection: close\r\nContent-Length: 2\r\n\r\nhi");
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
}

static void connection_close_is_honoured(void **state UNUSED)
{
	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(answer(200, "", ""), 0);
	assert_non_null(strstr(speech(), "Connection: close\r\n"));
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
}

static void pipelined_requests_wait_for_their_turn(void **state UNUSED)
{
	struct buffer many;
	struct slice rest;
	int answered = 0;

	open_connection();
	buffer_init(&many, 1024 * 1024);
	for (int i = 0; i < 10000; i++)
		buffer_appendf(&many, "GET /%05d HTTP/1.1\r\n" H "\r\n", i);
	rest = buffer_slice(&many);
	while (answered < 10000) {
		enum http_event event = next();

		if (event == HTTP_EVENT_REQUEST) {
			char path[8];

			assert_true(slice_copy(x.head.path, path, sizeof(path)));
			assert_int_equal(strtol(path + 1, NULL, 10), answered);
			assert_int_equal(answer(200, "", ""), 0);
			assert_int_equal(next(), HTTP_EVENT_NONE);
			speech();
			answered++;
		} else if (event == HTTP_EVENT_NONE) {
			size_t taken = http_exchange_feed(&x, rest);

			assert_in_range(taken, 1, 2 * HTTP_HEAD_MAX);
			rest = slice_sub(rest, taken, rest.len);
		}
	}
	assert_int_equal(rest.len, 0);
	buffer_release(&many);
}

static void it_takes_no_more_than_it_holds_while_busy(void **state UNUSED)
{
	static char flood[100000];
	size_t taken;

	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	taken = http_exchange_feed(&x, slice_make(flood, sizeof(flood)));
	assert_int_equal(taken, 2 * HTTP_HEAD_MAX);
	assert_int_equal(http_exchange_feed(&x, slice_make(flood, 1)), 0);
	assert_int_equal(answer(200, "", ""), 0);
	speech();
	expect_refusal("HTTP/1.1 400 ");
	assert_int_equal(http_exchange_feed(&x, slice_make(flood, sizeof(flood))), sizeof(flood));
}

static void hostile_heads_are_refused_and_closed(void **state UNUSED)
{
	static const char *const pairs[][2] = {
		{ "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n" },
		{ "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		  "HTTP/1.1 400 Bad Request\r\n" },
		{ "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
		  "HTTP/1.1 411 Length Required\r\n" },
		{ "GET / HTTP/1.1\n", "HTTP/1.1 400 Bad Request\r\n" },
		{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n" },
		{ "BREW / HTTP/1.1\r\n" H "\r\n", "HTTP/1.1 501 Not Implemented\r\n" },
		{ "POST / HTTP/1.1\r\n" H "Expect: x\r\n\r\n", "HTTP/1.1 417 Expectation Failed\r\n" },
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		open_connection();
		hear(pairs[i][0]);
		expect_refusal(pairs[i][1]);
		hear("GET / HTTP/1.1\r\n" H "\r\n");
		assert_int_equal(next(), HTTP_EVENT_CLOSE);
	}
}

static void a_method_not_served_is_told_which_are(void **state UNUSED)
{
	open_connection();
	hear("TRACE / HTTP/1.1\r\n" H "\r\n");
	expect_refusal("HTTP/1.1 405 Method Not Allowed\r\n");
	assert_non_null(strstr(buffer_text(&said), "Allow: GET, HEAD, POST\r\n"));
}

static void a_body_above_the_limit_is_413(void **state UNUSED)
{
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	expect_refusal("HTTP/1.1 413 Content Too Large\r\n");
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	http_exchange_set_limit(&x, 65537);
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_int_equal(http_exchange_take(&x).len, 0);
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551615\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	expect_refusal("HTTP/1.1 413 Content Too Large\r\n");
}

static void the_limit_of_one_route_does_not_stay_for_the_next(void **state UNUSED)
{
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	http_exchange_set_limit(&x, 1000000);
	assert_int_equal(next(), HTTP_EVENT_REQUEST);
	assert_int_equal(answer(200, "", ""), 0);
	speech();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	expect_refusal("HTTP/1.1 413 Content Too Large\r\n");
}

static void continue_is_said_before_the_body_and_once(void **state UNUSED)
{
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_string_equal(speech(), "HTTP/1.1 100 Continue\r\n\r\n");
	hear("a");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_string_equal(speech(), "");
	hear("b");
	assert_int_equal(next(), HTTP_EVENT_REQUEST);
	assert_int_equal(answer(200, "", ""), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 0\r\n\r\n");
	hear("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 99999\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	expect_refusal("HTTP/1.1 413 ");
}

static void an_answer_to_the_head_alone_closes_when_a_body_follows(void **state UNUSED)
{
	open_connection();
	hear("POST /nowhere HTTP/1.1\r\n" H "Content-Length: 35\r\n\r\nGET /smuggled HTTP/1.1\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(answer(404, "", "no"), 0);
	assert_non_null(strstr(speech(), "Connection: close\r\n"));
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
	open_connection();
	hear("GET /nowhere HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(answer(404, "", "no"), 0);
	assert_null(strstr(speech(), "Connection: close\r\n"));
	assert_int_equal(next(), HTTP_EVENT_NONE);
}

static void a_slow_head_is_408_however_it_drips(void **state UNUSED)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n";

	open_connection();
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(http_exchange_feed(&x, slice_make(text + i, 1)), 1);
		assert_int_equal(next(), HTTP_EVENT_NONE);
		assert_int_equal(http_exchange_deadline(&x), 1000000 + HTTP_FIRST_MS);
		clock_ms += 1000;
		http_exchange_expire(&x, now());
		assert_int_equal(http_exchange_take(&x).len, 0);
	}
	clock_ms += 1000;
	http_exchange_expire(&x, now());
	expect_refusal("HTTP/1.1 408 Request Timeout\r\n");
}

static void a_slow_body_is_408(void **state UNUSED)
{
	open_connection();
	clock_ms += 9000;
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 100\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	for (int i = 0; i < 20; i++) {
		hear("x");
		assert_int_equal(next(), HTTP_EVENT_NONE);
		assert_int_equal(http_exchange_deadline(&x), 1009000 + HTTP_BODY_MS);
		clock_ms += 1000;
	}
	http_exchange_expire(&x, now());
	expect_refusal("HTTP/1.1 408 Request Timeout\r\n");
}

static void idle_connections_close_without_a_word(void **state UNUSED)
{
	open_connection();
	clock_ms += HTTP_FIRST_MS;
	http_exchange_expire(&x, now());
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
	assert_int_equal(http_exchange_take(&x).len, 0);
	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(answer(200, "", ""), 0);
	speech();
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_IDLE_MS);
	clock_ms += HTTP_IDLE_MS - 1;
	http_exchange_expire(&x, now());
	assert_int_equal(next(), HTTP_EVENT_NONE);
	hear("G");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_HEAD_MS);
}

static void a_request_nobody_answers_is_503(void **state UNUSED)
{
	open_connection();
	hear_request("GET /late HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_HANDLE_MS);
	clock_ms += HTTP_HANDLE_MS;
	http_exchange_expire(&x, now());
	assert_int_equal(answer(200, "", "late"), HTTP_LATE);
	expect_refusal("HTTP/1.1 503 Service Unavailable\r\n");
	assert_int_equal(answer(200, "", "later"), HTTP_LATE);
	assert_slice(x.head.path, "/late");
	assert_slice(x.head.host, "a");
}

static void a_slow_reader_is_cut(void **state UNUSED)
{
	static char body[100000];

	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_answer(&x, now(), 200, SLICE(""),
	    slice_make(body, sizeof(body))), 0);
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_WRITE_MS);
	clock_ms += HTTP_WRITE_MS - 1;
	http_exchange_taken(&x, 1, now());
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_WRITE_MS);
	http_exchange_expire(&x, now());
	assert_int_equal(next(), HTTP_EVENT_NONE);
	clock_ms += HTTP_WRITE_MS;
	http_exchange_expire(&x, now());
	assert_int_equal(next(), HTTP_EVENT_DROP);
	assert_int_equal(answer(200, "", ""), HTTP_LATE);
}

static void a_reader_that_nibbles_is_cut_too(void **state UNUSED)
{
	static char body[100000];
	int64_t start;

	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	start = clock_ms;
	assert_int_equal(http_exchange_answer(&x, now(), 200, SLICE(""),
	    slice_make(body, sizeof(body))), 0);
	while (next() == HTTP_EVENT_NONE) {
		clock_ms += 1000;
		http_exchange_taken(&x, 10, now());
		http_exchange_expire(&x, now());
		assert_in_range(clock_ms - start, 0, 132000);
	}
	assert_in_range(clock_ms - start, 130000, 132000);
}

static void a_peer_that_ends_early_is_dropped(void **state UNUSED)
{
	open_connection();
	http_exchange_end(&x);
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
	open_connection();
	hear("GET / HT");
	http_exchange_end(&x);
	assert_int_equal(next(), HTTP_EVENT_DROP);
	open_connection();
	hear("POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nab");
	http_exchange_end(&x);
	assert_int_equal(next(), HTTP_EVENT_HEAD);
	assert_int_equal(next(), HTTP_EVENT_DROP);
	assert_int_equal(http_exchange_deadline(&x), HTTP_NEVER);
}

static void a_half_closed_peer_still_gets_its_answers(void **state UNUSED)
{
	open_connection();
	hear("GET /1 HTTP/1.1\r\n" H "\r\nGET /2 HTTP/1.1\r\n" H "\r\n");
	http_exchange_end(&x);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(next(), HTTP_EVENT_HEAD);
		assert_int_equal(next(), HTTP_EVENT_REQUEST);
		assert_int_equal(next(), HTTP_EVENT_NONE);
		assert_int_equal(answer(200, "", "x"), 0);
		assert_int_equal(strncmp(speech(), "HTTP/1.1 200 OK", 15), 0);
	}
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
}

static int stream(const char *octets)
{
	return http_exchange_answer_more(&x, now(), slice_of(octets));
}

static void a_stream_is_chunked_and_keeps_the_connection(void **state UNUSED)
{
	open_connection();
	hear_request("GET /events HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(stream("early"), HTTP_LATE);
	assert_int_equal(http_exchange_answer_start(&x, now(), 200,
	    SLICE("Content-Type: text/event-stream\r\n")), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE
	    "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
	assert_int_equal(http_exchange_deadline(&x), HTTP_NEVER);
	assert_int_equal(stream("data: 0123456789\n\n"), 0);
	assert_int_equal(stream(""), 0);
	assert_int_equal(http_exchange_deadline(&x), clock_ms + HTTP_WRITE_MS);
	assert_string_equal(speech(), "12\r\ndata: 0123456789\n\n\r\n");
	assert_int_equal(answer(200, "", ""), HTTP_LATE);
	assert_int_equal(http_exchange_answer_end(&x, now()), 0);
	assert_string_equal(speech(), "0\r\n\r\n");
	assert_int_equal(stream("late"), HTTP_LATE);
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
}

static void a_stream_to_http_1_0_ends_with_the_connection(void **state UNUSED)
{
	open_connection();
	hear_request("GET /events HTTP/1.0\r\n\r\n");
	assert_int_equal(http_exchange_answer_start(&x, now(), 200, SLICE("")), 0);
	assert_int_equal(stream("data: 1\n\n"), 0);
	assert_string_equal(speech(), "HTTP/1.1 200 OK\r\n" DATE "Connection: close\r\n\r\ndata: 1\n\n");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_int_equal(http_exchange_answer_end(&x, now()), 0);
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
}

static void a_stream_nobody_reads_fills_up_and_is_cut(void **state UNUSED)
{
	static char part[HTTP_STREAM_MAX / 4];
	const struct slice octets = slice_make(part, sizeof(part));

	open_connection();
	hear_request("GET /events HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_answer_start(&x, now(), 200, SLICE("")), 0);
	speech();
	for (int i = 0; i < 3; i++)
		assert_int_equal(http_exchange_answer_more(&x, now(), octets), 0);
	assert_int_equal(http_exchange_answer_more(&x, now(), octets), HTTP_FULL);
	speech();
	assert_int_equal(http_exchange_answer_more(&x, now(), octets), 0);
	clock_ms += HTTP_WRITE_MS;
	http_exchange_expire(&x, now());
	assert_int_equal(next(), HTTP_EVENT_DROP);
	assert_int_equal(stream("x"), HTTP_LATE);
}

static void a_stream_ends_when_its_reader_leaves(void **state UNUSED)
{
	open_connection();
	hear_request("GET /events HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_answer_start(&x, now(), 200, SLICE("")), 0);
	speech();
	http_exchange_end(&x);
	assert_int_equal(next(), HTTP_EVENT_DROP);
	assert_int_equal(stream("x"), HTTP_LATE);
}

static void stopping_lets_the_last_answer_out(void **state UNUSED)
{
	open_connection();
	http_exchange_stop(&x);
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	http_exchange_stop(&x);
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_int_equal(answer(200, "", "x"), 0);
	assert_non_null(strstr(speech(), "Connection: close\r\n"));
	assert_int_equal(next(), HTTP_EVENT_CLOSE);
}

static void render_error(void *context, const struct http_head *head, unsigned status,
	struct buffer *lines, struct buffer *body)
{
	headers_add_text(lines, "X-Test", context);
	if (head->path.data != NULL)
		headers_add(lines, "X-Path", head->path);
	buffer_appendf(body, "<h1>%u</h1>", status);
}

static void error_pages_are_the_owners(void **state UNUSED)
{
	static char context[] = "here";

	open_with((struct http_error_page){ render_error, context });
	hear("BAD\r\n\r\n");
	assert_int_equal(next(), HTTP_EVENT_NONE);
	assert_string_equal(speech(), "HTTP/1.1 400 Bad Request\r\n" DATE
	    "X-Test: here\r\nConnection: close\r\nContent-Length: 12\r\n\r\n<h1>400</h1>");
	open_with((struct http_error_page){ render_error, context });
	hear_request("GET /a%20b HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_refuse(&x, now(), 500), 0);
	assert_non_null(strstr(speech(), "X-Path: /a b\r\n"));
	assert_non_null(strstr(buffer_text(&said), "<h1>500</h1>"));
	assert_int_equal(http_exchange_refuse(&x, now(), 500), HTTP_LATE);
}

static void an_answer_that_is_too_large_becomes_a_500(void **state UNUSED)
{
	open_connection();
	hear_request("GET / HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_exchange_answer(&x, now(), 200, SLICE(""),
	    slice_make("", HTTP_ANSWER_MAX + (size_t)1)), 0);
	expect_refusal("HTTP/1.1 500 Internal Server Error\r\n");
}

static int release_all(void **state UNUSED)
{
	http_exchange_release(&x);
	buffer_release(&said);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_and_another_may_follow),
		cmocka_unit_test(a_body_is_gathered),
		cmocka_unit_test(head_gets_the_length_but_no_body),
		cmocka_unit_test(http_1_0_is_answered_and_closed),
		cmocka_unit_test(connection_close_is_honoured),
		cmocka_unit_test(pipelined_requests_wait_for_their_turn),
		cmocka_unit_test(it_takes_no_more_than_it_holds_while_busy),
		cmocka_unit_test(hostile_heads_are_refused_and_closed),
		cmocka_unit_test(a_method_not_served_is_told_which_are),
		cmocka_unit_test(a_body_above_the_limit_is_413),
		cmocka_unit_test(the_limit_of_one_route_does_not_stay_for_the_next),
		cmocka_unit_test(continue_is_said_before_the_body_and_once),
		cmocka_unit_test(an_answer_to_the_head_alone_closes_when_a_body_follows),
		cmocka_unit_test(a_slow_head_is_408_however_it_drips),
		cmocka_unit_test(a_slow_body_is_408),
		cmocka_unit_test(idle_connections_close_without_a_word),
		cmocka_unit_test(a_request_nobody_answers_is_503),
		cmocka_unit_test(a_slow_reader_is_cut),
		cmocka_unit_test(a_reader_that_nibbles_is_cut_too),
		cmocka_unit_test(a_peer_that_ends_early_is_dropped),
		cmocka_unit_test(a_half_closed_peer_still_gets_its_answers),
		cmocka_unit_test(a_stream_is_chunked_and_keeps_the_connection),
		cmocka_unit_test(a_stream_to_http_1_0_ends_with_the_connection),
		cmocka_unit_test(a_stream_nobody_reads_fills_up_and_is_cut),
		cmocka_unit_test(a_stream_ends_when_its_reader_leaves),
		cmocka_unit_test(stopping_lets_the_last_answer_out),
		cmocka_unit_test(error_pages_are_the_owners),
		cmocka_unit_test(an_answer_that_is_too_large_becomes_a_500),
	};

	return cmocka_run_group_tests_name("http/exchange", tests, NULL, release_all);
}
