/* Answers of a token endpoint: good ones, errors, and everything else that comes back. */
#include "unit/unit.h"

#include <string.h>

#include "base/buffer.h"
#include "oauth2/answer.h"

static struct arena *a;

static int begin(void **state UNUSED)
{
	a = arena_new(1024 * 1024);
	return 0;
}

static int end(void **state UNUSED)
{
	arena_free(a);
	return 0;
}

static struct oauth_answer answer_of(unsigned status, const char *body)
{
	struct oauth_answer answer;

	oauth_answer_read(status, slice_of(body), a, &answer);
	return answer;
}

static void reads_what_microsoft_and_google_grant(void **state UNUSED)
{
	struct oauth_answer answer = answer_of(200, "{\"token_type\":\"Bearer\",\"scope\":"
	    "\"https://outlook.office.com/SMTP.Send\",\"expires_in\":4799,\"ext_expires_in\":4799,"
	    "\"access_token\":\"eyJ0.e30.c2ln\",\"refresh_token\":\"0.AXoA-_~\"}");

	assert_int_equal(answer.outcome, OAUTH_GRANTED);
	assert_string_equal(answer.access_token, "eyJ0.e30.c2ln");
	assert_string_equal(answer.refresh_token, "0.AXoA-_~");
	assert_int_equal(answer.expires_in, 4799);
	assert_string_equal(answer.scopes, "https://outlook.office.com/SMTP.Send");
	answer = answer_of(200, "{\n  \"access_token\": \"ya29.a0\",\n  \"expires_in\": 3599,\n"
	    "  \"token_type\": \"bearer\"\n}");
	assert_int_equal(answer.outcome, OAUTH_GRANTED);
	assert_string_equal(answer.refresh_token, "");
}

static void expires_in_comes_in_many_shapes(void **state UNUSED)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "3600", 3600 }, { "\"3600\"", 3600 }, { "3599.7", 3599 }, { "0", 0 }, { "-1", 0 },
		{ "null", 0 }, { "[]", 0 }, { "\"soon\"", 0 }, { "\"\"", 0 }, { "true", 0 },
		{ "1e30", 10 * 366 * 24 * 3600 }, { "\"99999999999999999\"", 10 * 366 * 24 * 3600 },
		{ "9223372036854775807", 10 * 366 * 24 * 3600 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct oauth_answer answer = answer_of(200, arena_printf(a, "{\"access_token\":\"t\","
		    "\"token_type\":\"Bearer\",\"expires_in\":%s}", cases[i].text));

		assert_int_equal(answer.outcome, OAUTH_GRANTED);
		assert_int_equal(answer.expires_in, cases[i].seconds);
		assert_int_equal(answer.refresh_expires_in, 0);
	}
	assert_int_equal(answer_of(200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}").expires_in,
	    0);
}

static void errors_are_told_apart(void **state UNUSED)
{
	static const struct {
		unsigned status;
		const char *error;
		enum oauth_outcome outcome;
	} cases[] = {
		{ 400, "invalid_grant", OAUTH_DENIED }, { 401, "invalid_grant", OAUTH_DENIED },
		{ 400, "invalid_client", OAUTH_CLIENT }, { 401, "invalid_client", OAUTH_CLIENT },
		{ 400, "unauthorized_client", OAUTH_CLIENT }, { 400, "invalid_scope", OAUTH_CLIENT },
		{ 400, "a_word_of_2031", OAUTH_CLIENT }, { 200, "invalid_grant", OAUTH_DENIED },
		{ 503, "temporarily_unavailable", OAUTH_NO_ANSWER },
		{ 400, "temporarily_unavailable", OAUTH_NO_ANSWER },
		{ 500, "server_error", OAUTH_NO_ANSWER }, { 429, "too_many", OAUTH_NO_ANSWER },
		{ 502, "invalid_client_of_a_proxy", OAUTH_NO_ANSWER },
		{ 400, "authorization_pending", OAUTH_PENDING }, { 400, "slow_down", OAUTH_SLOW_DOWN },
		{ 400, "expired_token", OAUTH_EXPIRED },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct oauth_answer answer = answer_of(cases[i].status,
		    arena_printf(a, "{\"error\":\"%s\"}", cases[i].error));

		assert_int_equal(answer.outcome, cases[i].outcome);
		assert_string_equal(answer.error, cases[i].error);
	}
}

static void microsofts_numbers_are_found(void **state UNUSED)
{
	struct oauth_answer answer = answer_of(400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"AADSTS700082: The refresh token has expired\\r\\nTrace ID: 1\",\"error_codes\":[700082],"
	    "\"suberror\":\"bad_token\"}");

	assert_int_equal(answer.n_codes, 1);
	assert_int_equal(answer.codes[0], 700082);
	assert_string_equal(answer.suberror, "bad_token");
	assert_string_equal(answer.description, "AADSTS700082: The refresh token has expired  Trace ID: 1");
	answer = answer_of(401, "{\"error\":\"invalid_client\",\"error_description\":\"x AADSTS7000215: "
	    "Invalid client secret\",\"error_codes\":[-1,\"2\",99999999999]}");
	assert_int_equal(answer.n_codes, 1);
	assert_int_equal(answer.codes[0], 7000215);
	answer = answer_of(400, "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}");
	assert_string_equal(answer.suberror, "invalid_rapt");
	assert_int_equal(answer.n_codes, 0);
}

static void what_is_no_answer_passes_by_itself_and_is_not_repeated(void **state UNUSED)
{
	static const struct {
		unsigned status;
		const char *body;
	} cases[] = {
		{ 200, "" }, { 200, "<html>Sign in to the hotel's network SECRET</html>" },
		{ 200, "{\"access_token\":\"SECRET\",\"token_type\":\"Bearer\"" },
		{ 200, "[]" }, { 200, "\"SECRET\"" }, { 200, "{}" },
		{ 200, "{\"access_token\":\"SECRET\",\"access_token\":\"t\",\"token_type\":\"Bearer\"}" },
		{ 200, "{\"access_token\":\"SECRET\"}" },
		{ 200, "{\"access_token\":\"SECRET\",\"token_type\":\"mac\"}" },
		{ 200, "{\"access_token\":\"SECRET\\r\\nX: y\",\"token_type\":\"Bearer\"}" },
		{ 200, "{\"access_token\":\"SECRET\\\"\",\"token_type\":\"Bearer\"}" },
		{ 200, "{\"access_token\":\"SECRET\\u0000\",\"token_type\":\"Bearer\"}" },
		{ 200, "{\"access_token\":\"\",\"token_type\":\"Bearer\",\"x\":\"SECRET\"}" },
		{ 200, "{\"access_token\":7,\"token_type\":\"Bearer\",\"x\":\"SECRET\"}" },
		{ 200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"refresh_token\":\"SECRET X\"}" },
		{ 500, "SECRET" }, { 400, "SECRET" }, { 404, "{\"message\":\"SECRET\"}" },
		{ 400, "{\"error\":{\"message\":\"SECRET\"}}" }, { 400, "{\"error\":\"SECRET\\n\"}" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct oauth_answer answer = answer_of(cases[i].status, cases[i].body);

		assert_int_equal(answer.outcome, OAUTH_NO_ANSWER);
		assert_true(strlen(answer.problem) > 10);
		assert_null(strstr(answer.problem, "SECRET"));
		assert_string_equal(answer.access_token, "");
	}
}

static void large_and_deep_bodies_are_refused(void **state UNUSED)
{
	struct buffer b;
	struct oauth_answer answer;

	buffer_init(&b, 1024 * 1024);
	for (int i = 0; i < 10000; i++)
		buffer_append_text(&b, "{\"a\":");
	oauth_answer_read(200, buffer_slice(&b), a, &answer);
	assert_int_equal(answer.outcome, OAUTH_NO_ANSWER);
	buffer_clear(&b);
	buffer_append_text(&b, "{\"token_type\":\"Bearer\",\"access_token\":\"");
	for (int i = 0; i < OAUTH_TOKEN_MAX; i++)
		buffer_append_char(&b, 't');
	buffer_append_text(&b, "\"}");
	oauth_answer_read(200, buffer_slice(&b), a, &answer);
	assert_int_equal(answer.outcome, OAUTH_GRANTED);
	assert_int_equal(strlen(answer.access_token), OAUTH_TOKEN_MAX);
	buffer_clear(&b);
	buffer_append_text(&b, "{\"token_type\":\"Bearer\",\"access_token\":\"");
	for (int i = 0; i < OAUTH_TOKEN_MAX + 1; i++)
		buffer_append_char(&b, 't');
	buffer_append_text(&b, "\"}");
	oauth_answer_read(200, buffer_slice(&b), a, &answer);
	assert_int_equal(answer.outcome, OAUTH_NO_ANSWER);
	for (int i = 0; i < OAUTH_ANSWER_MAX; i++)
		buffer_append_char(&b, ' ');
	oauth_answer_read(200, buffer_slice(&b), a, &answer);
	assert_string_equal(answer.problem, "The provider's answer is longer than 128 KiB.");
	buffer_release(&b);
}

static void descriptions_are_one_short_line(void **state UNUSED)
{
	struct oauth_answer answer = answer_of(400, "{\"error\":\"invalid_client\",\"error_description\":"
	    "\"<script>\\u001b[31m\\n\\tend\"}");

	assert_string_equal(answer.description, "<script> [31m  end");
}

/* ---- devices ---- */

static void reads_a_code_for_a_device(void **state UNUSED)
{
	struct oauth_answer answer;
	struct oauth_device d;

	assert_true(oauth_device_read(200, SLICE("{\"user_code\":\"ABCD-EFGH\",\"device_code\":\"dc\","
	    "\"verification_uri\":\"https://login.example.com/device\",\"expires_in\":900,"
	    "\"interval\":7}"), a, &d, &answer));
	assert_string_equal(d.user_code, "ABCD-EFGH");
	assert_string_equal(d.device_code, "dc");
	assert_string_equal(d.verification_uri, "https://login.example.com/device");
	assert_string_equal(d.verification_uri_complete, "");
	assert_int_equal(d.expires_in, 900);
	assert_int_equal(d.interval, 7);
	assert_true(oauth_device_read(200, SLICE("{\"user_code\":\"A\",\"device_code\":\"dc\","
	    "\"verification_url\":\"https://x.example/\",\"interval\":0}"), a, &d, &answer));
	assert_int_equal(d.interval, 5);
	assert_int_equal(d.expires_in, 900);
	assert_false(oauth_device_read(200, SLICE("{\"user_code\":\"A\",\"device_code\":\"dc\","
	    "\"verification_uri\":\"http://x.example/\"}"), a, &d, &answer));
	assert_int_equal(answer.outcome, OAUTH_NO_ANSWER);
	assert_false(oauth_device_read(400, SLICE("{\"error\":\"invalid_scope\"}"), a, &d, &answer));
	assert_int_equal(answer.outcome, OAUTH_CLIENT);
}

#define in_arena(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void words_that_repeat_a_secret_become_a_note(void **state UNUSED)
{
	static const char *const repeated[] = {
		"c0de+s3cret/of=question", "c0de%2Bs3cret%2Fof%3Dquestion",
		"YzBkZStzM2NyZXQvb2Y9cXVlc3Rpb24=",
	};

	for (size_t i = 0; i < COUNT_OF(repeated); i++) {
		struct oauth_answer answer = answer_of(400, arena_printf(a, "{\"error\":\"invalid_grant\","
		    "\"suberror\":\"%s\",\"error_description\":\"no: %s\"}", repeated[i], repeated[i]));

		oauth_answer_hide(&answer, SLICE("another secret"));
		assert_string_equal(answer.description, arena_printf(a, "no: %s", repeated[i]));
		oauth_answer_hide(&answer, SLICE(""));
		oauth_answer_hide(&answer, slice_of(repeated[0]));
		assert_string_equal(answer.error, "invalid_grant");
		assert_string_equal(answer.suberror, "");
		assert_string_equal(answer.description,
		    "(The answer repeats a secret and is not shown.)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_arena(reads_what_microsoft_and_google_grant),
		in_arena(expires_in_comes_in_many_shapes),
		in_arena(errors_are_told_apart),
		in_arena(microsofts_numbers_are_found),
		in_arena(what_is_no_answer_passes_by_itself_and_is_not_repeated),
		in_arena(large_and_deep_bodies_are_refused),
		in_arena(descriptions_are_one_short_line),
		in_arena(reads_a_code_for_a_device),
		in_arena(words_that_repeat_a_secret_become_a_note),
	};

	return cmocka_run_group_tests_name("oauth2/answer", tests, NULL, NULL);
}
