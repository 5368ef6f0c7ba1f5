/* From the greeting to READY: EHLO, HELO, TLS, STARTTLS, and every way that can fail. */
#include "unit/smtp/dialogue.h"

static void clear_text_without_sign_in(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d,
	    "S: 220-mx.example.com ESMTP",
	    "S: 220 no spam here",
	    "E: step greeting 220",
	    "C: EHLO node.example.org",
	    "S: 250-mx.example.com",
	    "S: 250-SIZE 1000000",
	    "S: 250 PIPELINING",
	    "E: step ehlo 250",
	    "E: ready");
	assert_true(smtp_session_ready(d.session));
	assert_true(smtp_session_capabilities(d.session)->size == 1000000);
	PLAY(&d, "! quit", "C: QUIT", "S: 221 2.0.0 Bye", "E: ended accepted quit");
	assert_true(smtp_session_ended(d.session));
	dialogue_end(&d);
}

static void an_old_server_is_greeted_with_helo(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d, "S: 220 old", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 500 unknown command", "C: HELO node.example.org", "S: 250 old", "E: step ehlo 250",
	    "E: ready");
	assert_false(smtp_session_capabilities(d.session)->esmtp);
	dialogue_end(&d);
}

static void helo_is_no_way_around_tls_or_sign_in(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_STARTTLS, false);
	PLAY(&d, "S: 220 x", "E: step greeting 220", "C: EHLO node.example.org", "S: 502 no",
	    "E: ended relay ehlo 502", "C: QUIT");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_CLEAR, true);
	PLAY(&d, "S: 220 x", "E: step greeting 220", "C: EHLO node.example.org", "S: 502 no",
	    "E: ended relay ehlo 502", "C: QUIT");
	dialogue_end(&d);
}

static void tls_from_the_first_byte(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, false);
	PLAY(&d, "E: start-tls", "! secured", "S: 220 mx", "E: step greeting 220",
	    "C: EHLO node.example.org", "S: 250 mx", "E: step ehlo 250", "E: ready");
	dialogue_end(&d);
}

static void a_greeting_in_clear_text_where_tls_was_to_begin_ends_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, false);
	PLAY(&d, "E: start-tls", "S: 220 mx", "E: ended relay tls tls_not_tls");
	dialogue_end(&d);
}

static void starttls_forgets_what_was_offered_in_clear_text(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_STARTTLS, false);
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250-STARTTLS\r\n250-SIZE 77\r\n250-PIPELINING\r\n250 AUTH PLAIN",
	    "E: step ehlo 250", "C: STARTTLS", "S: 220 2.0.0 Ready to start TLS",
	    "E: step starttls 220", "E: start-tls", "! secured", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 8BITMIME", "E: step ehlo 250", "E: ready");
	assert_false(smtp_session_capabilities(d.session)->pipelining);
	assert_false(smtp_session_capabilities(d.session)->auth);
	assert_true(smtp_session_capabilities(d.session)->size == 0);
	dialogue_end(&d);
}

/* s17 is the handshake's: what the caller saw becomes the verdict. */
static void a_failed_handshake_ends_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	PLAY(&d, "E: start-tls");
	smtp_session_closed(d.session, REASON_TLS_EXPIRED, SLICE("It ended on 1 May."), d.now);
	dialogue_drain(&d);
	PLAY(&d, "E: ended relay tls tls_expired");
	assert_string_equal(d.last.text, "It ended on 1 May.");
	dialogue_end(&d);
}

static void starttls_not_offered_is_never_clear_text(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_STARTTLS, true);
	d.config.allow_clear = true;
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250-XSTARTTLS\r\n250 AUTH PLAIN LOGIN", "E: step ehlo 250",
	    "E: ended relay starttls no_starttls", "C: QUIT");
	dialogue_end(&d);
}

/* Stripping, as an attacker on the way or a broken server does it. */
static void no_answer_to_starttls_but_220_leads_on(void **state UNUSED)
{
	static const struct { const char *reply, *event; bool quits; } cases[] = {
		{ "S: 454 4.7.0 TLS not available", "E: ended relay starttls 454 4.7.0", true },
		{ "S: 500 what", "E: ended relay starttls 500", true },
		{ "S: 502 5.5.1 no", "E: ended relay starttls 502 5.5.1", true },
		{ "S: 421 bye", "E: ended relay starttls 421", false },
		{ "S: 250 ok", "E: ended relay starttls unexpected", false },
		{ "S: 354 go", "E: ended relay starttls unexpected", false },
		{ "S: 235 in", "E: ended relay starttls unexpected", false },
		{ "S: 22", "E: ended relay starttls protocol", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_STARTTLS, true);
		PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
		    "S: 250-mx\r\n250 STARTTLS", "E: step ehlo 250", "C: STARTTLS", cases[i].reply,
		    cases[i].event, cases[i].quits ? "C: QUIT" : NULL);
		dialogue_end(&d);
	}
}

static void bytes_glued_to_the_220_end_it(void **state UNUSED)
{
	static const char *const replies[] = {
		"S: 220 go\r\n250 injected", "S: 220 go\r\n\r\n2", "S: 220 go\r\n\n",
	};

	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_STARTTLS, true);
		PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
		    "S: 250-mx\r\n250 STARTTLS", "E: step ehlo 250", "C: STARTTLS", replies[i],
		    "E: step starttls 220", "E: ended relay tls injected");
		dialogue_end(&d);
	}
}

static void a_fragment_after_the_220_ends_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_STARTTLS, true);
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 STARTTLS", "E: step ehlo 250", "C: STARTTLS", "S: 220 go",
	    "E: step starttls 220", "E: start-tls");
	dialogue_feed(&d, SLICE("2"));
	PLAY(&d, "E: ended relay tls injected");
	dialogue_end(&d);
}

static void a_fragment_the_stream_found_ends_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	PLAY(&d, "E: start-tls", "! injected", "E: ended relay tls tls_not_tls");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_STARTTLS, true);
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 STARTTLS", "E: step ehlo 250", "C: STARTTLS", "S: 220 go",
	    "E: step starttls 220", "E: start-tls", "! injected", "E: ended relay tls injected");
	dialogue_end(&d);
}

static void refusals_before_ready_are_the_relays(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d, "S: 554 5.7.1 go away", "E: ended relay greeting 554 5.7.1", "C: QUIT");
	assert_string_equal(d.last.text, "go away");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d, "S: 421 4.3.2 too many connections", "E: ended relay greeting 421 4.3.2");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 550 5.7.1 EHLO refused", "E: ended relay ehlo 550 5.7.1", "C: QUIT");
	dialogue_end(&d);
}

/* s8: what comes before it is asked for ends the session. */
static void a_greeting_with_more_behind_it_ends_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	PLAY(&d, "S: 220 mx\r\n250 mx", "E: step greeting 220", "E: ended relay ehlo unexpected");
	dialogue_end(&d);
}

static void an_unusable_helo_name_is_not_sent(void **state UNUSED)
{
	static const char *const names[] = { "", "two words", "node\r\nMAIL FROM:<x>", "a\tb" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_CLEAR, false);
		d.config.helo_name = names[i];
		PLAY(&d, "E: ended relay connect settings");
		dialogue_end(&d);
	}
}

static void works_octet_by_octet(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, false);
	d.chunk = 1;
	play_to_ready(&d, "250-PIPELINING\r\n250 SIZE 5");
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_text_without_sign_in),
		cmocka_unit_test(an_old_server_is_greeted_with_helo),
		cmocka_unit_test(helo_is_no_way_around_tls_or_sign_in),
		cmocka_unit_test(tls_from_the_first_byte),
		cmocka_unit_test(a_greeting_in_clear_text_where_tls_was_to_begin_ends_it),
		cmocka_unit_test(starttls_forgets_what_was_offered_in_clear_text),
		cmocka_unit_test(a_failed_handshake_ends_it),
		cmocka_unit_test(starttls_not_offered_is_never_clear_text),
		cmocka_unit_test(no_answer_to_starttls_but_220_leads_on),
		cmocka_unit_test(bytes_glued_to_the_220_end_it),
		cmocka_unit_test(a_fragment_after_the_220_ends_it),
		cmocka_unit_test(a_fragment_the_stream_found_ends_it),
		cmocka_unit_test(refusals_before_ready_are_the_relays),
		cmocka_unit_test(a_greeting_with_more_behind_it_ends_it),
		cmocka_unit_test(an_unusable_helo_name_is_not_sent),
		cmocka_unit_test(works_octet_by_octet),
	};

	return cmocka_run_group_tests_name("smtp/session_hello", tests, NULL, NULL);
}
