/* message.c - messages made canonical, and the walk through their headers; see message.h. */
#include "core/message.h"

#include <string.h>

#include "core/header_downgrade.h"
#include "core/mime.h"
#include "core/recode.h"

/* A message on its way from raw to canonical. */
struct normaliser {
	struct slice raw;
	size_t at;
	struct buffer *out;
	size_t start; /* where in out the message begins */
	size_t n_fields;
	bool needs_recoding; /* long lines in the body, as written to out, or a NUL anywhere */
};

/* A line of the raw message without its end, which is LF or CRLF. */
static struct slice peek_line(const struct normaliser *n)
{
	struct slice rest = slice_sub(n->raw, n->at, n->raw.len);
	struct slice line = slice_sub(rest, 0, slice_find_char(rest, '\n'));

	if (line.len < rest.len && line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

static void pass_line(struct normaliser *n)
{
	struct slice rest = slice_sub(n->raw, n->at, n->raw.len);

	n->at += size_min(slice_find_char(rest, '\n') + 1, rest.len);
}

/* A lone CR is a space from here on, and in a field a NUL, which it can carry in no form. */
static char seen(char c)
{
	return c == '\r' || c == '\0' ? ' ' : c;
}

static bool is_blank_only(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (!char_is_blank(seen(line.data[i])))
			return false;
	return true;
}

/*
 * RFC 5322 2.2 and 4.5:
 *   field = 1*<33-126 but ":"> *blank ":" text        blanks before ":" are obsolete
 */
size_t message_field_name(struct slice line)
{
	size_t len = 0, colon;

	while (len < line.len && line.data[len] > 32 && line.data[len] < 127 &&
	       line.data[len] != ':')
		len++;
	colon = len;
	while (colon < line.len && char_is_blank(seen(line.data[colon])))
		colon++;
	if (len == 0 || len > MESSAGE_NAME_MAX || colon == line.len || line.data[colon] != ':')
		return 0;
	return len;
}

/* mbox: *">" "From " ..., which is a field only when nothing but blanks stands before a colon */
static bool is_mbox_line(struct slice line)
{
	struct slice rest = line;

	while (rest.len > 0 && rest.data[0] == '>')
		rest = slice_sub(rest, 1, rest.len);
	return slice_starts(rest, "From ") && message_field_name(line) == 0;
}

static void put_line(struct buffer *out, struct slice line, bool keep_nul)
{
	char *room = buffer_reserve(out, line.len + 2);

	if (room == NULL)
		return;
	for (size_t i = 0; i < line.len; i++)
		room[i] = keep_nul && line.data[i] == '\0' ? '\0' : seen(line.data[i]);
	memcpy(room + line.len, "\r\n", 2);
	buffer_added(out, line.len + 2);
}

/* Octets that are no UTF-8 are ISO 8859-1, whose characters are the first 256 of Unicode. */
static void latin1_to_utf8(struct slice text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c >= 128)
			buffer_append_char(out, (char)(0xc0 | c >> 6));
		buffer_append_char(out, (char)(c < 128 ? c : 0x80 | (c & 0x3f)));
	}
}

static void put_field(struct normaliser *n, struct slice field)
{
	struct buffer utf8;

	if (slice_is_utf8(field)) {
		mime_fold(field, MESSAGE_LINE_MAX, n->out);
		return;
	}
	buffer_init(&utf8, 2 * field.len);
	latin1_to_utf8(field, &utf8);
	if (buffer_ok(&utf8))
		mime_fold(buffer_slice(&utf8), MESSAGE_LINE_MAX, n->out);
	n->out->failed = n->out->failed || !buffer_ok(&utf8);
	buffer_release(&utf8);
}

/* One field with its continuations, read to the first line that is none. */
static int take_field(struct normaliser *n, size_t name_len)
{
	struct slice line = peek_line(n);
	struct buffer field;
	int error = 0;

	buffer_init(&field, MESSAGE_HEADER_MAX);
	buffer_append_slice(&field, slice_sub(line, 0, name_len));
	put_line(&field, slice_sub(line, slice_find_char(line, ':'), line.len), false);
	for (pass_line(n); n->at < n->raw.len; pass_line(n)) {
		line = peek_line(n);
		if (line.len == 0 || !char_is_blank(seen(line.data[0])))
			break;
		if (!is_blank_only(line))
			put_line(&field, line, false);
	}
	if (buffer_ok(&field))
		put_field(n, slice_sub(buffer_slice(&field), 0, field.len - 2));
	else
		error = buffer_full(&field) ? MESSAGE_HEADER_TOO_LARGE : -1;
	buffer_release(&field);
	return error;
}

static int take_header(struct normaliser *n)
{
	while (n->at < n->raw.len && is_mbox_line(peek_line(n)))
		pass_line(n);
	while (n->at < n->raw.len && buffer_ok(n->out)) {
		struct slice line = peek_line(n);
		size_t name_len = message_field_name(line);
		int error;

		if (line.len == 0)
			pass_line(n);
		if (name_len == 0)
			break;
		if (++n->n_fields > MESSAGE_FIELDS_MAX)
			return MESSAGE_TOO_MANY_FIELDS;
		error = take_field(n, name_len);
		if (error != 0)
			return error;
		if (n->out->len - n->start > MESSAGE_HEADER_MAX)
			return MESSAGE_HEADER_TOO_LARGE;
	}
	buffer_append_text(n->out, "\r\n");
	return 0;
}

static void take_body(struct normaliser *n)
{
	while (n->at < n->raw.len && buffer_ok(n->out)) {
		struct slice line = peek_line(n);

		put_line(n->out, line, true);
		n->needs_recoding = n->needs_recoding || line.len > MESSAGE_LINE_MAX;
		pass_line(n);
	}
}

static int buffer_error(const struct buffer *out)
{
	if (buffer_ok(out))
		return 0;
	return buffer_full(out) ? MESSAGE_TOO_LARGE : -1;
}

/* Writes the re-encoded form of text behind what out holds, and opens it. */
static int recode_into(struct slice text, enum recode_goal goal, struct buffer *out,
	struct message *ret_message)
{
	size_t start = out->len;
	int error;

	recode_entity(text, goal, out);
	error = buffer_error(out);
	if (error == 0)
		error = message_open(slice_sub(buffer_slice(out), start, out->len), ret_message);
	if (error != 0)
		out->len = start;
	return error;
}

/* The message in out is moved aside and comes back with its long lines and NULs encoded. */
static int recode_body(struct normaliser *n, struct message *ret_message)
{
	struct slice text = slice_sub(buffer_slice(n->out), n->start, n->out->len);
	struct buffer aside;
	int error;

	buffer_init(&aside, text.len);
	buffer_append_slice(&aside, text);
	if (!buffer_ok(&aside))
		return -1;
	n->out->len = n->start;
	error = recode_into(buffer_slice(&aside), RECODE_LINES, n->out, ret_message);
	buffer_release(&aside);
	return error;
}

static int normalise(struct normaliser *n, struct message *ret_message)
{
	int error = take_header(n);

	if (error != 0)
		return error;
	take_body(n);
	error = buffer_error(n->out);
	if (error != 0)
		return error;
	if (n->needs_recoding)
		return recode_body(n, ret_message);
	return message_open(slice_sub(buffer_slice(n->out), n->start, n->out->len), ret_message);
}

int message_normalise(struct slice raw, struct buffer *out, struct message *ret_message)
{
	struct normaliser n = {
		.raw = raw, .out = out, .start = out->len,
		.needs_recoding = slice_has_char(raw, '\0'),
	};
	int error = normalise(&n, ret_message);

	if (error != 0)
		out->len = n.start;
	return error;
}

/* A canonical line and its CRLF stand at the start of text. */
static bool open_line(struct slice text, struct slice *ret_line)
{
	size_t len = slice_find_char(text, '\r');

	*ret_line = slice_sub(text, 0, len);
	return len <= MESSAGE_LINE_MAX && slice_starts(slice_sub(text, len, 2), "\r\n") &&
		!slice_has_char(*ret_line, '\n') && !slice_has_char(*ret_line, '\0');
}

static bool is_header_line(struct slice line, bool is_first)
{
	if (!is_first && char_is_blank(line.data[0]))
		return !is_blank_only(line);
	return message_field_name(line) > 0 && line.data[message_field_name(line)] == ':';
}

static int open_header(struct message *m)
{
	struct slice line;
	size_t at = 0;

	for (;;) {
		if (!open_line(slice_sub(m->text, at, m->text.len), &line))
			return MESSAGE_NOT_CANONICAL;
		if (line.len == 0)
			break;
		if (!is_header_line(line, at == 0) || !slice_is_utf8(line))
			return MESSAGE_NOT_CANONICAL;
		m->n_fields += char_is_blank(line.data[0]) ? 0 : 1;
		m->header_utf8 = m->header_utf8 || !slice_is_ascii(line);
		at += line.len + 2;
	}
	m->body_at = at + 2;
	if (m->n_fields > MESSAGE_FIELDS_MAX)
		return MESSAGE_TOO_MANY_FIELDS;
	return m->body_at > MESSAGE_HEADER_MAX ? MESSAGE_HEADER_TOO_LARGE : 0;
}

int message_open(struct slice text, struct message *ret_message)
{
	struct message m = { .text = text };
	struct slice rest, line;
	int error = open_header(&m);

	if (error != 0)
		return error;
	for (rest = message_body(&m); rest.len > 0; rest = slice_sub(rest, line.len + 2, rest.len))
		if (!open_line(rest, &line))
			return MESSAGE_NOT_CANONICAL;
	m.body_8bit = !slice_is_ascii(message_body(&m));
	*ret_message = m;
	return 0;
}

const char *message_error_text(int error)
{
	switch ((enum message_error)error) {
	case MESSAGE_OK:
		return "The message is fine.";
	case MESSAGE_TOO_LARGE:
		return "The message is larger than 32 MiB.";
	case MESSAGE_HEADER_TOO_LARGE:
		return "The header of the message is larger than 256 KiB.";
	case MESSAGE_TOO_MANY_FIELDS:
		return "The header of the message has more than 1000 fields.";
	case MESSAGE_NOT_CANONICAL:
		return "The stored message is damaged.";
	case MESSAGE_NEEDS_SMTPUTF8:
		return "The message has an address with letters beyond ASCII before the \"@\", and the "
			"relay does not offer SMTPUTF8.";
	}
	return "There is not enough memory for the message.";
}

struct slice message_until_dot(struct slice raw)
{
	struct normaliser n = { .raw = raw };

	for (; n.at < raw.len; pass_line(&n))
		if (slice_is(peek_line(&n), "."))
			break;
	return slice_sub(raw, 0, n.at);
}

struct slice message_header(const struct message *m)
{
	return slice_sub(m->text, 0, m->body_at - 2);
}

struct slice message_body(const struct message *m)
{
	return slice_sub(m->text, m->body_at, m->text.len);
}

int message_join(struct slice header, struct slice body, struct buffer *out,
	struct message *ret_message)
{
	size_t start = out->len;
	int error;

	buffer_append_slice(out, header);
	buffer_append_slice(out, body);
	error = buffer_error(out);
	if (error == 0)
		error = message_open(slice_sub(buffer_slice(out), start, out->len), ret_message);
	return error;
}

bool message_next_field(struct slice header, size_t *at, struct message_field *ret_field)
{
	struct slice rest = slice_sub(header, *at, header.len);
	size_t len = 0, name_len = message_field_name(rest);

	if (rest.len == 0 || name_len == 0)
		return false;
	do
		len += slice_find(slice_sub(rest, len, rest.len), SLICE("\r\n")) + 2;
	while (len < rest.len && char_is_blank(rest.data[len]));
	ret_field->raw = slice_sub(rest, 0, len);
	ret_field->name = slice_sub(rest, 0, name_len);
	len = slice_find_char(ret_field->raw, ':') + 1;
	ret_field->body = slice_sub(ret_field->raw, len, ret_field->raw.len - 2 - len);
	*at += ret_field->raw.len;
	return true;
}

bool message_find_field(struct slice header, const char *name, struct message_field *ret_field)
{
	struct message_field field;
	size_t at = 0;

	while (message_next_field(header, &at, &field)) {
		if (slice_is_nocase(field.name, name)) {
			*ret_field = field;
			return true;
		}
	}
	return false;
}

struct slice message_unfold(struct slice body, struct arena *arena)
{
	char *text = arena_alloc(arena, body.len + 1);
	size_t len = 0;

	if (text == NULL)
		return (struct slice){ 0 };
	for (size_t i = 0; i < body.len; i++)
		if (body.data[i] != '\r' && body.data[i] != '\n')
			text[len++] = body.data[i];
	return slice_trim(slice_make(text, len));
}

int message_downgrade_body(const struct message *m, struct buffer *out, struct message *ret_message)
{
	return recode_into(m->text, RECODE_7BIT, out, ret_message);
}

int message_downgrade_header(const struct message *m, struct arena *arena, struct buffer *out)
{
	struct slice header = message_header(m);
	struct message_field field;
	size_t at = 0;

	while (message_next_field(header, &at, &field)) {
		int error = header_downgrade_field(&field, arena, out);

		if (error != 0)
			return error;
	}
	buffer_append_text(out, "\r\n");
	return buffer_ok(out) ? 0 : -1;
}
