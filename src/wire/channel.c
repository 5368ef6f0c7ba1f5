/*
 * channel.c - whole messages over a socket between two roles; see channel.h.
 *
 * A broken channel is told to its owner from the loop, never from inside a call of the owner's, so
 * that nobody finds his channel gone in the middle of a function.
 */
#include "wire/channel.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/log.h"
#include "sys/descriptor.h"
#include "sys/unix_socket.h"
#include "wire/pack.h"
#include "wire/packet.h"

enum {
	READ_SIZE = 64 * 1024,
	READS_A_TURN = 16, /* then others get their turn of the loop */
	/* octets; a peer that reads nothing for so long is cut off */
	WAITING_MAX = 64 * 1024 * 1024,
	FDS_WAITING_MAX = 8,
	JOINED_MAX = 32 * 1024, /* octets: small messages are written as one */
};

struct ask {
	TAILQ_ENTRY(ask) entry;
	uint64_t id;
	enum word word;
	channel_answer_fn *answer;
	void *arg;
};

struct parcel {
	TAILQ_ENTRY(parcel) entry;
	struct buffer data;
	size_t sent;
	int fds[CHANNEL_FDS_MAX];
	size_t n_fds;
};

struct channel {
	int fd;
	enum role self, peer;
	const struct channel_events *events;
	void *arg;
	struct watch watch;
	struct timer closing; /* tells closed from the loop */
	struct timer writing; /* at the end of the turn in which something was said */
	bool broken; /* nothing more is read or written */
	bool freed; /* by a callback; the memory goes when the outermost call is left */
	unsigned depth;
	uint64_t last_id;
	struct buffer in;
	int fds[FDS_WAITING_MAX]; /* arrived, not yet claimed by their message */
	size_t n_fds;
	TAILQ_HEAD(, ask) asks;
	TAILQ_HEAD(parcels, parcel) parcels;
	size_t waiting;
};

static void on_ready(void *arg, unsigned events);
static void on_closing(void *arg);
static void on_writing(void *arg);
static void write_parcels(struct channel *c);

struct channel *channel_new(struct loop *loop, int fd, enum role self, enum role peer,
	const struct channel_events *events, void *arg)
{
	struct channel *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->self = self;
	c->peer = peer;
	c->events = events;
	c->arg = arg;
	buffer_init_secret(&c->in, PACKET_HEAD_SIZE + WIRE_BODY_MAX + READ_SIZE);
	TAILQ_INIT(&c->asks);
	TAILQ_INIT(&c->parcels);
	timer_init(&c->closing, loop, on_closing, c);
	timer_init(&c->writing, loop, on_writing, c);
	watch_init(&c->watch, loop, fd, on_ready, c);
	if (watch_set(&c->watch, WATCH_READ) != 0) {
		watch_release(&c->watch);
		buffer_release(&c->in);
		free(c);
		return NULL;
	}
	return c;
}

static void parcel_free(struct parcel *p)
{
	for (size_t i = 0; i < p->n_fds; i++)
		descriptor_close(p->fds[i]);
	buffer_release(&p->data);
	free(p);
}

/* Takes the channel off the socket and drops what was on its way. */
static void shut(struct channel *c)
{
	struct parcel *p;

	if (c->fd < 0)
		return;
	timer_cancel(&c->writing);
	watch_release(&c->watch);
	descriptor_close(c->fd);
	c->fd = -1;
	while ((p = TAILQ_FIRST(&c->parcels)) != NULL) {
		TAILQ_REMOVE(&c->parcels, p, entry);
		parcel_free(p);
	}
	c->waiting = 0;
	for (size_t i = 0; i < c->n_fds; i++)
		descriptor_close(c->fds[i]);
	c->n_fds = 0;
}

static void answer_all_with_none(struct channel *c)
{
	struct ask *ask;

	while ((ask = TAILQ_FIRST(&c->asks)) != NULL) {
		TAILQ_REMOVE(&c->asks, ask, entry);
		ask->answer(ask->arg, NULL);
		free(ask);
	}
}

static void leave(struct channel *c)
{
	c->depth--;
	if (c->depth == 0 && c->freed) {
		buffer_release(&c->in);
		free(c);
	}
}

void channel_free(struct channel *c)
{
	if (c == NULL || c->freed)
		return;
	c->depth++;
	c->freed = true;
	write_parcels(c);
	c->broken = true;
	timer_cancel(&c->closing);
	shut(c);
	answer_all_with_none(c);
	leave(c);
}

static void on_closing(void *arg)
{
	struct channel *c = arg;

	c->depth++;
	shut(c);
	answer_all_with_none(c);
	if (!c->freed && c->events->closed != NULL)
		c->events->closed(c->arg, c);
	leave(c);
}

static void break_off(struct channel *c, const char *why)
{
	if (c->broken)
		return;
	if (why != NULL)
		log_error("cut off %s: %s", role_name(c->peer), why);
	c->broken = true;
	watch_set(&c->watch, 0);
	timer_set(&c->closing, 0);
}

/* ---- writing ---- */

static void write_parcels(struct channel *c)
{
	struct parcel *p;

	while (!c->broken && (p = TAILQ_FIRST(&c->parcels)) != NULL) {
		struct slice rest = slice_sub(buffer_slice(&p->data), p->sent, p->data.len);
		size_t sent = 0;
		int result =
			unix_socket_send(c->fd, rest, p->fds, p->sent == 0 ? p->n_fds : 0, &sent);

		if (result == UNIX_SOCKET_AGAIN)
			break;
		if (result != 0) {
			break_off(c, NULL);
			return;
		}
		p->sent += sent;
		c->waiting -= sent;
		if (p->sent < p->data.len)
			continue;
		TAILQ_REMOVE(&c->parcels, p, entry);
		parcel_free(p);
	}
	if (!c->broken &&
		watch_set(&c->watch, WATCH_READ | (TAILQ_EMPTY(&c->parcels) ? 0 : WATCH_WRITE)) !=
			0)
		break_off(c, "the loop is full");
}

static void on_writing(void *arg)
{
	write_parcels(arg);
}

/* Where the next message goes: behind one that waits already when both are small. NULL: memory. */
static struct parcel *parcel_for(struct channel *c, size_t len, size_t n_fds)
{
	struct parcel *p = TAILQ_LAST(&c->parcels, parcels);

	if (p != NULL && p->n_fds == 0 && n_fds == 0 && p->data.len + len <= JOINED_MAX)
		return p;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	buffer_init_secret(&p->data, PACKET_HEAD_SIZE + WIRE_BODY_MAX);
	TAILQ_INSERT_TAIL(&c->parcels, p, entry);
	return p;
}

static void send_parcel(struct channel *c, enum word word, uint64_t id, const struct buffer *body,
	const int *fds, size_t n_fds)
{
	struct slice content = body != NULL ? buffer_slice(body) : (struct slice){ 0 };
	bool idle = TAILQ_EMPTY(&c->parcels);
	struct parcel *p;
	size_t before;

	if (c->broken)
		return;
	if (!word_allowed(word, c->self, c->peer) || (body != NULL && !buffer_ok(body)) ||
		content.len > WIRE_BODY_MAX || c->waiting > WAITING_MAX) {
		log_error("cannot say %s to %s", word_name(word), role_name(c->peer));
		break_off(c, "a message could not be sent");
		return;
	}
	p = parcel_for(c, PACKET_HEAD_SIZE + content.len, n_fds);
	if (p == NULL) {
		break_off(c, "out of memory");
		return;
	}
	before = p->data.len;
	packet_write(&p->data, word, id, n_fds, content);
	for (size_t i = 0; i < n_fds; i++)
		p->fds[p->n_fds++] = descriptor_copy(fds[i]);
	c->waiting += p->data.len - before;
	if (!buffer_ok(&p->data))
		break_off(c, "out of memory"); /* nothing more is written: shut() frees it */
	else if (idle)
		timer_set(&c->writing, 0);
}

void channel_send(struct channel *c, enum word word, uint64_t id, const struct buffer *body)
{
	send_parcel(c, word, id, body, NULL, 0);
}

void channel_send_fds(struct channel *c, enum word word, const struct buffer *body, const int *fds,
	size_t n_fds)
{
	send_parcel(c, word, 0, body, fds, size_min(n_fds, CHANNEL_FDS_MAX));
}

static uint64_t ask_with(struct channel *c, enum word word, const struct buffer *body,
	const int *fds, size_t n_fds, channel_answer_fn *answer, void *arg)
{
	struct ask *ask;

	if (c->broken)
		return 0;
	ask = calloc(1, sizeof(*ask));
	if (ask == NULL)
		return 0;
	*ask = (struct ask){ .id = ++c->last_id, .word = word, .answer = answer, .arg = arg };
	TAILQ_INSERT_TAIL(&c->asks, ask, entry);
	send_parcel(c, word, ask->id, body, fds, size_min(n_fds, CHANNEL_FDS_MAX));
	return ask->id;
}

uint64_t channel_ask(struct channel *c, enum word word, const struct buffer *body,
	channel_answer_fn *answer, void *arg)
{
	return ask_with(c, word, body, NULL, 0, answer, arg);
}

uint64_t channel_ask_fds(struct channel *c, enum word word, const int *fds, size_t n_fds,
	channel_answer_fn *answer, void *arg)
{
	return ask_with(c, word, NULL, fds, n_fds, answer, arg);
}

void channel_forget(struct channel *c, uint64_t id)
{
	struct ask *ask;

	TAILQ_FOREACH(ask, &c->asks, entry)
		if (ask->id == id)
			break;
	if (ask == NULL)
		return;
	TAILQ_REMOVE(&c->asks, ask, entry);
	free(ask);
}

void channel_answer(struct channel *c, uint64_t id, enum word word, const struct buffer *body)
{
	channel_send(c, word, id, body);
}

void channel_refuse(struct channel *c, uint64_t id, int exit_code, const char *field,
	const char *text)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, (uint64_t)exit_code);
	pack_number(&body, 1);
	pack_text(&body, field);
	pack_text(&body, text);
	channel_answer(c, id, WORD_REFUSED, &body);
	buffer_release(&body);
}

void channel_flush(struct channel *c)
{
	write_parcels(c);
}

size_t channel_waiting(const struct channel *c)
{
	return c->waiting;
}

int channel_fd(const struct channel *c)
{
	return c->fd;
}

/* ---- reading ---- */

static void deliver_answer(struct channel *c, const struct channel_message *m)
{
	struct ask *ask;

	TAILQ_FOREACH(ask, &c->asks, entry)
		if (ask->id == m->id)
			break;
	if (ask == NULL)
		return; /* forgotten */
	if (!word_answers(m->word, ask->word)) {
		break_off(c, "an answer of the wrong kind");
		return;
	}
	TAILQ_REMOVE(&c->asks, ask, entry);
	ask->answer(ask->arg, m);
	free(ask);
}

/* Claims the descriptors that a head announces; the rest of the message is checked before. */
static void claim_fds(struct channel *c, const struct packet *head, struct channel_message *m)
{
	for (size_t i = 0; i < CHANNEL_FDS_MAX; i++)
		m->fds[i] = -1;
	for (size_t i = 0; i < head->n_fds; i++)
		m->fds[i] = c->fds[i];
	c->n_fds -= head->n_fds;
	for (size_t i = 0; i < c->n_fds; i++)
		c->fds[i] = c->fds[i + head->n_fds];
}

/* One message from the input; false when there is no whole one. */
static bool deliver_one(struct channel *c)
{
	struct channel_message m;
	struct packet head;
	int result = packet_read_head(buffer_slice(&c->in), &head);

	if (result == PACKET_SHORT)
		return false;
	if (result != PACKET_OK || !word_allowed(head.word, c->peer, c->self)) {
		break_off(c, "a word that it may not say");
		return false;
	}
	if (head.n_fds > word_descriptors(head.word)) { /* nobody would close them */
		break_off(c, "descriptors with a word that has none");
		return false;
	}
	if (c->in.len < PACKET_HEAD_SIZE + head.body_len)
		return false;
	if (head.n_fds > c->n_fds) {
		break_off(c, "descriptors were announced and did not come");
		return false;
	}
	m.word = head.word;
	m.id = head.id;
	m.body = slice_make(c->in.data + PACKET_HEAD_SIZE, head.body_len);
	claim_fds(c, &head, &m);
	if (word_is_answer(m.word))
		deliver_answer(c, &m);
	else
		c->events->message(c->arg, c, &m);
	if (!c->freed)
		buffer_consume(&c->in, PACKET_HEAD_SIZE + head.body_len);
	return !c->broken;
}

static bool read_once(struct channel *c)
{
	int fds[UNIX_SOCKET_FDS_MAX];
	size_t len = 0, n_fds = 0;
	char *room = buffer_reserve(&c->in, READ_SIZE);
	int result;

	if (room == NULL) {
		break_off(c, "a message that is too long");
		return false;
	}
	result = unix_socket_recv(c->fd, room, READ_SIZE, &len, fds, &n_fds);
	if (result == UNIX_SOCKET_AGAIN)
		return false;
	if (result != 0) {
		break_off(c, NULL);
		return false;
	}
	buffer_added(&c->in, len);
	for (size_t i = 0; i < n_fds; i++) {
		if (c->n_fds < FDS_WAITING_MAX)
			c->fds[c->n_fds++] = fds[i];
		else
			descriptor_close(fds[i]);
	}
	return true;
}

static void on_ready(void *arg, unsigned events)
{
	struct channel *c = arg;

	c->depth++;
	if (events & WATCH_WRITE)
		write_parcels(c);
	for (int i = 0; i < READS_A_TURN && !c->broken && read_once(c); i++)
		while (deliver_one(c))
			;
	/* most of the time nothing comes: no room is kept for it */
	if (c->depth == 1 && buffer_slice(&c->in).len == 0)
		buffer_release(&c->in);
	leave(c);
}
