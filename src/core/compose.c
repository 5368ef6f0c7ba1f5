/* compose.c - the mails Tocsin sends itself; see compose.h. */
#include "core/compose.h"

#include <string.h>

#include "base/secret.h"
#include "core/address.h"
#include "core/message.h"
#include "core/mime.h"
#include "core/time_format.h"

static bool is_header_text(const char *text)
{
	return slice_is_printable(slice_of(text));
}

static bool is_address(struct slice text)
{
	struct address a;

	return address_parse(text, &a) == 0;
}

static bool header_is_good(const struct mail *mail)
{
	if (!is_header_text(mail->from_name) || !is_header_text(mail->subject) ||
	    !is_header_text(mail->node_name) || !is_address(mail->from_address) || mail->n_to == 0)
		return false;
	for (size_t i = 0; i < mail->n_to; i++)
		if (!is_address(mail->to[i]))
			return false;
	return true;
}

static void put_address(struct slice text, struct buffer *out)
{
	char ascii[ADDRESS_SIZE];
	struct address a;

	if (address_parse(text, &a) == 0 && address_to_ascii_domain(&a, ascii) == 0)
		buffer_append_text(out, ascii);
	else
		out->failed = true;
}

static void put_from(const struct mail *mail, struct buffer *out)
{
	bool named = mail->from_name[0] != '\0';
	struct buffer line;

	buffer_init(&line, COMPOSE_MAX);
	buffer_append_text(&line, "From: ");
	mime_phrase(slice_of(mail->from_name), line.len, &line);
	buffer_append_text(&line, named ? " <" : "");
	put_address(mail->from_address, &line);
	buffer_append_text(&line, named ? ">" : "");
	mime_fold(buffer_slice(&line), MIME_FOLD, out);
	out->failed = out->failed || !buffer_ok(&line);
	buffer_release(&line);
}

static void put_to(const struct mail *mail, struct buffer *out)
{
	buffer_append_text(out, "To: ");
	for (size_t i = 0; i < mail->n_to; i++) {
		buffer_append_text(out, i > 0 ? ",\r\n " : "");
		put_address(mail->to[i], out);
	}
	buffer_append_text(out, "\r\n");
}

/* "=_" can stand in no encoded text, so the boundary is never met inside a part. */
static void put_boundary(const struct mail *mail, struct buffer *out)
{
	buffer_append_text(out, "=_");
	hex_encode(out, slice_make((const char *)mail->random, sizeof(mail->random)));
}

static void put_header(const struct mail *mail, struct buffer *out)
{
	char date[TIME_RFC5322_SIZE];

	time_format_rfc5322(mail->now, mail->utc_offset, date);
	buffer_appendf(out, "Date: %s\r\n", date);
	put_from(mail, out);
	put_to(mail, out);
	mime_text_field("Subject", slice_of(mail->subject), out);
	buffer_append_text(out, "Message-ID: ");
	message_id_make(mail->now, mail->random, slice_of(mail->node_name), out);
	buffer_append_text(out, "\r\nMIME-Version: 1.0\r\n");
	buffer_append_text(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
	buffer_append_text(out, "Content-Type: multipart/alternative;\r\n boundary=\"");
	put_boundary(mail, out);
	buffer_append_text(out, "\"\r\n\r\n");
}

static void put_part(const struct mail *mail, const char *type, struct slice text,
	struct buffer *out)
{
	buffer_append_text(out, "--");
	put_boundary(mail, out);
	buffer_append_text(out, "\r\n");
	mime_text_part(type, text, out);
}

static void put_body(const struct mail *mail, struct buffer *out)
{
	struct buffer text;

	buffer_init(&text, out->limit);
	mail_text_render(mail->parts, mail->n_parts, &text);
	put_part(mail, "text/plain", buffer_slice(&text), out);
	out->failed = out->failed || !buffer_ok(&text);
	buffer_clear(&text);
	mail_html_render(mail->subject, mail->parts, mail->n_parts, &text);
	put_part(mail, "text/html", buffer_slice(&text), out);
	out->failed = out->failed || !buffer_ok(&text);
	buffer_release(&text);
	buffer_append_text(out, "--");
	put_boundary(mail, out);
	buffer_append_text(out, "--\r\n");
}

int compose_mail(const struct mail *mail, struct buffer *out)
{
	size_t start = out->len;
	struct message m;

	if (!header_is_good(mail))
		return COMPOSE_BAD_HEADER;
	put_header(mail, out);
	put_body(mail, out);
	if (buffer_ok(out) &&
	    message_open(slice_sub(buffer_slice(out), start, out->len), &m) == MESSAGE_OK)
		return 0;
	out->len = start;
	return -1;
}
