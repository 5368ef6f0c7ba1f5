/*
 * session_hello.c - from the greeting to the sign-in, in the order of the dialogue: what each
 * answer means and what is said next. Part of the SMTP session; see session_private.h.
 */
#include "smtp/session_private.h"

#include <string.h>

#include "base/secret.h"

enum {
	COMMAND_LINE_MAX = 512, /* with CRLF, RFC 5321 4.5.3.1.4; an AUTH line keeps to it, too */
	/* octets of a response in base64; servers must take 12288 (RFC 4954 section 4) */
	SASL_MAX = (SASL_TOKEN_MAX + 1024) / 3 * 4,
	DETAIL_TOKEN_ENDS_SOON = 127, /* Microsoft's 501 5.5.127 */
};

static void begin_auth(struct smtp_session *s, int64_t now);

/* ---- greeting, EHLO ---- */

void session_greeting_reply(struct smtp_session *s, int64_t now)
{
	if (s->reply.code != 220) {
		session_refused(s, STAGE_GREETING, now);
		return;
	}
	session_step(s, STAGE_GREETING);
	session_ehlo(s, now);
}

void session_ehlo(struct smtp_session *s, int64_t now)
{
	session_set_state(s, SESSION_EHLO);
	(void)session_sendf(s, COMMAND_EHLO, now, "EHLO %s", s->helo_name);
}

/* What the server can do is known; TLS comes first, then the sign-in. */
static void greeted(struct smtp_session *s, int64_t now)
{
	session_step(s, STAGE_EHLO);
	if (s->encryption != SMTP_STARTTLS || s->secured) {
		begin_auth(s, now);
	} else if (!s->capabilities.starttls) {
		session_set_state(s, SESSION_STARTTLS);
		session_refuse(s, REASON_NO_STARTTLS, now, "%s does not offer STARTTLS.", s->relay);
	} else {
		session_set_state(s, SESSION_STARTTLS);
		(void)session_sendf(s, COMMAND_STARTTLS, now, "STARTTLS");
	}
}

/* A server of before 1995 knows HELO only. It has neither TLS nor sign-in, so neither is lost. */
static bool may_fall_back(const struct smtp_session *s)
{
	bool unknown = s->reply.code >= 500 && s->reply.code <= 504;

	return unknown && s->encryption == SMTP_CLEAR && !s->auth;
}

void session_ehlo_reply(struct smtp_session *s, int64_t now)
{
	if (s->reply.code < 300) {
		smtp_capabilities_read(&s->reply, &s->capabilities);
		greeted(s, now);
	} else if (may_fall_back(s)) {
		(void)session_sendf(s, COMMAND_HELO, now, "HELO %s", s->helo_name);
	} else {
		session_refused(s, STAGE_EHLO, now);
	}
}

void session_helo_reply(struct smtp_session *s, int64_t now)
{
	if (s->reply.code >= 300) {
		session_refused(s, STAGE_EHLO, now);
		return;
	}
	s->capabilities = (struct smtp_capabilities){ 0 };
	greeted(s, now);
}

/* ---- STARTTLS ---- */

void session_starttls_reply(struct smtp_session *s, int64_t now)
{
	if (s->reply.code != 220) {
		session_refused(s, STAGE_STARTTLS, now);
		return;
	}
	session_step(s, STAGE_STARTTLS);
	session_set_state(s, SESSION_HANDSHAKE);
	/* what is glued to the answer would be read as if it had come encrypted */
	if (s->in.len > 0)
		smtp_session_injected(s, now);
	else
		session_push(s, SMTP_EVENT_START_TLS, NULL);
}

/* ---- AUTH ---- */

/* "AUTH PLAIN" with or without a response; what people see has stars instead. */
static void send_auth(struct smtp_session *s, struct slice response, int64_t now)
{
	const char *name = smtp_mechanism_name(s->sasl.mechanism);
	struct buffer line, shown;

	buffer_init_secret(&line, COMMAND_LINE_MAX);
	buffer_init(&shown, COMMAND_LINE_MAX);
	buffer_appendf(&line, "AUTH %s", name);
	buffer_appendf(&shown, s->auth_initial ? "AUTH %s ****" : "AUTH %s", name);
	if (s->auth_initial) {
		buffer_append_char(&line, ' ');
		buffer_append_slice(&line, response);
	}
	(void)session_send(s, COMMAND_AUTH, buffer_slice(&line), buffer_slice(&shown), now);
	buffer_release(&line);
	buffer_release(&shown);
}

/* In base64; an empty one is "=" on the AUTH line (RFC 4954 section 4). */
static enum sasl_result initial_response(struct smtp_session *s, struct buffer *encoded)
{
	struct buffer plain;
	enum sasl_result result;

	buffer_init_secret(&plain, SASL_MAX);
	result = sasl_initial(&s->sasl, &plain);
	base64_encode(encoded, buffer_slice(&plain));
	if (plain.len == 0)
		buffer_append_char(encoded, '=');
	if (!buffer_ok(&plain))
		encoded->failed = true;
	buffer_release(&plain);
	return result;
}

static bool fits_auth_line(const struct smtp_session *s, const struct buffer *encoded)
{
	size_t others = slice_of(smtp_mechanism_name(s->sasl.mechanism)).len + sizeof("AUTH  \r\n") - 1;

	return buffer_ok(encoded) && encoded->len + others <= COMMAND_LINE_MAX;
}

static void start_mechanism(struct smtp_session *s, enum smtp_mechanism m, bool with_initial,
	int64_t now)
{
	struct buffer encoded;

	buffer_init_secret(&encoded, SASL_MAX);
	sasl_init(&s->sasl, m, s->credentials);
	s->auth_initial = with_initial && initial_response(s, &encoded) == SASL_OK &&
	    fits_auth_line(s, &encoded);
	if (!s->auth_initial)
		sasl_init(&s->sasl, m, s->credentials);
	send_auth(s, buffer_slice(&encoded), now);
	buffer_release(&encoded);
}

static void begin_auth(struct smtp_session *s, int64_t now)
{
	enum smtp_mechanism m;

	if (!s->auth) {
		session_ready(s);
		return;
	}
	session_set_state(s, SESSION_AUTH);
	if (!s->secured && !s->allow_clear)
		session_refuse(s, REASON_CLEAR_PASSWORD, now,
		    "The connection to %s is not encrypted, so the %s is not sent.", s->relay,
		    session_secret_name(s));
	else if (!s->capabilities.auth)
		session_refuse(s, REASON_NO_AUTH, now, "%s does not offer to sign in.", s->relay);
	else if (!sasl_choose(&s->capabilities, &s->credentials, &m))
		session_refuse(s, REASON_NO_MECHANISM, now,
		    "%s offers to sign in with %s; none of these works with %s.", s->relay,
		    s->capabilities.mechanisms_text,
		    sasl_has_token(&s->credentials) ? "an access token" : "a username and password");
	else if (!sasl_can_be_sent(&s->credentials))
		session_refuse(s, REASON_SETTINGS, now,
		    "The access token is too long, or it or the account's name has characters that "
		    "cannot be sent.");
	else
		start_mechanism(s, m, true, now);
}

static void cancel(struct smtp_session *s, int64_t now)
{
	(void)session_send(s, COMMAND_CANCEL, SLICE("*"), SLICE("*"), now);
}

/*
 *   continue-req = "334" SP [base64] CRLF        ; RFC 4954 section 8
 * One line. Appends the challenge; false when it is none.
 */
static bool read_challenge(const struct smtp_session *s, struct buffer *challenge)
{
	struct slice line;
	size_t at = 0;

	if (s->reply.n_lines != 1 || s->reply.cut || !smtp_reply_next_line(&s->reply, &at, &line))
		return false;
	return base64_decode(challenge, slice_trim(line));
}

/* The server refuses the token and says why before it does so; the refusal itself follows. */
static void read_document(struct smtp_session *s, struct slice document, int64_t now)
{
	char words[SASL_REMARK_SIZE];

	if (!sasl_awaits_document(&s->sasl))
		return;
	sasl_document_words(document, words);
	if (words[0] == '\0' || session_repeats_secret(s, document))
		return;
	memcpy(s->document, words, sizeof(words));
	smtp_transcript_addf(s->transcript, SMTP_REMARK, now, "%s says of the access token: %s.",
	    s->relay, words);
}

static void respond(struct smtp_session *s, int64_t now)
{
	struct buffer challenge, response, encoded;
	bool readable;

	buffer_init_secret(&challenge, SMTP_REPLY_LINE_MAX);
	buffer_init_secret(&response, SASL_MAX);
	buffer_init_secret(&encoded, SASL_MAX);
	readable = read_challenge(s, &challenge);
	if (readable)
		read_document(s, buffer_slice(&challenge), now);
	if (readable && sasl_step(&s->sasl, buffer_slice(&challenge), &response) == SASL_OK) {
		base64_encode(&encoded, buffer_slice(&response));
		if (buffer_ok(&response) && buffer_ok(&encoded))
			(void)session_send(s, COMMAND_AUTH, buffer_slice(&encoded), SLICE("****"), now);
		else
			session_fail(s, REASON_SETTINGS, now, "The %s is too long to be sent.",
			    session_secret_name(s));
	} else {
		cancel(s, now);
	}
	buffer_release(&challenge);
	buffer_release(&response);
	buffer_release(&encoded);
}

void session_auth_reply(struct smtp_session *s, int64_t now)
{
	bool line_refused = s->auth_initial && (s->reply.code == 500 || s->reply.code == 501) &&
	    s->reply.enhanced.detail != DETAIL_TOKEN_ENDS_SOON;

	switch (s->reply.code) {
	case 235:
		session_step(s, STAGE_AUTH);
		session_ready(s);
		return;
	case 334:
		s->auth_initial = false;
		respond(s, now);
		return;
	default:
		break;
	}
	/* some servers cannot take the response on the AUTH line; they get it when they ask */
	if (line_refused && s->reply.enhanced.subject != 7)
		start_mechanism(s, s->sasl.mechanism, false, now);
	else
		session_refused(s, STAGE_AUTH, now);
}

/* Whatever it answers to "*": the sign-in was ours to give up. */
void session_cancel_reply(struct smtp_session *s, int64_t now)
{
	session_refuse(s, REASON_CHALLENGE, now,
	    "%s asked for something that signing in with %s does not know.", s->relay,
	    smtp_mechanism_name(s->sasl.mechanism));
}
