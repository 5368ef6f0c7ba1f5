/* mime_decode.c - encoded words back into text; see mime.h. */
#include "core/mime.h"

#include <string.h>

#include "base/secret.h"

/* A word taken apart: views of the text. */
struct encoded_word {
	struct slice charset; /* without the language of RFC 2231 */
	char encoding; /* 'q' or 'b' */
	struct slice payload;
	size_t len; /* octets of the whole word */
};

/*
 * encoded-word = "=?" charset [ "*" language ] "?" ( "q" / "b" ) "?" payload "?="
 * None of its parts holds a blank or a "?".
 */
static bool take_apart(struct slice text, struct encoded_word *ret_word)
{
	struct slice rest = slice_sub(text, 2, text.len);
	struct slice charset, encoding, payload;

	if (!slice_starts(text, "=?"))
		return false;
	charset = slice_cut(&rest, '?');
	encoding = slice_cut(&rest, '?');
	payload = slice_cut(&rest, '?');
	if (rest.data == NULL || !slice_starts(rest, "=") || charset.len == 0 || encoding.len != 1 ||
	    slice_has_char(charset, ' ') || slice_has_char(payload, ' ') ||
	    strchr("qQbB", encoding.data[0]) == NULL)
		return false;
	*ret_word = (struct encoded_word){
		.charset = slice_cut(&charset, '*'),
		.encoding = char_lower(encoding.data[0]),
		.payload = payload,
		.len = (size_t)(rest.data + 1 - text.data),
	};
	return true;
}

/* "_" is a blank whatever the charset (RFC 2047 4.2); "=" and two digits an octet. */
static bool decode_q(struct slice in, struct buffer *out)
{
	for (size_t i = 0; i < in.len; i++) {
		if (in.data[i] == '_')
			buffer_append_char(out, ' ');
		else if (in.data[i] != '=')
			buffer_append_char(out, in.data[i]);
		else if (in.len - i < 3 || !hex_decode(out, slice_sub(in, i + 1, 2)))
			return false;
		else
			i += 2;
	}
	return true;
}

static void append_latin1(struct slice octets, struct buffer *out)
{
	for (size_t i = 0; i < octets.len; i++) {
		unsigned char c = (unsigned char)octets.data[i];

		if (c >= 0x80)
			buffer_append_char(out, (char)(0xc0 | c >> 6));
		buffer_append_char(out, c >= 0x80 ? (char)(0x80 | (c & 0x3f)) : (char)c);
	}
}

/* C1 controls would reach a terminal as such. */
static bool has_c1(struct slice octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (((unsigned char)octets.data[i] & 0xe0) == 0x80)
			return true;
	return false;
}

/* False, and nothing appended, when it cannot be shown as text. */
static bool append_text(const struct encoded_word *w, struct slice octets, struct buffer *out)
{
	if (!slice_is_printable(octets))
		return false;
	if (slice_is_nocase(w->charset, "utf-8") || slice_is_nocase(w->charset, "us-ascii")) {
		if (!slice_is_utf8(octets))
			return false;
		buffer_append_slice(out, octets);
		return true;
	}
	if (!slice_is_nocase(w->charset, "iso-8859-1") &&
	    !slice_is_nocase(w->charset, "windows-1252"))
		return false;
	if (has_c1(octets))
		return false;
	append_latin1(octets, out);
	return true;
}

static bool decode_word(const struct encoded_word *w, struct buffer *out)
{
	struct buffer octets;
	bool good;

	buffer_init(&octets, w->payload.len + 1);
	good = w->encoding == 'q' ? decode_q(w->payload, &octets) :
	    mime_base64_decode(w->payload, &octets);
	good = good && buffer_ok(&octets) && append_text(w, buffer_slice(&octets), out);
	buffer_release(&octets);
	return good;
}

/* Blanks from at on. */
static size_t count_blanks(struct slice text, size_t at)
{
	size_t n = 0;

	while (at + n < text.len && char_is_blank(text.data[at + n]))
		n++;
	return n;
}

void mime_decode_words(struct slice text, struct buffer *out)
{
	size_t at = 0, blanks = 0;
	bool decoded = false; /* what stands before the blanks was an encoded word */

	while (at < text.len) {
		struct encoded_word w;
		size_t before = out->len;

		blanks = count_blanks(text, at);
		at += blanks;
		if (take_apart(slice_sub(text, at, text.len), &w)) {
			/* blanks between two words are only their separation */
			if (!decoded)
				buffer_append_slice(out, slice_sub(text, at - blanks, blanks));
			if (decode_word(&w, out)) {
				decoded = true;
				at += w.len;
				continue;
			}
			out->len = before;
		}
		decoded = false;
		buffer_append_slice(out, slice_sub(text, at - blanks, blanks));
		while (at < text.len && !char_is_blank(text.data[at]))
			buffer_append_char(out, text.data[at++]);
	}
}
