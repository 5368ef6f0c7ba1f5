/*
 * Channels: answers find their asks, words out of turn cut the peer off, nothing is lost when full.
 */
#include "unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/unix_socket.h"
#include "wire/channel.h"
#include "wire/pack.h"
#include "wire/packet.h"

struct end {
	struct loop *loop;
	struct channel *channel;
	unsigned n_messages, n_closed, n_answers, n_none;
	uint64_t last_id;
	enum word last_word;
	size_t n_octets;
	int fds[CHANNEL_FDS_MAX]; /* of the last message */
	bool free_in_message;
};

static void on_message(void *arg, struct channel *c, const struct channel_message *m)
{
	struct end *e = arg;

	e->n_messages++;
	e->last_id = m->id;
	e->last_word = m->word;
	e->n_octets += m->body.len;
	memcpy(e->fds, m->fds, sizeof(e->fds));
	if (e->free_in_message) {
		channel_free(c);
		e->channel = NULL;
		loop_stop(e->loop);
	} else if (m->word == WORD_HEALTH) {
		struct buffer body;

		buffer_init(&body, 100);
		pack_bool(&body, true);
		pack_text(&body, "fine");
		channel_answer(c, m->id, WORD_HEALTH_IS, &body);
		buffer_release(&body);
	}
}

static void on_closed(void *arg, struct channel *c UNUSED)
{
	struct end *e = arg;

	e->n_closed++;
	loop_stop(e->loop);
}

static const struct channel_events events = { .message = on_message, .closed = on_closed };

static void on_answer(void *arg, const struct channel_message *m)
{
	struct end *e = arg;

	if (m == NULL) {
		e->n_none++;
		return;
	}
	e->n_answers++;
	e->last_word = m->word;
	loop_stop(e->loop);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void run_for(struct loop *loop, int ms)
{
	struct timer timer;

	timer_init(&timer, loop, stop, loop);
	timer_set(&timer, ms);
	assert_int_equal(loop_run(loop), 0);
	timer_cancel(&timer);
}

struct pair {
	struct end front, keeper;
	struct loop *loop;
};

static int make_pair(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fds[2];

	assert_non_null(p);
	p->loop = loop_new();
	assert_int_equal(unix_socket_pair(fds), 0);
	p->front.loop = p->keeper.loop = p->loop;
	p->front.channel =
		channel_new(p->loop, fds[0], ROLE_FRONT, ROLE_KEEPER, &events, &p->front);
	p->keeper.channel =
		channel_new(p->loop, fds[1], ROLE_KEEPER, ROLE_FRONT, &events, &p->keeper);
	*state = p;
	return 0;
}

static int drop_pair(void **state)
{
	struct pair *p = *state;

	channel_free(p->front.channel);
	channel_free(p->keeper.channel);
	loop_free(p->loop);
	free(p);
	return 0;
}

static void an_answer_finds_its_ask(void **state)
{
	struct pair *p = *state;

	assert_int_not_equal(
		channel_ask(p->front.channel, WORD_HEALTH, NULL, on_answer, &p->front), 0);
	run_for(p->loop, 1000);
	assert_int_equal(p->front.n_answers, 1);
	assert_int_equal(p->front.last_word, WORD_HEALTH_IS);
	assert_int_equal(p->keeper.n_messages, 1);
}

static void a_forgotten_ask_is_not_answered(void **state)
{
	struct pair *p = *state;
	uint64_t id = channel_ask(p->front.channel, WORD_HEALTH, NULL, on_answer, &p->front);

	channel_forget(p->front.channel, id);
	run_for(p->loop, 50);
	assert_int_equal(p->front.n_answers + p->front.n_none, 0);
	assert_int_equal(p->front.n_closed, 0);
}

static void a_word_out_of_turn_cuts_off(void **state)
{
	struct pair *p = *state;
	struct buffer raw;
	size_t sent;

	/* keeper may not say WORD_CERTIFICATE to front; written past the channel's own check */
	buffer_init(&raw, 100);
	packet_write(&raw, WORD_CERTIFICATE, 1, 0, SLICE(""));
	channel_ask(p->front.channel, WORD_HEALTH, NULL, on_answer, &p->front);
	assert_int_equal(
		unix_socket_send(channel_fd(p->keeper.channel), buffer_slice(&raw), NULL, 0, &sent),
		0);
	run_for(p->loop, 1000);
	assert_int_equal(p->front.n_closed, 1);
	assert_int_equal(p->front.n_none, 1);
	assert_int_equal(p->front.n_messages, 0);
	buffer_release(&raw);
}

static void closing_answers_asks_with_none(void **state)
{
	struct pair *p = *state;

	channel_ask(p->front.channel, WORD_HEALTH, NULL, on_answer, &p->front);
	channel_free(p->keeper.channel);
	p->keeper.channel = NULL;
	run_for(p->loop, 1000);
	assert_int_equal(p->front.n_none, 1);
	assert_int_equal(p->front.n_closed, 1);
	assert_int_equal(channel_ask(p->front.channel, WORD_HEALTH, NULL, on_answer, &p->front), 0);
}

static void a_full_socket_loses_nothing(void **state)
{
	struct pair *p = *state;
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	while (body.len < WIRE_CHUNK_MAX)
		buffer_append_text(&body, "0123456789abcdef");
	for (int i = 0; i < 100; i++)
		channel_send(p->front.channel, WORD_SUBMIT_DATA, 5, &body);
	channel_flush(p->front.channel);
	assert_true(channel_waiting(p->front.channel) > 0); /* it is full */
	for (int i = 0; i < 200 && p->keeper.n_messages < 100; i++)
		run_for(p->loop, 10);
	assert_int_equal(p->keeper.n_messages, 100);
	assert_int_equal(p->keeper.n_octets, 100 * WIRE_CHUNK_MAX);
	assert_int_equal(p->keeper.last_id, 5);
	assert_int_equal(channel_waiting(p->front.channel), 0);
	buffer_release(&body);
}

static void what_is_said_goes_at_the_end_of_the_turn(void **state)
{
	struct pair *p = *state;

	channel_send(p->front.channel, WORD_SUBMIT_END, 1, NULL);
	channel_send(p->front.channel, WORD_SUBMIT_END, 2, NULL);
	assert_true(channel_waiting(p->front.channel) > 0);
	channel_flush(p->front.channel);
	assert_int_equal(channel_waiting(p->front.channel), 0);
	channel_send(p->front.channel, WORD_SUBMIT_END, 3, NULL);
	run_for(p->loop, 0);
	assert_int_equal(channel_waiting(p->front.channel), 0);
	run_for(p->loop, 10);
	assert_int_equal(p->keeper.n_messages, 3);
}

static void what_was_said_before_the_end_arrives(void **state)
{
	struct pair *p = *state;

	channel_send(p->front.channel, WORD_SUBMIT_END, 1, NULL);
	channel_free(p->front.channel);
	p->front.channel = NULL;
	run_for(p->loop, 1000);
	assert_int_equal(p->keeper.n_messages, 1);
	assert_int_equal(p->keeper.n_closed, 1);
}

static void a_callback_may_free_its_channel(void **state)
{
	struct pair *p = *state;

	p->keeper.free_in_message = true;
	channel_send(p->front.channel, WORD_SUBMIT_END, 1, NULL);
	channel_send(p->front.channel, WORD_SUBMIT_END, 2, NULL);
	run_for(p->loop, 1000);
	assert_int_equal(p->keeper.n_messages, 1);
}

static void descriptors_arrive_with_their_message(void **state UNUSED)
{
	struct loop *loop = loop_new();
	struct end parent = { .loop = loop }, front = { .loop = loop };
	int fds[2], given[2];
	char octet = ' ';

	assert_int_equal(unix_socket_pair(fds), 0);
	assert_int_equal(pipe(given), 0);
	parent.channel = channel_new(loop, fds[0], ROLE_PARENT, ROLE_FRONT, &events, &parent);
	front.channel = channel_new(loop, fds[1], ROLE_FRONT, ROLE_PARENT, &events, &front);
	front.free_in_message = true;
	channel_send_fds(parent.channel, WORD_CERTIFICATE, NULL, given, 2);
	close(given[0]);
	close(given[1]);
	run_for(loop, 1000);
	assert_int_equal(front.n_messages, 1);
	assert_int_equal(write(front.fds[1], "x", 1), 1);
	assert_int_equal(read(front.fds[0], &octet, 1), 1);
	assert_int_equal(octet, 'x');
	close(front.fds[0]);
	close(front.fds[1]);
	channel_free(parent.channel);
	loop_free(loop);
}

static void descriptors_with_a_word_that_has_none_cut_off_and_are_closed(void **state UNUSED)
{
	struct loop *loop = loop_new();
	struct end parent = { .loop = loop }, front = { .loop = loop };
	int fds[2], given[2];
	char octet;

	assert_int_equal(unix_socket_pair(fds), 0);
	assert_int_equal(pipe2(given, O_NONBLOCK), 0);
	parent.channel = channel_new(loop, fds[0], ROLE_PARENT, ROLE_FRONT, &events, &parent);
	front.channel = channel_new(loop, fds[1], ROLE_FRONT, ROLE_PARENT, &events, &front);
	channel_send_fds(parent.channel, WORD_STOP, NULL, &given[1], 1);
	close(given[1]);
	run_for(loop, 1000);
	assert_int_equal(front.n_messages, 0);
	assert_int_equal(front.n_closed, 1);
	assert_int_equal(read(given[0], &octet, 1), 0); /* nobody has the other end */
	close(given[0]);
	channel_free(parent.channel);
	channel_free(front.channel);
	loop_free(loop);
}

static void every_word_has_a_row(void **state UNUSED)
{
	for (int w = WORD_NONE + 1; w < WORD_COUNT; w++) {
		bool said = false;

		for (int from = 0; from < ROLE_COUNT; from++)
			for (int to = 0; to < ROLE_COUNT; to++)
				said |= word_allowed((enum word)w, (enum role)from, (enum role)to);
		assert_true(said);
		assert_non_null(word_name((enum word)w));
	}
	assert_false(word_allowed(WORD_NONE, ROLE_PARENT, ROLE_KEEPER));
	assert_false(word_allowed(WORD_LOGIN, ROLE_TOOL, ROLE_FRONT));
	assert_false(word_allowed(WORD_VERDICT, ROLE_FRONT, ROLE_KEEPER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_finds_its_ask, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(
			a_forgotten_ask_is_not_answered, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(a_word_out_of_turn_cuts_off, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(
			closing_answers_asks_with_none, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(a_full_socket_loses_nothing, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(
			what_is_said_goes_at_the_end_of_the_turn, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(
			what_was_said_before_the_end_arrives, make_pair, drop_pair),
		cmocka_unit_test_setup_teardown(
			a_callback_may_free_its_channel, make_pair, drop_pair),
		cmocka_unit_test(descriptors_arrive_with_their_message),
		cmocka_unit_test(descriptors_with_a_word_that_has_none_cut_off_and_are_closed),
		cmocka_unit_test(every_word_has_a_row),
	};

	return cmocka_run_group_tests_name("wire/channel", tests, NULL, NULL);
}
