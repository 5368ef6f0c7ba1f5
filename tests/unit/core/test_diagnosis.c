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
	const struct diagnosis *last = NULL;

	for (size_t i = 0; diagnosis_row(i) != NULL; i++)
		last = diagnosis_row(i);
	for (int reason = REASON_REPLY + 1; reason < REASON_COUNT; reason++) {
		for (int stage = 0; stage < STAGE_COUNT; stage++) {
			struct diagnosis_facts f = {
				.stage = (enum verdict_stage)stage,
				.reason = (enum verdict_reason)reason,
			};

			assert_ptr_not_equal(diagnosis_find(&f), last);
			assert_int_equal(diagnosis_find(&f)->reason, reason);
		}
	}
}

/* Facts made from a row's own pattern must find that row: none is hidden by one before it. */
static void every_row_can_be_reached(void **state UNUSED)
{
	for (size_t i = 0; diagnosis_row(i) != NULL; i++) {
		const struct diagnosis *d = diagnosis_row(i);
		struct diagnosis_facts f = {
			.reason = d->reason, .encryption = d->encryption, .port = d->port,
			.code = d->when.code, .text = slice_of(d->when.words),
		};
		struct slice rest;
		char enhanced[16] = "";
		bool found = false;

		if (d->when.enhanced != NULL)
			snprintf(enhanced, sizeof(enhanced), "%s%s", d->when.enhanced,
			    slice_ends(slice_of(d->when.enhanced), ".") ? "999" : "");
		if (enhanced[0] != '\0')
			assert_true(enhanced_status_parse(slice_of(enhanced), &f.enhanced, &rest));
		for (int stage = 0; stage < STAGE_COUNT && !found; stage++) {
			f.stage = (enum verdict_stage)stage;
			for (unsigned code = d->when.code; !found; code++) {
				f.code = code;
				found = diagnosis_find(&f) == d;
				if (code >= d->when.code_to)
					break;
			}
		}
		if (!found)
			fail_msg("no way to row %zu: %s", i, d->title);
	}
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
		cmocka_unit_test(every_row_can_be_reached),
		cmocka_unit_test(every_row_speaks_plainly),
		cmocka_unit_test(facts_come_from_a_verdict),
	};

	return cmocka_run_group_tests_name("core/diagnosis", tests, NULL, NULL);
}
