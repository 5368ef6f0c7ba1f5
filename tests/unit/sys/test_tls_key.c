/* A private key that signs for this node. */
#include "unit/unit.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "sys/tls_certificate.h"
#include "sys/tls_key.h"
#include "unit/sys/certificates.h"

static struct identity good, other, curve, weak;
static struct fault fault;

static void make(struct identity *i, int rsa_bits)
{
	identity_make(i, &(struct identity_spec){ .subject = "node.example", .from = -60,
		.until = 86400, .rsa_bits = rsa_bits }, NULL);
}

static int setup(void **state UNUSED)
{
	make(&good, 2048);
	make(&other, 2048);
	make(&curve, 0);
	make(&weak, 1024);
	return 0;
}

static int teardown(void **state UNUSED)
{
	identity_release(&good);
	identity_release(&other);
	identity_release(&curve);
	identity_release(&weak);
	return 0;
}

static struct slice key_of(const struct identity *i)
{
	return buffer_slice(&i->key);
}

static void only_a_key_that_signs_everywhere_is_taken(void **state UNUSED)
{
	assert_int_equal(tls_key_check(key_of(&good), &fault), 0);
	assert_int_equal(tls_key_check(key_of(&curve), &fault), -1);
	assert_string_equal(fault.text, "it is not an RSA key: providers take RSA alone here");
	assert_int_equal(tls_key_check(key_of(&weak), &fault), -1);
	assert_string_equal(fault.text, "it has fewer than 2048 bits, which providers refuse");
	assert_int_equal(tls_key_check(buffer_slice(&good.certificate), &fault), -1);
	assert_string_equal(fault.text, "it holds no private key that can be read");
}

static void a_certificate_is_known_by_its_key(void **state UNUSED)
{
	assert_int_equal(tls_key_fits(key_of(&good), buffer_slice(&good.certificate), &fault), 0);
	assert_int_equal(tls_key_fits(key_of(&good), buffer_slice(&other.certificate), &fault), -1);
	assert_string_equal(fault.text, "it belongs to another private key than the one that is set");
	assert_int_equal(tls_key_fits(key_of(&good), SLICE("garbage"), &fault), -1);
}

/* What OpenSSL says to the signature, by the public key of the certificate. */
static bool verifies(const struct identity *i, int padding, struct slice text,
	struct slice signature)
{
	BIO *bio = BIO_new_mem_buf(i->certificate.data, (int)i->certificate.len);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	EVP_PKEY *key = X509_get0_pubkey(x);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *way;
	bool result;

	assert_int_equal(EVP_DigestVerifyInit(context, &way, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(way, padding), 1);
	if (padding == RSA_PKCS1_PSS_PADDING) /* RFC 7518 3.5: a salt as long as the digest */
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST), 1);
	result = EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.len,
		(const unsigned char *)text.data, text.len) == 1;
	EVP_MD_CTX_free(context);
	X509_free(x);
	BIO_free(bio);
	return result;
}

static void signatures_are_those_of_the_rfc(void **state UNUSED)
{
	struct slice text = SLICE("header.claims");
	struct buffer rs, ps;

	buffer_init(&rs, TLS_KEY_SIGNATURE_MAX);
	buffer_init(&ps, TLS_KEY_SIGNATURE_MAX);
	assert_int_equal(tls_key_sign(key_of(&good), TLS_KEY_RS256, text, &rs, &fault), 0);
	assert_int_equal(tls_key_sign(key_of(&good), TLS_KEY_PS256, text, &ps, &fault), 0);
	assert_int_equal(rs.len, 256);
	assert_true(verifies(&good, RSA_PKCS1_PADDING, text, buffer_slice(&rs)));
	assert_true(verifies(&good, RSA_PKCS1_PSS_PADDING, text, buffer_slice(&ps)));
	assert_false(verifies(&good, RSA_PKCS1_PADDING, text, buffer_slice(&ps)));
	assert_false(verifies(&other, RSA_PKCS1_PADDING, text, buffer_slice(&rs)));
	assert_int_equal(tls_key_sign(key_of(&curve), TLS_KEY_RS256, text, &rs, &fault), -1);
	assert_int_equal(rs.len, 256);
	buffer_release(&rs);
	buffer_release(&ps);
}

/* The thumbprint of SHA-256 is what reading the certificate shows as its fingerprint. */
static void thumbprints_are_of_the_certificate(void **state UNUSED)
{
	struct tls_thumbprints t;
	struct tls_certificate c;
	char text[96] = "";
	size_t n = 0;

	assert_int_equal(tls_key_thumbprints(buffer_slice(&good.certificate), &t, &fault), 0);
	assert_int_equal(tls_certificate_read(buffer_slice(&good.certificate), &c, &fault), 0);
	for (size_t i = 0; i < sizeof(t.sha256); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%02X", i > 0 ? ":" : "", t.sha256[i]);
	assert_string_equal(text, c.fingerprint);
	assert_int_equal(tls_key_thumbprints(SLICE("garbage"), &t, &fault), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_key_that_signs_everywhere_is_taken),
		cmocka_unit_test(a_certificate_is_known_by_its_key),
		cmocka_unit_test(signatures_are_those_of_the_rfc),
		cmocka_unit_test(thumbprints_are_of_the_certificate),
	};

	return secret_init() ? cmocka_run_group_tests_name("sys/tls_key", tests, setup, teardown) : 1;
}
