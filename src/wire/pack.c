/* pack.c - typed fields of messages; see pack.h. */
#include "wire/pack.h"

enum {
	TAG_NUMBER = 1,
	TAG_BYTES = 2,
};

static void put_big_endian(struct buffer *b, uint64_t value, int n_octets)
{
	for (int i = n_octets - 1; i >= 0; i--)
		buffer_append_char(b, (char)(unsigned char)(value >> (8 * i)));
}

void pack_number(struct buffer *b, uint64_t value)
{
	buffer_append_char(b, TAG_NUMBER);
	put_big_endian(b, value, 8);
}

void pack_bool(struct buffer *b, bool value)
{
	pack_number(b, value ? 1 : 0);
}

void pack_slice(struct buffer *b, struct slice s)
{
	buffer_append_char(b, TAG_BYTES);
	put_big_endian(b, s.len, 4);
	buffer_append_slice(b, s);
}

void pack_text(struct buffer *b, const char *text)
{
	pack_slice(b, slice_of(text));
}

void unpack_init(struct unpack *u, struct slice body)
{
	*u = (struct unpack){ .rest = body };
}

static bool take_tag(struct unpack *u, char tag, size_t n_octets)
{
	if (u->failed || u->rest.len < 1 + n_octets || u->rest.data[0] != tag) {
		u->failed = true;
		return false;
	}
	u->rest = slice_sub(u->rest, 1, u->rest.len);
	return true;
}

static uint64_t take_big_endian(struct unpack *u, size_t n_octets)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n_octets; i++)
		value = value << 8 | (unsigned char)u->rest.data[i];
	u->rest = slice_sub(u->rest, n_octets, u->rest.len);
	return value;
}

uint64_t unpack_number(struct unpack *u)
{
	return take_tag(u, TAG_NUMBER, 8) ? take_big_endian(u, 8) : 0;
}

uint64_t unpack_below(struct unpack *u, uint64_t limit)
{
	uint64_t value = unpack_number(u);

	if (value < limit)
		return value;
	u->failed = true;
	return 0;
}

bool unpack_bool(struct unpack *u)
{
	return unpack_below(u, 2) == 1;
}

struct slice unpack_slice(struct unpack *u, size_t max)
{
	struct slice s;
	size_t len;

	if (!take_tag(u, TAG_BYTES, 4))
		return slice_make("", 0);
	len = (size_t)take_big_endian(u, 4);
	if (len > u->rest.len || len > max) {
		u->failed = true;
		return slice_make("", 0);
	}
	s = slice_make(u->rest.data, len);
	u->rest = slice_sub(u->rest, len, u->rest.len);
	return s;
}

const char *unpack_text(struct unpack *u, size_t max, struct arena *a)
{
	struct slice s = unpack_slice(u, max);

	if (slice_has_char(s, '\0')) {
		u->failed = true;
		return "";
	}
	return arena_text(a, s);
}

bool unpack_end(struct unpack *u)
{
	return !u->failed && u->rest.len == 0;
}
