/* Tokens of the API: made, listed, revoked, recognised, and which words each scope may say. */
#include "unit/keep/fixture.h"

#include <sysexits.h>

#include "store/audit.h"
#include "sys/clock.h"
#include "wire/token.h"

static const char home[] = "192.0.2.1", away[] = "198.51.100.7";
static struct buffer bearer_body;

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result == 0)
		link_end(&front, ROLE_FRONT);
	return result;
}

static int teardown_front(void **state)
{
	buffer_release(&bearer_body);
	return teardown_keeper(state);
}

static struct buffer *body_as_bearer(const char *token, const char *from)
{
	struct who who = { .kind = WHO_BEARER, .token = token, .from = from };

	buffer_release(&bearer_body);
	buffer_init(&bearer_body, WIRE_BODY_MAX);
	who_pack(&bearer_body, &who);
	return &bearer_body;
}

static struct answer *create_as(uint64_t uid, const char *name, uint64_t scopes, uint64_t expires)
{
	struct buffer *b = body_as_user(uid);

	pack_text(b, name);
	pack_number(b, scopes);
	pack_number(b, expires);
	pack_text(b, "");
	return ask(&front, WORD_TOKEN_CREATE, b);
}

static const char *create(const char *name, uint64_t scopes)
{
	struct unpack u = expect(create_as(0, name, scopes, 0), WORD_TOKEN_CREATED);
	const char *token;

	assert_true(unpack_number(&u) > 0);
	token = unpack_text(&u, 200, arena);
	assert_true(unpack_end(&u));
	return token;
}

struct bearer {
	enum login_result result;
	uint64_t retry_after, id, scopes;
	const char *name, *from_address;
};

static struct bearer bearer(const char *token, const char *from)
{
	struct answer *a = ask(&front, WORD_BEARER, body_as_bearer(token, from));
	struct unpack u = expect(a, WORD_BEARER_IS);
	struct bearer b;

	b.result = (enum login_result)unpack_number(&u);
	b.retry_after = unpack_number(&u);
	b.id = unpack_number(&u);
	b.name = unpack_text(&u, 200, arena);
	b.scopes = unpack_number(&u);
	b.from_address = unpack_text(&u, 400, arena);
	assert_true(unpack_end(&u));
	return b;
}

static void revoke_token(const char *which)
{
	struct buffer *b = body_as_root();

	pack_text(b, which);
	expect(ask(&front, WORD_TOKEN_REVOKE, b), WORD_DONE);
}

static void a_token_is_recognised(void **state UNUSED)
{
	const char *token = create("backup", TOKEN_SCOPE_SEND);
	struct bearer b;

	assert_int_equal(strlen(token), 7 + 64);
	assert_int_equal(strncmp(token, "tocsin_", 7), 0);
	set_up_mail();
	b = bearer(token, home);
	assert_int_equal(b.result, LOGIN_OK);
	assert_string_equal(b.name, "backup");
	assert_int_equal(b.scopes, TOKEN_SCOPE_SEND);
	assert_true(b.id > 0);
	assert_string_equal(b.from_address, keeper.settings.value[SETTING_EMAIL_FROM_ADDRESS]);
	assert_string_not_equal(b.from_address, "");
	assert_string_not_equal(token, create("other", TOKEN_SCOPE_SEND));
}

static void admin_may_read(void **state UNUSED)
{
	assert_int_equal(bearer(create("a", TOKEN_SCOPE_ADMIN), home).scopes,
		TOKEN_SCOPE_ADMIN | TOKEN_SCOPE_READ);
}

static void a_revoked_token_is_wrong_at_once(void **state UNUSED)
{
	const char *token = create("backup", TOKEN_SCOPES_ALL);

	revoke_token("backup");
	assert_int_equal(bearer(token, home).result, LOGIN_WRONG);
	expect_refused(ask(&front, WORD_STATUS, body_as_bearer(token, home)), EX_NOPERM);
}

static void bad_wishes_are_refused_by_field(void **state UNUSED)
{
	uint64_t now = (uint64_t)clock_wall();

	expect_refused(create_as(0, "", 1, 0), EX_DATAERR);
	expect_refused(create_as(0, "two words", 1, 0), EX_DATAERR);
	expect_refused(create_as(0, "17", 1, 0), EX_DATAERR);
	expect_refused(create_as(0, "a", 0, 0), EX_DATAERR);
	expect_refused(create_as(0, "a", 1, now - 1), EX_DATAERR);
	expect(create_as(0, "a", 1, now + 86400), WORD_TOKEN_CREATED);
	expect_refused(create_as(0, "A", 1, 0), EX_DATAERR);
	assert_string_equal(refused_fields(create_as(0, "A", 0, now - 1)), "name scope expires ");
}

static void only_who_may_command_makes_tokens(void **state UNUSED)
{
	const char *token = create("all", TOKEN_SCOPES_ALL);
	struct buffer *b;

	expect_refused(create_as(1000, "a", 1, 0), EX_NOPERM);
	expect_refused(ask(&front, WORD_TOKEN_LIST, body_as_user(1000)), EX_NOPERM);
	expect_refused(ask(&front, WORD_TOKEN_LIST, body_as_bearer(token, home)), EX_NOPERM);
	b = body_as_bearer(token, home);
	pack_text(b, "more");
	pack_number(b, 7);
	pack_number(b, 0);
	expect_refused(ask(&front, WORD_TOKEN_CREATE, b), EX_NOPERM);
	b = body_as_bearer(token, home);
	pack_text(b, "all");
	expect_refused(ask(&front, WORD_TOKEN_REVOKE, b), EX_NOPERM);
}

/* ---- scopes: every word, with every token ---- */

static bool refused_for_its_right(enum word word, const char *token)
{
	struct answer *a = ask(&front, word, body_as_bearer(token, home));
	struct unpack u;

	if (a->word != WORD_REFUSED)
		return false;
	unpack_init(&u, buffer_slice(&a->body));
	return unpack_number(&u) == EX_NOPERM;
}

/* What is malformed is refused otherwise, so it passed the check of the right. */
static void each_scope_says_its_own_words_and_no_other(void **state UNUSED)
{
	static const struct {
		enum word word;
		uint64_t scope; /* 0: none */
	} rows[] = {
		{ WORD_METRICS, TOKEN_SCOPE_READ }, { WORD_STATUS, TOKEN_SCOPE_READ },
	 { WORD_SETTINGS_GET, TOKEN_SCOPE_READ },
		{ WORD_TEST_SHOW, TOKEN_SCOPE_READ }, { WORD_QUEUE_LIST, TOKEN_SCOPE_READ },
		{ WORD_QUEUE_SHOW, TOKEN_SCOPE_READ }, { WORD_SUBMIT, TOKEN_SCOPE_SEND },
		{ WORD_SETTINGS_SET, TOKEN_SCOPE_ADMIN },
		{ WORD_SETTINGS_CHECK, TOKEN_SCOPE_ADMIN },
		{ WORD_TEST, TOKEN_SCOPE_ADMIN },
		{ WORD_QUEUE_TRIES, TOKEN_SCOPE_READ }, { WORD_QUEUE_ACT, TOKEN_SCOPE_ADMIN },
		{ WORD_QUEUE_RESEND, TOKEN_SCOPE_ADMIN },
		{ WORD_QUEUE_RETRY, TOKEN_SCOPE_ADMIN }, { WORD_AUDIT_LIST, TOKEN_SCOPE_ADMIN },
		{ WORD_SESSION, 0 }, { WORD_LOGOUT, 0 }, { WORD_END_OTHERS, 0 },
		{ WORD_QUEUE_ACT, TOKEN_SCOPE_ADMIN }, { WORD_QUEUE_RESEND, TOKEN_SCOPE_ADMIN },
		{ WORD_SETUP_LINK, 0 }, { WORD_ACCOUNT_ADD, 0 }, { WORD_TOKEN_CREATE, 0 },
		{ WORD_TOKEN_LIST, 0 }, { WORD_TOKEN_REVOKE, 0 },
	};
	static const uint64_t scopes[] = { TOKEN_SCOPE_READ, TOKEN_SCOPE_SEND, TOKEN_SCOPE_ADMIN };

	for (size_t s = 0; s < COUNT_OF(scopes); s++) {
		const char *name = arena_printf(arena, "scope-%zu", s);
		const char *token = create(name, scopes[s]);
		uint64_t has = scopes[s];

		if (has == TOKEN_SCOPE_ADMIN)
			has |= TOKEN_SCOPE_READ;

		for (size_t i = 0; i < COUNT_OF(rows); i++)
			assert_int_equal(refused_for_its_right(rows[i].word, token),
				(rows[i].scope & has) == 0);
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_true(refused_for_its_right(rows[i].word, ""));
		assert_true(refused_for_its_right(rows[i].word, "tocsin_0"));
	}
}

static void a_token_is_no_session_and_a_session_no_token(void **state UNUSED)
{
	const char *token = create("a", TOKEN_SCOPES_ALL);

	expect_refused(ask(&front, WORD_SESSION, body_as_session(token)), EX_NOPERM);
	expect_refused(ask(&front, WORD_STATUS, body_as_session(token)), EX_NOPERM);
}

/* ---- wrong tokens ---- */

static void many_wrong_tokens_wait_and_good_ones_do_not(void **state UNUSED)
{
	const char *token = create("a", TOKEN_SCOPE_READ);
	struct bearer b;

	for (int i = 0; i < 10; i++)
		assert_int_equal(bearer(arena_printf(arena, "tocsin_%d", i), home).result, LOGIN_WRONG);
	b = bearer("tocsin_11", home);
	assert_int_equal(b.result, LOGIN_BUSY);
	assert_in_range(b.retry_after, 1, 60);
	assert_int_equal(b.id, 0);
	assert_int_equal(bearer(token, home).result, LOGIN_OK);
	assert_int_equal(bearer("tocsin_12", away).result, LOGIN_WRONG);
	for (int i = 0; i < 300; i++) /* more addresses than are remembered */
		assert_int_equal(bearer("tocsin_0", arena_printf(arena, "10.0.%d.1", i)).result,
			LOGIN_WRONG);
}

/* ---- what is left behind ---- */

static void the_last_use_is_listed(void **state UNUSED)
{
	const char *token = create("a", TOKEN_SCOPE_READ);
	struct token_view t;
	struct unpack u;

	assert_int_equal(bearer(token, away).result, LOGIN_OK);
	wait_until_written();
	u = expect(ask(&front, WORD_TOKEN_LIST, body_as_root()), WORD_TOKENS_ARE);
	assert_int_equal(unpack_number(&u), 1);
	token_view_unpack(&u, arena, &t);
	assert_true(unpack_end(&u));
	assert_string_equal(t.name, "a");
	assert_string_equal(t.created_by, "root (local)");
	assert_string_equal(t.used_from, away);
	assert_in_range(t.used, (uint64_t)clock_wall() - 60, (uint64_t)clock_wall());
	assert_int_equal(t.scopes, TOKEN_SCOPE_READ);
	assert_int_equal(t.revoked, 0);
}

static bool audit_has(const char *who, const char *what)
{
	struct audit_list list;

	assert_int_equal(audit_list(store_reader(keeper.store), 0, 100, arena, &list), STORE_OK);
	for (size_t i = 0; i < list.n; i++)
		if (strcmp(list.items[i].who, who) == 0 && strcmp(list.items[i].what, what) == 0)
			return true;
	return false;
}

static void the_audit_names_tokens_and_what_they_did(void **state UNUSED)
{
	const char *token = create("a", TOKEN_SCOPE_ADMIN);
	struct buffer *b = body_as_bearer(token, home);

	pack_text(b, "");
	expect(ask(&front, WORD_QUEUE_RETRY, b), WORD_DONE);
	revoke_token("a");
	assert_true(audit_has("root (local)", "token made: a (admin)"));
	assert_true(audit_has("token a", "retry: all waiting mail"));
	assert_true(audit_has("root (local)", "token revoked: a"));
}

/* A saved password goes to no other server by a token, as little as by a form. */
static void a_token_does_not_lead_the_password_elsewhere(void **state UNUSED)
{
	const char *token = create("a", TOKEN_SCOPE_ADMIN);
	struct buffer *b;

	set_up_mail();
	set("email.encryption", "tls", "email.auth", "password", "email.username", "u",
		"email.password", "secret", NULL);
	b = body_as_bearer(token, home);
	pack_number(b, 0);
	pack_number(b, 1);
	pack_text(b, "email.relay_host");
	pack_text(b, "evil.example");
	expect_refused(ask(&front, WORD_SETTINGS_SET, b), EX_DATAERR);
}

/* ---- words ---- */

static void scopes_and_days_are_read(void **state UNUSED)
{
	char text[TOKEN_SCOPES_SIZE];
	uint64_t n = 99;

	assert_true(token_scopes_parse(SLICE("admin, read"), &n));
	assert_int_equal(n, TOKEN_SCOPE_ADMIN | TOKEN_SCOPE_READ);
	assert_string_equal(token_scopes_text(TOKEN_SCOPES_ALL, text), "read,send,admin");
	assert_false(token_scopes_parse(SLICE(""), &n));
	assert_false(token_scopes_parse(SLICE("read,"), &n));
	assert_false(token_scopes_parse(SLICE("Read"), &n));
	assert_true(token_expiry_parse(SLICE("1970-01-01"), &n));
	assert_int_equal(n, 86400);
	assert_true(token_expiry_parse(SLICE("2028-02-29"), &n));
	assert_int_equal(n, 1835481600);
	assert_false(token_expiry_parse(SLICE("2027-02-29"), &n));
	assert_false(token_expiry_parse(SLICE("2027-2-28"), &n));
	assert_false(token_expiry_parse(SLICE("2027-13-01"), &n));
	assert_false(token_expiry_parse(SLICE("2027-12-31T00:00Z"), &n));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup_front, teardown_front)
	const struct CMUnitTest tests[] = {
		CASE(a_token_is_recognised),
		CASE(admin_may_read),
		CASE(a_revoked_token_is_wrong_at_once),
		CASE(bad_wishes_are_refused_by_field),
		CASE(only_who_may_command_makes_tokens),
		CASE(each_scope_says_its_own_words_and_no_other),
		CASE(a_token_is_no_session_and_a_session_no_token),
		CASE(many_wrong_tokens_wait_and_good_ones_do_not),
		CASE(the_last_use_is_listed),
		CASE(the_audit_names_tokens_and_what_they_did),
		CASE(a_token_does_not_lead_the_password_elsewhere),
		cmocka_unit_test(scopes_and_days_are_read),
	};

	return cmocka_run_group_tests_name("keep/tokens", tests, NULL, NULL);
}
