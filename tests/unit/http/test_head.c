/* Request heads: what is read, and every framing that two readers could see differently. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "http/head.h"

static struct http_head head;

/* Status of a head given at once; 1 (HTTP_SCAN_MORE) when it has no end. */
static unsigned read_all(struct slice text)
{
	struct http_scan scan = { 0 };
	const char *reason = NULL;
	size_t len = 0;
	unsigned status = http_scan(&scan, text, &len, &reason);

	if (status == 0) {
		assert_int_equal(len, text.len);
		status = http_head_parse(&head, text, &reason);
	}
	if (status > HTTP_SCAN_MORE)
		assert_non_null(reason);
	return status;
}

static unsigned read_text(const char *text)
{
	return read_all(slice_of(text));
}

struct refusal {
	unsigned status;
	const char *text;
};

static void check_refusals(const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned status = read_text(refusals[i].text);

		if (status != refusals[i].status)
			fail_msg("row %zu: %u instead of %u: %s", i, status, refusals[i].status,
			    refusals[i].text);
	}
}

#define H "Host: a\r\n"

static void a_plain_head_is_read(void **state UNUSED)
{
	assert_int_equal(read_text("POST /login/mail?a=1&b=%20 HTTP/1.1\r\n"
	    "Host: node.example:8443\r\nCookie:\t a=b \r\ncontent-LENGTH: 12\r\nEmpty:\r\n\r\n"), 0);
	assert_int_equal(head.method, HTTP_POST);
	assert_int_equal(head.minor, 1);
	assert_slice(head.path, "/login/mail");
	assert_slice(head.query, "a=1&b=%20");
	assert_slice(head.target, "/login/mail?a=1&b=%20");
	assert_slice(head.host, "node.example:8443");
	assert_slice(http_head_field(&head, "cookie"), "a=b");
	assert_slice(http_head_field(&head, "Empty"), "");
	assert_non_null(http_head_field(&head, "Empty").data);
	assert_null(http_head_field(&head, "Absent").data);
	assert_true(head.has_length);
	assert_int_equal(head.content_length, 12);
	assert_true(head.keep_alive);
	assert_false(head.expects_continue);
	assert_int_equal(head.n_fields, 4);
}

static void a_query_may_be_empty_or_absent(void **state UNUSED)
{
	assert_int_equal(read_text("GET / HTTP/1.1\r\n" H "\r\n"), 0);
	assert_null(head.query.data);
	assert_int_equal(read_text("GET /? HTTP/1.1\r\n" H "\r\n"), 0);
	assert_non_null(head.query.data);
	assert_int_equal(head.query.len, 0);
	assert_int_equal(read_text("GET /?a=/x?y|{} HTTP/1.1\r\n" H "\r\n"), 0);
	assert_slice(head.query, "a=/x?y|{}");
}

static void one_empty_line_before_the_head_is_forgiven(void **state UNUSED)
{
	assert_int_equal(read_text("\r\nGET /a HTTP/1.1\r\n" H "\r\n"), 0);
	assert_slice(head.path, "/a");
	assert_int_equal(read_text("\r\n\r\nGET /a HTTP/1.1\r\n" H "\r\n"), 400);
	assert_int_equal(read_text("\r\n"), HTTP_SCAN_MORE);
}

static void methods_are_served_known_or_unknown(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "OPTIONS * HTTP/1.1\r\n" H "\r\n" },
		{ 405, "TRACE / HTTP/1.1\r\n" H "\r\n" },
		{ 405, "CONNECT a:443 HTTP/1.1\r\n" H "\r\n" },
		{ 501, "BREW / HTTP/1.1\r\n" H "\r\n" },
		{ 501, "get / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "G(T / HTTP/1.1\r\n" H "\r\n" },
		{ 400, " GET / HTTP/1.1\r\n" H "\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
	assert_int_equal(read_text("DELETE /api/v1/x HTTP/1.1\r\n" H "\r\n"), 0);
	assert_string_equal(http_method_name(head.method), "DELETE");
	assert_int_equal(read_text("PUT /api/v1/x HTTP/1.1\r\n" H "\r\n"), 0);
	assert_int_equal(head.method, HTTP_PUT);
	assert_int_equal(read_text("OPTIONS /x HTTP/1.1\r\n" H "\r\n"), 0);
	assert_int_equal(head.method, HTTP_OPTIONS);
	assert_int_equal(read_text("PATCH / HTTP/1.1\r\n" H "\r\n"), 0);
	assert_int_equal(head.method, HTTP_PATCH);
	assert_int_equal(read_text("POST / HTTP/1.1\r\n" H "X-HTTP-Method-Override: PUT\r\n\r\n"), 0);
	assert_int_equal(head.method, HTTP_POST);
}

static void versions_other_than_one_are_refused(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 505, "GET / HTTP/2.0\r\n" H "\r\n" },
		{ 505, "GET / HTTP/1.2\r\n" H "\r\n" },
		{ 505, "GET / HTTP/0.9\r\n" H "\r\n" },
		{ 505, "PRI * HTTP/2.0\r\n\r\n" },
		{ 400, "GET / http/1.1\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1 \r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.10\r\n" H "\r\n" },
		{ 400, "GET / HTTP/+1.1\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1,1\r\n" H "\r\n" },
		{ 400, "GET /\r\n" H "\r\n" },
		{ 400, "GET  / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET\t/\tHTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET / x HTTP/1.1\r\n" H "\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
	assert_int_equal(read_text("GET / HTTP/1.0\r\n\r\n"), 0);
	assert_false(head.keep_alive);
	assert_int_equal(read_text("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 0);
	assert_false(head.keep_alive);
	assert_int_equal(read_text("GET / HTTP/1.0\r\n" H H "\r\n"), 400);
}

static void line_ends_are_crlf_and_nothing_else(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "GET / HTTP/1.1\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a\n\r\n" },
		{ 400, "\nGET / HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\r\n\r\n" },
		{ 400, "\r\rGET / HTTP/1.1\r\n" H "\r\n" },
		{ HTTP_SCAN_MORE, "GET / HTTP/1.1\r\n" H },
		{ HTTP_SCAN_MORE, "GET / HTTP/1.1\r\n" H "\r" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
	assert_int_equal(read_all(SLICE("GET /\0 HTTP/1.1\r\n" H "\r\n")), 400);
	assert_int_equal(read_all(SLICE("GET / HTTP/1.1\r\n" H "X: \0\r\n\r\n")), 400);
}

static void fields_are_strict(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "GET / HTTP/1.1\r\n" H "X : a\r\n\r\n" }, /* blank before the colon */
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n" }, /* obs-fold */
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\n\tb: c\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n X: a\r\n" H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X\xc3\xbc: a\r\n\r\n" }, /* 8-bit in a name */
		{ 400, "GET / HTTP/1.1\r\n" H "X\x01: a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "no colon\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H ": a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Cookie: a=b\r\nCookie: a=c\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Origin: https://a\r\norigin: https://b\r\n\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
	assert_int_equal(read_text("GET / HTTP/1.1\r\n" H "X: gr\xc3\xbc\xff\r\nX: 2\r\n\r\n"), 0);
	assert_slice(http_head_field(&head, "x"), "gr\xc3\xbc\xff");
	assert_int_equal(http_head_field_count(&head, "X"), 2);
}

static void exactly_one_valid_host_is_needed(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "GET / HTTP/1.1\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H H "\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a:0\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a:\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: 1.2.3\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: a..b\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\nHost: %61\r\n\r\n" },
		{ 0, "GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n" },
		{ 0, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" },
		{ 0, "GET / HTTP/1.1\r\nHost: a-b_c.example.:443\r\n\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
}

static void only_a_path_is_a_target(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "GET http://a/ HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET https://a/ HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET a HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET * HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET ?a HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /a#b HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /?a#b HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /a/../b HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /\xc3\xbc HTTP/1.1\r\n" H "\r\n" },
		{ 400, "GET /?\xc3\xbc HTTP/1.1\r\n" H "\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
}

static void one_framing_or_none(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n" },
		{ 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\n" H "transfer-encoding:\tidentity, chunked\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n" },
		{ 411, "POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 1\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1 0\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n" },
		{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\n" },
		{ 400, "GET / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\n" },
		{ 400, "HEAD / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\n" },
		{ 0, "GET / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n" },
		{ 0, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551615\r\n\r\n" },
		{ 0, "POST / HTTP/1.1\r\n" H "\r\n" },
	};

	check_refusals(refusals, COUNT_OF(refusals));
	assert_false(head.has_length);
	assert_int_equal(head.content_length, 0);
}

static void expect_upgrade_and_connection(void **state UNUSED)
{
	assert_int_equal(read_text("POST / HTTP/1.1\r\n" H "Expect: 100-Continue\r\n\r\n"), 0);
	assert_true(head.expects_continue);
	assert_int_equal(read_text("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"), 0);
	assert_false(head.expects_continue);
	assert_int_equal(read_text("POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\n\r\n"), 417);
	assert_int_equal(read_text("POST / HTTP/1.1\r\n" H "Expect: 100-continue, x\r\n\r\n"), 417);
	assert_int_equal(read_text("GET / HTTP/1.1\r\n" H
	    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"), 0);
	assert_true(head.keep_alive);
	assert_int_equal(read_text("GET / HTTP/1.1\r\n" H "Connection: TE, Close\r\n\r\n"), 0);
	assert_false(head.keep_alive);
}

static void limits_have_statuses_of_their_own(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 100000);
	for (int n = HTTP_FIELDS_MAX - 1; n <= HTTP_FIELDS_MAX; n++) {
		buffer_clear(&b);
		buffer_append_text(&b, "GET / HTTP/1.1\r\n" H);
		for (int i = 0; i < n; i++)
			buffer_append_text(&b, "a: b\r\n");
		buffer_append_text(&b, "\r\n");
		assert_int_equal(read_all(buffer_slice(&b)), n < HTTP_FIELDS_MAX ? 0 : 431);
	}
	buffer_clear(&b);
	buffer_appendf(&b, "GET /%0*d HTTP/1.1\r\n" H "\r\n", HTTP_TARGET_MAX, 0);
	assert_int_equal(read_all(buffer_slice(&b)), 414);
	buffer_clear(&b);
	buffer_appendf(&b, "GET /?%0*d HTTP/1.1\r\n" H "\r\n", HTTP_TARGET_MAX - 2, 0);
	assert_int_equal(read_all(buffer_slice(&b)), 0);
	buffer_clear(&b);
	buffer_appendf(&b, "GET /%065536d", 0);
	assert_int_equal(read_all(buffer_slice(&b)), 414);
	buffer_clear(&b);
	buffer_appendf(&b, "GET / HTTP/1.1\r\n" H "X: %0*d", HTTP_HEAD_MAX, 0);
	assert_int_equal(read_all(buffer_slice(&b)), 431);
	buffer_clear(&b);
	buffer_appendf(&b, "GET / HTTP/1.1\r\n" H "X: %0*d\r\n\r\n", HTTP_HEAD_MAX - 32, 0);
	assert_int_equal(b.len, HTTP_HEAD_MAX);
	assert_int_equal(read_all(buffer_slice(&b)), 0);
	buffer_release(&b);
}

static void the_scan_sees_the_same_however_it_is_cut(void **state UNUSED)
{
	static const struct slice texts[] = {
		{ "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nrest", 33 },
		{ "GET / HTTP/1.1\r\nHost: a\n\r\n", 26 },
		{ "GET / HTTP/1.1\r\nHost: a\rb\r\n", 27 },
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct http_scan whole = { 0 }, piecemeal = { 0 };
		size_t len = 0, cut_len = 0;
		const char *reason;
		unsigned status = http_scan(&whole, texts[i], &len, &reason);
		unsigned cut_status = HTTP_SCAN_MORE;

		for (size_t n = 1; n <= texts[i].len && cut_status == HTTP_SCAN_MORE; n++)
			cut_status = http_scan(&piecemeal, slice_sub(texts[i], 0, n), &cut_len,
			    &reason);
		assert_int_equal(status, i == 0 ? 0 : 400);
		assert_int_equal(len, i == 0 ? 29 : 0);
		assert_int_equal(cut_status, status);
		assert_int_equal(cut_len, len);
		assert_int_equal(piecemeal.at, whole.at);
	}
}

static void media_types_ignore_parameters_and_case(void **state UNUSED)
{
	assert_true(http_media_type_is(SLICE("Application/JSON ; charset=utf-8"), "application/json"));
	assert_false(http_media_type_is(SLICE("application/jsonx"), "application/json"));
	assert_false(http_media_type_is((struct slice){ 0 }, "application/json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_head_is_read),
		cmocka_unit_test(a_query_may_be_empty_or_absent),
		cmocka_unit_test(one_empty_line_before_the_head_is_forgiven),
		cmocka_unit_test(methods_are_served_known_or_unknown),
		cmocka_unit_test(versions_other_than_one_are_refused),
		cmocka_unit_test(line_ends_are_crlf_and_nothing_else),
		cmocka_unit_test(fields_are_strict),
		cmocka_unit_test(exactly_one_valid_host_is_needed),
		cmocka_unit_test(only_a_path_is_a_target),
		cmocka_unit_test(one_framing_or_none),
		cmocka_unit_test(expect_upgrade_and_connection),
		cmocka_unit_test(limits_have_statuses_of_their_own),
		cmocka_unit_test(the_scan_sees_the_same_however_it_is_cut),
		cmocka_unit_test(media_types_ignore_parameters_and_case),
	};

	return cmocka_run_group_tests_name("http/head", tests, NULL, NULL);
}
