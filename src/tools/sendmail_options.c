/* sendmail_options.c - sendmail's command line; see sendmail_options.h. */
#include "tools/sendmail_options.h"

#include <string.h>

#include "core/message.h"

/*
 * options = *( "-" *flag [ flag-with-value value ] ) [ "--" ] *recipient
 * A value is the rest of the word or, when that is empty, the next word. -o and -b have theirs in
 * the same word only, as programs write -oi and -bm.
 */
static const char plain_flags[] = "nmvUG"; /* no harm to ignore: aliases, me too, verbose, ... */
static const char value_flags[] = "BOhXL"; /* the same, with a value */
static const char later_flags[] = "qNRV"; /* refused for now */

struct reading {
	int argc, at;
	char *const *argv;
	struct arena *arena;
	const char *problem;
};

static int refuse(struct reading *r, const char *text)
{
	r->problem = text;
	return SENDMAIL_BAD;
}

/* The value of a flag; rest is what stands behind it in the same word. NULL when there is none. */
static const char *value_of(struct reading *r, const char *rest)
{
	if (rest[0] != '\0')
		return rest;
	return r->at + 1 < r->argc ? r->argv[++r->at] : NULL;
}

static int take_value(struct reading *r, struct sendmail_options *o, char flag, const char *rest)
{
	const char *value = value_of(r, rest);

	if (value == NULL)
		return refuse(r, arena_printf(r->arena, "option -%c needs a value", flag));
	if (flag == 'f' || flag == 'r')
		o->sender = value[0] == '\0' ? "<>" : value;
	else if (flag == 'F')
		o->full_name = value;
	return 0;
}

/* -bm is what we do anyway; the other modes are not ours, or not yet. */
static int take_mode(struct reading *r, const char *mode)
{
	if (strcmp(mode, "m") == 0)
		return 0;
	return refuse(r, arena_printf(r->arena, "option -b%s is not in this version: only mail on "
		"standard input is taken", mode));
}

/* One word of flags; *ret_done when the rest of the word was a value. */
static int take_flag(struct reading *r, struct sendmail_options *o, const char *word,
	bool *ret_done)
{
	char flag = word[0];

	if (flag == 't')
		o->recipients_from_header = true;
	else if (flag == 'i')
		o->dots_are_text = true;
	else if (flag == 'o') {
		if (strcmp(word + 1, "i") == 0)
			o->dots_are_text = true;
		*ret_done = true; /* any other -o is a setting of another program: ignored */
	} else if (flag == 'b') {
		*ret_done = true;
		return take_mode(r, word + 1);
	} else if (strchr("frF", flag) != NULL || strchr(value_flags, flag) != NULL) {
		*ret_done = true;
		return take_value(r, o, flag, word + 1);
	} else if (strchr(later_flags, flag) != NULL) {
		return refuse(r, arena_printf(r->arena, "option -%c is not in this version", flag));
	} else if (strchr(plain_flags, flag) == NULL) {
		return refuse(r, arena_printf(r->arena, "option -%s is not known", word));
	}
	return 0;
}

static int take_word(struct reading *r, struct sendmail_options *o, const char *word)
{
	bool done = false;
	int result = 0;

	for (const char *flags = word + 1; *flags != '\0' && !done && result == 0; flags++)
		result = take_flag(r, o, flags, &done);
	return result;
}

int sendmail_options_parse(int argc, char *const *argv, struct arena *a,
	struct sendmail_options *ret_options, const char **ret_problem)
{
	struct reading r = { .argc = argc, .at = 1, .argv = argv, .arena = a };
	struct sendmail_options o = { .sender = "", .full_name = "" };
	bool only_recipients = false;

	o.recipients = arena_array(a, (size_t)argc + 1, sizeof(*o.recipients));
	if (o.recipients == NULL)
		return -1;
	for (; r.at < argc; r.at++) {
		const char *word = argv[r.at];
		int result = 0;

		if (only_recipients || word[0] != '-')
			o.recipients[o.n_recipients++] = word;
		else if (strcmp(word, "--") == 0)
			only_recipients = true;
		else if (word[1] == '\0')
			result = refuse(&r, "\"-\" alone is no option");
		else
			result = take_word(&r, &o, word);
		if (result != 0) {
			*ret_problem = r.problem;
			return result;
		}
	}
	if (arena_failed(a))
		return -1;
	*ret_options = o;
	return 0;
}

struct slice sendmail_message(struct slice text, const struct sendmail_options *o)
{
	return o->dots_are_text ? text : message_until_dot(text);
}
