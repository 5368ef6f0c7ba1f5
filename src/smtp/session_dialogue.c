/*
 * session_dialogue.c - commands out, replies in: which answer belongs to which command, how long
 * it may take, whether it fits. Part of the SMTP session; see session_private.h.
 */
#include "smtp/session_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/plain_text.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	COMMAND_LINE_SIZE = 1536, /* HELO name or address with its parameters */
	TLS_ALERT = 0x15,
	TLS_HANDSHAKE = 0x16,
};

/*
 * Each command: its name for people, the stage it belongs to, and how long its reply may take as
 * a whole (RFC 5321 4.5.3.2; AUTH, RSET and QUIT are not there).
 */
static const struct {
	const char *name;
	enum verdict_stage stage;
	int64_t patience;
} commands[COMMAND_COUNT] = {
	[COMMAND_GREETING] = { "the connection", STAGE_GREETING, 5 * MINUTE },
	[COMMAND_EHLO] = { "EHLO", STAGE_EHLO, 5 * MINUTE },
	[COMMAND_HELO] = { "HELO", STAGE_EHLO, 5 * MINUTE },
	[COMMAND_STARTTLS] = { "STARTTLS", STAGE_STARTTLS, 2 * MINUTE },
	[COMMAND_AUTH] = { "AUTH", STAGE_AUTH, 2 * MINUTE },
	[COMMAND_CANCEL] = { "the end of AUTH", STAGE_AUTH, 30 * SECOND },
	[COMMAND_MAIL] = { "MAIL", STAGE_MAIL, 5 * MINUTE },
	[COMMAND_RCPT] = { "RCPT", STAGE_RCPT, 5 * MINUTE },
	[COMMAND_DATA] = { "DATA", STAGE_DATA, 2 * MINUTE },
	[COMMAND_DOT] = { "the end of the message", STAGE_DOT, 10 * MINUTE },
	[COMMAND_NO_BODY] = { "the end of the message", STAGE_DATA, 2 * MINUTE },
	[COMMAND_RSET] = { "RSET", STAGE_IDLE, 1 * MINUTE },
	[COMMAND_QUIT] = { "QUIT", STAGE_QUIT, 5 * SECOND },
};

const char *session_command_name(enum session_command c)
{
	return commands[c].name;
}

int64_t session_patience(enum session_command c)
{
	return commands[c].patience;
}

enum verdict_stage session_command_stage(enum session_command c)
{
	return commands[c].stage;
}

/* ---- what was said and is to be answered ---- */

uint64_t session_queued(const struct smtp_session *s)
{
	return s->n_taken + s->out.len - s->out_given;
}

void session_settle(struct smtp_session *s)
{
	if (s->out_given == 0)
		return;
	if (s->out_given == s->out.len)
		buffer_clear(&s->out); /* wipes */
	else
		buffer_consume(&s->out, s->out_given);
	s->out_given = 0;
}

static void restart_deadline(struct smtp_session *s, int64_t now)
{
	const struct session_pending *p = &s->pending[s->pending_at];

	s->deadline = s->n_pending > 0 ? now + commands[p->command].patience : INT64_MAX;
	if (s->state == SESSION_ENVELOPE && s->message.envelope_end < s->deadline)
		s->deadline = s->message.envelope_end;
}

void session_await(struct smtp_session *s, enum session_command c, int64_t now)
{
	s->pending[(s->pending_at + s->n_pending) % SMTP_PIPELINE_MAX] = (struct session_pending){
		.command = c, .recipient = s->message.next, .end = session_queued(s),
	};
	s->n_pending++;
	if (s->n_pending == 1)
		restart_deadline(s, now);
}

/* Bytes of a reply that nobody has asked for yet. */
static bool has_unread(const struct smtp_session *s)
{
	return s->in.len > 0 || (!s->reply_done && !smtp_reply_is_empty(&s->reply));
}

bool session_send(struct smtp_session *s, enum session_command c, struct slice line,
	struct slice shown, int64_t now)
{
	/* nothing is owed to us, so whatever is there answers a question we have not put */
	if (s->n_pending == 0 && has_unread(s)) {
		session_fail(s, REASON_UNEXPECTED, now, "%s answered before it was asked.", s->relay);
		return false;
	}
	session_settle(s);
	buffer_append_slice(&s->out, line);
	buffer_append_text(&s->out, "\r\n");
	smtp_transcript_add(s->transcript, SMTP_OURS, now, shown);
	if (!buffer_ok(&s->out)) {
		session_fail(s, REASON_FAULT, now, "There was not enough memory for a command.");
		return false;
	}
	session_await(s, c, now);
	return true;
}

bool session_sendf(struct smtp_session *s, enum session_command c, int64_t now,
	const char *format, ...)
{
	char line[COMMAND_LINE_SIZE];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(line)) {
		session_fail(s, REASON_FAULT, now, "A command would be too long.");
		return false;
	}
	return session_send(s, c, slice_of(line), slice_of(line), now);
}

/* ---- replies ---- */

/* Does this code answer that command at all? Refusals always do. */
static bool code_fits(enum session_command c, unsigned code)
{
	if (code >= 400)
		return true;
	switch (c) {
	case COMMAND_GREETING:
	case COMMAND_STARTTLS:
		return code == 220;
	case COMMAND_AUTH:
		return code == 235 || code == 334;
	case COMMAND_CANCEL:
		return false;
	case COMMAND_DATA:
		return code == 354;
	case COMMAND_EHLO:
	case COMMAND_HELO:
	case COMMAND_MAIL:
	case COMMAND_RCPT:
	case COMMAND_DOT:
	case COMMAND_NO_BODY:
	case COMMAND_RSET:
		/* unknown ones count by their first digit, but these answer something else */
		return code < 300 && code != 220 && code != 221 && code != 235;
	case COMMAND_QUIT:
	case COMMAND_COUNT:
		break;
	}
	return true;
}

static void dispatch(struct smtp_session *s, const struct session_pending *p, int64_t now)
{
	switch (p->command) {
	case COMMAND_GREETING:
		session_greeting_reply(s, now);
		break;
	case COMMAND_EHLO:
		session_ehlo_reply(s, now);
		break;
	case COMMAND_HELO:
		session_helo_reply(s, now);
		break;
	case COMMAND_STARTTLS:
		session_starttls_reply(s, now);
		break;
	case COMMAND_AUTH:
		session_auth_reply(s, now);
		break;
	case COMMAND_CANCEL:
		session_cancel_reply(s, now);
		break;
	case COMMAND_MAIL:
		session_mail_reply(s, now);
		break;
	case COMMAND_RCPT:
		session_rcpt_reply(s, p->recipient, now);
		break;
	case COMMAND_DATA:
		session_data_reply(s, now);
		break;
	case COMMAND_DOT:
		session_dot_reply(s, now);
		break;
	case COMMAND_NO_BODY:
		session_no_body_reply(s, now);
		break;
	case COMMAND_RSET:
		session_rset_reply(s, now);
		break;
	case COMMAND_QUIT: {
		struct verdict v = { .class = VERDICT_ACCEPTED, .stage = STAGE_QUIT };

		session_end(s, &v, now); /* whatever it answers, we are done */
		break;
	}
	case COMMAND_COUNT:
		break;
	}
}

static void transcribe(struct smtp_session *s, int64_t now)
{
	struct slice line;
	size_t at = 0, n = 0;

	if (s->transcript == NULL)
		return;
	if (session_repeats_secret(s, buffer_slice(&s->reply.text))) {
		smtp_transcript_addf(s->transcript, SMTP_THEIRS, now, "%u ****", s->reply.code);
		return;
	}
	while (smtp_reply_next_line(&s->reply, &at, &line)) {
		char text[SMTP_TRANSCRIPT_LINE_SIZE];

		plain_text_copy(line, PLAIN_TEXT_ONE_LINE, text, sizeof(text));
		smtp_transcript_addf(s->transcript, SMTP_THEIRS, now, "%u%c%s", s->reply.code,
		    ++n < s->reply.n_lines ? '-' : ' ', text);
	}
}

/* Nobody asked: the server gives up (421 and refusals, as it may at any time) or is out of step. */
static void unasked(struct smtp_session *s, int64_t now)
{
	struct verdict v;

	session_verdict(s, session_stage(s), &v);
	if (s->reply.code >= 400)
		session_end(s, &v, now);
	else
		session_fail(s, REASON_UNEXPECTED, now, "%s said something it was not asked: %u %s",
		    s->relay, s->reply.code, v.text);
}

static void misfit(struct smtp_session *s, enum session_command c, int64_t now)
{
	struct verdict v;

	session_verdict(s, session_stage(s), &v);
	session_fail(s, REASON_UNEXPECTED, now, "%s answered %s with a code that does not fit: %u %s",
	    s->relay, commands[c].name, s->reply.code, v.text);
}

/* One whole reply is in s->reply. */
static void replied(struct smtp_session *s, int64_t now)
{
	struct session_pending p = s->pending[s->pending_at];

	transcribe(s, now);
	if (s->n_pending == 0 || p.end > s->n_taken) {
		unasked(s, now);
	} else if (s->reply.code == 421 && p.command != COMMAND_QUIT) {
		session_refused(s, session_stage(s), now);
	} else if (!code_fits(p.command, s->reply.code)) {
		misfit(s, p.command, now);
	} else {
		s->pending_at = (s->pending_at + 1) % SMTP_PIPELINE_MAX;
		s->n_pending--;
		restart_deadline(s, now);
		dispatch(s, &p, now);
	}
}

static void unreadable(struct smtp_session *s, enum smtp_reply_status status, int64_t now)
{
	bool greeting = s->state == SESSION_GREETING;
	struct slice line = smtp_reply_line(&s->reply);
	char shown[200];

	plain_text_copy(line, PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	switch (status) {
	case SMTP_REPLY_MALFORMED:
		if (greeting && (line.data[0] == TLS_ALERT || line.data[0] == TLS_HANDSHAKE))
			session_fail(s, REASON_SPEAKS_TLS, now, "%s expects TLS from the first byte.", s->relay);
		else if (greeting)
			session_fail(s, REASON_NOT_SMTP, now, "%s does not speak SMTP on this port: %s",
			    s->relay, shown);
		else
			session_fail(s, REASON_PROTOCOL, now, "An answer of %s is no SMTP reply: %s", s->relay,
			    shown);
		break;
	case SMTP_REPLY_BARE_LF:
		session_fail(s, REASON_PROTOCOL, now, "%s ends a line with LF instead of CRLF: %s", s->relay,
		    shown);
		break;
	case SMTP_REPLY_MIXED:
		session_fail(s, REASON_PROTOCOL, now, "%s answered with lines of different codes: %s",
		    s->relay, shown);
		break;
	case SMTP_REPLY_TOO_LONG:
		session_fail(s, REASON_REPLY_TOO_LONG, now, "An answer of %s does not end.", s->relay);
		break;
	case SMTP_REPLY_NO_MEMORY:
		session_fail(s, REASON_FAULT, now, "There was not enough memory for an answer.");
		break;
	case SMTP_REPLY_MORE:
	case SMTP_REPLY_DONE:
		break;
	}
}

static void read_reply(struct smtp_session *s, int64_t now)
{
	struct slice rest = buffer_slice(&s->in);
	enum smtp_reply_status status;

	if (s->reply_done)
		smtp_reply_clear(&s->reply);
	status = smtp_reply_feed(&s->reply, &rest);
	buffer_consume(&s->in, s->in.len - rest.len);
	s->reply_done = status == SMTP_REPLY_DONE;
	if (s->reply_done)
		replied(s, now);
	else if (status != SMTP_REPLY_MORE)
		unreadable(s, status, now);
}

void session_read(struct smtp_session *s, int64_t now)
{
	for (;;) {
		if (s->n_events == 0 && s->state == SESSION_ENVELOPE)
			session_envelope(s, now);
		if (s->n_events > 0 || s->in.len == 0 || s->state == SESSION_ENDED)
			return;
		read_reply(s, now);
	}
}
