/* Signing in, sessions, the set-up link and accounts, as front asks for them. */
#include "unit/keep/fixture.h"

#include <sysexits.h>

#include "store/audit.h"

static const char good_password[] = "correct horse battery";
static const char home[] = "192.0.2.1", away[] = "198.51.100.7";

static int setup_front(void **state)
{
	int result = setup_keeper(state);

	if (result == 0)
		link_end(&front, ROLE_FRONT);
	return result;
}

/* ---- short words ---- */

static struct answer *add_account_as(uint64_t uid, const char *name, const char *password)
{
	struct buffer *b = body_as_user(uid);

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, "");
	return ask(&front, WORD_ACCOUNT_ADD, b);
}

static void add_anna(void)
{
	expect(add_account_as(0, "anna", good_password), WORD_DONE);
}

struct login {
	enum login_result result;
	const char *token;
	uint64_t retry_after;
};

static const char *ends_token = ""; /* the session that a sign-in replaces */

static struct answer *login_later(const char *name, const char *password, const char *from)
{
	struct buffer *b = empty_body();

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, from);
	pack_text(b, ends_token);
	return ask_later(&front, WORD_LOGIN, b);
}

static struct login login_of(struct answer *a)
{
	struct login l;
	struct unpack u;

	wait_for(a);
	u = expect(a, WORD_LOGIN_IS);
	l.result = (enum login_result)unpack_number(&u);
	l.token = unpack_text(&u, 200, arena);
	l.retry_after = unpack_number(&u);
	assert_true(unpack_end(&u));
	return l;
}

static struct login login(const char *name, const char *password, const char *from)
{
	return login_of(login_later(name, password, from));
}

struct session {
	const char *name, *csrf;
	uint64_t others;
};

static struct session session(const char *token)
{
	struct answer *a = ask(&front, WORD_SESSION, body_as_session(token));
	struct unpack u = expect(a, WORD_SESSION_IS);
	struct session s;

	unpack_number(&u);
	s.name = unpack_text(&u, 200, arena);
	s.csrf = unpack_text(&u, 200, arena);
	s.others = unpack_number(&u);
	assert_true(unpack_number(&u) > 0);
	assert_true(unpack_end(&u));
	return s;
}

static void has_no_session(const char *token)
{
	expect_refused(ask(&front, WORD_SESSION, body_as_session(token)), EX_NOPERM);
}

static const char *setup_token(void)
{
	struct unpack u = expect(ask(&front, WORD_SETUP_LINK, body_as_root()), WORD_SETUP_LINK_IS);
	const char *url = unpack_text(&u, 1000, arena);
	const char *at = strstr(url, "/login/setup?token=");

	assert_non_null(at);
	assert_int_equal(strncmp(url, "https://localhost:8443/", 23), 0);
	return at + strlen("/login/setup?token=");
}

static struct answer *check_link(const char *token)
{
	struct buffer *b = empty_body();

	pack_text(b, token);
	return ask(&front, WORD_SETUP_CHECK, b);
}

static struct answer *set_up(const char *token, const char *name, const char *password)
{
	struct buffer *b = empty_body();

	pack_text(b, token);
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, home);
	return ask(&front, WORD_SETUP, b);
}

/* What the audit holds, newest first, a line each. */
static const char *audit(void)
{
	struct audit_list l;
	struct buffer text;
	const char *copy;

	assert_int_equal(audit_list(store_reader(keeper.store), 0, 100, arena, &l), STORE_OK);
	buffer_init(&text, 100000);
	for (size_t i = 0; i < l.n; i++)
		buffer_appendf(&text, "%s %s %s\n", l.items[i].who, l.items[i].from, l.items[i].what);
	copy = arena_copy(arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

/* ---- the set-up link ---- */

static void the_first_account_is_made_by_the_link_and_signed_in(void **state UNUSED)
{
	const char *token = setup_token();
	struct login l;

	expect(check_link(token), WORD_DONE);
	l = login_of(set_up(token, "Anna", good_password));
	assert_int_equal(l.result, LOGIN_OK);
	assert_string_equal(session(l.token).name, "Anna");
	/* once */
	expect_refused(check_link(token), EX_NOPERM);
	assert_int_equal(login_of(set_up(token, "bert", good_password)).result, LOGIN_LINK_DEAD);
	assert_int_equal(login("anna", good_password, home).result, LOGIN_OK);
	assert_non_null(strstr(audit(), "Anna 192.0.2.1 account made: Anna\n"));
	assert_null(strstr(audit(), token));
	assert_null(strstr(audit(), good_password));
}

static void a_new_link_replaces_the_one_before(void **state UNUSED)
{
	const char *old = setup_token(), *new = setup_token();

	assert_string_not_equal(old, new);
	expect_refused(check_link(old), EX_NOPERM);
	expect(check_link(new), WORD_DONE);
	expect_refused(check_link(""), EX_NOPERM);
	expect_refused(check_link("0000000000000000000000000000000000000000000000000000000000000000"),
		EX_NOPERM);
}

static void an_account_made_otherwise_ends_the_link(void **state UNUSED)
{
	const char *token = setup_token();

	add_anna();
	expect_refused(check_link(token), EX_NOPERM);
}

static void a_weak_password_or_a_bad_name_leaves_the_link_good(void **state UNUSED)
{
	const char *token = setup_token();

	expect_refused(set_up(token, "anna", "short"), EX_DATAERR);
	expect_refused(set_up(token, "anna", "password1234"), EX_DATAERR);
	expect_refused(set_up(token, "", good_password), EX_DATAERR);
	assert_string_equal(refused_fields(set_up(token, "", "short")), "name password ");
	expect(check_link(token), WORD_DONE);
}

static void who_may_not_command_makes_no_link_and_no_account(void **state UNUSED)
{
	expect_refused(ask(&front, WORD_SETUP_LINK, body_as_user(1000)), EX_NOPERM);
	expect_refused(add_account_as(1000, "anna", good_password), EX_NOPERM);
	expect(add_account_as(4242, "anna", good_password), WORD_DONE); /* who started the daemon */
	expect_refused(add_account_as(0, "ANNA", good_password), EX_DATAERR);
	expect_refused(add_account_as(0, "bert", "1234567"), EX_DATAERR);
	assert_string_equal(refused_fields(add_account_as(0, "ANNA", "1234567")), "name password ");
}

/* ---- signing in ---- */

static void wrong_names_and_wrong_passwords_get_the_same_answer(void **state UNUSED)
{
	struct answer *name, *password;

	add_anna();
	name = login_later("nobody", good_password, home);
	password = login_later("anna", "wrong password", home);
	assert_int_equal(login_of(name).result, LOGIN_WRONG);
	assert_int_equal(login_of(password).result, LOGIN_WRONG);
	assert_int_equal(name->body.len, password->body.len);
	assert_memory_equal(name->body.data, password->body.data, name->body.len);
	assert_string_equal(login_of(name).token, "");
	assert_non_null(strstr(audit(), "somebody 192.0.2.1 sign-in failed\n"));
}

static void a_session_lives_until_signed_out(void **state UNUSED)
{
	struct login l;

	add_anna();
	l = login("Anna", good_password, home);
	assert_int_equal(l.result, LOGIN_OK);
	assert_int_equal(strlen(l.token), 64);
	assert_string_equal(session(l.token).name, "anna");
	assert_int_equal(strlen(session(l.token).csrf), 64);
	assert_string_not_equal(session(l.token).csrf, l.token);
	expect(ask(&front, WORD_LOGOUT, body_as_session(l.token)), WORD_DONE);
	has_no_session(l.token);
	has_no_session("");
	assert_non_null(strstr(audit(), "anna 192.0.2.9 signed out\n"));
}

static void every_sign_in_has_a_token_of_its_own_and_can_end_the_others(void **state UNUSED)
{
	struct login a, b;

	add_anna();
	a = login("anna", good_password, home);
	b = login("anna", good_password, away);
	assert_string_not_equal(a.token, b.token);
	assert_int_equal(session(a.token).others, 1);
	expect(ask(&front, WORD_END_OTHERS, body_as_session(a.token)), WORD_DONE);
	has_no_session(b.token);
	assert_int_equal(session(a.token).others, 0);
}

static void signing_in_again_ends_the_session_before(void **state UNUSED)
{
	struct login first, again;

	add_anna();
	first = login("anna", good_password, home);
	session(first.token);
	ends_token = first.token;
	again = login("anna", good_password, home);
	ends_token = "";
	assert_int_equal(again.result, LOGIN_OK);
	has_no_session(first.token);
	assert_int_equal(session(again.token).others, 0);
}

static void sessions_survive_a_restart(void **state UNUSED)
{
	struct login l;

	add_anna();
	l = login("anna", good_password, home);
	cut_end(&front);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	assert_string_equal(session(l.token).name, "anna");
}

/* As the account of this session, at version 0: whatever was saved before. */
static struct answer *save_as(const char *token, const char *key, const char *value,
	const char *password)
{
	struct buffer *b = body_as_session(token);

	pack_number(b, 0);
	pack_number(b, password != NULL ? 2 : 1);
	pack_text(b, key);
	pack_text(b, value);
	if (password != NULL) {
		pack_text(b, "email.password");
		pack_text(b, password);
	}
	return ask(&front, WORD_SETTINGS_SET, b);
}

static void a_saved_password_is_sent_to_no_other_server(void **state UNUSED)
{
	struct login l;

	add_anna();
	l = login("anna", good_password, home);
	set_up_mail();
	set("email.encryption", "tls", "email.auth", "password", "email.username", "anna",
		"email.password", "of the relay", NULL);
	expect_refused(save_as(l.token, "email.relay_host", "rogue.example", NULL), EX_DATAERR);
	expect_refused(save_as(l.token, "email.relay_port", "2525", NULL), EX_DATAERR);
	expect_refused(save_as(l.token, "email.allow_clear_password", "yes", NULL), EX_DATAERR);
	expect(save_as(l.token, "email.helo_name", "node.example", NULL), WORD_SETTINGS_SAVED);
	expect(save_as(l.token, "email.relay_host", "new.example", "of the new one"),
		WORD_SETTINGS_SAVED);
	/* who commands on the box itself may */
	set("email.relay_host", "other.example", NULL);
}

static void an_account_may_command(void **state UNUSED)
{
	struct login l;
	struct buffer *b;

	add_anna();
	l = login("anna", good_password, home);
	b = body_as_session(l.token);
	pack_text(b, "email");
	expect(ask(&front, WORD_SETTINGS_GET, b), WORD_SETTINGS_ARE);
	b = body_as_session("not a token");
	pack_text(b, "email");
	expect_refused(ask(&front, WORD_SETTINGS_GET, b), EX_NOPERM);
}

/* ---- guessing ---- */

static void whoever_guesses_has_to_wait_and_the_owner_has_not(void **state UNUSED)
{
	struct login l;

	add_anna();
	assert_int_equal(login("anna", good_password, home).result, LOGIN_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(login("anna", "guess", away).result, LOGIN_WRONG);
	l = login("anna", good_password, away);
	assert_int_equal(l.result, LOGIN_BUSY);
	assert_in_range(l.retry_after, 1, 5);
	assert_string_equal(l.token, "");
	assert_int_equal(login("anna", good_password, home).result, LOGIN_OK);
}

static void a_full_waiting_list_is_said_before_anything_is_hashed(void **state UNUSED)
{
	struct answer *a[12];
	size_t n_wrong = 0, n_busy = 0;

	add_anna();
	for (size_t i = 0; i < COUNT_OF(a); i++)
		a[i] = login_later(arena_printf(arena, "guess%zu", i), "guess", away);
	for (size_t i = 0; i < COUNT_OF(a); i++) {
		struct login l = login_of(a[i]);

		n_wrong += l.result == LOGIN_WRONG;
		n_busy += l.result == LOGIN_BUSY;
		assert_true(l.result != LOGIN_BUSY || l.retry_after > 0);
	}
	assert_int_equal(n_wrong + n_busy, COUNT_OF(a));
	assert_in_range(n_wrong, 4, 6); /* those that waited and the one that was hashed */
}

static void who_signed_in_from_there_before_goes_first(void **state UNUSED)
{
	struct answer *strangers[3], *owner;

	add_anna();
	assert_int_equal(login("anna", good_password, home).result, LOGIN_OK);
	for (int i = 0; i < 3; i++)
		strangers[i] = login_later("nobody", "guess", away);
	owner = login_later("anna", good_password, home);
	assert_int_equal(login_of(owner).result, LOGIN_OK);
	assert_false(strangers[2]->here);
	wait_for(strangers[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_front, teardown_keeper)
		T(the_first_account_is_made_by_the_link_and_signed_in),
		T(a_new_link_replaces_the_one_before),
		T(an_account_made_otherwise_ends_the_link),
		T(a_weak_password_or_a_bad_name_leaves_the_link_good),
		T(who_may_not_command_makes_no_link_and_no_account),
		T(wrong_names_and_wrong_passwords_get_the_same_answer),
		T(a_session_lives_until_signed_out),
		T(every_sign_in_has_a_token_of_its_own_and_can_end_the_others),
		T(signing_in_again_ends_the_session_before),
		T(sessions_survive_a_restart),
		T(a_saved_password_is_sent_to_no_other_server),
		T(an_account_may_command),
		T(whoever_guesses_has_to_wait_and_the_owner_has_not),
		T(a_full_waiting_list_is_said_before_anything_is_hashed),
		T(who_signed_in_from_there_before_goes_first),
#undef T
	};

	return cmocka_run_group_tests_name("keep/signin", tests, NULL, NULL);
}
