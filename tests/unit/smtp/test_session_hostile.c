/* Hostile and broken servers: always one outcome, in bounded time and memory. */
#include "unit/smtp/dialogue.h"

enum point {
	AT_GREETING,
	AT_EHLO,
	AT_STARTTLS,
	AT_HANDSHAKE,
	AT_AUTH,
	AT_AUTH_SECOND,
	AT_IDLE,
	AT_MAIL,
	AT_RCPT,
	AT_DATA,
	AT_BODY,
	AT_DOT_UNSENT,
	AT_DOT,
	AT_RSET,
	AT_QUIT,
	POINT_COUNT,
};

/* Where a loss of the connection is told, how it is classed, and whether a message had begun. */
static const struct {
	const char *class, *stage;
	bool message;
} points[POINT_COUNT] = {
	[AT_GREETING] = { "relay", "greeting", false },
	[AT_EHLO] = { "relay", "ehlo", false },
	[AT_STARTTLS] = { "relay", "starttls", false },
	[AT_HANDSHAKE] = { "relay", "tls", false },
	[AT_AUTH] = { "relay", "auth", false },
	[AT_AUTH_SECOND] = { "relay", "auth", false },
	[AT_IDLE] = { "transient", "idle", false },
	[AT_MAIL] = { "transient", "mail", true },
	[AT_RCPT] = { "transient", "rcpt", true },
	[AT_DATA] = { "transient", "data", true },
	[AT_BODY] = { "transient", "body", true },
	[AT_DOT_UNSENT] = { "transient", "body", true },
	[AT_DOT] = { "ambiguous", "dot", true },
	[AT_RSET] = { "transient", "idle", false },
	[AT_QUIT] = { "accepted", "quit", false },
};

/* Says this and drops what happened and what was said in return. */
static void pass(struct dialogue *d, const char *reply)
{
	dialogue_feed(d, slice_of(reply));
	buffer_clear(&d->said);
	buffer_clear(&d->happened);
}

static void verb(struct dialogue *d, const char *text)
{
	dialogue_verb(d, slice_of(text));
	buffer_clear(&d->said);
	buffer_clear(&d->happened);
}

/* A good dialogue up to where the reply to this point is awaited. */
static void play_to(struct dialogue *d, enum point p)
{
	dialogue_begin(d, SMTP_STARTTLS, true);
	d->session = smtp_session_new(&d->config);
	assert_non_null(d->session);
	verb(d, "connected");
	if (p == AT_GREETING)
		return;
	pass(d, "220 mx\r\n");
	if (p == AT_EHLO)
		return;
	pass(d, "250-mx\r\n250 STARTTLS\r\n");
	if (p == AT_STARTTLS)
		return;
	pass(d, "220 go\r\n");
	if (p == AT_HANDSHAKE)
		return;
	verb(d, "secured");
	pass(d, "250-mx\r\n250 AUTH LOGIN\r\n");
	if (p == AT_AUTH)
		return;
	pass(d, "334 VXNlcm5hbWU6\r\n");
	if (p == AT_AUTH_SECOND)
		return;
	pass(d, "334 UGFzc3dvcmQ6\r\n");
	pass(d, "235 ok\r\n");
	assert_true(smtp_session_ready(d->session));
	if (p == AT_IDLE)
		return;
	verb(d, p == AT_QUIT ? "quit" : "begin");
	if (p == AT_MAIL || p == AT_QUIT)
		return;
	if (p == AT_RSET)
		pass(d, "550 no\r\n");
	else
		pass(d, "250 ok\r\n");
	if (p == AT_RCPT || p == AT_RSET)
		return;
	pass(d, "250 ok\r\n");
	if (p == AT_DATA)
		return;
	pass(d, "354 go\r\n");
	if (p == AT_BODY)
		return;
	assert_int_equal(smtp_session_body(d->session, SLICE("x\r\n"), d->now), 3);
	if (p == AT_DOT)
		dialogue_drain(d);
	smtp_session_finish(d->session, d->now);
	if (p == AT_DOT)
		dialogue_drain(d);
	buffer_clear(&d->said);
	buffer_clear(&d->happened);
}

/* What happened must be: the message's verdict if one was begun, then the end, both like this. */
static void assert_outcome(struct dialogue *d, enum point p, const char *reason)
{
	char line[128];

	if (points[p].message) {
		snprintf(line, sizeof(line), "message %s %s %s", points[p].class, points[p].stage, reason);
		dialogue_expect(&d->happened, line, "\n");
	}
	snprintf(line, sizeof(line), "ended %s %s %s", points[p].class, points[p].stage, reason);
	dialogue_expect(&d->happened, line, "\n");
	assert_int_equal(d->happened.len, 0);
	assert_true(smtp_session_ended(d->session));
	assert_int_equal(d->said.len, 0);
	assert_true(smtp_session_deadline(d->session) == INT64_MAX);
}

/* s10 */
static void a_lost_connection_has_one_outcome_at_every_point(void **state UNUSED)
{
	for (int i = 0; i < POINT_COUNT; i++) {
		enum point p = (enum point)i;
		struct dialogue d;

		play_to(&d, p);
		smtp_session_closed(d.session, REASON_RESET, slice_of(NULL), d.now);
		/* told twice */
		smtp_session_closed(d.session, REASON_CLOSED, slice_of(NULL), d.now);
		dialogue_drain(&d);
		if (p == AT_QUIT) {
			dialogue_expect(&d.happened, "ended accepted quit", "\n");
			assert_int_equal(d.happened.len, 0);
		} else {
			assert_outcome(&d, p, "reset");
		}
		dialogue_end(&d);
	}
}

/* s1, s18: silence, and a window that stays shut */
static void silence_has_one_outcome_at_every_point(void **state UNUSED)
{
	static const struct { enum point p; int seconds; const char *reason; } cases[] = {
		{ AT_GREETING, 300, "timeout" }, { AT_EHLO, 300, "timeout" }, { AT_STARTTLS, 120, "timeout" },
		{ AT_AUTH, 120, "timeout" }, { AT_AUTH_SECOND, 120, "timeout" }, { AT_MAIL, 300, "timeout" },
		{ AT_RCPT, 300, "timeout" }, { AT_DATA, 120, "timeout" }, { AT_DOT_UNSENT, 600, "timeout" },
		{ AT_DOT, 600, "timeout" }, { AT_RSET, 60, "timeout" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		play_to(&d, cases[i].p);
		assert_true(smtp_session_deadline(d.session) == d.now + cases[i].seconds * 1000);
		smtp_session_expire(d.session, d.now + cases[i].seconds * 1000 - 1);
		assert_false(smtp_session_ended(d.session));
		d.now += cases[i].seconds * 1000;
		smtp_session_expire(d.session, d.now);
		dialogue_drain(&d);
		assert_outcome(&d, cases[i].p, cases[i].reason);
		dialogue_end(&d);
	}
}

static void an_unanswered_quit_is_a_good_end(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_QUIT);
	PLAY(&d, "! wait 5", "E: ended accepted quit");
	dialogue_end(&d);
}

/* s2: one octet every 9 s never moves a deadline */
static void a_drip_of_octets_does_not_move_the_deadline(void **state UNUSED)
{
	struct dialogue d;
	int64_t began, deadline;

	play_to(&d, AT_EHLO);
	began = d.now;
	deadline = smtp_session_deadline(d.session);
	dialogue_feed(&d, SLICE("250-"));
	while (!smtp_session_ended(d.session)) {
		d.now += 9000;
		dialogue_feed(&d, SLICE("x"));
		assert_true(smtp_session_ended(d.session) ||
		    smtp_session_deadline(d.session) == deadline);
		smtp_session_expire(d.session, d.now);
		dialogue_drain(&d);
		assert_true(d.now - began <= 309000);
	}
	assert_outcome(&d, AT_EHLO, "timeout");
	dialogue_end(&d);
}

/* s2 at every point: "2", then "5", "0", "-" and words without end, one octet every 9 s */
static void a_drip_ends_with_the_commands_deadline_at_every_point(void **state UNUSED)
{
	static const enum point dripping[] = {
		AT_GREETING, AT_EHLO, AT_STARTTLS, AT_AUTH, AT_AUTH_SECOND, AT_MAIL, AT_RCPT,
		AT_DATA, AT_DOT, AT_RSET,
	};

	for (size_t i = 0; i < COUNT_OF(dripping); i++) {
		static const char start[] = "250-";
		struct dialogue d;
		int64_t deadline;
		size_t n = 0;

		play_to(&d, dripping[i]);
		deadline = smtp_session_deadline(d.session);
		while (!smtp_session_ended(d.session)) {
			d.now += 9000;
			dialogue_feed(&d, slice_make(n < 4 ? &start[n] : "x", 1));
			n++;
			smtp_session_expire(d.session, d.now);
			dialogue_drain(&d);
			assert_true(d.now < deadline + 9000);
		}
		assert_true(d.now >= deadline);
		assert_outcome(&d, dripping[i], "timeout");
		dialogue_end(&d);
	}
}

/* s20 */
static void an_answer_to_the_dot_after_590_seconds_counts(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_DOT);
	d.now += 590 * 1000;
	smtp_session_expire(d.session, d.now);
	dialogue_feed(&d, SLICE("250 2.0.0 Ok: queued as LATE\r\n"));
	dialogue_expect(&d.happened, "message accepted dot 250 2.0.0", "\n");
	assert_true(smtp_session_ready(d.session));
	dialogue_end(&d);
}

static void a_drip_of_replies_does_not_hold_the_envelope_for_ever(void **state UNUSED)
{
	static struct slice recipients[SMTP_RECIPIENTS_MAX];
	struct dialogue d;
	int64_t began;

	for (size_t i = 0; i < COUNT_OF(recipients); i++)
		recipients[i] = SLICE("admin@example.com");
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.envelope.recipients = recipients;
	d.envelope.n_recipients = COUNT_OF(recipients);
	verb(&d, "begin");
	began = d.now;
	while (!smtp_session_ended(d.session)) {
		d.now += 200 * 1000;
		smtp_session_expire(d.session, d.now);
		dialogue_feed(&d, SLICE("250 ok\r\n"));
		assert_true(d.now - began <= 2000 * 1000);
	}
	assert_int_equal(d.last.reason, REASON_TIMEOUT);
	dialogue_end(&d);
}

/* s18: the content stops to be taken */
static void content_that_is_not_taken_times_out(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_BODY);
	assert_int_equal(smtp_session_body(d.session, SLICE("hello\r\n"), d.now), 7);
	d.now = smtp_session_deadline(d.session);
	assert_int_equal(d.now, 1000 + 180000);
	smtp_session_expire(d.session, d.now);
	dialogue_drain(&d);
	assert_outcome(&d, AT_BODY, "timeout");
	dialogue_end(&d);
}

static void content_taken_octet_by_octet_times_out_too(void **state UNUSED)
{
	static char content[60000];
	struct dialogue d;
	size_t n = 0;

	memset(content, 'x', sizeof(content));
	play_to(&d, AT_BODY);
	assert_int_equal(smtp_session_body(d.session, slice_make(content, sizeof(content)), d.now),
	    sizeof(content));
	while (!smtp_session_ended(d.session)) {
		d.now += 9000;
		n += smtp_session_take(d.session, 1, d.now).len;
		smtp_session_expire(d.session, d.now);
		assert_true(n < 100);
	}
	dialogue_drain(&d);
	assert_outcome(&d, AT_BODY, "timeout");
	dialogue_end(&d);
}

static void content_that_we_do_not_get_is_our_own_fault(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_BODY);
	PLAY(&d, "! expire", "E: message local body stopped", "E: ended local body stopped");
	dialogue_end(&d);
}

/* s3, s4 */
static void endless_replies_are_cut_off_at_every_point(void **state UNUSED)
{
	for (int i = 0; i < POINT_COUNT; i++) {
		static char line[70000];
		struct buffer lines;
		struct dialogue d;

		if (i == AT_HANDSHAKE || i == AT_IDLE || i == AT_BODY || i == AT_DOT_UNSENT ||
		    i == AT_QUIT)
			continue;
		buffer_init(&lines, 10000);
		for (int n = 0; n <= SMTP_REPLY_LINES_MAX; n++)
			buffer_append_text(&lines, "220-\r\n");
		play_to(&d, (enum point)i);
		dialogue_feed(&d, buffer_slice(&lines));
		assert_outcome(&d, (enum point)i, "reply_too_long");
		dialogue_end(&d);
		memset(line, '2', sizeof(line));
		play_to(&d, (enum point)i);
		for (int n = 0; n < 10; n++)
			dialogue_feed(&d, slice_make(line, sizeof(line) / 10));
		assert_outcome(&d, (enum point)i, "reply_too_long");
		dialogue_end(&d);
		buffer_release(&lines);
	}
}

static void a_flood_is_cut_off_in_bounded_memory(void **state UNUSED)
{
	static char flood[64 * 1024];
	struct dialogue d;

	memset(flood, 'x', sizeof(flood));
	play_to(&d, AT_EHLO);
	/* not even next() is called */
	for (int i = 0; i < 1000; i++)
		smtp_session_feed(d.session, slice_make(flood, sizeof(flood)), d.now);
	dialogue_drain(&d);
	assert_outcome(&d, AT_EHLO, "reply_too_long");
	dialogue_end(&d);
}

/* s5, s21 */
static void replies_with_odd_octets_are_shown_escaped(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	d.session = smtp_session_new(&d.config);
	assert_non_null(d.session);
	verb(&d, "connected");
	dialogue_feed(&d, SLICE("554 \x1b[2J<script>\0\r\xff\xc2\x9b\r\n"));
	assert_string_equal(d.last.text, "\\x1b[2J<script>\\x00\\x0d\\xff\\xc2\\x9b");
	assert_string_equal(d.transcript.lines[1].text,
	    "554 \\x1b[2J<script>\\x00\\x0d\\xff\\xc2\\x9b");
	dialogue_end(&d);
}

/* s6, s9 */
static void what_is_no_reply_ends_it_at_every_point(void **state UNUSED)
{
	static const char *const replies[] = {
		"000 x\r\n", "999 x\r\n", "2x0 x\r\n", "25\r\n", "\r\n", "250-a\r\n251 b\r\n",
		"450-a\r\n550 b\r\n", "250 ok\n", "rubbish\r\n", "\x16\x03\x01",
	};

	for (int i = 0; i < POINT_COUNT; i++) {
		for (size_t n = 0; n < COUNT_OF(replies); n++) {
			struct dialogue d;

			if (i == AT_HANDSHAKE || i == AT_DOT_UNSENT || i == AT_QUIT ||
			    i == AT_GREETING)
				continue;
			play_to(&d, (enum point)i);
			dialogue_feed(&d, slice_of(replies[n]));
			assert_outcome(&d, (enum point)i, "protocol");
			dialogue_end(&d);
		}
	}
}

static void greetings_of_other_protocols_are_told_apart(void **state UNUSED)
{
	static const struct { const char *greeting, *reason; } cases[] = {
		{ "\x15\x03\x01\x00\x02\x02\x46", "speaks_tls" },
		{ "\x16\x03\x03", "speaks_tls" },
		{ "SSH-2.0-OpenSSH_9.2p1\r\n", "not_smtp" },
		{ "HTTP/1.1 400 Bad Request\r\n", "not_smtp" },
		{ "+OK Dovecot ready.\r\n", "not_smtp" },
		{ "* OK [CAPABILITY IMAP4rev1]\r\n", "not_smtp" },
		{ "000 x\r\n", "not_smtp" },
		{ "220 mx\n", "protocol" },
		{ "220-mx\r\n250 mx\r\n", "protocol" },
		{ "250 mx\r\n", "unexpected" },
		{ "354 mx\r\n", "unexpected" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		play_to(&d, AT_GREETING);
		dialogue_feed(&d, slice_of(cases[i].greeting));
		assert_outcome(&d, AT_GREETING, cases[i].reason);
		dialogue_end(&d);
	}
}

/* s7 */
static void codes_that_do_not_fit_end_it_at_every_point(void **state UNUSED)
{
	static const struct { enum point p; const char *replies[4]; } cases[] = {
		{ AT_EHLO, { "354 x\r\n", "220 x\r\n", "334 x\r\n", "235 x\r\n" } },
		{ AT_STARTTLS, { "250 x\r\n", "354 x\r\n", "221 x\r\n", "235 x\r\n" } },
		{ AT_AUTH, { "250 x\r\n", "354 x\r\n", "220 x\r\n", "221 x\r\n" } },
		{ AT_MAIL, { "354 x\r\n", "220 x\r\n", "221 x\r\n", "235 x\r\n" } },
		{ AT_RCPT, { "354 x\r\n", "220 x\r\n", "221 x\r\n", "334 x\r\n" } },
		{ AT_DATA, { "250 x\r\n", "220 x\r\n", "334 x\r\n", "221 x\r\n" } },
		{ AT_DOT, { "354 x\r\n", "220 x\r\n", "334 x\r\n", "221 x\r\n" } },
		{ AT_RSET, { "354 x\r\n", "220 x\r\n", "334 x\r\n", "221 x\r\n" } },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (size_t n = 0; n < 4; n++) {
			struct dialogue d;

			play_to(&d, cases[i].p);
			dialogue_feed(&d, slice_of(cases[i].replies[n]));
			assert_outcome(&d, cases[i].p, "unexpected");
			dialogue_end(&d);
		}
	}
}

/* s8, s11: before the command, or before the dot */
static void answers_before_the_question_end_it(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_IDLE);
	PLAY(&d, "S: 250 early", "E: ended transient idle unexpected");
	dialogue_end(&d);
	play_to(&d, AT_MAIL);
	PLAY(&d, "S: 250 mail\r\n250 rcpt", "E: step mail 250", "E: message transient mail unexpected",
	    "E: ended transient mail unexpected");
	dialogue_end(&d);
	play_to(&d, AT_BODY);
	PLAY(&d, "S: 250 queued", "E: message transient body unexpected",
	    "E: ended transient body unexpected");
	dialogue_end(&d);
}

static void half_an_answer_before_the_dot_is_no_success(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_BODY);
	dialogue_feed(&d, SLICE("250 que"));
	PLAY(&d, "! body x\r\n", "B: x");
	smtp_session_finish(d.session, d.now);
	dialogue_feed(&d, SLICE("ued\r\n"));
	PLAY(&d, "E: message transient body unexpected", "E: ended transient body unexpected");
	dialogue_end(&d);
}

static void an_answer_while_the_dot_is_not_taken_is_no_success(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_DOT_UNSENT);
	smtp_session_feed(d.session, SLICE("250 queued\r\n"), d.now);
	dialogue_drain(&d);
	assert_outcome(&d, AT_DOT_UNSENT, "unexpected");
	dialogue_end(&d);
}

static void a_refusal_during_the_content_counts(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_BODY);
	PLAY(&d, "! body x\r\n", "B: x", "S: 552 5.3.4 too big", "E: message message body 552 5.3.4",
	    "E: ended message body 552 5.3.4");
	dialogue_end(&d);
}

static void two_answers_to_the_dot(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_DOT);
	PLAY(&d, "S: 250 ok\r\n250 again", "E: message accepted dot 250", "E: ready",
	    "E: ended transient idle unexpected");
	dialogue_end(&d);
}

/* s13 */
static void a_421_at_any_point_ends_it_and_is_no_success(void **state UNUSED)
{
	for (int i = 0; i < POINT_COUNT; i++) {
		enum point p = (enum point)i;
		struct dialogue d;

		if (p == AT_HANDSHAKE || p == AT_QUIT)
			continue;
		play_to(&d, p);
		smtp_session_feed(d.session, SLICE("421 4.3.2 shutting down\r\n"), d.now);
		dialogue_drain(&d);
		if (p == AT_DOT) {
			/* not accepted for certain: nothing ambiguous about it */
			dialogue_expect(&d.happened, "message transient dot 421 4.3.2", "\n");
			dialogue_expect(&d.happened, "ended transient dot 421 4.3.2", "\n");
			assert_int_equal(d.happened.len, 0);
		} else {
			assert_outcome(&d, p, "421 4.3.2");
		}
		dialogue_end(&d);
	}
}

static void a_421_in_a_group_fails_the_message(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.envelope.n_recipients = 2;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>",
	    "C: RCPT TO:<second@example.com>", "C: DATA", "S: 250 ok\r\n250 ok\r\n421 bye",
	    "E: step mail 250", "E: recipient 0 accepted rcpt 250", "E: message transient rcpt 421",
	    "E: ended transient rcpt 421");
	dialogue_end(&d);
}

/* The last words of a server that hangs up behind them count. */
static void an_answer_and_the_end_in_one_breath(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_DOT);
	smtp_session_feed(d.session, SLICE("250 2.0.0 queued\r\n"), d.now);
	smtp_session_closed(d.session, REASON_RESET, slice_of(NULL), d.now);
	dialogue_drain(&d);
	PLAY(&d, "E: message accepted dot 250 2.0.0", "E: ready", "E: ended transient idle reset");
	dialogue_end(&d);
	play_to(&d, AT_AUTH_SECOND);
	smtp_session_feed(d.session, SLICE("535 5.7.8 no\r\n"), d.now);
	smtp_session_closed(d.session, REASON_CLOSED, slice_of(NULL), d.now);
	dialogue_drain(&d);
	PLAY(&d, "E: ended credential auth 535 5.7.8");
	dialogue_end(&d);
}

static void all_answers_before_the_end_are_read(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.envelope.n_recipients = 2;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>",
	    "C: RCPT TO:<second@example.com>", "C: DATA");
	smtp_session_feed(d.session, SLICE("250 ok\r\n550 5.1.1 no\r\n250 ok\r\n"), d.now);
	smtp_session_closed(d.session, REASON_CLOSED, slice_of(NULL), d.now);
	dialogue_drain(&d);
	PLAY(&d, "E: step mail 250", "E: recipient 0 recipient rcpt 550 5.1.1",
	    "E: recipient 1 accepted rcpt 250", "E: message transient data closed",
	    "E: ended transient data closed");
	dialogue_end(&d);
}

static void a_lost_refusal_of_the_sender_is_still_told(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>", "C: DATA",
	    "S: 550 5.7.1 not you", "! reset", "E: message account mail 550 5.7.1",
	    "E: ended transient rcpt reset");
	dialogue_end(&d);
}

static void nothing_moves_after_the_end(void **state UNUSED)
{
	struct dialogue d;

	play_to(&d, AT_AUTH);
	PLAY(&d, "S: 535 no", "E: ended credential auth 535", "C: QUIT", "S: 221 bye", "! closed",
	    "! wait 10000");
	assert_int_equal(smtp_session_begin(d.session, &d.envelope, d.now), SMTP_BUSY);
	assert_int_equal(smtp_session_quit(d.session, d.now), SMTP_BUSY);
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_connection_has_one_outcome_at_every_point),
		cmocka_unit_test(silence_has_one_outcome_at_every_point),
		cmocka_unit_test(an_unanswered_quit_is_a_good_end),
		cmocka_unit_test(a_drip_of_octets_does_not_move_the_deadline),
		cmocka_unit_test(a_drip_ends_with_the_commands_deadline_at_every_point),
		cmocka_unit_test(an_answer_to_the_dot_after_590_seconds_counts),
		cmocka_unit_test(a_drip_of_replies_does_not_hold_the_envelope_for_ever),
		cmocka_unit_test(content_that_is_not_taken_times_out),
		cmocka_unit_test(content_taken_octet_by_octet_times_out_too),
		cmocka_unit_test(content_that_we_do_not_get_is_our_own_fault),
		cmocka_unit_test(endless_replies_are_cut_off_at_every_point),
		cmocka_unit_test(a_flood_is_cut_off_in_bounded_memory),
		cmocka_unit_test(replies_with_odd_octets_are_shown_escaped),
		cmocka_unit_test(what_is_no_reply_ends_it_at_every_point),
		cmocka_unit_test(greetings_of_other_protocols_are_told_apart),
		cmocka_unit_test(codes_that_do_not_fit_end_it_at_every_point),
		cmocka_unit_test(answers_before_the_question_end_it),
		cmocka_unit_test(half_an_answer_before_the_dot_is_no_success),
		cmocka_unit_test(an_answer_while_the_dot_is_not_taken_is_no_success),
		cmocka_unit_test(a_refusal_during_the_content_counts),
		cmocka_unit_test(two_answers_to_the_dot),
		cmocka_unit_test(a_421_at_any_point_ends_it_and_is_no_success),
		cmocka_unit_test(a_421_in_a_group_fails_the_message),
		cmocka_unit_test(an_answer_and_the_end_in_one_breath),
		cmocka_unit_test(all_answers_before_the_end_are_read),
		cmocka_unit_test(a_lost_refusal_of_the_sender_is_still_told),
		cmocka_unit_test(nothing_moves_after_the_end),
	};

	return cmocka_run_group_tests_name("smtp/session_hostile", tests, NULL, NULL);
}
