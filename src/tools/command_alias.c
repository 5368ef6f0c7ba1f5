/* command_alias.c - tocsin alias list, set, remove, import. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/alias_file.h"
#include "sys/files.h"
#include "tools/command.h"
#include "tools/json_print.h"
#include "wire/alias.h"

enum {
	IMPORT_MEMORY = 8 * 1024 * 1024,
};

/* ---- list ---- */

static void print_row(struct context *x, const struct alias_row *row)
{
	printf("%s:", row->alias.name);
	for (size_t i = 0; i < row->alias.n_targets; i++) {
		fputs(i > 0 ? ", " : " ", stdout);
		command_print(row->alias.targets[i]);
	}
	printf("  (%s, ", command_time(x->arena, row->at));
	command_print(row->by);
	puts(")");
}

static void print_row_json(const struct alias_row *row)
{
	fputs("{\"name\": ", stdout);
	json_print_string(row->alias.name);
	fputs(", \"targets\": [", stdout);
	for (size_t i = 0; i < row->alias.n_targets; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		json_print_string(row->alias.targets[i]);
	}
	putchar(']');
	json_print_number("at", row->at);
	json_print_text("by", row->by);
	putchar('}');
}

int command_alias_list(struct context *x)
{
	bool json = command_take_flag(x, "--json");
	struct buffer body;
	struct unpack u;
	uint64_t n;
	int result;

	if (x->argc != 0)
		return command_misused("alias list takes no arguments but --json");
	buffer_init(&body, 10);
	result = command_ask(x, WORD_ALIAS_LIST, &body, WORD_ALIASES_ARE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	n = unpack_below(&u, ALIAS_MAX + 1);
	fputs(json ? "[" : "", stdout);
	for (uint64_t i = 0; i < n; i++) {
		struct alias_row row;

		alias_row_unpack(&u, x->arena, &row);
		if (u.failed)
			return command_malformed();
		if (json) {
			fputs(i > 0 ? ",\n" : "\n", stdout);
			print_row_json(&row);
		} else {
			print_row(x, &row);
		}
	}
	if (json)
		puts(n > 0 ? "\n]" : "]");
	else
		puts("any other name of this machine: contacts");
	return unpack_end(&u) ? EX_OK : command_malformed();
}

/* ---- set, remove ---- */

static int ask_set(struct context *x, const struct alias *aliases, size_t n)
{
	struct buffer body;
	int result;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++)
		alias_pack(&body, &aliases[i]);
	if (!buffer_ok(&body))
		result = command_misused("the aliases are too long");
	else
		result = command_ask(x, WORD_ALIAS_SET, &body, WORD_DONE, COMMAND_WAIT_MS);
	buffer_release(&body);
	return result;
}

int command_alias_set(struct context *x)
{
	const char *targets[ALIAS_TARGETS_MAX];
	struct alias alias = { .name = x->argc > 0 ? x->argv[0] : "", .targets = targets };
	int result;

	if (x->argc < 2)
		return command_misused("alias set takes a NAME and one TARGET or more: contacts, an "
			"address, or another name");
	for (int i = 1; i < x->argc; i++)
		if (!alias_split_targets(slice_of(x->argv[i]), x->arena, targets, &alias.n_targets))
			return command_misused("an alias leads to 100 targets at the most");
	if (alias.n_targets == 0)
		return command_misused("no target is given; to remove an alias use alias remove");
	result = ask_set(x, &alias, 1);
	if (result == EX_OK)
		puts("set");
	return result;
}

int command_alias_remove(struct context *x)
{
	struct alias alias = { .name = x->argc > 0 ? x->argv[0] : "" };
	int result;

	if (x->argc != 1)
		return command_misused("alias remove takes one NAME");
	result = ask_set(x, &alias, 1);
	if (result == EX_OK)
		puts("removed");
	return result;
}

/* ---- import ---- */

static int is_no_alias_file(const char *why)
{
	fprintf(stderr, "tocsin: %s\n", why);
	return EX_DATAERR;
}

static int read_file(const char *path, struct buffer *text)
{
	struct fault fault;
	int result = strcmp(path, "-") == 0 ? file_read_fd(0, text, &fault) :
		file_read(FILES_HERE, path, text, &fault);

	if (result == FILE_TOO_LARGE)
		return is_no_alias_file("the file is larger than 256 KB");
	if (result == 0)
		return EX_OK;
	fprintf(stderr, "tocsin: %s\n", fault.text);
	return EX_NOINPUT;
}

static void show_problems(const struct alias_file *file)
{
	for (size_t i = 0; i < file->n_problems && i < ALIAS_FILE_PROBLEMS_MAX; i++)
		fprintf(stderr, "line %u: %s\n", file->problems[i].line, file->problems[i].text);
	if (file->n_problems > ALIAS_FILE_PROBLEMS_MAX)
		fprintf(stderr, "and %zu more\n", file->n_problems - ALIAS_FILE_PROBLEMS_MAX);
}

static int take_file(struct context *x, const struct alias_file *file, bool skip)
{
	int result;

	show_problems(file);
	if (file->n_problems > 0 && !skip) {
		fputs("tocsin: nothing was taken; with --skip the rest is\n", stderr);
		return EX_DATAERR;
	}
	if (file->n == 0) {
		puts("no alias to take");
		return EX_OK;
	}
	result = ask_set(x, file->items, file->n);
	if (result == EX_OK)
		printf("%zu %s set\n", file->n, file->n == 1 ? "alias" : "aliases");
	return result;
}

static int import(struct context *x, const char *path, bool skip, struct arena *a,
	struct buffer *text)
{
	struct alias_file file;
	int result = read_file(path, text);

	if (result != EX_OK)
		return result;
	result = alias_file_parse(buffer_slice(text), a, &file);
	if (result == ALIAS_FILE_TOO_LARGE)
		return is_no_alias_file("the file has more than 500 aliases");
	return result == 0 ? take_file(x, &file, skip) : EX_OSERR;
}

int command_alias_import(struct context *x)
{
	bool skip = command_take_flag(x, "--skip");
	struct arena *a = arena_new(IMPORT_MEMORY);
	struct buffer text;
	int result = EX_OSERR;

	buffer_init(&text, ALIAS_FILE_MAX);
	if (x->argc != 1)
		result = command_misused("alias import takes one FILE, such as /etc/aliases, or -");
	else if (a != NULL)
		result = import(x, x->argv[0], skip, a, &text);
	buffer_release(&text);
	arena_free(a);
	return result;
}
