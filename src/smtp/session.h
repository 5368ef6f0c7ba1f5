/*
 * session.h - the client's side of one SMTP connection, without I/O: bytes come in, bytes and
 * events go out, time is an argument (milliseconds of a clock that never jumps).
 *
 *   smtp_session_new, _connected
 *   event START_TLS     -> the caller makes the handshake -> _secured (or _closed)
 *   event READY         -> _begin (a message), _quit or just wait
 *   event RECIPIENT     (one for each reply to RCPT)
 *   event BODY          -> _body ... until all is in; then, once the mark is durable, _finish
 *   event MESSAGE       the message's verdict; READY follows when the session goes on
 *   event ENDED         the last one: write what take gives, close the connection
 *
 * After every verb and every feed the caller empties next() and then take(). The rule of the dot
 * (docs/architecture.md): the final dot is sent by _finish only, after whoever keeps the queue has
 * durably noted that it will be. From then on a lost connection is VERDICT_AMBIGUOUS.
 *
 * TLS, once asked for, is had or the session ends with VERDICT_RELAY; so with authentication. A
 * password or token goes over a connection without TLS only where allow_clear says so. In clear
 * text, an EHLO the server does not know is tried as HELO only when neither TLS nor authentication
 * is set.
 *
 * Sources: RFC 5321, 3207 (STARTTLS), 4954 (AUTH), 2920 (PIPELINING), 1870 (SIZE), 6152
 * (8BITMIME), 6531 (SMTPUTF8), 3461 (DSN), 2034 (enhanced codes); deadlines RFC 5321 4.5.3.2.
 */
#ifndef TOCSIN_SMTP_SESSION_H
#define TOCSIN_SMTP_SESSION_H

#include "core/dsn.h"
#include "core/verdict.h"
#include "smtp/ehlo.h"
#include "smtp/transcript.h"

struct smtp_session;

enum smtp_encryption {
	SMTP_CLEAR,
	SMTP_TLS, /* from the first byte */
	SMTP_STARTTLS,
};

/* Read during smtp_session_new() only, but for username, password, token and transcript. */
struct smtp_config {
	const char *relay; /* for texts: "smtp.example.com" */
	const char *helo_name; /* a name, or an address literal in brackets */
	enum smtp_encryption encryption;
	bool auth;
	const char *username;
	const char *password;
	const char *token; /* OAuth2: signs in instead of the password; NULL or "" none */
	unsigned port; /* of the relay; OAUTHBEARER names it */
	bool xoauth2_first; /* before OAUTHBEARER, when both are offered */
	bool allow_clear; /* the secret may go in clear text: ticked, or loopback */
	struct smtp_transcript *transcript; /* NULL: none is kept */
};

/* One message. The slices must live until its event MESSAGE. */
struct smtp_envelope {
	struct slice sender; /* "" is the null sender; domain in A-labels */
	const struct slice *recipients;
	size_t n_recipients;
	uint64_t size; /* octets of the canonical content, dots not stuffed; 0 not known */
	/*
	 * What the content needs. For a relay without 8BITMIME or SMTPUTF8 (ask
	 * smtp_session_capabilities() first) re-encode it with message_downgrade_body() and
	 * _header(), then these are false; when true nevertheless the message fails, as SMTP
	 * allows no other way. An address that is not ASCII is seen by the session itself.
	 */
	bool needs_8bitmime;
	bool needs_smtputf8;
	/*
	 * Only whether the relay would take it: after the answers to RCPT comes RSET, never DATA.
	 * MESSAGE is then VERDICT_ACCEPTED at STAGE_RCPT when any recipient was taken.
	 */
	bool ask_only;
	/* Asked of a relay that offers DSN (RFC 3461), left out for another. NULL: nothing is. */
	const struct dsn *dsn;
};

enum smtp_event_type {
	SMTP_EVENT_STEP, /* a stage was passed; for the test mail's page */
	SMTP_EVENT_START_TLS, /* take, write, start the handshake; STREAM_DIRTY is _injected() */
	SMTP_EVENT_READY, /* a message may begin */
	SMTP_EVENT_RECIPIENT, /* recipient's verdict; ACCEPTED: the message's verdict counts */
	SMTP_EVENT_BODY, /* the content is wanted */
	SMTP_EVENT_MESSAGE, /* counts for every recipient without a refusal of its own */
	SMTP_EVENT_ENDED, /* VERDICT_ACCEPTED after a QUIT of ours, else why it ended */
};

struct smtp_event {
	enum smtp_event_type type;
	size_t recipient; /* index, RECIPIENT only */
	/* NULL for START_TLS, READY, BODY; good until the next verb */
	const struct verdict *verdict;
};

enum {
	SMTP_RECIPIENTS_MAX = 1000, /* of one message */
	SMTP_PIPELINE_MAX = 64, /* commands that wait for an answer at the same time */
	SMTP_INPUT_MAX = 256 * 1024, /* octets fed and not yet looked at */
	SMTP_OUTPUT_MAX = 128 * 1024, /* octets not yet taken */

	SMTP_BUSY = 1, /* _begin, _quit: not now, the session is not READY */
};

struct smtp_session *smtp_session_new(const struct smtp_config *config); /* NULL: memory */
void smtp_session_free(struct smtp_session *s); /* wipes; NULL is fine */

/* ---- what happens to the connection ---- */

/* It is up, nothing was read. With SMTP_TLS the event START_TLS follows. */
void smtp_session_connected(struct smtp_session *s, int64_t now);

/* TLS is up and the certificate verified. version and cipher are for the transcript. */
void smtp_session_secured(struct smtp_session *s, const char *version, const char *cipher,
	int64_t now);

/*
 * It is gone, or TLS failed: why is REASON_CLOSED, _RESET, a REASON_TLS_, _FAULT ... and text our
 * words for it. Also _STOPPED, to end a session on our side: the connection must be closed then.
 */
void smtp_session_closed(struct smtp_session *s, enum verdict_reason why, struct slice text,
	int64_t now);

/* Bytes were waiting where the handshake was to begin. */
void smtp_session_injected(struct smtp_session *s, int64_t now);

/* ---- the handles ---- */

void smtp_session_feed(struct smtp_session *s, struct slice bytes, int64_t now);

/* Up to max octets for the wire; they count as sent. The view is good until the next verb. */
struct slice smtp_session_take(struct smtp_session *s, size_t max, int64_t now);

/* False when nothing has happened. */
bool smtp_session_next(struct smtp_session *s, struct smtp_event *ret_event, int64_t now);

int64_t smtp_session_deadline(const struct smtp_session *s); /* INT64_MAX none */
void smtp_session_expire(struct smtp_session *s, int64_t now);

/* ---- what the caller wants; only after READY, BODY ---- */

/* 0 or SMTP_BUSY. What cannot be sent to this relay is told by RECIPIENT and MESSAGE. */
int smtp_session_begin(struct smtp_session *s, const struct smtp_envelope *envelope, int64_t now);

/*
 * The next piece of the canonical content (CRLF line ends, no NUL; any other CR or LF is sent as a
 * CRLF, a NUL as a space). Dots are stuffed here. Returns how much was taken: less than
 * content.len when the output is full, then take() first.
 */
size_t smtp_session_body(struct smtp_session *s, struct slice content, int64_t now);
/* Octets that _body would take now at least. */
size_t smtp_session_room(const struct smtp_session *s);

/* All is in and the mark is durable: sends the dot. */
void smtp_session_finish(struct smtp_session *s, int64_t now);

/* The content cannot be had: ends the session without the dot, so that nothing is delivered. */
void smtp_session_abandon(struct smtp_session *s, struct slice text, int64_t now);

/* 0 or SMTP_BUSY. ENDED follows after the answer or a few seconds. */
int smtp_session_quit(struct smtp_session *s, int64_t now);

/* ---- what is known ---- */

bool smtp_session_ready(const struct smtp_session *s);
bool smtp_session_ended(const struct smtp_session *s);
/* True from the moment the dot is on its way until the message's verdict. */
bool smtp_session_dot_sent(const struct smtp_session *s);
/* What the server offers, of the last EHLO; under STARTTLS that is the one inside TLS. */
const struct smtp_capabilities *smtp_session_capabilities(const struct smtp_session *s);
const char *smtp_session_state_name(const struct smtp_session *s);

#endif
