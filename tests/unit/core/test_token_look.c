/* What a token says of itself beside what the settings want: the first thing that does not fit. */
#include "unit/unit.h"

#include "core/token_look.h"

enum {
	NOW = 1800000000,
};

static const struct token_claims delegated = {
	.readable = true, .audience = "https://outlook.office.com", .scopes = "SMTP.Send openid",
	.roles = "", .account = "alerts@example.com", .ends = NOW + 1,
};
static const struct token_wants wanted = { .exchange = true, .email = "Alerts@example.com",
	.now = NOW };

static void says(const struct token_claims *c, const struct token_wants *w, const char *words)
{
	struct arena *a = arena_new(16 * 1024);
	const char *wrong = token_look(c, w, a);

	if (words == NULL)
		assert_null(wrong);
	else if (wrong == NULL || strstr(wrong, words) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", wrong != NULL ? wrong : "nothing", words);
	arena_free(a);
}

static void what_fits_is_silent(void **state UNUSED)
{
	static const char *const audiences[] = { "https://outlook.office.com",
		"https://outlook.office365.com/", "00000002-0000-0ff1-ce00-000000000000", "" };
	struct token_claims c = delegated;

	for (size_t i = 0; i < COUNT_OF(audiences); i++) {
		c.audience = audiences[i];
		says(&c, &wanted, NULL);
	}
	c.readable = false;
	c.audience = "https://graph.microsoft.com";
	says(&c, &wanted, NULL);
}

static void the_first_mismatch_is_named(void **state UNUSED)
{
	struct token_claims c = delegated;
	struct token_wants w = wanted;

	c.ends = NOW;
	says(&c, &w, "has ended by its own word");
	c.account = "anna@example.com";
	says(&c, &w, "belongs to anna@example.com, not to Alerts@example.com");
	c.scopes = "User.Read SMTP.SendAs";
	says(&c, &w, "lacks the scope SMTP.Send");
	c.audience = "https://graph.microsoft.com"; /* its scp may have SMTP.Send all the same */
	says(&c, &w, "another service, https://graph.microsoft.com");
	w.exchange = false;
	says(&c, &w, "belongs to anna@example.com");
}

static void an_application_has_roles_and_no_account(void **state UNUSED)
{
	struct token_claims c = delegated;
	struct token_wants w = wanted;

	w.alone = true;
	c.account = "app@example.com";
	c.roles = "IMAP.AccessAsApp";
	says(&c, &w, "lacks the role SMTP.SendAsApp");
	c.roles = "IMAP.AccessAsApp SMTP.SendAsApp";
	c.scopes = "";
	says(&c, &w, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_silent),
		cmocka_unit_test(the_first_mismatch_is_named),
		cmocka_unit_test(an_application_has_roles_and_no_account),
	};

	return cmocka_run_group_tests_name("core/token_look", tests, NULL, NULL);
}
