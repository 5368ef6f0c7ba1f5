/* What people paste to have it explained: the refusal in it is found, and nothing else is. */
#include "unit/unit.h"

#include "core/diagnosis_input.h"

static struct arena *arena;

static int setup(void **state UNUSED)
{
	arena = arena_new(1024 * 1024);
	return arena == NULL;
}

static int teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct diagnosis_facts facts_in(const char *text)
{
	struct diagnosis_facts f = { 0 };

	if (!diagnosis_read(slice_of(text), arena, &f))
		fail_msg("nothing found in: %s", text);
	return f;
}

static void assert_reply(const char *text, unsigned code, unsigned detail, enum verdict_stage stage,
	const char *words)
{
	struct diagnosis_facts f = facts_in(text);

	assert_false(f.token);
	assert_int_equal(f.code, code);
	assert_int_equal(f.enhanced.class == 0 ? 0 : f.enhanced.detail, detail);
	assert_int_equal(f.stage, stage);
	assert_slice(f.text, words);
}

static void a_bare_reply(void **state UNUSED)
{
	assert_reply("550 5.1.1 no such user", 550, 1, STAGE_RCPT, "no such user");
	assert_reply("535 no\r\n", 535, 0, STAGE_AUTH, "no");
	assert_reply("421", 421, 0, STAGE_IDLE, "");
	assert_reply("  S: 454 4.7.0 TLS not available", 454, 0, STAGE_STARTTLS, "TLS not available");
	assert_reply("<- 454 4.7.0 later", 454, 0, STAGE_AUTH, "later");
	assert_reply("504 5.5.4 Unrecognized authentication type", 504, 4, STAGE_AUTH,
	    "Unrecognized authentication type");
	assert_reply("432 4.3.2 too many", 432, 2, STAGE_DOT, "too many");
	assert_reply("432 4.7.12 change it", 432, 12, STAGE_AUTH, "change it");
}

static void a_reply_of_several_lines(void **state UNUSED)
{
	assert_reply("535-5.7.8 Username and Password not accepted. For more\r\n535 5.7.8 information, "
	    "see\r\n221 bye\r\n", 535, 8, STAGE_AUTH,
	    "Username and Password not accepted. For more\ninformation, see");
}

static void the_first_refusal_of_a_dialogue(void **state UNUSED)
{
	assert_reply("S: 220 mx ESMTP\nC: EHLO me\nS: 250-mx\nS: 250 HELP\nC: MAIL FROM:<a@b.c>\n"
	    "S: 250 ok\nC: RCPT TO:<d@e.f>\nS: 554 5.7.1 <d@e.f>: Relay access denied\nC: QUIT\n", 554, 1,
	    STAGE_RCPT, "<d@e.f>: Relay access denied");
}

static void a_reply_in_a_line_of_a_log(void **state UNUSED)
{
	assert_reply("Nov  3 10:00:00 h postfix/smtp[4512]: 4ABC: to=<a@b.c>, relay=mx.b.c[192.0.2.1]:25, "
	    "delay=0.45, dsn=5.1.1, status=bounced (host mx.b.c[192.0.2.1] said: 550 5.1.1 <a@b.c>: who "
	    "(in reply to RCPT TO command))", 550, 1, STAGE_RCPT,
	    "<a@b.c>: who (in reply to RCPT TO command))");
	/* a number of the size of a code is passed over for one with its enhanced code */
	assert_reply("took 450 ms: server answered 530 5.7.57 Client not authenticated", 530, 57,
	    STAGE_MAIL, "Client not authenticated");
}

static void an_answer_about_a_token(void **state UNUSED)
{
	struct diagnosis_facts f = facts_in("{ \"error\" : \"invalid_client\", \"error_description\": "
	    "\"AADSTS7000215: Invalid client secret provided. Trace ID: 550 5.1.1\" }");

	assert_true(f.token);
	assert_int_equal(f.aadsts[0], 7000215);
	assert_slice(f.error, "invalid_client");
	f = facts_in("https://localhost:8443/login/smtp-verification?state=1&error=access_denied&x=2");
	assert_true(f.token);
	assert_slice(f.error, "access_denied");
	assert_int_equal(f.aadsts[0], 0);
	f = facts_in("Access blocked: This app's request is invalid\nError 400: redirect_uri_mismatch\n");
	assert_true(f.token);
	assert_slice(f.error, "redirect_uri_mismatch");
	f = facts_in("Sorry, but we are having trouble: AADSTSxx AADSTS50011: The redirect URI");
	assert_int_equal(f.aadsts[0], 50011);
	assert_int_equal(f.error.len, 0);
	f = facts_in("AADSTS70002: Error validating credentials. AADSTS50012: Invalid secret.");
	assert_int_equal(f.aadsts[0], 70002);
	assert_int_equal(f.aadsts[1], 50012);
	assert_int_equal(f.aadsts[2], 0);
	f = facts_in("AADSTS1 AADSTS2 AADSTS3 AADSTS4 AADSTS5 AADSTS6 AADSTS7 AADSTS8 AADSTS9");
	assert_int_equal(f.aadsts[DIAGNOSIS_CODES_MAX - 1], 8);
}

static void text_without_a_refusal(void **state UNUSED)
{
	static const char *const texts[] = {
		"", "hello", "250 ok", "220 mx", "55", "5500 x", "x550", "AADSTS", "\"error\"", "error=",
		"terror=x", "Error 40: a_b", "Error 400: ab", "Error 200: a_b", "Error 400:a_b", "Error ",
		"600 x", "354 go", "\"error\": 5",
	};
	struct diagnosis_facts f;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (diagnosis_read(slice_of(texts[i]), arena, &f))
			fail_msg("found in: %s", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_reply),
		cmocka_unit_test(a_reply_of_several_lines),
		cmocka_unit_test(the_first_refusal_of_a_dialogue),
		cmocka_unit_test(a_reply_in_a_line_of_a_log),
		cmocka_unit_test(an_answer_about_a_token),
		cmocka_unit_test(text_without_a_refusal),
	};

	return cmocka_run_group_tests_name("core/diagnosis_input", tests, setup, teardown);
}
