/* Signing in: PLAIN, LOGIN, what servers make of them, and that no secret is seen anywhere. */
#include "unit/smtp/dialogue.h"

static void assert_no_secret(struct dialogue *d)
{
	for (size_t i = 0; i < d->transcript.n_lines; i++) {
		assert_null(strstr(d->transcript.lines[i].text, "s3cret"));
		/* base64 of the password and of the PLAIN response */
		assert_null(strstr(d->transcript.lines[i].text, "czNjcmV0"));
		assert_null(strstr(d->transcript.lines[i].text, "AGFsZXJ0"));
	}
	assert_null(strstr(d->last.text, "s3cret"));
	assert_null(strstr(d->last.text, "czNjcmV0"));
}

static void plain_goes_in_one_line(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH LOGIN PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5",
	    "S: 235 2.7.0 Authentication successful", "E: step auth 235", "E: ready");
	assert_no_secret(&d);
	dialogue_end(&d);
}

static void the_transcript_has_stars_instead(void **state UNUSED)
{
	struct dialogue d;
	bool found = false;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: 235 ok",
	    "E: step auth 235", "E: ready");
	for (size_t i = 0; i < d.transcript.n_lines; i++)
		found = found || strcmp(d.transcript.lines[i].text, "AUTH PLAIN ****") == 0;
	assert_true(found);
	dialogue_end(&d);
}

static void login_answers_whatever_the_prompts_say(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH LOGIN XOAUTH2");
	PLAY(&d, "C: AUTH LOGIN",
	    "S: 334 UGFzc3dvcmQ6", /* "Password:" first: the order counts, not the words */
	    "C: YWxlcnRzQGV4YW1wbGUub3Jn",
	    "S: 334 ",
	    "C: czNjcmV0LWNhbmFyeQ==",
	    "S: 235 2.7.0 ok", "E: step auth 235", "E: ready");
	assert_no_secret(&d);
	dialogue_end(&d);
}

static void a_long_password_waits_for_the_servers_question(void **state UNUSED)
{
	char password[600], line[2000];
	struct dialogue d;

	memset(password, 'p', sizeof(password) - 1);
	password[sizeof(password) - 1] = '\0';
	dialogue_begin(&d, SMTP_TLS, true);
	d.config.password = password;
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN");
	dialogue_feed(&d, SLICE("334\r\n"));
	dialogue_take_line(&d, line, sizeof(line));
	assert_int_equal(strlen(line), (1 + 18 + 1 + 599 + 2) / 3 * 4);
	PLAY(&d, "S: 235 ok", "E: step auth 235", "E: ready");
	dialogue_end(&d);
}

static void the_auth_line_keeps_within_512_octets(void **state UNUSED)
{
	/* "AUTH PLAIN " and CRLF are 13 octets; 499 are left, 496 of them a multiple of four: 372 */
	static const struct { size_t password; bool one_line; } cases[] = {
		{ 372 - 20, true }, { 372 - 19, false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char password[600], line[2000];
		struct dialogue d;

		memset(password, 'p', sizeof(password));
		password[cases[i].password] = '\0';
		dialogue_begin(&d, SMTP_TLS, true);
		d.config.password = password;
		play_to_auth(&d, "AUTH PLAIN");
		dialogue_take_line(&d, line, sizeof(line));
		assert_int_equal(strlen(line) > strlen("AUTH PLAIN"), cases[i].one_line);
		assert_true(strlen(line) + 2 <= 512);
		dialogue_end(&d);
	}
}

static void a_server_that_chokes_on_the_line_is_asked_in_two_steps(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5",
	    "S: 500 5.5.2 Line too long", "C: AUTH PLAIN", "S: 334 ",
	    "C: AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: 235 ok", "E: step auth 235",
	    "E: ready");
	dialogue_end(&d);
}

static void it_is_asked_in_two_steps_once_only(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: 500 no",
	    "C: AUTH PLAIN", "S: 500 no", "E: ended relay auth 500", "C: QUIT");
	dialogue_end(&d);
}

static void a_refused_password_ends_it(void **state UNUSED)
{
	static const struct { const char *reply, *event; bool quits; } cases[] = {
		{ "S: 535 5.7.8 Error: authentication failed", "E: ended credential auth 535 5.7.8", true },
		{ "S: 534 5.7.9 Application-specific password required",
		  "E: ended credential auth 534 5.7.9", true },
		{ "S: 454 4.7.0 Temporary authentication failure", "E: ended relay auth 454 4.7.0", true },
		{ "S: 421 4.7.0 Too many login attempts", "E: ended relay auth 421 4.7.0", false },
		{ "S: 250 ok", "E: ended relay auth unexpected", false },
		{ "S: 354 go", "E: ended relay auth unexpected", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_TLS, true);
		play_to_auth(&d, "AUTH PLAIN");
		PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", cases[i].reply,
		    cases[i].event, cases[i].quits ? "C: QUIT" : NULL);
		assert_no_secret(&d);
		dialogue_end(&d);
	}
}

/* s14 */
static void sign_in_not_offered_is_never_left_out(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "SIZE 5");
	PLAY(&d, "E: ended relay auth no_auth", "C: QUIT");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH XOAUTH2 CRAM-MD5");
	PLAY(&d, "E: ended relay auth no_mechanism", "C: QUIT");
	assert_non_null(strstr(d.last.text, "XOAUTH2 CRAM-MD5"));
	dialogue_end(&d);
}

static void no_password_in_clear_text_unless_allowed(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, true);
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 AUTH PLAIN", "E: step ehlo 250", "E: ended relay auth clear_password",
	    "C: QUIT");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_CLEAR, true);
	d.config.allow_clear = true;
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 AUTH PLAIN", "E: step ehlo 250",
	    "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: 235 ok",
	    "E: step auth 235", "E: ready");
	dialogue_end(&d);
}

/* s15 */
static void questions_without_end_are_cancelled(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: 334 ", "C: *",
	    "S: 501 5.7.0 cancelled", "E: ended relay auth challenge", "C: QUIT");
	dialogue_end(&d);
	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH LOGIN");
	PLAY(&d, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YWxlcnRzQGV4YW1wbGUub3Jn",
	    "S: 334 UGFzc3dvcmQ6", "C: czNjcmV0LWNhbmFyeQ==", "S: 334 QWdhaW46", "C: *", "S: 334 no",
	    "E: ended relay auth unexpected");
	dialogue_end(&d);
}

static void a_challenge_in_bad_base64_is_cancelled(void **state UNUSED)
{
	static const char *const replies[] = {
		"S: 334 ****", "S: 334 VXNlcm5hbWU", "S: 334 VXNl cm5h", "S: 334 Username:",
		"S: 334-VXNlcm5hbWU6\r\n334 VXNlcm5hbWU6",
	};

	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_TLS, true);
		play_to_auth(&d, "AUTH LOGIN");
		PLAY(&d, "C: AUTH LOGIN", replies[i], "C: *", "S: 501 ok", "E: ended relay auth challenge",
		    "C: QUIT");
		dialogue_end(&d);
	}
}

static void a_huge_challenge_is_cancelled(void **state UNUSED)
{
	char reply[8192];
	struct dialogue d;

	memset(reply, 'A', sizeof(reply));
	memcpy(reply, "S: 334 ", 7);
	reply[sizeof(reply) - 1] = '\0';
	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH LOGIN");
	PLAY(&d, "C: AUTH LOGIN", reply, "C: *", "S: 501 ok", "E: ended relay auth challenge",
	    "C: QUIT");
	dialogue_end(&d);
}

static void a_server_that_repeats_the_password_is_not_quoted(void **state UNUSED)
{
	static const char *const replies[] = {
		"S: 535 bad password s3cret-canary", "S: 535 czNjcmV0LWNhbmFyeQ== is wrong",
		"S: 535-no\r\n535 AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5",
	};

	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		struct dialogue d;

		dialogue_begin(&d, SMTP_TLS, true);
		play_to_auth(&d, "AUTH PLAIN");
		PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", replies[i],
		    "E: ended credential auth 535", "C: QUIT");
		assert_no_secret(&d);
		dialogue_end(&d);
	}
}

static void nor_is_an_unreadable_answer_with_the_password_in_it(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5", "S: s3cret-canary",
	    "E: ended relay auth protocol");
	assert_no_secret(&d);
	dialogue_end(&d);
}

static void auth_is_not_pipelined(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	play_to_auth(&d, "AUTH PLAIN");
	PLAY(&d, "C: AUTH PLAIN AGFsZXJ0c0BleGFtcGxlLm9yZwBzM2NyZXQtY2FuYXJ5");
	assert_int_equal(smtp_session_begin(d.session, &d.envelope, d.now), SMTP_BUSY);
	PLAY(&d, "S: 235 ok\r\n250 more", "E: step auth 235", "E: ready",
	    "E: ended transient idle unexpected");
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_goes_in_one_line),
		cmocka_unit_test(the_transcript_has_stars_instead),
		cmocka_unit_test(login_answers_whatever_the_prompts_say),
		cmocka_unit_test(a_long_password_waits_for_the_servers_question),
		cmocka_unit_test(the_auth_line_keeps_within_512_octets),
		cmocka_unit_test(a_server_that_chokes_on_the_line_is_asked_in_two_steps),
		cmocka_unit_test(it_is_asked_in_two_steps_once_only),
		cmocka_unit_test(a_refused_password_ends_it),
		cmocka_unit_test(sign_in_not_offered_is_never_left_out),
		cmocka_unit_test(no_password_in_clear_text_unless_allowed),
		cmocka_unit_test(questions_without_end_are_cancelled),
		cmocka_unit_test(a_challenge_in_bad_base64_is_cancelled),
		cmocka_unit_test(a_huge_challenge_is_cancelled),
		cmocka_unit_test(a_server_that_repeats_the_password_is_not_quoted),
		cmocka_unit_test(nor_is_an_unreadable_answer_with_the_password_in_it),
		cmocka_unit_test(auth_is_not_pipelined),
	};

	return cmocka_run_group_tests_name("smtp/session_auth", tests, NULL, NULL);
}
