/* command_preset.c - tocsin preset list, show, apply: what is known of providers. */
#include <stdio.h>
#include <sysexits.h>

#include "core/preset.h"
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
	printf("\nLimits: %s\n", p->limits);
	return EX_OK;
}

static uint64_t pack_values(const struct preset *p, struct buffer *body)
{
	uint64_t n = 0;

	for (enum setting_id id = 0; id < SETTING_COUNT; id++)
		n += preset_value(p, id) != NULL;
	pack_number(body, 0); /* whatever the version is */
	pack_number(body, n);
	for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
		if (preset_value(p, id) == NULL)
			continue;
		pack_text(body, settings_table[id].key);
		pack_text(body, preset_value(p, id));
	}
	return n;
}

int command_preset_apply(struct context *x)
{
	const struct preset *p = named(x);
	struct buffer body;
	uint64_t n;
	int result;

	if (p == NULL)
		return EX_USAGE;
	buffer_init(&body, WIRE_BODY_MAX);
	n = pack_values(p, &body);
	result = command_ask(x, WORD_SETTINGS_SET, &body, WORD_SETTINGS_SAVED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	printf("%ju values of %s are set; tocsin preset show %s says what to prepare there\n",
		(uintmax_t)n, p->label, p->name);
	return EX_OK;
}
