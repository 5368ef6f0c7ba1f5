/* tls_client.c - contexts for connections we make; see tls_client.h. */
#include "sys/tls_client.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "sys/tls_private.h"

static const char system_authorities[] = "/etc/ssl/certs/ca-certificates.crt";

static const char cannot_read[] = "%s cannot be read; the package ca-certificates brings it";

/* Forward secrecy; CBC last, for relays of the age of Windows Server 2012. */
static const char ciphers[] =
	"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL";

struct tls_client {
	SSL_CTX *context; /* NULL while path is to be read */
	const char *path; /* of the system's authorities, or NULL */
	bool used; /* since tls_client_rest() */
};

static SSL_CTX *context_new(void)
{
	SSL_CTX *context = tls_context_new(TLS_client_method(), ciphers);

	if (context != NULL) {
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_cert_verify_callback(context, tls_session_verify, NULL);
	}
	return context;
}

static int read_system(struct tls_client *c, struct fault *f)
{
	SSL_CTX *context = context_new();

	if (context == NULL) {
		fault_set(f, "there is no memory for TLS");
	} else if (SSL_CTX_load_verify_file(context, c->path) != 1) {
		fault_set(f, cannot_read, c->path);
		ERR_clear_error();
		SSL_CTX_free(context);
	} else {
		c->context = context;
		return 0;
	}
	return -1;
}

SSL_CTX *tls_client_context(struct tls_client *c)
{
	struct fault fault;

	if (c->context == NULL && read_system(c, &fault) != 0)
		log_error("%s", fault.text);
	c->used = true;
	return c->context;
}

void tls_client_rest(struct tls_client *c)
{
	if (c->path != NULL && !c->used) {
		SSL_CTX_free(c->context); /* streams have a hold of their own on it */
		c->context = NULL;
	}
	c->used = false;
}

int tls_client_new_system(const char *path, struct tls_client **ret_client, struct fault *f)
{
	struct tls_client *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		fault_set(f, "there is no memory for TLS");
		return -1;
	}
	c->path = path != NULL ? path : system_authorities;
	if (access(c->path, R_OK) != 0) {
		fault_set(f, cannot_read, c->path);
		tls_client_free(c);
		return -1;
	}
	*ret_client = c;
	return 0;
}

static struct tls_client *client_new(struct fault *f)
{
	struct tls_client *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->context = context_new();
	if (c == NULL || c->context == NULL) {
		fault_set(f, "there is no memory for TLS");
		tls_client_free(c);
		return NULL;
	}
	return c;
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
