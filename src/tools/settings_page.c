/*
 * settings_page.c - prints the manual page tocsin-settings(7) from the table of settings, at build
 * time, so that page and program agree. Not installed.
 */
#include <stdio.h>
#include <string.h>

#include "core/settings_table.h"

enum {
	LINE_MAX_OCTETS = 78, /* what mandoc's lint likes */
};

/* A word of running text; a sentence that ends ends the line (mdoc(7)). */
static size_t print_word(struct slice word, size_t column)
{
	if (column > 0 && column + 1 + word.len > LINE_MAX_OCTETS) {
		putchar('\n');
		column = 0;
	}
	if (column > 0)
		putchar(' ');
	else if (word.data[0] == '.' || word.data[0] == '\'')
		fputs("\\&", stdout);
	for (size_t i = 0; i < word.len; i++)
		fputs(word.data[i] == '\\' ? "\\e" : (char[]){ word.data[i], '\0' }, stdout);
	column += word.len + (column > 0);
	if (slice_ends(word, ".") || slice_ends(word, "?")) {
		putchar('\n');
		column = 0;
	}
	return column;
}

static void print_text(const char *text)
{
	struct slice rest = slice_of(text);
	size_t column = 0;

	while (rest.data != NULL) {
		struct slice word = slice_cut(&rest, ' ');

		if (word.len > 0)
			column = print_word(word, column);
	}
	if (column > 0)
		putchar('\n');
}

static const char *argument(const struct setting *s)
{
	switch (s->type) {
	case SETTING_TYPE_TEXT:
		return s->secret ? "secret" : "text";
	case SETTING_TYPE_NUMBER:
		return "number";
	case SETTING_TYPE_CHOICE:
	case SETTING_TYPE_SWITCH:
		return "word";
	case SETTING_TYPE_HOST:
		return "host";
	case SETTING_TYPE_ADDRESS:
		return "address";
	case SETTING_TYPE_ADDRESS_LIST:
		return "addresses";
	case SETTING_TYPE_URL:
		return "url";
	case SETTING_TYPE_TIME:
		return "time";
	case SETTING_TYPE_DATE:
		return "date";
	case SETTING_TYPE_PROXY:
		return "url";
	case SETTING_TYPE_ZONE:
		return "zone";
	case SETTING_TYPE_PEM:
		return "certificates";
	case SETTING_TYPE_KEY:
		return "private key";
	}
	return "value";
}

static void print_range(const struct setting *s)
{
	if (s->type == SETTING_TYPE_NUMBER)
		printf("A number from %ju to %ju.\n", (uintmax_t)s->min, (uintmax_t)s->max);
	else if (s->type == SETTING_TYPE_SWITCH)
		puts("One of\n.Cm yes\nand\n.Cm no .");
	else if (s->type == SETTING_TYPE_TIME)
		puts("A time of day from 00:00 to 23:59.");
	else if (s->type == SETTING_TYPE_DATE)
		puts("A day, YYYY-MM-DD.");
	else if (s->type == SETTING_TYPE_ZONE)
		puts("A name of the IANA time zone database.");
	else if (s->type == SETTING_TYPE_CHOICE)
		puts("One of:");
	for (const struct setting_choice *c = s->choices; c != NULL && c->value != NULL; c++)
		printf(".Cm %s%s\n", c->value, c[1].value != NULL ? " ," : " .");
	if (s->initial[0] != '\0' && !s->secret)
		printf("Until it is set:\n.Cm %s .\n", s->initial);
}

static void print_setting(const struct setting *s)
{
	printf(".It Ic %s Ns = Ns Ar %s\n", s->key, argument(s));
	printf(".Em %s .\n", s->label);
	print_text(s->help);
	print_range(s);
}

static const char head[] =
	".Dd November 24, 2026\n"
	".Dt TOCSIN-SETTINGS 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm tocsin-settings\n"
	".Nd what can be set on a Tocsin site\n"
	".Sh DESCRIPTION\n"
	"Settings lie in the store.\n"
	"They are changed on the pages or by\n"
	".Ql tocsin set ,\n"
	"checked in the same way by both, and in force at once.\n"
	"Each has a key, by which\n"
	".Xr tocsin 1\n"
	"knows it, and a name, by which the pages show it.\n"
	"An empty text, address or list is the same as none.\n";

static const char foot[] =
	".Sh SEE ALSO\n"
	".Xr tocsin 1 ,\n"
	".Xr tocsin.conf 5 ,\n"
	".Xr tocsin-sendmail 8 ,\n"
	".Xr tocsind 8\n";

/* "email" of "email.relay_host" */
static struct slice section_of(const struct setting *s)
{
	struct slice rest = slice_of(s->key);

	return slice_cut(&rest, '.');
}

int main(void)
{
	struct slice section = { 0 };

	fputs(head, stdout);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *s = &settings_table[i];

		if (!slice_equal(section, section_of(s))) {
			if (section.len > 0)
				puts(".El");
			section = section_of(s);
			printf(".Ss Section %.*s\n.Bl -tag -width Ds\n", SLICE_ARGS(section));
		}
		print_setting(s);
	}
	puts(".El");
	fputs(foot, stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}
