/*
 * stream_io.c - what a stream does when its descriptor is ready, in the order of its life:
 * connect, handshake, read, write, finish. Each step says whether the stream goes on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys/stream_private.h"

enum {
	READ_CHUNK = 16384,
	READ_TURN = 65536, /* at most so much a turn: one stream does not hold up the rest */
	LINGER_MS = 2000,
	LINGER_OCTETS = 4 * 1024 * 1024, /* whoever sends more does not wait for an answer */
};

/* Calls an event of the owner, who may free or end the stream in it. */
static bool tell(struct stream *s, void (*event)(void *arg))
{
	if (event != NULL)
		event(s->arg);
	return s->state != STREAM_ENDED;
}

/* ---- ends ---- */

static bool end(struct stream *s, enum stream_end reason, const char *text)
{
	stream_end(s, reason, text);
	return false;
}

static bool end_errno(struct stream *s, int error)
{
	char words[128];

	switch (error) {
	case ECONNREFUSED:
	case ENOENT: /* no such Unix-domain socket; EAGAIN: too many wait for it already */
	case EAGAIN:
		return end(s, STREAM_END_REFUSED, "connection refused");
	case ECONNRESET:
	case EPIPE:
	case ECONNABORTED:
		return end(s, STREAM_END_RESET, "the connection was cut");
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return end(s, STREAM_END_UNREACHABLE, "there is no route to this address");
	case ETIMEDOUT:
		return end(s, STREAM_END_TIMEOUT, "the other side does not answer");
	default:
		return end(s, STREAM_END_FAULT, strerror_r(error, words, sizeof(words)));
	}
}

/* The end that a result of reading or writing means, if any. */
static bool end_io(struct stream *s, enum tls_io io)
{
	switch (io) {
	case TLS_IO_DONE:
	case TLS_IO_WANT_READ:
	case TLS_IO_WANT_WRITE:
	case TLS_IO_EOF: /* step_peer_done() decides */
		return true;
	case TLS_IO_TRUNCATED:
		return end(s, STREAM_END_TRUNCATED,
		    "the connection was closed without a TLS goodbye");
	case TLS_IO_RESET:
		return end_errno(s, s->io_error != 0 ? s->io_error : ECONNRESET);
	case TLS_IO_FAILED:
		return end(s, STREAM_END_TLS, tls_session_info(s->tls)->text);
	}
	return true;
}

/* ---- connect and handshake ---- */

static bool step_connect(struct stream *s)
{
	int error = 0;
	socklen_t len = sizeof(error);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error != 0)
		return end_errno(s, error);
	if (getpeername(s->fd, (struct sockaddr *)&peer, &peer_len) < 0)
		return true; /* woken too early */
	s->state = STREAM_OPEN;
	return tell(s, s->events->connected);
}

static bool step_handshake(struct stream *s)
{
	enum tls_io io = tls_session_handshake(s->tls);

	s->begun = true;
	s->want_write = io == TLS_IO_WANT_WRITE;
	if (io != TLS_IO_DONE)
		return end_io(s, io);
	s->handshaking = false;
	return tell(s, s->events->secured);
}

/* ---- read ---- */

static bool wants_input(const struct stream *s)
{
	return !s->paused && !s->peer_done && !s->input_full && !s->closing;
}

static enum tls_io failed_call(struct stream *s, enum tls_io again)
{
	if (errno == EAGAIN || errno == EINTR)
		return again;
	s->io_error = errno;
	return TLS_IO_RESET;
}

static enum tls_io read_some(struct stream *s, char *to, size_t size, size_t *ret_len)
{
	ssize_t n;

	if (s->tls != NULL)
		return tls_session_read(s->tls, to, size, ret_len);
	n = recv(s->fd, to, size, 0);
	if (n < 0)
		return failed_call(s, TLS_IO_WANT_READ);
	*ret_len = (size_t)n;
	return n > 0 ? TLS_IO_DONE : TLS_IO_EOF;
}

/* Reads into the queue what there is; *ret_total tells how much. */
static enum tls_io fill(struct stream *s, size_t *ret_total)
{
	enum tls_io io = TLS_IO_DONE;

	while (io == TLS_IO_DONE && wants_input(s) && *ret_total < READ_TURN) {
		size_t size = 0, n = 0;
		char *to = byte_queue_reserve(&s->input, READ_CHUNK, &size);

		if (to == NULL) {
			s->io_error = ENOMEM;
			return TLS_IO_RESET;
		}
		io = read_some(s, to, size, &n);
		byte_queue_added(&s->input, n);
		*ret_total += n;
		s->input_full = byte_queue_room(&s->input) == 0;
	}
	return io;
}

static bool step_read(struct stream *s)
{
	size_t total = 0;
	enum tls_io io = fill(s, &total);
	bool news = !s->closing && !s->paused && (total > 0 || s->readable_owed);

	s->want_write = io == TLS_IO_WANT_WRITE;
	if (io == TLS_IO_EOF)
		s->peer_done = s->peer_done_owed = true;
	if (news) {
		s->readable_owed = false;
		if (!tell(s, s->events->readable))
			return false;
	}
	return end_io(s, io);
}

static bool step_peer_done(struct stream *s)
{
	if (!s->peer_done_owed || s->paused || s->closing)
		return true;
	s->peer_done_owed = false;
	if (s->events->half_closed == NULL || s->finished)
		return end(s, STREAM_END_EOF, "the other side closed the connection");
	return tell(s, s->events->half_closed);
}

/* ---- write and finish ---- */

static enum tls_io write_some(struct stream *s, size_t *ret_len)
{
	struct slice out = byte_queue_slice(&s->output);
	ssize_t n;

	if (s->tls != NULL)
		return tls_session_write(s->tls, out, ret_len);
	n = send(s->fd, out.data, out.len, MSG_NOSIGNAL);
	if (n < 0)
		return failed_call(s, TLS_IO_WANT_WRITE);
	*ret_len = (size_t)n;
	return TLS_IO_DONE;
}

static bool step_write(struct stream *s)
{
	enum tls_io io = TLS_IO_DONE;

	while (io == TLS_IO_DONE && s->output.len > 0) {
		size_t n = 0;

		io = write_some(s, &n);
		byte_queue_consume(&s->output, n);
	}
	s->want_read = io == TLS_IO_WANT_READ;
	if (!end_io(s, io))
		return false;
	if (s->output.len > 0 || !s->drained_owed)
		return true;
	s->drained_owed = false;
	return tell(s, s->events->drained);
}

static bool step_finish(struct stream *s)
{
	if (!s->finish_wanted || s->finished || s->output.len > 0)
		return true;
	s->finished = true;
	if (s->tls != NULL)
		tls_session_goodbye(s->tls);
	shutdown(s->fd, SHUT_WR);
	if (s->closing)
		timer_set(&s->linger, LINGER_MS);
	else if (s->peer_done && !s->peer_done_owed)
		return end(s, STREAM_END_EOF, "both sides are done");
	return true;
}

/* Closing with unread input would make the kernel reset the connection under our last words. */
static bool step_linger(struct stream *s)
{
	char waste[4096];
	size_t total = 0;
	ssize_t n;

	do {
		n = recv(s->fd, waste, sizeof(waste), 0);
		total += n > 0 ? (size_t)n : 0;
	} while (n > 0 && total < READ_TURN);
	s->n_wasted += total;
	if (s->n_wasted > LINGER_OCTETS)
		return end(s, STREAM_END_WRITTEN, "the other side sends without end");
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	return end(s, STREAM_END_WRITTEN, "everything was sent");
}

/* ---- one step ---- */

static bool step_open(struct stream *s, bool readable)
{
	if ((readable || s->tls != NULL) && !step_read(s))
		return false;
	if (s->handshaking) /* the owner started it when it read */
		return step_handshake(s);
	if (!step_write(s) || !step_finish(s))
		return false;
	if (s->closing && s->finished)
		return step_linger(s);
	return step_peer_done(s);
}

static bool step(struct stream *s, bool readable)
{
	if (s->io_error != 0)
		return end_errno(s, s->io_error);
	if (s->closing && s->output.len == 0 && (s->state == STREAM_CONNECTING || s->handshaking))
		return end(s, STREAM_END_WRITTEN, "closed before it was up");
	if (s->state == STREAM_CONNECTING && !step_connect(s))
		return false;
	if (s->state == STREAM_CONNECTING)
		return true;
	if (s->handshaking && !step_handshake(s))
		return false;
	return s->handshaking || step_open(s, readable);
}

void stream_step(struct stream *s, bool readable)
{
	s->busy++;
	step(s, readable);
	s->busy--;
	if (s->freed) {
		tls_session_free(s->tls);
		free(s);
	} else if (s->state != STREAM_ENDED) {
		stream_update(s);
	}
}

/* ---- what to wait for ---- */

static unsigned wanted_events(const struct stream *s)
{
	unsigned events = 0;

	if (s->state == STREAM_CONNECTING)
		return WATCH_WRITE;
	if (s->handshaking)
		return s->want_write ? WATCH_WRITE : WATCH_READ;
	if (s->closing && s->finished)
		return WATCH_READ;
	if (wants_input(s))
		events |= s->want_write ? WATCH_READ | WATCH_WRITE : WATCH_READ;
	if (s->output.len > 0 || (s->finish_wanted && !s->finished))
		events |= s->want_read ? WATCH_READ : WATCH_WRITE;
	return events;
}

/* Is there work that no event of the descriptor will announce? */
static bool wants_kick(const struct stream *s)
{
	if (s->io_error != 0)
		return true;
	if (s->state == STREAM_CONNECTING)
		return s->closing;
	if (s->handshaking)
		return !s->begun || s->closing;
	if (s->paused || s->closing)
		return false;
	return s->readable_owed || s->peer_done_owed ||
	    (s->tls != NULL && wants_input(s) && tls_session_pending(s->tls));
}

void stream_update(struct stream *s)
{
	if (s->io_error == 0 && watch_set(&s->watch, wanted_events(s)) < 0)
		s->io_error = errno;
	if (wants_kick(s))
		timer_set(&s->kick, 0);
}
