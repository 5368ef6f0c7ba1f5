/* secret.c - randomness, constant time, encodings, all by libsodium; see secret.h. */
#include "base/secret.h"

#include <stdlib.h>

#include <sodium.h>

bool secret_init(void)
{
	return sodium_init() >= 0;
}

void random_bytes(void *ret_bytes, size_t len)
{
	randombytes_buf(ret_bytes, len);
}

uint64_t random_below(uint64_t limit)
{
	uint64_t value, floor = (UINT64_MAX - limit + 1) % limit; /* 2^64 mod limit */

	do
		randombytes_buf(&value, sizeof(value));
	while (value < floor);
	return value % limit;
}

void random_hex(char *ret_text, size_t n_bytes)
{
	unsigned char bytes[64];

	n_bytes = size_min(n_bytes, sizeof(bytes));
	randombytes_buf(bytes, n_bytes);
	sodium_bin2hex(ret_text, n_bytes * 2 + 1, bytes, n_bytes);
	sodium_memzero(bytes, sizeof(bytes));
}

void secret_digest(struct slice text, void *ret_digest, size_t len)
{
	crypto_generichash(ret_digest, len, (const unsigned char *)text.data, text.len, NULL, 0);
}

bool secret_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || sodium_memcmp(a.data, b.data, a.len) == 0);
}

void secret_wipe(void *memory, size_t len)
{
	sodium_memzero(memory, len);
}

static void encode(struct buffer *out, struct slice in, int variant)
{
	size_t size = sodium_base64_encoded_len(in.len, variant);
	char *room = buffer_reserve(out, size - 1);

	if (room == NULL)
		return;
	sodium_bin2base64(room, size, (const unsigned char *)in.data, in.len, variant);
	buffer_added(out, size - 1);
}

static bool decode(struct buffer *out, struct slice in, int variant)
{
	size_t len = 0, size = in.len / 4 * 3 + in.len % 4;
	char *room;

	if (in.len == 0)
		return true;
	room = buffer_reserve(out, size);
	if (room == NULL ||
		sodium_base642bin((unsigned char *)room, size, in.data, in.len, NULL, &len, NULL,
			variant) != 0)
		return false;
	buffer_added(out, len);
	return true;
}

void base64_encode(struct buffer *out, struct slice in)
{
	encode(out, in, sodium_base64_VARIANT_ORIGINAL);
}

bool base64_decode(struct buffer *out, struct slice in)
{
	return decode(out, in, sodium_base64_VARIANT_ORIGINAL);
}

void base64url_encode(struct buffer *out, struct slice in)
{
	encode(out, in, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool base64url_decode(struct buffer *out, struct slice in)
{
	return decode(out, in, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void sha256(struct slice in, unsigned char ret_digest[static SHA256_SIZE])
{
	crypto_hash_sha256(ret_digest, (const unsigned char *)(in.data != NULL ? in.data : ""), in.len);
}

void hex_encode(struct buffer *out, struct slice in)
{
	char *room = buffer_reserve(out, in.len * 2);

	if (room == NULL)
		return;
	sodium_bin2hex(room, in.len * 2 + 1, (const unsigned char *)in.data, in.len);
	buffer_added(out, in.len * 2);
}

bool hex_decode(struct buffer *out, struct slice in)
{
	size_t len = 0;
	const char *end = NULL;
	char *room;

	if (in.len == 0)
		return true;
	room = buffer_reserve(out, in.len / 2);
	if (in.len % 2 != 0 || room == NULL || sodium_hex2bin((unsigned char *)room, in.len / 2,
		in.data, in.len, NULL, &len, &end) != 0 || end != in.data + in.len)
		return false;
	buffer_added(out, len);
	return true;
}
