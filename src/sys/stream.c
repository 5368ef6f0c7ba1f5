/* stream.c - the life of a stream and the calls of its owner; see stream.h. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/stream_private.h"

static void on_watch(void *arg, unsigned events)
{
	stream_step(arg, (events & WATCH_READ) != 0);
}

static void on_kick(void *arg)
{
	stream_step(arg, true);
}

static void on_linger(void *arg)
{
	stream_end(arg, STREAM_END_WRITTEN, "everything was sent");
}

static struct stream *stream_new(const struct stream_options *options, enum stream_state state)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->loop = options->loop;
	s->events = options->events;
	s->arg = options->arg;
	s->state = state;
	s->fd = -1;
	byte_queue_init(&s->input, options->input_limit);
	byte_queue_init(&s->output, options->output_limit);
	timer_init(&s->kick, s->loop, on_kick, s);
	timer_init(&s->linger, s->loop, on_linger, s);
	return s;
}

static void take_descriptor(struct stream *s, int fd)
{
	int on = 1;

	s->fd = fd;
	watch_init(&s->watch, s->loop, fd, on_watch, s);
	/* answers are written whole, so waiting for more would only delay them; no-op for Unix */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

struct stream *stream_connect(const struct stream_options *options, const struct endpoint *to)
{
	struct stream *s = stream_new(options, STREAM_CONNECTING);
	int fd;

	if (s == NULL)
		return NULL;
	s->peer = *to;
	fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		take_descriptor(s, fd);
	if ((fd < 0 || connect(fd, &to->any, to->len) < 0) && errno != EINPROGRESS)
		s->io_error = errno;
	stream_update(s);
	return s;
}

struct stream *stream_accept(const struct stream_options *options, int fd)
{
	struct stream *s = stream_new(options, STREAM_OPEN);

	if (s == NULL) {
		close(fd);
		return NULL;
	}
	take_descriptor(s, fd);
	s->peer.len = sizeof(s->peer.un);
	if (getpeername(fd, &s->peer.any, &s->peer.len) < 0)
		s->peer.len = 0;
	stream_update(s);
	return s;
}

void stream_shut(struct stream *s)
{
	if (s->state == STREAM_ENDED)
		return;
	s->state = STREAM_ENDED;
	s->handshaking = false;
	watch_release(&s->watch);
	timer_cancel(&s->kick);
	timer_cancel(&s->linger);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	byte_queue_release(&s->output);
}

void stream_end(struct stream *s, enum stream_end end, const char *text)
{
	if (s->state == STREAM_ENDED)
		return;
	stream_shut(s);
	/* nothing may follow: the owner often frees the stream here */
	if (s->events->closed != NULL)
		s->events->closed(s->arg, end, text);
}

void stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	stream_shut(s);
	byte_queue_release(&s->input);
	if (s->busy > 0) {
		s->freed = true;
		return;
	}
	tls_session_free(s->tls);
	free(s);
}

/* The owner changed something: outside a step, the loop must hear of it. */
static void changed(struct stream *s)
{
	if (s->busy == 0 && s->state != STREAM_ENDED)
		stream_update(s);
}

/* ---- TLS ---- */

/* Injected bytes may still lie in the kernel; nobody else has reason to speak now. */
static bool input_waits(const struct stream *s)
{
	char c;

	return s->input.len > 0 ||
	    (s->state == STREAM_OPEN && recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0);
}

int stream_start_tls(struct stream *s, struct tls_client *context, const char *host)
{
	if (s->tls != NULL || s->state == STREAM_ENDED)
		return -1;
	if (input_waits(s))
		return STREAM_DIRTY;
	if (tls_session_new_client(context, host, s->fd, &s->tls) < 0)
		return -1;
	s->handshaking = true;
	changed(s);
	return 0;
}

int stream_accept_tls(struct stream *s, struct tls_server *context)
{
	if (s->tls != NULL || s->state == STREAM_ENDED)
		return -1;
	if (s->input.len > 0)
		return STREAM_DIRTY;
	if (tls_session_new_server(context, s->fd, &s->tls) < 0)
		return -1;
	s->handshaking = true;
	changed(s);
	return 0;
}

bool stream_is_tls(const struct stream *s)
{
	return s->tls != NULL;
}

const struct tls_peer_info *stream_tls_info(const struct stream *s)
{
	return s->tls != NULL ? tls_session_info(s->tls) : NULL;
}

/* ---- reading ---- */

struct slice stream_input(const struct stream *s)
{
	return byte_queue_slice(&s->input);
}

void stream_consume(struct stream *s, size_t len)
{
	byte_queue_consume(&s->input, len);
	if (s->input_full && s->input.len <= s->input.limit / 2) {
		s->input_full = false;
		changed(s);
	}
}

void stream_pause(struct stream *s)
{
	s->paused = true;
	changed(s);
}

void stream_resume(struct stream *s)
{
	if (!s->paused)
		return;
	s->paused = false;
	s->readable_owed = s->input.len > 0;
	changed(s);
}

/* ---- writing and closing ---- */

int stream_write(struct stream *s, struct slice bytes)
{
	if (s->state == STREAM_ENDED || s->finish_wanted)
		return -1;
	if (bytes.len == 0)
		return 0;
	if (bytes.len > byte_queue_room(&s->output))
		return STREAM_FULL;
	if (byte_queue_add(&s->output, bytes) < 0)
		return -1;
	s->drained_owed = true;
	changed(s);
	return 0;
}

size_t stream_pending(const struct stream *s)
{
	return s->output.len;
}

size_t stream_room(const struct stream *s)
{
	return byte_queue_room(&s->output);
}

void stream_finish(struct stream *s)
{
	s->finish_wanted = true;
	changed(s);
}

void stream_close_when_written(struct stream *s)
{
	s->closing = true;
	stream_finish(s);
}

/* ---- what it is ---- */

bool stream_ended(const struct stream *s)
{
	return s->state == STREAM_ENDED;
}

int stream_fd(const struct stream *s)
{
	return s->fd;
}

const struct endpoint *stream_peer(const struct stream *s)
{
	return &s->peer;
}

const char *stream_end_word(enum stream_end end)
{
	static const char *const words[] = {
		[STREAM_END_EOF] = "eof",
		[STREAM_END_TRUNCATED] = "truncated",
		[STREAM_END_RESET] = "reset",
		[STREAM_END_REFUSED] = "refused",
		[STREAM_END_UNREACHABLE] = "unreachable",
		[STREAM_END_TIMEOUT] = "timeout",
		[STREAM_END_TLS] = "tls",
		[STREAM_END_WRITTEN] = "written",
		[STREAM_END_FAULT] = "fault",
	};

	return words[end];
}
