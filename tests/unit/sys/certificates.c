/* certificates.c - certificates for tests; see certificates.h. */
#include "unit/sys/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

static void need(bool good)
{
	if (!good)
		abort();
}

static void add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	need(extension != NULL && X509_add_ext(x, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *build(const struct identity_spec *spec, EVP_PKEY *key, X509 *issuer,
	EVP_PKEY *issuer_key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), rand());
	X509_gmtime_adj(X509_getm_notBefore(x), spec->from);
	X509_gmtime_adj(X509_getm_notAfter(x), spec->until);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)spec->subject, -1, -1, 0);
	X509_set_issuer_name(x, issuer != NULL ? X509_get_subject_name(issuer) : name);
	X509_set_pubkey(x, key);
	add_extension(x, NID_basic_constraints,
	    spec->authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (spec->names != NULL)
		add_extension(x, NID_subject_alt_name, spec->names);
	need(X509_sign(x, issuer_key != NULL ? issuer_key : key,
	    spec->sha1 ? EVP_sha1() : EVP_sha256()) > 0);
	return x;
}

static void append(struct buffer *out, BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	buffer_append(out, data, (size_t)len);
	need(buffer_ok(out));
	BIO_free(bio);
}

static BIO *text_of(const struct buffer *b)
{
	return BIO_new_mem_buf(b->data, (int)b->len);
}

void identity_make(struct identity *i, const struct identity_spec *spec,
	const struct identity *issuer)
{
	EVP_PKEY *key = spec->rsa_bits != 0 ? EVP_RSA_gen((unsigned)spec->rsa_bits) :
	    EVP_EC_gen("P-256");
	EVP_PKEY *issuer_key = NULL;
	X509 *issuer_x = NULL, *x;
	BIO *bio;

	need(key != NULL);
	if (issuer != NULL) {
		bio = text_of(&issuer->certificate);
		issuer_x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
		bio = text_of(&issuer->key);
		issuer_key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	x = build(spec, key, issuer_x, issuer_key);
	buffer_init(&i->certificate, 65536);
	buffer_init(&i->key, 65536);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(bio, x);
	append(&i->certificate, bio);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	append(&i->key, bio);
	X509_free(x);
	X509_free(issuer_x);
	EVP_PKEY_free(key);
	EVP_PKEY_free(issuer_key);
}

void identity_release(struct identity *i)
{
	buffer_release(&i->certificate);
	buffer_release(&i->key);
}
