/* seal.c - the key file, and sealing with libsodium; see seal.h. */
#include "store/seal.h"

#include <string.h>

#include <sodium.h>

#include "sys/files.h"
#include "sys/self.h"

enum {
	VERSION = 1,
	NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	KEY_MODE = 0600,
	FILE_MAX = 64 * 1024, /* octets of a file in the place of the key that are looked at */
};

_Static_assert(SEAL_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(SEAL_OVERHEAD == 1 + NONCE_SIZE + TAG_SIZE, "overhead");

/* ---- the key file ---- */

static int check_file(const char *path, const struct file_owner *owner, size_t len, struct fault *f)
{
	if (owner->mode != KEY_MODE) {
		fault_set(f, "%s has mode %04o: others may have read it. Set it to 0600.", path,
			owner->mode);
		return -1;
	}
	if (owner->uid != self_uid()) {
		fault_set(f, "%s belongs to user id %u, not to the user Tocsin's keeper runs as.", path,
			(unsigned)owner->uid);
		return -1;
	}
	if (len != SEAL_KEY_SIZE) {
		fault_set(f, "%s holds %zu octets, a key has %d. Put the right file back from a backup.",
			path, len, SEAL_KEY_SIZE);
		return -1;
	}
	return 0;
}

int seal_load(struct seal *s, const char *path, struct fault *f)
{
	struct file_owner owner;
	struct buffer content;
	int result;

	if (sodium_init() < 0) {
		fault_set(f, "The cryptographic library cannot start.");
		return -1;
	}
	buffer_init_secret(&content, FILE_MAX);
	result = file_read_owned(FILES_HERE, path, &content, &owner, f);
	if (result == 0)
		result = check_file(path, &owner, content.len, f);
	if (result == 0)
		memcpy(s->key, content.data, SEAL_KEY_SIZE);
	buffer_release(&content);
	return result == 0 || result == FILE_ABSENT ? result : -1;
}

int seal_create(struct seal *s, const char *path, struct fault *f)
{
	int result;

	if (sodium_init() < 0) {
		fault_set(f, "The cryptographic library cannot start.");
		return -1;
	}
	random_bytes(s->key, sizeof(s->key));
	result = file_write_new(FILES_HERE, path, slice_make((char *)s->key, sizeof(s->key)),
		KEY_MODE, f);
	if (result == 0)
		return 0;
	seal_wipe(s);
	return -1;
}

void seal_wipe(struct seal *s)
{
	secret_wipe(s, sizeof(*s));
}

/* ---- records ---- */

static const unsigned char *bytes_of(struct slice s)
{
	return (const unsigned char *)s.data;
}

void seal_close(const struct seal *s, struct slice place, struct slice plain, struct buffer *out)
{
	unsigned char *at = (unsigned char *)buffer_reserve(out, plain.len + SEAL_OVERHEAD);

	if (at == NULL)
		return;
	at[0] = VERSION;
	random_bytes(at + 1, NONCE_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(at + 1 + NONCE_SIZE, NULL, bytes_of(plain),
		plain.len, bytes_of(place), place.len, NULL, at + 1, s->key);
	buffer_added(out, plain.len + SEAL_OVERHEAD);
}

int seal_open(const struct seal *s, struct slice place, struct slice sealed, struct buffer *out)
{
	const unsigned char *in = bytes_of(sealed);
	unsigned char *at;
	size_t len;

	if (sealed.len < SEAL_OVERHEAD || in[0] != VERSION)
		return SEAL_BROKEN;
	len = sealed.len - SEAL_OVERHEAD;
	at = (unsigned char *)buffer_reserve(out, len + 1);
	if (at == NULL)
		return -1;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(at, NULL, NULL, in + 1 + NONCE_SIZE,
		    len + TAG_SIZE, bytes_of(place), place.len, in + 1, s->key) != 0)
		return SEAL_BROKEN;
	buffer_added(out, len);
	return 0;
}

void seal_digest(const struct seal *s, struct slice place, struct slice text,
	unsigned char ret_digest[SEAL_DIGEST_SIZE])
{
	crypto_generichash_state state;
	unsigned char place_len[2] = { (unsigned char)(place.len >> 8), (unsigned char)place.len };

	crypto_generichash_init(&state, s->key, sizeof(s->key), SEAL_DIGEST_SIZE);
	crypto_generichash_update(&state, place_len, sizeof(place_len));
	crypto_generichash_update(&state, bytes_of(place), place.len);
	crypto_generichash_update(&state, bytes_of(text), text.len);
	crypto_generichash_final(&state, ret_digest, SEAL_DIGEST_SIZE);
	sodium_memzero(&state, sizeof(state));
}
