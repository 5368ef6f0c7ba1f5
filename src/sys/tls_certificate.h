/*
 * tls_certificate.h - certificates as text: checking what somebody pasted, reading one, making a
 * self-signed one.
 */
#ifndef TOCSIN_SYS_TLS_CERTIFICATE_H
#define TOCSIN_SYS_TLS_CERTIFICATE_H

#include "base/buffer.h"
#include "sys/fault.h"

struct tls_certificate {
	char subject[256];
	char issuer[256];
	char names[512]; /* names and addresses it is for, separated by ", " */
	int64_t not_before, not_after; /* seconds since the epoch */
	char fingerprint[96]; /* SHA-256, AB:CD:... */
	bool ca_signed; /* signed by another key than its own: HSTS makes sense */
};

/*
 * One to 100 certificates in PEM and nothing that is secret; text between them is forgiven.
 * Negative with a fault that fits beside the field.
 */
int tls_pem_check(struct slice pem, struct fault *f) MUST_CHECK;

/* The first certificate of pem. Negative with a fault. */
int tls_certificate_read(struct slice pem, struct tls_certificate *ret_certificate,
	struct fault *f) MUST_CHECK;

/*
 * A new P-256 key and a certificate for names (host names and IP literals, the first is the
 * subject), good from an hour ago for 825 days. Appends PEM to both; make key a secret buffer.
 */
int tls_self_signed(const struct slice *names, size_t n_names, struct buffer *certificate,
	struct buffer *key) MUST_CHECK;

#endif
