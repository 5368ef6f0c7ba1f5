/* command_restore.c - tocsin restore: hand the file in, show what it would change, ask, apply. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "sys/descriptor.h"
#include "sys/spool.h"
#include "sys/terminal.h"
#include "tools/command.h"

enum {
	CHECK_MS = 15 * 60 * 1000,
	TEXT_MAX = 2000,
	PART = 8 * 1024,
	ASK_MAX = 3 * 15, /* a quarter of an hour for an answer */
};

/* ---- handing it in ---- */

static int start(struct context *x, struct slice passphrase, uint64_t *ret_run)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_slice(&body, passphrase);
	result = command_ask(x, WORD_RESTORE, &body, WORD_RESTORE_STARTED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	*ret_run = unpack_number(&u);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

/* A word about the run, with the octets when there are some. */
static int ask_run(struct context *x, enum word word, uint64_t run, const struct slice *octets,
	enum word wanted, int64_t ms)
{
	struct buffer body;
	int result;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, run);
	if (octets != NULL)
		pack_slice(&body, *octets);
	result = command_ask(x, word, &body, wanted, ms);
	buffer_release(&body);
	return result;
}

static int copy_in(struct context *x, uint64_t run, int fd)
{
	char part[PART];
	struct fault fault;
	size_t len = sizeof(part);
	int result = EX_OK;

	while (result == EX_OK && len == sizeof(part)) {
		struct slice octets;

		if (spool_read_next(fd, part, sizeof(part), &len, &fault) != 0) {
			fprintf(stderr, "tocsin: %s\n", fault.text);
			return EX_NOINPUT;
		}
		octets = slice_make(part, len);
		if (len > 0)
			result = ask_run(x, WORD_RESTORE_DATA, run, &octets, WORD_DONE,
				COMMAND_WAIT_MS);
	}
	return result;
}

static int hand_in(struct context *x, uint64_t run, const char *path)
{
	struct fault fault;
	int fd = 0, result;

	if (strcmp(path, "-") == 0)
		return copy_in(x, run, 0);
	if (descriptor_open(path, &fd, &fault) != 0) {
		fprintf(stderr, "tocsin: %s\n", fault.text);
		return EX_NOINPUT;
	}
	result = copy_in(x, run, fd);
	descriptor_close(fd);
	return result;
}

/* ---- what it would change ---- */

static void print_quoted(const char *value)
{
	putchar('"');
	command_print(value);
	putchar('"');
}

static void print_change(struct context *x, struct unpack *u)
{
	const char *key = unpack_text(u, TEXT_MAX, x->arena);
	const char *now = unpack_text(u, TEXT_MAX, x->arena);
	const char *then = unpack_text(u, TEXT_MAX, x->arena);
	const char *lower = unpack_text(u, TEXT_MAX, x->arena);

	if (u->failed)
		return;
	printf("  %s: ", key);
	print_quoted(now);
	fputs(strcmp(now, then) == 0 ? " gets another value" : " becomes ", stdout);
	if (strcmp(now, then) != 0)
		print_quoted(then);
	putchar('\n');
	if (lower[0] != '\0')
		printf("    LESS SAFE: %s\n", lower);
}

static void print_notes(struct context *x, struct unpack *u)
{
	uint64_t n = unpack_below(u, 100);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		command_print(unpack_text(u, TEXT_MAX, x->arena));
		putchar('\n');
	}
}

static int print_shown(struct context *x)
{
	uint64_t accounts, tokens, aliases, messages, entries, n;
	const char *node, *program, *made;
	struct unpack u;
	bool whole;

	unpack_init(&u, x->client->body);
	node = unpack_text(&u, TEXT_MAX, x->arena);
	made = command_time(x->arena, unpack_number(&u));
	program = unpack_text(&u, TEXT_MAX, x->arena);
	accounts = unpack_number(&u);
	tokens = unpack_number(&u);
	aliases = unpack_number(&u);
	messages = unpack_number(&u);
	entries = unpack_number(&u);
	whole = unpack_bool(&u);
	if (u.failed)
		return command_malformed();
	fputs("A backup of ", stdout);
	command_print(node);
	printf(", made at %s by version ", made);
	command_print(program);
	printf("\nIt replaces all accounts by %ju, all API tokens by %ju, all aliases by %ju, and ends "
		"all sessions.\nIt adds a history of %ju messages and an audit log of %ju entries%s.\n"
		"Mail that waits stays as it is.\n", (uintmax_t)accounts, (uintmax_t)tokens,
		(uintmax_t)aliases, (uintmax_t)messages, (uintmax_t)entries,
		whole ? "" : " (whose chain is not whole: it was tampered with before)");
	print_notes(x, &u);
	n = unpack_below(&u, 1000);
	puts(n > 0 ? "Settings that change:" : "No setting changes.");
	while (n-- > 0 && !u.failed)
		print_change(x, &u);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

struct patience {
	struct context *x;
	uint64_t run;
	unsigned n;
};

/* Both ends forget who says nothing for a minute. */
static bool still(void *arg)
{
	struct patience *p = arg;

	return ++p->n < ASK_MAX && ask_run(p->x, WORD_RESTORE_CHECK, p->run, NULL, WORD_RESTORE_IS,
		COMMAND_WAIT_MS) == EX_OK;
}

/* EX_OK: yes. */
static int ask_yes(struct context *x, uint64_t run)
{
	struct patience patience = { .x = x, .run = run };
	struct buffer line;
	struct fault fault;
	int result;

	fflush(stdout);
	buffer_init(&line, 100);
	result = terminal_ask("Restore it? [y/N] ", still, &patience, &line, &fault);
	if (result == TERMINAL_ABSENT) {
		fputs("tocsin: there is no terminal to ask at: give --yes. Nothing was changed.\n",
			stderr);
		result = EX_USAGE;
	} else if (result == TERMINAL_INTERRUPTED) {
		fputs("\ntocsin: nothing was changed\n", stderr);
		result = EX_TEMPFAIL;
	} else if (result != 0) {
		fprintf(stderr, "tocsin: %s\n", fault.text);
		result = EX_IOERR;
	} else if (!slice_is_nocase(slice_trim(buffer_slice(&line)), "y") &&
		!slice_is_nocase(slice_trim(buffer_slice(&line)), "yes")) {
		fputs("tocsin: nothing was changed\n", stderr);
		result = EX_TEMPFAIL;
	}
	buffer_release(&line);
	return result;
}

static int apply(struct context *x, uint64_t run)
{
	int result = ask_run(x, WORD_RESTORE_APPLY, run, NULL, WORD_RESTORED, CHECK_MS);
	uint64_t messages, entries;
	struct unpack u;

	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	messages = unpack_number(&u);
	entries = unpack_number(&u);
	printf("Restored. %ju messages and %ju audit entries came in that were not here.\n",
		(uintmax_t)messages, (uintmax_t)entries);
	print_notes(x, &u);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

static int restore(struct context *x, uint64_t run, bool yes)
{
	int result = hand_in(x, run, x->argv[0]);

	if (result == EX_OK)
		result = ask_run(x, WORD_RESTORE_CHECK, run, NULL, WORD_RESTORE_IS, CHECK_MS);
	if (result == EX_OK)
		result = print_shown(x);
	if (result == EX_OK && !yes)
		result = ask_yes(x, run);
	return result == EX_OK ? apply(x, run) : result;
}

int command_restore(struct context *x)
{
	bool yes = command_take_flag(x, "--yes");
	struct slice passphrase;
	struct buffer body;
	uint64_t run;
	int result = command_passphrase(x, false, &passphrase);

	if (result != EX_OK)
		return result;
	if (x->argc != 1)
		return command_misused("restore takes one FILE, or - for standard input");
	if (strcmp(x->argv[0], "-") == 0 && x->input_read)
		return command_misused("standard input holds the backup or the passphrase, not both");
	result = start(x, passphrase, &run);
	if (result != EX_OK)
		return result;
	result = restore(x, run, yes);
	buffer_init(&body, 100);
	pack_number(&body, run);
	(void)!client_ask(x->client, WORD_BACKUP_END, &body, COMMAND_WAIT_MS);
	buffer_release(&body);
	return result;
}
