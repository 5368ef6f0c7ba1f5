/* tls.c - words of the errors, and what every context of this house has; see tls.h. */
#include "sys/tls.h"

#include <openssl/err.h>

#include "sys/tls_private.h"

enum {
	CHAIN_BYTES_MAX = 100 * 1024,
	SECURITY_LEVEL = 2, /* 112 bits: RSA 2048, no SHA-1 (SSL_CTX_set_security_level(3)) */
};

const char *tls_error_word(enum tls_error error)
{
	static const char *const words[] = {
		[TLS_OK] = "ok",
		[TLS_EXPIRED] = "expired",
		[TLS_NOT_YET_VALID] = "not_yet_valid",
		[TLS_WRONG_NAME] = "wrong_name",
		[TLS_UNKNOWN_ISSUER] = "unknown_issuer",
		[TLS_SELF_SIGNED] = "self_signed",
		[TLS_TOO_WEAK] = "too_weak",
		[TLS_REVOKED] = "revoked",
		[TLS_BAD_CERTIFICATE] = "bad_certificate",
		[TLS_PROTOCOL_VERSION] = "protocol_version",
		[TLS_NOT_TLS] = "not_tls",
		[TLS_REFUSED] = "refused",
		[TLS_CLOSED] = "closed",
		[TLS_HANDSHAKE] = "handshake",
	};

	return words[error];
}

SSL_CTX *tls_context_new(const SSL_METHOD *method, const char *ciphers)
{
	SSL_CTX *context = SSL_CTX_new(method);

	if (context == NULL)
		return NULL;
	SSL_CTX_set_security_level(context, SECURITY_LEVEL);
	SSL_CTX_set_options(context,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_max_cert_list(context, CHAIN_BYTES_MAX);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(context, ciphers) == 1)
		return context;
	SSL_CTX_free(context);
	return NULL;
}

void tls_prepare(void)
{
	SSL_CTX_free(SSL_CTX_new(TLS_method()));
	ERR_clear_error();
}
