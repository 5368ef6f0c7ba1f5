/*
 * tls_certificate.h - certificates as text: checking what somebody pasted, reading one, making a
 * self-signed one.
 */
#ifndef TOCSIN_SYS_TLS_CERTIFICATE_H
#define TOCSIN_SYS_TLS_CERTIFICATE_H

#include "base/buffer.h"
#include "sys/fault.h"
#include "sys/tls.h"

/*
 * One to 100 certificates in PEM and nothing that is secret; text between them is forgiven.
 * Negative with a fault that fits beside the field.
 */
int tls_pem_check(struct slice pem, struct fault *f) MUST_CHECK;

/* The first certificate of pem (HSTS only when it is ca_signed). Negative with a fault. */
int tls_certificate_read(struct slice pem, struct tls_certificate *ret_certificate,
	struct fault *f) MUST_CHECK;

/*
 * A new P-256 key and a certificate for names (host names and IP literals, the first is the
 * subject), good from an hour ago for 825 days. Appends PEM to both; make key a secret buffer.
 */
int tls_self_signed(const struct slice *names, size_t n_names, struct buffer *certificate,
	struct buffer *key) MUST_CHECK;

/*
 * The same of RSA with 2048 bits, for a node that proves who it is at a provider (sys/tls_key.h),
 * good for so many days. Takes a tenth of a second or more: a worker's work.
 */
int tls_self_signed_client(struct slice name, unsigned days, struct buffer *certificate,
	struct buffer *key) MUST_CHECK;

#endif
