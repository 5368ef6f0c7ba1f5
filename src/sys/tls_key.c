/* tls_key.c - a private key that signs for this node; see tls_key.h. */
#include "sys/tls_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "sys/tls_private.h"

enum {
	BITS_MIN = 2048,
	BITS_MAX = 8192,
};

/* ---- reading ---- */

static const char *objection(const EVP_PKEY *key)
{
	if (!EVP_PKEY_is_a(key, "RSA"))
		return "it is not an RSA key: providers take RSA alone here";
	if (EVP_PKEY_get_bits(key) < BITS_MIN)
		return "it has fewer than 2048 bits, which providers refuse";
	return EVP_PKEY_get_bits(key) > BITS_MAX ? "it has more than 8192 bits" : NULL;
}

static EVP_PKEY *read_key(struct slice pem, struct fault *f)
{
	EVP_PKEY *key = tls_pem_read_key(pem, f);
	const char *wrong = key != NULL ? objection(key) : NULL;

	if (wrong == NULL)
		return key;
	fault_set(f, "%s", wrong);
	EVP_PKEY_free(key);
	return NULL;
}

int tls_key_check(struct slice pem, struct fault *f)
{
	EVP_PKEY *key = read_key(pem, f);

	EVP_PKEY_free(key);
	return key != NULL ? 0 : -1;
}

int tls_key_fits(struct slice pem, struct slice certificate, struct fault *f)
{
	EVP_PKEY *key = read_key(pem, f);
	STACK_OF(X509) *all = key != NULL ? tls_pem_read(certificate, f) : NULL;
	bool fits = all != NULL && X509_check_private_key(sk_X509_value(all, 0), key) == 1;

	if (all != NULL && !fits)
		fault_set(f, "it belongs to another private key than the one that is set");
	ERR_clear_error();
	sk_X509_pop_free(all, X509_free);
	EVP_PKEY_free(key);
	return fits ? 0 : -1;
}

/* ---- signing ---- */

static bool set_padding(EVP_PKEY_CTX *way, enum tls_key_algorithm algorithm)
{
	if (algorithm == TLS_KEY_RS256)
		return EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PSS_PADDING) == 1 &&
		EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static bool sign(EVP_MD_CTX *context, EVP_PKEY *key, enum tls_key_algorithm algorithm,
	struct slice text, struct buffer *signature)
{
	const unsigned char *in = (const unsigned char *)text.data;
	unsigned char octets[TLS_KEY_SIGNATURE_MAX];
	size_t len = sizeof(octets);
	EVP_PKEY_CTX *way; /* the context's */

	if (EVP_DigestSignInit(context, &way, EVP_sha256(), NULL, key) != 1 ||
		!set_padding(way, algorithm) ||
		EVP_DigestSign(context, octets, &len, in, text.len) != 1)
		return false;
	buffer_append(signature, octets, len);
	return buffer_ok(signature);
}

int tls_key_sign(struct slice pem, enum tls_key_algorithm algorithm, struct slice text,
	struct buffer *signature, struct fault *f)
{
	EVP_PKEY *key = read_key(pem, f);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = key != NULL && context != NULL &&
		sign(context, key, algorithm, text, signature);

	if (key != NULL && !good)
		fault_set(f, "it cannot sign");
	ERR_clear_error();
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good ? 0 : -1;
}

/* ---- thumbprints ---- */

int tls_key_thumbprints(struct slice certificate, struct tls_thumbprints *ret_thumbprints,
	struct fault *f)
{
	STACK_OF(X509) *all = tls_pem_read(certificate, f);
	const X509 *first = all != NULL ? sk_X509_value(all, 0) : NULL;
	struct tls_thumbprints t;
	bool good = first != NULL && X509_digest(first, EVP_sha1(), t.sha1, NULL) == 1 &&
		X509_digest(first, EVP_sha256(), t.sha256, NULL) == 1;

	if (first != NULL && !good)
		fault_set(f, "its thumbprint cannot be made");
	ERR_clear_error();
	sk_X509_pop_free(all, X509_free);
	if (good)
		*ret_thumbprints = t;
	return good ? 0 : -1;
}

void tls_thumbprint_text(const unsigned char *octets, size_t n,
	char ret_text[static TLS_THUMBPRINT_TEXT])
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		ret_text[2 * i] = digits[octets[i] >> 4];
		ret_text[2 * i + 1] = digits[octets[i] & 15];
	}
	ret_text[2 * n] = '\0';
}
