/* ends.c - two streams over loopback; see ends.h. */
#include "unit/unit.h"

#include "unit/sys/ends.h"

#include <stdio.h>
#include <unistd.h>

static void on_connected(void *arg)
{
	((struct end *)arg)->connected++;
}

static void on_secured(void *arg)
{
	((struct end *)arg)->secured++;
}

static void on_drained(void *arg)
{
	((struct end *)arg)->drained++;
}

static void on_half_closed(void *arg)
{
	((struct end *)arg)->half_closed++;
}

static void on_readable(void *arg)
{
	struct end *e = arg;
	struct slice input = stream_input(e->stream);

	e->readable++;
	if (e->on_readable != NULL) {
		e->on_readable(e);
		return;
	}
	if (e->keep)
		return;
	buffer_append_slice(&e->got, input);
	stream_consume(e->stream, input.len);
}

static void on_closed(void *arg, enum stream_end reason, const char *text)
{
	struct end *e = arg;

	e->closed++;
	e->reason = reason;
	snprintf(e->text, sizeof(e->text), "%s", text);
	if (e->on_closed != NULL)
		e->on_closed(e);
}

static const struct stream_events events = { on_connected, on_secured, on_readable, on_drained,
	NULL, on_closed };
static const struct stream_events half_events = { on_connected, on_secured, on_readable,
	on_drained, on_half_closed, on_closed };

static struct stream_options options(struct ends *e, struct end *end)
{
	return (struct stream_options){ .loop = e->loop, .arg = end,
		.events = e->take_half_close ? &half_events : &events,
		.input_limit = e->input_limit, .output_limit = e->output_limit };
}

static void on_accepted(void *arg, int fd, const struct endpoint *peer UNUSED)
{
	struct ends *e = arg;
	struct stream_options o = options(e, &e->server);

	stream_free(e->server.stream); /* of a client that has gone */
	e->server.stream = stream_accept(&o, fd);
	if (e->on_accept != NULL)
		e->on_accept(e);
}

void ends_init(struct ends *e)
{
	struct fault fault;

	*e = (struct ends){ .input_limit = 65536, .output_limit = 1 << 20 };
	e->client.ends = e->server.ends = e;
	buffer_init(&e->client.got, 8 << 20);
	buffer_init(&e->server.got, 8 << 20);
	e->loop = loop_new();
	assert_non_null(e->loop);
	assert_int_equal(listener_open(SLICE("127.0.0.1:0"), &e->listener_fd, &fault), 0);
	assert_true(listener_address(e->listener_fd, &e->address));
	assert_int_equal(listener_init(&e->listener, e->loop, e->listener_fd, on_accepted, e), 0);
}

void ends_connect(struct ends *e)
{
	struct stream_options o = options(e, &e->client);

	e->client.stream = stream_connect(&o, &e->address);
	assert_non_null(e->client.stream);
}

void ends_release(struct ends *e)
{
	stream_free(e->client.stream);
	stream_free(e->server.stream);
	buffer_release(&e->client.got);
	buffer_release(&e->server.got);
	listener_release(&e->listener);
	close(e->listener_fd);
	loop_free(e->loop);
}

static void on_end_of_run(void *arg)
{
	loop_stop(arg);
}

void ends_run(struct ends *e, int64_t ms)
{
	timer_init(&e->end_of_run, e->loop, on_end_of_run, e->loop);
	timer_set(&e->end_of_run, ms);
	assert_int_equal(loop_run(e->loop), 0);
}

void ends_run_until(struct ends *e, bool (*done)(const struct ends *e))
{
	for (int i = 0; i < 1000 && !done(e); i++)
		ends_run(e, 5);
	assert_true(done(e));
}

bool ends_both_closed(const struct ends *e)
{
	return e->client.closed > 0 && e->server.closed > 0;
}

bool ends_client_closed(const struct ends *e)
{
	return e->client.closed > 0;
}

bool ends_server_up(const struct ends *e)
{
	return e->server.stream != NULL;
}
