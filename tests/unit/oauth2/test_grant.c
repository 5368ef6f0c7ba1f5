/* Bodies of requests to a token endpoint, octet for octet. */
#include "unit/unit.h"

#include "oauth2/grant.h"

static const struct oauth_client client = { .id = "app", .secret = "s~&=%+ \xc3\xbc", .assertion = "" };

static void body_is(struct buffer *b, const char *expected)
{
	assert_true(buffer_ok(b));
	assert_true(slice_is(buffer_slice(b), expected));
	buffer_clear(b);
}

static void every_grant_is_as_the_rfcs_say(void **state UNUSED)
{
	struct buffer b;

	buffer_init_secret(&b, 4096);
	oauth_grant_code(&b, &client, "c/1", "https://a.example/cb", "ver");
	body_is(&b, "grant_type=authorization_code&code=c%2F1&redirect_uri=https%3A%2F%2Fa.example%2Fcb"
	    "&code_verifier=ver&client_id=app&client_secret=s~%26%3D%25%2B%20%C3%BC");
	oauth_grant_refresh(&b, &client, "r+t");
	body_is(&b, "grant_type=refresh_token&refresh_token=r%2Bt&client_id=app"
	    "&client_secret=s~%26%3D%25%2B%20%C3%BC");
	oauth_grant_client(&b, &client, "https://x/.default");
	body_is(&b, "grant_type=client_credentials&scope=https%3A%2F%2Fx%2F.default&client_id=app"
	    "&client_secret=s~%26%3D%25%2B%20%C3%BC");
	oauth_device_request(&b, &client, "a b");
	body_is(&b, "scope=a%20b&client_id=app&client_secret=s~%26%3D%25%2B%20%C3%BC");
	oauth_grant_jwt(&b, "h.p.s");
	body_is(&b, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=h.p.s");
	oauth_revocation(&b, &client, "t");
	body_is(&b, "token=t&client_id=app&client_secret=s~%26%3D%25%2B%20%C3%BC");
	buffer_release(&b);
}

static void a_public_client_sends_its_name_alone(void **state UNUSED)
{
	const struct oauth_client public = { .id = "app", .secret = "", .assertion = "" };
	struct buffer b;

	buffer_init_secret(&b, 4096);
	oauth_grant_device(&b, &public, "dc");
	body_is(&b, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=dc"
	    "&client_id=app");
	buffer_release(&b);
}

static void an_assertion_takes_the_secrets_place(void **state UNUSED)
{
	const struct oauth_client signs = { .id = "app", .secret = "never", .assertion = "h.p.s" };
	struct buffer b;

	buffer_init_secret(&b, 4096);
	oauth_grant_refresh(&b, &signs, "r");
	body_is(&b, "grant_type=refresh_token&refresh_token=r&client_id=app&client_assertion_type="
	    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=h.p.s");
	buffer_release(&b);
}

static void with_basic_the_body_has_no_client(void **state UNUSED)
{
	const struct oauth_client basic = { .id = "a:b", .secret = "c d", .assertion = "", .basic = true };
	struct buffer b;

	buffer_init_secret(&b, 4096);
	oauth_grant_refresh(&b, &basic, "r");
	body_is(&b, "grant_type=refresh_token&refresh_token=r");
	oauth_client_basic(&b, &basic);
	body_is(&b, "Basic YSUzQWI6YyUyMGQ="); /* a%3Ab:c%20d */
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_grant_is_as_the_rfcs_say),
		cmocka_unit_test(a_public_client_sends_its_name_alone),
		cmocka_unit_test(an_assertion_takes_the_secrets_place),
		cmocka_unit_test(with_basic_the_body_has_no_client),
	};

	return cmocka_run_group_tests_name("oauth2/grant", tests, NULL, NULL);
}
