/*
 * secret.h - random bytes, comparison in constant time, wiping, and the text forms of bytes.
 * Source: libsodium; RFC 4648 for the encodings.
 */
#ifndef TOCSIN_BASE_SECRET_H
#define TOCSIN_BASE_SECRET_H

#include "base/buffer.h"

/* Before anything else of this header and of password.h; false when there is no randomness. */
bool secret_init(void) MUST_CHECK;

void random_bytes(void *ret_bytes, size_t len);
uint64_t random_below(uint64_t limit); /* 0 <= value < limit */
void random_hex(char *ret_text, size_t n_bytes); /* writes 2 * n_bytes digits and a NUL */

/* BLAKE2b of text, 16 to 64 octets. */
void secret_digest(struct slice text, void *ret_digest, size_t len);

bool secret_equal(struct slice a, struct slice b); /* time depends on the lengths only */
void secret_wipe(void *memory, size_t len);

/*
 * Whether the words of somebody it was shown to repeat a secret, as it is or in base64. Of a long
 * one a piece is enough; one below 4 octets would be found in any text, and never is.
 */
bool secret_is_in(struct slice text, struct slice secret) MUST_CHECK;
bool secret_is_in_base64(struct slice text, struct slice bytes) MUST_CHECK;

void base64_encode(struct buffer *out, struct slice in); /* standard alphabet, padded */
/* Standard alphabet, padding required, nothing else allowed; false leaves out as it was. */
bool base64_decode(struct buffer *out, struct slice in) MUST_CHECK;

/* The alphabet of addresses and file names, without padding (RFC 4648 5). */
void base64url_encode(struct buffer *out, struct slice in);
bool base64url_decode(struct buffer *out, struct slice in) MUST_CHECK;

enum {
	SHA256_SIZE = 32,
};
void sha256(struct slice in, unsigned char ret_digest[static SHA256_SIZE]); /* FIPS 180-4 */

void hex_encode(struct buffer *out, struct slice in);
bool hex_decode(struct buffer *out, struct slice in) MUST_CHECK;

#endif
