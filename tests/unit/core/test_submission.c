/* What sendmail does: recipients, sender, fields added, removed and completed, and refusals. */
#include "unit/unit.h"

#include "core/submission.h"

#define UE "\xc3\xbc"
#define ADDED_ID "<20260317130205.000102030405060708090a0b0c0d0e0f@web1.example.com>"
#define ADDED_DATE "Date: Tue, 17 Mar 2026 14:02:05 +0100\r\n"
#define ADDED_FROM "From: Anna Smith <anna@example.com>\r\n"
#define ADDED_END ADDED_DATE "Message-ID: " ADDED_ID "\r\n"

static struct buffer raw, out;
static struct arena *arena;
static struct submission result;
static struct submission_options options;
static struct slice arguments[4];

static bool is_local(const void *context, struct slice name)
{
	return slice_is(name, context);
}

static int start(void **state UNUSED)
{
	buffer_init(&raw, 1 << 20);
	buffer_init(&out, MESSAGE_HEADER_MAX * 2);
	arena = arena_new(SUBMISSION_ARENA);
	options = (struct submission_options){
		.recipients = arguments,
		.login = SLICE("anna"),
		.login_full_name = SLICE("Anna Smith,Room 5"),
		.node_name = SLICE("web1.example.com"),
		.site_domain = SLICE("example.com"),
		.is_local = is_local,
		.is_local_context = "bob",
		.now = 1773752525,
		.utc_offset = 3600,
	};
	for (size_t i = 0; i < MESSAGE_ID_RANDOM; i++)
		options.random[i] = (uint8_t)i;
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&raw);
	buffer_release(&out);
	arena_free(arena);
	return 0;
}

/* The header section of a message given with LF line ends, and the outcome. */
static int prepare(const char *text)
{
	struct message m;

	buffer_clear(&raw);
	buffer_clear(&out);
	assert_int_equal(message_normalise(slice_of(text), &raw, &m), 0);
	return submission_prepare(&m, &options, arena, &out, &result);
}

static void to(const char *recipient)
{
	arguments[0] = slice_of(recipient);
	options.n_recipients = 1;
}

static void what_is_missing_is_added(void **state UNUSED)
{
	to("bob@example.org");
	assert_int_equal(prepare("Subject: x\n\nbody\n"), 0);
	assert_string_equal(buffer_text(&out), "Subject: x\r\n" ADDED_FROM ADDED_END
		"To: undisclosed-recipients:;\r\n\r\n");
	assert_slice(result.sender, "anna@example.com");
	assert_int_equal(result.n_recipients, 1);
	assert_slice(result.recipients[0], "bob@example.org");
	assert_slice(result.message_id, ADDED_ID);
	assert_false(result.needs_smtputf8);
	assert_null(result.problem);
}

static void what_is_there_stays(void **state UNUSED)
{
	static const char text[] = "Received: x\nFrom: A <a@x.org>\nDate: then\nMessage-ID: <1@x>\n"
		"Cc: \"c, d\" <c@x.org>,\n e@x.org\n\n";

	to("bob@example.org");
	assert_int_equal(prepare(text), 0);
	assert_string_equal(buffer_text(&out), "Received: x\r\nFrom: A <a@x.org>\r\nDate: then\r\n"
		"Message-ID: <1@x>\r\nCc: \"c, d\" <c@x.org>,\r\n e@x.org\r\n\r\n");
	assert_slice(result.message_id, "<1@x>");
}

static void what_must_not_leave_goes(void **state UNUSED)
{
	to("bob@example.org");
	assert_int_equal(prepare("Return-Path: <x>\nBcc: secret@x.org\nTo:\nbcc : b@x.org\nDate: \n"
		"From: a@x.org\nContent-Length: 5\nResent-Bcc: r@x.org\nTo: t@x.org\nResent-From: a@x.org\n"
		"Resent-Date: d\nResent-Message-ID: <r@x>\n\n"), 0);
	assert_string_equal(buffer_text(&out), "From: a@x.org\r\nTo: t@x.org\r\nResent-From: a@x.org\r\n"
		"Resent-Date: d\r\nResent-Message-ID: <r@x>\r\n" ADDED_END "\r\n");
}

static void t_reads_the_header_and_adds_the_arguments(void **state UNUSED)
{
	to("arg@x.org");
	options.read_recipients = true;
	assert_int_equal(prepare("To: A <a@x.org>, Team: b@x.org;\nCc: c@x.org\nBcc: d@x.org, a@X.ORG\n"
		"To: arg@x.org\n\n"), 0);
	assert_int_equal(result.n_recipients, 5);
	assert_slice(result.recipients[0], "arg@x.org");
	assert_slice(result.recipients[1], "a@x.org");
	assert_slice(result.recipients[2], "b@x.org");
	assert_slice(result.recipients[3], "c@x.org");
	assert_slice(result.recipients[4], "d@x.org");
	assert_null(strstr(buffer_text(&out), "d@x.org"));
	/* without -t only the arguments count */
	options.read_recipients = false;
	assert_int_equal(prepare("To: a@x.org\n\n"), 0);
	assert_int_equal(result.n_recipients, 1);
	options.n_recipients = 0;
}

static void resent_fields_take_the_place_of_the_others(void **state UNUSED)
{
	options.read_recipients = true;
	assert_int_equal(prepare("Resent-To: r@x.org\nTo: a@x.org\nFrom: f@x.org\nDate: d\n"
		"Message-ID: <1@x>\n\n"), 0);
	options.read_recipients = false;
	assert_int_equal(result.n_recipients, 1);
	assert_slice(result.recipients[0], "r@x.org");
	assert_string_equal(buffer_text(&out), "Resent-From: Anna Smith <anna@example.com>\r\n"
		"Resent-Date: Tue, 17 Mar 2026 14:02:05 +0100\r\nResent-Message-ID: " ADDED_ID "\r\n"
		"Resent-To: r@x.org\r\nTo: a@x.org\r\nFrom: f@x.org\r\nDate: d\r\nMessage-ID: <1@x>\r\n\r\n");
}

static void bare_names_get_the_domain(void **state UNUSED)
{
	to("sales, root, bob, BOB@x.org, bob@localhost, Root@web1, root@WEB1.example.com, root@x.org");
	assert_int_equal(prepare("From: root (Cron Daemon)\nTo: root, x@y.org,\n \"a b\" (c)\n"
		"Date: d\nMessage-ID: <1@x>\nSubject: root\n\n"), 0);
	assert_string_equal(buffer_text(&out), "From: root@example.com (Cron Daemon)\r\n"
		"To: root@example.com, x@y.org,\r\n \"a b\"@example.com (c)\r\nDate: d\r\n"
		"Message-ID: <1@x>\r\nSubject: root\r\n\r\n");
	assert_int_equal(result.n_recipients, 6);
	assert_slice(result.recipients[0], "sales@example.com");
	assert_slice(result.recipients[1], "root");
	assert_slice(result.recipients[2], "bob");
	assert_slice(result.recipients[3], "BOB@x.org");
	assert_slice(result.recipients[4], "Root");
	assert_slice(result.recipients[5], "root@x.org");
	/* without a site's domain the node's name serves, without that localhost */
	options.site_domain = SLICE("not a domain");
	to("sales");
	assert_int_equal(prepare("\n"), 0);
	assert_slice(result.recipients[0], "sales@web1.example.com");
	options.node_name = SLICE("bad_name");
	assert_int_equal(prepare("\n"), 0);
	assert_slice(result.recipients[0], "sales"); /* no other machine could take it */
	assert_non_null(strstr(buffer_text(&out), "0e0f@localhost>"));
	options.site_domain = SLICE("example.com");
	options.node_name = SLICE("web1.example.com");
}

static void what_is_local_stays_bare(void **state UNUSED)
{
	static const char *const local[] = { "postmaster", "MAILER-DAEMON", "root+cron", "bob+x",
		"root@localhost", "sales@localhost", "x@localhost.localdomain", "sales@WEB1",
		"root@web1.example.com", "Postmaster@web1.example.com", "bob+x@web1.example.com" };
	static const char *const other[] = { "sales", "sales+x", "+root", "sales@web1.example.com",
		"root@example.com", "bob@example.com", "\"a@b\"@localhost" };

	for (size_t i = 0; i < COUNT_OF(local); i++) {
		to(local[i]);
		assert_int_equal(prepare("\n"), 0);
		assert_false(slice_has_char(result.recipients[0], '@'));
	}
	for (size_t i = 0; i < COUNT_OF(other); i++) {
		to(other[i]);
		assert_int_equal(prepare("\n"), 0);
		assert_true(slice_has_char(result.recipients[0], '@'));
	}
	to("root+cron@localhost");
	assert_int_equal(prepare("\n"), 0);
	assert_slice(result.recipients[0], "root+cron");
}

/* Programs put what the machine calls itself behind a name; tocsin.conf may call it otherwise. */
static void the_machine_s_own_name_is_local(void **state UNUSED)
{
	options.machine_name = SLICE("vm.corp.example");
	to("root@vm, sales@VM, root@vm.corp.example, bob@VM.corp.example, sales@vm.corp.example, "
		"root@corp.example");
	assert_int_equal(prepare("\n"), 0);
	options.machine_name = SLICE("");
	assert_int_equal(result.n_recipients, 5);
	assert_slice(result.recipients[0], "root"); /* twice */
	assert_slice(result.recipients[1], "sales");
	assert_slice(result.recipients[2], "bob");
	assert_slice(result.recipients[3], "sales@vm.corp.example");
	assert_slice(result.recipients[4], "root@corp.example");
}

static const char *from_with(struct slice sender, struct slice full_name)
{
	const char *end;

	options.sender = sender;
	options.full_name = full_name;
	to("bob@example.org");
	assert_int_equal(prepare("\n"), 0);
	options.sender = options.full_name = (struct slice){ 0 };
	end = strstr(buffer_text(&out), "Date:");
	return arena_text(arena, slice_make(out.data, (size_t)(end - out.data)));
}

static void senders_and_names_come_from_the_options(void **state UNUSED)
{
	struct slice none = { 0 };

	assert_string_equal(from_with(SLICE("ops@x.org"), none), "From: Anna Smith <ops@x.org>\r\n");
	assert_slice(result.sender, "ops@x.org");
	assert_string_equal(from_with(SLICE("Ops <ops>"), SLICE("Ops, \"Inc\"")),
		"From: \"Ops, \\\"Inc\\\"\" <ops@example.com>\r\n");
	assert_slice(result.sender, "ops@example.com");
	assert_string_equal(from_with(none, SLICE("J" UE "rg")),
		"From: =?utf-8?q?J=C3=BCrg?= <anna@example.com>\r\n");
	assert_string_equal(from_with(SLICE("<>"), none), ADDED_FROM);
	assert_int_equal(result.sender.len, 0);
	assert_string_equal(from_with(SLICE(""), SLICE("")), "From: anna@example.com\r\n");
	assert_int_equal(result.sender.len, 0);
	assert_string_equal(from_with(SLICE("a@b" UE "cher.example"), none),
		"From: Anna Smith <a@xn--bcher-kva.example>\r\n");
	assert_false(result.needs_smtputf8);
	from_with(SLICE("j" UE "rg@x.org"), none);
	assert_true(result.needs_smtputf8);
	options.login = SLICE("AD\\anna");
	assert_string_equal(from_with(none, SLICE("")), "From: \"AD\\\\anna\"@example.com\r\n");
	options.login = SLICE("anna");
}

static void refusals_name_the_cause(void **state UNUSED)
{
	to("a..b@x.org");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_RECIPIENT);
	assert_string_equal(result.problem, "The recipient \"a..b@x.org\" has a dot too many before the "
		"\"@\": none at either end and no two in a row.");
	assert_int_equal(out.len, 0);
	to("good@x.org, John Smith");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_RECIPIENT);
	assert_string_equal(result.problem, "The recipient \"John Smith\" is no mail address.");
	to("a@x.org\r\nRCPT TO:<b@x.org>");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_RECIPIENT);
	assert_string_equal(result.problem, "The recipient \"a@x.org\\x0d\\x0aRCPT TO:<b@x.org>\" contains "
		"a control character: type it again instead of pasting it.");
	options.n_recipients = 0;
	assert_int_equal(prepare("To: a@x.org\n\n"), SUBMISSION_NO_RECIPIENTS);
	assert_string_equal(result.problem, "No recipient is named: give one on the command line, or -t "
		"to take those of the header.");
	options.read_recipients = true;
	assert_int_equal(prepare("To: undisclosed-recipients:;\n\n"), SUBMISSION_NO_RECIPIENTS);
	assert_int_equal(prepare("To: a@x.org, b@\n\n"), SUBMISSION_BAD_RECIPIENT);
	assert_string_equal(result.problem, "The recipient \"b@\" is no mail address.");
	options.read_recipients = false;
	to("a@x.org");
	options.sender = SLICE("a b");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_SENDER);
	assert_string_equal(result.problem, "The sender \"a b\" is no mail address.");
	options.sender = SLICE("a@x.org\n");
	assert_int_equal(prepare("\n"), 0);
	options.sender = SLICE("a@x.org\nb");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_SENDER);
	options.sender = SLICE("a@-x.org");
	assert_int_equal(prepare("\n"), SUBMISSION_BAD_SENDER);
	options.sender = (struct slice){ 0 };
	assert_int_equal(submission_exit_code(SUBMISSION_NO_RECIPIENTS), 64);
	assert_int_equal(submission_exit_code(SUBMISSION_BAD_RECIPIENT), 65);
	assert_int_equal(submission_exit_code(0), 0);
	assert_int_equal(submission_exit_code(-1), 75);
	assert_int_equal(message_exit_code(MESSAGE_TOO_LARGE), 65);
	assert_int_equal(message_exit_code(-1), 75);
}

static void too_many_recipients_are_refused(void **state UNUSED)
{
	struct buffer many;

	buffer_init(&many, 1 << 20);
	for (int i = 0; i < 2501; i++)
		buffer_appendf(&many, "a%d@x.org,", i);
	arguments[0] = buffer_slice(&many);
	arguments[1] = SLICE("a1@x.org, x@x.org");
	options.n_recipients = 2;
	assert_int_equal(prepare("\n"), 0);
	assert_int_equal(result.n_recipients, 2502);
	for (int i = 2501; i < 5000; i++)
		buffer_appendf(&many, "a%d@x.org,", i);
	arguments[0] = buffer_slice(&many);
	assert_int_equal(prepare("\n"), SUBMISSION_TOO_MANY_RECIPIENTS);
	assert_string_equal(result.problem, "The message has more than 5000 recipients: send it in parts.");
	buffer_release(&many);
}

static void without_memory_nothing_is_prepared(void **state UNUSED)
{
	struct arena *good = arena;

	to("bob@example.org");
	arena = arena_new(200);
	assert_int_equal(prepare("To: x\n\n"), -1);
	assert_int_equal(out.len, 0);
	arena_free(arena);
	arena = good;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_is_added),
		cmocka_unit_test(what_is_there_stays),
		cmocka_unit_test(what_must_not_leave_goes),
		cmocka_unit_test(t_reads_the_header_and_adds_the_arguments),
		cmocka_unit_test(resent_fields_take_the_place_of_the_others),
		cmocka_unit_test(bare_names_get_the_domain),
		cmocka_unit_test(what_is_local_stays_bare),
		cmocka_unit_test(the_machine_s_own_name_is_local),
		cmocka_unit_test(senders_and_names_come_from_the_options),
		cmocka_unit_test(refusals_name_the_cause),
		cmocka_unit_test(too_many_recipients_are_refused),
		cmocka_unit_test(without_memory_nothing_is_prepared),
	};

	return cmocka_run_group_tests_name("core/submission", tests, start, stop);
}
