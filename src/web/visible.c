/* visible.c - text from outside, made visible; see visible.h. */
#include "web/visible.h"

#include "core/plain_text.h"

enum {
	ESCAPED_LEN = 4, /* \xNN for one octet */
};

const char *visible_line(struct arena *a, const char *text)
{
	struct slice bytes = slice_of(text);
	size_t size = bytes.len * ESCAPED_LEN + 1;
	char *out = arena_alloc(a, size);

	if (out == NULL)
		return "";
	plain_text_copy(bytes, PLAIN_TEXT_ONE_LINE, out, size);
	return out;
}
