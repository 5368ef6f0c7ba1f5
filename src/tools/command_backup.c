/* command_backup.c - tocsin backup: the sealed bytes come from the keeper, the file is ours. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/secret.h"
#include "sys/spool.h"
#include "sys/terminal.h"
#include "tools/command.h"

enum {
	PASSPHRASE_MAX = 1024,
	MAKE_MS = 15 * 60 * 1000, /* a long history on a busy machine */
};

/* ---- the passphrase ---- */

/* Removes "--passphrase VALUE"; NULL when it is not there. */
static const char *take_option(struct context *x)
{
	for (int i = 0; i + 1 < x->argc; i++) {
		const char *value = x->argv[i + 1];

		if (strcmp(x->argv[i], "--passphrase") != 0)
			continue;
		for (int j = i + 2; j < x->argc; j++)
			x->argv[j - 2] = x->argv[j];
		x->argc -= 2;
		return value;
	}
	return NULL;
}

static int ask_once(struct context *x, const char *prompt, struct slice *ret_line)
{
	struct buffer line;
	struct fault fault;
	int result;

	buffer_init_secret(&line, PASSPHRASE_MAX);
	result = terminal_ask_secret(prompt, &line, &fault);
	if (result == 0)
		*ret_line = arena_slice(x->arena, buffer_slice(&line));
	buffer_release(&line);
	if (result == 0)
		return EX_OK;
	fprintf(stderr, "tocsin: %s%s\n", fault.text,
		result == TERMINAL_ABSENT ? ": give the passphrase as --passphrase @FILE or @-" : "");
	return result == TERMINAL_ABSENT ? EX_USAGE :
		result == TERMINAL_INTERRUPTED ? EX_TEMPFAIL : EX_IOERR;
}

static int ask_passphrase(struct context *x, bool is_new, struct slice *ret_passphrase)
{
	struct slice first, second;
	int result = ask_once(x, "Passphrase of the backup: ", &first);

	if (result == EX_OK && is_new) {
		result = ask_once(x, "Once more: ", &second);
		if (result == EX_OK && !secret_equal(first, second)) {
			fputs("tocsin: the two are not the same\n", stderr);
			result = EX_DATAERR;
		}
	}
	if (result == EX_OK)
		*ret_passphrase = first;
	return result;
}

int command_passphrase(struct context *x, bool is_new, struct slice *ret_passphrase)
{
	const char *typed = take_option(x);

	if (typed == NULL)
		return ask_passphrase(x, is_new, ret_passphrase);
	if (typed[0] != '@')
		return command_misused("--passphrase takes @FILE or @-: other users can see a command "
			"line");
	return command_value(x, typed, ret_passphrase);
}

/* ---- the file ---- */

struct made {
	uint64_t run, size, n_messages, n_left_out;
	bool sign_in, certificate;
};

static int ask_made(struct context *x, struct slice passphrase, struct made *ret_made)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_slice(&body, passphrase);
	result = command_ask(x, WORD_BACKUP, &body, WORD_BACKUP_MADE, MAKE_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	ret_made->run = unpack_number(&u);
	ret_made->size = unpack_number(&u);
	ret_made->n_messages = unpack_number(&u);
	ret_made->n_left_out = unpack_number(&u);
	ret_made->sign_in = unpack_bool(&u);
	ret_made->certificate = unpack_bool(&u);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

static int ask_part(struct context *x, uint64_t run, uint64_t offset, struct slice *ret_part)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 100);
	pack_number(&body, run);
	pack_number(&body, offset);
	result = command_ask(x, WORD_BACKUP_READ, &body, WORD_BACKUP_PART, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	*ret_part = unpack_slice(&u, WIRE_CHUNK_MAX);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

static int said(const struct fault *fault)
{
	fprintf(stderr, "tocsin: %s\n", fault->text);
	return EX_IOERR;
}

static int copy_out(struct context *x, const struct made *made, int fd)
{
	struct slice part = { 0 };
	struct fault fault;

	for (uint64_t offset = 0; offset < made->size; offset += part.len) {
		int result = ask_part(x, made->run, offset, &part);

		if (result != EX_OK)
			return result;
		if (part.len == 0)
			return command_malformed();
		if (spool_add(fd, part, &fault) != 0)
			return said(&fault);
	}
	return EX_OK;
}

static int write_file(struct context *x, const struct made *made, const char *path)
{
	struct spool_file file;
	struct fault fault;
	int result;

	if (strcmp(path, "-") == 0)
		return copy_out(x, made, 1);
	if (spool_create(path, &file, &fault) != 0) {
		said(&fault);
		return EX_CANTCREAT;
	}
	result = copy_out(x, made, file.fd);
	if (result != EX_OK) {
		spool_abandon(&file);
		return result;
	}
	return spool_finish(&file, &fault) == 0 ? EX_OK : said(&fault);
}

static void forget(struct context *x, uint64_t run)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, run);
	(void)!client_ask(x->client, WORD_BACKUP_END, &body, COMMAND_WAIT_MS);
	buffer_release(&body);
}

int command_backup(struct context *x)
{
	struct slice passphrase;
	struct made made;
	int result = command_passphrase(x, true, &passphrase);

	if (result != EX_OK)
		return result;
	if (x->argc != 1)
		return command_misused("backup takes one FILE, or - for standard output");
	result = ask_made(x, passphrase, &made);
	if (result != EX_OK)
		return result;
	result = write_file(x, &made, x->argv[0]);
	forget(x, made.run);
	if (result != EX_OK)
		return result;
	fprintf(stderr, "%ju octets: settings, accounts, tokens, aliases, audit log, history of %ju "
		"messages%s%s\n", (uintmax_t)made.size, (uintmax_t)made.n_messages,
		made.sign_in ? ", the OAuth2 sign-in" : "",
		made.certificate ? ", the certificate of the pages and its key" : "");
	if (!made.certificate)
		fputs("tocsin: note: the certificate of the pages cannot be read and is not in it\n",
			stderr);
	if (made.n_left_out > 0)
		fprintf(stderr, "tocsin: note: %ju messages of the history are left out: a backup has a "
			"limit\n", (uintmax_t)made.n_left_out);
	return EX_OK;
}
