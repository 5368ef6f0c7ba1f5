/*
 * command_import.c - tocsin import: shows which settings the files of another program mean, and
 * which of their lines mean nothing here; after a yes they are set, all of them or none.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "sys/process.h"
#include "tools/command.h"
#include "tools/import_files.h"
#include "tools/json_print.h"

enum {
	ANSWER_MAX = 100,
};

/* ---- showing ---- */

static const char *shown_value(const struct import_value *v, struct arena *a)
{
	return v->secret ? arena_printf(a, "(set, %zu characters)", strlen(v->value)) : v->value;
}

static void print_place(const char *path, unsigned line)
{
	command_print(path);
	if (line > 0)
		printf(" line %u", line);
}

static void print_result(const struct import_result *r, struct arena *a)
{
	puts(r->n_values > 0 ? "These settings would be set:" : "There is nothing to set.");
	for (size_t i = 0; i < r->n_values; i++) {
		printf("  %-24s ", r->values[i].key);
		command_print(shown_value(&r->values[i], a));
		fputs("   (", stdout);
		print_place(r->values[i].path, r->values[i].line);
		puts(")");
	}
	if (r->n_notes > 0)
		puts("Not taken over:");
	for (size_t i = 0; i < r->n_notes; i++) {
		fputs("  ", stdout);
		print_place(r->notes[i].path, r->notes[i].line);
		fputs(": ", stdout);
		command_print(r->notes[i].text);
		putchar('\n');
	}
	if (r->n_more > 0)
		printf("  and %zu more\n", r->n_more);
}

static void print_place_json(const char *path, unsigned line)
{
	json_print_text("file", path);
	json_print_number("line", line);
	putchar('}');
}

static void print_json(const struct import_result *r, struct arena *a, bool set)
{
	fputs("{\"settings\": [", stdout);
	for (size_t i = 0; i < r->n_values; i++) {
		fputs(i > 0 ? ", {\"key\": " : "{\"key\": ", stdout);
		json_print_string(r->values[i].key);
		json_print_text("value", shown_value(&r->values[i], a));
		print_place_json(r->values[i].path, r->values[i].line);
	}
	fputs("], \"not_taken\": [", stdout);
	for (size_t i = 0; i < r->n_notes; i++) {
		fputs(i > 0 ? ", {\"text\": " : "{\"text\": ", stdout);
		json_print_string(r->notes[i].text);
		print_place_json(r->notes[i].path, r->notes[i].line);
	}
	printf("], \"set\": %s}\n", set ? "true" : "false");
}

/* ---- setting ---- */

/* The version that the settings have now, so that a change of somebody else's is not run over. */
static int ask_version(struct context *x, uint64_t *ret_version)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 100);
	pack_text(&body, "");
	result = command_ask(x, WORD_SETTINGS_GET, &body, WORD_SETTINGS_ARE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	*ret_version = unpack_number(&u);
	return u.failed ? command_malformed() : EX_OK;
}

static int set_all(struct context *x, const struct import_result *r, uint64_t version)
{
	struct buffer body;
	int result;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_number(&body, version);
	pack_number(&body, r->n_values);
	for (size_t i = 0; i < r->n_values; i++) {
		pack_text(&body, r->values[i].key);
		pack_text(&body, r->values[i].value);
	}
	result = client_ask(x->client, WORD_SETTINGS_SET, &body, COMMAND_WAIT_MS);
	if (result == 0 && x->client->word == WORD_SETTINGS_CONFLICT) {
		fputs("tocsin: somebody else changed the settings meanwhile; nothing was set\n", stderr);
		result = EX_TEMPFAIL;
	} else {
		result = command_answer(x, result, WORD_SETTINGS_SAVED);
	}
	buffer_release(&body);
	return result;
}

static bool says_yes(size_t n)
{
	char answer[ANSWER_MAX];

	printf("Set %s? [y/N] ", n == 1 ? "it" : "these settings");
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return false;
	return slice_is_nocase(slice_trim(slice_of(answer)), "y") ||
		slice_is_nocase(slice_trim(slice_of(answer)), "yes");
}

/* ---- the command ---- */

struct wish {
	bool yes, json;
	uint64_t version;
};

static int read_files(struct context *x, struct import *im, struct arena *a)
{
	size_t n = 0;
	int result = EX_OK;

	if (x->argc == 0)
		result = import_files_usual(im, a, &n);
	if (result == EX_OK && x->argc == 0 && n == 0) {
		fputs("tocsin: there is no file of msmtp, nullmailer, ssmtp, dma or Postfix at its usual "
			"place; name one\n", stderr);
		return EX_NOINPUT;
	}
	for (int i = 0; i < x->argc && result == EX_OK; i++)
		result = import_files_named(im, x->argv[i], a);
	return result == EX_OK ? import_files_wanted(im) : result;
}

static int act(struct context *x, const struct wish *w, const struct import_result *r,
	struct arena *a)
{
	bool set = false;
	int result = EX_OK;

	if (!w->json)
		print_result(r, a);
	if (r->conflict != NULL) {
		fprintf(stderr, "tocsin: %s\n", r->conflict);
		result = EX_DATAERR;
	} else if (r->n_values > 0 && (w->yes ||
		(!w->json && process_input_is_terminal() && says_yes(r->n_values)))) {
		result = set_all(x, r, w->version);
		set = result == EX_OK;
	}
	if (w->json)
		print_json(r, a, set);
	else if (set)
		puts("Set. Try them with: tocsin email test");
	else if (result == EX_OK && r->n_values > 0)
		puts("Nothing was set; tocsin import --yes sets them.");
	return result;
}

static int import(struct context *x, const struct wish *w, struct arena *a)
{
	struct import *im = import_new(a);
	struct import_result r;
	int result = im != NULL ? read_files(x, im, a) : EX_OSERR;

	if (result != EX_OK)
		return result;
	return import_end(im, &r) == 0 ? act(x, w, &r, a) : EX_OSERR;
}

int command_import(struct context *x)
{
	struct wish w = {
		.yes = command_take_flag(x, "--yes"), .json = command_take_flag(x, "--json"),
	};
	struct arena *a;
	int result;

	for (int i = 0; i < x->argc; i++)
		if (x->argv[i][0] == '-')
			return command_misused("import takes --yes, --json and names of files");
	result = ask_version(x, &w.version);
	if (result != EX_OK)
		return result;
	a = arena_new(IMPORT_MEMORY);
	result = a != NULL ? import(x, &w, a) : EX_OSERR;
	arena_free(a);
	return result;
}
