/* What an issuer publishes, and the file of Google's console. */
#include "unit/unit.h"

#include <string.h>

#include "oauth2/metadata.h"

static struct arena *a;

static int begin(void **state UNUSED)
{
	a = arena_new(1024 * 1024);
	return 0;
}

static int end(void **state UNUSED)
{
	arena_free(a);
	return 0;
}

static const char *where(const char *issuer, bool first)
{
	struct buffer b;
	const char *wrong, *text;

	buffer_init(&b, 4096);
	wrong = oauth_metadata_url(slice_of(issuer), first, &b);
	text = wrong != NULL ? NULL : arena_text(a, buffer_slice(&b));
	buffer_release(&b);
	return text;
}

static void a_document_has_two_places(void **state UNUSED)
{
	assert_string_equal(where("https://id.example.com", true),
	    "https://id.example.com/.well-known/openid-configuration");
	assert_string_equal(where("https://id.example.com/", false),
	    "https://id.example.com/.well-known/oauth-authorization-server");
	assert_string_equal(where("https://id.example.com:8443/realms/r/", true),
	    "https://id.example.com:8443/realms/r/.well-known/openid-configuration");
	assert_string_equal(where("https://id.example.com/realms/r", false),
	    "https://id.example.com/.well-known/oauth-authorization-server/realms/r");
	assert_null(where("http://id.example.com", true));
	assert_null(where("https://id.example.com/?x=y", true));
	assert_null(where("id.example.com", true));
}

#define GOOD "{\"issuer\":\"https://id.example.com\",\"authorization_endpoint\":" \
	"\"https://id.example.com/auth\",\"token_endpoint\":\"https://id.example.com/token\""

static const char *read(const char *body, struct oauth_metadata *ret_metadata)
{
	return oauth_metadata_read(slice_of(body), SLICE("https://id.example.com/"), a, ret_metadata);
}

static void endpoints_are_read(void **state UNUSED)
{
	struct oauth_metadata m;

	assert_null(read(GOOD ",\"revocation_endpoint\":\"https://id.example.com/revoke\","
	    "\"device_authorization_endpoint\":\"http://id.example.com/device\","
	    "\"authorization_response_iss_parameter_supported\":true,"
	    "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]}", &m));
	assert_string_equal(m.authorization_endpoint, "https://id.example.com/auth");
	assert_string_equal(m.token_endpoint, "https://id.example.com/token");
	assert_string_equal(m.revocation_endpoint, "https://id.example.com/revoke");
	assert_string_equal(m.device_endpoint, ""); /* not https */
	assert_true(m.says_iss);
	assert_null(read(GOOD "}", &m));
	assert_false(m.says_iss);
}

static void a_document_that_is_not_this_issuers_is_refused(void **state UNUSED)
{
	struct oauth_metadata m;

	assert_non_null(read("<html>", &m));
	assert_non_null(read("{}", &m));
	assert_non_null(read("{\"issuer\":\"https://other.example.com\",\"authorization_endpoint\":"
	    "\"https://x.example/a\",\"token_endpoint\":\"https://x.example/t\"}", &m));
	assert_non_null(read("{\"issuer\":\"https://id.example.com\",\"authorization_endpoint\":"
	    "\"http://x.example/a\",\"token_endpoint\":\"https://x.example/t\"}", &m));
}

/* ---- Google's file ---- */

static const char redirect[] = "https://site.example.com/login/smtp-verification";

static const char *read_file(const char *text, struct oauth_client_file *ret_file)
{
	return oauth_client_file_read(slice_of(text), redirect, a, ret_file);
}

#define CLIENT "{\"client_id\":\"1.apps.googleusercontent.com\",\"project_id\":\"p\",\"auth_uri\":" \
	"\"https://accounts.google.com/o/oauth2/auth\",\"token_uri\":" \
	"\"https://oauth2.googleapis.com/token\",\"client_secret\":\"GOCSPX-1\""

static void the_file_of_a_web_client_is_read(void **state UNUSED)
{
	struct oauth_client_file f;

	assert_null(read_file("{\"web\":" CLIENT ",\"redirect_uris\":[\"https://x.example/\","
	    "\"https://site.example.com/login/smtp-verification\"]}}", &f));
	assert_string_equal(f.client_id, "1.apps.googleusercontent.com");
	assert_string_equal(f.client_secret, "GOCSPX-1");
	assert_string_equal(f.auth_endpoint, "https://accounts.google.com/o/oauth2/auth");
	assert_string_equal(f.token_endpoint, "https://oauth2.googleapis.com/token");
	assert_false(f.desktop);
	assert_true(f.lists_redirects && f.has_redirect);
	assert_null(read_file("{\"web\":" CLIENT ",\"redirect_uris\":[\"https://x.example/\"]}}", &f));
	assert_true(f.lists_redirects && !f.has_redirect);
	assert_null(read_file("{\"installed\":" CLIENT "}}", &f));
	assert_true(f.desktop && !f.lists_redirects);
}

#define KEY "-----BEGIN PRIVATE KEY-----\\nSECRET\\n-----END PRIVATE KEY-----\\n"

static void the_key_of_a_service_account_is_read(void **state UNUSED)
{
	struct oauth_client_file f;

	assert_null(read_file("{\"type\":\"service_account\",\"project_id\":\"p\","
	    "\"private_key_id\":\"k1\",\"private_key\":\"" KEY "\","
	    "\"client_email\":\"tocsin@p.iam.gserviceaccount.com\",\"client_id\":\"117\","
	    "\"token_uri\":\"https://oauth2.googleapis.com/token\"}", &f));
	assert_true(f.service);
	assert_string_equal(f.client_id, "tocsin@p.iam.gserviceaccount.com");
	assert_string_equal(f.key_id, "k1");
	assert_string_equal(f.private_key,
	    "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n");
	assert_string_equal(f.token_endpoint, "https://oauth2.googleapis.com/token");
}

static void a_wrong_file_says_what_it_is(void **state UNUSED)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "no JSON" },
		{ "{\"type\":\"service_account\",\"private_key\":\"SECRET\"}", "client_email" },
		{ "{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"SECRET\"}",
			"no private_key in PEM form" },
		{ "{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"" KEY
			"\",\"token_uri\":\"http://a\"}", "no token_uri" },
		{ "{\"type\":\"authorized_user\"}", "neither" },
		{ "{\"refresh_token\":\"SECRET\"}", "stored credentials" },
		{ "{\"web\":[]}", "neither" },
		{ "{\"web\":{\"client_secret\":\"SECRET\"}}", "auth_uri" },
		{ "{\"a\":\"SECRET\"}", "neither" },
	};
	struct oauth_client_file f;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *problem = read_file(cases[i].text, &f);

		assert_non_null(problem);
		assert_null(strstr(problem, "SECRET"));
		if (strstr(problem, cases[i].words) == NULL && strstr(problem, "client_id") == NULL)
			fail_msg("%s: %s", cases[i].text, problem);
	}
}

#define in_arena(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_arena(a_document_has_two_places),
		in_arena(endpoints_are_read),
		in_arena(a_document_that_is_not_this_issuers_is_refused),
		in_arena(the_file_of_a_web_client_is_read),
		in_arena(the_key_of_a_service_account_is_read),
		in_arena(a_wrong_file_says_what_it_is),
	};

	return cmocka_run_group_tests_name("oauth2/metadata", tests, NULL, NULL);
}
