/* mime_header.c - header text: encoded words, phrases, folding; see mime.h. */
#include "core/mime.h"

#include <string.h>

#include "base/secret.h"

enum {
	WORD_FRAME = 12, /* "=?utf-8?q?" and "?=" */
	WORD_ROOM_MIN = 16, /* payload below which a word is better begun on the next line */
};

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The first character of s: 1 to 4 octets, or the replacement for an octet that is no UTF-8. */
static struct slice first_character(struct slice s, size_t *ret_used)
{
	for (size_t len = 1; len <= 4 && len <= s.len; len++) {
		if (slice_is_utf8(slice_sub(s, 0, len))) {
			*ret_used = len;
			return slice_sub(s, 0, len);
		}
	}
	*ret_used = 1;
	return slice_of(replacement);
}

/* RFC 2047 5 (3): what stands for itself in the "q" form, also within a phrase. */
static bool is_q_safe(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t count_escaped(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += is_q_safe(s.data[i]) || s.data[i] == ' ' ? 0 : 1;
	return n;
}

static size_t q_length(struct slice s)
{
	return s.len + 2 * count_escaped(s);
}

static void append_q(struct slice s, struct buffer *out)
{
	for (size_t i = 0; i < s.len; i++) {
		if (is_q_safe(s.data[i]))
			buffer_append_char(out, s.data[i]);
		else if (s.data[i] == ' ')
			buffer_append_char(out, '_');
		else
			buffer_appendf(out, "=%02X", (unsigned)(unsigned char)s.data[i]);
	}
}

/* One encoded word of as many characters as fit into room octets of payload; gives octets used. */
static size_t append_word(struct slice text, bool use_base64, size_t room, struct buffer *out)
{
	char data[MIME_WORD_MAX];
	struct slice word = { .data = data };
	size_t used = 0, octets = 0;

	while (used < text.len) {
		size_t step;
		struct slice c = first_character(slice_sub(text, used, text.len), &step);
		size_t len = use_base64 ? (word.len + c.len + 2) / 3 * 4 : octets + q_length(c);

		if (len > room)
			break;
		memcpy(data + word.len, c.data, c.len);
		word.len += c.len;
		octets = len;
		used += step;
	}
	buffer_append_text(out, use_base64 ? "=?utf-8?b?" : "=?utf-8?q?");
	if (use_base64)
		base64_encode(out, word);
	else
		append_q(word, out);
	buffer_append_text(out, "?=");
	return used;
}

/*
 * RFC 2047 2: words of at most 75 octets, lines of at most 76. Blanks between two words do not
 * count, so the text may be cut anywhere between characters.
 */
void mime_encoded_words(struct slice text, size_t column, struct buffer *out)
{
	bool use_base64 = count_escaped(text) > text.len / 2;

	while (text.len > 0 && buffer_ok(out)) {
		size_t room;

		if (column + WORD_FRAME + WORD_ROOM_MIN > MIME_LINE) {
			buffer_append_text(out, "\r\n ");
			column = 1;
		}
		room = size_min(MIME_LINE - column, MIME_WORD_MAX) - WORD_FRAME;
		text = slice_sub(text, append_word(text, use_base64, room, out), text.len);
		column = MIME_LINE;
	}
}

static bool is_plain_ascii(struct slice s)
{
	return slice_is_ascii(s) && slice_is_printable(s);
}

static bool has_blank_end(struct slice s)
{
	return s.len > 0 && (char_is_blank(s.data[0]) || char_is_blank(s.data[s.len - 1]));
}

/* A run of this length without blank could not be folded without changing it. */
static bool has_long_run(struct slice s)
{
	while (s.data != NULL)
		if (slice_cut(&s, ' ').len > MIME_HARD_LINE / 2)
			return true;
	return false;
}

void mime_text_field(const char *name, struct slice text, struct buffer *out)
{
	struct buffer field;

	if (is_plain_ascii(text) && !has_blank_end(text) && !has_long_run(text) &&
	    slice_find(text, SLICE("=?")) == text.len) {
		buffer_init(&field, strlen(name) + 2 + text.len);
		buffer_append_text(&field, name);
		buffer_append_text(&field, ": ");
		buffer_append_slice(&field, text);
		mime_fold(buffer_slice(&field), MIME_FOLD, out);
		out->failed = out->failed || !buffer_ok(&field);
		buffer_release(&field);
		return;
	}
	buffer_append_text(out, name);
	buffer_append_text(out, ": ");
	mime_encoded_words(text, strlen(name) + 2, out);
	buffer_append_text(out, "\r\n");
}

static bool is_atext_or_dot(char c)
{
	return char_is_alpha(c) || char_is_digit(c) ||
		(c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* RFC 5322 3.2.5: phrase = 1*word; here words of atext with one space between. */
static bool is_atoms(struct slice name)
{
	struct slice rest = name;

	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] != ' ' && !is_atext_or_dot(name.data[i]))
			return false;
	while (rest.data != NULL)
		if (slice_cut(&rest, ' ').len == 0)
			return false;
	return true;
}

void mime_phrase(struct slice name, size_t column, struct buffer *out)
{
	if (name.len == 0)
		return;
	if (!is_plain_ascii(name) || has_long_run(name)) {
		mime_encoded_words(name, column, out);
		return;
	}
	if (is_atoms(name)) {
		buffer_append_slice(out, name);
		return;
	}
	buffer_append_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '"' || name.data[i] == '\\')
			buffer_append_char(out, '\\');
		buffer_append_char(out, name.data[i]);
	}
	buffer_append_char(out, '"');
}

static size_t leading_blanks(struct slice s)
{
	size_t n = 0;

	while (n < s.len && char_is_blank(s.data[n]))
		n++;
	return n;
}

/*
 * Where to break a line: the last blank after the leading ones up to max, else the first one up to
 * hard_max; 0 when there is none.
 */
static size_t find_break(struct slice line, size_t max, size_t hard_max)
{
	size_t first = leading_blanks(line) + 1, at;

	for (at = size_min(max, line.len - 1); at >= first; at--)
		if (char_is_blank(line.data[at]))
			return at;
	for (at = size_max(first, max + 1); at < line.len && at <= hard_max; at++)
		if (char_is_blank(line.data[at]))
			return at;
	return 0;
}

/* No character of UTF-8 is cut: at most three octets are left for the next line. */
static size_t character_start(struct slice line, size_t at)
{
	size_t start = at;

	while (at - start < 3 && start > 1 && ((unsigned char)line.data[start] & 0xc0) == 0x80)
		start--;
	return ((unsigned char)line.data[start] & 0xc0) == 0x80 ? at : start;
}

/* Of several blanks at the start of a line one is kept: lines of blanks only must not arise. */
static struct slice one_leading_blank(struct slice line)
{
	size_t n = leading_blanks(line);

	return n > 1 ? slice_sub(line, n - 1, line.len) : line;
}

static struct slice without_trailing_blanks(struct slice line)
{
	while (line.len > 0 && char_is_blank(line.data[line.len - 1]))
		line.len--;
	return line;
}

/* line is what follows column octets that stand in out already. */
static void fold_line(struct slice line, size_t column, size_t width, struct buffer *out)
{
	line = one_leading_blank(without_trailing_blanks(line));
	while (column + line.len > width && buffer_ok(out)) {
		size_t at = find_break(line, width > column ? width - column : 0,
			MIME_HARD_LINE - column);
		bool hard = at == 0;

		if (hard && column + line.len <= MIME_HARD_LINE)
			break;
		if (hard)
			at = character_start(line, MIME_HARD_LINE - column);
		buffer_append_slice(out, slice_sub(line, 0, at));
		buffer_append_text(out, hard ? "\r\n " : "\r\n");
		column = hard ? 1 : 0;
		line = one_leading_blank(slice_sub(line, at, line.len));
	}
	buffer_append_slice(out, line);
}

static bool is_blank_only(struct slice line)
{
	return leading_blanks(line) == line.len;
}

/* The first head octets are the field's name and its colon, or nothing. */
static void fold_whole_line(struct slice line, size_t head, size_t width, struct buffer *out)
{
	if (line.len <= width) {
		buffer_append_slice(out, line);
	} else {
		buffer_append_slice(out, slice_sub(line, 0, head));
		fold_line(slice_sub(line, head, line.len), head, width, out);
	}
	buffer_append_text(out, "\r\n");
}

void mime_fold(struct slice field, size_t width, struct buffer *out)
{
	size_t name_len = slice_find_char(field, ':') + 1;
	bool is_first = true;

	while (field.len > 0 || is_first) {
		size_t len = slice_find(field, SLICE("\r\n"));
		struct slice line = slice_sub(field, 0, len);
		size_t head = is_first ? size_min(name_len, line.len) : 0;

		if (is_first || !is_blank_only(line))
			fold_whole_line(line, head, width, out);
		field = slice_sub(field, len + 2, field.len);
		is_first = false;
	}
}
