/* command_settings.c - tocsin get, set, show. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/settings_table.h"
#include "tools/command.h"
#include "tools/json_print.h"

enum {
	VALUE_MAX = 256 * 1024,
};

struct shown_setting {
	const char *key, *value, *by;
	bool set;
	uint64_t at;
};

static int ask_settings(struct context *x, const char *section, struct unpack *ret_answer,
	uint64_t *ret_n)
{
	struct buffer body;
	int result;

	buffer_init(&body, 1000);
	pack_text(&body, section);
	result = command_ask(x, WORD_SETTINGS_GET, &body, WORD_SETTINGS_ARE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(ret_answer, x->client->body);
	unpack_number(ret_answer); /* version */
	*ret_n = unpack_below(ret_answer, 1000);
	return EX_OK;
}

static struct shown_setting take_setting(struct context *x, struct unpack *u)
{
	struct shown_setting s;

	s.key = unpack_text(u, 1000, x->arena);
	s.value = unpack_text(u, VALUE_MAX, x->arena);
	s.set = unpack_bool(u);
	s.at = unpack_number(u);
	s.by = unpack_text(u, 1000, x->arena);
	return s;
}

static bool is_secret(const char *key)
{
	const struct setting *row = setting_find(slice_of(key));

	return row != NULL && row->secret;
}

int command_setting(struct context *x, const char *key, const char **ret_value)
{
	struct shown_setting s;
	struct unpack u;
	uint64_t n;
	int result = ask_settings(x, key, &u, &n);

	if (result != EX_OK)
		return result;
	s = take_setting(x, &u);
	if (u.failed || n != 1)
		return command_malformed();
	*ret_value = s.value;
	return EX_OK;
}

static bool is_section(const char *name)
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct slice rest = slice_of(settings_table[i].key);

		if (slice_is(slice_cut(&rest, '.'), name))
			return true;
	}
	return false;
}

/* The value alone, for scripts; a secret's is never had. */
int command_get(struct context *x)
{
	struct shown_setting s;
	struct unpack u;
	uint64_t n;
	int result;

	if (x->argc != 1)
		return command_misused("get takes one KEY, such as email.relay_host");
	if (is_section(x->argv[0]))
		return command_misused("get takes one KEY; for a whole section use show");
	result = ask_settings(x, x->argv[0], &u, &n);
	if (result != EX_OK)
		return result;
	s = take_setting(x, &u);
	if (u.failed || n != 1)
		return command_malformed();
	if (is_secret(s.key))
		puts(s.set ? "(set)" : "");
	else
		puts(s.value);
	return EX_OK;
}

int command_set(struct context *x)
{
	struct buffer body;
	struct unpack u;
	int result;

	if (x->argc < 1)
		return command_misused("set takes KEY=VALUE, one or more");
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_number(&body, 0); /* whatever the version is */
	result = command_pack_values(x, 0, &body);
	if (result == EX_OK)
		result = command_ask(
			x, WORD_SETTINGS_SET, &body, WORD_SETTINGS_SAVED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	unpack_number(&u);
	printf("%ju changed\n", (uintmax_t)unpack_number(&u));
	return EX_OK;
}

static void print_setting(const struct shown_setting *s)
{
	printf("%s = ", s->key);
	command_print(is_secret(s->key) ? (s->set ? "(set)" : "") : s->value);
	putchar('\n');
}

/* A secret has no value, only whether it is set. */
static void print_setting_json(const struct shown_setting *s, bool first)
{
	fputs(first ? "[\n{\"key\": " : ",\n{\"key\": ", stdout);
	json_print_string(s->key);
	if (!is_secret(s->key))
		json_print_text("value", s->value);
	printf(", \"set\": %s", s->set ? "true" : "false");
	json_print_number("at", s->at);
	json_print_text("by", s->by);
	putchar('}');
}

int command_show(struct context *x)
{
	bool json = command_take_json(x);
	struct unpack u;
	uint64_t n;
	int result;

	if (x->argc > 1)
		return command_misused("show takes one section at the most: site or email");
	result = ask_settings(x, x->argc == 1 ? x->argv[0] : "", &u, &n);
	for (uint64_t i = 0; result == EX_OK && i < n; i++) {
		struct shown_setting s = take_setting(x, &u);

		if (u.failed)
			return command_malformed();
		if (json)
			print_setting_json(&s, i == 0);
		else
			print_setting(&s);
	}
	if (result == EX_OK && json)
		puts(n > 0 ? "\n]" : "[]");
	return result;
}
