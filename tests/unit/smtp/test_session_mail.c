/* Messages: the envelope with and without pipelining, verdicts, the content and its dot. */
#include "unit/smtp/dialogue.h"

static void one_message_step_by_step(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 SIZE 5000");
	d.envelope.size = 42;
	PLAY(&d,
	    "! begin",
	    "C: MAIL FROM:<node@example.org> SIZE=42",
	    "S: 250 2.1.0 Ok",
	    "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>",
	    "S: 250 2.1.5 Ok",
	    "E: recipient 0 accepted rcpt 250 2.1.5",
	    "C: DATA",
	    "S: 354 End data with <CR><LF>.<CR><LF>",
	    "E: step data 354",
	    "E: body",
	    "! body Subject: x\r\n\r\n.hidden\r\n",
	    "B: Subject: x",
	    "B: ",
	    "B: ..hidden",
	    "! finish",
	    "C: .",
	    "S: 250 2.0.0 Ok: queued as 4ABCDEF",
	    "E: message accepted dot 250 2.0.0",
	    "E: ready");
	assert_string_equal(d.last.text, "Ok: queued as 4ABCDEF");
	dialogue_end(&d);
}

static void nothing_of_the_dot_goes_before_finish(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 354 go", "E: step data 354", "E: body");
	assert_int_equal(smtp_session_body(d.session, SLICE("abc\r\n"), d.now), 5);
	dialogue_drain(&d);
	assert_slice(buffer_slice(&d.said), "abc\r\n");
	assert_false(smtp_session_dot_sent(d.session));
	smtp_session_finish(d.session, d.now);
	assert_false(smtp_session_dot_sent(d.session));
	dialogue_drain(&d);
	assert_slice(buffer_slice(&d.said), "abc\r\n.\r\n");
	assert_true(smtp_session_dot_sent(d.session));
	buffer_clear(&d.said);
	PLAY(&d, "S: 250 ok", "E: message accepted dot 250", "E: ready");
	assert_false(smtp_session_dot_sent(d.session));
	dialogue_end(&d);
}

static void pipelined_where_offered(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250-PIPELINING\r\n250 8BITMIME");
	d.envelope.n_recipients = 3;
	d.envelope.size = 42;
	d.envelope.needs_8bitmime = true;
	PLAY(&d,
	    "! begin",
	    "C: MAIL FROM:<node@example.org> BODY=8BITMIME",
	    "C: RCPT TO:<admin@example.com>",
	    "C: RCPT TO:<second@example.com>",
	    "C: RCPT TO:<third@example.com>",
	    "C: DATA",
	    "S: 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 unknown\r\n450 4.2.0 greylisted\r\n354 go",
	    "E: step mail 250",
	    "E: recipient 0 accepted rcpt 250 2.1.5",
	    "E: recipient 1 recipient rcpt 550 5.1.1",
	    "E: recipient 2 transient rcpt 450 4.2.0",
	    "E: step data 354",
	    "E: body",
	    "! body x\r\n",
	    "B: x",
	    "! finish",
	    "C: .",
	    "S: 250 2.0.0 queued",
	    "E: message accepted dot 250 2.0.0",
	    "E: ready");
	dialogue_end(&d);
}

static void a_long_list_of_recipients_is_sent_in_windows(void **state UNUSED)
{
	struct slice recipients[200];
	struct dialogue d;
	size_t outstanding;

	for (size_t i = 0; i < COUNT_OF(recipients); i++)
		recipients[i] = SLICE("admin@example.com");
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.envelope.recipients = recipients;
	d.envelope.n_recipients = COUNT_OF(recipients);
	dialogue_verb(&d, SLICE("begin"));
	dialogue_expect(&d.said, "MAIL FROM:<node@example.org>", "\r\n");
	outstanding = 1;
	for (size_t answered = 0; answered < COUNT_OF(recipients) + 1; answered++) {
		while (d.said.len > 0 && slice_starts(buffer_slice(&d.said), "RCPT")) {
			dialogue_expect(&d.said, "RCPT TO:<admin@example.com>", "\r\n");
			outstanding++;
		}
		assert_true(outstanding <= SMTP_PIPELINE_MAX);
		if (answered < COUNT_OF(recipients) + 1 - SMTP_PIPELINE_MAX)
			assert_int_equal(outstanding, SMTP_PIPELINE_MAX);
		dialogue_feed(&d, SLICE("250 ok\r\n"));
		outstanding--;
	}
	buffer_clear(&d.happened);
	PLAY(&d, "C: DATA", "S: 354 go", "E: step data 354", "E: body");
	dialogue_end(&d);
}

static void a_refused_sender_fails_the_message_only(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 550 5.7.1 not you",
	    "E: message account mail 550 5.7.1", "C: RSET", "S: 250 ok", "E: ready");
	dialogue_end(&d);
}

static void a_refused_sender_in_a_group_is_told_once(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.envelope.n_recipients = 2;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>",
	    "C: RCPT TO:<second@example.com>", "C: DATA",
	    "S: 550 5.7.1 not you\r\n503 5.5.1 need MAIL\r\n503 5.5.1 need MAIL\r\n503 5.5.1 need RCPT",
	    "E: message account mail 550 5.7.1", "C: RSET", "S: 250 ok", "E: ready");
	dialogue_end(&d);
}

static void all_recipients_refused_needs_no_data(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	d.envelope.n_recipients = 2;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 550 5.1.1 no", "E: recipient 0 recipient rcpt 550 5.1.1",
	    "C: RCPT TO:<second@example.com>", "S: 451 4.3.0 later",
	    "E: recipient 1 transient rcpt 451 4.3.0", "E: message recipient rcpt no_recipients 5.5.0",
	    "C: RSET", "S: 250 ok", "E: ready");
	dialogue_end(&d);
}

static void all_recipients_refused_in_a_group(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>", "C: DATA",
	    "S: 250 ok\r\n550 5.1.1 no\r\n554 5.5.1 no valid recipients", "E: step mail 250",
	    "E: recipient 0 recipient rcpt 550 5.1.1", "E: message recipient rcpt no_recipients 5.5.0",
	    "C: RSET", "S: 250 ok", "E: ready");
	dialogue_end(&d);
}

/* RFC 2920 3.1: let in for nobody, the client ends it with a dot and expects a failure. */
static void data_let_in_for_nobody_is_ended_empty(void **state UNUSED)
{
	static const char *const answers[] = { "S: 554 no valid recipients", "S: 250 ok" };

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_CLEAR, false);
		play_to_ready(&d, "250 PIPELINING");
		PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>",
		    "C: DATA", "S: 250 ok\r\n550 5.1.1 no\r\n354 go", "E: step mail 250",
		    "E: recipient 0 recipient rcpt 550 5.1.1", "C: .", answers[i],
		    "E: message recipient rcpt no_recipients 5.5.0", "C: RSET", "S: 250 ok", "E: ready");
		dialogue_end(&d);
	}
}

static void data_let_in_after_a_refused_sender_is_ended_empty(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>", "C: DATA",
	    "S: 450 4.7.1 later\r\n250 ok\r\n354 go", "C: .", "S: 250 ok",
	    "E: message transient mail 450 4.7.1", "C: RSET", "S: 250 ok", "E: ready");
	dialogue_end(&d);
}

static void data_refused(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 451 4.3.0 disk full", "E: message transient data 451 4.3.0", "C: RSET", "S: 250 ok",
	    "E: ready");
	dialogue_end(&d);
}

/* To the point where the dot is out. */
static void play_to_dot(struct dialogue *d)
{
	dialogue_begin(d, SMTP_CLEAR, false);
	play_to_ready(d, "250 DSN");
	PLAY(d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 354 go", "E: step data 354", "E: body", "! body x\r\n", "B: x", "! finish", "C: .");
}

static void the_answer_to_the_dot_is_the_verdict(void **state UNUSED)
{
	static const struct { const char *reply, *event; } cases[] = {
		{ "S: 554 5.7.1 Spam", "E: message message dot 554 5.7.1" },
		{ "S: 451 4.3.0 later", "E: message transient dot 451 4.3.0" },
		{ "S: 552 5.3.4 too big", "E: message message dot 552 5.3.4" },
		{ "S: 554 5.2.0 SubmissionQuotaExceeded", "E: message account dot 554 5.2.0" },
		{ "S: 251 2.0.0 strange but 2", "E: message accepted dot 251 2.0.0" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		play_to_dot(&d);
		PLAY(&d, cases[i].reply, cases[i].event, "E: ready");
		dialogue_end(&d);
	}
}

static void several_messages_in_one_session(void **state UNUSED)
{
	struct dialogue d;

	play_to_dot(&d);
	PLAY(&d, "S: 250 one", "E: message accepted dot 250", "E: ready");
	for (int i = 0; i < 50; i++)
		PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
		    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250",
		    "C: DATA", "S: 354 go", "E: step data 354", "E: body", "! body .\r\n", "B: ..",
		    "! finish", "C: .", "S: 250 next", "E: message accepted dot 250", "E: ready");
	PLAY(&d, "! quit", "C: QUIT", "S: 552 odd, but who asks", "E: ended accepted quit"); /* s23 */
	dialogue_end(&d);
}

static void the_null_sender(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	d.envelope.sender = SLICE("");
	PLAY(&d, "! begin", "C: MAIL FROM:<>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>");
	dialogue_end(&d);
}

/* s16 */
static void too_large_is_told_before_sending(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 SIZE 1000");
	d.envelope.size = 1001;
	PLAY(&d, "! begin", "E: message message mail too_large 5.3.4", "E: ready");
	assert_string_equal(d.last.text,
	    "The message has 1001 octets, mx.example.com takes at most 1000.");
	d.envelope.size = 1000;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org> SIZE=1000");
	dialogue_end(&d);
}

static void eight_bit_content_needs_8bitmime(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	assert_false(smtp_session_capabilities(d.session)->eight_bit_mime);
	d.envelope.needs_8bitmime = true;
	PLAY(&d, "! begin", "E: message message mail no_8bitmime 5.6.3", "E: ready");
	dialogue_end(&d);
}

static void internationalised_mail_needs_smtputf8(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 8BITMIME");
	d.envelope.needs_smtputf8 = true;
	PLAY(&d, "! begin", "E: message message mail no_smtputf8 5.6.7", "E: ready");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250-8BITMIME\r\n250 SMTPUTF8");
	d.recipients[0] = SLICE("j\xc3\xb6rg@example.com");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org> BODY=8BITMIME SMTPUTF8", "S: 250 ok",
	    "E: step mail 250", "C: RCPT TO:<j\xc3\xb6rg@example.com>");
	dialogue_end(&d);
}

static void notices_are_asked_of_who_can_send_them(void **state UNUSED)
{
	const struct dsn dsn = { DSN_SUCCESS | DSN_FAILURE, DSN_RETURN_HEADERS, "job+7" };
	const struct dsn never = { .notify = DSN_NEVER };
	char name[70], line[1000], said[1100];
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250-SIZE\r\n250 DSN");
	d.envelope.dsn = &dsn;
	d.envelope.size = 5;
	d.recipients[0] = SLICE("a+b@example.com");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org> SIZE=5 RET=HDRS ENVID=job+2B7",
	    "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<a+b@example.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb@example.com");
	dialogue_end(&d);
	/* the original recipient is left out where it is not ASCII, or grows too long */
	memset(name, '=', 64);
	name[64] = '\0';
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250-PIPELINING\r\n250-SMTPUTF8\r\n250 DSN");
	d.envelope.dsn = &never;
	d.envelope.n_recipients = 2;
	d.recipients[0] = SLICE("j\xc3\xb6rg@example.com");
	snprintf(line, sizeof(line), "%s@%s.%s.%s", name, "b=======================================",
	    "c=======================================", "d===========================================");
	d.recipients[1] = slice_of(line);
	snprintf(said, sizeof(said), "C: RCPT TO:<%s> NOTIFY=NEVER", line);
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org> SMTPUTF8",
	    "C: RCPT TO:<j\xc3\xb6rg@example.com> NOTIFY=NEVER", said, "C: DATA");
	dialogue_end(&d);
	/* who does not offer it is not asked */
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 8BITMIME");
	d.envelope.dsn = &dsn;
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>");
	dialogue_end(&d);
}

static void one_internationalised_recipient_fails_alone(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.recipients[1] = SLICE("j\xc3\xb6rg@example.com");
	d.envelope.n_recipients = 3;
	PLAY(&d, "! begin", "E: recipient 1 recipient rcpt no_smtputf8 5.6.7",
	    "C: MAIL FROM:<node@example.org>", "C: RCPT TO:<admin@example.com>",
	    "C: RCPT TO:<third@example.com>", "C: DATA", "S: 250 ok\r\n250 ok\r\n550 no\r\n354 go",
	    "E: step mail 250", "E: recipient 0 accepted rcpt 250", "E: recipient 2 recipient rcpt 550",
	    "E: step data 354", "E: body");
	dialogue_end(&d);
}

static void no_recipient_left_says_nothing_to_the_server(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 PIPELINING");
	d.recipients[0] = SLICE("j\xc3\xb6rg@example.com");
	PLAY(&d, "! begin", "E: recipient 0 recipient rcpt no_smtputf8 5.6.7",
	    "E: message recipient rcpt no_recipients 5.5.0", "E: ready");
	dialogue_end(&d);
}

static void addresses_cannot_smuggle_commands(void **state UNUSED)
{
	static const char *const bad[] = {
		"a@b.c>\r\nDATA", "a@b.c> SIZE=1", "a b@c.d", "<a@b.c", "a@b.c\n", "\"a@b.c", "a\x7f@b.c",
		"\"a\\\"@b.c",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_CLEAR, false);
		play_to_ready(&d, "250 PIPELINING");
		d.recipients[0] = slice_of(bad[i]);
		PLAY(&d, "! begin", "E: recipient 0 recipient rcpt bad_address 5.1.3",
		    "E: message recipient rcpt no_recipients 5.5.0", "E: ready");
		d.recipients[0] = SLICE("admin@example.com");
		d.envelope.sender = slice_of(bad[i]);
		PLAY(&d, "! begin", "E: message message mail bad_address 5.1.7", "E: ready");
		dialogue_end(&d);
	}
}

static void quoted_local_parts_are_addresses(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	d.envelope.sender = SLICE("\"a <b> \\\"c\\\\\"@example.org");
	PLAY(&d, "! begin", "C: MAIL FROM:<\"a <b> \\\"c\\\\\"@example.org>");
	dialogue_end(&d);
}

static void content_goes_out_as_fast_as_it_is_taken(void **state UNUSED)
{
	static char content[300000];
	struct dialogue d;
	size_t at = 0, n_calls = 0, n_out = 0;

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = i % 50 == 48 ? '\r' : i % 50 == 49 ? '\n' : '.';
	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 354 go", "E: step data 354", "E: body");
	while (at < sizeof(content)) {
		struct slice rest = slice_make(content + at, sizeof(content) - at);
		size_t taken = smtp_session_body(d.session, rest, d.now);

		at += taken;
		if (taken == 0)
			assert_true(smtp_session_room(d.session) == 0);
		n_out += smtp_session_take(d.session, 10000, d.now).len;
		assert_true(++n_calls < 1000);
	}
	smtp_session_finish(d.session, d.now);
	for (struct slice s; (s = smtp_session_take(d.session, 10000, d.now)).len > 0;)
		n_out += s.len;
	assert_int_equal(n_out, sizeof(content) + sizeof(content) / 50 + 3);
	dialogue_end(&d);
}

static void abandoning_sends_no_dot(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 354 go", "E: step data 354", "E: body", "! body x\r\n", "B: x", "! abandon",
	    "E: message local body stopped", "E: ended local body stopped");
	assert_string_equal(d.last.text, "The message was deleted.");
	dialogue_end(&d);
}

static void the_transcript_counts_the_content_only(void **state UNUSED)
{
	struct dialogue d;
	bool found = false;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	PLAY(&d, "! begin", "C: MAIL FROM:<node@example.org>", "S: 250 ok", "E: step mail 250",
	    "C: RCPT TO:<admin@example.com>", "S: 250 ok", "E: recipient 0 accepted rcpt 250", "C: DATA",
	    "S: 354 go", "E: step data 354", "E: body", "! body canary in the content\r\n",
	    "B: canary in the content", "! finish", "C: .", "S: 250 ok", "E: message accepted dot 250",
	    "E: ready");
	for (size_t i = 0; i < d.transcript.n_lines; i++) {
		assert_null(strstr(d.transcript.lines[i].text, "canary"));
		found = found || strcmp(d.transcript.lines[i].text, "(23 bytes of message)") == 0;
	}
	assert_true(found);
	dialogue_end(&d);
}

static void verbs_at_the_wrong_time_do_nothing(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	play_to_ready(&d, "250 DSN");
	smtp_session_finish(d.session, d.now);
	assert_int_equal(smtp_session_body(d.session, SLICE("x"), d.now), 0);
	smtp_session_secured(d.session, "x", "y", d.now);
	smtp_session_connected(d.session, d.now);
	smtp_session_injected(d.session, d.now);
	smtp_session_abandon(d.session, SLICE("x"), d.now);
	smtp_session_expire(d.session, d.now + 1000000);
	PLAY(&d, "! quit", "C: QUIT");
	assert_int_equal(smtp_session_begin(d.session, &d.envelope, d.now), SMTP_BUSY);
	assert_int_equal(smtp_session_quit(d.session, d.now), SMTP_BUSY);
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_message_step_by_step),
		cmocka_unit_test(nothing_of_the_dot_goes_before_finish),
		cmocka_unit_test(pipelined_where_offered),
		cmocka_unit_test(a_long_list_of_recipients_is_sent_in_windows),
		cmocka_unit_test(a_refused_sender_fails_the_message_only),
		cmocka_unit_test(a_refused_sender_in_a_group_is_told_once),
		cmocka_unit_test(all_recipients_refused_needs_no_data),
		cmocka_unit_test(all_recipients_refused_in_a_group),
		cmocka_unit_test(data_let_in_for_nobody_is_ended_empty),
		cmocka_unit_test(data_let_in_after_a_refused_sender_is_ended_empty),
		cmocka_unit_test(data_refused),
		cmocka_unit_test(the_answer_to_the_dot_is_the_verdict),
		cmocka_unit_test(several_messages_in_one_session),
		cmocka_unit_test(the_null_sender),
		cmocka_unit_test(too_large_is_told_before_sending),
		cmocka_unit_test(eight_bit_content_needs_8bitmime),
		cmocka_unit_test(internationalised_mail_needs_smtputf8),
		cmocka_unit_test(notices_are_asked_of_who_can_send_them),
		cmocka_unit_test(one_internationalised_recipient_fails_alone),
		cmocka_unit_test(no_recipient_left_says_nothing_to_the_server),
		cmocka_unit_test(addresses_cannot_smuggle_commands),
		cmocka_unit_test(quoted_local_parts_are_addresses),
		cmocka_unit_test(content_goes_out_as_fast_as_it_is_taken),
		cmocka_unit_test(abandoning_sends_no_dot),
		cmocka_unit_test(the_transcript_counts_the_content_only),
		cmocka_unit_test(verbs_at_the_wrong_time_do_nothing),
	};

	return cmocka_run_group_tests_name("smtp/session_mail", tests, NULL, NULL);
}
