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

static const char *account_of(const char *payload)
{
	struct buffer token;
	const char *account;

	buffer_init(&token, 256 * 1024);
	buffer_append_text(&token, "e30.");
	base64url_encode(&token, slice_of(payload));
	buffer_append_text(&token, ".c2ln");
	account = oauth_jwt_account(buffer_text(&token), a);
	buffer_release(&token);
	return account;
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
		in_arena(what_is_none_tells_nothing),
	};

	return cmocka_run_group_tests_name("oauth2/jwt", tests, NULL, NULL);
}
