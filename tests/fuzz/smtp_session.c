/*
 * smtp_session.c - a session against a server that says anything. The input is three octets and
 * then what the server says:
 *   octet 0  bits 0-1 encryption, 2 sign-in, 3 clear text allowed, 4 two recipients (one of them
 *            internationalised), 5 8-bit content, 6-7 no token, a short one with XOAUTH2 or
 *            OAUTHBEARER first, a long one
 *   octet 1  size of the pieces fed, less 32 (so that a space feeds all at once)
 *   octet 2  after so many pieces, less 32, something happens besides: closed, expire, abandon ...
 * The caller's part is played by the rules of session.h. Whatever the server says: one verdict a
 * message, one end, whole lines on the wire, no password in clear text.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "smtp/session.h"

#define PASSWORD "s3cret-canary"
#define TOKEN "t0ken-canary-of-some-length"

static char long_token[3000]; /* of these */

struct caller {
	struct smtp_session *session;
	struct smtp_envelope envelope;
	int64_t now;
	unsigned n_messages; /* begun */
	bool open, ended, secured, allow_clear;
	char last; /* octet on the wire */
};

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void write_out(struct caller *c)
{
	struct slice s;

	while ((s = smtp_session_take(c->session, 5000, c->now)).len > 0) {
		for (size_t i = 0; i < s.len; i++) {
			must((s.data[i] == '\n') == (c->last == '\r'));
			must(s.data[i] != '\0');
			c->last = s.data[i];
		}
		if (!c->secured && !c->allow_clear)
			must(slice_find(s, SLICE("AUTH")) == s.len);
	}
}

static void send_content(struct caller *c)
{
	static const char content[] = "Subject: x\r\n\r\n.\r\n..\rlone\nends\0\r\n.";

	must(smtp_session_body(c->session, slice_make(content, sizeof(content) - 1), c->now) > 0);
	write_out(c);
	must(!smtp_session_dot_sent(c->session));
	smtp_session_finish(c->session, c->now);
}

static void happened(struct caller *c, const struct smtp_event *e)
{
	must(!c->ended);
	switch (e->type) {
	case SMTP_EVENT_STEP:
		must(e->verdict->class == VERDICT_ACCEPTED && e->verdict->reason == REASON_REPLY);
		break;
	case SMTP_EVENT_START_TLS:
		write_out(c);
		c->secured = true;
		smtp_session_secured(c->session, "TLSv1.3", "cipher", c->now);
		break;
	case SMTP_EVENT_READY:
		must(!c->open);
		break;
	case SMTP_EVENT_RECIPIENT:
		must(c->open && e->recipient < c->envelope.n_recipients);
		break;
	case SMTP_EVENT_BODY:
		must(c->open);
		send_content(c);
		break;
	case SMTP_EVENT_MESSAGE:
		must(c->open);
		c->open = false;
		break;
	case SMTP_EVENT_ENDED:
		must(!c->open);
		c->ended = true;
		break;
	}
}

/* Three messages, then QUIT. False when it is not the time. */
static bool go_on(struct caller *c)
{
	if (!smtp_session_ready(c->session))
		return false;
	if (c->n_messages++ < 3) {
		must(smtp_session_begin(c->session, &c->envelope, c->now) == 0);
		c->open = true;
	} else {
		must(smtp_session_quit(c->session, c->now) == 0);
	}
	return true;
}

static void run(struct caller *c)
{
	struct smtp_event e;

	do {
		while (smtp_session_next(c->session, &e, c->now))
			happened(c, &e);
	} while (go_on(c));
	write_out(c);
}

static void something_happens(struct caller *c, unsigned what)
{
	switch (what % 5) {
	case 0:
		smtp_session_closed(c->session, REASON_RESET, SLICE("reset"), c->now);
		break;
	case 1:
		if (smtp_session_deadline(c->session) != INT64_MAX)
			c->now = smtp_session_deadline(c->session);
		smtp_session_expire(c->session, c->now);
		break;
	case 2:
		smtp_session_abandon(c->session, SLICE("gone"), c->now);
		break;
	case 3:
		smtp_session_injected(c->session, c->now);
		break;
	default:
		smtp_session_closed(c->session, REASON_STOPPED, slice_of(NULL), c->now);
		break;
	}
}

static void play(struct caller *c, struct slice said, size_t piece, unsigned when)
{
	smtp_session_connected(c->session, c->now);
	run(c);
	for (unsigned n = 0; said.len > 0 && !c->ended; n++) {
		struct slice part = slice_sub(said, 0, piece);

		said = slice_sub(said, part.len, said.len);
		if (n == when && when > 0)
			something_happens(c, when);
		c->now += 10;
		smtp_session_feed(c->session, part, c->now);
		run(c);
	}
	smtp_session_closed(c->session, REASON_CLOSED, slice_of(NULL), c->now);
	run(c);
	must(c->ended && !c->open && smtp_session_ended(c->session));
}

static void sign_in(struct smtp_config *config, unsigned kind)
{
	for (size_t i = 0; i + 1 < sizeof(long_token); i++)
		long_token[i] = TOKEN[i % (sizeof(TOKEN) - 1)];
	config->xoauth2_first = kind == 1;
	config->port = 587;
	if (kind != 0)
		config->token = kind == 3 ? long_token : TOKEN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice recipients[2] = { SLICE("a@example.com"), SLICE("j\xc3\xb6rg@example.com") };
	struct smtp_transcript transcript;
	struct smtp_config config = {
		.relay = "mx", .helo_name = "node", .username = "user", .password = PASSWORD,
		.transcript = &transcript,
	};
	struct caller c = { 0 };
	const char *secret;

	if (size < 3 || smtp_transcript_init(&transcript, 0) != 0)
		return 0;
	config.encryption = (enum smtp_encryption)((data[0] & 3) % 3);
	config.auth = (data[0] & 4) != 0;
	sign_in(&config, data[0] >> 6);
	config.allow_clear = c.allow_clear = (data[0] & 8) != 0;
	c.envelope = (struct smtp_envelope){
		.sender = SLICE("node@example.org"), .recipients = recipients,
		.n_recipients = (data[0] & 16) != 0 ? 2 : 1, .size = 500,
		.needs_8bitmime = (data[0] & 32) != 0,
	};
	c.session = smtp_session_new(&config);
	must(c.session != NULL);
	play(&c, slice_make((const char *)data + 3, size - 3),
	    data[1] == ' ' ? size : data[1] % 64u + 1, data[2] - 32u);
	secret = config.token != NULL ? TOKEN : PASSWORD;
	for (size_t i = 0; config.auth && i < transcript.n_lines; i++)
		must(strstr(transcript.lines[i].text, secret) == NULL);
	smtp_session_free(c.session);
	smtp_transcript_release(&transcript);
	return 0;
}
