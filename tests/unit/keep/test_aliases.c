/* Mail aliases, as front sees them: set, listed, refused, and what they do to mail. */
#include "unit/keep/fixture.h"

#include <sysexits.h>

#include "wire/alias.h"
#include "wire/queue_view.h"

static const char mail[] = "\r\nhello\r\n";

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result == 0)
		link_end(&front, ROLE_FRONT);
	return result;
}

/* targets: with blanks between them, "" removes it */
static struct answer *set_alias(struct buffer *b, const char *name, const char *targets)
{
	struct slice rest = slice_of(targets);
	const char *list[10];
	struct alias alias = { .name = name, .targets = list };

	while (rest.len > 0)
		list[alias.n_targets++] = arena_text(arena, slice_cut(&rest, ' '));
	pack_number(b, 1);
	alias_pack(b, &alias);
	return ask(&front, WORD_ALIAS_SET, b);
}

static void set_good(const char *name, const char *targets)
{
	struct unpack u = expect(set_alias(body_as_root(), name, targets), WORD_DONE);

	assert_int_equal(unpack_number(&u), 1);
}

static const char *listed(void)
{
	struct unpack u = expect(ask(&front, WORD_ALIAS_LIST, body_as_root()), WORD_ALIASES_ARE);
	uint64_t n = unpack_number(&u);
	const char *text = "";

	for (uint64_t i = 0; i < n; i++) {
		struct alias_row row;

		alias_row_unpack(&u, arena, &row);
		assert_string_equal(row.by, "root (local)");
		assert_true(row.at > 0);
		text = arena_printf(arena, "%s%s:", text, row.alias.name);
		for (size_t t = 0; t < row.alias.n_targets; t++)
			text = arena_printf(arena, "%s %s", text, row.alias.targets[t]);
		text = arena_printf(arena, "%s\n", text);
	}
	assert_true(unpack_end(&u));
	return text;
}

/* Recipients and states, "address state" with commas between. */
static const char *recipients_of(const char *queue_id)
{
	struct buffer *b = body_as_root();
	struct message_view view;
	const char *text = "";
	struct unpack u;

	pack_text(b, queue_id);
	pack_number(b, 0);
	u = expect(ask(&front, WORD_QUEUE_SHOW, b), WORD_MESSAGE_IS);
	message_view_unpack(&u, arena, &view);
	for (size_t i = 0; i < view.n_recipients; i++)
		text = arena_printf(arena, "%s%s%s %s", text, i > 0 ? ", " : "",
			view.recipients[i].address, view.recipients[i].state);
	return text;
}

static size_t count_recipients(const char *queue_id)
{
	struct buffer *b = body_as_root();
	struct message_view view;
	struct unpack u;

	pack_text(b, queue_id);
	pack_number(b, 0);
	u = expect(ask(&front, WORD_QUEUE_SHOW, b), WORD_MESSAGE_IS);
	message_view_unpack(&u, arena, &view);
	return view.row.n_recipients;
}

static void aliases_are_set_listed_and_removed(void **state UNUSED)
{
	struct seen *site;
	struct unpack u;

	assert_string_equal(listed(), "");
	set_good("Root", "contacts Ops ops@x.example");
	set_good("ops", "anna@x.example");
	assert_string_equal(listed(), "ops: anna@x.example\nroot: contacts ops ops@x.example\n");
	site = wait_seen(&front, WORD_SITE);
	unpack_init(&u, buffer_slice(&site->body));
	unpack_text(&u, 255, arena);
	unpack_text(&u, 255, arena);
	assert_int_equal(unpack_number(&u), 2);
	assert_string_equal(unpack_text(&u, 64, arena), "ops");
	assert_string_equal(unpack_text(&u, 64, arena), "root");
	stop_keeper();
	cut_end(&front);
	start_keeper();
	link_end(&front, ROLE_FRONT);
	set_good("ops", "");
	assert_string_equal(listed(), "root: contacts ops ops@x.example\n");
	expect_refused(set_alias(body_as_root(), "ops", ""), EX_DATAERR);
}

static void what_is_wrong_changes_nothing(void **state UNUSED)
{
	set_good("root", "ops");
	expect_refused(set_alias(body_as_root(), "a b", "contacts"), EX_DATAERR);
	expect_refused(set_alias(body_as_root(), "a", "contacts |cat"), EX_DATAERR);
	assert_string_equal(expect_refused(set_alias(body_as_root(), "ops", "anna root"), EX_DATAERR),
		"These aliases go round in a circle: root, ops, root.");
	expect_refused(set_alias(body_as_user(1000), "ops", "contacts"), EX_NOPERM);
	expect_refused(ask(&front, WORD_ALIAS_LIST, body_as_user(1000)), EX_NOPERM);
	assert_string_equal(listed(), "root: ops\n");
}

/* Each is right for the table in force; the second is not for the one that the first makes. */
static void two_at_once_make_no_circle(void **state UNUSED)
{
	const char *ops[] = { "ops" }, *root[] = { "root" };
	struct alias first = { "root", ops, 1 }, second = { "ops", root, 1 };
	struct answer *a, *b;
	struct buffer *body = body_as_root();

	pack_number(body, 1);
	alias_pack(body, &first);
	a = ask_later(&front, WORD_ALIAS_SET, body);
	body = body_as_root();
	pack_number(body, 1);
	alias_pack(body, &second);
	b = ask_later(&front, WORD_ALIAS_SET, body);
	wait_for(a);
	wait_for(b);
	expect(a, WORD_DONE);
	assert_string_equal(expect_refused(b, EX_DATAERR),
		"These aliases go round in a circle: ops, root, ops.");
	assert_string_equal(listed(), "root: ops\n");
}

static void a_message_may_have_5000_names_with_an_alias(void **state UNUSED)
{
	static const char *names[ENVELOPE_RECIPIENTS_MAX + 1];
	struct answer *a;

	set_up_mail();
	set_good("root", "anna@x.example");
	for (int i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++)
		names[i] = arena_printf(arena, "root+%d", i);
	a = submit_later(mail, names);
	wait_for(a);
	expect(a, WORD_POSTED);
}

static const char *posted(const char *const *names)
{
	struct answer *a = submit_later(mail, names);
	struct unpack u;

	wait_for(a);
	u = expect(a, WORD_POSTED);
	return unpack_text(&u, 100, arena);
}

static void recipients_are_counted_when_duplicates_are_gone(void **state UNUSED)
{
	static const char *names[ENVELOPE_RECIPIENTS_MAX + 1];

	set_up_mail();
	set_good("root", "anna@x.example bert@x.example");
	for (int i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++)
		names[i] = arena_printf(arena, "root+%d", i);
	names[0] = "anna@X.Example";
	assert_string_equal(recipients_of(posted(names)),
		"anna@X.Example queued, bert@x.example queued");
}

static void one_mailbox_is_one_recipient(void **state UNUSED)
{
	static const char *const names[] = { "anna@X.example", "ops", "Anna@x.example", "dev", "root",
		NULL };

	set_up_mail();
	set_good("ops", "anna@x.EXAMPLE bert@x.example");
	set_good("dev", "bert@x.example ops");
	set_good("root", "dev anna@x.example");
	assert_string_equal(recipients_of(posted(names)),
		"anna@X.example queued, bert@x.example queued, Anna@x.example queued");
}

/* 250 names, each of which leads to the same 400 long addresses. */
static void many_aliases_may_lead_to_the_same_crowd(void **state UNUSED)
{
	enum { PARTS = 4, CROWD = 250 };
	static const char *names[CROWD + 1];
	const char *parts[PARTS], **targets;
	struct buffer *b;

	set_up_mail();
	b = body_as_root();
	pack_number(b, PARTS + CROWD);
	for (size_t i = 0; i < PARTS; i++) {
		targets = arena_array(arena, ALIAS_TARGETS_MAX, sizeof(*targets));
		parts[i] = arena_printf(arena, "part%zu", i);
		for (size_t t = 0; t < ALIAS_TARGETS_MAX; t++)
			targets[t] = arena_printf(arena, "n%zu@%060d.%060d.%060d.example",
				i * ALIAS_TARGETS_MAX + t, 1, 1, 1);
		alias_pack(b, &(struct alias){ parts[i], targets, ALIAS_TARGETS_MAX });
	}
	for (size_t i = 0; i < CROWD; i++) {
		names[i] = arena_printf(arena, "c%zu", i);
		alias_pack(b, &(struct alias){ names[i], parts, PARTS });
	}
	expect(ask(&front, WORD_ALIAS_SET, b), WORD_DONE);
	assert_int_equal(count_recipients(posted(names)), PARTS * ALIAS_TARGETS_MAX);
}

static void several_are_set_or_none(void **state UNUSED)
{
	const char *const good[] = { "x@x.example" }, *const bad[] = { "x@" };
	struct buffer *b = body_as_root();

	pack_number(b, 2);
	alias_pack(b, &(struct alias){ "one", good, 1 });
	alias_pack(b, &(struct alias){ "two", bad, 1 });
	expect_refused(ask(&front, WORD_ALIAS_SET, b), EX_DATAERR);
	assert_string_equal(listed(), "");
	b = body_as_root();
	pack_number(b, 2);
	alias_pack(b, &(struct alias){ "one", good, 1 });
	alias_pack(b, &(struct alias){ "two", good, 1 });
	expect(ask(&front, WORD_ALIAS_SET, b), WORD_DONE);
	assert_string_equal(listed(), "one: x@x.example\ntwo: x@x.example\n");
	b = body_as_root();
	pack_number(b, 0);
	expect_refused(ask(&front, WORD_ALIAS_SET, b), EX_PROTOCOL);
}

static void mail_for_a_name_goes_where_its_alias_leads(void **state UNUSED)
{
	set("email.admin_contacts", "boss@example.com", NULL);
	set_good("anna", "anna@x.example bert");
	set_good("root", "ops@x.example");
	assert_string_equal(recipients_of(submit(mail, "anna")),
		"anna@x.example queued, boss@example.com queued");
	assert_string_equal(recipients_of(submit(mail, "Root+cron")), "ops@x.example queued");
	assert_string_equal(recipients_of(submit(mail, "bert")), "boss@example.com queued");
	assert_string_equal(recipients_of(submit(mail, "root@other.example")),
		"root@other.example queued");
}

static void held_names_go_when_an_alias_says_where(void **state UNUSED)
{
	const char *root = submit(mail, "root"), *cron = submit(mail, "root+cron");
	const char *anna = submit(mail, "Anna");

	assert_string_equal(recipients_of(root), "root held");
	set_good("root", "ops@x.example contacts");
	set_good("root+cron", "anna");
	set_good("anna", "contacts");
	wait_until_written();
	turn(20);
	assert_string_equal(recipients_of(root), "ops@x.example queued");
	/* the first alias was there before its own */
	assert_string_equal(recipients_of(cron), "ops@x.example queued");
	assert_string_equal(recipients_of(anna), "Anna held");
	set("email.admin_contacts", "boss@example.com", NULL);
	wait_until_written();
	turn(20);
	assert_string_equal(recipients_of(anna), "boss@example.com queued");
	assert_string_equal(recipients_of(root), "ops@x.example queued");
}

/* The whole table goes to the queue, whatever its size: 500 aliases behind one with 100 targets. */
static void a_full_table_reaches_held_mail_too(void **state UNUSED)
{
	struct buffer *b;
	const char *one = "wide", *wide[ALIAS_TARGETS_MAX];
	const char *held = submit(mail, "n498"), *last = submit(mail, "n0");

	for (size_t i = 0; i < ALIAS_TARGETS_MAX; i++)
		wide[i] = arena_printf(arena, "someone.%zu@x.example", i);
	b = body_as_root();
	pack_number(b, ALIAS_MAX);
	alias_pack(b, &(struct alias){ "wide", wide, ALIAS_TARGETS_MAX });
	for (int i = 0; i < ALIAS_MAX - 1; i++)
		alias_pack(b, &(struct alias){ arena_printf(arena, "n%d", i), &one, 1 });
	expect(ask(&front, WORD_ALIAS_SET, b), WORD_DONE);
	wait_until_written();
	turn(20);
	assert_true(slice_starts(slice_of(recipients_of(held)), "someone.0@x.example queued, "));
	assert_true(slice_starts(slice_of(recipients_of(last)), "someone.0@x.example queued, "));
}

static void all_that_is_wrong_is_told_at_once(void **state UNUSED)
{
	assert_string_equal(refused_fields(set_alias(body_as_root(), "two@words", "a@b@c contacts d@")),
		"name targets targets ");
	assert_string_equal(listed(), "");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup_front, teardown_keeper)
	const struct CMUnitTest tests[] = {
		T(aliases_are_set_listed_and_removed),
		T(what_is_wrong_changes_nothing),
		T(two_at_once_make_no_circle),
		T(a_message_may_have_5000_names_with_an_alias),
		T(recipients_are_counted_when_duplicates_are_gone),
		T(one_mailbox_is_one_recipient),
		T(many_aliases_may_lead_to_the_same_crowd),
		T(several_are_set_or_none),
		T(mail_for_a_name_goes_where_its_alias_leads),
		T(held_names_go_when_an_alias_says_where),
		T(a_full_table_reaches_held_mail_too),
		T(all_that_is_wrong_is_told_at_once),
	};

	return cmocka_run_group_tests_name("keep/aliases", tests, NULL, NULL);
}
