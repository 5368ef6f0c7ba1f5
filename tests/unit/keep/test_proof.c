/* One's own password, for whoever makes a way in from a browser. */
#include "unit/keep/fixture.h"

#include "store/audit.h"

static const char own[] = "correct horse battery", other[] = "another good one";
static const char *session;

static enum login_result sign_in(const char *name, const char *password)
{
	return sign_in_as(name, password, &session);
}

/* Anna is signed in, and there is bert. */
static int setup_anna(void **state)
{
	int result = setup_keeper(state);

	if (result != 0)
		return result;
	link_end(&front, ROLE_FRONT);
	add_account("bert", own);
	add_account("anna", own);
	assert_int_equal(sign_in("anna", own), LOGIN_OK);
	return 0;
}

static struct answer *add(const char *name, const char *password, const char *typed)
{
	struct buffer *b = body_as_session(session);

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, typed);
	return ask(&front, WORD_ACCOUNT_ADD, b);
}

static struct answer *change(const char *name, const char *password, const char *typed)
{
	struct buffer *b = body_as_session(session);

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, typed);
	return ask(&front, WORD_USER_PASSWORD, b);
}

static struct answer *make_token(const char *name, uint64_t scopes, const char *typed)
{
	struct buffer *b = body_as_session(session);

	pack_text(b, name);
	pack_number(b, scopes);
	pack_number(b, 0);
	pack_text(b, typed);
	return ask(&front, WORD_TOKEN_CREATE, b);
}

static void whoever_shows_it_makes_a_way_in(void **state UNUSED)
{
	expect(add("carl", other, own), WORD_DONE);
	expect(change("bert", other, own), WORD_DONE);
	expect(make_token("backup", 1, own), WORD_TOKEN_CREATED);
	expect(change("anna", other, own), WORD_DONE);
	assert_string_equal(refused_fields(make_token("more", 1, own)), "current ");
	expect(make_token("more", 1, other), WORD_TOKEN_CREATED);
}

static void a_session_alone_makes_none(void **state UNUSED)
{
	const char *anna = session;

	for (int i = 0; i < 2; i++) {
		const char *typed = i == 0 ? "" : "not it at all";

		session = anna;
		assert_string_equal(refused_fields(add("carl", other, typed)), "current ");
		assert_string_equal(refused_fields(change("bert", other, typed)), "current ");
		assert_string_equal(refused_fields(make_token("a", 1, typed)), "current ");
	}
	assert_int_equal(sign_in("carl", other), LOGIN_WRONG);
	assert_int_equal(sign_in("bert", other), LOGIN_WRONG);
}

static void it_is_told_with_all_else_that_is_wrong(void **state UNUSED)
{
	assert_string_equal(refused_fields(add("anna", "brief", "")), "name password current ");
	assert_string_equal(refused_fields(change("bert", "brief", "wrong")), "password current ");
	assert_string_equal(refused_fields(make_token("two words", 0, "wrong")),
		"name scope current ");
	assert_string_equal(refused_fields(add("anna", "brief", own)), "name password ");
}

static void guessing_it_waits(void **state UNUSED)
{
	for (int i = 0; i < 10; i++)
		refused_fields(change("bert", other, "a guess"));
	assert_non_null(strstr(expect_refused(change("bert", other, own), 65),
		"was wrong too often. Wait "));
}

static void a_wrong_one_stands_in_the_audit_log(void **state UNUSED)
{
	struct audit_list l;

	refused_fields(change("bert", other, "secret guess"));
	assert_int_equal(audit_list(store_reader(keeper.store), 0, 1, arena, &l), STORE_OK);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].who, "anna");
	assert_string_equal(l.items[0].what, "the own password was typed wrongly");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_anna, teardown_keeper)
		T(whoever_shows_it_makes_a_way_in),
		T(a_session_alone_makes_none),
		T(it_is_told_with_all_else_that_is_wrong),
		T(guessing_it_waits),
		T(a_wrong_one_stands_in_the_audit_log),
#undef T
	};

	return cmocka_run_group_tests_name("keep/proof", tests, NULL, NULL);
}
