/* To the provider's sign-in page and back. */
#include "unit/unit.h"

#include <string.h>

#include "oauth2/authorization.h"

static struct arena *a;
static struct buffer out;

static int begin(void **state UNUSED)
{
	a = arena_new(1024 * 1024);
	buffer_init(&out, OAUTH_URL_MAX);
	return 0;
}

static int end(void **state UNUSED)
{
	buffer_release(&out);
	arena_free(a);
	return 0;
}

static const struct oauth_authorization sample = {
	.endpoint = "https://login.microsoftonline.com/t/authorize",
	.client_id = "app 1",
	.redirect_uri = "https://site.example.com:8443/login/smtp-verification",
	.scopes = "https://outlook.office.com/SMTP.Send offline_access",
	.state = "st-1",
	.challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	.login_hint = "alerts@example.com",
};

static const char *url_of(struct oauth_authorization request)
{
	buffer_clear(&out);
	oauth_authorization_url(&out, &request);
	return arena_text(a, buffer_slice(&out));
}

static void the_address_has_all_that_is_needed(void **state UNUSED)
{
	assert_string_equal(url_of(sample), "https://login.microsoftonline.com/t/authorize?response_type=code"
	    "&client_id=app%201"
	    "&redirect_uri=https%3A%2F%2Fsite.example.com%3A8443%2Flogin%2Fsmtp-verification"
	    "&scope=https%3A%2F%2Foutlook.office.com%2FSMTP.Send%20offline_access&state=st-1"
	    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
	    "&login_hint=alerts%40example.com");
}

static void an_endpoint_keeps_its_own_query(void **state UNUSED)
{
	struct oauth_authorization request = sample;

	request.endpoint = "https://login.example.com/authorize?policy=b2c";
	request.login_hint = "";
	assert_non_null(strstr(url_of(request), "?policy=b2c&response_type=code&"));
	assert_null(strstr(url_of(request), "login_hint"));
}

static void consent_is_asked_for_where_it_is_needed(void **state UNUSED)
{
	struct oauth_authorization request = sample;

	assert_null(strstr(url_of(request), "prompt="));
	request.consent = true;
	assert_non_null(strstr(url_of(request), "&prompt=consent"));
	assert_null(strstr(url_of(request), "access_type"));
	request.consent = false;
	request.endpoint = "https://Accounts.Google.com/o/oauth2/v2/auth";
	assert_non_null(strstr(url_of(request), "&access_type=offline&prompt=consent"));
	request.endpoint = "https://accounts.google.com.example.net/";
	assert_null(strstr(url_of(request), "access_type"));
	request.endpoint = "https://id.example.org/auth";
	request.scopes = "openid offline_access mail";
	assert_non_null(strstr(url_of(request), "&prompt=consent"));
	request.scopes = "openid no_offline_access mail";
	assert_null(strstr(url_of(request), "prompt="));
	request.endpoint = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize";
	request.scopes = "https://outlook.office.com/SMTP.Send offline_access";
	assert_null(strstr(url_of(request), "prompt="));
}

/* ---- back ---- */

static const char *read_back(const char *query, struct oauth_callback *ret_callback)
{
	struct form form;

	assert_int_equal(form_parse(slice_of(query), a, &form), 0);
	return oauth_callback_read(&form, a, ret_callback);
}

static void a_code_comes_back(void **state UNUSED)
{
	struct oauth_callback c;

	assert_null(read_back("code=0.AX%2Fy&state=st-1&iss=https%3A%2F%2Flogin.example.com&x=y", &c));
	assert_string_equal(c.code, "0.AX/y");
	assert_string_equal(c.state, "st-1");
	assert_string_equal(c.issuer, "https://login.example.com");
	assert_null(c.error);
}

static void a_pasted_address_counts_by_its_query(void **state UNUSED)
{
	struct oauth_callback c;

	assert_null(oauth_callback_read_address(SLICE("  http://127.0.0.1/x?code=c&state=s#f=1\n"), a, &c));
	assert_string_equal(c.code, "c");
	assert_string_equal(c.state, "s");
	assert_non_null(strstr(oauth_callback_read_address(SLICE("http://127.0.0.1/"), a, &c), "\"?\""));
	assert_non_null(strstr(oauth_callback_read_address(SLICE("?code=%zz"), a, &c), "cannot be read"));
	assert_non_null(oauth_callback_read_address(SLICE("?code=c"), a, &c));
	assert_non_null(oauth_callback_read_address((struct slice){ 0 }, a, &c));
}

static void an_error_comes_back(void **state UNUSED)
{
	struct oauth_callback c;

	assert_null(read_back("error=access_denied&error_description=The+user+said+no&state=s&code=c",
	    &c));
	assert_string_equal(c.error, "access_denied");
	assert_string_equal(c.description, "The user said no");
	assert_null(c.code);
	assert_null(c.issuer);
}

static void what_cannot_be_an_answer_is_refused(void **state UNUSED)
{
	static const char *const queries[] = {
		"", "code=c", "state=s", "code=c&state=s&state=t", "code=c&code=d&state=s",
		"code=%0d%0aX&state=s", "code=c&state=%00", "error=a&error=b&state=s",
		"iss=a&iss=b&code=c&state=s",
	};
	struct oauth_callback c = { .state = "untouched" };

	for (size_t i = 0; i < COUNT_OF(queries); i++)
		assert_non_null(read_back(queries[i], &c));
	assert_string_equal(c.state, "untouched");
}

static void a_code_may_be_long_but_not_without_end(void **state UNUSED)
{
	struct oauth_callback c;

	for (size_t len = OAUTH_CODE_MAX; len <= OAUTH_CODE_MAX + 1; len++) {
		const char *query = arena_printf(a, "state=s&code=%0*d", (int)len, 0);

		assert_int_equal(read_back(query, &c) == NULL, len == OAUTH_CODE_MAX);
	}
}

#define in_arena(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_arena(the_address_has_all_that_is_needed),
		in_arena(an_endpoint_keeps_its_own_query),
		in_arena(consent_is_asked_for_where_it_is_needed),
		in_arena(a_code_comes_back),
		in_arena(a_pasted_address_counts_by_its_query),
		in_arena(an_error_comes_back),
		in_arena(what_cannot_be_an_answer_is_refused),
		in_arena(a_code_may_be_long_but_not_without_end),
	};

	return cmocka_run_group_tests_name("oauth2/authorization", tests, NULL, NULL);
}
