/* plain_text.c - escaping of bytes from outside; see plain_text.h. */
#include "core/plain_text.h"

#include <string.h>

enum {
	ESCAPED_LEN = 4, /* \xNN */
};

/* Octets in the sequence that this lead octet announces; whether they follow is not looked at. */
static size_t announced_length(unsigned char lead)
{
	return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* C1 controls are two octets in UTF-8; some terminals obey them like escape sequences. */
static bool is_c1_control(struct slice character)
{
	return character.len == 2 && (unsigned char)character.data[0] == 0xc2 &&
	    (unsigned char)character.data[1] < 0xa0;
}

static bool is_safe(struct slice character, enum plain_text_lines lines)
{
	if (character.data[0] == '\n')
		return lines == PLAIN_TEXT_LINES;
	return !char_is_control(character.data[0]) && slice_is_utf8(character) &&
	    !is_c1_control(character);
}

static void put_escaped(char *to, unsigned char octet)
{
	static const char digits[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = 'x';
	to[2] = digits[octet >> 4];
	to[3] = digits[octet & 15];
}

void plain_text_copy(struct slice bytes, enum plain_text_lines lines, char *ret_text, size_t size)
{
	size_t len = 0, at = 0;

	while (at < bytes.len) {
		struct slice character = slice_sub(bytes, at,
		    announced_length((unsigned char)bytes.data[at]));
		bool safe = is_safe(character, lines);
		size_t need = safe ? character.len : ESCAPED_LEN;

		if (need >= size - len)
			break;
		if (safe)
			memcpy(ret_text + len, character.data, character.len);
		else
			put_escaped(ret_text + len, (unsigned char)bytes.data[at]);
		len += need;
		at += safe ? character.len : 1;
	}
	ret_text[len] = '\0';
}
