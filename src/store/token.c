/* token.c - random tokens and their digests; see token.h. */
#include "store/token.h"

#include "base/secret.h"

void token_make(char ret_text[static TOKEN_TEXT_SIZE])
{
	random_hex(ret_text, (TOKEN_TEXT_SIZE - 1) / 2);
}

struct token_digest token_digest(struct slice text)
{
	struct token_digest digest;

	secret_digest(text, digest.octets, sizeof(digest.octets));
	return digest;
}
