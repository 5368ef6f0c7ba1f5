/* What is signed to prove who asks, octet for octet. */
#include "unit/unit.h"

#include <string.h>

#include "base/secret.h"
#include "oauth2/assertion.h"

static struct buffer text;

static int begin(void **state UNUSED)
{
	buffer_init(&text, OAUTH_ASSERTION_MAX);
	return 0;
}

static int end(void **state UNUSED)
{
	buffer_release(&text);
	return 0;
}

/* The next part up to a dot, decoded. */
static void part_is(struct slice *rest, const char *expected)
{
	struct buffer json;

	buffer_init(&json, OAUTH_ASSERTION_MAX);
	assert_true(base64url_decode(&json, slice_cut(rest, '.')));
	assert_string_equal(buffer_text(&json), expected);
	buffer_release(&json);
}

static void a_service_account_names_the_mailbox(void **state UNUSED)
{
	const struct oauth_assertion a = {
		.algorithm = "RS256", .key_id = "k1", .issuer = "tocsin@p.iam.gserviceaccount.com",
		.subject = "alerts@example.com", .audience = "https://oauth2.googleapis.com/token",
		.scopes = "https://mail.google.com/", .id = "j1", .now = 1000000,
	};
	struct slice rest;

	assert_true(oauth_assertion_text(&text, &a));
	oauth_assertion_sign(&text, SLICE("sig"));
	rest = buffer_slice(&text);
	part_is(&rest, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
	part_is(&rest, "{\"iss\":\"tocsin@p.iam.gserviceaccount.com\",\"sub\":\"alerts@example.com\","
		"\"aud\":\"https://oauth2.googleapis.com/token\",\"scope\":\"https://mail.google.com/\","
		"\"jti\":\"j1\",\"iat\":999940,\"nbf\":999940,\"exp\":1000600}");
	assert_true(slice_is(rest, "c2ln"));
}

static void a_certificate_is_told_by_its_thumbprints(void **state UNUSED)
{
	const struct oauth_assertion a = {
		.algorithm = "PS256", .key_id = "", .thumbprint = SLICE("one"),
		.thumbprint_256 = SLICE("two"), .issuer = "app", .subject = "app", .audience = "https://a",
		.scopes = "", .id = "j", .now = 60,
	};
	struct slice rest;

	assert_true(oauth_assertion_text(&text, &a));
	rest = buffer_slice(&text);
	part_is(&rest, "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t\":\"b25l\",\"x5t#S256\":\"dHdv\"}");
	part_is(&rest, "{\"iss\":\"app\",\"sub\":\"app\",\"aud\":\"https://a\",\"jti\":\"j\","
		"\"iat\":0,\"nbf\":0,\"exp\":660}");
}

static void no_text_ends_early(void **state UNUSED)
{
	const struct oauth_assertion a = {
		.algorithm = "RS256", .key_id = "", .issuer = "a\"b\\c", .subject = "s", .audience = "u",
		.scopes = "", .id = "j", .now = 60,
	};
	struct oauth_assertion bad = a;
	struct slice rest;

	assert_true(oauth_assertion_text(&text, &a));
	rest = buffer_slice(&text);
	slice_cut(&rest, '.');
	part_is(&rest, "{\"iss\":\"a\\\"b\\\\c\",\"sub\":\"s\",\"aud\":\"u\",\"jti\":\"j\","
		"\"iat\":0,\"nbf\":0,\"exp\":660}");
	bad.issuer = "\xff";
	assert_false(oauth_assertion_text(&text, &bad));
}

#define alone(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		alone(a_service_account_names_the_mailbox),
		alone(a_certificate_is_told_by_its_thumbprints),
		alone(no_text_ends_early),
	};

	return cmocka_run_group_tests_name("oauth2/assertion", tests, NULL, NULL);
}
