/* Sender rewriting: when it happens, what From becomes, and where the original stays. */
#include "unit/unit.h"

#include "core/rewrite.h"

static struct buffer raw, out;
static struct arena *arena;
static struct rewrite result;
static struct rewrite_settings settings;
static struct message m;

static int start(void **state UNUSED)
{
	buffer_init(&raw, 1 << 20);
	buffer_init(&out, 1 << 20);
	arena = arena_new(8 << 20);
	settings = (struct rewrite_settings){
		.mode = REWRITE_AUTO,
		.authenticated = true,
		.from_address = SLICE("alerts@example.com"),
		.node_name = SLICE("web1.example.com"),
	};
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&raw);
	buffer_release(&out);
	arena_free(arena);
	return 0;
}

static const char *rewritten(const char *text, const char *sender)
{
	buffer_clear(&raw);
	buffer_clear(&out);
	assert_int_equal(message_normalise(slice_of(text), &raw, &m), 0);
	assert_int_equal(rewrite_sender(&m, &settings, slice_of(sender), arena, &out, &result), 0);
	return buffer_text(&out);
}

static void cron_leaves_under_our_address(void **state UNUSED)
{
	assert_string_equal(rewritten("Received: x\nFrom: root@host.localdomain\nTo: a@x.org\n\nbody\n",
		"root@host.localdomain"),
		"Received: x\r\nFrom: \"root on web1.example.com\" <alerts@example.com>\r\n"
		"X-Original-From: root@host.localdomain\r\nTo: a@x.org\r\n\r\n");
	assert_true(result.header_changed);
	assert_slice(result.sender, "alerts@example.com");
	assert_string_equal(rewritten("From: root (Cron Daemon)\n\n", "root"),
		"From: Cron Daemon <alerts@example.com>\r\nX-Original-From: root (Cron Daemon)\r\n\r\n");
}

static void replies_go_to_whom_they_can_reach(void **state UNUSED)
{
	assert_string_equal(rewritten("From: \"Smith, A\" <a@corp.example>\nSubject: x\n\n", "a@corp.example"),
		"From: \"Smith, A\" <alerts@example.com>\r\nX-Original-From: \"Smith, A\" <a@corp.example>\r\n"
		"Subject: x\r\nReply-To: \"Smith, A\" <a@corp.example>\r\n\r\n");
	assert_string_equal(rewritten("From: a@corp.example, b@host, C <c@corp.example>\n\n", "a@x"),
		"From: \"a on web1.example.com\" <alerts@example.com>\r\n"
		"X-Original-From: a@corp.example, b@host, C <c@corp.example>\r\n"
		"Reply-To: a@corp.example,\r\n C <c@corp.example>\r\n\r\n");
	assert_string_equal(rewritten("From: a@corp.example\nReply-To: r@x.org\n\n", "a@corp.example"),
		"From: \"a on web1.example.com\" <alerts@example.com>\r\nX-Original-From: a@corp.example\r\n"
		"Reply-To: r@x.org\r\n\r\n");
}

static void our_own_mail_stays_as_it_is(void **state UNUSED)
{
	static const char text[] = "From: Tocsin <alerts@EXAMPLE.com>\nSender: alerts@example.com\n\n";

	assert_string_equal(rewritten(text, "alerts@example.com"),
		"From: Tocsin <alerts@EXAMPLE.com>\r\nSender: alerts@example.com\r\n\r\n");
	assert_false(result.header_changed);
	assert_slice(result.sender, "alerts@example.com");
	/* a second From field is never ours */
	rewritten("From: alerts@example.com\nFrom: x@corp.example\n\n", "x");
	assert_string_equal(buffer_text(&out), "From: \"alerts on web1.example.com\" <alerts@example.com>\r\n"
		"X-Original-From: alerts@example.com\r\nX-Original-From: x@corp.example\r\n"
		"Reply-To: alerts@example.com\r\n\r\n");
}

static void sender_fields_of_others_are_renamed(void **state UNUSED)
{
	assert_string_equal(rewritten("From: alerts@example.com\nSender: root@host\n\n", "root@host"),
		"From: alerts@example.com\r\nX-Original-Sender: root@host\r\n\r\n");
	assert_true(result.header_changed);
}

static void a_forged_original_makes_room_for_the_true_one(void **state UNUSED)
{
	assert_string_equal(rewritten("X-Original-From: boss@corp.example\nFrom: bob@host\n"
		"x-original-from: spoof\nSender: root@host\nX-Original-Sender: boss\n\n", "bob@host"),
		"From: \"bob on web1.example.com\" <alerts@example.com>\r\nX-Original-From: bob@host\r\n"
		"X-Original-Sender: root@host\r\n\r\n");
	/* nothing is replaced: another node that rewrote it said so */
	assert_string_equal(rewritten("From: alerts@example.com\nX-Original-From: bob@host\n\n", "a@x"),
		"From: alerts@example.com\r\nX-Original-From: bob@host\r\n\r\n");
}

static void broken_and_missing_froms_are_replaced(void **state UNUSED)
{
	assert_string_equal(rewritten("From: who knows\nSubject: x\n\n", "bob@host"),
		"From: \"bob on web1.example.com\" <alerts@example.com>\r\nX-Original-From: who knows\r\n"
		"Subject: x\r\n\r\n");
	assert_string_equal(rewritten("Subject: x\n\n", "\"b c\"@host"),
		"Subject: x\r\nFrom: \"b c on web1.example.com\" <alerts@example.com>\r\n\r\n");
}

static void the_null_sender_becomes_ours_and_is_marked(void **state UNUSED)
{
	assert_string_equal(rewritten("From: alerts@example.com\n\n", ""),
		"From: alerts@example.com\r\nAuto-Submitted: auto-replied\r\n\r\n");
	assert_slice(result.sender, "alerts@example.com");
	assert_string_equal(rewritten("From: alerts@example.com\nAuto-Submitted: auto-generated\n\n", ""),
		"From: alerts@example.com\r\nAuto-Submitted: auto-generated\r\n\r\n");
	assert_false(result.header_changed);
}

static void the_settings_decide(void **state UNUSED)
{
	static const char text[] = "From: root@host\n\n";

	settings.authenticated = false;
	assert_string_equal(rewritten(text, "root@host"), "From: root@host\r\n\r\n");
	assert_false(result.header_changed);
	assert_slice(result.sender, "root@host");
	settings.mode = REWRITE_ALWAYS;
	settings.envelope_sender = SLICE("bounces@example.com");
	rewritten(text, "root@host");
	assert_true(result.header_changed);
	assert_slice(result.sender, "bounces@example.com");
	settings.envelope_sender = (struct slice){ 0 };
	settings.authenticated = true;
	settings.mode = REWRITE_NEVER;
	assert_string_equal(rewritten(text, ""), "From: root@host\r\n\r\n");
	assert_slice(result.sender, "");
	settings.mode = REWRITE_AUTO;
	settings.from_address = SLICE("info@b\xc3\xbc" "cher.example");
	assert_string_equal(rewritten(text, ""), "From: \"root on web1.example.com\" "
		"<info@xn--bcher-kva.example>\r\nX-Original-From: root@host\r\n"
		"Auto-Submitted: auto-replied\r\n\r\n");
	settings.from_address = SLICE("alerts@example.com");
}

static void routable_is_what_the_world_can_reach(void **state UNUSED)
{
	static const char *const no[] = { "", "host", "localhost", "[192.0.2.1]", "a.local", "a.LocalDomain",
		"nas.lan", "x.internal", "x.localhost", "x.home.arpa" };

	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_false(rewrite_domain_is_routable(slice_of(no[i])));
	assert_true(rewrite_domain_is_routable(SLICE("example.com")));
	assert_true(rewrite_domain_is_routable(SLICE("local.example")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cron_leaves_under_our_address),
		cmocka_unit_test(replies_go_to_whom_they_can_reach),
		cmocka_unit_test(our_own_mail_stays_as_it_is),
		cmocka_unit_test(sender_fields_of_others_are_renamed),
		cmocka_unit_test(a_forged_original_makes_room_for_the_true_one),
		cmocka_unit_test(broken_and_missing_froms_are_replaced),
		cmocka_unit_test(the_null_sender_becomes_ours_and_is_marked),
		cmocka_unit_test(the_settings_decide),
		cmocka_unit_test(routable_is_what_the_world_can_reach),
	};

	return cmocka_run_group_tests_name("core/rewrite", tests, start, stop);
}
