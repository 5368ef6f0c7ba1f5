/*
 * exchange.h - one connection of the HTTP server as a machine without I/O: bytes in, requests out
 * as events, one answer each, bytes out. Requests that arrive together are handled one after the
 * other. Every phase has one deadline of its own that no slow drip can move.
 *
 *   idle -> head -> body -> answering -> idle ... -> closing
 *
 * The owner's loop: feed() what was read (it takes less than given while it is full: stop reading
 * then); call next() until it says NONE; write what take() gives, then taken(); wake at deadline()
 * and call expire(), then next() again.
 * Source: RFC 9112 (messages, sections 6, 7 and 9), RFC 9110 section 10.1.1 (Expect).
 */
#ifndef TOCSIN_HTTP_EXCHANGE_H
#define TOCSIN_HTTP_EXCHANGE_H

#include "base/buffer.h"
#include "http/head.h"

enum {
	HTTP_BODY_DEFAULT = 64 * 1024, /* octets of a body, until the owner sets another limit */
	HTTP_ANSWER_MAX = 8 * 1024 * 1024,
	HTTP_STREAM_MAX = 256 * 1024, /* octets of a stream that wait for a slow reader */

	HTTP_FIRST_MS = 10 * 1000, /* from the connection's start (handshake included) to a head */
	HTTP_HEAD_MS = 10 * 1000, /* from a later head's first octet to its last */
	HTTP_BODY_MS = 20 * 1000,
	HTTP_IDLE_MS = 30 * 1000, /* between an answer and the next request */
	HTTP_HANDLE_MS = 60 * 1000, /* from a request to its owner's answer */
	HTTP_WRITE_MS = 30 * 1000, /* without progress; and in all, plus 1 ms an octet */
};

#define HTTP_NEVER INT64_MAX

/* What the time is, given in by the owner. */
struct http_now {
	int64_t ms; /* a clock that only goes forward: deadlines */
	int64_t unix_s; /* the wall clock: Date */
};

enum http_event {
	HTTP_EVENT_NONE, /* feed more, or wait */
	HTTP_EVENT_HEAD, /* head is read: set a limit for the body, or answer at once */
	HTTP_EVENT_REQUEST, /* head and body are there: answer, now or later */
	HTTP_EVENT_CLOSE, /* all is written: close; stays the event from then on */
	HTTP_EVENT_DROP, /* cut: the peer is gone or too slow; stays the event from then on */
};

enum http_state {
	HTTP_STATE_IDLE,
	HTTP_STATE_HEAD,
	HTTP_STATE_BODY,
	HTTP_STATE_ANSWERING, /* the owner has the request, or its answer is being written */
	HTTP_STATE_CLOSING,
};

enum http_answer {
	HTTP_ANSWER_NONE,
	HTTP_ANSWER_STREAM, /* started, not ended */
	HTTP_ANSWER_WHOLE,
};

/* Positive results of the answer functions. */
enum {
	HTTP_LATE = 1, /* no request waits for this (expired, or the peer is gone): drop the work */
	HTTP_FULL = 2, /* the reader of a stream is slow: nothing was added, try after a taken() */
};

/*
 * How error answers of the machine itself look; NULL functions give a plain text. head is what was
 * read of the request: its path is absent when it was refused before that.
 */
struct http_error_page {
	void (*render)(void *context, const struct http_head *head, unsigned status,
		struct buffer *lines, struct buffer *body);
	void *context;
};

/*
 * Owner's memory. The owner reads head and body from REQUEST on until it answers; they also stay
 * when the machine answers in its place (503) or is dropped. The rest is ours.
 */
struct http_exchange {
	struct http_head head;
	struct buffer body;

	enum http_state state;
	enum http_answer answer;
	bool keep_alive; /* of the current request: may another follow? */
	bool ended; /* the peer sends no more */
	bool stopping;
	bool dropped;
	bool chunked;
	struct http_error_page error_page;
	struct http_scan scan;
	struct buffer in; /* read, not yet understood */
	struct buffer head_text; /* what head's slices point into */
	struct buffer out;
	size_t out_at; /* octets of out that are written */
	int64_t phase_until; /* deadline of idle, head, body and the owner's work */
	int64_t write_until; /* without progress */
	int64_t write_all_until;
	uint64_t n_requests;
};

void http_exchange_init(struct http_exchange *x, struct http_error_page error_page,
	struct http_now now);
void http_exchange_release(struct http_exchange *x);

/* Takes what it has room for and returns how much; what it will not look at it takes and drops. */
size_t http_exchange_feed(struct http_exchange *x, struct slice octets);
void http_exchange_end(struct http_exchange *x); /* the peer has closed its side */
enum http_event http_exchange_next(struct http_exchange *x, struct http_now now);

/* Octets to write, none when empty; good until the next call that is not taken(). */
struct slice http_exchange_take(const struct http_exchange *x);
void http_exchange_taken(struct http_exchange *x, size_t len, struct http_now now);

int64_t http_exchange_deadline(const struct http_exchange *x); /* in ms, or HTTP_NEVER */
void http_exchange_expire(struct http_exchange *x, struct http_now now);

/* After HEAD: the largest body this route takes. */
void http_exchange_set_limit(struct http_exchange *x, size_t body_limit);

/*
 * The one way to answer: head and body go out together, with Date, Content-Length and Connection.
 * lines are field lines as headers.h builds them. After HEAD or REQUEST. A HEAD request gets the
 * head alone. 0, HTTP_LATE, or negative without memory: the connection is then dropped.
 */
int http_exchange_answer(struct http_exchange *x, struct http_now now, unsigned status,
	struct slice lines, struct slice body);

/* An error answer of the house, by the error page; closes the connection. Results as above. */
int http_exchange_refuse(struct http_exchange *x, struct http_now now, unsigned status);

/*
 * An answer without a known end (text/event-stream): start, more as often as wanted, end. Chunked
 * for HTTP/1.1, else until close. Results as above; HTTP_FULL only from more, which takes up to
 * HTTP_STREAM_MAX at once.
 */
int http_exchange_answer_start(struct http_exchange *x, struct http_now now, unsigned status,
	struct slice lines);
int http_exchange_answer_more(struct http_exchange *x, struct http_now now, struct slice octets);
int http_exchange_answer_end(struct http_exchange *x, struct http_now now);

/* The server stops: no request after the current one; an idle connection closes. */
void http_exchange_stop(struct http_exchange *x);

#endif
