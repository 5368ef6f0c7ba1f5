/* header_downgrade.c - header fields in ASCII; see header_downgrade.h. */
#include "core/header_downgrade.h"

#include <string.h>

#include "core/address.h"
#include "core/address_header.h"
#include "core/mime.h"

static const char *const address_fields[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc",
	"Resent-From", "Resent-Sender", "Resent-Reply-To", "Resent-To", "Resent-Cc", "Resent-Bcc",
	"Errors-To", "Return-Receipt-To", "Disposition-Notification-To", "Mail-Followup-To",
	"Mail-Reply-To", "X-Original-From", "X-Original-Sender" };

static const char *const structured_fields[] = { "Content-Type", "Content-Disposition",
	"Content-ID", "Content-Location", "Content-Language", "MIME-Version", "Message-ID",
	"Resent-Message-ID", "References", "In-Reply-To", "Received", "Return-Path", "Date",
	"Resent-Date", "Keywords", "DKIM-Signature", "Authentication-Results" };

static bool is_one_of(struct slice name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

bool header_is_address_field(struct slice name)
{
	return is_one_of(name, address_fields, COUNT_OF(address_fields));
}

static bool is_structured(struct slice name)
{
	return is_one_of(name, structured_fields, COUNT_OF(structured_fields)) ||
		slice_starts_nocase(name, "List-") || header_is_address_field(name);
}

/* Octets since the last line end in out. */
static size_t column_of(const struct buffer *out)
{
	size_t n = 0;

	while (n < out->len && out->data[out->len - 1 - n] != '\n')
		n++;
	return n;
}

static bool is_delimiter(char c, bool structured)
{
	return char_is_blank(c) || (structured && c != '\0' && strchr("\"();,<>=:[]\\", c) != NULL);
}

static size_t word_end(struct slice s, size_t at, bool structured)
{
	while (at < s.len && !is_delimiter(s.data[at], structured))
		at++;
	return at;
}

/*
 * The end of a run that begins at at with a word that is not ASCII: further such words with blanks
 * between belong to it, because blanks between two encoded words are not shown.
 */
static size_t run_end(struct slice s, size_t at, bool structured)
{
	size_t end = word_end(s, at, structured);

	for (;;) {
		size_t next = end, next_end;

		while (next < s.len && char_is_blank(s.data[next]))
			next++;
		next_end = word_end(s, next, structured);
		if (next == end || slice_is_ascii(slice_sub(s, next, next_end - next)))
			return end;
		end = next_end;
	}
}

/* Encodes the runs and leaves all else as it is. */
static void encode_runs(struct slice text, bool structured, struct buffer *out)
{
	size_t at = 0;

	while (at < text.len) {
		size_t end = word_end(text, at, structured);
		struct slice word = slice_sub(text, at, end - at);

		if (word.len == 0) {
			buffer_append_char(out, text.data[at++]);
		} else if (slice_is_ascii(word)) {
			buffer_append_slice(out, word);
			at = end;
		} else {
			end = run_end(text, at, structured);
			mime_encoded_words(slice_sub(text, at, end - at), column_of(out), out);
			at = end;
		}
	}
}

/* name <address>, or the address alone; an address that cannot be put in ASCII is told. */
static int append_mailbox(const struct mailbox *m, struct buffer *out)
{
	char ascii[ADDRESS_SIZE];
	struct slice text = m->address;
	struct address a;

	if (!slice_is_ascii(m->local))
		return MESSAGE_NEEDS_SMTPUTF8;
	if (!slice_is_ascii(text)) {
		if (address_parse(text, &a) != 0 || address_to_ascii_domain(&a, ascii) != 0)
			return MESSAGE_NEEDS_SMTPUTF8;
		text = slice_of(ascii);
	}
	mime_phrase(m->name, column_of(out), out);
	buffer_append_text(out, m->name.len > 0 ? " <" : "");
	buffer_append_slice(out, text);
	buffer_append_text(out, m->name.len > 0 ? ">" : "");
	return 0;
}

static int append_mailboxes(const struct mailbox_list *list, struct buffer *out)
{
	for (size_t i = 0; i < list->count; i++) {
		int error;

		if (i > 0)
			buffer_append_text(out, ",\r\n ");
		error = append_mailbox(&list->items[i], out);
		if (error != 0)
			return error;
	}
	return 0;
}

/* The field without its last CRLF, perhaps with long lines. */
static int append_value(const struct message_field *field, struct arena *arena, struct buffer *out)
{
	struct slice text = message_unfold(field->body, arena);
	struct mailbox_list list;

	if (header_is_address_field(field->name)) {
		int error = address_header_parse(field->body, arena, &list);

		if (error == 0 && list.count > 0 && list.n_bad == 0)
			return append_mailboxes(&list, out);
	}
	encode_runs(text, is_structured(field->name), out);
	return arena_failed(arena) ? -1 : 0;
}

static bool is_plain_text(const struct message_field *field)
{
	return !is_structured(field->name) && slice_find(field->body, SLICE("=?")) == field->body.len;
}

int header_downgrade_field(const struct message_field *field, struct arena *arena,
	struct buffer *out)
{
	struct buffer line;
	int error;

	if (slice_is_ascii(field->raw)) {
		buffer_append_slice(out, field->raw);
		return 0;
	}
	if (is_plain_text(field)) {
		const char *name = arena_text(arena, field->name);
		struct slice text = message_unfold(field->body, arena);

		if (arena_failed(arena))
			return -1;
		mime_text_field(name, text, out);
		return 0;
	}
	buffer_init(&line, 16 * MESSAGE_HEADER_MAX);
	buffer_append_slice(&line, field->name);
	buffer_append_text(&line, ": ");
	error = append_value(field, arena, &line);
	if (error == 0 && !buffer_ok(&line))
		error = -1;
	if (error == 0)
		mime_fold(buffer_slice(&line), MIME_HARD_LINE, out);
	buffer_release(&line);
	return error;
}
