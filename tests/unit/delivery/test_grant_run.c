/*
 * One question to a provider and its answer, over TLS: what is asked octet by octet, what each
 * answer becomes, and who is asked a second time.
 */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/secret.h"
#include "delivery/grant_run.h"
#include "sys/resolver.h"
#include "sys/tls_server.h"
#include "unit/sys/certificates.h"
#include "unit/sys/ends.h"
#include "wire/words.h"

enum {
	DAY = 86400,
	REQUESTS_MAX = 4,
	REQUEST_SIZE = 8000,
	SAID_SIZE = 2000,
};

static struct identity authority, node;
static struct ends ends;
static struct tls_server *server;
static struct tls_client *trust;
static struct resolver *resolver;
static struct http_client *http;
static struct arena *arena;

/* The provider: what it says to each request in turn, and what it was asked. */
static struct {
	char says[REQUESTS_MAX][SAID_SIZE]; /* "": it hangs up */
	char asked[REQUESTS_MAX][REQUEST_SIZE];
	size_t n;
} provider;

static struct {
	unsigned times;
	struct grant_answer answer; /* texts in the arena */
} seen;

/* ---- the provider ---- */

static bool is_whole(struct slice request)
{
	size_t head = slice_find(request, SLICE("\r\n\r\n")), at;
	const char *name = "\r\nContent-Length: ";

	if (head == request.len)
		return false;
	at = slice_find(slice_sub(request, 0, head), slice_of(name));
	return at == head || request.len >= head + 4 +
		strtoul(request.data + at + strlen(name), NULL, 10);
}

static void say(struct end *e)
{
	struct slice input = stream_input(e->stream), request;

	buffer_append_slice(&e->got, input);
	stream_consume(e->stream, input.len);
	request = buffer_slice(&e->got);
	if (!is_whole(request))
		return;
	assert_true(provider.n < REQUESTS_MAX && request.len < REQUEST_SIZE);
	memcpy(provider.asked[provider.n], request.data, request.len);
	assert_int_equal(stream_write(e->stream, slice_of(provider.says[provider.n])), 0);
	provider.n++;
	stream_close_when_written(e->stream);
}

static void serve(struct ends *e)
{
	buffer_consume(&e->server.got, e->server.got.len);
	e->server.on_readable = say;
	assert_int_equal(stream_accept_tls(e->server.stream, server), 0);
}

/* What it says to request number n. */
static void says(size_t n, const char *status, const char *body)
{
	snprintf(provider.says[n], SAID_SIZE, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
		"Content-Length: %zu\r\n\r\n%s", status, strlen(body), body);
}

static bool asked(size_t n, const char *text)
{
	return n < provider.n && strstr(provider.asked[n], text) != NULL;
}

/* The form of request number n, to its last octet. */
static const char *form(size_t n)
{
	const char *end = n < provider.n ? strstr(provider.asked[n], "\r\n\r\n") : NULL;

	assert_non_null(end);
	return end + 4;
}

static const char *url(const char *path)
{
	return arena_printf(arena, "https://localhost:%u%s", endpoint_port(&ends.address), path);
}

/* ---- the keeper ---- */

static const char *kept(const char *text)
{
	return arena_copy(arena, text);
}

static void done(void *arg UNUSED, struct grant_run *g UNUSED, const struct grant_answer *answer)
{
	struct grant_answer *a = &seen.answer;

	seen.times++;
	*a = *answer;
	a->access_token = kept(a->access_token);
	a->refresh_token = kept(a->refresh_token);
	a->scopes = kept(a->scopes);
	a->account = kept(a->account);
	a->error.error = kept(a->error.error);
	a->error.suberror = kept(a->error.suberror);
	a->error.description = kept(a->error.description);
	a->error.problem = kept(a->error.problem);
	a->device_code = kept(a->device_code);
	a->user_code = kept(a->user_code);
	a->verification_uri = kept(a->verification_uri);
	a->metadata.issuer = kept(a->metadata.issuer);
	a->metadata.token_endpoint = kept(a->metadata.token_endpoint);
	a->metadata.revocation_endpoint = kept(a->metadata.revocation_endpoint);
	a->claims.audience = kept(a->claims.audience);
	a->claims.account = kept(a->claims.account);
}

static bool is_done(const struct ends *e UNUSED)
{
	return seen.times > 0;
}

static struct grant question(enum grant_kind kind)
{
	struct grant q = grant_none;

	q.kind = kind;
	q.endpoint = url("/token");
	q.client_id = "app";
	q.client_secret = "hush hush+/=";
	q.allow_private = true;
	return q;
}

static struct grant_run *begin(const struct grant *q)
{
	struct buffer packed;
	struct grant_run *g;

	buffer_init(&packed, WIRE_BODY_MAX);
	grant_pack(&packed, q);
	g = grant_run_new(http, trust, buffer_slice(&packed), done, NULL);
	buffer_release(&packed);
	return g;
}

static const struct grant_answer *ask(const struct grant *q)
{
	seen.times = 0;
	provider.n = 0;
	memset(provider.asked, 0, sizeof(provider.asked));
	assert_non_null(begin(q));
	assert_int_equal(seen.times, 0); /* never from inside the call */
	ends_run_until(&ends, is_done);
	ends_run(&ends, 5);
	assert_int_equal(seen.times, 1);
	return &seen.answer;
}

static int setup(void **state UNUSED)
{
	static const struct identity_spec spec = { .subject = "id.example",
		.names = "DNS:localhost", .from = -DAY, .until = DAY };
	struct fault fault;
	struct identity id;

	arena = arena_new(1024 * 1024);
	identity_make(&id, &spec, &authority);
	assert_int_equal(tls_server_new(buffer_slice(&id.certificate), buffer_slice(&id.key),
		&server, &fault), 0);
	assert_int_equal(tls_client_new_pem(buffer_slice(&authority.certificate), &trust,
		&fault), 0);
	identity_release(&id);
	ends_init(&ends);
	ends.on_accept = serve;
	resolver = resolver_new(ends.loop);
	http = http_client_new(ends.loop, resolver);
	memset(&provider, 0, sizeof(provider));
	return http != NULL ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	http_client_free(http);
	resolver_free(resolver);
	ends_release(&ends);
	tls_client_free(trust);
	tls_server_free(server);
	arena_free(arena);
	return 0;
}

#define TOKEN "{\"access_token\":\"a1\",\"token_type\":\"Bearer\"}"
#define SECRET "client_secret=hush%20hush%2B%2F%3D"

/* ---- what is asked ---- */

static void each_question_is_a_form_of_its_own(void **state UNUSED)
{
	static const struct {
		enum grant_kind kind;
		const char *form;
	} cases[] = {
		{ GRANT_CODE, "grant_type=authorization_code&code=c%2F1&"
			"redirect_uri=https%3A%2F%2Fnode%2Fback&code_verifier=v1&client_id=app&" SECRET },
		{ GRANT_REFRESH, "grant_type=refresh_token&refresh_token=r%2F1&client_id=app&" SECRET },
		{ GRANT_CLIENT, "grant_type=client_credentials&scope=mail%20more&client_id=app&" SECRET },
		{ GRANT_DEVICE_POLL, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&"
			"device_code=d%2F1&client_id=app&" SECRET },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct grant q = question(cases[i].kind);

		q.code = "c/1";
		q.redirect_uri = "https://node/back";
		q.verifier = "v1";
		q.refresh_token = "r/1";
		q.scopes = "mail more";
		q.device_code = "d/1";
		says(0, "200 OK", TOKEN);
		assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
		assert_string_equal(seen.answer.access_token, "a1");
		assert_true(asked(0, "POST /token HTTP/1.1\r\n"));
		assert_false(asked(0, "Authorization:"));
		assert_string_equal(form(0), cases[i].form);
	}
}

static void a_public_client_proves_nothing(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	q.client_secret = "";
	q.refresh_token = "r1";
	q.basic = true; /* of an earlier client */
	says(0, "200 OK", TOKEN);
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_false(asked(0, "Authorization:"));
	assert_string_equal(form(0), "grant_type=refresh_token&refresh_token=r1&client_id=app");
}

static void a_key_signs_what_takes_the_secrets_place(void **state UNUSED)
{
	struct grant q = question(GRANT_CLIENT);

	q.client_secret = "";
	q.private_key = buffer_text(&node.key);
	q.certificate = buffer_text(&node.certificate);
	says(0, "200 OK", TOKEN);
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(asked(0, "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
		"client-assertion-type%3Ajwt-bearer&client_assertion=eyJ"));
	assert_false(asked(0, "client_secret"));
	q.kind = GRANT_SERVICE;
	q.subject = "alerts@example.com";
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(asked(0, "\r\n\r\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
		"jwt-bearer&assertion=eyJ"));
	assert_false(asked(0, "client_id"));
}

static void what_cannot_be_asked_is_not(void **state UNUSED)
{
	struct grant q = question(GRANT_CLIENT);
	char octets[] = "nothing that was packed";

	assert_null(grant_run_new(http, trust, slice_of(octets), done, NULL));
	assert_null(grant_run_new(http, NULL, slice_of(octets), done, NULL));
	q.private_key = "no key";
	assert_null(begin(&q));
	q = question(GRANT_CLIENT);
	q.ca_certificate = "no certificate";
	assert_null(begin(&q));
	q = question(GRANT_DISCOVER);
	q.endpoint = "http://localhost/";
	assert_null(begin(&q));
	ends_run(&ends, 20);
	assert_int_equal(provider.n, 0);
}

static void one_that_was_dropped_says_nothing(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	says(0, "200 OK", TOKEN);
	seen.times = 0;
	for (int64_t ms = 0; ms < 12; ms += 3) {
		struct grant_run *g = begin(&q);

		provider.n = 0;
		ends_run(&ends, ms);
		if (seen.times == 0)
			grant_run_free(g);
		seen.times = 0;
		ends_run(&ends, 20);
		assert_int_equal(seen.times, 0);
	}
	grant_run_free(NULL);
}

/* ---- whose certificate ---- */

static void an_authority_of_the_settings_is_the_only_one(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	says(0, "200 OK", TOKEN);
	q.ca_certificate = buffer_text(&node.certificate);
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	assert_non_null(strstr(seen.answer.error.problem, "TLS with localhost failed"));
	assert_int_equal(provider.n, 0);
	q.ca_certificate = buffer_text(&authority.certificate);
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
}

/* ---- answers ---- */

static void a_token_is_told_with_all_that_came(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);
	const struct grant_answer *a;

	/* {"preferred_username":"anna@example.com"} */
	says(0, "200 OK", "{\"access_token\":\"a1\",\"refresh_token\":\"r2\",\"token_type\":\"bearer\","
		"\"expires_in\":1200,\"refresh_token_expires_in\":9000,\"scope\":\"mail\",\"id_token\":"
		"\"eyJhbGciOiJub25lIn0.eyJwcmVmZXJyZWRfdXNlcm5hbWUiOiJhbm5hQGV4YW1wbGUuY29tIn0.x\"}");
	a = ask(&q);
	assert_int_equal(a->outcome, GRANT_GRANTED);
	assert_string_equal(a->access_token, "a1");
	assert_string_equal(a->refresh_token, "r2");
	assert_int_equal(a->expires_in, 1200);
	assert_int_equal(a->refresh_expires_in, 9000);
	assert_string_equal(a->scopes, "mail");
	assert_string_equal(a->account, "anna@example.com");
	assert_false(a->basic);
}

static void each_error_means_one_thing(void **state UNUSED)
{
	static const struct {
		const char *status, *body;
		enum grant_outcome outcome;
		const char *error, *suberror;
	} cases[] = {
		{ "400 Bad", "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}",
			GRANT_DENIED, "invalid_grant", "invalid_rapt" },
		{ "400 Bad", "{\"error\":\"invalid_client\"}", GRANT_REFUSED, "invalid_client", "" },
		{ "400 Bad", "{\"error\":\"never_heard_of\"}", GRANT_REFUSED, "never_heard_of", "" },
		{ "400 Bad", "{\"error\":\"authorization_pending\"}", GRANT_PENDING,
			"authorization_pending", "" },
		{ "400 Bad", "{\"error\":\"slow_down\"}", GRANT_SLOW_DOWN, "slow_down", "" },
		{ "400 Bad", "{\"error\":\"expired_token\"}", GRANT_EXPIRED, "expired_token", "" },
		{ "503 Away", "{\"error\":\"server_error\"}", GRANT_NO_ANSWER, "server_error", "" },
		{ "503 Away", "<html>", GRANT_NO_ANSWER, "", "" },
		{ "200 OK", "<html>", GRANT_NO_ANSWER, "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct grant q = question(GRANT_REFRESH);

		says(0, cases[i].status, cases[i].body);
		assert_int_equal(ask(&q)->outcome, cases[i].outcome);
		assert_string_equal(seen.answer.error.error, cases[i].error);
		assert_string_equal(seen.answer.error.suberror, cases[i].suberror);
		assert_string_equal(seen.answer.access_token, "");
		assert_int_equal(provider.n, 1);
	}
}

static void microsofts_numbers_and_a_wait_come_along(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);
	const struct grant_answer *a;

	snprintf(provider.says[0], SAID_SIZE, "HTTP/1.1 400 Bad\r\nRetry-After: 120\r\n"
		"Content-Length: 63\r\n\r\n{\"error\":\"invalid_grant\",\"error_codes\":[700082],\"suberror\":"
		"\"x\"}");
	a = ask(&q);
	assert_int_equal(a->outcome, GRANT_DENIED);
	assert_int_equal(a->error.n_codes, 1);
	assert_int_equal(a->error.codes[0], 700082);
	assert_int_equal(a->retry_after, 120);
}

static void nobody_there_is_no_answer(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	q.endpoint = "https://no-such-host.invalid/token";
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	assert_non_null(strstr(seen.answer.error.problem, "cannot be found"));
	q = question(GRANT_REFRESH);
	provider.says[0][0] = '\0';
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	assert_string_equal(seen.answer.error.error, "");
	assert_non_null(strstr(seen.answer.error.problem, "cut the connection"));
}

/* ---- the secret in the header ---- */

#define REFUSED_BODY "{\"error\":\"invalid_client\"}"

static void a_401_is_asked_once_more_with_the_secret_in_the_header(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	q.refresh_token = "r1";
	says(0, "401 No", REFUSED_BODY);
	says(1, "200 OK", TOKEN);
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(seen.answer.basic);
	assert_int_equal(provider.n, 2);
	/* "app" and the secret, each form-encoded, then base64 */
	assert_true(asked(1, "\r\nAuthorization: Basic YXBwOmh1c2glMjBodXNoJTJCJTJGJTNE\r\n"));
	assert_string_equal(form(1), "grant_type=refresh_token&refresh_token=r1");
}

static void what_was_found_out_is_done_at_once(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	q.basic = true;
	says(0, "200 OK", TOKEN);
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(seen.answer.basic);
	assert_true(asked(0, "\r\nAuthorization: Basic "));
	says(0, "401 No", REFUSED_BODY); /* and it is over then */
	assert_int_equal(ask(&q)->outcome, GRANT_REFUSED);
	assert_int_equal(provider.n, 1);
}

static void nobody_else_is_asked_twice(void **state UNUSED)
{
	static const struct {
		const char *status, *body, *secret;
	} cases[] = {
		{ "400 Bad", REFUSED_BODY, "hush" }, { "401 No", "{\"error\":\"invalid_grant\"}", "hush" },
		{ "401 No", REFUSED_BODY, "" }, { "401 No", "<html>", "hush" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct grant q = question(GRANT_REFRESH);

		q.client_secret = cases[i].secret;
		says(0, cases[i].status, cases[i].body);
		says(1, "200 OK", TOKEN);
		assert_int_not_equal(ask(&q)->outcome, GRANT_GRANTED);
		assert_int_equal(provider.n, 1);
	}
}

static void nor_is_anybody_a_third_time(void **state UNUSED)
{
	struct grant q = question(GRANT_REFRESH);

	says(0, "401 No", REFUSED_BODY);
	says(1, "401 No", REFUSED_BODY);
	assert_int_equal(ask(&q)->outcome, GRANT_REFUSED);
	assert_int_equal(provider.n, 2);
}

/* ---- codes for devices, revoking, looking ---- */

static void a_device_gets_its_codes(void **state UNUSED)
{
	struct grant q = question(GRANT_DEVICE_START);
	const struct grant_answer *a;

	q.scopes = "mail";
	says(0, "200 OK", "{\"device_code\":\"d1\",\"user_code\":\"ABCD\",\"verification_uri\":"
		"\"https://id.example/device\",\"expires_in\":600,\"interval\":7}");
	a = ask(&q);
	assert_string_equal(form(0), "scope=mail&client_id=app&" SECRET);
	assert_int_equal(a->outcome, GRANT_GRANTED);
	assert_string_equal(a->device_code, "d1");
	assert_string_equal(a->user_code, "ABCD");
	assert_string_equal(a->verification_uri, "https://id.example/device");
	assert_int_equal(a->expires_in, 600);
	assert_int_equal(a->interval, 7);
	says(0, "400 Bad", "{\"error\":\"unauthorized_client\"}");
	assert_int_equal(ask(&q)->outcome, GRANT_REFUSED);
	assert_string_equal(seen.answer.error.error, "unauthorized_client");
	assert_string_equal(seen.answer.user_code, "");
}

static void a_revocation_is_done_by_200_whatever_the_body(void **state UNUSED)
{
	struct grant q = question(GRANT_REVOKE);

	q.refresh_token = "r1";
	says(0, "200 OK", "<html>");
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(asked(0, "\r\n\r\ntoken=r1&"));
	says(0, "503 Away", "");
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	says(0, "400 Bad", "{\"error\":\"unsupported_token_type\"}");
	assert_int_equal(ask(&q)->outcome, GRANT_REFUSED);
}

static void a_look_sends_nothing_and_takes_any_answer(void **state UNUSED)
{
	struct grant q = question(GRANT_LOOK);
	const struct grant_answer *a;

	/* {"aud":"https://outlook.office.com","exp":1800000000} */
	q.refresh_token = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL291dGxvb2sub2ZmaWNlLmNvbSIsImV4cCI6"
		"MTgwMDAwMDAwMH0.x";
	q.client_secret = "";
	says(0, "405 No", "<html>");
	a = ask(&q);
	assert_true(asked(0, "GET /token HTTP/1.1\r\n"));
	assert_false(asked(0, "eyJ"));
	assert_int_equal(a->outcome, GRANT_GRANTED);
	assert_true(a->claims.readable);
	assert_string_equal(a->claims.audience, "https://outlook.office.com");
	assert_int_equal(a->claims.ends, 1800000000);
}

/* ---- discovery ---- */

static const char *document(const char *issuer)
{
	return arena_printf(arena, "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/auth\","
		"\"token_endpoint\":\"%s/token\",\"revocation_endpoint\":\"%s/revoke\"}", issuer, issuer,
		issuer, issuer);
}

static struct grant discovery(void)
{
	struct grant q = question(GRANT_DISCOVER);

	q.endpoint = url("/tenant");
	q.client_id = q.client_secret = "";
	return q;
}

static void an_issuer_is_asked_where_openid_has_it(void **state UNUSED)
{
	struct grant q = discovery();
	const struct grant_answer *a;

	says(0, "200 OK", document(q.endpoint));
	a = ask(&q);
	assert_true(asked(0, "GET /tenant/.well-known/openid-configuration HTTP/1.1\r\n"));
	assert_int_equal(a->outcome, GRANT_GRANTED);
	assert_string_equal(a->metadata.issuer, q.endpoint);
	assert_string_equal(a->metadata.token_endpoint, url("/tenant/token"));
	assert_string_equal(a->metadata.revocation_endpoint, url("/tenant/revoke"));
}

static void and_then_where_rfc_8414_has_it(void **state UNUSED)
{
	struct grant q = discovery();

	says(0, "404 Not Found", "");
	says(1, "200 OK", document(q.endpoint));
	assert_int_equal(ask(&q)->outcome, GRANT_GRANTED);
	assert_true(asked(1, "GET /.well-known/oauth-authorization-server/tenant HTTP/1.1\r\n"));
	says(1, "200 OK", document("https://evil.example"));
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	assert_non_null(strstr(seen.answer.error.problem, "another issuer"));
	says(1, "500 Broken", "");
	assert_int_equal(ask(&q)->outcome, GRANT_NO_ANSWER);
	assert_non_null(strstr(seen.answer.error.problem, "status 500"));
	assert_int_equal(provider.n, 2);
}

#define with_provider(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_provider(each_question_is_a_form_of_its_own),
		with_provider(a_public_client_proves_nothing),
		with_provider(a_key_signs_what_takes_the_secrets_place),
		with_provider(what_cannot_be_asked_is_not),
		with_provider(one_that_was_dropped_says_nothing),
		with_provider(an_authority_of_the_settings_is_the_only_one),
		with_provider(a_token_is_told_with_all_that_came),
		with_provider(each_error_means_one_thing),
		with_provider(microsofts_numbers_and_a_wait_come_along),
		with_provider(nobody_there_is_no_answer),
		with_provider(a_401_is_asked_once_more_with_the_secret_in_the_header),
		with_provider(what_was_found_out_is_done_at_once),
		with_provider(nobody_else_is_asked_twice),
		with_provider(nor_is_anybody_a_third_time),
		with_provider(a_device_gets_its_codes),
		with_provider(a_revocation_is_done_by_200_whatever_the_body),
		with_provider(a_look_sends_nothing_and_takes_any_answer),
		with_provider(an_issuer_is_asked_where_openid_has_it),
		with_provider(and_then_where_rfc_8414_has_it),
	};

	identity_make(&authority, &(struct identity_spec){ .subject = "Test Authority", .from = -DAY,
		.until = 30 * DAY, .authority = true }, NULL);
	identity_make(&node, &(struct identity_spec){ .subject = "node.example", .from = -60,
		.until = DAY, .rsa_bits = 2048 }, NULL);
	return secret_init() ? cmocka_run_group_tests_name("delivery/grant_run", tests, NULL, NULL) : 1;
}
