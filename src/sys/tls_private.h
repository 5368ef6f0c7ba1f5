/* tls_private.h - what the TLS files share among themselves: OpenSSL's types stay inside. */
#ifndef TOCSIN_SYS_TLS_PRIVATE_H
#define TOCSIN_SYS_TLS_PRIVATE_H

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "sys/fault.h"
#include "sys/tls.h"

struct tls_client;
struct tls_server;

/* tls.c: a context with this house's rules and these ciphers for TLS 1.2; NULL without memory. */
SSL_CTX *tls_context_new(const SSL_METHOD *method, const char *ciphers);

SSL_CTX *tls_client_context(struct tls_client *c); /* NULL (logged) when it cannot be had */
SSL_CTX *tls_server_context(struct tls_server *s);

/*
 * tls_session.c: called in place of OpenSSL's own check, which it runs, so that the certificate
 * is known also when it is refused (SSL_CTX_set_cert_verify_callback(3)).
 */
int tls_session_verify(X509_STORE_CTX *chain, void *arg);

/* tls_x509.c */
void tls_describe(const X509 *certificate, struct tls_certificate *ret_certificate);
void tls_date_text(int64_t wall, char ret_text[16]); /* "2026-12-31" */

/* tls_pem.c: all certificates of the text, at least one; NULL with a fault. */
STACK_OF(X509) *tls_pem_read(struct slice pem, struct fault *f);
/* Its unencrypted private key; NULL with a fault. */
EVP_PKEY *tls_pem_read_key(struct slice pem, struct fault *f);

/*
 * tls_verdict.c: fills error and text of an info. The first for a certificate that was refused
 * (host is what we asked for), the second for a handshake that failed otherwise, from OpenSSL's
 * error queue.
 */
void tls_verdict_certificate(X509_STORE_CTX *verified, const char *host,
	struct tls_peer_info *info);
void tls_verdict_handshake(unsigned long openssl_error, struct tls_peer_info *info);

#endif
