/* complete.c - candidates for the shell's completion; see complete.h. */
#include "tools/complete.h"

#include <stdio.h>
#include <string.h>

#include "core/preset.h"
#include "core/queue_state.h"
#include "core/settings_table.h"

static void offer(const char *word, const char *end, const char *begun)
{
	if (strncmp(word, begun, strlen(begun)) == 0)
		printf("%s%s\n", word, end);
}

/* The next word of each command that begins with the words so far, each once. */
static bool offer_words(const struct command *commands, size_t n_commands, int argc, char **argv)
{
	char last[64] = "";
	bool any = false;

	for (size_t i = 0; i < n_commands; i++) {
		struct slice rest = slice_of(commands[i].name);
		struct slice word = slice_cut(&rest, ' ');
		char text[64];
		int n = 0;

		while (n < argc - 1 && slice_is(word, argv[n]) && rest.data != NULL) {
			word = slice_cut(&rest, ' ');
			n++;
		}
		if (n < argc - 1 || !slice_copy(word, text, sizeof(text)) ||
			strcmp(text, last) == 0)
			continue;
		memcpy(last, text, sizeof(last));
		offer(text, "", argv[argc - 1]);
		any = true;
	}
	return any;
}

/* What stands in the command's usage with "--" in front. */
static void offer_options(const struct command *c, const char *begun)
{
	struct slice rest = slice_of(c->arguments);
	char text[64];

	while (rest.data != NULL) {
		struct slice word = slice_cut(&rest, ' ');

		while (word.len > 0 && (word.data[0] == '[' || word.data[0] == '('))
			word = slice_sub(word, 1, word.len);
		while (word.len > 0 && strchr("]).|", word.data[word.len - 1]) != NULL)
			word.len--;
		if (slice_starts(word, "--") && slice_copy(word, text, sizeof(text)))
			offer(text, "", begun);
	}
}

static void offer_keys(const char *end, const char *begun)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		offer(settings_table[i].key, end, begun);
}

static void offer_sections(const char *begun)
{
	char last[64] = "";

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct slice rest = slice_of(settings_table[i].key);
		char text[64];

		if (!slice_copy(slice_cut(&rest, '.'), text, sizeof(text)) ||
			strcmp(text, last) == 0)
			continue;
		memcpy(last, text, sizeof(last));
		offer(text, "", begun);
	}
}

static void offer_states(const char *begun)
{
	static const char *const more[] = { "open", "all" };

	for (size_t i = 0; i < COUNT_OF(more); i++)
		offer(more[i], "", begun);
	for (enum queue_state s = 0; s < QUEUE_STATE_COUNT; s++)
		if (s != QUEUE_IN_FLIGHT && s != QUEUE_DOT_SENT)
			offer(queue_state_name(s), "", begun);
}

static void offer_presets(const char *begun)
{
	for (size_t i = 0; i < n_presets; i++)
		offer(presets[i].name, "", begun);
}

/* By what the usage names. */
static void offer_arguments(const struct command *c, const char *begun)
{
	offer_options(c, begun);
	if (strstr(c->arguments, "KEY=VALUE") != NULL)
		offer_keys("=", begun);
	else if (strcmp(c->arguments, "KEY") == 0)
		offer_keys("", begun);
	if (strstr(c->arguments, "SECTION") != NULL)
		offer_sections(begun);
	if (strstr(c->arguments, "STATE]") != NULL)
		offer_states(begun);
	if (strncmp(c->name, "preset ", strlen("preset ")) == 0 && c->arguments[0] == 'N')
		offer_presets(begun);
}

void complete_print(const struct command *commands, size_t n_commands, int argc, char **argv)
{
	if (argc == 0 || offer_words(commands, n_commands, argc, argv))
		return;
	for (size_t i = 0; i < n_commands; i++)
		if (command_match(&commands[i], argc - 1, argv) > 0)
			offer_arguments(&commands[i], argv[argc - 1]);
}
