/* Whose token it is, as far as it tells. */
#include "unit/unit.h"

#include "base/secret.h"
#include "oauth2/answer.h"
#include "oauth2/jwt.h"

static struct arena *a;

static int begin(void **state UNUSED)
{
	a = arena_new(4 * 1024 * 1024);
	return 0;
}

static int end(void **state UNUSED)
{
	arena_free(a);
	return 0;
}

static const char *token_of(const char *payload)
{
	struct buffer token;
	const char *text;

	buffer_init(&token, 256 * 1024);
	buffer_append_text(&token, "e30.");
	base64url_encode(&token, slice_of(payload));
	buffer_append_text(&token, ".c2ln");
	text = arena_copy(a, buffer_text(&token));
	buffer_release(&token);
	return text;
}

static const char *account_of(const char *payload)
{
	return oauth_jwt_account(token_of(payload), a);
}

static void all_that_is_shown_is_read(void **state UNUSED)
{
	struct oauth_jwt j;

	assert_true(oauth_jwt_read(token_of("{\"aud\":\"https://outlook.office.com\",\"scp\":"
		"\"SMTP.Send User.Read\",\"upn\":\"a@example.com\",\"exp\":1800000000}"), a, &j));
	assert_string_equal(j.audience, "https://outlook.office.com");
	assert_string_equal(j.scopes, "SMTP.Send User.Read");
	assert_string_equal(j.roles, "");
	assert_string_equal(j.account, "a@example.com");
	assert_int_equal(j.ends, 1800000000);
	assert_true(oauth_jwt_read(token_of("{\"aud\":[\"one\",7,\"two\"],\"roles\":"
		"[\"SMTP.SendAsApp\"],\"scope\":\"mail\",\"exp\":1e30}"), a, &j));
	assert_string_equal(j.audience, "one two");
	assert_string_equal(j.roles, "SMTP.SendAsApp");
	assert_string_equal(j.scopes, "mail");
	assert_int_equal(j.ends, 0);
	assert_true(oauth_jwt_read(token_of("{\"aud\":\"a\\u001bb\",\"exp\":\"soon\"}"), a, &j));
	assert_string_equal(j.audience, "");
	assert_int_equal(j.ends, 0);
	assert_false(oauth_jwt_read("opaque", a, &j));
	assert_string_equal(j.scopes, "");
}

static void the_mailbox_is_found(void **state UNUSED)
{
	assert_string_equal(account_of("{\"email\":\"a@example.com\",\"upn\":\"b@example.com\"}"),
		"a@example.com");
	assert_string_equal(account_of("{\"upn\":\"b@example.com\"}"), "b@example.com");
	assert_string_equal(account_of("{\"preferred_username\":\"anna\","
		"\"unique_name\":\"c@example.com\"}"), "c@example.com");
}

static void what_is_none_tells_nothing(void **state UNUSED)
{
	static const char *const payloads[] = {
		"", "{}", "[]", "{\"email\":7}", "{\"email\":\"a b@example.com\"}",
		"{\"email\":\"a\\r\\n@example.com\"}", "{\"email\":\"a@b\",\"email\":\"c@d\"}",
	};

	for (size_t i = 0; i < COUNT_OF(payloads); i++)
		assert_string_equal(account_of(payloads[i]), "");
	assert_string_equal(oauth_jwt_account("", a), "");
	assert_string_equal(oauth_jwt_account("opaque", a), "");
	assert_string_equal(oauth_jwt_account("a.b", a), "");
	assert_string_equal(oauth_jwt_account("a.***.c", a), "");
	assert_string_equal(oauth_jwt_account(arena_printf(a, "a.%0*d.c", OAUTH_TOKEN_MAX, 0), a),
		"");
}

#define in_arena(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_arena(the_mailbox_is_found),
		in_arena(all_that_is_shown_is_read),
		in_arena(what_is_none_tells_nothing),
	};

	return cmocka_run_group_tests_name("oauth2/jwt", tests, NULL, NULL);
}
