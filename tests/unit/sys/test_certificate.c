/* Certificates as text: what somebody pasted, and one of our own. */
#include "unit/unit.h"

#include "sys/clock.h"
#include "sys/tls_certificate.h"
#include "sys/tls_server.h"
#include "unit/sys/certificates.h"

static struct identity authority;
static struct fault fault;

static int setup(void **state UNUSED)
{
	identity_make(&authority, &(struct identity_spec){ .subject = "Test \"Authority\"\nX",
	    .from = -60, .until = 10 * 86400 + 60, .authority = true }, NULL);
	return 0;
}

static int teardown(void **state UNUSED)
{
	identity_release(&authority);
	return 0;
}

static void expect_fault(struct slice pem, const char *text)
{
	assert_int_equal(tls_pem_check(pem, &fault), -1);
	assert_string_equal(fault.text, text);
}

static void certificates_with_text_between_are_taken(void **state UNUSED)
{
	struct buffer pem;

	buffer_init(&pem, 65536);
	buffer_append_text(&pem, "# our authority\n");
	buffer_append_slice(&pem, buffer_slice(&authority.certificate));
	buffer_append_text(&pem, "and once more\r\n");
	buffer_append_slice(&pem, buffer_slice(&authority.certificate));
	assert_int_equal(tls_pem_check(buffer_slice(&pem), &fault), 0);
	buffer_release(&pem);
}

static void what_is_wrong_with_pasted_text_is_said(void **state UNUSED)
{
	struct slice pem = buffer_slice(&authority.certificate);
	struct buffer two;

	expect_fault(SLICE(""), "it is empty");
	expect_fault(SLICE("hello"), "it holds no certificate: the text from "
	    "-----BEGIN CERTIFICATE----- to -----END CERTIFICATE----- is needed");
	expect_fault(slice_sub(pem, 0, 200),
	    "certificate 1 cannot be read: it is damaged or cut short");
	expect_fault(buffer_slice(&authority.key),
	    "it holds a private key: only certificates belong here");
	buffer_init(&two, 65536);
	buffer_append_slice(&two, pem);
	buffer_append_text(&two, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	expect_fault(buffer_slice(&two),
	    "certificate 2 cannot be read: it is damaged or cut short");
	buffer_release(&two);
}

static void a_certificate_is_told_in_words(void **state UNUSED)
{
	struct tls_certificate c;

	assert_int_equal(tls_certificate_read(buffer_slice(&authority.certificate), &c, &fault), 0);
	assert_string_equal(c.subject, "CN = Test \\\"Authority\\\"\\0AX");
	assert_string_equal(c.subject, c.issuer);
	assert_int_equal(c.days_left, 10);
	assert_false(c.ca_signed);
	assert_string_equal(c.names, "");
}

static void our_own_certificate_serves_its_names(void **state UNUSED)
{
	const struct slice names[] = { SLICE("box.example"), SLICE("localhost"), SLICE("127.0.0.1"),
		SLICE("::1") };
	struct buffer certificate, key;
	struct tls_certificate c;
	struct tls_server *server;

	buffer_init(&certificate, 65536);
	buffer_init_secret(&key, 65536);
	assert_int_equal(tls_self_signed(names, 4, &certificate, &key), 0);
	assert_int_equal(tls_certificate_read(buffer_slice(&certificate), &c, &fault), 0);
	assert_string_equal(c.subject, "CN = box.example");
	assert_string_equal(c.names, "box.example, localhost, 127.0.0.1, ::1");
	assert_int_equal(c.days_left, 824);
	assert_true(c.not_before <= clock_wall() - 3590);
	assert_int_equal(strlen(c.fingerprint), 95);
	assert_int_equal(c.fingerprint[2], ':');
	assert_false(c.ca_signed);
	assert_int_equal(tls_server_new(buffer_slice(&certificate), buffer_slice(&key), &server,
	    &fault), 0);
	tls_server_free(server);
	assert_int_equal(tls_server_new(buffer_slice(&certificate), buffer_slice(&authority.key),
	    &server, &fault), -1);
	assert_string_equal(fault.text, "the private key does not belong to the certificate");
	assert_int_equal(tls_server_new(buffer_slice(&certificate), SLICE("x"), &server,
	    &fault), -1);
	assert_string_equal(fault.text, "it holds no private key that can be read");
	buffer_release(&certificate);
	buffer_release(&key);
}

static void a_locked_key_is_said_and_nobody_is_asked(void **state UNUSED)
{
	struct tls_server *server;

	assert_int_equal(tls_server_new(buffer_slice(&authority.certificate),
	    SLICE("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n"), &server, &fault), -1);
	assert_string_equal(fault.text,
	    "the key is locked with a password; it is needed without one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_with_text_between_are_taken),
		cmocka_unit_test(what_is_wrong_with_pasted_text_is_said),
		cmocka_unit_test(a_certificate_is_told_in_words),
		cmocka_unit_test(our_own_certificate_serves_its_names),
		cmocka_unit_test(a_locked_key_is_said_and_nobody_is_asked),
	};

	return cmocka_run_group_tests_name("sys/certificate", tests, setup, teardown);
}
