/* https by libcurl in the loop: answers, limits, certificates, addresses that are not allowed. */
#include "unit/unit.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/curl_library.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"
#include "sys/tls_server.h"
#include "unit/sys/certificates.h"
#include "unit/sys/ends.h"
#include "unit/sys/scratch.h"

enum {
	DAY = 86400,
};

static struct identity authority, other;
static struct ends ends;
static struct tls_server *server;
static struct tls_client *trust;
static struct resolver *resolver;
static struct http_client *client;
static const char *answer; /* what the server says to any request; NULL: it hangs up */
static bool endless; /* the answer again and again */

static struct {
	bool done;
	enum http_fault fault;
	unsigned status;
	int64_t retry_after;
	char text[600], body[400];
} seen;

static const struct identity_spec good = { .subject = "id.example", .names = "DNS:localhost,IP:127.0.0.1",
	.from = -DAY, .until = 30 * DAY };

/* ---- a machine without libcurl, on demand ---- */

static bool no_libcurl;

void *dlopen(const char *name, int flags)
{
	static void *(*real)(const char *name, int flags);
	void *found = real == NULL ? dlsym(RTLD_NEXT, "dlopen") : NULL;

	if (found != NULL)
		memcpy(&real, &found, sizeof(found));
	if (no_libcurl && name != NULL && strncmp(name, "libcurl", 7) == 0)
		name = "libcurl-is-not-here.so";
	return real(name, flags);
}

/* ---- the server ---- */

static void say(struct end *e)
{
	struct slice input = stream_input(e->stream);

	buffer_append_slice(&e->got, input);
	stream_consume(e->stream, input.len);
	if (slice_find(buffer_slice(&e->got), SLICE("\r\n\r\n")) == e->got.len)
		return;
	if (answer == NULL) {
		stream_close_when_written(e->stream);
		return;
	}
	do {
		if (stream_write(e->stream, slice_of(answer)) != 0)
			break;
	} while (endless);
	if (!endless)
		stream_close_when_written(e->stream);
}

static void serve(struct ends *e)
{
	e->server.on_readable = say;
	assert_int_equal(stream_accept_tls(e->server.stream, server), 0);
}

static void start(const struct identity_spec *spec, const struct identity *issuer)
{
	struct fault fault = { "" };
	struct identity id;

	identity_make(&id, spec, issuer);
	assert_int_equal(tls_server_new(buffer_slice(&id.certificate), buffer_slice(&id.key),
	    &server, &fault), 0);
	assert_int_equal(tls_client_new_pem(buffer_slice(&authority.certificate), &trust,
	    &fault), 0);
	identity_release(&id);
	ends_init(&ends);
	ends.on_accept = serve;
	resolver = resolver_new(ends.loop);
	client = http_client_new(ends.loop, resolver);
	assert_non_null(client);
	seen.done = false;
	endless = false;
}

static int begin(void **state UNUSED)
{
	start(&good, &authority);
	return 0;
}

static int end(void **state UNUSED)
{
	http_client_free(client);
	resolver_free(resolver);
	ends_release(&ends);
	tls_client_free(trust);
	tls_server_free(server);
	return 0;
}

static void done(void *arg UNUSED, const struct http_answer *a)
{
	seen.done = true;
	seen.fault = a->fault;
	seen.status = a->status;
	seen.retry_after = a->retry_after;
	snprintf(seen.text, sizeof(seen.text), "%s", a->text);
	snprintf(seen.body, sizeof(seen.body), "%.*s", (int)size_min(a->body.len, 300),
	    a->body.data != NULL ? a->body.data : "");
}

static bool is_done(const struct ends *e UNUSED)
{
	return seen.done;
}

static struct http_request request_to(const char *host)
{
	static char url[200];

	snprintf(url, sizeof(url), "https://%s:%u/token?x=y", host, endpoint_port(&ends.address));
	return (struct http_request){
		.url = url, .form = "grant_type=refresh_token", .authorization = "", .proxy = "",
		.trust = trust, .allow_private = true,
	};
}

static void call(const struct http_request *r)
{
	seen.done = false;
	assert_non_null(http_call_new(client, r, done, NULL));
	assert_false(seen.done);
	ends_run_until(&ends, is_done);
	assert_true(seen.done);
}

static void call_host(const char *host)
{
	struct http_request r = request_to(host);

	call(&r);
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

/* ---- good answers ---- */

static bool server_got(const char *text)
{
	struct slice got = buffer_slice(&ends.server.got);

	return slice_find(got, slice_of(text)) < got.len;
}

static void a_form_is_posted_and_answered(void **state UNUSED)
{
	struct http_request r = request_to("localhost");

	r.authorization = "Basic YTpi";
	answer = HEAD "Content-Length: 2\r\n\r\n{}";
	call(&r);
	assert_int_equal(seen.fault, HTTP_OK);
	assert_int_equal(seen.status, 200);
	assert_string_equal(seen.body, "{}");
	assert_true(server_got("POST /token?x=y HTTP/1.1\r\n"));
	assert_true(server_got("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_true(server_got("\r\nAuthorization: Basic YTpi\r\n"));
	assert_true(server_got("\r\n\r\ngrant_type=refresh_token"));
	assert_false(server_got("Expect:"));
	assert_false(server_got("Accept-Encoding"));
}

static void an_error_is_an_answer_too(void **state UNUSED)
{
	answer = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\nbusy";
	call_host("127.0.0.1");
	assert_int_equal(seen.fault, HTTP_OK);
	assert_int_equal(seen.status, 503);
	assert_int_equal(seen.retry_after, 120);
	assert_string_equal(seen.body, "busy");
	answer = "HTTP/1.1 429 Busy\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n";
	call_host("127.0.0.1");
	assert_int_equal(seen.retry_after, HTTP_RETRY_MAX_S);
}

static void nothing_is_followed(void **state UNUSED)
{
	answer = "HTTP/1.1 302 Found\r\nLocation: https://localhost:1/\r\nContent-Length: 0\r\n\r\n";
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_OK);
	assert_int_equal(seen.status, 302);
}

/* ---- limits ---- */

static void an_endless_body_is_cut(void **state UNUSED)
{
	answer = HEAD "\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	endless = true;
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_TOO_LARGE);
	assert_null(strstr(seen.text, "xxx"));
}

static void endless_interim_answers_are_cut(void **state UNUSED)
{
	answer = "HTTP/1.1 100 Continue\r\nX-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n\r\n";
	endless = true;
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_TOO_LARGE);
}

static void what_is_no_http_is_told(void **state UNUSED)
{
	answer = "220 mail.example ESMTP SECRET\r\n";
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_BROKEN);
	assert_null(strstr(seen.text, "SECRET"));
}

static void half_an_answer_is_none(void **state UNUSED)
{
	answer = HEAD "Content-Length: 100\r\n\r\n{\"access";
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_BROKEN);
	assert_string_equal(seen.body, "");
	answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n";
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_BROKEN);
}

static void a_server_that_hangs_up_is_unreachable(void **state UNUSED)
{
	answer = NULL;
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_UNREACHABLE);
}

/* Before any other test: a library that was loaded stays. */
static void without_libcurl_its_package_is_named(void **state UNUSED)
{
	assert_null(curl);
	answer = HEAD "Content-Length: 2\r\n\r\n{}";
	no_libcurl = true;
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_NO_LIBRARY);
	assert_string_equal(seen.text, "libcurl, by which providers are asked, cannot be used on this "
		"node: install libcurl4, and try again.");
	assert_null(curl);
	no_libcurl = false; /* it is installed: the next request finds it */
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_OK);
}

/* ---- who answers ---- */

static void expect_tls_fault(const struct identity_spec *spec, const struct identity *issuer,
	const char *words)
{
	start(spec, issuer);
	answer = HEAD "Content-Length: 2\r\n\r\n{}";
	call_host("localhost");
	assert_int_equal(seen.fault, HTTP_TLS);
	if (strstr(seen.text, words) == NULL)
		fail_msg("%s", seen.text);
	assert_int_equal(ends.server.got.len, 0); /* no secret was sent */
	end(NULL);
}

static void bad_certificates_are_refused_before_anything_is_sent(void **state UNUSED)
{
	struct identity_spec spec = good;

	expect_tls_fault(&good, &other, "issuer");
	expect_tls_fault(&good, &other, "set email.oauth_ca_certificate to");
	expect_tls_fault(&good, NULL, "self");
	spec.until = -60;
	expect_tls_fault(&spec, &authority, "expired");
	spec = good;
	spec.names = "DNS:other.example";
	expect_tls_fault(&spec, &authority, "name");
}

/* ---- where it goes ---- */

/* libcurl keeps a call's store of authorities for a day, and takes it for those that follow. */
static void each_call_has_the_trust_that_it_was_given(void **state UNUSED)
{
	struct http_request r = request_to("localhost");
	struct tls_client *stranger = NULL;
	struct fault fault;

	assert_int_equal(tls_client_new_pem(buffer_slice(&other.certificate), &stranger,
	    &fault), 0);
	answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
	call(&r);
	assert_int_equal(seen.fault, HTTP_OK);
	r.trust = stranger;
	call(&r);
	assert_int_equal(seen.fault, HTTP_TLS);
	r.trust = trust;
	call(&r);
	assert_int_equal(seen.fault, HTTP_OK);
	tls_client_free(stranger);
}

static void authorities_that_cannot_be_read_are_told(void **state UNUSED)
{
	struct http_request r = request_to("localhost");
	struct tls_client *gone = NULL;
	struct fault fault;
	char path[300];

	assert_non_null(scratch_make());
	snprintf(path, sizeof(path), "%s", scratch_path("authorities.pem"));
	assert_int_equal(file_write(FILES_HERE, path, buffer_slice(&authority.certificate), 0600,
		&fault), 0);
	assert_int_equal(tls_client_new_system(path, &gone, &fault), 0);
	scratch_remove();
	r.trust = gone;
	call(&r);
	assert_int_equal(seen.fault, HTTP_TLS);
	assert_string_equal(seen.text, "TLS with localhost failed: this machine's authorities cannot "
		"be read; the package ca-certificates brings them");
	assert_int_equal(ends.server.got.len, 0);
	tls_client_free(gone);
}

static void loopback_needs_leave(void **state UNUSED)
{
	struct http_request r = request_to("localhost");

	r.allow_private = false;
	call(&r);
	assert_int_equal(seen.fault, HTTP_FORBIDDEN);
	assert_non_null(strstr(seen.text, "private_endpoints"));
	assert_int_equal(ends.server.got.len, 0);
}

static void some_addresses_are_never_used(void **state UNUSED)
{
	static const char *const hosts[] = { "169.254.169.254", "[fe80::1]", "0.0.0.0", "[::]",
		"224.0.0.1", "255.255.255.255", "[::ffff:169.254.169.254]",
		"[64:ff9b::a9fe:a9fe]", "[fd00:ec2::254]", "168.63.129.16" };

	for (size_t i = 0; i < COUNT_OF(hosts); i++) {
		call_host(hosts[i]);
		assert_int_equal(seen.fault, HTTP_FORBIDDEN);
		assert_non_null(strstr(seen.text, "addresses that are never used"));
		assert_null(strstr(seen.text, "private_endpoints"));
	}
}

static void a_proxy_has_to_pass_itself(void **state UNUSED)
{
	struct http_request r = request_to("id.example.invalid");
	char proxy[100];

	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", endpoint_port(&ends.address));
	r.proxy = proxy;
	r.allow_private = false;
	call(&r);
	assert_int_equal(seen.fault, HTTP_FORBIDDEN);
	r.allow_private = true;
	r.proxy = "http://127.0.0.1:1";
	call(&r);
	assert_string_equal(seen.text, "The proxy 127.0.0.1 port 1 cannot be reached, or cut the "
		"connection.");
	r.proxy = "no address at all";
	call(&r);
	assert_int_equal(seen.fault, HTTP_BAD_URL);
}

static void what_is_no_https_address_is_told(void **state UNUSED)
{
	static const char *const urls[] = { "", "http://localhost/", "ftp://localhost/", "localhost",
		"https://", "https://user@localhost/", "file:///etc/passwd", "https://[::1" };

	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		struct http_request r = request_to("localhost");

		r.url = urls[i];
		call(&r);
		assert_int_equal(seen.fault, HTTP_BAD_URL);
	}
}

static void a_name_that_is_not_there_is_told(void **state UNUSED)
{
	call_host("no-such-host.invalid");
	assert_int_equal(seen.fault, HTTP_NO_NAME);
	assert_non_null(strstr(seen.text, "no-such-host.invalid"));
}

/* Nobody there speaks TLS: it is enough that it comes. */
static void an_ipv6_address_is_a_host(void **state UNUSED)
{
	struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), got;
	struct http_request r = request_to("localhost");
	socklen_t len = sizeof(here);
	struct http_call *c;
	char url[100];

	assert_int_equal(bind(fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &len), 0);
	snprintf(url, sizeof(url), "https://[::1]:%u/token", ntohs(here.sin6_port));
	r.url = url;
	seen.done = false;
	c = http_call_new(client, &r, done, NULL);
	for (int i = 0; i < 100 && (got = accept(fd, NULL, NULL)) < 0 && !seen.done; i++)
		ends_run(&ends, 20);
	assert_false(seen.done);
	assert_true(got >= 0);
	http_call_free(c);
	close(got);
	close(fd);
}

static void a_call_may_be_dropped_at_any_time(void **state UNUSED)
{
	struct http_request r = request_to("localhost");

	answer = HEAD "Content-Length: 2\r\n\r\n{}";
	for (int64_t ms = 0; ms < 20; ms += 2) {
		struct http_call *c = http_call_new(client, &r, done, NULL);

		ends_run(&ends, ms);
		if (!seen.done)
			http_call_free(c);
		seen.done = false;
		ends_run(&ends, 20);
		assert_false(seen.done);
	}
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_server(without_libcurl_its_package_is_named),
		with_server(a_form_is_posted_and_answered),
		with_server(an_error_is_an_answer_too),
		with_server(nothing_is_followed),
		with_server(an_endless_body_is_cut),
		with_server(endless_interim_answers_are_cut),
		with_server(what_is_no_http_is_told),
		with_server(half_an_answer_is_none),
		with_server(a_server_that_hangs_up_is_unreachable),
		cmocka_unit_test(bad_certificates_are_refused_before_anything_is_sent),
		with_server(each_call_has_the_trust_that_it_was_given),
		with_server(authorities_that_cannot_be_read_are_told),
		with_server(loopback_needs_leave),
		with_server(some_addresses_are_never_used),
		with_server(a_proxy_has_to_pass_itself),
		with_server(what_is_no_https_address_is_told),
		with_server(a_name_that_is_not_there_is_told),
		with_server(an_ipv6_address_is_a_host),
		with_server(a_call_may_be_dropped_at_any_time),
	};
	int failed;

	identity_make(&authority, &(struct identity_spec){ .subject = "Test Authority", .from = -DAY,
	    .until = 100 * DAY, .authority = true }, NULL);
	identity_make(&other, &(struct identity_spec){ .subject = "Other Authority", .from = -DAY,
	    .until = 100 * DAY, .authority = true }, NULL);
	failed = cmocka_run_group_tests_name("sys/http_client", tests, NULL, NULL);
	identity_release(&authority);
	identity_release(&other);
	return failed;
}
