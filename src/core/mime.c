/* mime.c - body encodings; see mime.h. */
#include "core/mime.h"

#include "base/secret.h"

static const char hex_digits[] = "0123456789ABCDEF";

/* The line being written by the quoted-printable encoder. */
struct qp_line {
	struct buffer *out;
	size_t column;
};

/*
 * What must not begin a line: "." (a relay that forgets dot-stuffing), "From " (mailbox files), and
 * "--", so that no boundary appears that was not one before.
 */
static bool is_bad_start(const struct qp_line *line, struct slice rest)
{
	return line->column == 0 &&
		(rest.data[0] == '.' || slice_starts(rest, "From ") || slice_starts(rest, "--"));
}

/*
 * RFC 2045 6.7: octets 33-126 but "=" stand for themselves, blanks too unless they end the line;
 * rest is the line from this octet on.
 */
static void qp_octet(struct qp_line *line, struct slice rest)
{
	unsigned char c = (unsigned char)rest.data[0];
	bool is_blank = c == ' ' || c == '\t';
	bool encode = c == '=' || (c < 33 && !is_blank) || c > 126 || (is_blank && rest.len == 1);
	size_t room = rest.len == 1 ? MIME_LINE : MIME_LINE - 1;

	if (line->column + (encode ? 3 : 1) > room) {
		buffer_append_text(line->out, "=\r\n");
		line->column = 0;
	}
	if (encode || is_bad_start(line, rest)) {
		char text[3] = { '=', hex_digits[c >> 4], hex_digits[c & 15] };

		buffer_append(line->out, text, sizeof(text));
		line->column += 3;
	} else {
		buffer_append_char(line->out, (char)c);
		line->column++;
	}
}

void mime_quoted_printable_encode(struct slice in, struct buffer *out)
{
	while (in.len > 0 && buffer_ok(out)) {
		size_t len = slice_find(in, SLICE("\r\n"));
		struct qp_line line = { .out = out };

		for (size_t i = 0; i < len; i++)
			qp_octet(&line, slice_sub(in, i, len - i));
		if (len < in.len)
			buffer_append_text(out, "\r\n");
		in = slice_sub(in, len + 2, in.len);
	}
}

static int hex_value(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of blanks and a line end, or of blanks up to the end of the text; 0 when neither. */
static size_t blanks_to_line_end(struct slice in)
{
	size_t n = 0;

	while (n < in.len && char_is_blank(in.data[n]))
		n++;
	if (slice_starts(slice_sub(in, n, in.len), "\r\n"))
		return n + 2;
	if (n < in.len && in.data[n] == '\n')
		return n + 1;
	return n == in.len ? n : 0;
}

/* Gives how much of the input was used up. */
static size_t qp_decode_one(struct slice in, struct buffer *out)
{
	int high = in.len > 2 ? hex_value(in.data[1]) : -1;
	int low = in.len > 2 ? hex_value(in.data[2]) : -1;
	size_t end;

	if (in.data[0] == '=' && high >= 0 && low >= 0) {
		buffer_append_char(out, (char)(high << 4 | low));
		return 3;
	}
	if (in.data[0] == '=') {
		end = blanks_to_line_end(slice_sub(in, 1, in.len));
		if (end > 0 || in.len == 1)
			return 1 + end;
	}
	if (char_is_blank(in.data[0])) {
		/* blanks at the end of a line came on the way: they go, the line end stays */
		end = blanks_to_line_end(in);
		while (end > 0 && (in.data[end - 1] == '\r' || in.data[end - 1] == '\n'))
			end--;
		if (end > 0)
			return end;
	}
	buffer_append_char(out, in.data[0]);
	return 1;
}

void mime_quoted_printable_decode(struct slice in, struct buffer *out)
{
	while (in.len > 0 && buffer_ok(out))
		in = slice_sub(in, qp_decode_one(in, out), in.len);
}

void mime_base64_encode(struct slice in, struct buffer *out)
{
	enum { LINE_OCTETS = MIME_LINE / 4 * 3 };

	for (size_t at = 0; at < in.len && buffer_ok(out); at += LINE_OCTETS) {
		base64_encode(out, slice_sub(in, at, LINE_OCTETS));
		buffer_append_text(out, "\r\n");
	}
}

bool mime_base64_decode(struct slice in, struct buffer *out)
{
	struct buffer clean;
	bool ok;

	buffer_init(&clean, in.len);
	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (char_is_alpha(c) || char_is_digit(c) || c == '+' || c == '/' || c == '=')
			buffer_append_char(&clean, c);
	}
	ok = buffer_ok(&clean) && base64_decode(out, buffer_slice(&clean));
	buffer_release(&clean);
	return ok;
}

/* One octet costs quoted-printable 1 or 3, base64 78/57; lines are left out of the sum. */
bool mime_prefers_base64(struct slice in)
{
	size_t n_encoded = 0;

	for (size_t i = 0; i < in.len; i++) {
		unsigned char c = (unsigned char)in.data[i];

		n_encoded += c > 126 || c == '=' || (c < 32 && c != '\t' && c != '\r' && c != '\n');
	}
	return n_encoded > in.len / 57 * 10 + (in.len % 57) * 10 / 57;
}
