/* A program's message becomes the keeper's: envelope, content, names, refusals. */
#include "unit/unit.h"

#include <sysexits.h>

#include "submit/prepare.h"

static struct prepared prepared;
static const char *problem;
static struct submit_users users;

static const char *names[] = { "bob", "www-data" };

static int set_up(void **state UNUSED)
{
	problem = NULL;
	users = (struct submit_users){ .names = names, .n = COUNT_OF(names) };
	return 0;
}

static int tear_down(void **state UNUSED)
{
	prepared_release(&prepared);
	return 0;
}

static struct post post_to(const char **recipients, size_t n)
{
	return (struct post){
		.submission = "000102030405060708090a0b0c0d0e0f", .sender = "", .full_name = "Anna Example",
		.login = "anna", .recipients = recipients, .n_recipients = n,
	};
}

static int run(const struct post *post, struct slice raw)
{
	struct prepare_input in = {
		.post = post, .raw = raw, .who = { .kind = WHO_LOCAL, .uid = 1000 },
		.now = 1767225600, .utc_offset = 3600,
		.node_name = "node1.example.com", .machine_name = "", .mail_domain = "example.com", .users = &users,
	};

	prepared_release(&prepared);
	return prepare(&in, &prepared, &problem);
}

static bool header_has(const char *text)
{
	struct slice header = buffer_slice(&prepared.header);

	return slice_find(header, slice_of(text)) < header.len;
}

static void a_plain_message_gets_what_is_missing(void **state UNUSED)
{
	const char *to[] = { "c@example.org" };
	struct post post = post_to(to, 1);
	const struct envelope *e = &prepared.envelope;

	post.dsn = (struct dsn){ DSN_NEVER, DSN_RETURN_ANY, "job" };
	assert_int_equal(run(&post, SLICE("Subject: hello\n\nline\n")), 0);
	assert_true(header_has("From: Anna Example <anna@example.com>\r\n"));
	assert_int_equal(e->dsn.notify, DSN_NEVER);
	assert_string_equal(e->dsn.envid, "job");
	assert_true(header_has("Date: Thu, 01 Jan 2026 01:00:00 +0100\r\n") ||
		header_has("Date: Thu, 1 Jan 2026 01:00:00 +0100\r\n"));
	assert_true(header_has(e->message_id));
	assert_string_equal(e->submission, "1000-000102030405060708090a0b0c0d0e0f");
	assert_string_equal(e->sender, "anna@example.com");
	assert_string_equal(e->subject, "hello");
	assert_string_equal(e->header_from, "Anna Example <anna@example.com>");
	assert_int_equal(e->size, prepared.header.len + 6);
	assert_int_equal(e->header_size, prepared.header.len);
	assert_false(e->needs_8bitmime);
	assert_false(e->needs_smtputf8);
	assert_slice(prepared.body, "line\r\n");
}

static void the_same_submission_has_the_same_message_id(void **state UNUSED)
{
	const char *to[] = { "c@example.org" };
	struct post post = post_to(to, 1);
	char first[200];

	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_true(slice_copy(slice_of(prepared.envelope.message_id), first, sizeof(first)));
	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_string_equal(prepared.envelope.message_id, first);
	post.submission = "100102030405060708090a0b0c0d0e0f";
	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_string_not_equal(prepared.envelope.message_id, first);
}

static void t_reads_the_header_and_bcc_goes(void **state UNUSED)
{
	struct post post = post_to(NULL, 0);
	const struct envelope *e = &prepared.envelope;

	post.recipients_from_header = true;
	assert_int_equal(run(&post,
		SLICE("To: c@example.org\nCc: bob\nBcc: secret@example.net\nSubject: x\n\nx\n")), 0);
	assert_int_equal(e->n_recipients, 3);
	assert_string_equal(e->recipients[0].address, "c@example.org");
	assert_string_equal(e->recipients[1].address, "bob");
	assert_string_equal(e->recipients[2].address, "secret@example.net");
	assert_false(header_has("secret"));
}

static void local_are_users_of_the_box_and_who_submits(void **state UNUSED)
{
	const char *to[] = { "root", "bob", "www-data", "anna", "carol" };
	struct post post = post_to(to, COUNT_OF(to));
	const struct envelope *e = &prepared.envelope;

	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_int_equal(e->n_recipients, 5);
	assert_string_equal(e->recipients[0].address, "root");
	assert_string_equal(e->recipients[1].address, "bob");
	assert_string_equal(e->recipients[2].address, "www-data");
	assert_string_equal(e->recipients[3].address, "anna");
	assert_string_equal(e->recipients[4].address, "carol@example.com");
}

static void the_sender_is_the_one_given(void **state UNUSED)
{
	const char *to[] = { "c@example.org" };
	struct post post = post_to(to, 1);

	post.sender = "<>";
	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_string_equal(prepared.envelope.sender, "");
	post.sender = "daemon@example.net";
	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_string_equal(prepared.envelope.sender, "daemon@example.net");
}

static void what_the_relay_must_be_able_to_do_is_noted(void **state UNUSED)
{
	const char *to[] = { "c@example.org" }, *utf8[] = { "j\xc3\xbcrgen@example.org" };
	struct post post = post_to(to, 1);

	assert_int_equal(run(&post, SLICE("Subject: x\n\nGr\xc3\xbc\xc3\x9f" "e\n")), 0);
	assert_true(prepared.envelope.needs_8bitmime);
	assert_false(prepared.envelope.needs_smtputf8);
	assert_int_equal(run(&post, SLICE("Subject: Gr\xc3\xbc\xc3\x9f" "e\n\nx\n")), 0);
	assert_true(prepared.envelope.needs_smtputf8);
	assert_string_equal(prepared.envelope.subject, "Gr\xc3\xbc\xc3\x9f" "e");
	post = post_to(utf8, 1);
	assert_int_equal(run(&post, SLICE("\nx\n")), 0);
	assert_true(prepared.envelope.needs_smtputf8);
}

static void a_long_subject_is_cut_for_the_lists(void **state UNUSED)
{
	const char *to[] = { "c@example.org" };
	struct post post = post_to(to, 1);
	struct buffer raw;

	buffer_init(&raw, 10000);
	buffer_append_text(&raw, "Subject: ");
	for (int i = 0; i < 900; i++)
		buffer_append_text(&raw, i % 70 == 69 ? "\n " : "\xc3\xa9");
	buffer_append_text(&raw, "\n\nx\n");
	assert_int_equal(run(&post, buffer_slice(&raw)), 0);
	assert_true(strlen(prepared.envelope.subject) <= ENVELOPE_TEXT_MAX);
	assert_true(strlen(prepared.envelope.subject) > ENVELOPE_TEXT_MAX - 4);
	assert_true(slice_is_utf8(slice_of(prepared.envelope.subject)));
	buffer_release(&raw);
}

static void pieces_are_header_and_body_in_order(void **state UNUSED)
{
	const char *to[] = { "c@example.org" };
	struct post post = post_to(to, 1);
	struct buffer all;
	size_t at = 0;

	assert_int_equal(run(&post, SLICE("Subject: x\n\nline one\nline two\n")), 0);
	buffer_init(&all, 10000);
	for (;;) {
		struct slice piece = prepared_piece(&prepared, at, 7);

		if (piece.len == 0)
			break;
		assert_true(piece.len <= 7);
		buffer_append_slice(&all, piece);
		at += piece.len;
	}
	assert_int_equal(all.len, prepared.envelope.size);
	assert_true(slice_starts(buffer_slice(&all), buffer_text(&prepared.header)));
	assert_true(slice_ends(buffer_slice(&all), "\r\n\r\nline one\r\nline two\r\n"));
	buffer_release(&all);
}

static void refusals_have_their_exit_code_and_a_sentence(void **state UNUSED)
{
	const char *good[] = { "c@example.org" }, *bad[] = { "c d@@example.org" };
	struct post post = post_to(NULL, 0);

	assert_int_equal(run(&post, SLICE("\nx\n")), EX_USAGE);
	assert_non_null(problem);
	post = post_to(good, 1);
	post = post_to(bad, 1);
	assert_int_equal(run(&post, SLICE("\nx\n")), EX_DATAERR);
	assert_non_null(strstr(problem, "c d@@example.org"));
	post = post_to(good, 1);
	post.sender = "no domain@";
	assert_int_equal(run(&post, SLICE("\nx\n")), EX_DATAERR);
}

static void more_than_5000_recipients_are_refused(void **state UNUSED)
{
	struct post post = post_to(NULL, 0);
	struct buffer raw;

	buffer_init(&raw, 200000);
	buffer_append_text(&raw, "Cc: a@example.org\nTo: b@example.org");
	for (int i = 1; i < ENVELOPE_RECIPIENTS_MAX; i++)
		buffer_appendf(&raw, ",\n a%d@example.org", i);
	buffer_append_text(&raw, "\n\nx\n");
	post.recipients_from_header = true;
	assert_int_equal(run(&post, buffer_slice(&raw)), EX_DATAERR);
	assert_string_equal(problem,
		"The message has more than 5000 recipients: send it in parts.");
	buffer_release(&raw);
}

static void the_machines_users_are_known(void **state UNUSED)
{
	struct submit_users own;

	assert_int_equal(submit_users_init(&own), 0);
	assert_true(submit_users_has(&own, SLICE("root")));
	assert_true(submit_users_has(&own, SLICE("nobody")));
	assert_false(submit_users_has(&own, SLICE("no such user")));
	assert_false(submit_users_has(&own, SLICE("")));
	assert_false(submit_users_has(&own, SLICE("root\0")));
	submit_users_release(&own);
	assert_false(submit_users_has(&own, SLICE("root")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plain_message_gets_what_is_missing),
		TEST(the_same_submission_has_the_same_message_id),
		TEST(t_reads_the_header_and_bcc_goes),
		TEST(local_are_users_of_the_box_and_who_submits),
		TEST(the_sender_is_the_one_given),
		TEST(what_the_relay_must_be_able_to_do_is_noted),
		TEST(a_long_subject_is_cut_for_the_lists),
		TEST(pieces_are_header_and_body_in_order),
		TEST(refusals_have_their_exit_code_and_a_sentence),
		TEST(more_than_5000_recipients_are_refused),
		TEST(the_machines_users_are_known),
	};

	return cmocka_run_group_tests_name("submit/prepare", tests, NULL, NULL);
}
