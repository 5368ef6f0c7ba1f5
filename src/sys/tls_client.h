/*
 * tls_client.h - contexts for connections we make. The certificate and the name or address are
 * always verified; there is no switch to leave that out.
 */
#ifndef TOCSIN_SYS_TLS_CLIENT_H
#define TOCSIN_SYS_TLS_CLIENT_H

#include "sys/fault.h"
#include "sys/tls.h"

struct tls_client;

/*
 * Trusts the system's authorities. path NULL is Debian's /etc/ssl/certs/ca-certificates.crt; it
 * is read here and now, so call this before the sandbox closes. Negative with a fault.
 */
int tls_client_new_system(const char *path, struct tls_client **ret_client, struct fault *f)
	MUST_CHECK;

/* Trusts only the certificates of pem (authorities, or the server's own). Negative with a fault. */
int tls_client_new_pem(struct slice pem, struct tls_client **ret_client, struct fault *f)
	MUST_CHECK;

void tls_client_free(struct tls_client *c); /* streams that use it live on; NULL is fine */

#endif
