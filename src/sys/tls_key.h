/*
 * tls_key.h - a private key that signs for this node, and the certificate that goes with it. RSA of
 * 2048 to 8192 bits: the one kind that all providers take.
 * Sources: RFC 7518 3.3, 3.5 (RS256, PS256); RFC 7515 4.1.7, 4.1.8 (thumbprints).
 */
#ifndef TOCSIN_SYS_TLS_KEY_H
#define TOCSIN_SYS_TLS_KEY_H

#include "base/buffer.h"
#include "base/secret.h"
#include "sys/fault.h"

enum {
	TLS_KEY_MAX = 16 * 1024, /* octets of PEM */
	TLS_KEY_SIGNATURE_MAX = 1024,
	SHA1_SIZE = 20,
	TLS_THUMBPRINT_TEXT = 2 * SHA256_SIZE + 1,
};

enum tls_key_algorithm {
	TLS_KEY_RS256,
	TLS_KEY_PS256,
};

/* Of a certificate's DER. */
struct tls_thumbprints {
	unsigned char sha1[SHA1_SIZE];
	unsigned char sha256[SHA256_SIZE];
};

/* One unlocked key that signs. Negative with a fault that fits beside the field. */
int tls_key_check(struct slice key, struct fault *f) MUST_CHECK;
/* The certificate is that key's own. Both are PEM. Negative with a fault about the certificate. */
int tls_key_fits(struct slice key, struct slice certificate, struct fault *f) MUST_CHECK;

/* Appends the octets of the signature. */
int tls_key_sign(struct slice key, enum tls_key_algorithm algorithm, struct slice text,
	struct buffer *signature, struct fault *f) MUST_CHECK;

/* Of the first certificate of the PEM. */
int tls_key_thumbprints(struct slice certificate, struct tls_thumbprints *ret_thumbprints,
	struct fault *f) MUST_CHECK;

/* As the pages of providers show it: capital digits without colons. */
void tls_thumbprint_text(const unsigned char *octets, size_t n,
	char ret_text[static TLS_THUMBPRINT_TEXT]);

#endif
