/* sendmail_options.c - sendmail's command line; see sendmail_options.h. */
#include "tools/sendmail_options.h"

#include <string.h>

#include "core/message.h"

/*
 * options = *( "-" *flag [ flag-with-value value ] ) [ "--" ] *recipient
 * A value is the rest of the word or, when that is empty, the next word. -b, -d, -e and -q have
 * theirs in the same word only.
 */
static const char plain_flags[] = "GUmnv"; /* no harm to ignore: gateway, aliases, verbose, ... */
static const char value_flags[] = "ABCDLMOXhop"; /* the same, with a value */
static const char word_flags[] = "de"; /* the same, with a value in the same word, or none */

struct reading {
	int argc, at;
	char *const *argv;
	struct arena *arena;
	struct sendmail_options o;
	const char *problem;
};

static int refuse(struct reading *r, const char *text)
{
	r->problem = text;
	return SENDMAIL_BAD;
}

static int is_absent(struct reading *r, const char *text)
{
	r->problem = text;
	return SENDMAIL_ABSENT;
}

/* The value of a flag; rest is what stands behind it in the same word. NULL when there is none. */
static const char *value_of(struct reading *r, const char *rest)
{
	if (rest[0] != '\0')
		return rest;
	return r->at + 1 < r->argc ? r->argv[++r->at] : NULL;
}

static int take_body_type(struct reading *r, const char *value)
{
	/* what the content needs is seen in it; the word is only checked */
	if (slice_is_nocase(slice_of(value), "7BIT") || slice_is_nocase(slice_of(value), "8BITMIME"))
		return 0;
	return refuse(r, arena_printf(r->arena, "option -B takes 7BIT or 8BITMIME, not \"%s\"", value));
}

static int take_dsn(struct reading *r, char flag, struct slice value)
{
	struct dsn *dsn = &r->o.dsn;

	if (flag == 'N' && !dsn_notify_parse(value, &dsn->notify))
		return refuse(r, "option -N takes never, or some of success,failure,delay");
	if (flag == 'R' && !dsn_return_parse(value, &dsn->ret))
		return refuse(r, "option -R takes full or hdrs");
	if (flag == 'V' && !dsn_envid_is_good(value))
		return refuse(r, "option -V takes up to 100 printable characters of ASCII");
	if (flag == 'V')
		dsn->envid = arena_text(r->arena, value);
	return 0;
}

static int take_value(struct reading *r, char flag, const char *rest)
{
	const char *value = value_of(r, rest);

	if (value == NULL)
		return refuse(r, arena_printf(r->arena, "option -%c needs a value", flag));
	if (flag == 'f' || flag == 'r')
		r->o.sender = value[0] == '\0' ? "<>" : value;
	else if (flag == 'F')
		r->o.full_name = value;
	else if (flag == 'o' && value[0] == 'i')
		r->o.dots_are_text = true; /* any other -o is a setting of another program */
	else if (flag == 'B')
		return take_body_type(r, value);
	else if (strchr("NRV", flag) != NULL)
		return take_dsn(r, flag, slice_of(value));
	return 0;
}

static int take_mode(struct reading *r, const char *mode)
{
	switch (mode[0] != '\0' && mode[1] == '\0' ? mode[0] : '\0') {
	case 'm':
		return 0;
	case 'p':
		r->o.mode = SENDMAIL_LIST;
		return 0;
	case 'i':
		r->o.mode = SENDMAIL_ALIASES;
		return 0;
	case 'd':
	case 'D':
	case 'l':
		return is_absent(r, arena_printf(r->arena, "option -b%s: the daemon is tocsind, which the "
			"system starts", mode));
	case 's':
		return is_absent(r, "option -bs: SMTP on standard input is not in this version; give the "
			"message itself on standard input");
	case 'v':
		return is_absent(r, "option -bv: addresses are not verified here; "
			"\"tocsin alias list\" shows where names lead");
	case 't':
	case 'h':
	case 'H':
	case 'P':
	case 'a':
		return is_absent(r, arena_printf(r->arena, "option -b%s is a mode of another program, which "
			"this one has not", mode));
	}
	return refuse(r, arena_printf(r->arena, "option -b%s is not known", mode));
}

/* -q [ interval / "I" queue-id / "R" text / "S" text ] */
static int take_run(struct reading *r, const char *rest)
{
	if (rest[0] == 'R' || rest[0] == 'S')
		return is_absent(r, "options -qR and -qS: there is one relay; use -q, or -qI and a queue "
			"ID");
	if (rest[0] == 'I' && rest[1] == '\0')
		return refuse(r, "option -qI needs a queue ID");
	if (rest[0] == 'I')
		r->o.queue_id = rest + 1;
	else if (rest[0] != '\0' && !char_is_digit(rest[0]))
		return refuse(r, arena_printf(r->arena, "option -q%s is not known", rest));
	r->o.mode = char_is_digit(rest[0]) ? SENDMAIL_RUN_EVERY : SENDMAIL_RUN;
	return 0;
}

/* One flag of a word; *ret_done when the rest of the word was its value. */
static int take_flag(struct reading *r, const char *word, bool *ret_done)
{
	char flag = word[0];

	*ret_done = true;
	if (flag == 'b')
		return take_mode(r, word + 1);
	if (flag == 'q')
		return take_run(r, word + 1);
	if (strchr("frFNRV", flag) != NULL || strchr(value_flags, flag) != NULL)
		return take_value(r, flag, word + 1);
	if (strchr(word_flags, flag) != NULL)
		return 0;
	*ret_done = false;
	if (flag == 't')
		r->o.recipients_from_header = true;
	else if (flag == 'i')
		r->o.dots_are_text = true;
	else if (flag == 'I')
		r->o.mode = SENDMAIL_ALIASES;
	else if (strchr(plain_flags, flag) == NULL)
		return refuse(r, arena_printf(r->arena, "option -%s is not known", word));
	return 0;
}

static int take_word(struct reading *r, const char *word)
{
	bool done = false;
	int result = 0;

	for (const char *flags = word + 1; *flags != '\0' && !done && result == 0; flags++)
		result = take_flag(r, flags, &done);
	return result;
}

static enum sendmail_mode mode_of_name(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;

	if (strcmp(name, "mailq") == 0)
		return SENDMAIL_LIST;
	return strcmp(name, "newaliases") == 0 ? SENDMAIL_ALIASES : SENDMAIL_SEND;
}

/* One argument; *only_recipients once "--" was seen. */
static int take_argument(struct reading *r, bool *only_recipients)
{
	const char *word = r->argv[r->at];

	if (*only_recipients || word[0] != '-') {
		r->o.recipients[r->o.n_recipients++] = word;
		return 0;
	}
	if (strcmp(word, "--") == 0) {
		*only_recipients = true;
		return 0;
	}
	return word[1] == '\0' ? refuse(r, "\"-\" alone is no option") : take_word(r, word);
}

int sendmail_options_parse(int argc, char *const *argv, struct arena *a,
	struct sendmail_options *ret_options, const char **ret_problem)
{
	struct reading r = {
		.argc = argc, .at = 1, .argv = argv, .arena = a,
		.o = { .sender = "", .full_name = "", .queue_id = "", .dsn.envid = "" },
	};
	bool only_recipients = false;
	int result = 0;

	if (argc > 0)
		r.o.mode = mode_of_name(argv[0]);
	r.o.recipients = arena_array(a, (size_t)argc + 1, sizeof(*r.o.recipients));
	if (r.o.recipients == NULL)
		return -1;
	for (; r.at < argc && result == 0; r.at++)
		result = take_argument(&r, &only_recipients);
	if (arena_failed(a))
		return -1;
	if (result != 0)
		*ret_problem = r.problem;
	else
		*ret_options = r.o;
	return result;
}

struct slice sendmail_message(struct slice text, const struct sendmail_options *o)
{
	return o->dots_are_text ? text : message_until_dot(text);
}
