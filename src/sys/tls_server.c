/* tls_server.c - the context for connections that come to us; see tls_server.h. */
#include "sys/tls_server.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "sys/tls_private.h"

/* Forward secrecy and AEAD only, which every browser with TLS 1.2 has. */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL";

struct tls_server {
	SSL_CTX *context;
};

SSL_CTX *tls_server_context(struct tls_server *s)
{
	return s->context;
}

/* ALPN (RFC 7301): we speak http/1.1; a client that does not list it is answered without ALPN. */
static int choose_protocol(SSL *ssl UNUSED, const unsigned char **ret_name, unsigned char *ret_len,
	const unsigned char *offered, unsigned len, void *arg UNUSED)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *name;

	if (SSL_select_next_proto(&name, ret_len, ours, sizeof(ours) - 1, offered, len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*ret_name = name;
	return SSL_TLSEXT_ERR_OK;
}

static bool use_chain(SSL_CTX *context, STACK_OF(X509) *chain)
{
	if (SSL_CTX_use_certificate(context, sk_X509_value(chain, 0)) != 1)
		return false;
	for (int i = 1; i < sk_X509_num(chain); i++) {
		if (SSL_CTX_add1_chain_cert(context, sk_X509_value(chain, i)) != 1)
			return false;
	}
	return true;
}

static bool load(SSL_CTX *context, STACK_OF(X509) *chain, EVP_PKEY *key, struct fault *f)
{
	if (X509_check_private_key(sk_X509_value(chain, 0), key) != 1) {
		fault_set(f, "the private key does not belong to the certificate");
		return false;
	}
	if (!use_chain(context, chain) || SSL_CTX_use_PrivateKey(context, key) != 1) {
		fault_set(f, "the certificate cannot be used: its key or signature is too weak");
		return false;
	}
	return true;
}

static struct tls_server *server_new(STACK_OF(X509) *chain, EVP_PKEY *key, struct fault *f)
{
	struct tls_server *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->context = tls_context_new(TLS_server_method(), ciphers);
	if (s != NULL && s->context != NULL && load(s->context, chain, key, f)) {
		SSL_CTX_set_alpn_select_cb(s->context, choose_protocol, NULL);
		return s;
	}
	if (s == NULL || s->context == NULL)
		fault_set(f, "there is no memory for TLS");
	tls_server_free(s);
	return NULL;
}

int tls_server_new(struct slice chain_pem, struct slice key_pem, struct tls_server **ret_server,
	struct fault *f)
{
	STACK_OF(X509) *chain = tls_pem_read(chain_pem, f);
	EVP_PKEY *key = chain != NULL ? tls_pem_read_key(key_pem, f) : NULL;
	struct tls_server *s = key != NULL ? server_new(chain, key, f) : NULL;

	sk_X509_pop_free(chain, X509_free);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (s == NULL)
		return -1;
	*ret_server = s;
	return 0;
}

void tls_server_free(struct tls_server *s)
{
	if (s == NULL)
		return;
	SSL_CTX_free(s->context);
	free(s);
}
