/*
 * token.h - secrets that are handed out once and recognised again: sessions, set-up links. The
 * store keeps their digest (BLAKE2b, 256 bits) only; they are random, so it needs no salt.
 */
#ifndef TOCSIN_STORE_TOKEN_H
#define TOCSIN_STORE_TOKEN_H

#include "base/slice.h"

enum {
	TOKEN_TEXT_SIZE = 65, /* 256 random bits as hex digits and a NUL */
	TOKEN_DIGEST_SIZE = 32,
};

struct token_digest {
	unsigned char octets[TOKEN_DIGEST_SIZE];
};

void token_make(char ret_text[static TOKEN_TEXT_SIZE]);
struct token_digest token_digest(struct slice text); /* of any text, also one that is no token */

#endif
