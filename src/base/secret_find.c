/* secret_find.c - finds a secret in the words of somebody it was shown to; see secret.h. */
#include "base/secret.h"

enum {
	SECRET_MIN = 4, /* shorter ones would be found in any text */
	ENCODED_MIN = 8,
	PIECE = 24, /* octets of a long secret that count as the secret */
	ENCODED_MAX = 256 * 1024,
};

static bool contains(struct slice text, struct slice part)
{
	return part.len > 0 && slice_find(text, part) < text.len;
}

/* Whoever repeats it may cut it, so of a long secret each piece counts. */
static bool contains_piece(struct slice text, struct slice secret)
{
	if (secret.len <= PIECE)
		return contains(text, secret);
	for (size_t at = 0; text.len >= PIECE && at + PIECE <= secret.len; at += PIECE)
		if (contains(text, slice_sub(secret, at, PIECE)))
			return true;
	return false;
}

static bool contains_base64(struct slice text, struct slice bytes)
{
	struct buffer encoded;
	bool found;

	buffer_init_secret(&encoded, ENCODED_MAX);
	base64_encode(&encoded, bytes);
	found = encoded.len >= ENCODED_MIN && contains_piece(text, buffer_slice(&encoded));
	buffer_release(&encoded);
	return found;
}

/* Inside a longer text in base64 it looks one of three ways, by where in it the secret begins. */
static bool contains_encoded(struct slice text, struct slice secret)
{
	for (size_t skip = 0; skip < 3 && skip < secret.len; skip++)
		if (contains_base64(text, slice_sub(secret, skip, (secret.len - skip) / 3 * 3)))
			return true;
	return contains_base64(text, secret);
}

bool secret_is_in(struct slice text, struct slice secret)
{
	if (secret.len < SECRET_MIN || text.len < SECRET_MIN)
		return false;
	return contains_piece(text, secret) || contains_encoded(text, secret);
}

bool secret_is_in_base64(struct slice text, struct slice bytes)
{
	return contains_base64(text, bytes);
}
