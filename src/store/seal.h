/*
 * seal.h - secrets at rest: XChaCha20-Poly1305 under a key that lies in a file beside the database,
 * never in it. Each record has a nonce of its own and is bound to its place, so that a sealed value
 * moved to another row does not open.
 *   sealed = %x01 24OCTET *OCTET 16OCTET        ; version, nonce, ciphertext, tag
 * Source: draft-irtf-cfrg-xchacha-03; libsodium's crypto_aead_xchacha20poly1305_ietf.
 */
#ifndef TOCSIN_STORE_SEAL_H
#define TOCSIN_STORE_SEAL_H

#include "base/secret.h"
#include "sys/fault.h"

enum {
	SEAL_KEY_SIZE = 32,
	SEAL_OVERHEAD = 1 + 24 + 16,
	SEAL_BROKEN = 1, /* not sealed with this key for this place, or altered */
};

struct seal {
	unsigned char key[SEAL_KEY_SIZE];
};

/*
 * Reads the key file: 32 octets, mode 0600, owned by us, one name, no link. FILE_ABSENT (files.h)
 * when there is none; negative with a fault that names the file and the cure.
 */
int seal_load(struct seal *s, const char *path, struct fault *f) MUST_CHECK;
/* Makes the file with a new key; an existing one is never replaced. */
int seal_create(struct seal *s, const char *path, struct fault *f) MUST_CHECK;
void seal_wipe(struct seal *s);

/* place names the record, "setting/email.password". Appends; the buffer's mark tells of memory. */
void seal_close(const struct seal *s, struct slice place, struct slice plain, struct buffer *out);
/* SEAL_BROKEN, then out is as it was. out should be made by buffer_init_secret(). */
int seal_open(const struct seal *s, struct slice place, struct slice sealed, struct buffer *out)
	MUST_CHECK;

/* A keyed digest that cannot be searched without the key file. */
enum {
	SEAL_DIGEST_SIZE = 16,
};
void seal_digest(const struct seal *s, struct slice place, struct slice text,
	unsigned char ret_digest[SEAL_DIGEST_SIZE]);

#endif
