/* json_out.c - JSON out; see json_out.h. */
#include "web/json_out.h"

#include <inttypes.h>

#include "core/time_format.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

void json_out_init(struct json_out *j, struct buffer *out)
{
	*j = (struct json_out){ .out = out };
}

/* Octets of the character of UTF-8 at the start of text, 0 when there is none. */
static size_t character_length(struct slice text)
{
	for (size_t len = 1; len <= 4 && len <= text.len; len++)
		if (slice_is_utf8(slice_sub(text, 0, len)))
			return len;
	return 0;
}

/* string = %x22 *char %x22 ; RFC 8259 section 7 */
static void put_string(struct json_out *j, struct slice text)
{
	buffer_append_char(j->out, '"');
	while (text.len > 0) {
		size_t len = character_length(text);
		char c = text.data[0];

		if (len == 0)
			buffer_append_text(j->out, REPLACEMENT);
		else if (c == '"' || c == '\\')
			buffer_appendf(j->out, "\\%c", c);
		else if (c == '\n')
			buffer_append_text(j->out, "\\n");
		else if (len == 1 && char_is_control(c))
			buffer_appendf(j->out, "\\u%04x", (unsigned)(unsigned char)c);
		else
			buffer_append(j->out, text.data, len);
		text = slice_sub(text, len > 0 ? len : 1, text.len);
	}
	buffer_append_char(j->out, '"');
}

static void begin(struct json_out *j, const char *name)
{
	if (j->more)
		buffer_append_char(j->out, ',');
	j->more = true;
	if (name == NULL)
		return;
	put_string(j, slice_of(name));
	buffer_append_char(j->out, ':');
}

static void open_with(struct json_out *j, const char *name, char bracket)
{
	begin(j, name);
	buffer_append_char(j->out, bracket);
	j->more = false;
}

static void close_with(struct json_out *j, char bracket)
{
	buffer_append_char(j->out, bracket);
	j->more = true;
}

void json_out_object(struct json_out *j, const char *name)
{
	open_with(j, name, '{');
}

void json_out_object_end(struct json_out *j)
{
	close_with(j, '}');
}

void json_out_array(struct json_out *j, const char *name)
{
	open_with(j, name, '[');
}

void json_out_array_end(struct json_out *j)
{
	close_with(j, ']');
}

void json_out_text(struct json_out *j, const char *name, const char *text)
{
	json_out_slice(j, name, slice_of(text));
}

void json_out_slice(struct json_out *j, const char *name, struct slice text)
{
	begin(j, name);
	put_string(j, text);
}

void json_out_number(struct json_out *j, const char *name, uint64_t number)
{
	begin(j, name);
	buffer_appendf(j->out, "%" PRIu64, number);
}

void json_out_bool(struct json_out *j, const char *name, bool value)
{
	begin(j, name);
	buffer_append_text(j->out, value ? "true" : "false");
}

void json_out_null(struct json_out *j, const char *name)
{
	begin(j, name);
	buffer_append_text(j->out, "null");
}

void json_out_moment(struct json_out *j, const char *name, uint64_t unix_s)
{
	char text[TIME_RFC3339_SIZE];

	if (unix_s == 0) {
		json_out_null(j, name);
		return;
	}
	time_format_rfc3339((int64_t)unix_s, text);
	json_out_text(j, name, text);
}
