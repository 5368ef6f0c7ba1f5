/* backup_seal.c - sealing a backup with a passphrase, and opening it; see backup_seal.h. */
#include "keep/backup_seal.h"

#include <string.h>

#include "base/secret.h"

enum {
	VERSION = 2, /* that is written; those before are read */
	PASSES = 3,
	MEMORY_KIB = 64 * 1024,
	/* what a file may ask of this machine */
	PASSES_MAX = 10,
	MEMORY_KIB_MAX = 256 * 1024,
	MEMORY_KIB_MIN = 8 * 1024,

	AT_VERSION = 14,
	AT_PASSES = AT_VERSION + 2,
	AT_MEMORY = AT_PASSES + 4,
	AT_SALT = AT_MEMORY + 4,
	AT_HEADER = AT_SALT + 16,
	AT_CHECK = AT_HEADER + 24,
	AT_SUM = AT_CHECK + 16,
	SUM_SIZE = 16,
};

static const char magic[] = "tocsin backup\n";

_Static_assert(sizeof(magic) - 1 == AT_VERSION, "magic");
_Static_assert(crypto_pwhash_SALTBYTES == 16, "salt");
_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == 24, "header");
_Static_assert((int)AT_SUM + SUM_SIZE == BACKUP_SEAL_HEAD, "head");

static void put(unsigned char *at, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (unsigned char)(value >> (8 * (n - 1 - i)));
}

static uint32_t get(const unsigned char *at, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | at[i];
	return value;
}

static int derive(struct backup_seal *s, struct slice passphrase)
{
	const char *text = passphrase.data != NULL ? passphrase.data : "";
	unsigned passes = get(s->head + AT_PASSES, 4);
	size_t memory = (size_t)get(s->head + AT_MEMORY, 4) * 1024;

	return crypto_pwhash(s->key, sizeof(s->key), text, passphrase.len, s->head + AT_SALT,
		passes, memory, crypto_pwhash_ALG_ARGON2ID13) == 0 ? 0 : -1;
}

static void check_of(const struct backup_seal *s, unsigned char ret_check[SUM_SIZE])
{
	crypto_generichash(ret_check, SUM_SIZE, s->head, AT_CHECK, s->key, sizeof(s->key));
}

static void sum_of(const unsigned char *head, unsigned char ret_sum[SUM_SIZE])
{
	crypto_generichash(ret_sum, SUM_SIZE, head, AT_SUM, NULL, 0);
}

int backup_seal_start(struct backup_seal *s, struct slice passphrase)
{
	*s = (struct backup_seal){ .first = true };
	memcpy(s->head, magic, AT_VERSION);
	put(s->head + AT_VERSION, 2, VERSION);
	put(s->head + AT_PASSES, 4, PASSES);
	put(s->head + AT_MEMORY, 4, MEMORY_KIB);
	random_bytes(s->head + AT_SALT, AT_HEADER - AT_SALT);
	if (derive(s, passphrase) != 0 ||
		crypto_secretstream_xchacha20poly1305_init_push(&s->state, s->head + AT_HEADER,
			s->key) != 0)
		return -1;
	check_of(s, s->head + AT_CHECK);
	sum_of(s->head, s->head + AT_SUM);
	return 0;
}

static size_t take_head(struct backup_seal *s)
{
	size_t len = s->first ? BACKUP_SEAL_HEAD : 0;

	s->first = false;
	return len;
}

size_t backup_seal_add(struct backup_seal *s, struct slice plain, bool last,
	char ret_chunk[static BACKUP_SEAL_CHUNK])
{
	unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL :
		crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
	size_t len = take_head(s);

	crypto_secretstream_xchacha20poly1305_push(&s->state, (unsigned char *)ret_chunk, NULL,
		(const unsigned char *)plain.data, plain.len, s->head, len, tag);
	return plain.len + crypto_secretstream_xchacha20poly1305_ABYTES;
}

int backup_seal_look(struct slice head)
{
	const unsigned char *at = (const unsigned char *)head.data;
	unsigned char sum[SUM_SIZE];
	uint32_t passes, memory;

	if (!slice_starts(head, magic))
		return BACKUP_SEAL_STRANGE;
	if (head.len < AT_PASSES)
		return BACKUP_SEAL_DAMAGED;
	if (get(at + AT_VERSION, 2) > VERSION)
		return BACKUP_SEAL_VERSION;
	if (head.len != BACKUP_SEAL_HEAD || get(at + AT_VERSION, 2) < 1)
		return BACKUP_SEAL_DAMAGED;
	sum_of(at, sum);
	passes = get(at + AT_PASSES, 4);
	memory = get(at + AT_MEMORY, 4);
	if (memcmp(sum, at + AT_SUM, SUM_SIZE) != 0 || passes < 1 || passes > PASSES_MAX ||
		memory < MEMORY_KIB_MIN || memory > MEMORY_KIB_MAX)
		return BACKUP_SEAL_DAMAGED;
	return BACKUP_SEAL_OK;
}

int backup_seal_open(struct backup_seal *s, struct slice head, struct slice passphrase)
{
	unsigned char check[SUM_SIZE];
	int result = backup_seal_look(head);

	*s = (struct backup_seal){ .first = true };
	if (result != BACKUP_SEAL_OK)
		return result;
	memcpy(s->head, head.data, BACKUP_SEAL_HEAD);
	if (derive(s, passphrase) != 0)
		return -1;
	check_of(s, check);
	if (sodium_memcmp(check, s->head + AT_CHECK, SUM_SIZE) != 0)
		return BACKUP_SEAL_PASSPHRASE;
	return backup_seal_rewind(s);
}

int backup_seal_rewind(struct backup_seal *s)
{
	s->first = true;
	return crypto_secretstream_xchacha20poly1305_init_pull(&s->state, s->head + AT_HEADER,
		s->key) == 0 ? BACKUP_SEAL_OK : BACKUP_SEAL_DAMAGED;
}

int backup_seal_take(struct backup_seal *s, struct slice chunk,
	char ret_plain[static BACKUP_SEAL_PLAIN], size_t *ret_len, bool *ret_last)
{
	unsigned long long len = 0;
	unsigned char tag = 0;
	size_t head = take_head(s);

	if (chunk.len < crypto_secretstream_xchacha20poly1305_ABYTES ||
		chunk.len > BACKUP_SEAL_CHUNK ||
		crypto_secretstream_xchacha20poly1305_pull(&s->state, (unsigned char *)ret_plain,
			&len, &tag, (const unsigned char *)chunk.data, chunk.len, s->head,
			head) != 0)
		return BACKUP_SEAL_DAMAGED;
	*ret_len = (size_t)len;
	*ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	/* a shorter chunk in the middle was never written by us */
	return *ret_last || len == BACKUP_SEAL_PLAIN ? BACKUP_SEAL_OK : BACKUP_SEAL_DAMAGED;
}
