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
 * Trusts the system's authorities. path NULL is Debian's /etc/ssl/certs/ca-certificates.crt, which
 * is read for the first connection. Negative with a fault when it cannot be read.
 */
int tls_client_new_system(const char *path, struct tls_client **ret_client, struct fault *f)
	MUST_CHECK;

/* Trusts only the certificates of pem (authorities, or the server's own). Negative with a fault. */
int tls_client_new_pem(struct slice pem, struct tls_client **ret_client, struct fault *f)
	MUST_CHECK;

/*
 * Call it every few minutes: the system's authorities that nobody used since the last call are
 * forgotten, and read again when they are needed. They are some hundred, and weigh a MiB.
 */
void tls_client_rest(struct tls_client *c);

void tls_client_free(struct tls_client *c); /* streams that use it live on; NULL is fine */

#endif
