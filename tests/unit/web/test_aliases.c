/* Mail aliases: the list, setting, changing and removing one, and what is not taken. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"
#include "wire/alias.h"

static struct browser b;

static int begin(void **state UNUSED)
{
	browser_init(&b);
	b.answer = keeper_sample;
	return 0;
}

static int end(void **state UNUSED)
{
	browser_release(&b);
	return 0;
}

/* What the keeper was asked to set, as "name: target target". */
static const char *asked(void)
{
	struct unpack u = browser_heard(&b, WORD_ALIAS_SET);
	struct alias alias;
	const char *text;

	assert_int_equal(unpack_number(&u), 1);
	alias_unpack(&u, b.arena, &alias);
	assert_true(unpack_end(&u));
	text = arena_printf(b.arena, "%s:", alias.name);
	for (size_t i = 0; i < alias.n_targets; i++)
		text = arena_printf(b.arena, "%s %s", text, alias.targets[i]);
	return text;
}

#define FORM "csrf=" TEST_CSRF

static void the_aliases_are_listed(void **state UNUSED)
{
	browser_get(&b, "/login/aliases");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "data-label=\"Goes to\"><bdi>anna@example.com, bert</bdi></td>");
	assert_page_has(&b, "by <bdi>root (local)</bdi>");
	assert_page_has(&b, "<a href=\"/login/aliases\" aria-current=\"page\">Mail aliases</a>");
	assert_page_has(&b, "<h2>Set an alias</h2>");
	assert_page_lacks(&b, "role=\"status\"");
}

static void without_any_it_says_where_mail_goes(void **state UNUSED)
{
	b.nothing_saved = true;
	browser_get(&b, "/login/aliases");
	assert_page_has(&b, "all mail for names of this machine goes to the admin contacts");
	assert_page_lacks(&b, "<table");
}

static void one_is_filled_in_to_be_changed(void **state UNUSED)
{
	browser_get(&b, "/login/aliases?name=ops");
	assert_page_has(&b, "<h2>Change ops</h2>");
	assert_page_has(&b, "name=\"name\" id=\"name\" value=\"ops\"");
	assert_page_has(&b, ">\nanna@example.com\nbert</textarea>");
	browser_get(&b, "/login/aliases?name=new");
	assert_page_has(&b, "<h2>Set an alias</h2>");
	assert_page_has(&b, "value=\"new\"");
}

static void one_is_set(void **state UNUSED)
{
	browser_post(&b, "/login/aliases", FORM "&name=+root+&targets=contacts%2C+ops%0D%0Aa%40x.example");
	assert_redirect(&b, "/login/aliases?set=root");
	assert_string_equal(asked(), "root: contacts ops a@x.example");
	browser_get(&b, "/login/aliases?set=root");
	assert_page_has(&b, "The alias root is set.");
	browser_post(&b, "/login/aliases", FORM "&name=root%2Bcron&targets=ops");
	assert_redirect(&b, "/login/aliases?set=root%2Bcron");
}

static void one_is_removed(void **state UNUSED)
{
	browser_post(&b, "/login/aliases/remove", FORM "&name=ops");
	assert_redirect(&b, "/login/aliases?removed=ops");
	assert_string_equal(asked(), "ops:");
}

static void what_is_wrong_stands_beside_what_was_typed(void **state UNUSED)
{
	browser_post(&b, "/login/aliases", FORM "&name=circle&targets=circle%2C+%3Cb%3E");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#targets\">These aliases go round in a circle: circle, "
		"circle.</a>");
	assert_page_has(&b, "value=\"circle\"");
	assert_page_has(&b, "circle, &lt;b&gt;</textarea>");
	assert_page_has(&b, "anna@example.com, bert"); /* the list is still there */
}

static void nothing_to_go_to_is_no_removal(void **state UNUSED)
{
	browser_post(&b, "/login/aliases", FORM "&name=root&targets=+%2C%0A");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "It must go to somebody");
	browser_post(&b, "/login/aliases", FORM "&name=a%40b&targets=");
	assert_page_has(&b, "2 things are not right");
	assert_page_has(&b, "It must go to somebody");
	assert_int_equal(b.heard[WORD_ALIAS_SET].times, 0);
	browser_post(&b, "/login/aliases", FORM "&name=ro%00ot&targets=a");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_ALIAS_SET].times, 0);
}

static void a_form_of_an_earlier_sign_in_is_shown_with_what_was_typed(void **state UNUSED)
{
	browser_post(&b, "/login/aliases", "csrf=old&name=fresh&targets=one+two");
	assert_int_equal(b.status, 403);
	assert_page_has(&b, "this form was made before you signed in last");
	assert_page_has(&b, "value=\"fresh\"");
	assert_page_has(&b, "one two</textarea>");
	assert_int_equal(b.heard[WORD_ALIAS_SET].times, 0);
}

static void texts_are_texts(void **state UNUSED)
{
	b.hostile = true;
	browser_get(&b, "/login/aliases?set=%3Cb%3E");
	assert_page_lacks(&b, "<i a=");
	assert_page_has(&b, "The alias &lt;b&gt; is set.");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		T(the_aliases_are_listed),
		T(without_any_it_says_where_mail_goes),
		T(one_is_filled_in_to_be_changed),
		T(one_is_set),
		T(one_is_removed),
		T(what_is_wrong_stands_beside_what_was_typed),
		T(nothing_to_go_to_is_no_removal),
		T(a_form_of_an_earlier_sign_in_is_shown_with_what_was_typed),
		T(texts_are_texts),
	};

	return cmocka_run_group_tests_name("web/aliases", tests, NULL, NULL);
}
