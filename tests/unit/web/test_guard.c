/* What stands between an address and its page: every route, with and without what it asks for. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/guard.h"
#include "web/keeper.h"
#include "web/route.h"

/* An address that the row matches. */
static const char *address_of(struct browser *b, const struct route *route)
{
	struct buffer out;
	const char *text;

	buffer_init(&out, 1000);
	for (const char *c = route->path; *c != '\0'; c++)
		if (*c == '*')
			buffer_append_text(&out, "7");
		else
			buffer_append_char(&out, *c);
	text = arena_text(b->arena, buffer_slice(&out));
	buffer_release(&out);
	return text;
}

static void send_to(struct browser *b, const struct route *route, const char *form)
{
	if (route->method == HTTP_POST)
		browser_post(b, address_of(b, route), form);
	else
		browser_get(b, address_of(b, route));
}

/* Words that let nobody in and change nothing. */
static void assert_keeper_heard_only_the_session(struct browser *b)
{
	for (int w = 0; w < WORD_COUNT; w++)
		if (w != WORD_SESSION && w != WORD_STATUS)
			assert_int_equal(b->heard[w].times, 0);
}

static void for_all_routes_without_session(const char *cookie)
{
	for (size_t i = 0; i < n_routes; i++) {
		struct browser b;

		if (routes[i].who == FOR_ANYBODY)
			continue;
		browser_init(&b);
		b.cookie = cookie;
		send_to(&b, &routes[i], "csrf=" TEST_CSRF);
		if (routes[i].method == HTTP_POST || routes[i].stale != NULL) {
			assert_int_equal(b.status, 403);
			assert_page_has(&b, "You are signed out");
		} else {
			assert_int_equal(b.status, 303);
			assert_int_equal(strncmp(browser_line(&b, "Location"), "/login", 6), 0);
			assert_string_equal(b.page, "");
		}
		assert_keeper_heard_only_the_session(&b);
		browser_release(&b);
	}
}

static void nothing_opens_without_a_session(void **state UNUSED)
{
	for_all_routes_without_session(NULL);
	for_all_routes_without_session("other=1");
	for_all_routes_without_session("__Host-login=");
	for_all_routes_without_session("__Host-login=forged");
	for_all_routes_without_session("__Host-login=forged; __Host-login=" TEST_TOKEN);
	for_all_routes_without_session("login=" TEST_TOKEN);
}

static void a_form_without_its_session_keeps_what_was_typed(void **state UNUSED)
{
	struct browser b;

	browser_init(&b);
	b.cookie = "__Host-login=forged";
	browser_post(&b, "/login/tokens", "csrf=old&name=%22two%22&read=yes&current=secret");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "action=\"/login/tokens\"");
	assert_page_has(&b, "<input type=\"hidden\" name=\"name\" value=\"&quot;two&quot;\">");
	assert_page_has(&b, "<input type=\"hidden\" name=\"read\" value=\"yes\">");
	assert_page_has(&b, "only passwords and secrets have to be typed once more");
	assert_page_lacks(&b, "secret\"");
	assert_page_lacks(&b, "name=\"csrf\"");
	browser_post(&b, "/login/email", "email.oauth_client_secret=s1&client_file=s2&email.password=s3"
	    "&email.helo_name=-----BEGIN+PRIVATE+KEY-----s4&email.relay_port=25&version=7");
	assert_page_has(&b, "name=\"email.relay_port\" value=\"25\"");
	assert_page_has(&b, "name=\"version\" value=\"7\"");
	for (const char *secret = "1234"; *secret != '\0'; secret++)
		assert_null(strstr(b.page, arena_printf(b.arena, "s%c", *secret)));
	browser_post(&b, "/login/backup", "text=site.name+%3D+Here%0Aemail.password+%3D+s5%0A");
	assert_page_has(&b, "site.name = Here");
	assert_page_lacks(&b, "s5");
	browser_post(&b, "/login/tokens/revoke", "csrf=old&token=4");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "Sign in, open the page again");
	browser_release(&b);
}

/* Every change, with a session that is right and something else that is wrong. */
static void for_all_changes(void (*spoil)(struct browser *b), const char *form)
{
	for (size_t i = 0; i < n_routes; i++) {
		struct browser b;

		if (routes[i].method != HTTP_POST)
			continue;
		browser_init(&b);
		spoil(&b);
		browser_post(&b, address_of(&b, &routes[i]), form);
		assert_true(b.status == 403 || b.status == 415);
		assert_keeper_heard_only_the_session(&b);
		browser_release(&b);
	}
}

static void assert_nothing_was_changed(struct browser *b)
{
	static const enum word reading[] = { WORD_SESSION, WORD_STATUS, WORD_SETTINGS_GET,
		WORD_ALIAS_LIST, WORD_TOKEN_LIST };
	unsigned n = 0, n_all = 0;

	for (size_t i = 0; i < COUNT_OF(reading); i++)
		n += b->heard[reading[i]].times;
	for (int w = 0; w < WORD_COUNT; w++)
		n_all += b->heard[w].times;
	assert_int_equal(n_all, n);
}

/* Nobody guesses which field it was; where there is a form, what else was typed stays in it. */
static void a_field_that_is_too_long_is_named(void **state UNUSED)
{
	struct buffer form;

	buffer_init(&form, 200000);
	buffer_appendf(&form, "csrf=" TEST_CSRF "&user=anna&version=7"
		"&email.from_address=typed%%40example.com&email.helo_name=%0*d&address=%0*d", FORM_VALUE_MAX + 1, 0, FORM_VALUE_MAX, 0);
	for (size_t i = 0; i < n_routes; i++) {
		struct browser b;

		if (routes[i].method != HTTP_POST ||
			slice_starts(slice_of(routes[i].path), "/login/users"))
			continue; /* there is no sample of users */
		browser_init(&b);
		b.answer = keeper_sample;
		browser_post(&b, address_of(&b, &routes[i]), buffer_text(&form));
		assert_int_equal(b.status, 413);
		assert_page_has(&b, "HELO Name holds more than 64 KB");
		assert_page_lacks(&b, "00000000");
		if (strcmp(routes[i].path, "/login/email") == 0) {
			assert_page_has(&b, "<a href=\"#email.helo_name\">");
			assert_page_has(&b, "value=\"typed@example.com\"");
		}
		assert_nothing_was_changed(&b);
		browser_release(&b);
	}
	buffer_release(&form);
}

static void no_origin(struct browser *b)
{
	b->origin = NULL;
}

static void null_origin(struct browser *b)
{
	b->origin = "null";
}

static void other_origin(struct browser *b)
{
	b->origin = "https://evil.example:8443";
}

static void other_port(struct browser *b)
{
	b->origin = "https://node-a.example";
}

static void other_scheme(struct browser *b)
{
	b->origin = "http://node-a.example:8443";
}

/* The Origin counts, whatever a Referer says. */
static void good_referer_bad_origin(struct browser *b)
{
	b->origin = "https://evil.example";
	b->referer = TEST_ORIGIN "/login/email";
}

static void bad_referer(struct browser *b)
{
	b->origin = NULL;
	b->referer = "https://evil.example/https://node-a.example:8443/";
}

static void other_content_type(struct browser *b)
{
	b->content_type = "text/plain";
}

static void no_change_comes_from_elsewhere(void **state UNUSED)
{
	void (*const spoils[])(struct browser *b) = {
		no_origin, null_origin, other_origin, other_port, other_scheme,
		good_referer_bad_origin, bad_referer, other_content_type,
	};

	for (size_t i = 0; i < COUNT_OF(spoils); i++)
		for_all_changes(spoils[i], "csrf=" TEST_CSRF);
}

static void no_change_without_the_forms_token(void **state UNUSED)
{
	static const char *const forms[] = { "", "csrf=", "csrf=wrong", "CSRF=" TEST_CSRF,
		"csrf=" TEST_CSRF "&csrf=" TEST_CSRF, "csrf=" TEST_CSRF "x" };

	for (size_t f = 0; f < COUNT_OF(forms); f++) {
		for (size_t i = 0; i < n_routes; i++) {
			struct browser b;

			if (routes[i].method != HTTP_POST || routes[i].who == FOR_ANYBODY ||
			    routes[i].stale != NULL)
				continue;
			browser_init(&b);
			browser_post(&b, address_of(&b, &routes[i]), forms[f]);
			assert_int_equal(b.status, 403);
			assert_keeper_heard_only_the_session(&b);
			browser_release(&b);
		}
	}
}

static bool may_be_open_to_anybody(const struct route *route)
{
	static const char *const open[] = { "/check_health", "/login", "/login/setup" };

	for (size_t i = 0; i < COUNT_OF(open); i++)
		if (strcmp(route->path, open[i]) == 0)
			return true;
	return false;
}

static void only_sign_in_set_up_and_health_are_open(void **state UNUSED)
{
	for (size_t i = 0; i < n_routes; i++)
		assert_true(routes[i].who == FOR_SIGNED_IN || may_be_open_to_anybody(&routes[i]));
}

static void no_method_but_its_own(void **state UNUSED)
{
	static const char *const methods[] = { "PUT", "DELETE", "OPTIONS", "PATCH" };

	for (size_t i = 0; i < n_routes; i++) {
		for (size_t m = 0; m < COUNT_OF(methods); m++) {
			struct browser b;

			browser_init(&b);
			browser_send(&b, methods[m], address_of(&b, &routes[i]), NULL);
			assert_int_equal(b.status, 405);
			assert_non_null(strstr(b.lines, "Allow: "));
			browser_release(&b);
		}
	}
}

static void unknown_addresses_do_not_exist(void **state UNUSED)
{
	static const char *const targets[] = { "/login/", "/login/status/", "/login/statusx", "/Login",
		"/login/status/x", "/appliance", "/assets/", "/assets/0000000000000000/tocsin.css" };
	struct browser b;

	browser_init(&b);
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_int_equal(b.status, 404);
	}
	browser_release(&b);
}

/* Headers of every answer, whatever it says. */
static void every_answer_is_guarded(void **state UNUSED)
{
	static const char *const targets[] = { "/", "/login/status", "/nothing", "/check_health",
		"/login/status?%00" };
	struct browser b;

	browser_init(&b);
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		browser_get(&b, targets[i]);
		assert_string_equal(browser_line(&b, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(browser_line(&b, "Cache-Control"), "no-store");
		assert_string_equal(browser_line(&b, "Referrer-Policy"), "same-origin");
		assert_int_equal(strncmp(browser_line(&b, "Content-Security-Policy"),
		    "default-src 'none';", 19), 0);
		assert_string_equal(browser_line(&b, "Strict-Transport-Security"), "");
		b.web.ca_signed = true;
		browser_get(&b, targets[i]);
		assert_string_not_equal(browser_line(&b, "Strict-Transport-Security"), "");
		b.web.ca_signed = false;
	}
	browser_release(&b);
}

static void a_keeper_that_is_away_is_said(void **state UNUSED)
{
	struct browser b;

	browser_init(&b);
	browser_cut_keeper(&b);
	browser_get(&b, "/login/status");
	assert_int_equal(b.status, 503);
	assert_string_equal(browser_line(&b, "Retry-After"), "5");
	assert_page_has(&b, "Mail is not lost");
	browser_release(&b);
}

static void local_pages_alone_are_led_to(void **state UNUSED)
{
	static const char *const good[] = { "/login/status", "/login/email?saved=1",
		"/login/queue?state=held&before=7" };
	static const char *const bad[] = { "", "/", "//evil.example/login/", "https://evil.example/login/",
		"/login", "login/status", "/login//evil", "/login/../x", "/login/\\evil", "/login/a\r\nb",
		"/login/%0d", "/appliance/x" };

	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(guard_is_local_page(slice_of(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(guard_is_local_page(slice_of(bad[i])));
}

static void the_page_wanted_is_remembered(void **state UNUSED)
{
	struct browser b;

	browser_init(&b);
	b.cookie = NULL;
	browser_get(&b, "/login/status?x=a%26b");
	assert_redirect(&b, "/login?next=%2Flogin%2Fstatus%3Fx%3Da%2526b");
	browser_get(&b, "/");
	assert_redirect(&b, "/login");
	browser_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_opens_without_a_session),
		cmocka_unit_test(a_form_without_its_session_keeps_what_was_typed),
		cmocka_unit_test(a_field_that_is_too_long_is_named),
		cmocka_unit_test(no_change_comes_from_elsewhere),
		cmocka_unit_test(no_change_without_the_forms_token),
		cmocka_unit_test(only_sign_in_set_up_and_health_are_open),
		cmocka_unit_test(no_method_but_its_own),
		cmocka_unit_test(unknown_addresses_do_not_exist),
		cmocka_unit_test(every_answer_is_guarded),
		cmocka_unit_test(a_keeper_that_is_away_is_said),
		cmocka_unit_test(local_pages_alone_are_led_to),
		cmocka_unit_test(the_page_wanted_is_remembered),
	};

	return cmocka_run_group_tests_name("web/guard", tests, NULL, NULL);
}
