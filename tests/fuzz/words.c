/*
 * Bodies of messages between roles: the first octet chooses the reader, the rest is the body. New
 * readers stand at the end, so that the corpus keeps its meaning.
 * Whatever comes in, a reader ends; what it takes to the end is the one way to write it, so packing
 * it again gives the same octets (a test mail's run is cut to size: there the second time counts).
 * Texts are NUL-terminated within the arena, which the sanitizers see.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "wire/delivery.h"
#include "wire/alias.h"
#include "wire/envelope.h"
#include "wire/oauth_status.h"
#include "wire/packet.h"
#include "wire/post.h"
#include "wire/queue_view.h"
#include "wire/relay.h"
#include "wire/status.h"
#include "wire/token.h"
#include "wire/trial.h"
#include "wire/who.h"

enum {
	ARENA_MAX = 64 * 1024 * 1024,
	HEAD = 255, /* first octet: a packet's head; the others are numbers of readers */
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void delivery(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct delivery d;

	delivery_unpack(u, a, &d);
	delivery_pack(again, &d);
}

static void envelope(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct envelope e;

	envelope_unpack(u, a, &e);
	envelope_pack(again, &e);
}

static void post(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct post p;

	post_unpack(u, a, &p);
	post_pack(again, &p);
}

static void drop(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct slice message;
	struct post p;

	post_drop_unpack(u, a, &p, &message);
	post_drop_pack(again, &p, message);
}

static void queue_question(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct queue_question q;

	queue_question_unpack(u, a, &q);
	queue_question_pack(again, &q);
}

static void queue_row(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct queue_row r;

	queue_row_unpack(u, a, &r);
	queue_row_pack(again, &r);
}

static void message_view(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct message_view m;

	message_view_unpack(u, a, &m);
	message_view_pack(again, &m);
}

static void tries(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct tries_view t;

	tries_view_unpack(u, a, &t);
	tries_view_pack(again, &t);
}

static void queue_acted(struct unpack *u, struct arena *a UNUSED, struct buffer *again)
{
	struct queue_acted_view v;

	queue_acted_unpack(u, &v);
	queue_acted_pack(again, &v);
}

static void relay(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct relay r;

	relay_unpack(u, a, &r);
	relay_pack(again, &r);
}

static void status(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct status s;

	status_unpack(u, a, &s);
	status_pack(again, &s);
}

static void trial(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct trial t;

	trial_unpack(u, a, &t);
	trial_pack(again, &t);
}

static void who(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct who w;

	who_unpack(u, a, &w);
	who_pack(again, &w);
}

static void alias(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct alias_row row;

	alias_row_unpack(u, a, &row);
	alias_row_pack(again, &row);
}

static void token(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct token_view t;

	token_view_unpack(u, a, &t);
	token_view_pack(again, &t);
}

static void grant(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct grant g;

	grant_unpack(u, a, &g);
	grant_pack(again, &g);
}

static void grant_answer(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct grant_answer g;

	grant_answer_unpack(u, a, &g);
	grant_answer_pack(again, &g);
}

static void oauth_status(struct unpack *u, struct arena *a, struct buffer *again)
{
	struct oauth_status s;

	oauth_status_unpack(u, a, &s);
	oauth_status_pack(again, &s);
}

static const struct reader {
	void (*read)(struct unpack *u, struct arena *a, struct buffer *again);
	bool cuts; /* packing shortens what is too long, or writes a newer version */
} readers[] = {
	{ delivery, false }, { envelope, false }, { post, false }, { drop, true },
	{ queue_row, false }, { message_view, false }, { relay, false }, { status, false },
	{ trial, true }, { who, false }, { token, false },
	{ queue_question, false },
	{ alias, false }, { grant, false }, { grant_answer, false }, { oauth_status, false },
	{ tries, false }, { queue_acted, false },
};

/* True when the body was taken to its end; it is then packed again. */
static bool read_with(const struct reader *r, struct slice body, struct buffer *again)
{
	struct arena *a = arena_new(ARENA_MAX);
	struct unpack u;
	bool whole;

	unpack_init(&u, body);
	r->read(&u, a, again);
	whole = unpack_end(&u) && !arena_failed(a);
	arena_free(a);
	return whole && buffer_ok(again);
}

static void read_body(const struct reader *r, struct slice body)
{
	struct buffer again, third;

	buffer_init(&again, POST_DROP_MAX);
	buffer_init(&third, POST_DROP_MAX);
	if (read_with(r, body, &again)) {
		require(r->cuts || slice_equal(buffer_slice(&again), body));
		require(read_with(r, buffer_slice(&again), &third));
		require(slice_equal(buffer_slice(&again), buffer_slice(&third)));
	}
	buffer_release(&third);
	buffer_release(&again);
}

static void read_head(struct slice in)
{
	struct packet p;
	struct buffer again;

	if (packet_read_head(in, &p) != PACKET_OK)
		return;
	require(p.word > WORD_NONE && p.word < WORD_COUNT && p.body_len <= WIRE_BODY_MAX);
	buffer_init(&again, PACKET_HEAD_SIZE + WIRE_BODY_MAX);
	packet_write(&again, p.word, p.id, p.n_fds,
		slice_sub(in, PACKET_HEAD_SIZE, p.body_len));
	if (in.len >= PACKET_HEAD_SIZE + p.body_len)
		require(slice_equal(buffer_slice(&again), slice_sub(in, 0, again.len)));
	buffer_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make((const char *)data, size);

	if (size == 0)
		return 0;
	if (data[0] == HEAD)
		read_head(slice_sub(in, 1, in.len));
	else
		read_body(&readers[data[0] % COUNT_OF(readers)], slice_sub(in, 1, in.len));
	return 0;
}
