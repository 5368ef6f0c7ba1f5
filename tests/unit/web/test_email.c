/* The Email Configuration page: showing, saving, conflicts, errors; what it tells the keeper. */
#include "unit/unit.h"

#include "web/browser.h"
#include "web/email_form.h"
#include "web/keeper.h"

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

#define GOOD "csrf=" TEST_CSRF "&version=7" \
	"&email.from_address=alerts%40example.com&email.relay_host=smtp.example.com" \
	"&email.relay_port=587&email.encryption=starttls&email.auth=password" \
	"&email.username=alerts&email.password=&email.admin_contacts=anna%40example.com"

/* ---- the form ---- */

static void every_email_setting_is_on_the_form_once(void **state UNUSED)
{
	unsigned times[SETTING_COUNT] = { 0 };

	for (size_t s = 0; s < email_form.n_sections; s++)
		for (size_t g = 0; g < email_form.sections[s].n_groups; g++) {
			const struct form_group *group = &email_form.sections[s].groups[g];

			for (size_t e = 0; e < group->n_entries; e++)
				times[group->entries[e].id]++;
		}
	for (size_t i = 0; i < SETTING_COUNT; i++)
		assert_int_equal(times[i], slice_starts(slice_of(settings_table[i].key), "email."));
}

/* "key=value key=value", each a choice of the table. How many there are. */
static unsigned check_conditions(struct slice rest)
{
	unsigned n = 0;

	while (rest.data != NULL) {
		struct slice value = slice_cut(&rest, ' '), key = slice_cut(&value, '=');
		const struct setting *row = setting_find(key);
		bool found = false;

		assert_non_null(row);
		assert_int_equal(row->type, SETTING_TYPE_CHOICE);
		for (const struct setting_choice *c = row->choices; c->value != NULL; c++)
			found = found || slice_is(value, c->value);
		assert_true(found);
		n++;
	}
	return n;
}

static void what_shows_a_group_is_a_choice_of_the_table(void **state UNUSED)
{
	unsigned n = 0;

	for (size_t s = 0; s < email_form.n_sections; s++)
		for (size_t g = 0; g < email_form.sections[s].n_groups; g++)
			n += check_conditions(slice_of(email_form.sections[s].groups[g].when));
	assert_int_equal(n, 6);
}

static void it_shows_what_is_saved_but_no_secret(void **state UNUSED)
{
	browser_get(&b, "/login/email");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "<h1>Email Configuration</h1>");
	assert_page_has(&b, "name=\"email.relay_host\" id=\"email.relay_host\" value=\"smtp.example.com\"");
	assert_page_has(&b, "id=\"email.auth-password\" value=\"password\" checked");
	assert_page_has(&b, ">\nanna@example.com\nops@example.com</textarea>");
	assert_page_has(&b, "Set on <time datetime=\"2026-03-03T14:02:00Z\">3 March 2026, 14:02 UTC</time> by "
	    "anna.");
	assert_page_has(&b, "<input type=\"password\" name=\"email.password\" id=\"email.password\" "
	    "autocomplete=\"new-password\"");
	assert_page_has(&b, "name=\"version\" value=\"7\"");
	assert_page_has(&b, "https://node-a:8443/login/smtp-verification");
	assert_page_lacks(&b, "the-real-password");
	assert_page_lacks(&b, "is set\"");
}

static void every_field_has_label_and_help_of_the_table(void **state UNUSED)
{
	browser_get(&b, "/login/email");
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *row = &settings_table[i];

		if (!slice_starts(slice_of(row->key), "email."))
			continue;
		assert_page_has(&b, arena_printf(b.arena, ">%s", row->label));
		assert_page_has(&b, arena_printf(b.arena, "id=\"%s\"", row->key));
		assert_page_has(&b, arena_printf(b.arena, "id=\"%s-help\"", row->key));
	}
}

/* ---- saving ---- */

static const char *value_heard(struct unpack *u, const char *wanted)
{
	uint64_t n = unpack_number(u);
	const char *found = NULL;

	for (uint64_t i = 0; i < n; i++) {
		const char *key = unpack_text(u, 100, b.arena);
		const char *value = unpack_text(u, 1000, b.arena);

		if (strcmp(key, wanted) == 0)
			found = value;
	}
	return found;
}

static const char *saved_value(const char *key)
{
	struct unpack u = browser_heard(&b, WORD_SETTINGS_SET);
	const char *value;

	assert_int_equal(unpack_number(&u), 7);
	value = value_heard(&u, key);
	assert_true(unpack_end(&u));
	return value;
}

static void saving_tells_the_keeper_and_redirects(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&email.oauth_scopes=a+b&site.name=stolen&made.up=1");
	assert_redirect(&b, "/login/email?saved=4");
	assert_string_equal(saved_value("email.relay_host"), "smtp.example.com");
	assert_string_equal(saved_value("email.admin_contacts"), "anna@example.com");
	assert_string_equal(saved_value("email.oauth_scopes"), "a b");
	assert_int_equal(b.heard[WORD_TEST].times, 0);
}

static void only_settings_of_the_form_can_be_set(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&site.name=stolen&made.up=1");
	assert_null(saved_value("site.name"));
	assert_null(saved_value("made.up"));
	assert_null(saved_value("csrf"));
}

static void boxes_that_are_not_ticked_are_off(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD);
	assert_string_equal(saved_value("email.daily_notice"), "no");
	browser_post(&b, "/login/email", GOOD "&email.daily_notice=yes");
	assert_string_equal(saved_value("email.daily_notice"), "yes");
}

static void an_empty_secret_keeps_the_one_that_is_set(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD);
	assert_null(saved_value("email.password"));
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=7&email.auth=password"
	    "&email.username=a&email.password=new+one");
	assert_string_equal(saved_value("email.password"), "new one");
	assert_null(saved_value("email.relay_host"));
}

static void saving_with_a_test_leads_to_its_run(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email", GOOD "&test=yes");
	assert_redirect(&b, "/login/email/test/41?saved=3");
	u = browser_heard(&b, WORD_TEST);
	assert_int_equal(unpack_number(&u), 0); /* nothing unsaved */
	assert_int_equal(unpack_number(&u), 0); /* to the contacts */
	assert_true(unpack_end(&u));
}

static void saving_stands_when_the_test_cannot_start(void **state UNUSED)
{
	b.refuse_test = true;
	browser_post(&b, "/login/email", GOOD "&test=yes");
	assert_redirect(&b, "/login/email?saved=3&test=no");
	browser_get(&b, "/login/email?saved=3&test=no");
	assert_page_has(&b, "Saved. 3 settings were changed.");
	assert_page_has(&b, "No test email was sent.");
}

/* ---- what is wrong ---- */

static void all_errors_come_at_once_with_what_was_typed(void **state UNUSED)
{
	const char *at;

	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=7&email.from_address=no-domain"
	    "&email.relay_host=https%3A%2F%2Fx+y&email.relay_port=65536&email.encryption=none"
	    "&email.auth=password&email.username=%3Cb%3E&email.password=typed-secret"
	    "&email.admin_contacts=&email.ca_certificate=garbage&test=yes");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	assert_page_has(&b, "<title>Error: Email Configuration");
	assert_page_has(&b, "<a href=\"#email.relay_port\">SMTP Port must be a whole number");
	assert_page_has(&b, "id=\"email.relay_port-error\">SMTP Port must be a whole number");
	assert_page_has(&b, "<a href=\"#email.from_address\">From Address ");
	assert_page_has(&b, "<a href=\"#email.relay_host\">SMTP Relay Server ");
	assert_page_has(&b, "<a href=\"#email.encryption\">SMTP Encryption is None");
	assert_page_has(&b, "<a href=\"#email.ca_certificate\">CA Certificate ");
	assert_page_has(&b, "<a href=\"#email.admin_contacts\">Enter at least one admin contact");
	assert_page_has(&b, "value=\"https://x y\"");
	assert_page_has(&b, "value=\"65536\"");
	assert_page_has(&b, "value=\"&lt;b&gt;\"");
	assert_page_has(&b, ">\ngarbage</textarea>");
	assert_page_has(&b, "id=\"test\" value=\"yes\" checked");
	assert_page_lacks(&b, "typed-secret");
	assert_page_has(&b, "What was typed here was not kept: type it once more.");
	assert_page_has(&b, "Passwords and secrets are never sent back");
	/* in the order of the form */
	at = strstr(b.page, "href=\"#email.from_address\"");
	assert_non_null(strstr(at, "href=\"#email.encryption\""));
	assert_non_null(strstr(strstr(at, "href=\"#email.encryption\""), "href=\"#email.ca_certificate\""));
	/* what is wrong is not folded away */
	assert_page_has(&b, "<details open>\n<summary id=\"advanced\">");
}

static void a_private_key_is_not_sent_back(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&email.ca_certificate=-----BEGIN+PRIVATE+KEY-----"
	    "%0D%0AMIGHAgEAMBMG%0D%0A-----END+PRIVATE+KEY-----");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "CA Certificate holds a private key");
	assert_page_lacks(&b, "MIGHAgEAMBMG");
}

static void a_value_that_was_sent_twice_is_refused(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&email.relay_host=evil.example");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "SMTP Relay Server was sent twice.");
	browser_post(&b, "/login/email", GOOD "&email.password=other");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "Password was sent twice.");
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
}

static void line_breaks_stay_out_of_lines(void **state UNUSED)
{
	browser_post(&b, "/login/email", GOOD "&email.oauth_client_id=a%0d%0aBcc%3A+x");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#email.oauth_client_id\">SMTP OAuth Provider ID holds a line break");
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
}

static void a_nul_is_told_beside_every_field(void **state UNUSED)
{
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const char *key = settings_table[i].key;

		if (!slice_starts(slice_of(key), "email."))
			continue;
		browser_post(&b, "/login/email",
		    arena_printf(b.arena, "csrf=" TEST_CSRF "&version=7&%s=a%%00b", key));
		assert_int_equal(b.status, 422);
		assert_page_has(&b, arena_printf(b.arena, "<a href=\"#%s\">", key));
	}
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=7&email.username=a%00b");
	assert_page_has(&b, "value=\"a\ufffdb\"");
}

static void large_values_are_told_beside_their_field(void **state UNUSED)
{
	char *form = arena_alloc(b.arena, 10 * 1024 + 200);

	assert_non_null(form);
	memcpy(form, "csrf=" TEST_CSRF "&version=7&email.from_address=", sizeof("csrf=" TEST_CSRF
	    "&version=7&email.from_address=") - 1);
	memset(form + strlen(form), 'a', 10 * 1024);
	browser_post(&b, "/login/email", form);
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#email.from_address\">From Address ");
	assert_page_has(&b, "value=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
}

static void what_the_keeper_refuses_stands_beside_the_field(void **state UNUSED)
{
	b.refuse_port = true;
	browser_post(&b, "/login/email", GOOD);
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "<a href=\"#email.relay_port\">SMTP Port is taken.</a>");
}

static void a_form_of_an_earlier_sign_in_is_shown_again(void **state UNUSED)
{
	browser_post(&b, "/login/email", "csrf=old&version=7&email.relay_host=typed.example");
	assert_int_equal(b.status, 403);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	assert_page_has(&b, "Nothing was done: this form was made before you signed in last.");
	assert_page_has(&b, "value=\"typed.example\"");
	assert_page_has(&b, "name=\"csrf\" value=\"the-token-of-anna&#39;s-forms\"");
}

/* ---- two people ---- */

static void the_second_of_two_is_told_what_changed(void **state UNUSED)
{
	b.changed_by_bert = true;
	browser_post(&b, "/login/email", GOOD "&email.helo_name=mine.example");
	assert_int_equal(b.status, 409);
	assert_page_has(&b, "Somebody else saved these settings meanwhile");
	assert_page_has(&b, "<th scope=\"row\">SMTP Port</th>");
	assert_page_has(&b, "bert, <time datetime=\"2026-03-03T14:03:00Z\">");
	assert_page_has(&b, "<td data-label=\"Saved now\">2525</td>");
	assert_page_has(&b, "<td data-label=\"In your form\">587</td>");
	assert_page_has(&b, "<td data-label=\"Saved now\">a new secret</td>");
	assert_page_lacks(&b, "<th scope=\"row\">Site Name</th>");
	assert_page_has(&b, "value=\"mine.example\"");
	assert_page_has(&b, "name=\"version\" value=\"8\"");
}

static void the_second_first_save_is_told_too(void **state UNUSED)
{
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&version=0&email.relay_host=mine.example");
	assert_int_equal(b.status, 409);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	assert_page_has(&b, "<td data-label=\"Saved now\">smtp.example.com</td>");
	assert_page_has(&b, "<td data-label=\"In your form\">mine.example</td>");
	assert_page_has(&b, "name=\"version\" value=\"7\"");
}

static void a_form_without_its_version_is_not_saved(void **state UNUSED)
{
	browser_post(&b, "/login/email", "csrf=" TEST_CSRF "&email.relay_host=mine.example");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
}

static void a_keeper_that_goes_away_loses_nothing_silently(void **state UNUSED)
{
	browser_cut_keeper(&b);
	browser_post(&b, "/login/email", GOOD);
	assert_int_equal(b.status, 503);
	assert_string_equal(browser_line(&b, "Retry-After"), "5");
}

/* ---- testing without saving ---- */

static void a_test_takes_what_is_typed(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/test", "csrf=" TEST_CSRF "&version=7&email.auth=password"
	    "&email.username=alerts&email.password=other");
	assert_redirect(&b, "/login/email/test/41");
	assert_int_equal(b.heard[WORD_SETTINGS_SET].times, 0);
	u = browser_heard(&b, WORD_TEST);
	assert_string_equal(value_heard(&u, "email.password"), "other");
	assert_int_equal(unpack_number(&u), 0);
	assert_false(unpack_bool(&u));
	assert_true(unpack_end(&u));
}

static void a_check_is_a_test_that_sends_nothing(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/test", GOOD "&check=yes");
	assert_redirect(&b, "/login/email/test/41");
	u = browser_heard(&b, WORD_TEST);
	(void)value_heard(&u, "email.password");
	assert_int_equal(unpack_number(&u), 0);
	assert_true(unpack_bool(&u));
	assert_true(unpack_end(&u));
}

static void a_test_needs_somebody_to_go_to(void **state UNUSED)
{
	browser_post(&b, "/login/email/test", "csrf=" TEST_CSRF "&version=7&email.auth=none&email.relay_host="
	    "&email.from_address=&email.admin_contacts=+%2C+");
	assert_int_equal(b.status, 422);
	assert_int_equal(b.heard[WORD_TEST].times, 0);
	assert_page_has(&b, "<a href=\"#email.admin_contacts\">Enter at least one admin contact");
	assert_page_has(&b, "<a href=\"#email.relay_host\">Enter the SMTP Relay Server");
	assert_page_has(&b, "<a href=\"#email.from_address\">Enter the From Address");
}

static void a_test_that_cannot_start_says_why(void **state UNUSED)
{
	b.refuse_test = true;
	browser_post(&b, "/login/email/test", GOOD);
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "OAuth2 is chosen and this node is not signed in yet.");
}

static void what_is_saved_can_be_tested_again(void **state UNUSED)
{
	struct unpack u;

	browser_post(&b, "/login/email/test", "csrf=" TEST_CSRF);
	assert_redirect(&b, "/login/email/test/41");
	u = browser_heard(&b, WORD_TEST);
	assert_int_equal(unpack_number(&u), 0);
}

/* ---- presets ---- */

static void a_preset_is_laid_over_what_was_typed(void **state UNUSED)
{
	browser_post(&b, "/login/email/preset", GOOD "&email.from_address=&preset=fastmail"
	    "&email.helo_name=typed.example.com");
	assert_int_equal(b.status, 200);
	assert_page_has(&b, "Filled in for Fastmail (app password). Nothing is saved yet.");
	assert_page_has(&b, "<option value=\"fastmail\" selected>");
	assert_page_has(&b, "id=\"email.relay_host\" value=\"smtp.fastmail.com\"");
	assert_page_has(&b, "id=\"email.relay_port\" value=\"465\"");
	assert_page_has(&b, "value=\"tls\" checked data-port=\"465\"");
	assert_page_has(&b, "value=\"typed.example.com\"");
	assert_page_has(&b, "name=\"version\" value=\"7\"");
}

/* What is wrong elsewhere is for Save to say: a preset is the first thing that is chosen. */
static void a_preset_does_not_mind_an_unfinished_form(void **state UNUSED)
{
	browser_post(&b, "/login/email/preset", "csrf=" TEST_CSRF "&version=7&preset=ses"
	    "&email.from_address=no-domain&email.relay_port=text");
	assert_int_equal(b.status, 200);
	assert_page_lacks(&b, "not right");
	assert_page_has(&b, "value=\"no-domain\"");
}

static void no_preset_is_told(void **state UNUSED)
{
	browser_post(&b, "/login/email/preset", GOOD "&preset=gogle");
	assert_int_equal(b.status, 422);
	assert_page_has(&b, "Choose the provider whose values to fill in.");
	assert_page_lacks(&b, "Filled in for");
}

#define with_browser(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_email_setting_is_on_the_form_once),
		cmocka_unit_test(what_shows_a_group_is_a_choice_of_the_table),
		with_browser(a_preset_is_laid_over_what_was_typed),
		with_browser(a_preset_does_not_mind_an_unfinished_form),
		with_browser(no_preset_is_told),
		with_browser(it_shows_what_is_saved_but_no_secret),
		with_browser(every_field_has_label_and_help_of_the_table),
		with_browser(saving_tells_the_keeper_and_redirects),
		with_browser(only_settings_of_the_form_can_be_set),
		with_browser(boxes_that_are_not_ticked_are_off),
		with_browser(an_empty_secret_keeps_the_one_that_is_set),
		with_browser(saving_with_a_test_leads_to_its_run),
		with_browser(saving_stands_when_the_test_cannot_start),
		with_browser(all_errors_come_at_once_with_what_was_typed),
		with_browser(a_private_key_is_not_sent_back),
		with_browser(a_value_that_was_sent_twice_is_refused),
		with_browser(line_breaks_stay_out_of_lines),
		with_browser(a_nul_is_told_beside_every_field),
		with_browser(large_values_are_told_beside_their_field),
		with_browser(what_the_keeper_refuses_stands_beside_the_field),
		with_browser(a_form_of_an_earlier_sign_in_is_shown_again),
		with_browser(the_second_of_two_is_told_what_changed),
		with_browser(the_second_first_save_is_told_too),
		with_browser(a_form_without_its_version_is_not_saved),
		with_browser(a_keeper_that_goes_away_loses_nothing_silently),
		with_browser(a_test_takes_what_is_typed),
		with_browser(a_check_is_a_test_that_sends_nothing),
		with_browser(a_test_needs_somebody_to_go_to),
		with_browser(a_test_that_cannot_start_says_why),
		with_browser(what_is_saved_can_be_tested_again),
	};

	return cmocka_run_group_tests_name("web/email", tests, NULL, NULL);
}
