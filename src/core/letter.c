/* letter.c - a message from its parts; see letter.h. */
#include "core/letter.h"

#include "core/address.h"
#include "core/address_header.h"
#include "core/message.h"
#include "core/mime.h"

enum {
	SUBJECT_MAX = 2000, /* octets */
	VALUE_MAX = 4000,
};

/* ---- problems ---- */

static void add_problem(struct letter_result *r, const char *part, const char *text)
{
	if (r->n_problems < LETTER_PROBLEMS_MAX)
		r->problems[r->n_problems++] =
			(struct letter_problem){ .part = part, .text = text };
}

/* What did not fit in a part does not fit in the whole. */
static void fail_with(struct buffer *whole, const struct buffer *part)
{
	whole->full = whole->full || part->full;
	whole->failed = whole->failed || part->failed;
}

/* ---- addresses ---- */

struct mailbox_text {
	struct slice name;
	char address[ADDRESS_SIZE]; /* domain in A-labels */
};

/* NULL, or what is wrong. "root" may stand alone: its mail goes to the admin contacts. */
static const char *read_mailbox(struct slice text, struct arena *a, struct mailbox_text *ret_box)
{
	struct mailbox_list list;
	struct address address;
	int result;

	if (!slice_is_printable(text) || !slice_is_utf8(text))
		return "holds a control character, or something that is not UTF-8.";
	if (address_header_parse(text, a, &list) != 0 || list.count != 1 || list.n_bad > 0)
		return "must be one address: anna@example.com, or Anna <anna@example.com>.";
	*ret_box = (struct mailbox_text){ .name = list.items[0].name };
	if (slice_is(list.items[0].address, "root"))
		return slice_copy(list.items[0].address, ret_box->address, ADDRESS_SIZE) ? NULL : "";
	result = address_parse(list.items[0].address, &address);
	if (result != ADDRESS_OK)
		return result > 0 ? address_error_text(result) : "cannot be read.";
	return address_to_ascii_domain(&address, ret_box->address) == 0 ? NULL : "cannot be read.";
}

static void put_mailbox(const struct mailbox_text *box, struct buffer *line)
{
	if (box->name.len == 0) {
		buffer_append_text(line, box->address);
		return;
	}
	mime_phrase(box->name, line->len, line);
	buffer_appendf(line, " <%s>", box->address);
}

static const char *part_of(const struct letter_list *list, size_t i, struct arena *a)
{
	return list->is_list ? arena_printf(a, "%s[%zu]", list->name, i) : list->name;
}

/* Reads a list into the envelope, and into a field unless field is NULL. */
static void take_list(const struct letter_list *list, const char *field, struct arena *a,
	struct buffer *header, struct letter_result *r)
{
	struct buffer line;

	buffer_init(&line, header->limit);
	for (size_t i = 0; i < list->n; i++) {
		struct mailbox_text box;
		const char *problem = read_mailbox(list->items[i], a, &box);

		if (problem != NULL) {
			add_problem(r, part_of(list, i, a), problem);
			continue;
		}
		r->recipients[r->n_recipients++] = arena_copy(a, box.address);
		if (line.len == 0)
			buffer_appendf(&line, "%s: ", field != NULL ? field : "Bcc");
		else
			buffer_append_text(&line, ",\r\n ");
		put_mailbox(&box, &line);
	}
	if (field != NULL && line.len > 0)
		mime_fold(buffer_slice(&line), MIME_FOLD, header);
	fail_with(header, &line);
	buffer_release(&line);
}

static void take_from(const struct letter *l, struct arena *a, struct buffer *header,
	struct letter_result *r)
{
	struct mailbox_text box;
	const char *problem = read_mailbox(l->from, a, &box);
	struct buffer line;

	if (problem != NULL) {
		add_problem(r, "from", problem);
		return;
	}
	r->sender = arena_copy(a, box.address);
	buffer_init(&line, header->limit);
	buffer_append_text(&line, "From: ");
	put_mailbox(&box, &line);
	mime_fold(buffer_slice(&line), MIME_FOLD, header);
	fail_with(header, &line);
	buffer_release(&line);
}

static bool take_addresses(const struct letter *l, struct arena *a, struct buffer *header,
	struct letter_result *r)
{
	size_t n = l->to.n + l->cc.n + l->bcc.n;

	if (n == 0)
		add_problem(r, l->to.name, "is empty: name at least one recipient.");
	if (n > LETTER_RECIPIENTS_MAX) {
		add_problem(r, l->to.name, "has, with cc and bcc, more than 5000 recipients: send the "
			"message in parts.");
		return true;
	}
	r->recipients = arena_array(a, n + 1, sizeof(*r->recipients));
	if (r->recipients == NULL)
		return false;
	take_from(l, a, header, r);
	take_list(&l->to, "To", a, header, r);
	take_list(&l->cc, "Cc", a, header, r);
	take_list(&l->bcc, NULL, a, header, r);
	return true;
}

/* ---- other fields ---- */

/* Fields that are made here or on the way, or that would say who gets the message. */
static bool is_ours(struct slice name)
{
	static const char *const names[] = {
		"From", "Sender", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version",
		"Return-Path", "Received", "DKIM-Signature", "X-Original-From",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return slice_starts_nocase(name, "Content-") || slice_starts_nocase(name, "Resent-");
}

static bool is_field_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!char_is_alpha(name.data[i]) && !char_is_digit(name.data[i]) &&
			name.data[i] != '-' && name.data[i] != '_')
			return false;
	return name.len > 0 && name.len <= 70;
}

static const char *field_objection(const struct letter_field *f)
{
	if (!is_field_name(f->name))
		return "is no name of a header field: it may hold letters, digits, \"-\" and \"_\".";
	if (is_ours(f->name))
		return "is a field that is made here: leave it out.";
	if (!slice_is_printable(f->value) || !slice_is_utf8(f->value))
		return "holds a control character or a line end.";
	return f->value.len > VALUE_MAX ? "is longer than 4000 octets." : NULL;
}

static void take_fields(const struct letter *l, struct arena *a, struct buffer *header,
	struct letter_result *r)
{
	if (l->n_fields > LETTER_FIELDS_MAX)
		add_problem(r, "headers", "has more than 50 fields.");
	for (size_t i = 0; i < l->n_fields && l->n_fields <= LETTER_FIELDS_MAX; i++) {
		const struct letter_field *f = &l->fields[i];
		const char *objection = field_objection(f);

		if (objection != NULL)
			add_problem(r, arena_printf(a, "headers.%s", arena_text(a, slice_clip(f->name, 80))),
				objection);
		else
			mime_text_field(arena_text(a, f->name), f->value, header);
	}
	if (!slice_is_printable(l->subject) || !slice_is_utf8(l->subject))
		add_problem(r, "subject", "holds a control character or a line end.");
	else if (l->subject.len > SUBJECT_MAX)
		add_problem(r, "subject", "is longer than 2000 octets.");
	else
		mime_text_field("Subject", l->subject, header);
}

/* ---- the body ---- */

/* LF, CRLF and a lone CR each end a line. */
static void put_canonical(struct slice text, struct buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '\r' && i + 1 < text.len && text.data[i + 1] == '\n')
			i++;
		if (c == '\r' || c == '\n')
			buffer_append_text(out, "\r\n");
		else
			buffer_append_char(out, c);
	}
}

static void put_part(const char *type, struct slice text, struct buffer *out)
{
	struct buffer canonical;

	buffer_init(&canonical, out->limit);
	put_canonical(text, &canonical);
	mime_text_part(type, buffer_slice(&canonical), out);
	fail_with(out, &canonical);
	buffer_release(&canonical);
}

static void put_body(const struct letter *l, struct buffer *out)
{
	buffer_append_text(out, "MIME-Version: 1.0\r\n");
	if (l->html.data == NULL || l->text.data == NULL) {
		put_part(l->html.data == NULL ? "text/plain" : "text/html",
			l->html.data == NULL ? l->text : l->html, out);
		return;
	}
	/* "=_" can stand in no encoded text, and no plain line of a part begins with "--" */
	buffer_appendf(out, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
		l->boundary);
	buffer_appendf(out, "--=_%s\r\n", l->boundary);
	put_part("text/plain", l->text, out);
	buffer_appendf(out, "--=_%s\r\n", l->boundary);
	put_part("text/html", l->html, out);
	buffer_appendf(out, "--=_%s--\r\n", l->boundary);
}

static void write_whole(const struct letter *l, const struct buffer *header, struct arena *a,
	struct buffer *out, struct letter_result *r)
{
	if (buffer_full(header)) {
		add_problem(r, "headers", "with the addresses make a header of more than 256 KiB: send the "
			"message in parts.");
		return;
	}
	buffer_append_slice(out, buffer_slice(header));
	put_body(l, out);
	fail_with(out, header);
	if (buffer_full(out))
		add_problem(r, l->html.len > l->text.len ? "html" : "text",
			arena_printf(a, "makes a message of more than %zu MiB.", out->limit >> 20));
}

int letter_write(const struct letter *l, struct arena *a, struct buffer *out,
	struct letter_result *ret_result)
{
	struct buffer header;
	bool ok;

	*ret_result = (struct letter_result){ .sender = "" };
	buffer_init(&header, MESSAGE_HEADER_MAX);
	ok = take_addresses(l, a, &header, ret_result);
	take_fields(l, a, &header, ret_result);
	if (l->text.data == NULL && l->html.data == NULL)
		add_problem(ret_result, "text", "is missing, and html is, too.");
	if (ok && ret_result->n_problems == 0)
		write_whole(l, &header, a, out, ret_result);
	buffer_release(&header);
	return ok && !arena_failed(a) && (ret_result->n_problems > 0 || buffer_ok(out)) ? 0 : -1;
}
