/* Cookies: exact names, no second copy, and Set-Cookie lines nobody can inject into. */
#include "unit/unit.h"

#include "http/cookie.h"

static void the_exact_name_is_found(void **state UNUSED)
{
	struct slice value = { 0 };
	struct slice field = SLICE("x=1; __Host-login=abc=; xy=2;__Host-loginx=no");

	assert_int_equal(cookie_get(field, "__Host-login", &value), 0);
	assert_slice(value, "abc=");
	assert_int_equal(cookie_get(field, "xy", &value), 0);
	assert_slice(value, "2");
	assert_int_equal(cookie_get(field, "__host-login", &value), COOKIE_ABSENT);
	assert_int_equal(cookie_get(field, "y", &value), COOKIE_ABSENT);
	assert_int_equal(cookie_get((struct slice){ 0 }, "x", &value), COOKIE_ABSENT);
	assert_int_equal(cookie_get(SLICE("x"), "x", &value), COOKIE_ABSENT);
	assert_slice(value, "2");
	assert_int_equal(cookie_get(SLICE("x="), "x", &value), 0);
	assert_slice(value, "");
}

static void a_planted_second_one_voids_both(void **state UNUSED)
{
	struct slice value = SLICE("untouched");

	assert_int_equal(cookie_get(SLICE("a=1; b=2; a=3"), "a", &value), COOKIE_TWICE);
	assert_int_equal(cookie_get(SLICE("a=1; a=1"), "a", &value), COOKIE_TWICE);
	assert_slice(value, "untouched");
}

static void odd_values_are_refused_odd_neighbours_are_not(void **state UNUSED)
{
	struct slice value = SLICE("untouched");

	assert_int_equal(cookie_get(SLICE("a=\"1\""), "a", &value), COOKIE_MALFORMED);
	assert_int_equal(cookie_get(SLICE("a=1 2"), "a", &value), COOKIE_MALFORMED);
	assert_int_equal(cookie_get(SLICE("a=\xc3\xbc"), "a", &value), COOKIE_MALFORMED);
	assert_int_equal(cookie_get(SLICE("a=1,b=2"), "a", &value), COOKIE_MALFORMED);
	assert_slice(value, "untouched");
	assert_int_equal(cookie_get(SLICE(";;\xff=\"; =; a=1;"), "a", &value), 0);
	assert_slice(value, "1");
}

static void lines_are_built(void **state UNUSED)
{
	struct buffer lines;

	buffer_init(&lines, 1000);
	cookie_set(&lines, "__Host-login", SLICE("abc"), 0);
	cookie_set(&lines, "a", SLICE("1"), 3600);
	cookie_clear(&lines, "b");
	assert_string_equal(buffer_text(&lines),
	    "Set-Cookie: __Host-login=abc; Path=/; Secure; HttpOnly; SameSite=Lax\r\n"
	    "Set-Cookie: a=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600\r\n"
	    "Set-Cookie: b=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0\r\n");
	cookie_set(&lines, "a", SLICE("1\r\nX: y"), 0);
	assert_false(buffer_ok(&lines));
	buffer_clear(&lines);
	cookie_set(&lines, "a;b", SLICE("1"), 0);
	assert_false(buffer_ok(&lines));
	buffer_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exact_name_is_found),
		cmocka_unit_test(a_planted_second_one_voids_both),
		cmocka_unit_test(odd_values_are_refused_odd_neighbours_are_not),
		cmocka_unit_test(lines_are_built),
	};

	return cmocka_run_group_tests_name("http/cookie", tests, NULL, NULL);
}
