/* exchange_answer.c - the writing half of a connection: answers, streams, errors. */
#include "http/exchange.h"

#include <inttypes.h>

#include "base/log.h"
#include "http/exchange_private.h"
#include "http/headers.h"
#include "http/status.h"

enum {
	ERROR_LINES_MAX = 8 * 1024,
	ERROR_BODY_MAX = 256 * 1024,
};

struct slice http_exchange_take(const struct http_exchange *x)
{
	return slice_sub(buffer_slice(&x->out), x->out_at, x->out.len);
}

void http_exchange_taken(struct http_exchange *x, size_t len, struct http_now now)
{
	if (len == 0 || x->out.len == 0)
		return;
	x->out_at += size_min(len, x->out.len - x->out_at);
	x->write_until = now.ms + HTTP_WRITE_MS;
	if (x->out_at < x->out.len)
		return;
	buffer_clear(&x->out);
	x->out_at = 0;
	if (x->answer == HTTP_ANSWER_WHOLE)
		http_request_done(x, now);
}

/*
 * Output of this length was added. A reader may pause for HTTP_WRITE_MS, and needs about 1,000
 * octets a second over all, else it holds a connection for ever at one octet a pause.
 */
static void start_write_clock(struct http_exchange *x, struct http_now now, size_t old_len)
{
	if (old_len == 0) {
		x->write_until = now.ms + HTTP_WRITE_MS;
		x->write_all_until = x->write_until;
	}
	x->write_all_until += (int64_t)(x->out.len - old_len);
}

/* Without memory there is no half answer: the connection is cut. */
static int finish_write(struct http_exchange *x, struct http_now now, size_t old_len)
{
	if (!buffer_ok(&x->out)) {
		http_drop(x, "no memory");
		return -1;
	}
	start_write_clock(x, now, old_len);
	return 0;
}

void http_write_continue(struct http_exchange *x, struct http_now now)
{
	size_t old_len = x->out.len;

	buffer_append_text(&x->out, "HTTP/1.1 100 Continue\r\n\r\n");
	finish_write(x, now, old_len);
}

/* A head that was refused before its method was read counts as GET. */
static bool wants_body(const struct http_exchange *x)
{
	return x->head.method != HTTP_HEAD;
}

static void append_status_and_lines(struct http_exchange *x, struct http_now now,
	unsigned status, struct slice lines)
{
	buffer_appendf(&x->out, "HTTP/1.1 %u %s\r\nDate: ", status, http_status_text(status));
	headers_append_date(&x->out, now.unix_s);
	buffer_append_text(&x->out, "\r\n");
	buffer_append_slice(&x->out, lines);
	if (!x->keep_alive || x->stopping)
		buffer_append_text(&x->out, "Connection: close\r\n");
}

static int write_answer(struct http_exchange *x, struct http_now now, unsigned status,
	struct slice lines, struct slice body)
{
	size_t old_len = x->out.len;

	append_status_and_lines(x, now, status, lines);
	if (http_status_has_body(status))
		buffer_appendf(&x->out, "Content-Length: %zu\r\n", body.len);
	buffer_append_text(&x->out, "\r\n");
	if (http_status_has_body(status) && wants_body(x))
		buffer_append_slice(&x->out, body);
	x->answer = HTTP_ANSWER_WHOLE;
	http_set_state(x, HTTP_STATE_ANSWERING, HTTP_NEVER);
	return finish_write(x, now, old_len);
}

static void default_page(unsigned status, struct buffer *lines, struct buffer *body)
{
	buffer_clear(lines);
	buffer_clear(body);
	headers_secure(lines, false);
	headers_add_text(lines, "Content-Type", "text/plain; charset=utf-8");
	buffer_appendf(body, "%u %s\n%s\n", status, http_status_text(status),
	    http_status_advice(status));
}

int http_write_error(struct http_exchange *x, struct http_now now, unsigned status)
{
	struct buffer lines, body;
	int result;

	buffer_init(&lines, ERROR_LINES_MAX);
	buffer_init(&body, ERROR_BODY_MAX);
	if (x->error_page.render != NULL)
		x->error_page.render(x->error_page.context, &x->head, status, &lines, &body);
	if (x->error_page.render == NULL || !buffer_ok(&lines) || !buffer_ok(&body))
		default_page(status, &lines, &body);
	if (status == 405)
		headers_add_text(&lines, "Allow", "GET, HEAD, POST");
	x->keep_alive = false;
	result = write_answer(x, now, status, buffer_slice(&lines), buffer_slice(&body));
	buffer_release(&lines);
	buffer_release(&body);
	return result;
}

/* True when the owner holds a request that has had no octet of an answer yet. */
static bool awaits_answer(struct http_exchange *x)
{
	return !x->dropped && x->answer == HTTP_ANSWER_NONE &&
	    (x->state == HTTP_STATE_BODY || x->state == HTTP_STATE_ANSWERING);
}

/* A body that was not read cannot be told from a next request. */
static void close_if_unread(struct http_exchange *x)
{
	if (x->state == HTTP_STATE_BODY && x->head.content_length > 0)
		x->keep_alive = false;
}

int http_exchange_answer(struct http_exchange *x, struct http_now now, unsigned status,
	struct slice lines, struct slice body)
{
	if (!awaits_answer(x))
		return HTTP_LATE;
	if (lines.len > HTTP_HEAD_MAX || body.len > HTTP_ANSWER_MAX) {
		log_error("http: an answer is larger than %d octets", HTTP_ANSWER_MAX);
		return http_write_error(x, now, 500);
	}
	close_if_unread(x);
	return write_answer(x, now, status, lines, body);
}

int http_exchange_refuse(struct http_exchange *x, struct http_now now, unsigned status)
{
	return awaits_answer(x) ? http_write_error(x, now, status) : HTTP_LATE;
}

int http_exchange_answer_start(struct http_exchange *x, struct http_now now, unsigned status,
	struct slice lines)
{
	size_t old_len = x->out.len;

	if (!awaits_answer(x))
		return HTTP_LATE;
	close_if_unread(x);
	x->chunked = x->head.minor == 1;
	append_status_and_lines(x, now, status, lines);
	if (x->chunked)
		buffer_append_text(&x->out, "Transfer-Encoding: chunked\r\n");
	buffer_append_text(&x->out, "\r\n");
	x->answer = wants_body(x) ? HTTP_ANSWER_STREAM : HTTP_ANSWER_WHOLE;
	http_set_state(x, HTTP_STATE_ANSWERING, HTTP_NEVER);
	return finish_write(x, now, old_len);
}

/* chunk = chunk-size CRLF chunk-data CRLF; an empty one would end the stream */
int http_exchange_answer_more(struct http_exchange *x, struct http_now now, struct slice octets)
{
	size_t old_len = x->out.len;

	if (x->dropped || x->answer != HTTP_ANSWER_STREAM)
		return HTTP_LATE;
	if (octets.len > HTTP_STREAM_MAX - size_min(HTTP_STREAM_MAX, old_len))
		return HTTP_FULL;
	if (octets.len == 0)
		return 0;
	if (x->chunked)
		buffer_appendf(&x->out, "%zx\r\n", octets.len);
	buffer_append_slice(&x->out, octets);
	if (x->chunked)
		buffer_append_text(&x->out, "\r\n");
	return finish_write(x, now, old_len);
}

int http_exchange_answer_end(struct http_exchange *x, struct http_now now)
{
	size_t old_len = x->out.len;

	if (x->dropped || x->answer != HTTP_ANSWER_STREAM)
		return HTTP_LATE;
	x->answer = HTTP_ANSWER_WHOLE;
	if (x->chunked)
		buffer_append_text(&x->out, "0\r\n\r\n");
	if (x->out.len == 0)
		http_request_done(x, now);
	return finish_write(x, now, old_len);
}
