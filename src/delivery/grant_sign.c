/* grant_sign.c - proving who asks by a private key; see grant_sign.h. */
#include "delivery/grant_sign.h"

#include "base/log.h"
#include "oauth2/assertion.h"
#include "sys/clock.h"
#include "sys/tls_key.h"

enum {
	ID_OCTETS = 16,
};

/* The certificate's thumbprints, where the provider knows the key by them. */
static int add_thumbprints(struct oauth_assertion *a, const struct grant *g,
	struct tls_thumbprints *t, struct fault *f)
{
	if (g->certificate[0] == '\0')
		return 0;
	if (tls_key_thumbprints(slice_of(g->certificate), t, f) != 0)
		return -1;
	a->thumbprint = slice_make((const char *)t->sha1, sizeof(t->sha1));
	a->thumbprint_256 = slice_make((const char *)t->sha256, sizeof(t->sha256));
	return 0;
}

static int append_signature(const struct grant *g, enum tls_key_algorithm algorithm,
	struct buffer *assertion, struct fault *f)
{
	struct buffer signature;
	int result;

	buffer_init(&signature, TLS_KEY_SIGNATURE_MAX);
	result = tls_key_sign(slice_of(g->private_key), algorithm, buffer_slice(assertion),
		&signature, f);
	if (result == 0)
		oauth_assertion_sign(assertion, buffer_slice(&signature));
	buffer_release(&signature);
	return result;
}

/* Microsoft, which knows keys by their certificates, wants PS256; Google takes RS256 alone. */
static int make(const struct grant *g, struct buffer *assertion, struct fault *f)
{
	bool service = g->kind == GRANT_SERVICE, ps = !service && g->certificate[0] != '\0';
	enum tls_key_algorithm algorithm = ps ? TLS_KEY_PS256 : TLS_KEY_RS256;
	char id[2 * ID_OCTETS + 1];
	struct oauth_assertion a = {
		.algorithm = ps ? "PS256" : "RS256", .key_id = g->key_id, .issuer = g->client_id,
		.subject = service ? g->subject : g->client_id, .audience = g->endpoint,
		.scopes = service ? g->scopes : "", .id = id, .now = clock_wall(),
	};
	struct tls_thumbprints t;

	random_hex(id, ID_OCTETS);
	if (!service && add_thumbprints(&a, g, &t, f) != 0)
		return -1;
	if (!oauth_assertion_text(assertion, &a)) {
		fault_set(f, "the request that it signs cannot be made");
		return -1;
	}
	return append_signature(g, algorithm, assertion, f);
}

int grant_sign(const struct grant *g, struct buffer *assertion)
{
	struct fault fault = { .text = "" };

	if (make(g, assertion, &fault) == 0 && buffer_ok(assertion))
		return 0;
	log_error("the private key for the OAuth provider cannot be used: %s", fault.text);
	return -1;
}
