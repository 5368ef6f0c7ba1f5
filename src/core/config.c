/*
 * config.c - reads tocsin.conf line by line; see config.h. What a key's value may be stands in
 * config_value.c.
 *
 *   file    = *( line LF )               ; the last LF may be missing
 *   line    = *WSP [ key *WSP "=" *WSP value *WSP ] [ comment ]
 *   key     = 1*( %x61-7A / "_" )
 *   value   = 1*text                     ; UTF-8, no control character
 *   comment = "#" *text                  ; at the start of a line or behind a blank
 */
#include "core/config.h"

#include <string.h>

#include "core/conf_line.h"
#include "core/config_value.h"
#include "core/nearest.h"

static const struct config defaults = {
	.state_dir = "/var/lib/tocsin",
	.run_dir = "/run/tocsin",
	.https = "[::]:8443",
	.peer = "[::]:8444",
	.tls_certificate = "",
	.tls_key = "",
	.node_name = "localhost",
	.node_url = "",
	.log_level = LOG_LEVEL_INFO,
};

/* What is seen of the file so far; line numbers are 0 for keys not seen. */
struct reader {
	struct config_values values;
	size_t line;
	size_t seen_on[CONFIG_KEY_COUNT];
	const char *error;
};

/* Words of the file in an error: short, and nothing that could forge a line. */
static const char *shown(struct reader *r, struct slice s)
{
	return config_shown(s, r->values.arena);
}

static bool fail(struct reader *r, const char *text)
{
	r->error = arena_printf(r->values.arena, "line %zu: %s", r->line, text);
	return false;
}

/* Cuts a comment off: from a "#" at the start or behind a blank. */
static struct slice without_comment(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '#' && (i == 0 || char_is_blank(line.data[i - 1])))
			return slice_sub(line, 0, i);
	return line;
}

static bool unknown_key(struct reader *r, struct slice key)
{
	struct arena *a = r->values.arena;
	const char *nearest = nearest_word(key, config_keys, CONFIG_KEY_COUNT);

	if (nearest != NULL)
		return fail(r, arena_printf(a, "there is no key \"%s\": did you mean %s?", shown(r, key),
		    nearest));
	if (slice_has_char(key, '.'))
		return fail(r, arena_printf(a, "there is no key \"%s\": settings such as email.relay_host "
		    "are set on the page or by \"tocsin set\"", shown(r, key)));
	return fail(r, arena_printf(a, "there is no key \"%s\": see tocsin.conf(5) for those there are",
	    shown(r, key)));
}

static bool set_value(struct reader *r, enum config_key key, struct slice value)
{
	struct arena *a = r->values.arena;
	const char *name = config_keys[key], *why;

	if (r->seen_on[key] != 0)
		return fail(r, arena_printf(a, "%s was set on line %zu already: keep one of the two", name,
		    r->seen_on[key]));
	r->seen_on[key] = r->line;
	if (value.len == 0)
		return fail(r, arena_printf(a, "%s has no value: give it one, or remove the line to have "
		    "the default", name));
	if (slice_has_char(value, '\t'))
		return fail(r, arena_printf(a, "%s has a tab in its value: use spaces", name));
	why = config_value_set(&r->values, key, value);
	return why == NULL || fail(r, arena_printf(a, "%s: %s", name, why));
}

static bool read_line(struct reader *r, struct slice line)
{
	const char *why = conf_line_fault(line);
	struct slice rest, key;

	if (why != NULL)
		return fail(r, why);
	rest = slice_trim(without_comment(line));
	if (rest.len == 0)
		return true;
	if (!slice_has_char(rest, '='))
		return fail(r, arena_printf(r->values.arena, "\"%s\" has no \"=\": write it as key = value",
		    shown(r, rest)));
	key = slice_trim(slice_cut(&rest, '='));
	for (int i = 0; i < CONFIG_KEY_COUNT; i++)
		if (slice_is(key, config_keys[i]))
			return set_value(r, (enum config_key)i, slice_trim(rest));
	return unknown_key(r, key);
}

/* The two TLS files make sense only together. */
static bool check_pair(struct reader *r, enum config_key one, enum config_key other)
{
	if (r->seen_on[one] == 0 || r->seen_on[other] != 0)
		return true;
	r->line = r->seen_on[one];
	return fail(r, arena_printf(r->values.arena, "%s is set without %s: set both, or none to have a "
	    "certificate made", config_keys[one], config_keys[other]));
}

static bool read_lines(struct reader *r, struct slice text)
{
	while (text.data != NULL) {
		r->line++;
		if (!read_line(r, slice_cut(&text, '\n')))
			return false;
	}
	return check_pair(r, CONFIG_TLS_CERTIFICATE, CONFIG_TLS_KEY) &&
	    check_pair(r, CONFIG_TLS_KEY, CONFIG_TLS_CERTIFICATE);
}

int config_parse(struct slice text, const char *folder, const char *host_name, struct arena *a,
	struct config *ret_config, const char **ret_error)
{
	struct reader r = { .values = { .config = defaults, .folder = folder, .arena = a } };
	bool good = read_lines(&r, text);

	if (good && r.seen_on[CONFIG_NODE_NAME] == 0)
		r.values.config.node_name = config_name_of_host(host_name, a);
	if (arena_failed(a))
		return -1;
	if (!good) {
		*ret_error = r.error;
		return CONFIG_BAD;
	}
	*ret_config = r.values.config;
	return 0;
}

const char *config_folder(const char *path, struct arena *a)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return slash == path ? "/" : arena_text(a, slice_make(path, (size_t)(slash - path)));
}

const char *config_path(const char *folder, const char *name, struct arena *a)
{
	size_t len = strlen(folder);

	if (name[0] == '/')
		return name;
	return arena_printf(a, "%s%s%s", folder, len > 0 && folder[len - 1] == '/' ? "" : "/", name);
}
