/*
 * session_private.h - the inside of the SMTP session, shared by its files: session.c (the
 * handles), session_dialogue.c (commands and replies), session_hello.c (greeting to sign-in),
 * session_mail.c (messages), session_end.c (verdicts, what goes wrong), session_secret.c (whether
 * the server repeats what signed us in).
 */
#ifndef TOCSIN_SMTP_SESSION_PRIVATE_H
#define TOCSIN_SMTP_SESSION_PRIVATE_H

#include "base/buffer.h"
#include "smtp/dot.h"
#include "smtp/reply.h"
#include "smtp/sasl.h"
#include "smtp/session.h"

enum session_state {
	SESSION_NEW,
	SESSION_HANDSHAKE,
	SESSION_GREETING,
	SESSION_EHLO,
	SESSION_STARTTLS,
	SESSION_AUTH,
	SESSION_READY,
	SESSION_ENVELOPE, /* MAIL, RCPT and DATA are in flight */
	SESSION_BODY,
	SESSION_DOT,
	SESSION_NO_BODY, /* DATA was let in for nobody: its dot is in flight */
	SESSION_RSET,
	SESSION_QUIT,
	SESSION_ENDED,
	SESSION_STATE_COUNT,
};

/* What a reply is awaited for. */
enum session_command {
	COMMAND_GREETING, /* the server speaks first */
	COMMAND_EHLO,
	COMMAND_HELO,
	COMMAND_STARTTLS,
	COMMAND_AUTH, /* AUTH itself and every response after it */
	COMMAND_CANCEL, /* "*" */
	COMMAND_MAIL,
	COMMAND_RCPT,
	COMMAND_DATA,
	COMMAND_DOT,
	COMMAND_NO_BODY,
	COMMAND_RSET,
	COMMAND_QUIT,
	COMMAND_COUNT,
};

struct session_pending {
	enum session_command command;
	size_t recipient; /* RCPT only */
	uint64_t end; /* the reply is early until so many octets were taken */
};

struct session_event {
	enum smtp_event_type type;
	size_t recipient;
	bool has_verdict;
	struct verdict verdict;
};

enum {
	SESSION_EVENTS_MAX = 8,
	SESSION_NAME_SIZE = 256,
};

/* The message in hand; all zero between messages. */
struct session_message {
	bool open; /* MESSAGE is still owed */
	struct smtp_envelope envelope;
	bool smtputf8; /* MAIL says so */
	size_t told; /* recipients looked at for a refusal of our own */
	size_t next; /* recipient to be sent */
	size_t n_unanswered; /* RCPT commands in flight */
	size_t n_accepted;
	bool mail_sent, data_sent;
	bool refused; /* verdict holds why; only outstanding replies are awaited */
	struct verdict verdict;
	int64_t envelope_end; /* the whole envelope's deadline */
	struct dot_stuffer dots;
	uint64_t n_content; /* octets of content so far */
	uint64_t block; /* octets taken when the running block began */
	uint64_t dot_from; /* octets before the dot */
};

struct smtp_session {
	enum session_state state;
	char relay[SESSION_NAME_SIZE];
	char helo_name[SESSION_NAME_SIZE];
	enum smtp_encryption encryption;
	bool auth, allow_clear;
	struct sasl_credentials credentials;
	struct smtp_transcript *transcript;

	bool secured;
	struct smtp_capabilities capabilities;
	struct sasl sasl;
	bool auth_initial; /* the AUTH command in flight carries a response */
	char document[SASL_REMARK_SIZE]; /* what the server said of the token */

	struct buffer in; /* fed, not read yet */
	struct smtp_reply reply;
	bool reply_done; /* it is whole and was answered; the next one begins anew */
	struct buffer out; /* to be taken; wiped, since it may hold a password */
	size_t out_given; /* its first octets were taken by the last call */
	uint64_t n_taken; /* octets in all */

	struct session_pending pending[SMTP_PIPELINE_MAX]; /* a ring */
	size_t pending_at, n_pending;
	struct session_event events[SESSION_EVENTS_MAX]; /* a ring */
	size_t event_at, n_events;

	int64_t deadline;
	bool gone; /* the connection is; told when all input is read */
	enum verdict_reason gone_why;
	char gone_text[VERDICT_TEXT_SIZE];

	struct session_message message;
};

/* ---- session.c ---- */

void session_set_state(struct smtp_session *s, enum session_state state);
void session_push(struct smtp_session *s, enum smtp_event_type type, const struct verdict *v);
void session_push_recipient(struct smtp_session *s, size_t recipient, const struct verdict *v);

/* ---- session_dialogue.c ---- */

/*
 * One line to the server, without CRLF: line goes out, shown goes into the transcript; a reply is
 * owed for it. False when the server has already said something it was not asked: the session
 * has ended then.
 */
bool session_send(struct smtp_session *s, enum session_command c, struct slice line,
	struct slice shown, int64_t now);
bool session_sendf(struct smtp_session *s, enum session_command c, int64_t now,
	const char *format, ...) PRINTF_LIKE(4, 5);

/* Awaits the reply to a command, for as long as RFC 5321 4.5.3.2 says. */
void session_await(struct smtp_session *s, enum session_command c, int64_t now);

/* Reads input until something has happened or nothing is left. */
void session_read(struct smtp_session *s, int64_t now);

/* Drops what was taken by the last call. */
void session_settle(struct smtp_session *s);
uint64_t session_queued(const struct smtp_session *s); /* octets ever given out or to be taken */

const char *session_command_name(enum session_command c); /* "EHLO" */
int64_t session_patience(enum session_command c); /* ms */
enum verdict_stage session_command_stage(enum session_command c);

/* ---- session_end.c ---- */

/* The verdict that the reply in hand gives at this stage. */
void session_verdict(struct smtp_session *s, enum verdict_stage stage, struct verdict *ret_verdict);
/* STEP for a stage that the reply in hand passed. */
void session_step(struct smtp_session *s, enum verdict_stage stage);

/* Where a failure now would have happened. */
enum verdict_stage session_stage(const struct smtp_session *s);

/* Ends the session: MESSAGE if one is owed, then ENDED. Nothing more is sent. */
void session_end(struct smtp_session *s, const struct verdict *v, int64_t now);
void session_fail(struct smtp_session *s, enum verdict_reason why, int64_t now,
	const char *format, ...) PRINTF_LIKE(4, 5);
/* In good order, with QUIT: for a reason of ours, or for the reply in hand. */
void session_refuse(struct smtp_session *s, enum verdict_reason why, int64_t now,
	const char *format, ...) PRINTF_LIKE(4, 5);
void session_refused(struct smtp_session *s, enum verdict_stage stage, int64_t now);

/* ---- session_secret.c ---- */

/* True when the server's words hold what signed us in, as it is or in base64, or a piece of it. */
bool session_repeats_secret(const struct smtp_session *s, struct slice text);
const char *session_secret_name(const struct smtp_session *s); /* "password", "access token" */

/* ---- session_hello.c ---- */

void session_greeting_reply(struct smtp_session *s, int64_t now);
void session_ehlo(struct smtp_session *s, int64_t now);
void session_ehlo_reply(struct smtp_session *s, int64_t now);
void session_helo_reply(struct smtp_session *s, int64_t now);
void session_starttls_reply(struct smtp_session *s, int64_t now);
void session_auth_reply(struct smtp_session *s, int64_t now);
void session_cancel_reply(struct smtp_session *s, int64_t now);

/* ---- session_mail.c ---- */

void session_ready(struct smtp_session *s);
/* Goes on with the envelope: tells which recipients cannot be sent, then sends what it may. */
void session_envelope(struct smtp_session *s, int64_t now);
/* Bytes went out: during the content that moves the deadline. */
void session_content_taken(struct smtp_session *s, int64_t now);
void session_mail_reply(struct smtp_session *s, int64_t now);
void session_rcpt_reply(struct smtp_session *s, size_t recipient, int64_t now);
void session_data_reply(struct smtp_session *s, int64_t now);
void session_dot_reply(struct smtp_session *s, int64_t now);
void session_no_body_reply(struct smtp_session *s, int64_t now);
void session_rset_reply(struct smtp_session *s, int64_t now);
/* True once the dot itself was taken: from there on nobody knows. */
bool session_dot_is_out(const struct smtp_session *s);

#endif
