/* command.c - what tocsin's subcommands share; see command.h. */
#include "tools/command.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/plain_text.h"
#include "core/settings_table.h"
#include "core/time_format.h"
#include "sys/files.h"

enum {
	VALUE_MAX = 128 * 1024,
	LINE_SHOWN = 4096,
};

void command_print(const char *text)
{
	char shown[LINE_SHOWN];

	plain_text_copy(slice_of(text), PLAIN_TEXT_LINES, shown, sizeof(shown));
	fputs(shown, stdout);
}

const char *command_time(struct arena *a, uint64_t seconds)
{
	char text[TIME_RFC3339_SIZE];

	if (seconds == 0)
		return "-";
	time_format_rfc3339((int64_t)seconds, text);
	return arena_printf(a, "%.10s %.8s UTC", text, text + 11);
}

int command_misused(const char *text)
{
	fprintf(stderr, "tocsin: %s\n", text);
	return EX_USAGE;
}

int command_malformed(void)
{
	fputs("tocsin: the daemon's answer is not understood: is it of another version?\n", stderr);
	return EX_PROTOCOL;
}

bool command_take_flag(struct context *x, const char *flag)
{
	int kept = 0;
	bool found = false;

	for (int i = 0; i < x->argc; i++) {
		if (strcmp(x->argv[i], flag) == 0)
			found = true;
		else
			x->argv[kept++] = x->argv[i];
	}
	x->argc = kept;
	return found;
}

/* REFUSED = (number exit code, n x (text field, text sentence)) */
static int print_refusal(struct context *x)
{
	struct unpack u;
	uint64_t code, n;

	unpack_init(&u, x->client->body);
	code = unpack_below(&u, 256);
	n = unpack_below(&u, 1000);
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		const char *field = unpack_text(&u, 1000, x->arena);
		const char *text = unpack_text(&u, 10000, x->arena);

		if (!u.failed)
			fprintf(stderr, "tocsin: %s%s%s\n", field, field[0] != '\0' ? ": " : "", text);
	}
	return unpack_end(&u) && code != EX_OK ? (int)code : command_malformed();
}

int command_answer(struct context *x, int result, enum word wanted)
{
	if (result == CLIENT_LATE) {
		fputs("tocsin: the daemon did not answer in time\n", stderr);
		return EX_TEMPFAIL;
	}
	if (result != 0) {
		fputs("tocsin: the daemon hung up: it is restarting, or stopped\n", stderr);
		return EX_UNAVAILABLE;
	}
	if (x->client->word == WORD_REFUSED)
		return print_refusal(x);
	return x->client->word == wanted ? EX_OK : command_malformed();
}

int command_ask(struct context *x, enum word word, const struct buffer *body, enum word wanted,
	int64_t ms)
{
	return command_answer(x, client_ask(x->client, word, body, ms), wanted);
}

int command_value(struct context *x, const char *typed, struct slice *ret_value)
{
	struct buffer text;
	struct fault fault;
	struct slice value;
	int result;

	if (typed[0] != '@') {
		*ret_value = slice_of(typed);
		return EX_OK;
	}
	if (strcmp(typed, "@-") == 0 && x->input_read)
		return command_misused("@- can be used once: standard input holds one value");
	x->input_read = x->input_read || strcmp(typed, "@-") == 0;
	buffer_init_secret(&text, VALUE_MAX);
	result = strcmp(typed, "@-") == 0 ? file_read_fd(0, &text, &fault) :
		file_read(FILES_HERE, typed + 1, &text, &fault);
	value = buffer_slice(&text);
	if (slice_ends(value, "\n"))
		value.len--;
	if (slice_ends(value, "\r"))
		value.len--;
	if (result == 0)
		*ret_value = arena_slice(x->arena, value);
	else
		fprintf(stderr, "tocsin: %s\n", fault.text);
	buffer_release(&text);
	return result == 0 ? EX_OK : EX_NOINPUT;
}

/* It is done all the same: by now it has been seen. */
static void warn_of_secret(struct slice key, const char *typed)
{
	const struct setting *row = setting_find(key);

	if (row != NULL && row->secret && typed[0] != '@' && typed[0] != '\0')
		fprintf(stderr, "tocsin: note: other users can see a command line; give %s as @FILE or "
			"@-\n", row->key);
}

int command_pack_values(struct context *x, int first, struct buffer *body)
{
	pack_number(body, (uint64_t)(x->argc - first));
	for (int i = first; i < x->argc; i++) {
		struct slice value, rest = slice_of(x->argv[i]);
		struct slice key = slice_cut(&rest, '=');
		int result;

		if (rest.data == NULL || key.len == 0) {
			fprintf(stderr, "tocsin: \"%s\" is not KEY=VALUE\n", x->argv[i]);
			return EX_USAGE;
		}
		warn_of_secret(key, rest.data);
		result = command_value(x, rest.data, &value);
		if (result != EX_OK)
			return result;
		pack_slice(body, key);
		pack_slice(body, value);
	}
	if (buffer_ok(body))
		return EX_OK;
	return command_misused("the values are too long");
}

void command_print_diagnosis(const struct diagnosis *d)
{
	command_print(d->title);
	fputs(": ", stdout);
	command_print(d->meaning);
	putchar('\n');
	for (size_t i = 0; i < DIAGNOSIS_STEPS_MAX && d->cure[i] != NULL; i++) {
		printf("  %zu. ", i + 1);
		command_print(d->cure[i]);
		putchar('\n');
	}
	printf("  %s\n", diagnosis_who_text(d->who));
	if (d->field != NULL)
		printf("  Setting concerned: %s\n", d->field);
}

bool command_take_option(struct context *x, const char *option)
{
	int kept = 0;
	bool found = false;

	for (int i = 0; i < x->argc; i++) {
		if (strcmp(x->argv[i], option) == 0)
			found = true;
		else
			x->argv[kept++] = x->argv[i];
	}
	x->argc = kept;
	return found;
}

bool command_take_json(struct context *x)
{
	return command_take_option(x, "--json");
}
