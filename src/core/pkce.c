/* pkce.c - verifiers and their challenges; see pkce.h. */
#include "core/pkce.h"

#include "base/secret.h"

enum {
	OCTETS = 32,
};

static void to_text(const unsigned char *octets, char *ret_text)
{
	struct buffer text;

	buffer_init_secret(&text, PKCE_SIZE);
	base64url_encode(&text, slice_make((const char *)octets, OCTETS));
	if (!slice_copy(buffer_slice(&text), ret_text, PKCE_SIZE))
		ret_text[0] = '\0';
	buffer_release(&text);
}

void pkce_verifier_make(char ret_verifier[static PKCE_SIZE])
{
	unsigned char octets[OCTETS];

	random_bytes(octets, sizeof(octets));
	to_text(octets, ret_verifier);
	secret_wipe(octets, sizeof(octets));
}

void pkce_challenge(const char *verifier, char ret_challenge[static PKCE_SIZE])
{
	unsigned char digest[SHA256_SIZE];

	sha256(slice_of(verifier), digest);
	to_text(digest, ret_challenge);
}
