/*
 * recode.c - bodies re-encoded part by part; see recode.h. An entity is header fields, an empty
 * line and a body; the body of a multipart is entities between boundary lines, that of
 * message/rfc822 is one entity. Lines end with CRLF throughout.
 */
#include "core/recode.h"

#include <string.h>

#include "core/content_type.h"
#include "core/header_downgrade.h"
#include "core/message.h"
#include "core/mime.h"

struct recoder {
	enum recode_goal goal;
	struct buffer *out;
	struct arena *arena;
};

/* One entity taken apart. */
struct entity {
	struct slice header; /* whole lines; without the empty one */
	struct slice body;
	struct content_type type;
	bool has_type; /* a Content-Type field is there; the type stays "" when it cannot be read */
	enum content_encoding encoding;
	bool is_message; /* a whole message, not a part: wants MIME-Version */
	bool is_outermost; /* its fields are the caller's business, but for the body's labels */
	bool is_digest_part; /* its type is message/rfc822 when it says none (RFC 2046 5.1.5) */
};

static struct slice first_line(struct slice s)
{
	return slice_sub(s, 0, slice_find(s, SLICE("\r\n")));
}

static struct slice after_line(struct slice s, struct slice line)
{
	return slice_sub(s, line.len + 2, s.len);
}

/* Leaps from the last line end within reach to the next: what fits is told in few steps. */
static bool lines_fit(struct slice text)
{
	while (text.len > MESSAGE_LINE_MAX) {
		size_t reach = size_min(text.len, MESSAGE_LINE_MAX + 2);
		const char *end = memrchr(text.data, '\n', reach);

		if (end == NULL)
			return false;
		text = slice_sub(text, (size_t)(end + 1 - text.data), text.len);
	}
	return true;
}

static bool meets(struct slice text, enum recode_goal goal)
{
	return lines_fit(text) && !slice_has_char(text, '\0') &&
		(goal != RECODE_7BIT || slice_is_ascii(text));
}

/* Lines are cut where they must be; what follows begins with a space, as Postfix does it. */
static void break_line(struct slice line, struct buffer *out)
{
	size_t room = MESSAGE_LINE_MAX;

	while (line.len > room && buffer_ok(out)) {
		size_t at = room;

		while (at > room - 3 && ((unsigned char)line.data[at] & 0xc0) == 0x80)
			at--;
		buffer_append_slice(out, slice_sub(line, 0, at));
		buffer_append_text(out, "\r\n ");
		line = slice_sub(line, at, line.len);
		room = MESSAGE_LINE_MAX - 1;
	}
	buffer_append_slice(out, line);
}

static void break_lines(struct slice text, struct buffer *out)
{
	while (text.len > 0 && buffer_ok(out)) {
		struct slice line = first_line(text);

		break_line(line, out);
		if (line.len < text.len)
			buffer_append_text(out, "\r\n");
		text = after_line(text, line);
	}
}

/* The fields end at the first line that is neither field nor continuation. */
static size_t header_end(struct slice text)
{
	size_t at = 0;

	while (at < text.len) {
		struct slice rest = slice_sub(text, at, text.len), line = first_line(rest);
		bool continues = at > 0 && line.len > 0 && char_is_blank(line.data[0]);

		if (line.len == rest.len || (!continues && message_field_name(line) == 0))
			break;
		at += line.len + 2;
	}
	return at;
}

static void read_fields(struct entity *e)
{
	static const struct content_type unknown;
	struct message_field field;
	size_t at = 0;

	while (message_next_field(e->header, &at, &field)) {
		if (slice_is_nocase(field.name, "Content-Type") && !e->has_type) {
			e->has_type = true;
			if (!content_type_parse(field.body, &e->type))
				e->type = unknown;
		} else if (slice_is_nocase(field.name, "Content-Transfer-Encoding")) {
			e->encoding = content_encoding_parse(field.body);
		}
	}
	if (!e->has_type && e->is_digest_part)
		e->type = (struct content_type){ .type = "message", .subtype = "rfc822" };
}

static void entity_open(struct slice text, struct entity *ret_entity)
{
	size_t end = header_end(text);
	struct slice rest = slice_sub(text, end, text.len);

	ret_entity->header = slice_sub(text, 0, end);
	ret_entity->body = slice_starts(rest, "\r\n") ? slice_sub(rest, 2, rest.len) : rest;
	read_fields(ret_entity);
}

/* One field of a header that is written anew. */
static void put_field(struct recoder *r, const struct entity *e, const struct message_field *field)
{
	if (r->goal == RECODE_7BIT && !e->is_outermost &&
	    header_downgrade_field(field, r->arena, r->out) == 0)
		return;
	mime_fold(slice_sub(field->raw, 0, field->raw.len - 2), MIME_HARD_LINE, r->out);
}

/* The charset of text that never said one. */
static const char *guess_charset(struct slice body)
{
	if (slice_is_ascii(body))
		return "us-ascii";
	return slice_is_utf8(body) ? "utf-8" : "unknown-8bit";
}

/*
 * The header with its empty line, encoding being the new label of the body, NULL to keep the old.
 * A message that was no MIME so far becomes one.
 */
static void put_header(struct recoder *r, const struct entity *e, const char *encoding)
{
	bool has_version = false, has_encoding = false;
	struct message_field field;
	size_t at = 0;

	while (message_next_field(e->header, &at, &field)) {
		bool is_encoding = slice_is_nocase(field.name, "Content-Transfer-Encoding");

		has_version = has_version || slice_is_nocase(field.name, "MIME-Version");
		if (!is_encoding || encoding == NULL)
			put_field(r, e, &field);
		else if (!has_encoding)
			buffer_appendf(r->out, "Content-Transfer-Encoding: %s\r\n", encoding);
		has_encoding = has_encoding || is_encoding;
	}
	if (encoding != NULL && e->is_message && !has_version)
		buffer_append_text(r->out, "MIME-Version: 1.0\r\n");
	if (encoding != NULL && !e->has_type && !e->is_digest_part)
		buffer_appendf(r->out, "Content-Type: text/plain; charset=%s\r\n", guess_charset(e->body));
	if (encoding != NULL && !has_encoding)
		buffer_appendf(r->out, "Content-Transfer-Encoding: %s\r\n", encoding);
	buffer_append_text(r->out, "\r\n");
}

static void put_leaf(struct recoder *r, const struct entity *e, struct slice content)
{
	bool use_base64 = e->encoding == CONTENT_BASE64 ||
		(e->encoding == CONTENT_IDENTITY && mime_prefers_base64(content));

	put_header(r, e, use_base64 ? "base64" : "quoted-printable");
	if (use_base64)
		mime_base64_encode(content, r->out);
	else
		mime_quoted_printable_encode(content, r->out);
}

/* Where nothing better can be done: the header is put in order, long lines are broken. */
static void put_broken(struct recoder *r, const struct entity *e)
{
	put_header(r, e, NULL);
	break_lines(e->body, r->out);
}

/* A leaf that was encoded already, but with lines that do not meet the goal. */
static void put_decoded_leaf(struct recoder *r, const struct entity *e)
{
	struct buffer content;
	bool decoded = true;

	buffer_init(&content, e->body.len + 1);
	if (e->encoding == CONTENT_BASE64)
		decoded = mime_base64_decode(e->body, &content);
	else
		mime_quoted_printable_decode(e->body, &content);
	if (decoded && buffer_ok(&content))
		put_leaf(r, e, buffer_slice(&content));
	else
		put_broken(r, e);
	buffer_release(&content);
}

enum delimiter {
	NO_DELIMITER,
	PART_DELIMITER,
	END_DELIMITER,
};

/* RFC 2046 5.1.1: "--" boundary ["--"] *blank */
static enum delimiter delimiter_of(struct slice line, const char *boundary)
{
	struct slice rest;

	if (!slice_starts(line, "--") || !slice_starts(slice_sub(line, 2, line.len), boundary))
		return NO_DELIMITER;
	rest = slice_trim(slice_sub(line, 2 + strlen(boundary), line.len));
	if (rest.len == 0)
		return PART_DELIMITER;
	return slice_is(rest, "--") ? END_DELIMITER : NO_DELIMITER;
}

/*
 * Index of the next line from at on that begins with "--" and the boundary, or text.len. One search
 * over all lines: parts nested in parts are looked through once for each level.
 */
static size_t next_candidate(struct slice text, size_t at, const char *boundary)
{
	char needle[CONTENT_BOUNDARY_SIZE + 4] = "\r\n--";
	struct slice rest = slice_sub(text, at, text.len);
	size_t found;

	memcpy(needle + 4, boundary, strlen(boundary) + 1);
	if (slice_starts(rest, needle + 2))
		return at;
	found = slice_find(rest, slice_of(needle));
	return found < rest.len ? at + found + 2 : text.len;
}

/*
 * Cuts *rest before its first delimiter line: gives the text before it, without the CRLF that
 * belongs to the delimiter, and moves *rest behind the delimiter line.
 */
static enum delimiter cut_part(struct slice *rest, const char *boundary, struct slice *ret_text)
{
	size_t at = next_candidate(*rest, 0, boundary);

	while (at < rest->len) {
		struct slice line = first_line(slice_sub(*rest, at, rest->len));
		enum delimiter found = delimiter_of(line, boundary);
		size_t end = size_min(at + line.len + 2, rest->len);

		if (found != NO_DELIMITER) {
			*ret_text = slice_sub(*rest, 0, at >= 2 ? at - 2 : 0);
			*rest = slice_sub(*rest, end, rest->len);
			return found;
		}
		at = next_candidate(*rest, end, boundary);
	}
	*ret_text = *rest;
	*rest = slice_sub(*rest, rest->len, 0);
	return NO_DELIMITER;
}

/* Text before the first and after the last part, which nobody reads. */
static void put_margin(struct recoder *r, struct slice text)
{
	size_t start = r->out->len;

	break_lines(text, r->out);
	for (size_t i = start; r->goal == RECODE_7BIT && buffer_ok(r->out) && i < r->out->len; i++)
		if ((unsigned char)r->out->data[i] >= 128)
			r->out->data[i] = '?';
}

static void put_entity(struct recoder *r, struct slice text, struct entity e, int depth);

/*
 * RFC 2046 5.1.1:
 *   multipart = [preamble CRLF] delimiter-line part *(CRLF delimiter-line part)
 *               CRLF end-line [CRLF epilogue]
 * The end line may be missing; then the last part reaches to the end.
 */
static void put_multipart(struct recoder *r, const struct entity *e, int depth)
{
	struct entity part = { .is_digest_part = strcmp(e->type.subtype, "digest") == 0 };
	struct slice rest = e->body, text;
	enum delimiter found = cut_part(&rest, e->type.boundary, &text);

	if (found == NO_DELIMITER) {
		put_broken(r, e);
		return;
	}
	put_header(r, e, r->goal == RECODE_7BIT ? "7bit" : NULL);
	put_margin(r, text);
	buffer_append_text(r->out, text.len > 0 ? "\r\n" : "");
	while (found == PART_DELIMITER && buffer_ok(r->out)) {
		buffer_appendf(r->out, "--%s\r\n", e->type.boundary);
		found = cut_part(&rest, e->type.boundary, &text);
		put_entity(r, text, part, depth + 1);
		buffer_append_text(r->out, found != NO_DELIMITER ? "\r\n" : "");
	}
	if (found == END_DELIMITER) {
		buffer_appendf(r->out, "--%s--\r\n", e->type.boundary);
		put_margin(r, rest);
	}
}

static bool is_nested_message(const struct entity *e)
{
	return strcmp(e->type.type, "message") == 0 &&
		(strcmp(e->type.subtype, "rfc822") == 0 || strcmp(e->type.subtype, "global") == 0) &&
		e->encoding == CONTENT_IDENTITY;
}

/* What must stay 7-bit and unencoded by its own definition (RFC 2046 5.2). */
static bool is_untouchable(const struct entity *e)
{
	return strcmp(e->type.type, "message") == 0 || strcmp(e->type.type, "multipart") == 0 ||
		e->encoding == CONTENT_OTHER;
}

static void put_entity(struct recoder *r, struct slice text, struct entity e, int depth)
{
	if (meets(text, r->goal)) {
		buffer_append_slice(r->out, text);
		return;
	}
	entity_open(text, &e);
	if (meets(e.body, r->goal)) {
		put_header(r, &e, NULL);
		buffer_append_slice(r->out, e.body);
	} else if (depth < RECODE_DEPTH_MAX && strcmp(e.type.type, "multipart") == 0 &&
		   e.type.boundary[0] != '\0') {
		put_multipart(r, &e, depth);
	} else if (depth < RECODE_DEPTH_MAX && is_nested_message(&e)) {
		put_header(r, &e, r->goal == RECODE_7BIT ? "7bit" : NULL);
		put_entity(r, e.body, (struct entity){ .is_message = true }, depth + 1);
	} else if (is_untouchable(&e)) {
		put_broken(r, &e);
	} else if (e.encoding == CONTENT_IDENTITY) {
		put_leaf(r, &e, e.body);
	} else {
		put_decoded_leaf(r, &e);
	}
}

/* Where nothing better could be done. */
static void blank_nuls(struct buffer *out, size_t start)
{
	for (size_t i = start; buffer_ok(out) && i < out->len; i++)
		if (out->data[i] == '\0')
			out->data[i] = ' ';
}

void recode_entity(struct slice entity, enum recode_goal goal, struct buffer *out)
{
	struct recoder r = { .goal = goal, .out = out };
	size_t start = out->len;

	r.arena = arena_new(16 * MESSAGE_HEADER_MAX);
	if (r.arena == NULL) {
		out->failed = true;
		return;
	}
	put_entity(&r, entity, (struct entity){ .is_message = true, .is_outermost = true }, 0);
	blank_nuls(out, start);
	/* a body that ended with a soft line break has lost its line end */
	if (!slice_ends(buffer_slice(out), "\r\n"))
		buffer_append_text(out, "\r\n");
	arena_free(r.arena);
}
