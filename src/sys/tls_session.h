/*
 * tls_session.h - the TLS half of a stream: one connection's handshake, reading and writing on a
 * non-blocking descriptor. Only stream.c uses it.
 */
#ifndef TOCSIN_SYS_TLS_SESSION_H
#define TOCSIN_SYS_TLS_SESSION_H

#include "sys/tls.h"

struct tls_client;
struct tls_server;
struct tls_session;

enum tls_io {
	TLS_IO_DONE,
	TLS_IO_WANT_READ, /* again when the descriptor is readable */
	TLS_IO_WANT_WRITE,
	TLS_IO_EOF, /* the peer said goodbye */
	TLS_IO_TRUNCATED, /* the peer went without */
	TLS_IO_RESET, /* the connection was cut */
	TLS_IO_FAILED, /* the info says why */
};

/* fd stays the caller's. Negative without memory. */
int tls_session_new_client(struct tls_client *context, const char *host, int fd,
	struct tls_session **ret_session) MUST_CHECK;
int tls_session_new_server(struct tls_server *context, int fd,
	struct tls_session **ret_session) MUST_CHECK;
void tls_session_free(struct tls_session *s); /* NULL is fine */

enum tls_io tls_session_handshake(struct tls_session *s);
enum tls_io tls_session_read(struct tls_session *s, void *ret_data, size_t size, size_t *ret_len);
enum tls_io tls_session_write(struct tls_session *s, struct slice bytes, size_t *ret_len);
void tls_session_goodbye(struct tls_session *s); /* one close_notify, if it fits */
bool tls_session_pending(const struct tls_session *s); /* read bytes the kernel knows nothing of */

const struct tls_peer_info *tls_session_info(const struct tls_session *s);

#endif
