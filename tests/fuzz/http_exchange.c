/*
 * A whole connection: however its octets are cut, the same events and the same answers come.
 * The first octet seeds the cutting, the rest is what the client says before it ends.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "http/exchange.h"

static const struct http_now now = { .ms = 1000, .unix_s = 784111777 };

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Small steps most of the time, since the places where a cut hurts are close together. */
static size_t next_cut(uint32_t *random, size_t len)
{
	*random = *random * 1664525 + 1013904223;
	return size_min(len, 1 + (*random >> 12) % ((*random >> 28) == 0 ? 5000 : 7));
}

static void record_head(struct buffer *trace, const struct http_head *head)
{
	buffer_appendf(trace, "%s %llu ", http_method_name(head->method),
	    (unsigned long long)head->content_length);
	buffer_append_slice(trace, head->path);
	buffer_append_slice(trace, head->query);
	for (size_t i = 0; i < head->n_fields; i++) {
		buffer_append_slice(trace, head->fields[i].name);
		buffer_append_slice(trace, head->fields[i].value);
	}
}

static void answer_event(struct http_exchange *x, enum http_event event, struct buffer *trace)
{
	buffer_appendf(trace, "\nevent %d ", (int)event);
	if (event == HTTP_EVENT_HEAD) {
		record_head(trace, &x->head);
		if (slice_is(x->head.path, "/large"))
			http_exchange_set_limit(x, 1000000);
		if (slice_is(x->head.path, "/early"))
			check(http_exchange_answer(x, now, 404, SLICE(""), SLICE("early")) == 0);
	}
	if (event == HTTP_EVENT_REQUEST && slice_is(x->head.path, "/stream")) {
		check(http_exchange_answer_start(x, now, 200, SLICE("")) == 0);
		http_exchange_answer_more(x, now, SLICE("data: x\n\n"));
		http_exchange_answer_end(x, now);
	} else if (event == HTTP_EVENT_REQUEST) {
		check(x->body.len == x->head.content_length);
		buffer_append_slice(trace, buffer_slice(&x->body));
		check(http_exchange_answer(x, now, 200, SLICE("X: y\r\n"), buffer_slice(&x->body)) == 0);
	}
}

/* Handles all that is ready; false when the connection is over. */
static bool turn(struct http_exchange *x, struct buffer *trace)
{
	enum http_event event;

	do {
		event = http_exchange_next(x, now);
		if (event != HTTP_EVENT_NONE)
			answer_event(x, event, trace);
		buffer_append_slice(trace, http_exchange_take(x));
		http_exchange_taken(x, SIZE_MAX, now);
		if (event == HTTP_EVENT_CLOSE || event == HTTP_EVENT_DROP)
			return false;
		/* an answer that went out whole may let a next request in */
	} while (event != HTTP_EVENT_NONE || (x->state == HTTP_STATE_IDLE && x->in.len > 0));
	return x->state != HTTP_STATE_CLOSING || turn(x, trace);
}

static void talk(struct slice said, bool cut, uint32_t random, struct buffer *trace)
{
	static struct http_exchange x;
	bool open = true;

	http_exchange_init(&x, (struct http_error_page){ 0 }, now);
	while (open && said.len > 0) {
		size_t len = cut ? next_cut(&random, said.len) : said.len;
		size_t taken = http_exchange_feed(&x, slice_sub(said, 0, len));

		check(taken > 0);
		said = slice_sub(said, taken, said.len);
		open = turn(&x, trace);
	}
	http_exchange_end(&x);
	if (open)
		turn(&x, trace);
	http_exchange_release(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer whole, cut;

	if (size == 0)
		return 0;
	buffer_init(&whole, SIZE_MAX / 4);
	buffer_init(&cut, SIZE_MAX / 4);
	talk(slice_make((const char *)data + 1, size - 1), false, 0, &whole);
	talk(slice_make((const char *)data + 1, size - 1), true, data[0], &cut);
	check(slice_equal(buffer_slice(&whole), buffer_slice(&cut)));
	buffer_release(&whole);
	buffer_release(&cut);
	return 0;
}
