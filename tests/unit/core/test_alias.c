/* Mail aliases: what names and targets may be, where they lead, circles; and /etc/aliases. */
#include "unit/unit.h"

#include "core/alias_file.h"

static struct arena *arena;
static const char *problem;

static int set_up(void **state UNUSED)
{
	arena = arena_new(4 * 1024 * 1024);
	problem = "";
	return arena == NULL;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static const char *name_of(const char *typed)
{
	const char *name = NULL;
	int result = alias_check_name(slice_of(typed), arena, &name, &problem);

	return result == 0 ? name : NULL;
}

static const char *target_of(const char *typed)
{
	const char *target = NULL;
	int result = alias_check_target(slice_of(typed), arena, &target, &problem);

	return result == 0 ? target : NULL;
}

static void names_are_those_of_users(void **state UNUSED)
{
	assert_string_equal(name_of(" root "), "root");
	assert_string_equal(name_of("MAILER-DAEMON"), "mailer-daemon");
	assert_string_equal(name_of("www-data"), "www-data");
	assert_string_equal(name_of("_apt"), "_apt");
	assert_string_equal(name_of("root+cron"), "root+cron");
	assert_string_equal(name_of("machine$"), "machine$");
	assert_null(name_of(""));
	assert_null(name_of("-f"));
	assert_null(name_of(".hidden"));
	assert_null(name_of("a b"));
	assert_null(name_of("a\nb"));
	assert_null(name_of("|cat"));
	assert_null(name_of("root@example.com"));
	assert_non_null(strstr(problem, "has a domain"));
	assert_null(name_of("Contacts"));
	assert_non_null(strstr(problem, "admin contacts"));
	assert_null(name_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void targets_are_names_addresses_and_the_contacts(void **state UNUSED)
{
	assert_string_equal(target_of("Anna"), "anna");
	assert_string_equal(target_of("contacts"), ALIAS_CONTACTS);
	assert_string_equal(target_of("Anna@Example.COM"), "Anna@example.com");
	assert_string_equal(target_of("anna@b\xc3\xbc" "cher.example"), "anna@xn--bcher-kva.example");
	assert_null(target_of(""));
	assert_null(target_of("/var/mail/anna"));
	assert_null(target_of("|cat"));
	assert_null(target_of("anna@"));
	assert_null(target_of("anna@localhost"));
	assert_non_null(strstr(problem, "on this machine"));
	assert_null(target_of("\"a b\"@example.com"));
	assert_null(target_of("a@example.com\r\nBcc: b@example.com"));
}

#define TARGETS(...) (const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

static const char *const contacts[] = { "one@x.example", "two@x.example" };

/* The addresses with a blank between them; NULL when the name has no alias. */
static const char *way(const struct alias_list *list, const char *name, size_t n_contacts)
{
	const struct alias *alias = alias_find(list, slice_of(name));
	const char **addresses, *text = "";
	size_t n;

	if (alias == NULL)
		return NULL;
	assert_int_equal(alias_resolve(list, alias, contacts, n_contacts, arena, &addresses, &n),
		0);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", addresses[i]);
	return text;
}

static void a_name_leads_to_addresses(void **state UNUSED)
{
	const struct alias items[] = {
		{ "anna", TARGETS("anna@x.example") },
		{ "ops", TARGETS("anna", "bert", "anna@X.example", "Anna@x.example") },
		{ "postmaster", TARGETS("root") },
		{ "root", TARGETS("contacts", "ops") },
		{ "root+cron", TARGETS("cron@x.example") },
	};
	const struct alias_list list = { items, COUNT_OF(items) };

	assert_int_equal(alias_check_list(&list, arena, &problem), 0);
	assert_string_equal(way(&list, "anna", 2), "anna@x.example");
	/* bert has no alias: the contacts; an address counts once */
	assert_string_equal(way(&list, "ops", 2),
		"anna@x.example one@x.example two@x.example Anna@x.example");
	assert_string_equal(way(&list, "POSTMASTER", 1), "one@x.example anna@x.example Anna@x.example");
	assert_string_equal(way(&list, "root", 0), "anna@x.example Anna@x.example");
	assert_string_equal(way(&list, "root+cron", 2), "cron@x.example");
	assert_string_equal(way(&list, "anna+lists", 2), "anna@x.example");
	assert_null(way(&list, "bert", 2));
	assert_null(way(&list, "+anna", 2));
	assert_null(way(&list, "", 2));
}

static void a_name_that_leads_to_missing_contacts_leads_nowhere(void **state UNUSED)
{
	const struct alias items[] = { { "a", TARGETS("b") }, { "b", TARGETS("contacts") } };
	const struct alias_list list = { items, COUNT_OF(items) };

	assert_string_equal(way(&list, "a", 0), "");
	assert_string_equal(way(&list, "a", 1), "one@x.example");
}

static void circles_are_refused(void **state UNUSED)
{
	struct alias items[] = {
		{ "a", TARGETS("x@x.example", "b") }, { "b", TARGETS("c+more") }, { "c", TARGETS("d") },
		{ "d", TARGETS("b") },
	};
	const struct alias_list list = { items, COUNT_OF(items) };

	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	assert_string_equal(problem, "These aliases go round in a circle: b, c, d, b.");
	items[3].targets = (const char *const[]){ "d" };
	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	assert_string_equal(problem, "These aliases go round in a circle: d, d.");
	items[3].targets = (const char *const[]){ "e" };
	assert_int_equal(alias_check_list(&list, arena, &problem), 0);
	/* even unchecked, a circle is walked once */
	items[3].targets = (const char *const[]){ "a" };
	assert_string_equal(way(&list, "c", 1), "x@x.example");
}

/* n aliases, each leading to the next. */
static struct alias_list chain(size_t n)
{
	struct alias *items = arena_array(arena, n, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		const char **targets = arena_array(arena, 1, sizeof(*targets));

		targets[0] = i + 1 < n ? arena_printf(arena, "n%zu", i + 1) : "end@x.example";
		items[i] = (struct alias){ arena_printf(arena, "n%zu", i), targets, 1 };
	}
	return (struct alias_list){ items, n };
}

static void depth_and_number_are_bounded(void **state UNUSED)
{
	static const char *const to_contacts[] = { "contacts" };
	struct alias_list list = chain(ALIAS_DEPTH_MAX);
	struct alias *many;

	assert_int_equal(alias_check_list(&list, arena, &problem), 0);
	assert_string_equal(way(&list, "n0", 0), "end@x.example");
	list = chain(ALIAS_DEPTH_MAX + 1);
	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	assert_non_null(strstr(problem, "More than 10 aliases"));
	/* also when the far end was looked at first */
	many = arena_array(arena, ALIAS_DEPTH_MAX + 1, sizeof(*many));
	for (size_t i = 0; i <= ALIAS_DEPTH_MAX; i++)
		many[i] = list.items[ALIAS_DEPTH_MAX - i];
	list.items = many;
	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	many = arena_array(arena, ALIAS_MAX + 1, sizeof(*many));
	for (size_t i = 0; i <= ALIAS_MAX; i++)
		many[i] = (struct alias){ arena_printf(arena, "n%zu", i), to_contacts, 1 };
	list = (struct alias_list){ many, ALIAS_MAX + 1 };
	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	list.n = ALIAS_MAX;
	assert_int_equal(alias_check_list(&list, arena, &problem), 0);
}

/* Five of 100 each, less one. */
static void a_name_leads_to_400_addresses_at_the_most(void **state UNUSED)
{
	struct alias items[6] = { { "all", TARGETS("p1", "p2", "p3", "p4", "p5") } };
	const struct alias_list list = { items, COUNT_OF(items) };

	for (size_t i = 1; i < COUNT_OF(items); i++) {
		const char **targets = arena_array(arena, ALIAS_TARGETS_MAX, sizeof(*targets));

		for (size_t t = 0; t < ALIAS_TARGETS_MAX; t++)
			targets[t] = arena_printf(arena, "n%zu@x.example", i % 4 * 100 + t);
		items[i] = (struct alias){ arena_printf(arena, "p%zu", i), targets, ALIAS_TARGETS_MAX };
	}
	assert_int_equal(alias_check_list(&list, arena, &problem), 0); /* p5 is p1 */
	items[5].targets = (const char *const[]){ "one-more@x.example" };
	items[5].n_targets = 1;
	assert_int_equal(alias_check_list(&list, arena, &problem), ALIAS_BAD);
	assert_string_equal(problem, "The alias all leads to more than 400 addresses.");
}

/* ---- /etc/aliases ---- */

static struct alias_file file;

static const char *entry(size_t i)
{
	const char *text = arena_printf(arena, "%s:", file.items[i].name);

	for (size_t t = 0; t < file.items[i].n_targets; t++)
		text = arena_printf(arena, "%s %s", text, file.items[i].targets[t]);
	return text;
}

static void a_file_of_aliases_is_read(void **state UNUSED)
{
	assert_int_equal(alias_file_parse(SLICE("# See man 5 aliases for format\n"
		"postmaster:    root\n\n"
		"Root:\tanna@x.example, bert\r\n"
		"   , \"carl\"@y.example ,\n"
		"  # not this\n"
		"\t\\dora\n"
		"\"www-data\": contacts"), arena, &file), 0);
	assert_int_equal(file.n_problems, 0);
	assert_int_equal(file.n, 3);
	assert_string_equal(entry(0), "postmaster: root");
	assert_string_equal(entry(1), "root: anna@x.example bert \"carl\"@y.example dora");
	assert_string_equal(entry(2), "www-data: contacts");
}

static void what_cannot_be_taken_is_told_with_its_line(void **state UNUSED)
{
	static const struct {
		unsigned line;
		const char *words;
	} expected[] = {
		{ 1, "runs a program" }, { 1, "writes to a file" }, { 2, "another file" },
		{ 3, "no colon" }, { 4, "leads nowhere" }, { 5, "cannot be a name" },
		{ 7, "second time" }, { 8, "mailbox on this machine" }, { 9, "\"x@y z\"" },
	};

	assert_int_equal(alias_file_parse(SLICE("a: |/usr/bin/procmail, /dev/null, ok@x.example\n"
		"b: :include:/etc/list\n"
		"nonsense\n"
		"c:\n"
		"d d: x\n"
		"e: one\n"
		"E: two\n"
		"f: \\f, f@x.example\n"
		"g: x@y z\n"), arena, &file), 0);
	assert_int_equal(file.n_problems, COUNT_OF(expected));
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		assert_int_equal(file.problems[i].line, expected[i].line);
		assert_non_null(strstr(file.problems[i].text, expected[i].words));
	}
	assert_int_equal(file.n, 3);
	assert_string_equal(entry(0), "a: ok@x.example");
	assert_string_equal(entry(1), "e: one");
	assert_string_equal(entry(2), "f: f@x.example");
}

static void a_large_file_is_refused(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 2 * ALIAS_FILE_MAX);
	for (size_t i = 0; i <= ALIAS_MAX; i++)
		buffer_appendf(&b, "n%zu: x\n", i);
	assert_int_equal(alias_file_parse(buffer_slice(&b), arena, &file), ALIAS_FILE_TOO_LARGE);
	buffer_clear(&b);
	while (b.len <= ALIAS_FILE_MAX)
		buffer_append_text(&b, "# comment\n");
	assert_int_equal(alias_file_parse(buffer_slice(&b), arena, &file), ALIAS_FILE_TOO_LARGE);
	buffer_release(&b);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(names_are_those_of_users),
		T(targets_are_names_addresses_and_the_contacts),
		T(a_name_leads_to_addresses),
		T(a_name_that_leads_to_missing_contacts_leads_nowhere),
		T(circles_are_refused),
		T(depth_and_number_are_bounded),
		T(a_name_leads_to_400_addresses_at_the_most),
		T(a_file_of_aliases_is_read),
		T(what_cannot_be_taken_is_told_with_its_line),
		T(a_large_file_is_refused),
	};

	return cmocka_run_group_tests_name("core/alias", tests, NULL, NULL);
}
