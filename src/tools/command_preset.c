/* command_preset.c - tocsin preset list, show, apply: what is known of providers. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/preset.h"
#include "sys/terminal.h"
#include "tools/command.h"
#include "tools/json_print.h"

/* The one preset that is named, or NULL when that was told. */
static const struct preset *named(const struct context *x)
{
	const struct preset *p = x->argc == 1 ? preset_find(slice_of(x->argv[0])) : NULL;

	if (x->argc != 1)
		fputs("tocsin: name one preset; tocsin preset list has them\n", stderr);
	else if (p == NULL)
		fprintf(stderr, "tocsin: there is no preset \"%s\"; tocsin preset list has them\n",
			x->argv[0]);
	return p;
}

static void print_json(const struct preset *p, bool first)
{
	fputs(first ? "[\n{\"name\": " : ",\n{\"name\": ", stdout);
	json_print_string(p->name);
	json_print_text("label", p->label);
	json_print_text("limits", p->limits);
	for (enum setting_id id = 0; id < SETTING_COUNT; id++)
		if (preset_value(p, id) != NULL)
			json_print_text(settings_table[id].key, preset_value(p, id));
	putchar('}');
}

int command_preset_list(struct context *x)
{
	bool json = command_take_json(x);

	if (x->argc != 0)
		return command_misused("preset list takes --json and nothing else");
	for (size_t i = 0; i < n_presets; i++)
		if (json)
			print_json(&presets[i], i == 0);
		else
			printf("%-16s %s\n", presets[i].name, presets[i].label);
	if (json)
		puts("\n]");
	return EX_OK;
}

/* The steps are those of the page, where most people read them. */
static void print_page_words(const struct preset *p)
{
	const char *auth = preset_value(p, SETTING_EMAIL_AUTH);

	if (auth == NULL || strcmp(auth, "oauth2") != 0)
		return;
	puts("\n\"This page\" is Management > Email Configuration; the Redirect URI stands there.\n"
		"Verify is \"tocsin oauth verify\" here.");
	if (p->any_tenant != NULL)
		puts("The tenant goes by --tenant of \"tocsin preset apply\".");
}

int command_preset_show(struct context *x)
{
	const struct preset *p = named(x);

	if (p == NULL)
		return EX_USAGE;
	printf("%s\n\n", p->label);
	for (enum setting_id id = 0; id < SETTING_COUNT; id++)
		if (preset_value(p, id) != NULL)
			printf("  %s=%s\n", settings_table[id].key, preset_value(p, id));
	puts("\nWhat to prepare there:");
	for (size_t i = 0; p->steps[i] != NULL; i++)
		printf("  %zu. %s\n", i + 1, p->steps[i]);
	print_page_words(p);
	printf("\nLimits: %s\n", p->limits);
	return EX_OK;
}

/* ---- applying ---- */

enum {
	TENANT_MAX = 255,
	STILL_TIMES = 30, /* of 20 s */
};

static bool still(void *arg)
{
	unsigned *times = arg;

	return ++*times < STILL_TIMES;
}

/* "" when nobody is there, or wants none; EX_TEMPFAIL when the question is broken off. */
static int ask_tenant(struct context *x, const struct preset *p, const char **ret_tenant)
{
	struct fault fault;
	struct buffer line;
	unsigned times = 0;
	int result;

	*ret_tenant = "";
	buffer_init(&line, TENANT_MAX);
	printf("%s: your tenant goes into both endpoints.\n", p->label);
	fflush(stdout);
	result = terminal_ask("Directory (tenant) ID or domain, empty for any organisation: ", still,
		&times, &line, &fault);
	if (result == 0)
		*ret_tenant = arena_text(x->arena, slice_trim(buffer_slice(&line)));
	buffer_release(&line);
	if (result != TERMINAL_INTERRUPTED)
		return EX_OK;
	fputs("\ntocsin: nothing was changed\n", stderr);
	return EX_TEMPFAIL;
}

/* What the preset is laid beside: the flow that is set, and the tenant given, set or asked for. */
static int settings_beside(struct context *x, const struct preset *p, const char *given,
	struct settings *ret_settings)
{
	const char **tenant = &ret_settings->value[SETTING_EMAIL_OAUTH_TENANT];
	int result;

	settings_init(ret_settings);
	if (p->any_tenant == NULL)
		return EX_OK;
	result = command_setting(x, "email.oauth_flow",
		&ret_settings->value[SETTING_EMAIL_OAUTH_FLOW]);
	if (result == EX_OK && given == NULL)
		result = command_setting(x, "email.oauth_tenant", tenant);
	if (result != EX_OK)
		return result;
	if (given != NULL)
		*tenant = given;
	else if ((*tenant)[0] == '\0')
		result = ask_tenant(x, p, tenant);
	if (result == EX_OK && (*tenant)[0] == '\0')
		fprintf(stderr, "tocsin: without --tenant the endpoints stand for any organisation, which "
			"an application of a single tenant and one that signs in itself refuse\n");
	return result;
}

static void pack_one(struct buffer *body, enum setting_id id, const char *value, uint64_t *n)
{
	pack_text(body, settings_table[id].key);
	pack_text(body, value);
	++*n;
}

static uint64_t pack_values(struct context *x, const struct preset *p, const struct settings *s,
	struct buffer *body)
{
	const char *tenant = s->value[SETTING_EMAIL_OAUTH_TENANT];
	struct buffer values;
	uint64_t n = 0;

	buffer_init(&values, WIRE_BODY_MAX);
	for (enum setting_id id = 0; id < SETTING_COUNT; id++)
		if (preset_value(p, id) != NULL)
			pack_one(&values, id, preset_value_beside(p, id, s, x->arena), &n);
	if (p->any_tenant != NULL && tenant[0] != '\0')
		pack_one(&values, SETTING_EMAIL_OAUTH_TENANT, tenant, &n);
	pack_number(body, 0); /* whatever the version is */
	pack_number(body, n);
	buffer_append_slice(body, buffer_slice(&values));
	buffer_release(&values);
	return n;
}

static int apply(struct context *x, const struct preset *p, const struct settings *s)
{
	struct buffer body;
	uint64_t n;
	int result;

	buffer_init(&body, WIRE_BODY_MAX);
	n = pack_values(x, p, s, &body);
	result = command_ask(x, WORD_SETTINGS_SET, &body, WORD_SETTINGS_SAVED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result == EX_OK)
		printf("%ju values of %s are set; tocsin preset show %s says what to prepare there\n",
			(uintmax_t)n, p->label, p->name);
	return result;
}

/* NAME [--tenant TENANT] */
int command_preset_apply(struct context *x)
{
	const struct preset *p;
	const char *tenant = NULL;
	struct settings settings;
	int result;

	if (x->argc == 3 && strcmp(x->argv[1], "--tenant") == 0) {
		tenant = x->argv[2];
		x->argc = 1;
	}
	p = named(x);
	if (p == NULL)
		return EX_USAGE;
	if (tenant != NULL && p->any_tenant == NULL)
		return command_misused("this preset has no tenant");
	result = settings_beside(x, p, tenant, &settings);
	return result == EX_OK ? apply(x, p, &settings) : result;
}
