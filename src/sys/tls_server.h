/*
 * tls_server.h - the context for connections that come to us. To change the certificate make a
 * new one and free the old: live connections keep theirs.
 */
#ifndef TOCSIN_SYS_TLS_SERVER_H
#define TOCSIN_SYS_TLS_SERVER_H

#include "sys/fault.h"
#include "sys/tls.h"

struct tls_server;

/* chain: the certificate, then those that lead to the root; key: its private key. Both PEM. */
int tls_server_new(struct slice chain, struct slice key, struct tls_server **ret_server,
	struct fault *f) MUST_CHECK;
void tls_server_free(struct tls_server *s); /* streams that use it live on; NULL is fine */

#endif
