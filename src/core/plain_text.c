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

/*
 * Marks that turn the order of text round (U+061C, 200E, 200F, 202A to 202E, 2066 to 2069) or end a
 * line (U+2028, 2029): with them a relay could make its words read as something else.
 */
static bool is_layout_control(struct slice character)
{
	const unsigned char *c = (const unsigned char *)character.data;

	if (character.len == 2)
		return c[0] == 0xd8 && c[1] == 0x9c;
	if (character.len != 3 || c[0] != 0xe2)
		return false;
	return (c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae))) ||
	    (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

static bool is_safe(struct slice character, enum plain_text_lines lines)
{
	if (character.data[0] == '\n')
		return lines == PLAIN_TEXT_LINES;
	return !char_is_control(character.data[0]) && slice_is_utf8(character) &&
	    !is_c1_control(character) && !is_layout_control(character);
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
