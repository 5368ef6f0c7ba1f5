/* certificate.c - what somebody pasted (PEM) and what a peer presented (DER), told in words. */
#include "fuzz/fuzz.h"

#include <openssl/err.h>

#include "sys/tls_certificate.h"
#include "sys/tls_private.h"

static void require_words(const struct tls_certificate *c)
{
	REQUIRE(slice_is_printable(slice_of(c->subject)) && slice_is_utf8(slice_of(c->subject)));
	REQUIRE(slice_is_printable(slice_of(c->issuer)) && slice_is_utf8(slice_of(c->issuer)));
	REQUIRE(slice_is_printable(slice_of(c->names)) && slice_is_utf8(slice_of(c->names)));
	REQUIRE(slice_of(c->fingerprint).len == 95);
}

static void pasted(struct slice in)
{
	struct tls_certificate c;
	struct fault f = { "" };

	if (tls_certificate_read(in, &c, &f) == 0)
		require_words(&c);
	else
		REQUIRE(f.text[0] != '\0');
	if (tls_pem_check(in, &f) == 0)
		REQUIRE(tls_certificate_read(in, &c, &f) == 0);
}

static void presented(const uint8_t *data, size_t size)
{
	X509 *x = d2i_X509(NULL, &data, (long)size);
	struct tls_certificate c;

	if (x != NULL) {
		tls_describe(x, &c);
		require_words(&c);
	}
	X509_free(x);
	ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pasted(slice_make((const char *)data, size));
	presented(data, size);
	return 0;
}
