/* dsn.c - what is asked of delivery status notifications; see dsn.h. */
#include "core/dsn.h"

#include <stdio.h>

static const struct {
	unsigned bit;
	const char *name;
} events[] = {
	{ DSN_NEVER, "NEVER" },
	{ DSN_SUCCESS, "SUCCESS" },
	{ DSN_FAILURE, "FAILURE" },
	{ DSN_DELAY, "DELAY" },
};

bool dsn_notify_is_good(uint64_t notify)
{
	return notify < DSN_NOTIFY_END && ((notify & DSN_NEVER) == 0 || notify == DSN_NEVER);
}

bool dsn_notify_parse(struct slice text, unsigned *ret_notify)
{
	struct slice rest = text;
	unsigned notify = 0;

	while (rest.data != NULL) {
		struct slice word = slice_trim(slice_cut(&rest, ','));
		size_t i = 0;

		while (i < COUNT_OF(events) && !slice_is_nocase(word, events[i].name))
			i++;
		if (i == COUNT_OF(events))
			return false;
		notify |= events[i].bit;
	}
	if (notify == 0 || !dsn_notify_is_good(notify))
		return false;
	*ret_notify = notify;
	return true;
}

bool dsn_return_parse(struct slice text, enum dsn_return *ret_return)
{
	bool full = slice_is_nocase(text, "full");

	if (!full && !slice_is_nocase(text, "hdrs"))
		return false;
	*ret_return = full ? DSN_RETURN_FULL : DSN_RETURN_HEADERS;
	return true;
}

static bool stands_for_itself(char c)
{
	return c > ' ' && c < 0x7f && c != '+' && c != '=';
}

bool dsn_envid_is_good(struct slice text)
{
	size_t octets = 0;

	for (size_t i = 0; i < text.len; i++)
		octets += stands_for_itself(text.data[i]) ? 1 : 3;
	return text.len > 0 && octets <= DSN_ENVID_MAX && slice_is_printable(text) &&
		slice_is_ascii(text);
}

const char *dsn_notify_text(unsigned notify, char ret_text[static DSN_NOTIFY_TEXT_SIZE])
{
	size_t len = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < COUNT_OF(events); i++)
		if ((notify & events[i].bit) != 0)
			len += (size_t)snprintf(ret_text + len, DSN_NOTIFY_TEXT_SIZE - len, "%s%s",
				len > 0 ? "," : "", events[i].name);
	return ret_text;
}

void dsn_xtext(struct slice text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		if (stands_for_itself(text.data[i]))
			buffer_append_char(out, text.data[i]);
		else
			buffer_appendf(out, "+%02X", (unsigned)(unsigned char)text.data[i]);
	}
}
