/* The diagnosis: every row says something useful, can be reached, and real answers find theirs. */
#include "unit/unit.h"

#include <stdio.h>

#include "base/number.h"
#include "core/diagnosis.h"
#include "core/settings_table.h"

/* "550 5.1.1 words" at a stage. */
static struct diagnosis_facts facts_of(enum verdict_stage stage, const char *reply)
{
	struct diagnosis_facts f = { .stage = stage };
	struct slice line = slice_of(reply);
	uint64_t code;

	assert_true(number_parse(slice_sub(line, 0, 3), 200, 599, &code));
	f.code = (unsigned)code;
	f.text = slice_sub(line, 4, line.len);
	if (!enhanced_status_parse(f.text, &f.enhanced, &f.text))
		f.enhanced.class = 0;
	return f;
}

#define assert_title(stage, reply, expected) \
	do { \
		struct diagnosis_facts facts_ = facts_of(stage, reply); \
		assert_string_equal(diagnosis_find(&facts_)->title, expected); \
	} while (0)

static void the_commonest_refusals_of_a_sign_in(void **state UNUSED)
{
	assert_title(STAGE_AUTH, "535 5.7.8 Error: authentication failed:",
	    "Username or password was refused");
	assert_title(STAGE_AUTH, "535 Incorrect authentication data", "Username or password was refused");
	assert_title(STAGE_AUTH, "535 5.7.139 Authentication unsuccessful, basic authentication is "
	    "disabled. [AM0PR01CA0001]", "Microsoft takes no passwords any more");
	assert_title(STAGE_AUTH, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
	    "disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled",
	    "Authenticated SMTP is switched off at Microsoft");
	assert_title(STAGE_AUTH, "535 5.7.139 Authentication unsuccessful, user is locked by your "
	    "organization's security defaults policy", "Security defaults block passwords");
	assert_title(STAGE_AUTH, "535 5.7.139 Authentication unsuccessful, the request did not meet the "
	    "criteria to be authenticated successfully", "A rule of the organisation blocks the sign-in");
	assert_title(STAGE_AUTH, "535 5.7.8 Username and Password not accepted. For more information, "
	    "go to https://support.google.com/mail/?p=BadCredentials - gsmtp",
	    "Google refused username and password");
	assert_title(STAGE_AUTH, "534 5.7.9 Application-specific password required.",
	    "Google wants an app password");
	assert_title(STAGE_AUTH, "534 5.7.14 Please log in via your web browser",
	    "Google wants you to sign in with a browser");
	assert_title(STAGE_AUTH, "454 4.7.0 Too many login attempts, please try again later.",
	    "Too many sign-ins");
	assert_title(STAGE_AUTH, "454 4.7.0 Temporary authentication failure",
	    "The relay cannot check passwords now");
	assert_title(STAGE_AUTH, "503 5.5.1 Error: authentication not enabled",
	    "The relay lets nobody sign in here");
	assert_title(STAGE_AUTH, "530 5.7.0 Must issue a STARTTLS command first",
	    "The relay wants encryption");
}

static void the_commonest_refusals_before_and_of_a_message(void **state UNUSED)
{
	assert_title(STAGE_GREETING, "554 5.7.1 blocked by blocklist", "The relay does not want this node");
	assert_title(STAGE_GREETING, "421 4.3.2 Too many connections", "The relay is busy");
	assert_title(STAGE_EHLO, "421 4.7.0 Try again later, closing connection. (EHLO)",
	    "The relay does not like this node's name");
	assert_title(STAGE_STARTTLS, "454 4.7.0 TLS not available due to local problem",
	    "The relay cannot encrypt now");
	assert_title(STAGE_MAIL, "530 5.7.0 Must issue a STARTTLS command first",
	    "The relay wants encryption");
	assert_title(STAGE_MAIL, "530 5.7.57 Client not authenticated to send mail",
	    "The relay wants you to sign in");
	assert_title(STAGE_RCPT, "553 5.7.1 <root@host>: Sender address rejected: not owned by user a",
	    "The sender's address is not the account's");
	assert_title(STAGE_MAIL, "550 5.1.8 <a@b.invalid>: Sender address rejected: Domain not found",
	    "The sender is refused");
	assert_title(STAGE_MAIL, "552 5.3.4 Message size exceeds fixed limit", "The message is too large");
	assert_title(STAGE_RCPT, "554 5.7.1 <a@b.c>: Relay access denied",
	    "The relay does not carry mail for this node");
	assert_title(STAGE_RCPT, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
	    "The relay does not carry mail for this node");
	assert_title(STAGE_RCPT, "550 5.1.1 <relay@example.com>: Recipient address rejected: User unknown",
	    "The recipient is unknown");
	assert_title(STAGE_RCPT, "450 4.2.0 <a@b.c>: Recipient address rejected: Greylisted",
	    "The relay wants to see the mail a second time");
	assert_title(STAGE_RCPT, "452 4.5.3 Too many recipients", "Too many recipients at once");
	assert_title(STAGE_DOT, "554 5.2.252 SendAsDenied; a not allowed to send as b; "
	    "STOREDRV.Submission.Exception:SendAsDeniedException",
	    "The account may not send as this address");
	assert_title(STAGE_DOT, "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
	    "Too many connections at the same time");
	assert_title(STAGE_AUTH, "432 4.3.2 Concurrent connections limit exceeded",
	    "Too many connections at the same time");
	assert_title(STAGE_AUTH, "432 4.7.12 A password transition is needed",
	    "The account needs a new password");
	assert_title(STAGE_DOT, "550 5.7.1 Daily SMTP relay limit exceeded for customer",
	    "The account has reached its limit");
	assert_title(STAGE_DOT, "554 5.7.1 Message rejected as spam",
	    "The relay takes the message for spam");
	assert_title(STAGE_DOT, "451 4.7.0 Temporary server error. Please try again later. PRX4",
	    "The relay has a fault of its own");
	assert_title(STAGE_IDLE, "421 4.4.2 timeout", "The relay is closing down or overloaded");
}

static void unknown_codes_go_by_their_first_digit(void **state UNUSED)
{
	assert_title(STAGE_DATA, "498 strange", "The relay puts the mail off");
	assert_title(STAGE_DOT, "598 strange", "The relay refused the message");
	assert_title(STAGE_IDLE, "598 strange", "The relay refused");
	assert_title(STAGE_GREETING, "498 strange", "The relay is busy");
}

static const char *title_of_reason(enum verdict_stage stage, enum verdict_reason reason,
	enum diagnosis_encryption encryption, unsigned port)
{
	struct diagnosis_facts f = {
		.stage = stage, .reason = reason, .encryption = encryption, .port = port,
	};

	return diagnosis_find(&f)->title;
}

static void settings_help_to_tell(void **state UNUSED)
{
	assert_string_equal(title_of_reason(STAGE_CONNECT, REASON_CONNECT_TIMEOUT,
	    DIAGNOSIS_ENCRYPTION_NONE, 25), "Port 25 seems to be blocked");
	assert_string_equal(title_of_reason(STAGE_CONNECT, REASON_CONNECT_TIMEOUT,
	    DIAGNOSIS_ENCRYPTION_NONE, 587), "The server did not answer");
	assert_string_equal(title_of_reason(STAGE_GREETING, REASON_TIMEOUT,
	    DIAGNOSIS_ENCRYPTION_STARTTLS, 465), "Port 465 wants TLS from the first byte");
	assert_string_equal(title_of_reason(STAGE_GREETING, REASON_TIMEOUT,
	    DIAGNOSIS_ENCRYPTION_TLS, 465), "The server does not greet");
	assert_string_equal(title_of_reason(STAGE_GREETING, REASON_TIMEOUT,
	    DIAGNOSIS_ENCRYPTION_ANY, 0), "The server does not greet");
	assert_string_equal(title_of_reason(STAGE_DOT, REASON_TIMEOUT, DIAGNOSIS_ENCRYPTION_ANY, 0),
	    "Possibly delivered: no answer came");
}

static void every_failure_of_ours_has_a_row_of_its_own(void **state UNUSED)
{
	for (int reason = REASON_REPLY + 1; reason < REASON_COUNT; reason++) {
		for (int stage = 0; stage < STAGE_COUNT; stage++) {
			struct diagnosis_facts f = {
				.stage = (enum verdict_stage)stage,
				.reason = (enum verdict_reason)reason,
			};

			assert_false(diagnosis_find(&f)->fallback);
			assert_int_equal(diagnosis_find(&f)->whens[0].reason, reason);
		}
	}
}

/* Facts made from a row's own conditions must find that row. */
static bool finds(const struct diagnosis *d, const struct diagnosis_when *w)
{
	struct slice errors = w->errors, rest;
	struct diagnosis_facts f = {
		.reason = w->reason, .encryption = w->encryption, .port = w->port,
		.text = slice_of(w->reply.words), .token = w->token, .sign_in = w->sign_in,
		.aadsts = { w->aadsts[0] },
		.error = slice_cut(&errors, ' '),
	};
	char enhanced[16] = "";

	if (w->reply.enhanced != NULL)
		snprintf(enhanced, sizeof(enhanced), "%s%s", w->reply.enhanced,
		    slice_ends(slice_of(w->reply.enhanced), ".") ? "999" : "");
	if (enhanced[0] != '\0')
		assert_true(enhanced_status_parse(slice_of(enhanced), &f.enhanced, &rest));
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		f.stage = (enum verdict_stage)stage;
		for (unsigned code = w->reply.code; ; code++) {
			f.code = code;
			if (diagnosis_find(&f) == d)
				return true;
			if (code >= w->reply.code_to)
				break;
		}
	}
	return false;
}

/* None is hidden by one before it. */
static void every_condition_can_be_met(void **state UNUSED)
{
	for (size_t i = 0; diagnosis_row(i) != NULL; i++)
		for (size_t j = 0; j < diagnosis_row(i)->n_whens; j++)
			if (!finds(diagnosis_row(i), &diagnosis_row(i)->whens[j]))
				fail_msg("no way to row %zu, condition %zu: %s", i, j, diagnosis_row(i)->title);
}

static bool is_sentence(const char *text)
{
	return strlen(text) > 10 && slice_ends(slice_of(text), ".");
}

static void assert_plain_words(const char *text)
{
	static const char *const banned[] = { "!", "Please ", " please", "uccessfully", "orry", "invalid", "  " };

	for (size_t i = 0; i < COUNT_OF(banned); i++)
		if (strstr(text, banned[i]) != NULL)
			fail_msg("\"%s\" in: %s", banned[i], text);
	assert_true(slice_is_printable(slice_of(text)));
}

static void every_row_speaks_plainly(void **state UNUSED)
{
	for (size_t i = 0; diagnosis_row(i) != NULL; i++) {
		const struct diagnosis *d = diagnosis_row(i);
		size_t n = 0;

		assert_true(strlen(d->title) > 8 && strlen(d->title) < 60);
		assert_false(slice_ends(slice_of(d->title), "."));
		assert_plain_words(d->title);
		assert_true(is_sentence(d->meaning));
		assert_plain_words(d->meaning);
		for (; d->cure[n] != NULL; n++) {
			assert_true(is_sentence(d->cure[n]));
			assert_plain_words(d->cure[n]);
		}
		assert_true(n >= 1 && n <= DIAGNOSIS_STEPS_MAX);
		assert_true(strlen(diagnosis_who_text(d->who)) > 0);
		if (d->field != NULL && setting_find(slice_of(d->field)) == NULL)
			fail_msg("no such setting: %s", d->field);
	}
}

/* The same rows explain a test, which is never repeated, and a pasted reply with nothing below. */
static void what_is_tried_again_is_mail_in_the_queue(void **state UNUSED)
{
	const struct diagnosis *d;
	struct diagnosis_facts f;

	for (size_t i = 0; (d = diagnosis_row(i)) != NULL; i++) {
		assert_null(strstr(d->meaning, "the mail is tried"));
		assert_null(strstr(d->meaning, "t is tried"));
		for (size_t j = 0; d->cure[j] != NULL; j++) {
			assert_null(strstr(d->cure[j], "he mail is tried"));
			assert_null(strstr(d->cure[j], "words below"));
		}
	}
	f = facts_of(STAGE_BODY, "552 5.3.4 too large");
	assert_int_equal(diagnosis_find(&f)->who, DIAGNOSIS_SENDER);
}

static const char *title_of_token(const char *error, unsigned aadsts, const char *text)
{
	struct diagnosis_facts f = {
		.token = true, .error = slice_of(error), .aadsts = { aadsts },
		.text = slice_of(text),
	};

	return diagnosis_find(&f)->title;
}

static void token_answers(void **state UNUSED)
{
	assert_string_equal(title_of_token("invalid_grant", 0, ""),
	    "The sign-in has expired or was revoked");
	assert_string_equal(title_of_token("invalid_grant", 0, "error_subtype: invalid_rapt"),
	    "Google wants the sign-in renewed");
	assert_string_equal(title_of_token("invalid_client", 7000222, ""),
	    "The client secret has expired");
	assert_string_equal(title_of_token("invalid_client", 7000215, ""), "The client secret is wrong");
	assert_string_equal(title_of_token("interaction_required", 53003, ""),
	    "A rule of the organisation blocks the app");
	assert_string_equal(title_of_token("interaction_required", 50076, ""),
	    "The provider wants a second factor");
	assert_string_equal(title_of_token("invalid_grant", 50173, ""),
	    "The sign-in has expired or was revoked");
	assert_string_equal(title_of_token("temporarily_unavailable", 90033, ""),
	    "The provider cannot answer now");
	assert_string_equal(title_of_token("REDIRECT_URI_MISMATCH", 0, ""),
	    "The redirect URI is not registered");
	assert_string_equal(title_of_token("what_is_this", 0, ""), "The provider refused the token");
	assert_string_equal(title_of_token("", 99999, ""), "The provider refused the token");
}

/* What Google and Microsoft say to what a private key signed. */
static void answers_to_signed_requests(void **state UNUSED)
{
	static const struct {
		const char *error;
		unsigned aadsts;
		const char *text, *title;
	} rows[] = {
		{ "invalid_grant", 0, "Invalid JWT Signature.", "The service account's key is not accepted" },
		{ "invalid_grant", 0, "Invalid grant: account not found",
			"The service account is not known" },
		{ "invalid_grant", 0, "Invalid email or User ID", "The mailbox is none of the organisation's" },
		{ "unauthorized_client", 0, "Client is unauthorized to retrieve access tokens using this "
			"method, or client not authorized for any of the scopes requested.",
			"The service account lacks domain-wide delegation" },
		{ "invalid_grant", 0, "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
			"reasonable timeframe. Check your iat and exp values in the JWT claim.",
			"This node's clock is wrong" },
		{ "invalid_client", 700024, "Client assertion is not within its valid time range.",
			"This node's clock is wrong" },
		{ "invalid_client", 700027, "[Reason - The key used is expired.]",
			"The certificate has expired" },
		{ "invalid_client", 700027, "[Reason - The key was not found.]",
			"The certificate is not registered" },
		{ "unauthorized_client", 7000229, "", "The app is not in this tenant" },
		{ "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.",
			"The signed request is for another app or address" },
		{ "invalid_scope", 700023, "", "The scope is wrong" },
		{ "invalid_client", 700030, "Invalid certificate - subject name in certificate is not "
			"authorized.", "The certificate is not made for this app" },
		{ "invalid_client", 7000214, "Certificate has been revoked.", "The certificate has expired" },
		{ "invalid_client", 1000502, "The provided certificate is not within its specified validity "
			"window.", "The certificate has expired" },
		{ "unauthorized_client", 7000112, "Application is disabled.", "The app is disabled" },
		{ "invalid_scope", 1002012, "", "The scope does not fit an app without a person" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(title_of_token(rows[i].error, rows[i].aadsts, rows[i].text),
			rows[i].title);
}

/*
 * Each number of Microsoft's that a sign-in for mail can meet, with what its reference says of it
 * (learn.microsoft.com, Microsoft Entra authentication and authorization error codes).
 */
static void microsofts_numbers_mean_what_microsoft_says(void **state UNUSED)
{
	static const struct {
		const char *title;
		unsigned numbers[12];
	} rows[] = {
		{ "The client secret is wrong", { 7000215, 70002 } },
		{ "The client secret has expired", { 7000222 } },
		{ "The provider wants a client secret", { 7000218 } },
		{ "The app takes no client secret", { 700025 } },
		{ "The app or the tenant is not known", { 700016, 700011, 90002, 50059 } },
		{ "The app is disabled", { 7000112, 70001 } },
		{ "The tenant does not fit this app", { 50194, 9002332, 90124, 90130, 9001023 } },
		{ "The wrong account signed in", { 50020, 50034, 51004, 500208 } },
		{ "The redirect URI is not registered", { 50011 } },
		{ "Nobody has consented to the app yet", { 65001, 90094, 650056, 90095 } },
		{ "The sign-in was refused by the person", { 65004 } },
		{ "The scope is wrong", { 70011, 28002, 700022 } },
		{ "The permission for mail is missing", { 650057, 500011, 650052 } },
		{ "The provider wants a second factor", { 50076, 50079, 50072, 50074, 50078 } },
		{ "A rule of the organisation blocks the app",
			{ 53003, 530035, 53000, 53001, 50097, 50005, 530032 } },
		{ "The sign-in has expired or was revoked",
			{ 70043, 700082, 70008, 70000, 50173, 50089, 50132, 50133 } },
		{ "The redirect URI is registered for the wrong platform", { 700084 } },
		{ "The account is locked, disabled or its password has expired",
			{ 50053, 50055, 50057, 50126, 50144 } },
		{ "The sign-in was not finished in time", { 54005, 700005, 501481 } },
		{ "Too many requests for the same token", { 50196 } },
		{ "The provider cannot answer now", { 90033, 50033, 90006, 90012, 90024, 90055, 70012 } },
		{ "The sign-in with the code is not finished yet", { 70016 } },
		{ "The code is wrong", { 70018 } },
		{ "The code has expired", { 70019 } },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t j = 0; rows[i].numbers[j] != 0; j++)
			assert_string_equal(title_of_token("some_error", rows[i].numbers[j], ""), rows[i].title);
	assert_string_equal(title_of_token("invalid_client", 70002, "The request body must contain the "
		"following parameter: 'client_secret or client_assertion'."),
		"The provider wants a client secret");
}

/* One answer may name several, the general one first. */
static void any_of_several_numbers_counts(void **state UNUSED)
{
	struct diagnosis_facts f = {
		.token = true, .error = SLICE("invalid_client"), .aadsts = { 99999, 7000222 }, .text = SLICE(""),
	};

	assert_string_equal(diagnosis_find(&f)->title, "The client secret has expired");
}

/* ---- files ---- */

#define ROW "[Mine]\nwhen = stage auth; code 535\nmeaning = It is mine.\nwho = you\nstep = Do it.\n"

static struct arena *arena;

static const char *fault_of(const char *text)
{
	struct diagnosis_table table = { 0 };
	const char *error = NULL;

	arena_free(arena);
	arena = arena_new(1024 * 1024);
	assert_int_equal(diagnosis_parse(slice_of(text), arena, &table, &error), DIAGNOSIS_BAD);
	assert_int_equal(table.n_rows, 0);
	return error;
}

static void a_file_with_a_mistake_is_refused_with_its_line_and_cure(void **state UNUSED)
{
	static const struct { const char *text, *error; } cases[] = {
		{ "when = code 535\n",
		    "line 1: stands before the first row: begin a row with its title in brackets" },
		{ "# x\n[Mine\n",
		    "line 2: a row begins with its title in brackets, such as [The password is wrong]" },
		{ "[Mine]\nwhen = reply\n", "line 1: the row wants a meaning, a who and at least one step" },
		{ "[Mine]\nwho = you\n[Other]\n",
		    "line 1: the row has no \"when\": say what it fits" },
		{ ROW "steps = x\n",
		    "line 6: there is no key \"steps\", did you mean step: the top of the file lists them" },
		{ ROW "step\n", "line 6: \"step\" has no \"=\": write it as key = value, or begin the line "
		    "with a blank if it goes on from the one above" },
		{ ROW "when = code 99\n",
		    "line 6: code wants a reply code or two, such as 535 or 550-554" },
		{ ROW "when = code 554-550\n",
		    "line 6: code wants a reply code or two, such as 535 or 550-554" },
		{ ROW "when = stage nowhere\n",
		    "line 6: there is no stage \"nowhere\": the top of the file lists them" },
		{ ROW "when = colour red\n",
		    "line 6: there is no condition \"colour\": the top of the file lists them" },
		{ ROW "when = code\n", "line 6: the condition \"code\" has no value: write it as name and "
		    "value, such as code 535" },
		{ ROW "when = aadsts x\n", "line 6: aadsts wants up to 16 numbers without \"AADSTS\", a blank "
		    "between them" },
		{ ROW "when = port 0\n", "line 6: port is a number from 1 to 65535" },
		{ ROW "when = encryption some\n", "line 6: encryption is none, tls or starttls" },
		{ ROW "when = reply yes\n", "line 6: reply, token and sign-in stand alone, without a value" },
		{ ROW "when = sign-in yes\n",
			"line 6: reply, token and sign-in stand alone, without a value" },
		{ ROW "who = me\n",
		    "line 6: who is one of you, network, relay, account, sender, recipient and "
		    "nobody" },
		{ ROW "field = email.none\n",
		    "line 6: there is no setting \"email.none\": \"tocsin show\" lists them" },
		{ ROW "fallback = maybe\n", "line 6: fallback is yes or no" },
		{ ROW "step = 2\nstep = 3\nstep = 4\nstep = 5\nstep = 6\nstep = 7\n",
		    "line 11: a row has up to 6 steps: join some of them" },
		{ ROW "meaning =\n", "line 6: meaning has no value" },
		{ ROW "\n  more\n", "line 7: begins with a blank, but there is no value to go on from" },
		{ ROW "step = \x01\n", "line 6: contains a control character: type the line again" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(fault_of(cases[i].text), cases[i].error);
	assert_non_null(strstr(fault_of(ROW "when = reason gone\n"), "there is no reason \"gone\""));
}

static void a_row_of_the_administrator_counts_first(void **state UNUSED)
{
	struct diagnosis_facts f = facts_of(STAGE_AUTH, "535 5.7.8 no");
	const char *error = NULL;

	assert_int_equal(diagnosis_override(SLICE("# mine\n\n" ROW "step = And\n\tthis, too.\n"), arena,
	    &error), 0);
	assert_string_equal(diagnosis_find(&f)->title, "Mine");
	assert_string_equal(diagnosis_find(&f)->cure[1], "And this, too.");
	assert_null(diagnosis_find(&f)->cure[2]);
	f.code = 534;
	assert_string_equal(diagnosis_find(&f)->title, "The relay wants another way to sign in");
	f.code = 535;
	assert_int_equal(diagnosis_override(SLICE("[bad]\n"), arena, &error), DIAGNOSIS_BAD);
	assert_string_equal(error, "line 1: the row has no \"when\": say what it fits");
	assert_string_equal(diagnosis_find(&f)->title, "Mine"); /* what was good stays in force */
	assert_int_equal(diagnosis_override(SLICE(""), arena, &error), 0);
	assert_string_equal(diagnosis_find(&f)->title, "Username or password was refused");
}

static void facts_come_from_a_verdict(void **state UNUSED)
{
	struct diagnosis_facts f;
	struct verdict v;

	verdict_set_reply(&v, STAGE_AUTH, 535, (struct enhanced_status){ 5, 7, 8 }, SLICE("no"));
	f = diagnosis_facts_of(&v);
	assert_int_equal(f.stage, STAGE_AUTH);
	assert_int_equal(f.code, 535);
	assert_int_equal(f.enhanced.detail, 8);
	assert_slice(f.text, "no");
	assert_string_equal(diagnosis_find(&f)->field, "email.password");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_commonest_refusals_of_a_sign_in),
		cmocka_unit_test(the_commonest_refusals_before_and_of_a_message),
		cmocka_unit_test(unknown_codes_go_by_their_first_digit),
		cmocka_unit_test(settings_help_to_tell),
		cmocka_unit_test(every_failure_of_ours_has_a_row_of_its_own),
		cmocka_unit_test(every_condition_can_be_met),
		cmocka_unit_test(every_row_speaks_plainly),
		cmocka_unit_test(what_is_tried_again_is_mail_in_the_queue),
		cmocka_unit_test(token_answers),
		cmocka_unit_test(answers_to_signed_requests),
		cmocka_unit_test(microsofts_numbers_mean_what_microsoft_says),
		cmocka_unit_test(any_of_several_numbers_counts),
		cmocka_unit_test(a_file_with_a_mistake_is_refused_with_its_line_and_cure),
		cmocka_unit_test(a_row_of_the_administrator_counts_first),
		cmocka_unit_test(facts_come_from_a_verdict),
	};

	return cmocka_run_group_tests_name("core/diagnosis", tests, NULL, NULL);
}
