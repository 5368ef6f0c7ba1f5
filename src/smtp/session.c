/*
 * session.c - the handles of the SMTP session and its connection; see session.h. Commands and
 * replies are session_dialogue.c's, what is said when session_hello.c's and session_mail.c's, what
 * goes wrong session_end.c's.
 */
#include "smtp/session_private.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/plain_text.h"

static const char *const state_names[SESSION_STATE_COUNT] = {
	[SESSION_NEW] = "new",
	[SESSION_HANDSHAKE] = "handshake",
	[SESSION_GREETING] = "greeting",
	[SESSION_EHLO] = "ehlo",
	[SESSION_STARTTLS] = "starttls",
	[SESSION_AUTH] = "auth",
	[SESSION_READY] = "ready",
	[SESSION_ENVELOPE] = "envelope",
	[SESSION_BODY] = "body",
	[SESSION_DOT] = "dot",
	[SESSION_NO_BODY] = "no body",
	[SESSION_RSET] = "rset",
	[SESSION_QUIT] = "quit",
	[SESSION_ENDED] = "ended",
};

void session_set_state(struct smtp_session *s, enum session_state state)
{
	log_debug("smtp %s: %s -> %s", s->relay, state_names[s->state], state_names[state]);
	s->state = state;
}

const char *smtp_session_state_name(const struct smtp_session *s)
{
	return state_names[s->state];
}

/* ---- birth and end ---- */

struct smtp_session *smtp_session_new(const struct smtp_config *config)
{
	struct smtp_session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	plain_text_copy(slice_of(config->relay), PLAIN_TEXT_ONE_LINE, s->relay, sizeof(s->relay));
	/* a name that does not fit is not sent: connected() finds it empty */
	if (!slice_copy(slice_of(config->helo_name), s->helo_name, sizeof(s->helo_name)))
		s->helo_name[0] = '\0';
	s->encryption = config->encryption;
	s->auth = config->auth;
	s->allow_clear = config->allow_clear;
	s->credentials = (struct sasl_credentials){
		.username = config->username, .password = config->password, .token = config->token,
		.host = s->relay, .port = config->port, .xoauth2_first = config->xoauth2_first,
	};
	s->transcript = config->transcript;
	s->deadline = INT64_MAX;
	smtp_reply_init(&s->reply);
	buffer_init(&s->in, SMTP_INPUT_MAX);
	buffer_init_secret(&s->out, SMTP_OUTPUT_MAX);
	return s;
}

void smtp_session_free(struct smtp_session *s)
{
	if (s == NULL)
		return;
	smtp_reply_release(&s->reply);
	buffer_release(&s->in);
	buffer_release(&s->out);
	free(s);
}

/* ---- events ---- */

static void push(struct smtp_session *s, enum smtp_event_type type, size_t recipient,
	const struct verdict *v)
{
	struct session_event *e = &s->events[(s->event_at + s->n_events) % SESSION_EVENTS_MAX];

	/* cannot be: nothing is read and no message begun while events wait */
	if (s->n_events == SESSION_EVENTS_MAX)
		return;
	e->type = type;
	e->recipient = recipient;
	e->has_verdict = v != NULL;
	if (v != NULL)
		e->verdict = *v;
	s->n_events++;
}

void session_push(struct smtp_session *s, enum smtp_event_type type, const struct verdict *v)
{
	push(s, type, 0, v);
}

void session_push_recipient(struct smtp_session *s, size_t recipient, const struct verdict *v)
{
	push(s, SMTP_EVENT_RECIPIENT, recipient, v);
}

static bool pop(struct smtp_session *s, struct smtp_event *ret_event)
{
	struct session_event *e = &s->events[s->event_at];

	if (s->n_events == 0)
		return false;
	s->event_at = (s->event_at + 1) % SESSION_EVENTS_MAX;
	s->n_events--;
	*ret_event = (struct smtp_event){
		.type = e->type,
		.recipient = e->recipient,
		.verdict = e->has_verdict ? &e->verdict : NULL,
	};
	return true;
}

/* ---- what happens to the connection ---- */

static bool name_is_usable(const char *name)
{
	return name[0] != '\0' && slice_is_printable(slice_of(name)) &&
	    !slice_has_char(slice_of(name), ' ');
}

void smtp_session_connected(struct smtp_session *s, int64_t now)
{
	if (s->state != SESSION_NEW)
		return;
	smtp_transcript_addf(s->transcript, SMTP_REMARK, now, "Connected to %s.", s->relay);
	if (!name_is_usable(s->helo_name)) {
		session_fail(s, REASON_SETTINGS, now, "There is no usable name to give in EHLO.");
	} else if (s->encryption == SMTP_TLS) {
		session_set_state(s, SESSION_HANDSHAKE);
		session_push(s, SMTP_EVENT_START_TLS, NULL);
	} else {
		session_set_state(s, SESSION_GREETING);
		session_await(s, COMMAND_GREETING, now);
	}
}

void smtp_session_secured(struct smtp_session *s, const char *version, const char *cipher,
	int64_t now)
{
	if (s->state != SESSION_HANDSHAKE)
		return;
	smtp_transcript_addf(s->transcript, SMTP_REMARK, now, "Encrypted with %s, %s.", version, cipher);
	s->secured = true;
	/* what was said in clear text is forgotten */
	s->capabilities = (struct smtp_capabilities){ 0 };
	if (s->encryption == SMTP_TLS) {
		session_set_state(s, SESSION_GREETING);
		session_await(s, COMMAND_GREETING, now);
	} else {
		session_ehlo(s, now);
	}
}

void smtp_session_injected(struct smtp_session *s, int64_t now)
{
	if (s->state != SESSION_HANDSHAKE)
		return;
	if (s->encryption == SMTP_TLS) /* nothing was agreed: the server greets in clear text */
		session_fail(s, REASON_TLS_NOT_TLS, now,
		    "%s begins in clear text on this port instead of TLS.", s->relay);
	else
		session_fail(s, REASON_INJECTED, now,
		    "Something came in clear text after %s had agreed to encrypt. Somebody on the way may "
		    "be tampering with the connection.", s->relay);
}

void smtp_session_closed(struct smtp_session *s, enum verdict_reason why, struct slice text,
	int64_t now UNUSED)
{
	if (s->gone || s->state == SESSION_ENDED)
		return;
	s->gone = true;
	s->gone_why = why;
	plain_text_copy(text, PLAIN_TEXT_LINES, s->gone_text, sizeof(s->gone_text));
}

/* The connection is gone and everything that had come before is read. */
static void end_gone(struct smtp_session *s, int64_t now)
{
	const struct session_pending *p = &s->pending[s->pending_at];
	struct verdict v = { .class = VERDICT_ACCEPTED, .stage = STAGE_QUIT };

	if (s->state == SESSION_QUIT)
		session_end(s, &v, now);
	else if (s->gone_text[0] != '\0')
		session_fail(s, s->gone_why, now, "%s", s->gone_text);
	else if (s->n_pending > 0)
		session_fail(s, s->gone_why, now, "The connection to %s ended before its answer to %s.",
		    s->relay, session_command_name(p->command));
	else
		session_fail(s, s->gone_why, now, "The connection to %s ended.", s->relay);
}

/* ---- the handles ---- */

void smtp_session_feed(struct smtp_session *s, struct slice bytes, int64_t now)
{
	if (bytes.len == 0 || s->gone || s->state == SESSION_NEW || s->state == SESSION_ENDED)
		return;
	if (s->state == SESSION_HANDSHAKE) {
		smtp_session_injected(s, now);
		return;
	}
	buffer_append_slice(&s->in, bytes);
	if (!buffer_ok(&s->in))
		session_fail(s, REASON_REPLY_TOO_LONG, now, "%s sends more than it was asked.", s->relay);
}

struct slice smtp_session_take(struct smtp_session *s, size_t max, int64_t now)
{
	struct slice bytes;

	session_settle(s);
	if (s->gone)
		return slice_of(NULL);
	bytes = slice_sub(buffer_slice(&s->out), 0, max);
	s->out_given = bytes.len;
	s->n_taken += bytes.len;
	session_content_taken(s, now);
	return bytes;
}

bool smtp_session_next(struct smtp_session *s, struct smtp_event *ret_event, int64_t now)
{
	session_read(s, now);
	if (s->n_events == 0 && s->gone && s->state != SESSION_ENDED)
		end_gone(s, now);
	return pop(s, ret_event);
}

int64_t smtp_session_deadline(const struct smtp_session *s)
{
	return s->deadline;
}

void smtp_session_expire(struct smtp_session *s, int64_t now)
{
	const struct session_pending *p = &s->pending[s->pending_at];
	struct verdict v = { .class = VERDICT_ACCEPTED, .stage = STAGE_QUIT };

	if (now < s->deadline || s->state == SESSION_ENDED)
		return;
	if (s->state == SESSION_QUIT)
		session_end(s, &v, now);
	else if (s->state == SESSION_BODY && s->n_taken == session_queued(s))
		session_fail(s, REASON_STOPPED, now, "The message's content did not come in time.");
	else if (s->state == SESSION_BODY || (s->n_pending > 0 && p->end > s->n_taken))
		session_fail(s, REASON_TIMEOUT, now, "%s took no more of what was sent.", s->relay);
	else if (s->n_pending > 0)
		session_fail(s, REASON_TIMEOUT, now, "%s did not answer %s within %" PRId64 " seconds.",
		    s->relay, session_command_name(p->command),
		    session_patience(p->command) / 1000);
}

bool smtp_session_ready(const struct smtp_session *s)
{
	return s->state == SESSION_READY && s->n_events == 0 && !s->gone;
}

bool smtp_session_ended(const struct smtp_session *s)
{
	return s->state == SESSION_ENDED;
}

const struct smtp_capabilities *smtp_session_capabilities(const struct smtp_session *s)
{
	return &s->capabilities;
}
