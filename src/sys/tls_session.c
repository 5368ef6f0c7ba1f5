/* tls_session.c - one TLS connection on a non-blocking descriptor; see tls_session.h. */
#include "sys/tls_session.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/endpoint.h"
#include "sys/tls_private.h"

struct tls_session {
	SSL *ssl;
	bool up; /* the handshake is done */
	struct tls_peer_info info;
	char host[256]; /* client: what the certificate must be for */
};

/* ---- start ---- */

int tls_session_verify(X509_STORE_CTX *chain, void *arg UNUSED)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_session *s = SSL_get_app_data(ssl);
	int verdict;

	s->info.has_certificate = true;
	tls_describe(X509_STORE_CTX_get0_cert(chain), &s->info.certificate);
	verdict = X509_verify_cert(chain);
	if (verdict <= 0)
		tls_verdict_certificate(chain, s->host, &s->info);
	return verdict > 0;
}

static int session_new(SSL_CTX *context, int fd, struct tls_session **ret_session)
{
	struct tls_session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return -1;
	s->ssl = SSL_new(context);
	if (s->ssl == NULL || SSL_set_fd(s->ssl, fd) != 1) {
		tls_session_free(s);
		return -1;
	}
	SSL_set_app_data(s->ssl, s);
	*ret_session = s;
	return 0;
}

/* The host without the brackets of an IPv6 literal and without a name's last dot. */
static bool set_host(struct tls_session *s, struct slice host)
{
	if (slice_starts(host, "[") && slice_ends(host, "]"))
		host = slice_sub(host, 1, host.len - 2);
	else if (host.len > 1 && slice_ends(host, "."))
		host.len--;
	return host.len > 0 && slice_copy(host, s->host, sizeof(s->host));
}

/*
 * RFC 9525: subjectAltName only, and a wildcard stands for a whole label. SNI is for names only
 * (RFC 6066).
 */
static bool expect_host(struct tls_session *s)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(s->ssl);

	if (endpoint_is_ip_literal(slice_of(s->host)))
		return X509_VERIFY_PARAM_set1_ip_asc(param, s->host) == 1;
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(param, s->host, 0) == 1 &&
	    SSL_set_tlsext_host_name(s->ssl, s->host) == 1;
}

int tls_session_new_client(struct tls_client *context, const char *host, int fd,
	struct tls_session **ret_session)
{
	struct tls_session *s;

	if (session_new(tls_client_context(context), fd, &s) < 0)
		return -1;
	if (!set_host(s, slice_of(host)) || !expect_host(s)) {
		ERR_clear_error();
		tls_session_free(s);
		return -1;
	}
	SSL_set_connect_state(s->ssl);
	*ret_session = s;
	return 0;
}

int tls_session_new_server(struct tls_server *context, int fd, struct tls_session **ret_session)
{
	struct tls_session *s;

	if (session_new(tls_server_context(context), fd, &s) < 0)
		return -1;
	SSL_set_accept_state(s->ssl);
	*ret_session = s;
	return 0;
}

void tls_session_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	SSL_free(s->ssl);
	free(s);
}

/* ---- reading and writing ---- */

static bool is_cut(int error)
{
	return error == ECONNRESET || error == EPIPE || error == ECONNABORTED ||
	    error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH;
}

/* What the result of an SSL call means; errno and the error queue are fresh from it. */
static enum tls_io outcome(struct tls_session *s, int result)
{
	int error = errno;
	unsigned long first = ERR_peek_error();

	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_NONE:
		return TLS_IO_DONE;
	case SSL_ERROR_WANT_READ:
		return TLS_IO_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_IO_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_IO_EOF;
	case SSL_ERROR_SYSCALL:
		return is_cut(error) ? TLS_IO_RESET : TLS_IO_TRUNCATED;
	default:
		break;
	}
	if (ERR_GET_REASON(first) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return TLS_IO_TRUNCATED;
	if (s->info.error == TLS_OK) /* else the certificate's verdict stands */
		tls_verdict_handshake(first, &s->info);
	return TLS_IO_FAILED;
}

static void begin_call(void)
{
	ERR_clear_error();
	errno = 0;
}

static enum tls_io closed_in_handshake(struct tls_session *s)
{
	s->info.error = TLS_CLOSED;
	snprintf(s->info.text, sizeof(s->info.text),
	    "the other side closed the connection during the TLS handshake");
	return TLS_IO_FAILED;
}

enum tls_io tls_session_handshake(struct tls_session *s)
{
	enum tls_io io;

	begin_call();
	io = outcome(s, SSL_do_handshake(s->ssl));
	if (io == TLS_IO_EOF || io == TLS_IO_TRUNCATED || io == TLS_IO_RESET)
		return closed_in_handshake(s);
	if (io != TLS_IO_DONE)
		return io;
	s->up = true;
	snprintf(s->info.version, sizeof(s->info.version), "%s", SSL_get_version(s->ssl));
	snprintf(s->info.cipher, sizeof(s->info.cipher), "%s", SSL_get_cipher_name(s->ssl));
	return io;
}

enum tls_io tls_session_read(struct tls_session *s, void *ret_data, size_t size, size_t *ret_len)
{
	begin_call();
	return outcome(s, SSL_read_ex(s->ssl, ret_data, size, ret_len));
}

enum tls_io tls_session_write(struct tls_session *s, struct slice bytes, size_t *ret_len)
{
	begin_call();
	return outcome(s, SSL_write_ex(s->ssl, bytes.data, bytes.len, ret_len));
}

void tls_session_goodbye(struct tls_session *s)
{
	begin_call();
	if (s->up)
		SSL_shutdown(s->ssl);
	ERR_clear_error();
}

bool tls_session_pending(const struct tls_session *s)
{
	return SSL_has_pending(s->ssl) == 1;
}

const struct tls_peer_info *tls_session_info(const struct tls_session *s)
{
	return &s->info;
}
