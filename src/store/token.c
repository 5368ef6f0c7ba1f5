/* token.c - random tokens and their digests; see token.h. */
#include "store/token.h"

#include <sodium.h>

#include "base/secret.h"

void token_make(char ret_text[static TOKEN_TEXT_SIZE])
{
	random_hex(ret_text, (TOKEN_TEXT_SIZE - 1) / 2);
}

struct token_digest token_digest(struct slice text)
{
	struct token_digest digest;

	crypto_generichash(digest.octets, sizeof(digest.octets), (const unsigned char *)text.data,
		text.len, NULL, 0);
	return digest;
}
