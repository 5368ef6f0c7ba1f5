/* import.c - moving in: what the parsers share, and the result; see import.h. */
#include "core/import_private.h"

#include <string.h>

#include "core/plain_text.h"
#include "core/settings.h"

static const struct {
	const char *name;
	enum import_format program;
} formats[IMPORT_FORMAT_COUNT] = {
	[IMPORT_MSMTPRC] = { "msmtprc", IMPORT_MSMTPRC },
	[IMPORT_REMOTES] = { "remotes", IMPORT_REMOTES },
	[IMPORT_ME] = { "me", IMPORT_REMOTES },
	[IMPORT_DEFAULTHOST] = { "defaulthost", IMPORT_REMOTES },
	[IMPORT_HELOHOST] = { "helohost", IMPORT_REMOTES },
	[IMPORT_ADMINADDR] = { "adminaddr", IMPORT_REMOTES },
	[IMPORT_ALLMAILFROM] = { "allmailfrom", IMPORT_REMOTES },
	[IMPORT_SSMTP_CONF] = { "ssmtp.conf", IMPORT_SSMTP_CONF },
	[IMPORT_REVALIASES] = { "revaliases", IMPORT_SSMTP_CONF },
	[IMPORT_DMA_CONF] = { "dma.conf", IMPORT_DMA_CONF },
	[IMPORT_AUTH_CONF] = { "auth.conf", IMPORT_DMA_CONF },
	[IMPORT_MAIN_CF] = { "main.cf", IMPORT_MAIN_CF },
	[IMPORT_SASL_PASSWD] = { "sasl_passwd", IMPORT_MAIN_CF },
	[IMPORT_MAILNAME] = { "mailname", IMPORT_MAIN_CF },
};

const char *import_format_name(enum import_format format)
{
	return formats[format].name;
}

bool import_format_find(struct slice name, enum import_format *ret_format)
{
	if (slice_starts(name, "."))
		name = slice_sub(name, 1, name.len);
	for (int i = 0; i < IMPORT_FORMAT_COUNT; i++)
		if (slice_is(name, formats[i].name)) {
			*ret_format = (enum import_format)i;
			return true;
		}
	return false;
}

/* ---- words and lines ---- */

bool import_next_line(struct slice *rest, unsigned *line, struct slice *ret_line)
{
	if (rest->data == NULL)
		return false;
	*ret_line = slice_trim(slice_cut(rest, '\n'));
	*line += 1;
	return true;
}

/* word = *( plain / "'" *any "'" / DQUOTE *( any / "\" any ) DQUOTE / "\" any ) */
bool import_next_word(struct import *im, struct slice *rest, struct slice *ret_word)
{
	char *word, quote = '\0';
	size_t at = 0, len = 0;

	*rest = slice_trim(*rest);
	if (rest->len == 0)
		return false;
	word = arena_alloc(im->arena, rest->len + 1);
	if (word == NULL)
		return false;
	for (; at < rest->len && (quote != '\0' || !char_is_blank(rest->data[at])); at++) {
		char c = rest->data[at];

		if (c == '\\' && quote != '\'' && at + 1 < rest->len)
			word[len++] = rest->data[++at];
		else if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == quote)
			quote = '\0';
		else
			word[len++] = c;
	}
	*rest = slice_sub(*rest, at, rest->len);
	*ret_word = slice_make(word, len);
	return true;
}

bool import_is_one_of(struct slice word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (slice_is_nocase(word, *list))
			return true;
	return false;
}

/* ---- notes ---- */

const char *import_shown(struct import *im, struct slice text)
{
	char shown[100];

	plain_text_copy(text, PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	return arena_copy(im->arena, shown);
}

void import_note(struct import *im, unsigned line, const char *text)
{
	if (im->n_notes < IMPORT_NOTES_MAX)
		im->notes[im->n_notes++] = (struct import_note){ im->path, line, text };
	else
		im->n_more++;
}

void import_no_use(struct import *im, unsigned line, struct slice word)
{
	import_note(im, line, arena_printf(im->arena, "%s has no counterpart here and is not needed.",
		import_shown(im, word)));
}

void import_unknown(struct import *im, unsigned line, struct slice word)
{
	import_note(im, line, arena_printf(im->arena, "%s is not understood.", import_shown(im, word)));
}

void import_unreadable(struct import *im, const char *path, const char *why)
{
	im->path = arena_copy(im->arena, path);
	import_note(im, 0, arena_printf(im->arena, "It cannot be read: %s.",
		import_shown(im, slice_of(why))));
}

/* ---- facts ---- */

bool import_has(const struct import *im, enum setting_id id)
{
	return im->facts[id].text != NULL;
}

static const char *name_of_program(enum import_format program)
{
	return formats[program].name;
}

void import_set(struct import *im, enum setting_id id, struct slice value, unsigned line)
{
	struct import_fact *fact = &im->facts[id];
	const char *text;

	if (value.len == 0 || slice_has_char(value, '\0'))
		return;
	text = arena_text(im->arena, value);
	if (fact->text != NULL && fact->program != im->program && im->conflict == NULL &&
		strcmp(fact->text, text) != 0)
		im->conflict = arena_printf(im->arena, "%s and %s say different things of %s: name the "
			"file that counts.", name_of_program(fact->program), name_of_program(im->program),
			settings_table[id].key);
	*fact = (struct import_fact){ text, line, im->path, im->program };
}

void import_set_text(struct import *im, enum setting_id id, const char *value, unsigned line)
{
	import_set(im, id, slice_of(value), line);
}

void import_want(struct import *im, enum import_format format, struct slice path)
{
	if (im->n_wanted < IMPORT_WANTED_MAX && path.len > 0 && !slice_has_char(path, '\0'))
		im->wanted[im->n_wanted++] = (struct import_wanted){ format, im->program,
			arena_text(im->arena, path) };
}

static const char *port_of(struct import *im, struct slice text)
{
	static const char *const names[][2] = {
		{ "smtp", "25" }, { "submission", "587" }, { "smtps", "465" }, { "submissions", "465" },
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_is_nocase(text, names[i][0]))
			return names[i][1];
	return arena_text(im->arena, text);
}

void import_set_relay(struct import *im, struct slice text, unsigned line)
{
	struct slice host = text, port = { 0 };
	size_t close = slice_find_char(text, ']');

	if (slice_starts(text, "[") && close < text.len) {
		host = slice_sub(text, 1, close - 1);
		port = slice_sub(text, close + 1, text.len);
		if (slice_starts(port, ":"))
			port = slice_sub(port, 1, port.len);
	} else if (slice_find_char(text, ':') < text.len) {
		port = text;
		host = slice_cut(&port, ':');
		if (slice_has_char(port, ':')) { /* an IPv6 address without brackets */
			host = text;
			port = (struct slice){ 0 };
		}
	}
	import_set(im, SETTING_EMAIL_RELAY_HOST, host, line);
	if (port.len > 0)
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, port_of(im, port), line);
}

/* ---- files ---- */

struct import *import_new(struct arena *a)
{
	struct import *im = arena_alloc(a, sizeof(*im));

	if (im == NULL)
		return NULL;
	im->arena = a;
	im->notes = arena_array(a, IMPORT_NOTES_MAX, sizeof(*im->notes));
	return im->notes != NULL ? im : NULL;
}

/* It belongs to the program that led to it. */
static void take_mailname(struct import *im, const char *path, struct slice text)
{
	for (size_t i = 0; i < im->n_wanted; i++) {
		const struct import_wanted *w = &im->wanted[i];

		if (w->format == IMPORT_MAILNAME && strcmp(w->path, path) == 0)
			im->program = w->program;
	}
	import_set(im, SETTING_SITE_HOST_NAME, slice_trim(slice_cut(&text, '\n')), 1);
}

int import_file(struct import *im, enum import_format format, const char *path, struct slice text)
{
	im->path = arena_copy(im->arena, path);
	im->program = formats[format].program;
	if (format == IMPORT_MAILNAME) {
		take_mailname(im, path, text);
		return arena_failed(im->arena) ? -1 : 0;
	}
	switch (im->program) {
	case IMPORT_MSMTPRC:
		import_msmtprc(im, text);
		break;
	case IMPORT_REMOTES:
		import_nullmailer(im, format, text);
		break;
	case IMPORT_SSMTP_CONF:
		import_ssmtp(im, format, text);
		break;
	case IMPORT_DMA_CONF:
		import_dma(im, format, text);
		break;
	default:
		import_postfix(im, format, text);
		break;
	}
	return arena_failed(im->arena) ? -1 : 0;
}

size_t import_wanted(const struct import *im, const struct import_wanted **ret_wanted)
{
	*ret_wanted = im->wanted;
	return im->n_wanted;
}

/* ---- the result ---- */

/* One of these beside what was set for another relay would send mail, or a password, astray. */
static bool is_of_relay(enum setting_id id)
{
	return id == SETTING_EMAIL_RELAY_HOST || id == SETTING_EMAIL_RELAY_PORT ||
		id == SETTING_EMAIL_ENCRYPTION || id == SETTING_EMAIL_AUTH ||
		id == SETTING_EMAIL_USERNAME || id == SETTING_EMAIL_PASSWORD;
}

static int take_fact(struct import *im, enum setting_id id, struct import_result *result)
{
	const struct import_fact *fact = &im->facts[id];
	const struct setting *row = &settings_table[id];
	const char *normal = "", *error = NULL;
	int checked = setting_check(id, slice_of(fact->text), im->arena, &normal, &error);

	if (checked < 0)
		return checked;
	im->path = fact->path;
	if (checked != SETTING_OK && is_of_relay(id) && im->conflict == NULL)
		im->conflict = arena_printf(im->arena, "%s cannot be taken, and a relay is set whole or not "
			"at all: mend %s, or set it by hand.", row->key, fact->path);
	if (checked != SETTING_OK)
		import_note(im, fact->line, row->secret ?
			arena_printf(im->arena, "The value for %s cannot be taken: it %s", row->key, error) :
			arena_printf(im->arena, "\"%s\" for %s cannot be taken: it %s",
				import_shown(im, slice_of(fact->text)), row->key, error));
	else if (result->n_values < IMPORT_VALUES_MAX)
		result->values[result->n_values++] = (struct import_value){
			.key = row->key, .value = normal, .secret = row->secret, .path = fact->path,
			.line = fact->line,
		};
	return 0;
}

/* Without a name nobody signs in, and what is said of it would only be in the way. */
static void settle_sign_in(struct import *im)
{
	const struct import_fact *user = &im->facts[SETTING_EMAIL_USERNAME];

	if (!import_has(im, SETTING_EMAIL_RELAY_HOST))
		return;
	im->path = im->facts[SETTING_EMAIL_RELAY_HOST].path;
	im->program = im->facts[SETTING_EMAIL_RELAY_HOST].program;
	if (user->text == NULL)
		im->facts[SETTING_EMAIL_PASSWORD] = (struct import_fact){ 0 };
	if (!import_has(im, SETTING_EMAIL_AUTH))
		import_set_text(im, SETTING_EMAIL_AUTH, user->text != NULL ? "password" : "none", 0);
	if (user->text != NULL && !import_has(im, SETTING_EMAIL_PASSWORD))
		import_note(im, user->line, "There is a username and no password: set it with tocsin set "
			"email.password=@-");
}

int import_end(struct import *im, struct import_result *ret_result)
{
	struct import_result result = {
		.values = arena_array(im->arena, IMPORT_VALUES_MAX, sizeof(*result.values)),
	};

	if (result.values == NULL)
		return -1;
	settle_sign_in(im);
	for (int i = 0; i < SETTING_COUNT; i++)
		if (import_has(im, (enum setting_id)i) &&
			take_fact(im, (enum setting_id)i, &result) != 0)
			return -1;
	result.notes = im->notes;
	result.n_notes = im->n_notes;
	result.n_more = im->n_more;
	result.conflict = im->conflict;
	if (arena_failed(im->arena))
		return -1;
	*ret_result = result;
	return 0;
}
