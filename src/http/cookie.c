/* cookie.c - Cookie and Set-Cookie; see cookie.h. */
#include "http/cookie.h"

#include "http/grammar.h"

/* cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E: no blank, DQUOTE, , ; or \ */
static bool is_cookie_value(struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c <= ' ' || c >= 127 || slice_has_char(SLICE("\",;\\"), c))
			return false;
	}
	return true;
}

/* cookie-string = cookie-pair *( ";" SP cookie-pair ); cookie-pair = token "=" *cookie-octet */
int cookie_get(struct slice field, const char *name, struct slice *ret_value)
{
	struct slice found = { 0 };

	while (field.data != NULL) {
		struct slice value = slice_trim(slice_cut(&field, ';'));
		struct slice pair_name = slice_cut(&value, '=');

		if (!slice_is(pair_name, name) || value.data == NULL)
			continue;
		if (found.data != NULL)
			return COOKIE_TWICE;
		found = value;
	}
	if (found.data == NULL)
		return COOKIE_ABSENT;
	if (!is_cookie_value(found))
		return COOKIE_MALFORMED;
	*ret_value = found;
	return 0;
}

static void append_attributes(struct buffer *lines)
{
	buffer_append_text(lines, "; Path=/; Secure; HttpOnly; SameSite=Lax");
}

void cookie_set(struct buffer *lines, const char *name, struct slice value, unsigned max_age_s)
{
	if (!http_is_token(slice_of(name)) || !is_cookie_value(value)) {
		lines->failed = true;
		return;
	}
	buffer_appendf(lines, "Set-Cookie: %s=", name);
	buffer_append_slice(lines, value);
	append_attributes(lines);
	if (max_age_s > 0)
		buffer_appendf(lines, "; Max-Age=%u", max_age_s);
	buffer_append_text(lines, "\r\n");
}

void cookie_clear(struct buffer *lines, const char *name)
{
	buffer_appendf(lines, "Set-Cookie: %s=", name);
	append_attributes(lines);
	buffer_append_text(lines, "; Max-Age=0\r\n");
}
