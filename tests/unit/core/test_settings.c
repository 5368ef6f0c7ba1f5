/* Settings: every type's good and bad values, values that need each other, what follows. */
#include "unit/unit.h"

#include "base/buffer.h"
#include "core/settings.h"

static struct arena *arena;
static const char *value, *error;

static int check(enum setting_id id, const char *text)
{
	value = error = NULL;
	return setting_check(id, slice_of(text), arena, &value, &error);
}

#define assert_good(id, text, normal) \
	do { \
		assert_int_equal(check(id, text), SETTING_OK); \
		assert_string_equal(value, normal); \
	} while (0)

#define assert_bad(id, text, words) \
	do { \
		assert_int_equal(check(id, text), SETTING_BAD); \
		assert_non_null(strstr(error, words)); \
	} while (0)

static void the_table_is_whole(void **state UNUSED)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		const struct setting *s = &settings_table[i];

		assert_non_null(s->key);
		assert_non_null(s->label);
		assert_non_null(s->help);
		assert_non_null(s->initial);
		assert_ptr_equal(setting_find(slice_of(s->key)), s);
		assert_int_equal(setting_id_of(s), i);
		assert_int_equal(s->type == SETTING_TYPE_CHOICE, s->choices != NULL);
		/* the initial value is a good one */
		assert_int_equal(check((enum setting_id)i, s->initial), SETTING_OK);
		assert_string_equal(value, s->initial);
	}
	assert_null(setting_find(SLICE("email.nothing")));
	assert_null(setting_find(SLICE("")));
}

static void ports(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_RELAY_PORT, " 025 ", "25");
	assert_good(SETTING_EMAIL_RELAY_PORT, "65535", "65535");
	assert_bad(SETTING_EMAIL_RELAY_PORT, "0", "from 1 to 65535");
	assert_bad(SETTING_EMAIL_RELAY_PORT, "65536", "from 1 to 65535");
	assert_bad(SETTING_EMAIL_RELAY_PORT, "smtp", "whole number");
	assert_bad(SETTING_EMAIL_RELAY_PORT, "", "whole number");
}

static void hosts(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_RELAY_HOST, "Mail.Example.com", "mail.example.com");
	assert_good(SETTING_EMAIL_RELAY_HOST, "192.0.2.1", "192.0.2.1");
	assert_good(SETTING_EMAIL_RELAY_HOST, "[2001:db8::1]", "2001:db8::1");
	assert_good(SETTING_EMAIL_RELAY_HOST, "", "");
	assert_bad(SETTING_EMAIL_RELAY_HOST, "mail example.com", "space");
	assert_bad(SETTING_EMAIL_RELAY_HOST, "https://mail.example.com", "https://");
	assert_bad(SETTING_EMAIL_RELAY_HOST, "mail.example.com:587", "port");
	assert_int_equal(check(SETTING_EMAIL_RELAY_HOST, "a\r\nb"), SETTING_BAD);
}

static void addresses(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_FROM_ADDRESS, " alerts@example.com\n", "alerts@example.com");
	assert_good(SETTING_EMAIL_FROM_ADDRESS, "\"a b\"@example.com", "\"a b\"@example.com");
	assert_good(SETTING_EMAIL_FROM_ADDRESS, "j\xc3\xb6rg@example.com", "j\xc3\xb6rg@example.com");
	assert_bad(SETTING_EMAIL_FROM_ADDRESS, "alerts", "domain");
	assert_int_equal(check(SETTING_EMAIL_FROM_ADDRESS, "a@example.com\r\nBcc: b@c.org"),
		SETTING_BAD);
	assert_good(SETTING_EMAIL_ADMIN_CONTACTS, "a@example.com, b@example.com;\r\n c@example.com",
		"a@example.com b@example.com c@example.com");
	assert_bad(SETTING_EMAIL_ADMIN_CONTACTS, "a@example.com nobody", "nobody");
}

static void the_201st_contact_is_refused(void **state UNUSED)
{
	struct buffer list;

	buffer_init(&list, 100000);
	for (int i = 0; i < 200; i++)
		buffer_appendf(&list, "a%d@example.com ", i);
	assert_int_equal(check(SETTING_EMAIL_ADMIN_CONTACTS, buffer_text(&list)), SETTING_OK);
	buffer_append_text(&list, "one-more@example.com");
	assert_bad(SETTING_EMAIL_ADMIN_CONTACTS, buffer_text(&list), "200");
	buffer_release(&list);
}

static void texts_choices_and_switches(void **state UNUSED)
{
	char long_text[10241];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_bad(SETTING_EMAIL_USERNAME, long_text, "longer than 255");
	assert_bad(SETTING_EMAIL_PASSWORD, "a\nb", "line break");
	assert_bad(SETTING_EMAIL_USERNAME, "a\xff", "UTF-8");
	assert_good(SETTING_EMAIL_PASSWORD, " blanks count ", " blanks count ");
	assert_good(SETTING_EMAIL_ENCRYPTION, "STARTTLS", "starttls");
	assert_bad(SETTING_EMAIL_ENCRYPTION, "ssl", "none, tls, starttls");
	assert_good(SETTING_EMAIL_DAILY_NOTICE, "Yes", "yes");
	assert_good(SETTING_EMAIL_DAILY_NOTICE, "", "no");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE, "maybe", "yes or no");
}

static void times_of_day(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_DAILY_NOTICE_TIME, "08:00", "08:00");
	assert_good(SETTING_EMAIL_DAILY_NOTICE_TIME, " 7:05 ", "07:05");
	assert_good(SETTING_EMAIL_DAILY_NOTICE_TIME, "2359", "23:59");
	assert_good(SETTING_EMAIL_DAILY_NOTICE_TIME, "9", "09:00");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "24:00", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "12:60", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "12:5", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "012:05", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "-1:00", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "8 am", "00:00 to 23:59");
	assert_bad(SETTING_EMAIL_DAILY_NOTICE_TIME, "", "00:00 to 23:59");
}

static void time_zones(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_TIME_ZONE, " europe/BERLIN", "Europe/Berlin");
	assert_good(SETTING_EMAIL_TIME_ZONE, "utc", "UTC");
	assert_good(SETTING_EMAIL_TIME_ZONE, "US/Eastern", "US/Eastern");
	assert_bad(SETTING_EMAIL_TIME_ZONE, "Europe/Berln", "Did you mean Europe/Berlin?");
	assert_bad(SETTING_EMAIL_TIME_ZONE, "new york", "Did you mean America/New_York?");
	assert_bad(SETTING_EMAIL_TIME_ZONE, "../../etc/passwd", "is no known time zone");
	assert_bad(SETTING_EMAIL_TIME_ZONE, "", "Europe/Berlin, or UTC");
}

static void dates_and_proxies(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_OAUTH_SECRET_EXPIRES, " 2028-02-29 ", "2028-02-29");
	assert_good(SETTING_EMAIL_OAUTH_SECRET_EXPIRES, "", "");
	assert_bad(SETTING_EMAIL_OAUTH_SECRET_EXPIRES, "2027-02-29", "must be a day");
	assert_bad(SETTING_EMAIL_OAUTH_SECRET_EXPIRES, "2027-03-01T10:00", "must be a day");
	assert_good(SETTING_EMAIL_OAUTH_PROXY, "http://proxy.example.com:3128/",
		"http://proxy.example.com:3128");
	assert_good(SETTING_EMAIL_OAUTH_PROXY, "http://[2001:db8::1]:3128",
		"http://[2001:db8::1]:3128");
	assert_bad(SETTING_EMAIL_OAUTH_PROXY, "proxy.example.com:3128", "http://");
	assert_bad(SETTING_EMAIL_OAUTH_PROXY, "http://proxy.example.com", "must be an address");
	assert_bad(SETTING_EMAIL_OAUTH_PROXY, "http://user:word@proxy.example.com:3128", "password");
	assert_good(SETTING_EMAIL_OAUTH_FLOW, "device", "device");
	assert_good(SETTING_EMAIL_OAUTH_TENANT, "72f988bf-86f1-41af-91ab-2d7cd011db47",
		"72f988bf-86f1-41af-91ab-2d7cd011db47");
}

static void urls(void **state UNUSED)
{
	assert_good(SETTING_SITE_URL, "https://alerts.example.com/", "https://alerts.example.com");
	assert_good(SETTING_SITE_URL, "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443");
	assert_good(SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, "https://a.example/t/token?x=1",
		"https://a.example/t/token?x=1");
	assert_bad(SETTING_SITE_URL, "http://a.example", "https://");
	assert_bad(SETTING_SITE_URL, "https://u:p@a.example", "user name");
	assert_bad(SETTING_SITE_URL, "https://a.example:0", "port");
	assert_bad(SETTING_SITE_URL, "https://a b.example", "space");
	assert_bad(SETTING_SITE_URL, "https://a.example/#x", "#");
	assert_bad(SETTING_SITE_URL, "https:///x", "host name");
}

static void pem_frames(void **state UNUSED)
{
	assert_bad(SETTING_EMAIL_CA_CERTIFICATE, "garbage", "PEM");
	assert_bad(SETTING_EMAIL_CA_CERTIFICATE,
		"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "private key");
	assert_int_equal(check(SETTING_EMAIL_CA_CERTIFICATE,
		"-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\n"), SETTING_OK);
}

static void private_keys(void **state UNUSED)
{
	assert_good(SETTING_EMAIL_OAUTH_PRIVATE_KEY,
		" -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
	assert_bad(SETTING_EMAIL_OAUTH_PRIVATE_KEY,
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
		"openssl pkey -in LOCKED -out OPEN");
	assert_bad(SETTING_EMAIL_OAUTH_PRIVATE_KEY,
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not a private key");
	assert_bad(SETTING_EMAIL_OAUTH_PRIVATE_KEY, "{\"type\": \"service_account\"}", "PEM form");
}

static bool has_error(const struct setting_errors *errors, enum setting_id id)
{
	for (size_t i = 0; i < errors->n; i++)
		if (errors->list[i].id == id)
			return true;
	return false;
}

static void values_that_need_each_other(void **state UNUSED)
{
	struct setting_errors errors = { 0 };
	struct settings s;

	settings_init(&s);
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 0);

	s.value[SETTING_EMAIL_RELAY_HOST] = "mail.example.com";
	s.value[SETTING_EMAIL_AUTH] = "password";
	s.value[SETTING_EMAIL_ENCRYPTION] = "none";
	settings_check_together(&s, &errors);
	assert_true(has_error(&errors, SETTING_EMAIL_FROM_ADDRESS));
	assert_true(has_error(&errors, SETTING_EMAIL_USERNAME));
	assert_true(has_error(&errors, SETTING_EMAIL_PASSWORD));
	assert_true(has_error(&errors, SETTING_EMAIL_ENCRYPTION));
	assert_int_equal(errors.n, 4);
	for (size_t i = 0; i < errors.n; i++)
		assert_int_equal(errors.list[i].incomplete,
			errors.list[i].id != SETTING_EMAIL_ENCRYPTION);

	s.value[SETTING_EMAIL_FROM_ADDRESS] = "a@example.com";
	s.value[SETTING_EMAIL_USERNAME] = "a";
	s.value[SETTING_EMAIL_PASSWORD] = "b";
	errors.n = 0;
	s.value[SETTING_EMAIL_ALLOW_CLEAR_PASSWORD] = "yes";
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 0);
	s.value[SETTING_EMAIL_ALLOW_CLEAR_PASSWORD] = "no";
	s.value[SETTING_EMAIL_RELAY_HOST] = "127.0.0.2";
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 0);
	s.value[SETTING_EMAIL_RELAY_HOST] = "127.example.com";
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 1);
}

static void oauth_flows_need_their_proof(void **state UNUSED)
{
	struct setting_errors errors = { 0 };
	struct settings s;

	settings_init(&s);
	s.value[SETTING_EMAIL_RELAY_HOST] = "mail.example.com";
	s.value[SETTING_EMAIL_FROM_ADDRESS] = s.value[SETTING_EMAIL_OAUTH_EMAIL] = "a@example.com";
	s.value[SETTING_EMAIL_AUTH] = "oauth2";
	s.value[SETTING_EMAIL_OAUTH_CLIENT_ID] = s.value[SETTING_EMAIL_OAUTH_SCOPES] = "x";
	s.value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT] = "https://id.example/token";
	s.value[SETTING_EMAIL_OAUTH_FLOW] = "service";
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 1); /* and no sign-in page */
	assert_int_equal(errors.list[0].id, SETTING_EMAIL_OAUTH_PRIVATE_KEY);
	assert_true(settings_need_nobody(&s));

	s.value[SETTING_EMAIL_OAUTH_FLOW] = "client";
	errors.n = 0;
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.list[0].id, SETTING_EMAIL_OAUTH_CLIENT_SECRET);
	s.value[SETTING_EMAIL_OAUTH_CERTIFICATE] = "x";
	s.value[SETTING_EMAIL_OAUTH_CLIENT_SECRET] = "x";
	errors.n = 0;
	settings_check_together(&s, &errors);
	assert_int_equal(errors.n, 1);
	assert_int_equal(errors.list[0].id, SETTING_EMAIL_OAUTH_PRIVATE_KEY);
	s.value[SETTING_EMAIL_OAUTH_PRIVATE_KEY] = "x";
	assert_null(settings_mail_obstacle(&s));
	s.value[SETTING_EMAIL_OAUTH_FLOW] = "device";
	assert_false(settings_need_nobody(&s));
}

static void obstacles_and_addresses(void **state UNUSED)
{
	struct settings s;

	settings_init(&s);
	assert_non_null(strstr(settings_mail_obstacle(&s), "relay"));
	s.value[SETTING_EMAIL_RELAY_HOST] = "mail.example.com";
	s.value[SETTING_EMAIL_FROM_ADDRESS] = "a@example.com";
	assert_null(settings_mail_obstacle(&s));
	s.value[SETTING_EMAIL_AUTH] = "password";
	assert_non_null(strstr(settings_mail_obstacle(&s), "password"));
	s.value[SETTING_EMAIL_AUTH] = "oauth2";
	assert_non_null(strstr(settings_mail_obstacle(&s), "not complete"));
	assert_string_equal(settings_site_url(&s, "node1", 8443, arena), "https://node1:8443");
	assert_string_equal(settings_site_url(&s, "node1", 443, arena), "https://node1");
	s.value[SETTING_SITE_HOST_NAME] = "2001:db8::1";
	assert_string_equal(settings_site_url(&s, "node1", 443, arena), "https://[2001:db8::1]");
	s.value[SETTING_SITE_URL] = "https://site.example";
	assert_string_equal(settings_site_url(&s, "node1", 8443, arena), "https://site.example");
	assert_int_equal(setting_number(&s, SETTING_EMAIL_RELAY_PORT), 587);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_whole),
		cmocka_unit_test(ports),
		cmocka_unit_test(dates_and_proxies),
		cmocka_unit_test(hosts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(the_201st_contact_is_refused),
		cmocka_unit_test(texts_choices_and_switches),
		cmocka_unit_test(times_of_day),
		cmocka_unit_test(time_zones),
		cmocka_unit_test(urls),
		cmocka_unit_test(pem_frames),
		cmocka_unit_test(private_keys),
		cmocka_unit_test(values_that_need_each_other),
		cmocka_unit_test(oauth_flows_need_their_proof),
		cmocka_unit_test(obstacles_and_addresses),
	};
	int failed;

	arena = arena_new(16 << 20);
	failed = cmocka_run_group_tests_name("core/settings", tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
