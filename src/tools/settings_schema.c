/*
 * settings_schema.c - prints the members of Email Configuration as JSON Schema, from the table of
 * settings: for share/openapi.py. Runs when the project is built.
 */
#include <stdio.h>
#include <string.h>

#include "core/settings_table.h"

enum {
	PREFIX = sizeof("email.") - 1,
};

/* string = %x22 *char %x22 ; the table's texts are printable */
static void print_string(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void print_choices(const struct setting *row)
{
	printf("\"type\": \"string\", \"enum\": [");
	for (const struct setting_choice *c = row->choices; c->value != NULL; c++) {
		fputs(c != row->choices ? ", " : "", stdout);
		print_string(c->value);
	}
	putchar(']');
}

static void print_type(const struct setting *row)
{
	if (row->secret)
		printf("\"$ref\": \"#/components/schemas/Secret\"");
	else if (row->type == SETTING_TYPE_NUMBER)
		printf("\"type\": \"integer\", \"minimum\": %ju, \"maximum\": %ju", (uintmax_t)row->min,
			(uintmax_t)row->max);
	else if (row->type == SETTING_TYPE_SWITCH)
		printf("\"type\": \"boolean\"");
	else if (row->type == SETTING_TYPE_ADDRESS_LIST)
		printf("\"type\": \"array\", \"maxItems\": %ju, \"items\": { \"type\": \"string\" }",
			(uintmax_t)row->max);
	else if (row->type == SETTING_TYPE_CHOICE)
		print_choices(row);
	else
		printf("\"type\": \"string\"");
}

int main(void)
{
	bool more = false;

	putchar('{');
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *row = &settings_table[i];

		if (strncmp(row->key, "email.", PREFIX) != 0)
			continue;
		fputs(more ? ",\n" : "\n", stdout);
		print_string(row->key + PREFIX);
		fputs(": { ", stdout);
		print_type(row);
		fputs(", \"description\": ", stdout);
		print_string(row->help);
		fputs(" }", stdout);
		more = true;
	}
	puts("\n}");
	return 0;
}
