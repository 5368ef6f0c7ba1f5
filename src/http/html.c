/* html.c - escaping writer; see html.h. */
#include "http/html.h"

#include <inttypes.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

void html_init(struct html *h, struct buffer *out)
{
	h->out = out;
}

void html_text(struct html *h, const char *text)
{
	html_slice(h, slice_of(text));
}

/* Octets in the sequence that this lead octet announces; whether they follow is not looked at. */
static size_t announced_length(char lead)
{
	unsigned char u = (unsigned char)lead;

	return u < 0xc0 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

/* What stands for this one character in the page, NULL when it stands for itself. */
static const char *reference_for(struct slice character)
{
	if (!slice_is_utf8(character))
		return REPLACEMENT;
	switch (character.data[0]) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return char_is_control(character.data[0]) ? REPLACEMENT : NULL;
	}
}

/* Plain runs are appended whole; only what needs a reference breaks a run. */
void html_slice(struct html *h, struct slice text)
{
	size_t plain = 0, at = 0;

	while (at < text.len) {
		struct slice character = slice_sub(text, at, announced_length(text.data[at]));
		const char *reference = reference_for(character);

		if (reference == NULL) {
			at += character.len;
			continue;
		}
		buffer_append_slice(h->out, slice_sub(text, plain, at - plain));
		buffer_append_text(h->out, reference);
		/* of a broken sequence only the lead is dropped: the next octet may be markup */
		at++;
		plain = at;
	}
	buffer_append_slice(h->out, slice_sub(text, plain, text.len));
}

void html_number(struct html *h, int64_t number)
{
	buffer_appendf(h->out, "%" PRId64, number);
}

void html_markup(struct html *h, struct slice markup)
{
	buffer_append_slice(h->out, markup);
}
