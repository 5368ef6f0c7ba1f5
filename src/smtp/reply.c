/* reply.c - SMTP replies out of bytes as they come; see reply.h. */
#include "smtp/reply.h"

enum {
	CODE_DIGITS = 3,
};

void smtp_reply_init(struct smtp_reply *r)
{
	*r = (struct smtp_reply){ 0 };
	buffer_init(&r->line, SMTP_REPLY_LINE_MAX);
	buffer_init(&r->text, SMTP_REPLY_READ_MAX);
}

void smtp_reply_release(struct smtp_reply *r)
{
	buffer_release(&r->line);
	buffer_release(&r->text);
}

void smtp_reply_clear(struct smtp_reply *r)
{
	buffer_clear(&r->line);
	buffer_clear(&r->text);
	r->code = 0;
	r->enhanced = (struct enhanced_status){ 0 };
	r->cut = r->after_cr = false;
	r->line_len = r->n_read = r->n_lines = 0;
}

bool smtp_reply_is_empty(const struct smtp_reply *r)
{
	return r->n_read == 0;
}

struct slice smtp_reply_line(const struct smtp_reply *r)
{
	return buffer_slice(&r->line);
}

/* Takes in a piece of the line, without its LF. */
static void keep(struct smtp_reply *r, struct slice part)
{
	size_t room = SMTP_REPLY_LINE_MAX - r->line.len;

	if (part.len == 0)
		return;
	r->after_cr = part.data[part.len - 1] == '\r';
	r->line_len += part.len;
	buffer_append_slice(&r->line, slice_sub(part, 0, room));
}

static bool code_parse(struct slice line, unsigned *ret_code)
{
	unsigned code = 0;

	if (line.len < CODE_DIGITS || line.data[0] < '2' || line.data[0] > '5')
		return false;
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (!char_is_digit(line.data[i]))
			return false;
		code = code * 10 + (unsigned)(line.data[i] - '0');
	}
	*ret_code = code;
	return true;
}

/* RFC 2034: the status code stands first in the text and belongs to the reply code's class. */
static void find_enhanced(struct smtp_reply *r)
{
	struct enhanced_status e = { 0 };
	struct slice line, rest;
	size_t at = 0;

	if (smtp_reply_next_line(r, &at, &line) && enhanced_status_parse(line, &e, &rest) &&
	    e.class == r->code / 100)
		r->enhanced = e;
}

/* The line is complete up to its CR. */
static enum smtp_reply_status line_ended(struct smtp_reply *r)
{
	struct slice line = buffer_slice(&r->line);
	char separator;
	unsigned code;

	if (!r->after_cr)
		return SMTP_REPLY_BARE_LF;
	if (r->line_len <= SMTP_REPLY_LINE_MAX)
		line.len--; /* the CR; it is not among what was kept of a longer line */
	else
		r->cut = true;
	if (line.len > CODE_DIGITS && line.data[line.len - 1] == '\r')
		line.len--; /* CR CR LF: a server's slip that nobody wants to read */
	if (!code_parse(line, &code))
		return SMTP_REPLY_MALFORMED;
	separator = line.len > CODE_DIGITS ? line.data[CODE_DIGITS] : ' ';
	if (separator != ' ' && separator != '-')
		return SMTP_REPLY_MALFORMED;
	if (r->n_lines > 0 && code != r->code)
		return SMTP_REPLY_MIXED;
	if (r->n_lines == SMTP_REPLY_LINES_MAX)
		return SMTP_REPLY_TOO_LONG;
	r->code = code;
	r->n_lines++;
	buffer_append_slice(&r->text, slice_sub(line, CODE_DIGITS + 1, line.len));
	buffer_append_char(&r->text, '\n');
	buffer_clear(&r->line);
	r->line_len = 0;
	r->after_cr = false;
	if (separator == '-')
		return SMTP_REPLY_MORE;
	find_enhanced(r);
	return SMTP_REPLY_DONE;
}

/* Known without waiting for the line's end. */
static bool is_no_reply(const struct smtp_reply *r)
{
	return r->line.len > 0 && !char_is_digit(r->line.data[0]);
}

enum smtp_reply_status smtp_reply_feed(struct smtp_reply *r, struct slice *bytes)
{
	enum smtp_reply_status status = SMTP_REPLY_MORE;

	while (status == SMTP_REPLY_MORE && bytes->len > 0) {
		size_t lf = slice_find_char(*bytes, '\n');
		bool ends = lf < bytes->len;

		keep(r, slice_sub(*bytes, 0, lf));
		r->n_read += lf + (ends ? 1 : 0);
		*bytes = slice_sub(*bytes, lf + (ends ? 1 : 0), bytes->len);
		if (is_no_reply(r))
			return SMTP_REPLY_MALFORMED;
		if (r->n_read > SMTP_REPLY_READ_MAX)
			return SMTP_REPLY_TOO_LONG;
		if (ends)
			status = line_ended(r);
		if (!buffer_ok(&r->line) || !buffer_ok(&r->text))
			return SMTP_REPLY_NO_MEMORY;
	}
	return status;
}

bool smtp_reply_next_line(const struct smtp_reply *r, size_t *at, struct slice *ret_line)
{
	struct slice rest = slice_sub(buffer_slice(&r->text), *at, r->text.len);

	if (rest.len == 0)
		return false;
	*ret_line = slice_sub(rest, 0, slice_find_char(rest, '\n'));
	*at += ret_line->len + 1;
	return true;
}

void smtp_reply_words(const struct smtp_reply *r, struct buffer *out)
{
	struct enhanced_status e;
	struct slice line, rest;
	size_t at = 0, n = 0;

	while (smtp_reply_next_line(r, &at, &line)) {
		if (n++ > 0)
			buffer_append_char(out, '\n');
		if (r->enhanced.class != 0 && enhanced_status_parse(line, &e, &rest) &&
		    e.class == r->enhanced.class)
			line = rest;
		buffer_append_slice(out, slice_trim(line));
	}
}
