/*
 * certificates.h - certificates for tests, good and bad, made on the spot with OpenSSL.
 */
#ifndef TOCSIN_TESTS_CERTIFICATES_H
#define TOCSIN_TESTS_CERTIFICATES_H

#include "base/buffer.h"

struct identity {
	struct buffer certificate; /* PEM */
	struct buffer key; /* PEM */
};

struct identity_spec {
	const char *subject; /* CN */
	const char *names; /* OpenSSL's subjectAltName: "DNS:a.example,IP:127.0.0.1"; NULL = none */
	long from, until; /* seconds from now */
	bool authority;
	int rsa_bits; /* 0 = P-256 */
	bool sha1;
};

/* Signed by issuer, or by itself when that is NULL. Ends the test program when it cannot. */
void identity_make(struct identity *i, const struct identity_spec *spec,
	const struct identity *issuer);
void identity_release(struct identity *i);

#endif
