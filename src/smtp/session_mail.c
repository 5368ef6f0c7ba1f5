/*
 * session_mail.c - messages: the envelope, pipelined where the server can, the content with its
 * dots, the verdicts. Part of the SMTP session; see session_private.h.
 */
#include "smtp/session_private.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/plain_text.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	ENVELOPE_PATIENCE = 30 * MINUTE, /* MAIL to 354 as a whole, against a drip of answers */
	BLOCK_PATIENCE = 3 * MINUTE, /* RFC 5321 4.5.3.2.5 */
	BLOCK_SIZE = 64 * 1024, /* octets that must go out in that time */
	PATH_MAX_OCTETS = 256, /* RFC 5321 4.5.3.1.3 */
	COMMAND_SIZE = 512,
	ORCPT_MAX = 500, /* RFC 3461 4.2 */
	PARAMETERS_MAX = 1000,
};

void session_ready(struct smtp_session *s)
{
	session_set_state(s, SESSION_READY);
	s->deadline = INT64_MAX;
	session_push(s, SMTP_EVENT_READY, NULL);
}

/* ---- what cannot be sent ---- */

/*
 * An address may hold anything but what would end the path or the line: controls and, outside of
 * a quoted local part, blanks and angle brackets.
 */
static bool path_is_safe(struct slice path)
{
	bool quoted = false;

	if (path.len > PATH_MAX_OCTETS - 2 || !slice_is_printable(path))
		return false;
	for (size_t i = 0; i < path.len; i++) {
		char c = path.data[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == ' ' || c == '<' || c == '>'))
			return false;
	}
	return !quoted;
}

static void local_verdict(struct verdict *v, enum verdict_stage stage, enum verdict_reason why,
	unsigned short subject, unsigned short detail, const char *text)
{
	verdict_set_reason(v, stage, why, slice_of(text));
	v->enhanced = (struct enhanced_status){ 5, subject, detail };
}

/* False when the recipient can be sent to this relay. */
static bool recipient_is_impossible(const struct smtp_session *s, struct slice address,
	struct verdict *ret_verdict)
{
	char text[VERDICT_TEXT_SIZE];

	if (address.len == 0 || !path_is_safe(address)) {
		local_verdict(ret_verdict, STAGE_RCPT, REASON_BAD_ADDRESS, 1, 3,
		    "This address cannot be put into an SMTP command.");
		return true;
	}
	if (slice_is_ascii(address) || s->capabilities.smtputf8)
		return false;
	(void)snprintf(text, sizeof(text),
	    "The address is internationalised, and %s does not offer SMTPUTF8.", s->relay);
	local_verdict(ret_verdict, STAGE_RCPT, REASON_NO_SMTPUTF8, 6, 7, text);
	return true;
}

/* False when the message as a whole can be sent to this relay. */
static bool message_is_impossible(const struct smtp_session *s, const struct smtp_envelope *e,
	struct verdict *ret_verdict)
{
	const struct smtp_capabilities *c = &s->capabilities;
	char text[VERDICT_TEXT_SIZE];

	if (!path_is_safe(e->sender)) {
		local_verdict(ret_verdict, STAGE_MAIL, REASON_BAD_ADDRESS, 1, 7,
		    "The sender's address cannot be put into an SMTP command.");
	} else if (e->n_recipients == 0 || e->n_recipients > SMTP_RECIPIENTS_MAX) {
		local_verdict(ret_verdict, STAGE_MAIL, REASON_NO_RECIPIENTS, 5, 3,
		    "The message has no recipients, or too many.");
	} else if (c->size > 0 && e->size > c->size) {
		(void)snprintf(text, sizeof(text), "The message has %" PRIu64 " octets, %s takes at most %"
		    PRIu64 ".", e->size, s->relay, c->size);
		local_verdict(ret_verdict, STAGE_MAIL, REASON_TOO_LARGE, 3, 4, text);
	} else if (e->needs_8bitmime && !c->eight_bit_mime) {
		(void)snprintf(text, sizeof(text), "The content is 8-bit, and %s does not offer 8BITMIME.",
		    s->relay);
		local_verdict(ret_verdict, STAGE_MAIL, REASON_NO_8BITMIME, 6, 3, text);
	} else if ((e->needs_smtputf8 || !slice_is_ascii(e->sender)) && !c->smtputf8) {
		(void)snprintf(text, sizeof(text),
		    "The message is internationalised, and %s does not offer SMTPUTF8.", s->relay);
		local_verdict(ret_verdict, STAGE_MAIL, REASON_NO_SMTPUTF8, 6, 7, text);
	} else {
		return false;
	}
	return true;
}

/* ---- envelope ---- */

static bool envelope_needs_smtputf8(const struct smtp_envelope *e)
{
	bool needed = e->needs_smtputf8 || !slice_is_ascii(e->sender);

	for (size_t i = 0; i < e->n_recipients; i++)
		needed = needed || !slice_is_ascii(e->recipients[i]);
	return needed;
}

int smtp_session_begin(struct smtp_session *s, const struct smtp_envelope *envelope, int64_t now)
{
	struct verdict v;

	if (!smtp_session_ready(s))
		return SMTP_BUSY;
	if (message_is_impossible(s, envelope, &v)) {
		smtp_transcript_add(s->transcript, SMTP_REMARK, now, slice_of(v.text));
		session_push(s, SMTP_EVENT_MESSAGE, &v);
		session_push(s, SMTP_EVENT_READY, NULL);
		return 0;
	}
	s->message = (struct session_message){
		.open = true,
		.envelope = *envelope,
		.smtputf8 = s->capabilities.smtputf8 && envelope_needs_smtputf8(envelope),
		.envelope_end = now + ENVELOPE_PATIENCE,
	};
	session_set_state(s, SESSION_ENVELOPE);
	return 0;
}

/* Pushes RECIPIENT for the next recipient that cannot be sent; false when all were looked at. */
static bool tell_recipient(struct smtp_session *s)
{
	struct session_message *m = &s->message;
	struct verdict v;

	while (m->told < m->envelope.n_recipients) {
		size_t i = m->told++;

		if (recipient_is_impossible(s, m->envelope.recipients[i], &v)) {
			session_push_recipient(s, i, &v);
			return true;
		}
	}
	return false;
}

/* m->next is moved to the next recipient that can be sent; false at the end. */
static bool find_next_recipient(struct smtp_session *s)
{
	struct session_message *m = &s->message;
	struct verdict v;

	while (m->next < m->envelope.n_recipients &&
	    recipient_is_impossible(s, m->envelope.recipients[m->next], &v))
		m->next++;
	return m->next < m->envelope.n_recipients;
}

/* ---- what is asked of notices (RFC 3461) ---- */

static const struct dsn *wanted_dsn(const struct smtp_session *s)
{
	return s->capabilities.dsn ? s->message.envelope.dsn : NULL;
}

/* " RET=HDRS ENVID=QQ314159" */
static void put_dsn_of_message(const struct dsn *dsn, struct buffer *out)
{
	if (dsn->ret != DSN_RETURN_ANY)
		buffer_append_text(out, dsn->ret == DSN_RETURN_FULL ? " RET=FULL" : " RET=HDRS");
	if (dsn->envid != NULL && dsn->envid[0] != '\0') {
		buffer_append_text(out, " ENVID=");
		dsn_xtext(slice_of(dsn->envid), out);
	}
}

/* " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;anna@example.com" */
static void put_dsn_of_recipient(const struct dsn *dsn, struct slice address, struct buffer *out)
{
	char notify[DSN_NOTIFY_TEXT_SIZE];
	size_t before;

	if (dsn->notify == 0)
		return;
	buffer_appendf(out, " NOTIFY=%s", dsn_notify_text(dsn->notify, notify));
	if (!slice_is_ascii(address))
		return; /* has no form of type rfc822 */
	before = out->len;
	buffer_append_text(out, " ORCPT=rfc822;");
	dsn_xtext(address, out);
	if (out->len - before > ORCPT_MAX)
		out->len = before;
}

/* The command with what put_dsn wrote behind it. */
static bool send_with(struct smtp_session *s, enum session_command c, int64_t now,
	const char *command, struct buffer *parameters)
{
	bool sent = session_sendf(s, c, now, "%s%s", command, buffer_text(parameters));

	buffer_release(parameters);
	return sent;
}

static bool send_mail(struct smtp_session *s, int64_t now)
{
	const struct smtp_envelope *e = &s->message.envelope;
	char size[32] = "", command[COMMAND_SIZE];
	struct buffer dsn;

	if (s->capabilities.size_offered && e->size > 0)
		(void)snprintf(size, sizeof(size), " SIZE=%" PRIu64, e->size);
	s->message.mail_sent = true;
	(void)snprintf(command, sizeof(command), "MAIL FROM:<%.*s>%s%s%s", SLICE_ARGS(e->sender), size,
	    e->needs_8bitmime || (s->message.smtputf8 && s->capabilities.eight_bit_mime) ?
	    " BODY=8BITMIME" : "", s->message.smtputf8 ? " SMTPUTF8" : "");
	buffer_init(&dsn, PARAMETERS_MAX);
	if (wanted_dsn(s) != NULL)
		put_dsn_of_message(wanted_dsn(s), &dsn);
	return send_with(s, COMMAND_MAIL, now, command, &dsn);
}

static bool send_rcpt(struct smtp_session *s, int64_t now)
{
	struct session_message *m = &s->message;
	struct slice address = m->envelope.recipients[m->next];
	char command[COMMAND_SIZE];
	struct buffer dsn;

	(void)snprintf(command, sizeof(command), "RCPT TO:<%.*s>", SLICE_ARGS(address));
	buffer_init(&dsn, PARAMETERS_MAX);
	if (wanted_dsn(s) != NULL)
		put_dsn_of_recipient(wanted_dsn(s), address, &dsn);
	if (!send_with(s, COMMAND_RCPT, now, command, &dsn))
		return false;
	m->n_unanswered++;
	m->next++;
	return true;
}

static bool send_data(struct smtp_session *s, int64_t now)
{
	s->message.data_sent = true;
	return session_sendf(s, COMMAND_DATA, now, "DATA");
}

/* The next command of the envelope if it may go now; false when there is nothing to say. */
static bool send_next(struct smtp_session *s, int64_t now)
{
	struct session_message *m = &s->message;
	size_t window = s->capabilities.pipelining ? SMTP_PIPELINE_MAX : 1;

	/* DATA ends a group (RFC 2920 3.1); after a refusal only answers are awaited */
	if (s->n_pending >= window || m->data_sent || m->refused)
		return false;
	if (!m->mail_sent)
		return find_next_recipient(s) && send_mail(s, now);
	if (find_next_recipient(s))
		return send_rcpt(s, now);
	if (m->envelope.ask_only)
		return false;
	/* with DATA on the way before their answers, some recipient may still be taken */
	return m->n_accepted + m->n_unanswered > 0 && send_data(s, now);
}

static void refuse_message(struct smtp_session *s, const struct verdict *v)
{
	s->message.refused = true;
	s->message.verdict = *v;
}

static void tell_message(struct smtp_session *s, const struct verdict *v)
{
	session_push(s, SMTP_EVENT_MESSAGE, v);
	s->message = (struct session_message){ 0 };
}

/* Nothing is in flight and nothing is to be said: the envelope has failed. */
static void end_envelope(struct smtp_session *s, int64_t now)
{
	bool begun = s->message.mail_sent;
	struct verdict v;

	if (!s->message.refused && s->message.n_accepted > 0) { /* asked only */
		v = (struct verdict){ .class = VERDICT_ACCEPTED, .stage = STAGE_RCPT };
		refuse_message(s, &v);
	} else if (!s->message.refused) {
		local_verdict(&v, STAGE_RCPT, REASON_NO_RECIPIENTS, 5, 0, "Every recipient was refused.");
		refuse_message(s, &v);
	}
	v = s->message.verdict;
	tell_message(s, &v);
	if (!begun) {
		session_ready(s);
		return;
	}
	session_set_state(s, SESSION_RSET);
	(void)session_sendf(s, COMMAND_RSET, now, "RSET");
}

void session_envelope(struct smtp_session *s, int64_t now)
{
	if (tell_recipient(s))
		return;
	while (s->state == SESSION_ENVELOPE && send_next(s, now))
		;
	if (s->state == SESSION_ENVELOPE && s->n_pending == 0)
		end_envelope(s, now);
}

void session_mail_reply(struct smtp_session *s, int64_t now UNUSED)
{
	struct verdict v;

	session_verdict(s, STAGE_MAIL, &v);
	if (v.class == VERDICT_ACCEPTED)
		session_push(s, SMTP_EVENT_STEP, &v);
	else
		refuse_message(s, &v);
}

void session_rcpt_reply(struct smtp_session *s, size_t recipient, int64_t now UNUSED)
{
	struct verdict v;

	s->message.n_unanswered--;
	if (s->message.refused)
		return; /* MAIL was: what is said of recipients then is no verdict on them */
	session_verdict(s, STAGE_RCPT, &v);
	if (v.class == VERDICT_ACCEPTED)
		s->message.n_accepted++;
	session_push_recipient(s, recipient, &v);
}

/* Let in although there is nobody to send to: an empty message ends it (RFC 2920 3.1). */
static void send_no_body(struct smtp_session *s, int64_t now)
{
	session_set_state(s, SESSION_NO_BODY);
	(void)session_sendf(s, COMMAND_NO_BODY, now, ".");
}

void session_data_reply(struct smtp_session *s, int64_t now)
{
	bool let_in = s->reply.code == 354;
	struct verdict v;

	session_verdict(s, STAGE_DATA, &v);
	if (let_in && s->message.n_accepted > 0 && !s->message.refused) {
		session_push(s, SMTP_EVENT_STEP, &v);
		session_set_state(s, SESSION_BODY);
		dot_stuffer_init(&s->message.dots);
		s->message.block = s->n_taken;
		s->deadline = now + BLOCK_PATIENCE;
		session_push(s, SMTP_EVENT_BODY, NULL);
	} else if (let_in) {
		send_no_body(s, now);
	} else if (s->message.n_accepted > 0 && !s->message.refused) {
		refuse_message(s, &v);
	}
}

void session_no_body_reply(struct smtp_session *s, int64_t now)
{
	end_envelope(s, now);
}

/* ---- content ---- */

size_t smtp_session_room(const struct smtp_session *s)
{
	size_t waiting = s->out.len - s->out_given;

	/* stuffing doubles an octet at worst and may add a line end */
	return waiting + 2 < SMTP_OUTPUT_MAX ? (SMTP_OUTPUT_MAX - waiting - 2) / 2 : 0;
}

size_t smtp_session_body(struct smtp_session *s, struct slice content, int64_t now)
{
	struct slice piece;

	if (s->state != SESSION_BODY)
		return 0;
	session_settle(s);
	if (s->out.len == 0)
		s->deadline = now + BLOCK_PATIENCE;
	piece = slice_sub(content, 0, smtp_session_room(s));
	dot_stuffer_put(&s->message.dots, piece, &s->out);
	s->message.n_content += piece.len;
	if (!buffer_ok(&s->out))
		session_fail(s, REASON_FAULT, now, "There was not enough memory for the message.");
	return piece.len;
}

/* A deadline for each block, not for each octet: a server that takes one now and then is stuck. */
void session_content_taken(struct smtp_session *s, int64_t now)
{
	if (s->state != SESSION_BODY)
		return;
	if (s->n_taken - s->message.block < BLOCK_SIZE && s->out_given < s->out.len)
		return;
	s->message.block = s->n_taken;
	s->deadline = now + BLOCK_PATIENCE;
}

void smtp_session_finish(struct smtp_session *s, int64_t now)
{
	if (s->state != SESSION_BODY || s->gone)
		return;
	session_settle(s);
	dot_stuffer_end(&s->message.dots, &s->out);
	smtp_transcript_addf(s->transcript, SMTP_OURS, now, "(%" PRIu64 " bytes of message)",
	    s->message.n_content);
	s->message.dot_from = session_queued(s);
	if (session_send(s, COMMAND_DOT, SLICE("."), SLICE("."), now))
		session_set_state(s, SESSION_DOT);
}

void smtp_session_abandon(struct smtp_session *s, struct slice text, int64_t now)
{
	char shown[VERDICT_TEXT_SIZE];

	if (!s->message.open || s->state == SESSION_DOT)
		return;
	plain_text_copy(text, PLAIN_TEXT_LINES, shown, sizeof(shown));
	session_fail(s, REASON_STOPPED, now, "%s", shown);
}

bool session_dot_is_out(const struct smtp_session *s)
{
	return s->state == SESSION_DOT && s->n_taken > s->message.dot_from;
}

bool smtp_session_dot_sent(const struct smtp_session *s)
{
	return session_dot_is_out(s);
}

void session_dot_reply(struct smtp_session *s, int64_t now UNUSED)
{
	struct verdict v;

	session_verdict(s, STAGE_DOT, &v);
	tell_message(s, &v);
	session_ready(s);
}

/* ---- between messages ---- */

void session_rset_reply(struct smtp_session *s, int64_t now)
{
	if (s->reply.code < 300)
		session_ready(s);
	else
		session_refused(s, STAGE_IDLE, now);
}

int smtp_session_quit(struct smtp_session *s, int64_t now)
{
	if (!smtp_session_ready(s))
		return SMTP_BUSY;
	session_set_state(s, SESSION_QUIT);
	(void)session_sendf(s, COMMAND_QUIT, now, "QUIT");
	return 0;
}
