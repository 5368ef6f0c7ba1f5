/* complete.c - where on a command line the next word is; see complete.h. */
#include "tools/complete.h"

#include <stdio.h>
#include <string.h>

enum {
	ARGUMENTS_MAX = 30, /* of a usage */
	WORD_SIZE = 64,
};

/* One argument of a usage. */
struct argument {
	struct slice option; /* "--state", or empty */
	struct slice value; /* of the option, or the argument's own name; empty: it has none */
	unsigned position; /* without an option: the how manieth */
	bool repeats;
};

struct usage {
	struct argument list[ARGUMENTS_MAX];
	size_t n;
};

/* ---- a usage ---- */

static struct slice bare(struct slice word)
{
	while (word.len > 0 && word.data[0] == '[')
		word = slice_sub(word, 1, word.len);
	while (word.len > 0 && word.data[word.len - 1] == ']')
		word.len--;
	return word;
}

static bool has_value(struct slice word, struct slice rest)
{
	return !slice_ends(word, "]") && rest.len > 0 && !slice_starts(rest, "[") &&
		!slice_starts(rest, "-") && !slice_starts(rest, "|");
}

static void read_usage(const char *text, struct usage *u)
{
	struct slice rest = slice_of(text);
	unsigned position = 0;
	bool other_form = false;

	u->n = 0;
	while (rest.len > 0 && u->n < ARGUMENTS_MAX) {
		struct slice word = slice_cut(&rest, ' ');
		struct argument a = { .value = bare(word) };

		if (slice_is(word, "<"))
			return;
		if (slice_is(bare(word), "...")) {
			u->list[u->n - 1].repeats = true;
			continue;
		}
		if (slice_is(word, "|")) {
			other_form = true;
			continue;
		}
		if (slice_starts(a.value, "--")) {
			a.option = a.value;
			a.value = has_value(word, rest) ? bare(slice_cut(&rest, ' ')) : SLICE("");
		} else {
			position += !other_form || position == 0;
			a.position = position;
		}
		other_form = false;
		u->list[u->n++] = a;
	}
}

static const struct argument *option_of(const struct usage *u, const char *word)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->list[i].option.len > 0 && slice_is(u->list[i].option, word))
			return &u->list[i];
	return NULL;
}

/* ---- what may come next ---- */

struct line {
	const struct command *command;
	const char *path;
	struct usage usage;
	char **argv; /* behind the command's name */
	int argc; /* without the word that is begun */
	const char *begun;
};

static bool was_given(const struct line *l, struct slice option)
{
	for (int i = 0; i < l->argc; i++)
		if (slice_is(option, l->argv[i]))
			return true;
	return false;
}

static void offer_options(const struct line *l)
{
	char text[WORD_SIZE];

	for (size_t i = 0; i < l->usage.n; i++) {
		struct slice option = l->usage.list[i].option;

		if (option.len > 0 && !was_given(l, option) &&
			slice_copy(option, text, sizeof(text)))
			complete_offer(text, "", l->begun);
	}
}

/* False when no argument may stand there. */
static bool offer_arguments(const struct line *l, unsigned position)
{
	bool any = false;

	for (size_t i = 0; i < l->usage.n; i++) {
		const struct argument *a = &l->usage.list[i];

		if (a->option.len > 0 ||
			(a->position != position && !(a->repeats && a->position < position)))
			continue;
		complete_offer_values(l->command, a->value, l->path, l->begun);
		any = true;
	}
	return any;
}

static void offer_next(const struct line *l)
{
	const struct argument *open = NULL; /* an option that waits for its value */
	unsigned position = 1;

	for (int i = 0; i < l->argc; i++) {
		const struct argument *option = option_of(&l->usage, l->argv[i]);

		if (open != NULL)
			open = NULL;
		else if (option != NULL)
			open = option->value.len > 0 ? option : NULL;
		else if (l->argv[i][0] != '-')
			position++;
	}
	if (open != NULL)
		complete_offer_values(l->command, open->value, l->path, l->begun);
	else if (l->begun[0] == '-' || !offer_arguments(l, position))
		offer_options(l);
}

/* ---- the command's own words ---- */

/* The next word of each command that begins with the words so far, each once. */
static bool offer_words(const struct command *commands, size_t n_commands, int argc, char **argv)
{
	char last[WORD_SIZE] = "";
	bool any = false;

	for (size_t i = 0; i < n_commands; i++) {
		struct slice rest = slice_of(commands[i].name);
		struct slice word = slice_cut(&rest, ' ');
		char text[WORD_SIZE];
		int n = 0;

		while (n < argc - 1 && slice_is(word, argv[n]) && rest.data != NULL) {
			word = slice_cut(&rest, ' ');
			n++;
		}
		if (n < argc - 1 || !slice_copy(word, text, sizeof(text)) ||
			strcmp(text, last) == 0)
			continue;
		memcpy(last, text, sizeof(last));
		complete_offer(text, "", argv[argc - 1]);
		any = true;
	}
	return any;
}

void complete_print(const struct command *commands, size_t n_commands, const char *path, int argc,
	char **argv)
{
	if (argc == 1)
		complete_offer("help", "", argv[0]);
	if (argc == 2 && strcmp(argv[0], "help") == 0) { /* with a group, or a command of its own */
		argc--;
		argv++;
	}
	if (argc == 0 || offer_words(commands, n_commands, argc, argv))
		return;
	for (size_t i = 0; i < n_commands; i++) {
		int n = command_match(&commands[i], argc - 1, argv);
		struct line l = {
			.command = &commands[i], .path = path,
			.argv = argv + n, .argc = argc - 1 - n,
			.begun = argv[argc - 1],
		};

		if (n == 0)
			continue;
		read_usage(commands[i].arguments, &l.usage);
		offer_next(&l);
	}
}
