/* tls_client.c - contexts for connections we make; see tls_client.h. */
#include "sys/tls_client.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "sys/tls_private.h"

static const char system_authorities[] = "/etc/ssl/certs/ca-certificates.crt";

/* Forward secrecy; CBC last, for relays of the age of Windows Server 2012. */
static const char ciphers[] =
	"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL";

struct tls_client {
	SSL_CTX *context;
};

SSL_CTX *tls_client_context(struct tls_client *c)
{
	return c->context;
}

static struct tls_client *client_new(struct fault *f)
{
	struct tls_client *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->context = tls_context_new(TLS_client_method(), ciphers);
	if (c == NULL || c->context == NULL) {
		fault_set(f, "there is no memory for TLS");
		tls_client_free(c);
		return NULL;
	}
	SSL_CTX_set_verify(c->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(c->context, tls_session_verify, NULL);
	return c;
}

int tls_client_new_system(const char *path, struct tls_client **ret_client, struct fault *f)
{
	struct tls_client *c = client_new(f);

	if (c == NULL)
		return -1;
	if (path == NULL)
		path = system_authorities;
	if (SSL_CTX_load_verify_file(c->context, path) != 1) {
		fault_set(f, "%s cannot be read; the package ca-certificates brings it", path);
		ERR_clear_error();
		tls_client_free(c);
		return -1;
	}
	*ret_client = c;
	return 0;
}

static bool trust_all(SSL_CTX *context, STACK_OF(X509) *all)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);

	for (int i = 0; i < sk_X509_num(all); i++) {
		if (X509_STORE_add_cert(store, sk_X509_value(all, i)) != 1)
			return false;
	}
	/* people paste the server's own certificate too: trust what is there, root or not */
	return X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1;
}

int tls_client_new_pem(struct slice pem, struct tls_client **ret_client, struct fault *f)
{
	STACK_OF(X509) *all = tls_pem_read(pem, f);
	struct tls_client *c;
	bool good;

	if (all == NULL)
		return -1;
	c = client_new(f);
	good = c != NULL && trust_all(c->context, all);
	sk_X509_pop_free(all, X509_free);
	if (c != NULL && !good) {
		fault_set(f, "the certificates cannot be used");
		ERR_clear_error();
		tls_client_free(c);
	}
	if (!good)
		return -1;
	*ret_client = c;
	return 0;
}

void tls_client_free(struct tls_client *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->context);
	free(c);
}
