/* json_print.c - members of JSON objects on standard output; see json_print.h. */
#include "tools/json_print.h"

#include <stdio.h>

#include "core/plain_text.h"

/* string = %x22 *char %x22 ; RFC 8259 section 7; plain_text leaves these two to escape */
void json_print_string(const char *text)
{
	char plain[JSON_PRINT_TEXT_MAX];

	plain_text_copy(slice_of(text), PLAIN_TEXT_ONE_LINE, plain, sizeof(plain));
	putchar('"');
	for (const char *at = plain; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			putchar('\\');
		putchar(*at);
	}
	putchar('"');
}

void json_print_text(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	json_print_string(value);
}

void json_print_number(const char *name, uint64_t value)
{
	printf(", \"%s\": %ju", name, (uintmax_t)value);
}

void json_print_bool(const char *name, bool value)
{
	printf(", \"%s\": %s", name, value ? "true" : "false");
}
