/*
 * content_type.c - Content-Type and Content-Transfer-Encoding; see content_type.h.
 *
 * RFC 2045 5.1, with comments and blanks allowed between the tokens:
 *   content   = type "/" subtype *(";" [parameter])
 *   parameter = attribute "=" ( token / quoted-string )
 */
#include "core/content_type.h"

#include <string.h>

struct scanner {
	struct slice in;
	size_t at;
};

static char peek(const struct scanner *s)
{
	return s->at < s->in.len ? s->in.data[s->at] : '\0';
}

static void skip_comment(struct scanner *s)
{
	size_t depth = 0;

	for (; s->at < s->in.len; s->at++) {
		char c = s->in.data[s->at];

		if (c == '\\')
			s->at++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0) {
			s->at++;
			return;
		}
	}
}

static void skip_blanks(struct scanner *s)
{
	while (s->at < s->in.len) {
		char c = s->in.data[s->at];

		if (c == '(')
			skip_comment(s);
		else if (char_is_blank(c) || c == '\r' || c == '\n')
			s->at++;
		else
			return;
	}
}

/* token = 1*<any CHAR except blanks, controls, tspecials>; taken to be lower case */
static bool read_token(struct scanner *s, char *ret_text, size_t size)
{
	size_t start, len;

	skip_blanks(s);
	start = s->at;
	while (s->at < s->in.len && (unsigned char)peek(s) > 32 && peek(s) != 127 &&
	       strchr("()<>@,;:\\\"/[]?=", peek(s)) == NULL)
		s->at++;
	len = s->at - start;
	if (len == 0 || !slice_copy(slice_sub(s->in, start, len), ret_text, size))
		return false;
	for (size_t i = 0; i < len; i++)
		ret_text[i] = char_lower(ret_text[i]);
	skip_blanks(s);
	return true;
}

static bool take(struct scanner *s, char c)
{
	if (s->at >= s->in.len || s->in.data[s->at] != c)
		return false;
	s->at++;
	skip_blanks(s);
	return true;
}

/* The value as it is, quotes undone; false when it does not fit. */
static bool read_value(struct scanner *s, char *ret_text, size_t size)
{
	bool quoted = peek(s) == '"', fits = true;
	size_t len = 0;

	for (s->at += quoted ? 1 : 0; s->at < s->in.len; s->at++) {
		char c = s->in.data[s->at];

		if (quoted ? c == '"' : (c == ';' || c == '(' || char_is_blank(c) || c == '\r'))
			break;
		if (c == '\r' || c == '\n')
			continue;
		if (quoted && c == '\\' && s->at + 1 < s->in.len)
			c = s->in.data[++s->at];
		fits = fits && len + 1 < size && c != '\0';
		if (fits)
			ret_text[len++] = c;
	}
	ret_text[len] = '\0';
	s->at += quoted ? 1 : 0;
	skip_blanks(s);
	return fits;
}

/* Boundaries may not end with a blank, but do when a program folded badly. */
static void trim_end(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && char_is_blank(text[len - 1]))
		text[--len] = '\0';
}

bool content_type_parse(struct slice body, struct content_type *ret_type)
{
	struct scanner s = { .in = body };
	struct content_type type = { .type = "" };
	char attribute[CONTENT_NAME_SIZE], value[CONTENT_BOUNDARY_SIZE];

	if (!read_token(&s, type.type, sizeof(type.type)) || !take(&s, '/') ||
	    !read_token(&s, type.subtype, sizeof(type.subtype)))
		return false;
	while (take(&s, ';')) {
		bool fits;

		if (!read_token(&s, attribute, sizeof(attribute)) || !take(&s, '='))
			continue;
		fits = read_value(&s, value, sizeof(value));
		if (fits && strcmp(attribute, "boundary") == 0 && type.boundary[0] == '\0')
			memcpy(type.boundary, value, sizeof(value));
	}
	trim_end(type.boundary);
	*ret_type = type;
	return true;
}

enum content_encoding content_encoding_parse(struct slice body)
{
	struct scanner s = { .in = body };
	char name[CONTENT_NAME_SIZE];

	if (!read_token(&s, name, sizeof(name)))
		return CONTENT_IDENTITY;
	if (strcmp(name, "quoted-printable") == 0)
		return CONTENT_QUOTED_PRINTABLE;
	if (strcmp(name, "base64") == 0)
		return CONTENT_BASE64;
	return strcmp(name, "7bit") == 0 || strcmp(name, "8bit") == 0 || strcmp(name, "binary") == 0 ?
		CONTENT_IDENTITY : CONTENT_OTHER;
}
