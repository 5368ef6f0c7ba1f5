/*
 * tls_pem.c - reading PEM text (RFC 7468). OpenSSL skips what is not asked for, so text between
 * the blocks is forgiven; a block that begins and cannot be read is not.
 */
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "sys/tls_certificate.h"
#include "sys/tls_private.h"

enum {
	CERTIFICATES_MAX = 100,
	PEM_MAX = 1024 * 1024,
};

/* Without it OpenSSL would ask on the terminal. */
static int no_password(char *buf UNUSED, int size UNUSED, int writing UNUSED, void *arg UNUSED)
{
	return -1;
}

static BIO *open_text(struct slice pem, struct fault *f)
{
	if (pem.len == 0 || pem.len > PEM_MAX) {
		fault_set(f, pem.len == 0 ? "it is empty" : "it is larger than 1 MiB");
		return NULL;
	}
	return BIO_new_mem_buf(pem.data, (int)pem.len);
}

/* True when the last failure was only the end of the text. */
static bool at_end(void)
{
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

/* Reads until the end of the text; false with a fault. */
static bool read_all(BIO *bio, STACK_OF(X509) *all, struct fault *f)
{
	X509 *one;

	while ((one = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
		if (sk_X509_num(all) >= CERTIFICATES_MAX || sk_X509_push(all, one) == 0) {
			X509_free(one);
			fault_set(f, "it holds more than %d certificates", CERTIFICATES_MAX);
			return false;
		}
	}
	if (!at_end()) {
		fault_set(f, "certificate %d cannot be read: it is damaged or cut short",
		    sk_X509_num(all) + 1);
		return false;
	}
	if (sk_X509_num(all) == 0)
		fault_set(f, "it holds no certificate: the text from -----BEGIN CERTIFICATE----- "
		    "to -----END CERTIFICATE----- is needed");
	return sk_X509_num(all) > 0;
}

STACK_OF(X509) *tls_pem_read(struct slice pem, struct fault *f)
{
	BIO *bio = open_text(pem, f);
	STACK_OF(X509) *all;
	bool good;

	if (bio == NULL)
		return NULL;
	ERR_clear_error();
	all = sk_X509_new_null();
	good = all != NULL && read_all(bio, all, f);
	ERR_clear_error();
	BIO_free(bio);
	if (good)
		return all;
	sk_X509_pop_free(all, X509_free);
	return NULL;
}

EVP_PKEY *tls_pem_read_key(struct slice pem, struct fault *f)
{
	BIO *bio = open_text(pem, f);
	EVP_PKEY *key;

	if (bio == NULL)
		return NULL;
	ERR_clear_error();
	key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	if (key == NULL && slice_find(pem, SLICE("ENCRYPTED")) < pem.len)
		fault_set(f, "the key is locked with a password; it is needed without one");
	else if (key == NULL)
		fault_set(f, "it holds no private key that can be read");
	ERR_clear_error();
	BIO_free(bio);
	return key;
}

int tls_pem_check(struct slice pem, struct fault *f)
{
	STACK_OF(X509) *all;

	if (slice_find(pem, SLICE("PRIVATE KEY-----")) < pem.len) {
		fault_set(f, "it holds a private key: only certificates belong here");
		return -1;
	}
	all = tls_pem_read(pem, f);
	if (all == NULL)
		return -1;
	sk_X509_pop_free(all, X509_free);
	return 0;
}

int tls_certificate_read(struct slice pem, struct tls_certificate *ret_certificate,
	struct fault *f)
{
	STACK_OF(X509) *all = tls_pem_read(pem, f);

	if (all == NULL)
		return -1;
	tls_describe(sk_X509_value(all, 0), ret_certificate);
	sk_X509_pop_free(all, X509_free);
	return 0;
}
