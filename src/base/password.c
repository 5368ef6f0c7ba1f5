/* password.c - Argon2id by libsodium; see password.h. */
#include "base/password.h"

#include <sodium.h>

enum {
	OPERATIONS = 3,
	MEMORY = 64 * 1024 * 1024,
};

_Static_assert((size_t)PASSWORD_HASH_SIZE >= (size_t)crypto_pwhash_STRBYTES, "room for the hash");

/* Of a random password nobody knows, made with the same parameters: what unknown names cost. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$c29tZSBvdGhlciBzYWx0IQ$"
	"GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";

bool password_hash(struct slice password, char ret_hash[static PASSWORD_HASH_SIZE])
{
	return crypto_pwhash_str_alg(ret_hash, password.data != NULL ? password.data : "", password.len,
		OPERATIONS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_verify(const char *hash, struct slice password)
{
	bool fits = crypto_pwhash_str_verify(hash != NULL ? hash : nobody,
		password.data != NULL ? password.data : "", password.len) == 0;

	return fits && hash != NULL;
}

bool password_is_hash(const char *text)
{
	return crypto_pwhash_str_needs_rehash(text, OPERATIONS, MEMORY) == 0;
}
