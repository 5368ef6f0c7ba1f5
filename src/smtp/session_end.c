/*
 * session_end.c - verdicts, and all ways the SMTP session ends; see session_private.h.
 */
#include "smtp/session_private.h"

#include <stdarg.h>
#include <stdio.h>

#define NOT_SHOWN "(The answer repeats the password or token and is not shown.)"

/* With a token the server's words mean something else than with a password: they say which. */
static void append_token_words(const struct smtp_session *s, enum verdict_stage stage,
	struct buffer *words)
{
	if (!s->auth || stage != STAGE_AUTH || s->reply.code < 400 ||
	    !sasl_has_token(&s->credentials))
		return;
	buffer_appendf(words, "%sThis node signed in with an access token (%s).",
	    words->len > 0 ? "\n" : "", smtp_mechanism_name(s->sasl.mechanism));
	if (s->document[0] != '\0')
		buffer_appendf(words, "\nThe relay says of the token: %s.", s->document);
}

void session_verdict(struct smtp_session *s, enum verdict_stage stage, struct verdict *ret_verdict)
{
	struct buffer words;

	buffer_init(&words, SMTP_REPLY_READ_MAX);
	smtp_reply_words(&s->reply, &words);
	if (session_repeats_secret(s, buffer_slice(&s->reply.text))) {
		buffer_clear(&words);
		buffer_append_text(&words, NOT_SHOWN);
	}
	append_token_words(s, stage, &words);
	verdict_set_reply(ret_verdict, stage, s->reply.code, s->reply.enhanced,
	    buffer_slice(&words));
	buffer_release(&words);
}

void session_step(struct smtp_session *s, enum verdict_stage stage)
{
	struct verdict v;

	session_verdict(s, stage, &v);
	session_push(s, SMTP_EVENT_STEP, &v);
}

enum verdict_stage session_stage(const struct smtp_session *s)
{
	const struct session_pending *p = &s->pending[s->pending_at];

	switch (s->state) {
	case SESSION_NEW:
		return STAGE_CONNECT;
	case SESSION_HANDSHAKE:
		return STAGE_TLS;
	case SESSION_GREETING:
		return STAGE_GREETING;
	case SESSION_EHLO:
		return STAGE_EHLO;
	case SESSION_STARTTLS:
		return STAGE_STARTTLS;
	case SESSION_AUTH:
		return STAGE_AUTH;
	case SESSION_ENVELOPE:
		return s->n_pending > 0 ? session_command_stage(p->command) : STAGE_MAIL;
	case SESSION_BODY:
		return STAGE_BODY;
	case SESSION_DOT:
		return session_dot_is_out(s) ? STAGE_DOT : STAGE_BODY;
	case SESSION_NO_BODY:
		return STAGE_DATA;
	case SESSION_READY:
	case SESSION_RSET:
		return STAGE_IDLE;
	case SESSION_QUIT:
	case SESSION_ENDED:
	case SESSION_STATE_COUNT:
		break;
	}
	return STAGE_QUIT;
}

void session_end(struct smtp_session *s, const struct verdict *v, int64_t now)
{
	if (v->class != VERDICT_ACCEPTED && v->reason != REASON_REPLY)
		smtp_transcript_add(s->transcript, SMTP_REMARK, now, slice_of(v->text));
	/* when the message has failed by an answer already, that stands */
	if (s->message.open)
		session_push(s, SMTP_EVENT_MESSAGE, s->message.refused ? &s->message.verdict : v);
	session_push(s, SMTP_EVENT_ENDED, v);
	s->message = (struct session_message){ 0 };
	s->out_given = 0;
	buffer_clear(&s->out);
	buffer_clear(&s->in);
	s->n_pending = 0;
	s->deadline = INT64_MAX;
	session_set_state(s, SESSION_ENDED);
}

static void end_for_reason(struct smtp_session *s, enum verdict_reason why, const char *text,
	int64_t now)
{
	struct verdict v;

	if (session_repeats_secret(s, slice_of(text)))
		text = NOT_SHOWN;
	verdict_set_reason(&v, session_stage(s), why, slice_of(text));
	session_end(s, &v, now);
}

void session_fail(struct smtp_session *s, enum verdict_reason why, int64_t now,
	const char *format, ...)
{
	char text[VERDICT_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	end_for_reason(s, why, text, now);
}

/* QUIT as the last words, unless a command is half on its way. */
static void say_goodbye(struct smtp_session *s, bool whole_lines, int64_t now)
{
	if (!whole_lines || s->gone)
		return;
	buffer_append_text(&s->out, "QUIT\r\n");
	smtp_transcript_add(s->transcript, SMTP_OURS, now, SLICE("QUIT"));
}

void session_refuse(struct smtp_session *s, enum verdict_reason why, int64_t now,
	const char *format, ...)
{
	bool whole_lines = s->n_taken == session_queued(s);
	char text[VERDICT_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	end_for_reason(s, why, text, now);
	say_goodbye(s, whole_lines, now);
}

void session_refused(struct smtp_session *s, enum verdict_stage stage, int64_t now)
{
	bool whole_lines = s->n_taken == session_queued(s) && s->reply.code != 421;
	struct verdict v;

	session_verdict(s, stage, &v);
	session_end(s, &v, now);
	say_goodbye(s, whole_lines, now);
}
