/* slice.c - views of bytes; see slice.h. */
#include "base/slice.h"

#include <string.h>

struct slice slice_of(const char *text)
{
	return (struct slice){ .data = text, .len = text != NULL ? strlen(text) : 0 };
}

struct slice slice_make(const char *data, size_t len)
{
	return (struct slice){ .data = data, .len = len };
}

struct slice slice_sub(struct slice s, size_t from, size_t len)
{
	from = size_min(from, s.len);
	return slice_make(s.data != NULL ? s.data + from : NULL, size_min(len, s.len - from));
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (char_lower(a.data[i]) != char_lower(b.data[i]))
			return false;
	return true;
}

bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_of(text));
}

bool slice_is_nocase(struct slice a, const char *text)
{
	return slice_equal_nocase(a, slice_of(text));
}

bool slice_starts(struct slice s, const char *prefix)
{
	return slice_is(slice_sub(s, 0, strlen(prefix)), prefix);
}

bool slice_starts_nocase(struct slice s, const char *prefix)
{
	return slice_is_nocase(slice_sub(s, 0, strlen(prefix)), prefix);
}

bool slice_ends(struct slice s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && slice_is(slice_sub(s, s.len - len, len), suffix);
}

bool slice_has_char(struct slice s, char c)
{
	return slice_find_char(s, c) < s.len;
}

size_t slice_find_char(struct slice s, char c)
{
	const char *at = s.len > 0 ? memchr(s.data, c, s.len) : NULL;

	return at != NULL ? (size_t)(at - s.data) : s.len;
}

size_t slice_find(struct slice s, struct slice needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len > 0 ? memmem(s.data, s.len, needle.data, needle.len) : NULL;
	return at != NULL ? (size_t)(at - s.data) : s.len;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && is_space(s.data[0]))
		s = slice_sub(s, 1, s.len);
	while (s.len > 0 && is_space(s.data[s.len - 1]))
		s.len--;
	return s;
}

struct slice slice_cut(struct slice *rest, char c)
{
	size_t at = slice_find_char(*rest, c);
	struct slice word = slice_sub(*rest, 0, at);

	*rest = at < rest->len ? slice_sub(*rest, at + 1, rest->len) : (struct slice){ 0 };
	return word;
}

bool slice_copy(struct slice s, char *ret_text, size_t size)
{
	if (s.len >= size || slice_has_char(s, '\0'))
		return false;
	if (s.len > 0)
		memcpy(ret_text, s.data, s.len);
	ret_text[s.len] = '\0';
	return true;
}

bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool char_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool char_is_control(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 32 || u == 127;
}

char char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool slice_is_printable(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (char_is_control(s.data[i]))
			return false;
	return true;
}

struct slice slice_clip(struct slice s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && ((unsigned char)s.data[max] & 0xc0) == 0x80)
		max--;
	return slice_sub(s, 0, max);
}

bool slice_is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] >= 128)
			return false;
	return true;
}

/* Length of the well-formed UTF-8 sequence at the start of s, 0 when there is none. */
static size_t utf8_sequence(struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.data;
	size_t len = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 :
		u[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > s.len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
		(u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	return len;
}

bool slice_is_utf8(struct slice s)
{
	while (s.len > 0) {
		size_t len = utf8_sequence(s);

		if (len == 0)
			return false;
		s = slice_sub(s, len, s.len);
	}
	return true;
}

bool slice_has_word(struct slice list, struct slice word)
{
	while (list.data != NULL)
		if (slice_equal(slice_cut(&list, ' '), word))
			return true;
	return false;
}
