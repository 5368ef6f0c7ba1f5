/* keeper.c - a keeper of straw and a tool; see keeper.h. */
#include "unit/submit/keeper.h"

#include <stdio.h>

#include "sys/clock.h"
#include "sys/unix_socket.h"

struct loop *loop;
struct submit submit;
struct keeper keeper;
struct tool tool;
struct arena *arena;

static struct channel *front_end; /* of the keeper's channel */

/* ---- the keeper ---- */

static void note_submit(struct keeper *k, const struct channel_message *m)
{
	struct unpack u;

	unpack_init(&u, arena_slice(arena, m->body));
	who_unpack(&u, arena, &k->who);
	envelope_unpack(&u, arena, &k->envelope);
	assert_true(unpack_end(&u));
	k->n_submits++;
	k->ended = false;
	buffer_clear(&k->content);
}

static void note_data(struct keeper *k, const struct channel_message *m)
{
	struct unpack u;

	unpack_init(&u, m->body);
	buffer_append_slice(&k->content, unpack_slice(&u, WIRE_CHUNK_MAX));
	assert_true(unpack_end(&u));
}

static void take_message(struct keeper *k, struct channel *c, uint64_t id)
{
	struct buffer body;
	char queue_id[20];

	snprintf(queue_id, sizeof(queue_id), "Q%u", ++k->n_posted);
	buffer_init(&body, 100);
	pack_text(&body, queue_id);
	channel_answer(c, id, WORD_POSTED, &body);
	buffer_release(&body);
}

static void end_message(struct keeper *k, struct channel *c, uint64_t id)
{
	k->ended = true;
	switch (k->way) {
	case KEEPER_TAKES:
		take_message(k, c, id);
		break;
	case KEEPER_TAKES_SMALL:
		if (k->envelope.size <= k->refused_size)
			take_message(k, c, id);
		else
			channel_refuse(c, id, k->refusal_code, "", "Not this one.");
		break;
	case KEEPER_REFUSES:
		channel_refuse(c, id, k->refusal_code, "", "Not this one.");
		break;
	case KEEPER_DIES:
		k->front = NULL;
		channel_free(c);
		break;
	case KEEPER_WAITS:
		break;
	}
}

static void on_keeper_message(void *arg, struct channel *c, const struct channel_message *m)
{
	struct keeper *k = arg;

	if (m->word == WORD_SUBMIT) {
		note_submit(k, m);
	} else if (m->word == WORD_SUBMIT_DATA) {
		note_data(k, m);
	} else if (m->word == WORD_SUBMIT_END) {
		end_message(k, c, m->id);
	} else {
		k->word = m->word;
		k->id = m->id;
		buffer_clear(&k->body);
		buffer_append_slice(&k->body, m->body);
	}
}

static const struct channel_events keeper_events = { .message = on_keeper_message };

static void on_front_message(void *arg UNUSED, struct channel *c UNUSED,
	const struct channel_message *m)
{
	submit_keeper_said(&submit, m);
}

static void set_front_end(struct channel *c)
{
	struct channel *old = front_end;

	front_end = c;
	submit_set_keeper(&submit, c);
	channel_free(old);
}

static void on_front_closed(void *arg UNUSED, struct channel *c)
{
	if (front_end == c)
		set_front_end(NULL);
}

static const struct channel_events front_events = {
	.message = on_front_message, .closed = on_front_closed,
};

void keeper_comes(void)
{
	int fds[2];
	struct channel *c, *old = keeper.front;

	assert_int_equal(unix_socket_pair(fds), 0);
	keeper.front = channel_new(loop, fds[0], ROLE_KEEPER, ROLE_FRONT, &keeper_events, &keeper);
	c = channel_new(loop, fds[1], ROLE_FRONT, ROLE_KEEPER, &front_events, NULL);
	assert_non_null(keeper.front);
	assert_non_null(c);
	set_front_end(c);
	channel_free(old);
}

void keeper_goes(void)
{
	channel_free(keeper.front);
	keeper.front = NULL;
}

/* ---- the tool ---- */

static void on_tool_closed(void *arg, struct channel *c)
{
	struct tool *t = arg;

	channel_free(c);
	t->channel = NULL;
}

static const struct channel_events tool_events = { .closed = on_tool_closed };

void tool_comes(struct tool *t)
{
	int fds[2];

	*t = (struct tool){ 0 };
	buffer_init(&t->body, WIRE_BODY_MAX);
	assert_int_equal(unix_socket_pair(fds), 0);
	submit_local_accept(&submit.local, fds[0]);
	t->channel = channel_new(loop, fds[1], ROLE_TOOL, ROLE_FRONT, &tool_events, t);
	assert_non_null(t->channel);
}

void tool_goes(struct tool *t)
{
	channel_free(t->channel);
	t->channel = NULL;
	buffer_release(&t->body);
}

static void on_answer(void *arg, const struct channel_message *m)
{
	struct tool *t = arg;

	if (m == NULL) {
		t->n_none++;
		return;
	}
	t->n_answers++;
	t->answer = m->word;
	buffer_clear(&t->body);
	buffer_append_slice(&t->body, m->body);
}

void tool_asks(struct tool *t, enum word word, const struct buffer *body)
{
	assert_true(channel_ask(t->channel, word, body, on_answer, t) != 0);
}

void tool_posts(struct tool *t, const struct post *post, struct slice message)
{
	struct buffer body;
	uint64_t id;

	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, post);
	id = channel_ask(t->channel, WORD_POST, &body, on_answer, t);
	assert_true(id != 0);
	for (size_t at = 0; at < message.len; at += WIRE_CHUNK_MAX) {
		buffer_clear(&body);
		pack_slice(&body, slice_sub(message, at, WIRE_CHUNK_MAX));
		channel_send(t->channel, WORD_POST_DATA, id, &body);
	}
	channel_send(t->channel, WORD_POST_END, id, NULL);
	buffer_release(&body);
}

int tool_code(struct tool *t)
{
	struct unpack u;

	if (t->answer != WORD_REFUSED)
		return 0;
	unpack_init(&u, buffer_slice(&t->body));
	return (int)unpack_number(&u);
}

const char *tool_text(struct tool *t)
{
	struct unpack u;

	unpack_init(&u, buffer_slice(&t->body));
	if (t->answer == WORD_REFUSED) {
		unpack_number(&u);
		assert_true(unpack_number(&u) > 0);
		unpack_text(&u, 1000, arena);
	}
	return unpack_text(&u, 1000, arena);
}

struct post some_post(const char *recipient)
{
	static const char *recipients[1];

	recipients[0] = recipient;
	return (struct post){
		.submission = "00112233445566778899aabbccddeeff", .at = 1767225600, .sender = "",
		.full_name = "Anna Example", .login = "anna", .recipients = recipients,
		.n_recipients = recipient[0] != '\0' ? 1 : 0,
	};
}

/* ---- turning the loop ---- */

static void stop(void *arg UNUSED)
{
	loop_stop(loop);
}

void run_for(int64_t ms)
{
	struct timer timer;

	timer_init(&timer, loop, stop, NULL);
	timer_set(&timer, ms);
	assert_int_equal(loop_run(loop), 0);
}

void run_until_(bool (*holds)(void), const char *what)
{
	int64_t end = clock_boot_ms() + 10 * 1000;

	while (!holds()) {
		if (clock_boot_ms() > end)
			fail_msg("never came true: %s", what);
		run_for(2);
	}
}

bool tool_is_answered(void)
{
	return tool.n_answers > 0;
}

bool tool_is_closed(void)
{
	return tool.channel == NULL;
}

bool keeper_has_message(void)
{
	return keeper.ended;
}

/* ---- life ---- */

void start_submit(int drop_fd, const char *drop_path)
{
	struct submit_options options = {
		.loop = loop, .local_fd = -1, .drop_fd = drop_fd, .drop_path = drop_path,
		.admin_group = (gid_t)-1, .node_name = "node1.example.com",
	};

	assert_int_equal(submit_init(&submit, &options), 0);
}

int setup(void **state UNUSED)
{
	loop = loop_new();
	arena = arena_new(64 * 1024 * 1024);
	assert_non_null(loop);
	assert_non_null(arena);
	keeper = (struct keeper){ 0 };
	buffer_init(&keeper.content, 64 * 1024 * 1024);
	buffer_init(&keeper.body, WIRE_BODY_MAX);
	start_submit(-1, NULL);
	keeper_comes();
	tool_comes(&tool);
	return 0;
}

int teardown(void **state UNUSED)
{
	tool_goes(&tool);
	set_front_end(NULL);
	submit_release(&submit);
	channel_free(keeper.front);
	buffer_release(&keeper.content);
	buffer_release(&keeper.body);
	loop_free(loop);
	arena_free(arena);
	return 0;
}
