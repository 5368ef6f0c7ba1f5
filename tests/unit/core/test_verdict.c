/* Verdicts: what real answers at each stage are worth to the queue. */
#include "unit/unit.h"

#include "base/number.h"
#include "core/verdict.h"

/* Judges "550 5.1.1 words" as the session would. */
static enum verdict_class class_of(enum verdict_stage stage, const char *reply)
{
	struct slice line = slice_of(reply), text = slice_sub(line, 4, line.len);
	struct enhanced_status enhanced = { 0 };
	struct verdict v;
	uint64_t code;

	assert_true(number_parse(slice_sub(line, 0, 3), 200, 599, &code));
	if (!enhanced_status_parse(text, &enhanced, &text))
		enhanced.class = 0;
	verdict_set_reply(&v, stage, (unsigned)code, enhanced, text);
	assert_int_equal(v.stage, stage);
	assert_int_equal(v.reason, REASON_REPLY);
	assert_int_equal(v.code, code);
	return v.class;
}

#define assert_class(stage, reply, class) assert_int_equal(class_of(stage, reply), class)

static void success_is_accepted_everywhere(void **state UNUSED)
{
	assert_class(STAGE_GREETING, "220 mx.example.com ESMTP", VERDICT_ACCEPTED);
	assert_class(STAGE_AUTH, "334 VXNlcm5hbWU6", VERDICT_ACCEPTED);
	assert_class(STAGE_RCPT, "251 2.1.5 will forward", VERDICT_ACCEPTED);
	assert_class(STAGE_DATA, "354 go ahead", VERDICT_ACCEPTED);
	assert_class(STAGE_DOT, "250 2.0.0 Ok: queued as 4ABC", VERDICT_ACCEPTED);
}

static void refusals_before_a_message_are_the_relays(void **state UNUSED)
{
	assert_class(STAGE_GREETING, "554 no SMTP service here", VERDICT_RELAY);
	assert_class(STAGE_GREETING, "421 too many connections", VERDICT_RELAY);
	assert_class(STAGE_EHLO, "550 5.7.1 Access denied", VERDICT_RELAY);
	assert_class(STAGE_EHLO, "421 4.7.0 Try again later, closing connection", VERDICT_RELAY);
	assert_class(STAGE_STARTTLS, "454 4.7.0 TLS not available", VERDICT_RELAY);
	assert_class(STAGE_STARTTLS, "502 5.5.1 not implemented", VERDICT_RELAY);
}

static void refusals_of_the_sign_in_are_the_credentials(void **state UNUSED)
{
	assert_class(STAGE_AUTH, "535 5.7.8 Error: authentication failed", VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "535 5.7.139 Authentication unsuccessful, basic authentication is "
	    "disabled", VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "534 5.7.9 Application-specific password required",
	    VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "550 5.7.30 Basic authentication is not supported",
	    VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "432 4.3.2 Concurrent connections limit exceeded", VERDICT_RELAY);
	assert_class(STAGE_AUTH, "501 5.5.127 Token will expire soon", VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "535 5.7.3 Authentication unsuccessful", VERDICT_CREDENTIAL);
	assert_class(STAGE_AUTH, "432 4.7.12 A password transition is needed", VERDICT_CREDENTIAL);
}

static void trouble_around_the_sign_in_is_the_relays(void **state UNUSED)
{
	assert_class(STAGE_AUTH, "454 4.7.0 Temporary authentication failure", VERDICT_RELAY);
	assert_class(STAGE_AUTH, "421 4.7.0 Too many errors", VERDICT_RELAY);
	assert_class(STAGE_AUTH, "504 5.5.4 Unrecognized authentication type", VERDICT_RELAY);
	assert_class(STAGE_AUTH, "503 5.5.1 Error: authentication not enabled", VERDICT_RELAY);
}

static void a_message_refused_for_missing_sign_in_holds_all(void **state UNUSED)
{
	assert_class(STAGE_MAIL, "530 5.7.57 Client not authenticated to send mail",
	    VERDICT_CREDENTIAL);
	assert_class(STAGE_RCPT, "530 5.7.1 Authentication required", VERDICT_CREDENTIAL);
	assert_class(STAGE_MAIL, "530 5.7.0 Must issue a STARTTLS command first", VERDICT_RELAY);
	assert_class(STAGE_MAIL, "451 5.7.3 STARTTLS is required to send mail", VERDICT_RELAY);
	assert_class(STAGE_DOT, "550 5.7.139 SmtpClientAuthentication is disabled for the Tenant",
	    VERDICT_CREDENTIAL);
}

static void a_refused_sender_is_held_wherever_it_is_said(void **state UNUSED)
{
	assert_class(STAGE_MAIL, "550 5.7.1 not you", VERDICT_ACCOUNT);
	assert_class(STAGE_MAIL, "501 5.1.7 Bad sender address syntax", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "553 5.7.1 <root@host>: Sender address rejected: not owned by user "
	    "alerts", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "553 5.7.1 no", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "550 5.1.8 <a@b.invalid>: Domain not found", VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "554 5.2.252 SendAsDenied; a@b.c not allowed to send as d@b.c",
	    VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "550 5.7.60 SMTP; Client does not have permissions to send as this "
	    "sender", VERDICT_ACCOUNT);
}

static void an_exhausted_or_blocked_account_is_held(void **state UNUSED)
{
	assert_class(STAGE_DOT, "554 5.2.0 STOREDRV.Submission.Exception:"
	    "SubmissionQuotaExceededException", VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "554 5.2.2 mailbox full", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "550 5.1.90 Your message can't be sent", VERDICT_ACCOUNT);
	assert_class(STAGE_DATA, "550 5.4.5 Daily user sending limit exceeded", VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "550 5.7.705 Access denied, tenant has exceeded threshold",
	    VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "550 5.7.750 unregistered domain", VERDICT_ACCOUNT);
	assert_class(STAGE_DOT, "550 5.7.800 something else", VERDICT_MESSAGE);
}

static void a_relay_that_does_not_relay_is_nobodys_recipient(void **state UNUSED)
{
	assert_class(STAGE_RCPT, "554 5.7.1 <a@b.c>: Relay access denied", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "550 5.7.1 Unable to relay", VERDICT_ACCOUNT);
	assert_class(STAGE_RCPT, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
	    VERDICT_ACCOUNT);
}

static void a_refused_recipient_is_that_recipient(void **state UNUSED)
{
	assert_class(STAGE_RCPT, "550 5.1.1 User unknown", VERDICT_RECIPIENT);
	assert_class(STAGE_RCPT, "550 no such user", VERDICT_RECIPIENT);
	assert_class(STAGE_RCPT, "550 5.1.1 <starttls@example.com>: unknown", VERDICT_RECIPIENT);
	assert_class(STAGE_RCPT, "552 5.2.2 over quota", VERDICT_RECIPIENT);
	assert_class(STAGE_RCPT, "501 5.1.3 Bad recipient address syntax", VERDICT_RECIPIENT);
}

static void too_many_recipients_are_tried_again(void **state UNUSED)
{
	assert_class(STAGE_RCPT, "452 4.5.3 Too many recipients", VERDICT_TRANSIENT);
	assert_class(STAGE_RCPT, "552 too many recipients", VERDICT_TRANSIENT);
	assert_class(STAGE_RCPT, "550 5.5.3 Too many recipients", VERDICT_TRANSIENT);
}

static void a_refused_message_is_that_message(void **state UNUSED)
{
	assert_class(STAGE_MAIL, "552 5.3.4 Message size exceeds fixed limit", VERDICT_MESSAGE);
	assert_class(STAGE_DATA, "554 5.6.0 no", VERDICT_MESSAGE);
	assert_class(STAGE_DOT, "554 5.7.1 Spam message rejected", VERDICT_MESSAGE);
	assert_class(STAGE_DOT, "552 5.3.4 too big", VERDICT_MESSAGE);
}

static void temporary_refusals_of_a_message_are_transient(void **state UNUSED)
{
	assert_class(STAGE_MAIL, "452 4.3.1 Insufficient system storage", VERDICT_TRANSIENT);
	assert_class(STAGE_RCPT, "450 4.2.0 Greylisted", VERDICT_TRANSIENT);
	assert_class(STAGE_DATA, "432 4.3.2 Concurrent connections limit exceeded",
	    VERDICT_TRANSIENT);
	assert_class(STAGE_DOT, "421 4.3.2 shutting down", VERDICT_TRANSIENT);
	assert_class(STAGE_DOT, "451 4.7.0 Temporary server error. PRX4", VERDICT_TRANSIENT);
	assert_class(STAGE_IDLE, "500 what", VERDICT_TRANSIENT);
}

static void a_lost_connection_counts_by_where_it_was(void **state UNUSED)
{
	assert_int_equal(verdict_class_of_reason(STAGE_CONNECT, REASON_REFUSED), VERDICT_RELAY);
	assert_int_equal(verdict_class_of_reason(STAGE_EHLO, REASON_CLOSED), VERDICT_RELAY);
	assert_int_equal(verdict_class_of_reason(STAGE_TLS, REASON_TLS_EXPIRED), VERDICT_RELAY);
	assert_int_equal(verdict_class_of_reason(STAGE_MAIL, REASON_RESET), VERDICT_TRANSIENT);
	assert_int_equal(verdict_class_of_reason(STAGE_BODY, REASON_TIMEOUT), VERDICT_TRANSIENT);
	assert_int_equal(verdict_class_of_reason(STAGE_DOT, REASON_TIMEOUT), VERDICT_AMBIGUOUS);
	assert_int_equal(verdict_class_of_reason(STAGE_DOT, REASON_PROTOCOL), VERDICT_AMBIGUOUS);
	assert_int_equal(verdict_class_of_reason(STAGE_DOT, REASON_STOPPED), VERDICT_AMBIGUOUS);
	assert_int_equal(verdict_class_of_reason(STAGE_BODY, REASON_STOPPED), VERDICT_LOCAL);
	assert_int_equal(verdict_class_of_reason(STAGE_IDLE, REASON_CLOSED), VERDICT_TRANSIENT);
}

static void what_cannot_be_sent_fails_for_whom_it_concerns(void **state UNUSED)
{
	assert_int_equal(verdict_class_of_reason(STAGE_MAIL, REASON_TOO_LARGE), VERDICT_MESSAGE);
	assert_int_equal(verdict_class_of_reason(STAGE_RCPT, REASON_NO_SMTPUTF8),
	    VERDICT_RECIPIENT);
	assert_int_equal(verdict_class_of_reason(STAGE_MAIL, REASON_NO_SMTPUTF8), VERDICT_MESSAGE);
}

static void words_are_made_safe_and_cut(void **state UNUSED)
{
	char long_text[2000];
	struct verdict v;

	memset(long_text, 'x', sizeof(long_text));
	verdict_set_reply(&v, STAGE_RCPT, 550, (struct enhanced_status){ 5, 1, 1 },
	    SLICE("no\n\x1b[2Jhere"));
	assert_string_equal(v.text, "no\n\\x1b[2Jhere");
	verdict_set_reason(&v, STAGE_DOT, REASON_TIMEOUT, slice_make(long_text, sizeof(long_text)));
	assert_int_equal(strlen(v.text), VERDICT_TEXT_SIZE - 1);
	assert_int_equal(v.code, 0);
}

static void enhanced_status_codes_are_read_strictly(void **state UNUSED)
{
	static const char *const bad[] = {
		"", "5", "5.7", "5.7.", "5..7", "5.7.1.2", "3.7.1", "0.0.0", "55.7.1", "5.7.1a", "5.7.1000",
		"5.-7.1", "5.7.x ", ".7.1", "5.7.1:", "+5.7.1",
	};
	struct enhanced_status e = { 0 };
	struct slice rest = { 0 };
	char text[ENHANCED_TEXT_SIZE];

	assert_true(enhanced_status_parse(SLICE("5.7.139 Authentication unsuccessful"), &e, &rest));
	assert_string_equal(enhanced_status_text(e, text), "5.7.139");
	assert_slice(rest, "Authentication unsuccessful");
	assert_true(enhanced_status_parse(SLICE("2.0.0"), &e, &rest));
	assert_int_equal(rest.len, 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(enhanced_status_parse(slice_of(bad[i]), &e, &rest));
	assert_string_equal(enhanced_status_text((struct enhanced_status){ 0 }, text), "");
}

static void everything_has_a_name(void **state UNUSED)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		assert_non_null(verdict_stage_name((enum verdict_stage)i));
	for (int i = 0; i < REASON_COUNT; i++)
		assert_non_null(verdict_reason_name((enum verdict_reason)i));
	for (int i = 0; i < VERDICT_CLASS_COUNT; i++)
		assert_non_null(verdict_class_name((enum verdict_class)i));
	assert_string_equal(verdict_stage_name(STAGE_DOT), "dot");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(success_is_accepted_everywhere),
		cmocka_unit_test(refusals_before_a_message_are_the_relays),
		cmocka_unit_test(refusals_of_the_sign_in_are_the_credentials),
		cmocka_unit_test(trouble_around_the_sign_in_is_the_relays),
		cmocka_unit_test(a_message_refused_for_missing_sign_in_holds_all),
		cmocka_unit_test(a_refused_sender_is_held_wherever_it_is_said),
		cmocka_unit_test(an_exhausted_or_blocked_account_is_held),
		cmocka_unit_test(a_relay_that_does_not_relay_is_nobodys_recipient),
		cmocka_unit_test(a_refused_recipient_is_that_recipient),
		cmocka_unit_test(too_many_recipients_are_tried_again),
		cmocka_unit_test(a_refused_message_is_that_message),
		cmocka_unit_test(temporary_refusals_of_a_message_are_transient),
		cmocka_unit_test(a_lost_connection_counts_by_where_it_was),
		cmocka_unit_test(what_cannot_be_sent_fails_for_whom_it_concerns),
		cmocka_unit_test(words_are_made_safe_and_cut),
		cmocka_unit_test(enhanced_status_codes_are_read_strictly),
		cmocka_unit_test(everything_has_a_name),
	};

	return cmocka_run_group_tests_name("core/verdict", tests, NULL, NULL);
}
