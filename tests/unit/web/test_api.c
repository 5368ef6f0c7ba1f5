/* The API's way in: every route with every kind of token, and with none. */
#include "unit/unit.h"

#include "web/api/api.h"
#include "web/browser.h"
#include "web/keeper.h"
#include "web/route.h"
#include "wire/token.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	b.cookie = NULL;
	b.origin = NULL;
	b.authorization = "Bearer " TEST_BEARER;
	b.scopes = TOKEN_SCOPES_ALL;
	b.content_type = "application/json";
	b.answer = keeper_sample;
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

static const char *address_of(const char *path)
{
	struct slice rest = slice_of(path);
	const char *address = arena_text(b.arena, slice_cut(&rest, '*'));

	return rest.data == NULL ? address :
	    arena_printf(b.arena, "%s7%s", address, arena_text(b.arena, rest));
}

static void send_to(const struct api_route *r)
{
	browser_send(&b, http_method_name(r->method), address_of(r->path),
	    r->body == API_BODY_NONE ? NULL : "{}");
}

static void assert_problem(unsigned status)
{
	assert_int_equal(b.status, status);
	assert_string_equal(browser_line(&b, "Content-Type"), "application/problem+json");
	assert_page_has(&b, "{\"type\":\"about:blank\",\"title\":\"");
	assert_page_has(&b, arena_printf(b.arena, "\"status\":%u", status));
}

static void assert_keeper_heard_nothing_but(enum word word)
{
	for (int w = 0; w < WORD_COUNT; w++)
		if (w != (int)word)
			assert_int_equal(b.heard[w].times, 0);
}

/* What a program may show that opens nothing: no cookie, no origin, no other scheme. */
static void no_route_opens_without_a_token(void **state UNUSED)
{
	static const char *const shown[] = { NULL, "Basic " TEST_BEARER, "Bearer", "Bearer ",
		TEST_BEARER, "Bearer=" TEST_BEARER };

	for (size_t i = 0; i < n_api_routes; i++) {
		if (api_routes[i].scope == 0)
			continue;
		for (size_t s = 0; s < COUNT_OF(shown); s++) {
			b.authorization = shown[s];
			b.cookie = "__Host-login=" TEST_TOKEN;
			b.origin = TEST_ORIGIN;
			send_to(&api_routes[i]);
			assert_problem(401);
			assert_int_equal(strncmp(browser_line(&b, "WWW-Authenticate"),
			    "Bearer realm=\"tocsin\"", 21), 0);
			assert_string_equal(browser_line(&b, "Set-Cookie"), "");
		}
	}
	assert_keeper_heard_nothing_but(WORD_NONE);
}

static void a_wrong_token_is_401_everywhere(void **state UNUSED)
{
	b.authorization = "Bearer tocsin_0";
	for (size_t i = 0; i < n_api_routes; i++) {
		if (api_routes[i].scope == 0)
			continue;
		send_to(&api_routes[i]);
		assert_problem(401);
		assert_string_equal(browser_line(&b, "WWW-Authenticate"),
		    "Bearer realm=\"tocsin\", error=\"invalid_token\"");
	}
	assert_keeper_heard_nothing_but(WORD_BEARER);
	b.wrong_tokens_wait = true;
	browser_get(&b, "/api/v1/status");
	assert_problem(429);
	assert_string_equal(browser_line(&b, "Retry-After"), "17");
}

static void too_little_scope_is_403_everywhere(void **state UNUSED)
{
	for (size_t i = 0; i < n_api_routes; i++) {
		const struct api_route *r = &api_routes[i];

		if (r->scope == 0)
			continue;
		b.scopes = TOKEN_SCOPES_ALL & ~r->scope;
		send_to(r);
		assert_problem(403);
		assert_non_null(strstr(browser_line(&b, "WWW-Authenticate"),
		    "error=\"insufficient_scope\", scope=\""));
		b.scopes = r->scope;
		send_to(r);
		assert_true(b.status != 401 && b.status != 403);
	}
}

static void no_page_opens_with_a_token(void **state UNUSED)
{
	for (size_t i = 0; i < n_routes; i++) {
		const struct route *r = &routes[i];

		if (r->who == FOR_ANYBODY)
			continue;
		b.origin = TEST_ORIGIN;
		b.content_type = "application/x-www-form-urlencoded";
		browser_send(&b, http_method_name(r->method), address_of(r->path),
		    r->method == HTTP_POST ? "csrf=" TEST_CSRF : NULL);
		assert_int_equal(b.status, r->method == HTTP_POST || r->stale != NULL ? 403 : 303);
	}
	assert_keeper_heard_nothing_but(WORD_NONE);
}

static void one_scope_alone_guards_each_route(void **state UNUSED)
{
	for (size_t i = 0; i < n_api_routes; i++) {
		uint64_t scope = api_routes[i].scope;

		assert_int_equal(scope & (scope - (scope > 0)), 0);
		assert_true(scope != 0 || strcmp(api_routes[i].path, "/api/v1/openapi.json") == 0);
		assert_true(scope == TOKEN_SCOPE_READ || scope == 0 || scope == TOKEN_SCOPE_SEND ||
		    scope == TOKEN_SCOPE_ADMIN);
		if (api_routes[i].method != HTTP_GET)
			assert_true(scope == TOKEN_SCOPE_SEND || scope == TOKEN_SCOPE_ADMIN);
	}
}

static void other_methods_are_405_with_those_that_are_served(void **state UNUSED)
{
	browser_send(&b, "DELETE", "/api/v1/email", NULL);
	assert_problem(405);
	assert_string_equal(browser_line(&b, "Allow"), "GET, HEAD, PUT");
	browser_send(&b, "OPTIONS", "/api/v1/messages/7/retry", NULL);
	assert_problem(405);
	assert_string_equal(browser_line(&b, "Allow"), "POST");
	browser_get(&b, "/api/v1/nothing");
	assert_problem(404);
	browser_get(&b, "/api");
	assert_problem(404);
	assert_keeper_heard_nothing_but(WORD_NONE);
}

static void the_description_is_for_anybody(void **state UNUSED)
{
	b.authorization = NULL;
	browser_get(&b, "/api/v1/openapi.json");
	assert_int_equal(b.status, 200);
	assert_string_equal(browser_line(&b, "Content-Type"), "application/json");
	assert_page_has(&b, "\"openapi\": \"3.1.0\"");
}

static void a_keeper_that_is_away_is_503(void **state UNUSED)
{
	browser_cut_keeper(&b);
	browser_get(&b, "/api/v1/status");
	assert_problem(503);
	assert_string_equal(browser_line(&b, "Retry-After"), "5");
}

static void a_token_is_not_told_back(void **state UNUSED)
{
	browser_get(&b, "/api/v1/status");
	assert_int_equal(b.status, 200);
	assert_page_lacks(&b, TEST_BEARER);
	assert_null(strstr(b.lines, TEST_BEARER));
}

static void hostile_texts_stay_texts(void **state UNUSED)
{
	static const char *const targets[] = { "/api/v1/status", "/api/v1/email", "/api/v1/messages",
		"/api/v1/messages/4XJ2A9", "/api/v1/email/test/2", "/api/v1/audit" };

	b.hostile = true;
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 200);
		assert_string_equal(browser_line(&b, "Content-Type"), "application/json");
		assert_string_equal(browser_line(&b, "X-Content-Type-Options"), "nosniff");
		assert_page_lacks(&b, "\x01");
		assert_page_lacks(&b, "a=\"b\"");
	}
}

static void mail_is_not_taken_where_there_is_no_door(void **state UNUSED)
{
	browser_send(&b, "POST", "/api/v1/messages",
	    "{\"to\":\"anna@example.com\",\"text\":\"x\"}");
	assert_problem(503);
	browser_send(&b, "POST", "/api/v1/messages", "{\"to\":[],\"subject\":7}");
	assert_problem(422);
	assert_page_has(&b, "{\"field\":\"to\",");
	assert_page_has(&b, "{\"field\":\"subject\",");
	assert_page_has(&b, "{\"field\":\"text\",");
}

static void settings_are_compared_with_the_version_shown(void **state UNUSED)
{
	struct unpack u;

	b.if_match = "\"7\"";
	browser_send(&b, "PUT", "/api/v1/email", "{\"relay_port\":25}");
	assert_int_equal(b.status, 200);
	u = browser_heard(&b, WORD_SETTINGS_SET);
	assert_int_equal(unpack_number(&u), 7);
	assert_int_equal(unpack_number(&u), 1);
	assert_string_equal(unpack_text(&u, 100, b.arena), "email.relay_port");
	assert_string_equal(unpack_text(&u, 100, b.arena), "25");
	assert_true(unpack_end(&u));
	b.changed_by_bert = true;
	browser_send(&b, "PUT", "/api/v1/email", "{\"relay_port\":25}");
	assert_problem(412);
	assert_page_has(&b, "\"changed\":[{\"field\":\"relay_port\",\"by\":\"bert\"");
	b.if_match = "7";
	browser_send(&b, "PUT", "/api/v1/email", "{}");
	assert_problem(400);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(no_route_opens_without_a_token),
		CASE(a_wrong_token_is_401_everywhere),
		CASE(too_little_scope_is_403_everywhere),
		CASE(no_page_opens_with_a_token),
		CASE(one_scope_alone_guards_each_route),
		CASE(other_methods_are_405_with_those_that_are_served),
		CASE(the_description_is_for_anybody),
		CASE(a_keeper_that_is_away_is_503),
		CASE(a_token_is_not_told_back),
		CASE(hostile_texts_stay_texts),
		CASE(mail_is_not_taken_where_there_is_no_door),
		CASE(settings_are_compared_with_the_version_shown),
	};

	return cmocka_run_group_tests_name("web/api", tests, NULL, NULL);
}
