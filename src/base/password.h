/*
 * password.h - hashes of passwords: Argon2id, t=3, m=64 MiB, by libsodium. About a tenth of a
 * second and 64 MiB each, so it runs in a worker, one at a time.
 */
#ifndef TOCSIN_BASE_PASSWORD_H
#define TOCSIN_BASE_PASSWORD_H

#include "base/slice.h"

enum {
	PASSWORD_HASH_SIZE = 128, /* text and its NUL */
};

/* False without memory. */
bool password_hash(struct slice password, char ret_hash[static PASSWORD_HASH_SIZE]) MUST_CHECK;

/*
 * True when the password fits the hash. hash NULL, for a name nobody has, takes the same time and
 * gives false.
 */
bool password_verify(const char *hash, struct slice password) MUST_CHECK;

/* True when it is a hash that password_hash() made, and so one of its cost. */
bool password_is_hash(const char *text) MUST_CHECK;

#endif
