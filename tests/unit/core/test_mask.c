/* Text for the public: nobody can be told from it, and what happened still can. */
#include "unit/unit.h"

#include "core/mask.h"

static struct arena *arena;
static struct mask mask;
static struct buffer out;

static int setup(void **state UNUSED)
{
	arena = arena_new(1024 * 1024);
	mask_init(&mask, arena);
	buffer_init(&out, 64 * 1024);
	return arena == NULL;
}

static int teardown(void **state UNUSED)
{
	buffer_release(&out);
	arena_free(arena);
	return 0;
}

static void assert_masked(const char *text, const char *expected)
{
	buffer_clear(&out);
	mask_text(&mask, slice_of(text), &out);
	assert_string_equal(buffer_text(&out), expected);
}

static void addresses_and_hosts_get_names_that_stay(void **state UNUSED)
{
	assert_masked("<Anna.Maier+x@mail.acme.example>: not owned by user anna@acme.example.",
	    "<user1@host1>: not owned by user user2@host2.");
	assert_masked("to ANNA@acme.example via mail.acme.example:587 (mx7.acme.example)",
	    "to user2@host2 via host1:587 (host3)");
	assert_masked("j\xc3\xbcrgen@b\xc3\xbc" "cher.example", "user3@host4");
}

static void addresses_of_the_network(void **state UNUSED)
{
	assert_masked("192.0.2.7, [2001:db8::25]:465 and 192.0.2.7:25", "ip1, [ip2]:465 and ip1:25");
	assert_masked("at 14:02:05", "at 14:02:05");
}

static void public_relays_codes_and_words_stay(void **state UNUSED)
{
	assert_masked("535 5.7.139 Authentication unsuccessful at smtp.office365.com, set email.auth",
	    "535 5.7.139 Authentication unsuccessful at smtp.office365.com, set email.auth");
	assert_masked("TLSv1.3, 8BITMIME. No STARTTLS: none", "TLSv1.3, 8BITMIME. No STARTTLS: none");
}

static void known_names_and_ids(void **state UNUSED)
{
	mask_know(&mask, SLICE("rackbox"));
	mask_know(&mask, SLICE(" "));
	assert_masked("helo Rackbox refused, [AM0PR01CA0001] 4bXyZ12345 dG9jc2luAHBsYW50ZWQtc2VjcmV0LTc3NDE",
	    "helo name1 refused, [****] **** ****");
}

static void certificates(void **state UNUSED)
{
	assert_masked("TLSv1.3, 30 days left, CN = mx, O = Acme Industries GmbH, issued by CN = Acme Root",
	    "TLSv1.3, 30 days left, CN = ****, O = ****, issued by CN = ****");
}

static void control_characters_and_urls(void **state UNUSED)
{
	assert_masked("see https://portal.acme.example/a?b=c@d.example\x1b[2J\n",
	    "see https://host1/**** [2J\n");
	assert_masked("@ a@ @b.example .", "@ user1@ @host2 .");
	assert_masked("<https://acme.example:8443/x?u=alice>, https://acme.example.",
	    "<https://host3:8443/****>, https://host3.");
	assert_masked("(http://bob:pa!ss@acme.example?u=alice) acme.example/u/alice.",
	    "(http://****@host3?****) host3/****.");
	assert_masked("https://[2001:db8::25]:465/alice // 451 4.7.1/2",
	    "https://[ip1]:465/**** // 451 4.7.1/2");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(addresses_and_hosts_get_names_that_stay),
		T(addresses_of_the_network),
		T(public_relays_codes_and_words_stay),
		T(known_names_and_ids),
		T(certificates),
		T(control_characters_and_urls),
	};

	return cmocka_run_group_tests_name("core/mask", tests, NULL, NULL);
}
