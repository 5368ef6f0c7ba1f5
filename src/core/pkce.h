/*
 * pkce.h - proof that whoever redeems a code is whoever asked for it: a secret verifier, and its
 * digest, which goes with the question.
 * Source: RFC 7636 4.1, 4.2 (S256 alone).
 */
#ifndef TOCSIN_CORE_PKCE_H
#define TOCSIN_CORE_PKCE_H

#include "base/base.h"

enum {
	PKCE_SIZE = 44, /* 32 octets as base64url, and a NUL */
};

void pkce_verifier_make(char ret_verifier[static PKCE_SIZE]);
void pkce_challenge(const char *verifier, char ret_challenge[static PKCE_SIZE]);

#endif
