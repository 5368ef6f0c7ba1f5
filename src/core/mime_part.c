/* mime_part.c - a part of text with its fields; see mime.h. */
#include "core/mime.h"

enum {
	SEVEN_BIT_LINE = 78, /* longer lines are encoded, though they need not be */
};

/* Text that any path carries as it is. */
static bool is_plain(struct slice text)
{
	while (text.len > 0) {
		size_t len = slice_find(text, SLICE("\r\n"));
		struct slice line = slice_sub(text, 0, len);

		if (len > SEVEN_BIT_LINE || !slice_is_ascii(line) || slice_starts(line, "From ") ||
		    slice_starts(line, "--") || slice_ends(line, " ") || slice_ends(line, "\t"))
			return false;
		text = slice_sub(text, len + 2, text.len);
	}
	return true;
}

void mime_text_part(const char *type, struct slice text, struct buffer *out)
{
	bool plain = is_plain(text), use_base64 = !plain && mime_prefers_base64(text);

	buffer_appendf(out, "Content-Type: %s; charset=%s\r\n", type,
		slice_is_ascii(text) ? "us-ascii" : "utf-8");
	buffer_appendf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
		plain ? "7bit" : use_base64 ? "base64" : "quoted-printable");
	if (plain)
		buffer_append_slice(out, text);
	else if (use_base64)
		mime_base64_encode(text, out);
	else
		mime_quoted_printable_encode(text, out);
	buffer_append_text(out, "\r\n");
}
