/*
 * tls_self_signed.c - a key and a certificate: for the first start, and for a client that proves
 * itself by them; see tls_certificate.h.
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "sys/endpoint.h"
#include "sys/tls_certificate.h"
#include "sys/tls_private.h"

enum {
	HOUR = 3600,
	DAYS = 825, /* what browsers accepted at most */
	CLIENT_BITS = 2048, /* all providers take them */
	SERIAL_BITS = 127,
};

static bool set_serial(X509 *x)
{
	BIGNUM *serial = BN_new();
	bool good = serial != NULL &&
	    BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
	    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x)) != NULL;

	BN_free(serial);
	return good;
}

/* Subject and issuer: CN = the first name, cut to the 64 characters X.520 allows. */
static bool set_subject(X509 *x, struct slice name)
{
	X509_NAME *subject = X509_get_subject_name(x);
	int len = (int)size_min(name.len, 64);

	return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name.data, len, -1, 0) == 1 &&
	    X509_set_issuer_name(x, subject) == 1;
}

static GENERAL_NAME *alt_name(struct slice name)
{
	bool is_ip = endpoint_is_ip_literal(name);
	ASN1_STRING *value;
	GENERAL_NAME *general;
	char text[256];

	if (!slice_copy(name, text, sizeof(text)))
		return NULL;
	if (is_ip)
		value = a2i_IPADDRESS(text);
	else
		value = ASN1_IA5STRING_new();
	general = GENERAL_NAME_new();
	if (value == NULL || general == NULL ||
	    (!is_ip && ASN1_STRING_set(value, name.data, (int)name.len) != 1)) {
		ASN1_STRING_free(value);
		GENERAL_NAME_free(general);
		return NULL;
	}
	GENERAL_NAME_set0_value(general, is_ip ? GEN_IPADD : GEN_DNS, value);
	return general;
}

static bool set_names(X509 *x, const struct slice *names, size_t n_names)
{
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	bool good = all != NULL;

	for (size_t i = 0; good && i < n_names; i++) {
		GENERAL_NAME *one = alt_name(names[i]);

		good = one != NULL && sk_GENERAL_NAME_push(all, one) > 0;
		if (!good)
			GENERAL_NAME_free(one);
	}
	good = good && X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, 0) == 1;
	GENERAL_NAMES_free(all);
	return good;
}

static bool set_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool good = extension != NULL && X509_add_ext(x, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return good;
}

/* What it is for. */
struct purpose {
	const char *usage; /* extendedKeyUsage */
	int days;
};

static bool fill(X509 *x, EVP_PKEY *key, const struct slice *names, size_t n_names,
	const struct purpose *p)
{
	return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -HOUR) != NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(x), p->days, -HOUR, NULL) != NULL &&
	    set_subject(x, names[0]) && set_names(x, names, n_names) &&
	    set_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    set_extension(x, NID_key_usage, "critical,digitalSignature") &&
	    set_extension(x, NID_ext_key_usage, p->usage) && X509_set_pubkey(x, key) == 1 &&
	    X509_sign(x, key, EVP_sha256()) > 0;
}

static bool append_bio(struct buffer *out, BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	if (len > 0)
		buffer_append(out, data, (size_t)len);
	return len > 0 && buffer_ok(out);
}

static bool write_pem(X509 *x, EVP_PKEY *key, struct buffer *certificate, struct buffer *secret)
{
	BIO *open = BIO_new(BIO_s_mem()), *closed = BIO_new(BIO_s_secmem());
	bool good = open != NULL && closed != NULL && PEM_write_bio_X509(open, x) == 1 &&
	    PEM_write_bio_PKCS8PrivateKey(closed, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    append_bio(certificate, open) && append_bio(secret, closed);

	BIO_free(open);
	BIO_free(closed); /* OpenSSL wipes the memory it grew */
	return good;
}

/* Ends the pair. */
static int make(EVP_PKEY *pair, const struct slice *names, size_t n_names,
	const struct purpose *p, struct buffer *certificate, struct buffer *key)
{
	X509 *x = X509_new();
	bool good = pair != NULL && x != NULL && fill(x, pair, names, n_names, p) &&
	    write_pem(x, pair, certificate, key);

	X509_free(x);
	EVP_PKEY_free(pair);
	ERR_clear_error();
	return good ? 0 : -1;
}

int tls_self_signed(const struct slice *names, size_t n_names, struct buffer *certificate,
	struct buffer *key)
{
	const struct purpose server = { .usage = "serverAuth", .days = DAYS };

	return make(n_names > 0 ? EVP_EC_gen("P-256") : NULL, names, n_names, &server, certificate,
	    key);
}

int tls_self_signed_client(struct slice name, unsigned days, struct buffer *certificate,
	struct buffer *key)
{
	const struct purpose client = { .usage = "clientAuth", .days = (int)days };

	return make(EVP_RSA_gen(CLIENT_BITS), &name, 1, &client, certificate, key);
}
