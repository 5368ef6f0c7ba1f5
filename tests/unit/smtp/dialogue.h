/*
 * dialogue.h - plays a dialogue with an SMTP session line by line and fails at the first line that
 * is not as written. Included by the tests of the session only.
 *
 *   "S: 220 mx"        the server says this line
 *   "C: EHLO node"     the session must have said this line
 *   "E: ready"         this must have happened, see event_text()
 *   "! quit"           the caller's verbs: connected, secured, begin, body TEXT, finish, quit,
 *                      closed, reset, abandon, injected, expire, wait SECONDS
 *   "B: ..content."    the session must have sent this line of content
 *
 * At the end nothing may be left unheard and no event unseen.
 */
#ifndef TOCSIN_TESTS_SMTP_DIALOGUE_H
#define TOCSIN_TESTS_SMTP_DIALOGUE_H

#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "smtp/sasl.h"
#include "smtp/session.h"

#define PLAY(d, ...) play(d, (const char *const[]){ __VA_ARGS__, NULL })

struct dialogue {
	struct smtp_session *session;
	struct smtp_transcript transcript;
	struct smtp_config config;
	struct smtp_envelope envelope;
	struct slice recipients[8];
	int64_t now;
	struct buffer said; /* by the session, not yet looked at */
	struct buffer happened; /* events, one a line */
	struct verdict last; /* of the last event that had one */
	size_t chunk; /* feed at most so many octets at once */
};

static inline void dialogue_begin(struct dialogue *d, enum smtp_encryption e, bool auth)
{
	*d = (struct dialogue){ .now = 1000, .chunk = SIZE_MAX };
	d->config = (struct smtp_config){
		.relay = "mx.example.com", .helo_name = "node.example.org", .encryption = e, .auth = auth,
		.username = "alerts@example.org", .password = "s3cret-canary",
	};
	d->recipients[0] = SLICE("admin@example.com");
	d->recipients[1] = SLICE("second@example.com");
	d->recipients[2] = SLICE("third@example.com");
	d->envelope = (struct smtp_envelope){
		.sender = SLICE("node@example.org"), .recipients = d->recipients, .n_recipients = 1,
	};
	assert_int_equal(smtp_transcript_init(&d->transcript, d->now), 0);
	d->config.transcript = &d->transcript;
	buffer_init(&d->said, 1 << 20);
	buffer_init(&d->happened, 1 << 20);
}

static inline void dialogue_end(struct dialogue *d)
{
	smtp_session_free(d->session);
	smtp_transcript_release(&d->transcript);
	buffer_release(&d->said);
	buffer_release(&d->happened);
}

/* "step greeting 220", "recipient 1 transient rcpt 450 4.2.0", "ended relay ehlo timeout" */
static inline void event_text(const struct smtp_event *e, struct buffer *out)
{
	static const char *const names[] = {
		"step", "start-tls", "ready", "recipient", "body", "message", "ended",
	};
	const struct verdict *v = e->verdict;
	char enhanced[ENHANCED_TEXT_SIZE];

	buffer_append_text(out, names[e->type]);
	if (e->type == SMTP_EVENT_RECIPIENT)
		buffer_appendf(out, " %zu", e->recipient);
	if (e->type == SMTP_EVENT_STEP)
		buffer_appendf(out, " %s %u", verdict_stage_name(v->stage), v->code);
	if (e->type != SMTP_EVENT_RECIPIENT && e->type != SMTP_EVENT_MESSAGE &&
	    e->type != SMTP_EVENT_ENDED)
		return;
	buffer_appendf(out, " %s %s", verdict_class_name(v->class), verdict_stage_name(v->stage));
	if (v->reason != REASON_REPLY)
		buffer_appendf(out, " %s", verdict_reason_name(v->reason));
	if (v->code != 0)
		buffer_appendf(out, " %u", v->code);
	if (v->enhanced.class != 0)
		buffer_appendf(out, " %s", enhanced_status_text(v->enhanced, enhanced));
}

static inline void dialogue_drain(struct dialogue *d)
{
	struct smtp_event e;
	struct slice bytes;

	while (smtp_session_next(d->session, &e, d->now)) {
		event_text(&e, &d->happened);
		buffer_append_char(&d->happened, '\n');
		if (e.verdict != NULL)
			d->last = *e.verdict;
	}
	while ((bytes = smtp_session_take(d->session, 7, d->now)).len > 0)
		buffer_append_slice(&d->said, bytes);
}

static inline void dialogue_feed(struct dialogue *d, struct slice bytes)
{
	while (bytes.len > 0) {
		struct slice piece = slice_sub(bytes, 0, d->chunk);

		smtp_session_feed(d->session, piece, d->now);
		bytes = slice_sub(bytes, piece.len, bytes.len);
		if (d->chunk != SIZE_MAX)
			dialogue_drain(d);
	}
	dialogue_drain(d);
}

/* The first line of what is waiting must be this one. */
static inline void dialogue_expect(struct buffer *waiting, const char *line, const char *end)
{
	struct slice all = buffer_slice(waiting);
	struct slice first = slice_sub(all, 0, slice_find(all, slice_of(end)));

	if (!slice_equal(first, slice_of(line)))
		fail_msg("expected \"%s\", waiting is \"%s\"", line, buffer_text(waiting));
	buffer_consume(waiting, first.len + strlen(end));
}

static inline void dialogue_verb(struct dialogue *d, struct slice verb)
{
	struct slice rest = verb, word = slice_cut(&rest, ' ');
	struct smtp_session *s = d->session;

	if (slice_is(word, "connected")) {
		smtp_session_connected(s, d->now);
	} else if (slice_is(word, "secured")) {
		smtp_session_secured(s, "TLSv1.3", "TLS_AES_256_GCM_SHA384", d->now);
	} else if (slice_is(word, "begin")) {
		assert_int_equal(smtp_session_begin(s, &d->envelope, d->now), 0);
	} else if (slice_is(word, "body")) {
		assert_int_equal(smtp_session_body(s, rest, d->now), rest.len);
	} else if (slice_is(word, "finish")) {
		smtp_session_finish(s, d->now);
	} else if (slice_is(word, "quit")) {
		assert_int_equal(smtp_session_quit(s, d->now), 0);
	} else if (slice_is(word, "closed")) {
		smtp_session_closed(s, REASON_CLOSED, slice_of(NULL), d->now);
	} else if (slice_is(word, "reset")) {
		smtp_session_closed(s, REASON_RESET, SLICE("Connection reset by peer."), d->now);
	} else if (slice_is(word, "abandon")) {
		smtp_session_abandon(s, SLICE("The message was deleted."), d->now);
	} else if (slice_is(word, "injected")) {
		smtp_session_injected(s, d->now);
	} else if (slice_is(word, "expire")) {
		d->now = smtp_session_deadline(s);
		smtp_session_expire(s, d->now);
	} else if (slice_is(word, "wait")) {
		d->now += 1000 * strtol(rest.data, NULL, 10);
		smtp_session_expire(s, d->now);
	} else {
		fail_msg("no such verb: %.*s", SLICE_ARGS(verb));
	}
	dialogue_drain(d);
}

static inline void play(struct dialogue *d, const char *const *lines)
{
	if (d->session == NULL) {
		d->session = smtp_session_new(&d->config);
		assert_non_null(d->session);
		dialogue_verb(d, SLICE("connected"));
	}
	for (; *lines != NULL; lines++) {
		struct slice line = slice_of(*lines), text;
		struct buffer bytes;

		text = slice_sub(line, line.data[0] == '!' ? 2 : 3, line.len);
		switch (line.data[0]) {
		case 'S':
			buffer_init(&bytes, 1 << 20);
			buffer_append_slice(&bytes, text);
			buffer_append_text(&bytes, "\r\n");
			dialogue_feed(d, buffer_slice(&bytes));
			buffer_release(&bytes);
			break;
		case 'C':
		case 'B':
			dialogue_expect(&d->said, text.data, "\r\n");
			break;
		case 'E':
			dialogue_expect(&d->happened, text.data, "\n");
			break;
		default:
			dialogue_verb(d, text);
			break;
		}
	}
	if (d->said.len > 0 || d->happened.len > 0)
		fail_msg("left over: said \"%s\", happened \"%s\"", buffer_text(&d->said),
		    buffer_text(&d->happened));
}

/* To READY in clear text without sign-in, with these capabilities ("250-PIPELINING\r\n250 SIZE"). */
static inline void play_to_ready(struct dialogue *d, const char *capabilities)
{
	char reply[1024];

	snprintf(reply, sizeof(reply), "S: 250-mx.example.com\r\n%s", capabilities);
	PLAY(d, "S: 220 mx.example.com ESMTP", "E: step greeting 220", "C: EHLO node.example.org", reply,
	    "E: step ehlo 250", "E: ready");
}

/* The line the session says next, whatever it is. */
static inline void dialogue_take_line(struct dialogue *d, char *ret_line, size_t size)
{
	struct slice all = buffer_slice(&d->said);
	size_t len = slice_find(all, SLICE("\r\n"));

	assert_true(slice_copy(slice_sub(all, 0, len), ret_line, size));
	buffer_consume(&d->said, len + 2);
}

/* Up to where the sign-in begins, inside TLS; what is said then is left to be looked at. */
static inline void play_to_auth(struct dialogue *d, const char *auth)
{
	char reply[512];
	int len;

	PLAY(d, "E: start-tls", "! secured", "S: 220 mx", "E: step greeting 220",
	    "C: EHLO node.example.org");
	len = snprintf(reply, sizeof(reply), "250-mx\r\n250 %s\r\n", auth);
	dialogue_feed(d, slice_make(reply, (size_t)len));
	dialogue_expect(&d->happened, "step ehlo 250", "\n");
}

#endif
