/*
 * backup_seal.h - the sealed form of a backup: a head, then chunks, bytes in and bytes out.
 *
 *   file   = head *chunk last-chunk
 *   head   = "tocsin backup" LF, 2OCTET version (1 or 2), 4OCTET passes and 4OCTET KiB of Argon2id,
 *            16OCTET salt, 24OCTET header of the stream, 16OCTET key check, 16OCTET checksum
 *   chunk  = 65536 octets sealed with XChaCha20-Poly1305 (libsodium's secretstream): 65553OCTET
 *   last-chunk = the same with 0 to 65536 octets and the final tag
 *
 * Version 2 may hold rows that version 1 does not know, and is written; both are read.
 * Numbers are big endian. The key is Argon2id's of passphrase and salt. Key check and checksum are
 * BLAKE2b of all before them, the one with the key, the other without: so a wrong passphrase and a
 * damaged head can be told apart. The head is the first chunk's additional data. A chunk that is
 * missing, changed, twice or in another order does not open, and nothing may follow the last one.
 */
#ifndef TOCSIN_KEEP_BACKUP_SEAL_H
#define TOCSIN_KEEP_BACKUP_SEAL_H

#include <sodium.h>

#include "base/slice.h"

enum {
	BACKUP_SEAL_HEAD = 14 + 2 + 4 + 4 + 16 + 24 + 16 + 16,
	BACKUP_SEAL_PLAIN = 64 * 1024,
	BACKUP_SEAL_CHUNK = BACKUP_SEAL_PLAIN + crypto_secretstream_xchacha20poly1305_ABYTES,
};

enum backup_seal_result {
	BACKUP_SEAL_OK = 0,
	BACKUP_SEAL_STRANGE = 1, /* no backup of ours */
	BACKUP_SEAL_VERSION = 2, /* of a newer version of this format */
	BACKUP_SEAL_DAMAGED = 3,
	BACKUP_SEAL_PASSPHRASE = 4, /* another one than it was made with */
};

/* Holds the key: wipe it. */
struct backup_seal {
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned char head[BACKUP_SEAL_HEAD];
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	bool first; /* the next chunk is the first one */
};

/* Derives a key, which takes a while and 64 MiB; the head is in s. Negative without memory. */
int backup_seal_start(struct backup_seal *s, struct slice passphrase) MUST_CHECK;
/* plain: BACKUP_SEAL_PLAIN octets, or fewer of the last one. Returns the length of the chunk. */
size_t backup_seal_add(struct backup_seal *s, struct slice plain, bool last,
	char ret_chunk[static BACKUP_SEAL_CHUNK]);

/* An enum backup_seal_result, negative without memory. head may be shorter than one. */
int backup_seal_open(struct backup_seal *s, struct slice head, struct slice passphrase) MUST_CHECK;
/* Once more from the first chunk, with the key that was derived. */
int backup_seal_rewind(struct backup_seal *s) MUST_CHECK;
int backup_seal_take(struct backup_seal *s, struct slice chunk,
	char ret_plain[static BACKUP_SEAL_PLAIN], size_t *ret_len, bool *ret_last) MUST_CHECK;

/* The part of opening that needs no key. */
int backup_seal_look(struct slice head) MUST_CHECK;

#endif
