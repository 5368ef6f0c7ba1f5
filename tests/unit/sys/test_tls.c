/* TLS streams: who is trusted and who is not, the switch in place, hostile and silent peers. */
#include "unit/unit.h"

#include <stdio.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/tls_client.h"
#include "sys/tls_private.h"
#include "sys/tls_server.h"
#include "unit/sys/certificates.h"
#include "unit/sys/ends.h"
#include "unit/sys/scratch.h"

enum {
	DAY = 86400,
};

static struct identity authority, other_authority;
static struct ends ends;
static struct tls_server *server;
static struct tls_client *client;
static const char *host;

static int make_authorities(void **state UNUSED)
{
	identity_make(&authority, &(struct identity_spec){ .subject = "Test Authority",
	    .from = -DAY, .until = 100 * DAY, .authority = true }, NULL);
	identity_make(&other_authority, &(struct identity_spec){ .subject = "Other Authority",
	    .from = -DAY, .until = 100 * DAY, .authority = true }, NULL);
	return 0;
}

static int release_authorities(void **state UNUSED)
{
	identity_release(&authority);
	identity_release(&other_authority);
	return 0;
}

static void serve_tls(struct ends *e)
{
	assert_int_equal(stream_accept_tls(e->server.stream, server), 0);
}

/* A server with this certificate, a client that trusts pem and looks for host_name. */
static void prepare(const struct identity_spec *spec, const struct identity *issuer,
	struct slice pem, const char *host_name)
{
	struct identity id;
	struct fault fault = { "" };

	identity_make(&id, spec, issuer);
	if (tls_server_new(buffer_slice(&id.certificate), buffer_slice(&id.key), &server,
	    &fault) < 0)
		fail_msg("%s", fault.text);
	assert_int_equal(tls_client_new_pem(pem, &client, &fault), 0);
	identity_release(&id);
	ends_init(&ends);
	ends.on_accept = serve_tls;
	host = host_name;
}

static void clean_up(void)
{
	ends_release(&ends);
	tls_client_free(client);
	tls_server_free(server);
	client = NULL;
	server = NULL;
}

static bool client_secured_or_closed(const struct ends *e)
{
	return e->client.secured > 0 || e->client.closed > 0;
}

static const struct tls_peer_info *handshake(void)
{
	ends_connect(&ends);
	assert_int_equal(stream_start_tls(ends.client.stream, client, host), 0);
	ends_run_until(&ends, client_secured_or_closed);
	return stream_tls_info(ends.client.stream);
}

static const struct identity_spec good = { .subject = "mail.example",
	.names = "DNS:mail.example,DNS:*.wild.example,IP:127.0.0.1,IP:::1", .from = -DAY,
	.until = 30 * DAY + 60 };

static bool both_have_5(const struct ends *e)
{
	return e->client.got.len >= 5 && e->server.got.len >= 5;
}

static void expect_good(const char *host_name)
{
	const struct tls_peer_info *info;

	prepare(&good, &authority, buffer_slice(&authority.certificate), host_name);
	info = handshake();
	assert_int_equal(info->error, TLS_OK);
	assert_string_equal(info->text, "");
	assert_int_equal(ends.client.secured, 1);
	assert_int_equal(ends.client.closed, 0);
	clean_up();
}

static void a_good_certificate_opens_the_way(void **state UNUSED)
{
	const struct tls_peer_info *info;

	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	info = handshake();
	assert_int_equal(info->error, TLS_OK);
	assert_string_equal(info->version, "TLSv1.3");
	assert_true(strlen(info->cipher) > 5);
	assert_true(info->has_certificate);
	assert_string_equal(info->certificate.subject, "CN = mail.example");
	assert_string_equal(info->certificate.issuer, "CN = Test Authority");
	assert_string_equal(info->certificate.names,
	    "mail.example, *.wild.example, 127.0.0.1, ::1");
	assert_int_equal(info->certificate.days_left, 30);
	assert_int_equal(strlen(info->certificate.fingerprint), 95);
	assert_true(info->certificate.ca_signed);
	assert_int_equal(stream_write(ends.client.stream, SLICE("hello")), 0);
	assert_int_equal(stream_write(ends.server.stream, SLICE("world")), 0);
	ends_run_until(&ends, both_have_5);
	assert_slice(buffer_slice(&ends.server.got), "hello");
	assert_slice(buffer_slice(&ends.client.got), "world");
	assert_int_equal(ends.server.secured, 1);
	assert_true(stream_is_tls(ends.server.stream));
	clean_up();
}

static void the_name_may_be_written_in_its_usual_ways(void **state UNUSED)
{
	expect_good("MAIL.example");
	expect_good("mail.example.");
	expect_good("a.wild.example");
	expect_good("127.0.0.1");
	expect_good("::1");
	expect_good("[::1]");
}

/* ---- refused ---- */

static void expect_refusal(const struct identity_spec *spec, const struct identity *issuer,
	struct slice trusted, const char *host_name, enum tls_error error, const char *text)
{
	const struct tls_peer_info *info;

	prepare(spec, issuer, trusted, host_name);
	info = handshake();
	assert_int_equal(ends.client.secured, 0);
	assert_int_equal(ends.client.closed, 1);
	assert_int_equal(ends.client.reason, STREAM_END_TLS);
	assert_string_equal(info->text, text);
	assert_string_equal(ends.client.text, text);
	assert_int_equal(info->error, error);
	assert_true(info->has_certificate);
	assert_int_equal(slice_starts(slice_of(info->certificate.subject), "CN = "), true);
	clean_up();
}

static void a_wrong_name_is_refused_and_the_right_ones_are_told(void **state UNUSED)
{
	struct slice trusted = buffer_slice(&authority.certificate);

	expect_refusal(&good, &authority, trusted, "other.example", TLS_WRONG_NAME,
	    "the certificate is not for other.example but for mail.example, *.wild.example, "
	    "127.0.0.1, ::1");
	expect_refusal(&good, &authority, trusted, "a.b.wild.example", TLS_WRONG_NAME,
	    "the certificate is not for a.b.wild.example but for mail.example, *.wild.example, "
	    "127.0.0.1, ::1");
	expect_refusal(&good, &authority, trusted, "127.0.0.2", TLS_WRONG_NAME,
	    "the certificate is not for 127.0.0.2 but for mail.example, *.wild.example, "
	    "127.0.0.1, ::1");
}

static void the_common_name_is_no_name(void **state UNUSED)
{
	struct identity_spec spec = good;

	spec.names = NULL;
	expect_refusal(&spec, &authority, buffer_slice(&authority.certificate), "mail.example",
	    TLS_WRONG_NAME, "the certificate is not for mail.example but for no name at all");
}

static void an_expired_certificate_is_refused(void **state UNUSED)
{
	struct identity_spec spec = good;

	spec.from = 1000 - 1700000000;
	spec.until = -1;
	prepare(&spec, &authority, buffer_slice(&authority.certificate), "mail.example");
	assert_int_equal(handshake()->error, TLS_EXPIRED);
	assert_true(slice_starts(slice_of(ends.client.text), "the certificate expired on 20"));
	assert_int_equal(stream_tls_info(ends.client.stream)->certificate.days_left, -1);
	clean_up();
}

static void a_certificate_of_the_future_is_refused(void **state UNUSED)
{
	struct identity_spec spec = good;

	spec.from = DAY;
	prepare(&spec, &authority, buffer_slice(&authority.certificate), "mail.example");
	assert_int_equal(handshake()->error, TLS_NOT_YET_VALID);
	clean_up();
}

static void an_unknown_issuer_is_refused(void **state UNUSED)
{
	expect_refusal(&good, &authority, buffer_slice(&other_authority.certificate),
	    "mail.example", TLS_UNKNOWN_ISSUER,
	    "the certificate is signed by CN = Test Authority, which is not trusted here");
}

static void a_self_signed_certificate_is_refused(void **state UNUSED)
{
	expect_refusal(&good, NULL, buffer_slice(&authority.certificate), "mail.example",
	    TLS_SELF_SIGNED, "the certificate is signed by itself, not by a trusted authority");
}

static void the_systems_authorities_do_not_know_ours(void **state UNUSED)
{
	struct fault fault;

	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	tls_client_free(client);
	client = NULL;
	if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) < 0) {
		clean_up();
		skip();
	}
	assert_int_equal(tls_client_new_system(NULL, &client, &fault), 0);
	assert_int_equal(handshake()->error, TLS_UNKNOWN_ISSUER);
	clean_up();
}

static enum tls_error handshake_anew(void)
{
	ends_release(&ends);
	ends_init(&ends);
	ends.on_accept = serve_tls;
	return handshake()->error;
}

static void write_authority(const char *path, const struct identity *id)
{
	struct fault fault;

	assert_int_equal(file_write(FILES_HERE, path, buffer_slice(&id->certificate), 0600,
	    &fault), 0);
}

/* Authorities are read when they are needed, and again when nobody has used them for a while. */
static void authorities_that_rest_are_read_anew(void **state UNUSED)
{
	char path[200];
	struct fault fault;

	scratch_make();
	snprintf(path, sizeof(path), "%s", scratch_path("authorities.crt"));
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	tls_client_free(client);
	client = NULL;
	assert_int_equal(tls_client_new_system(path, &client, &fault), -1);
	write_authority(path, &other_authority);
	assert_int_equal(tls_client_new_system(path, &client, &fault), 0);
	assert_int_equal(handshake_anew(), TLS_UNKNOWN_ISSUER);
	write_authority(path, &authority);
	tls_client_rest(client);
	assert_int_equal(handshake_anew(), TLS_UNKNOWN_ISSUER); /* it was used between two rests */
	tls_client_rest(client);
	tls_client_rest(client);
	assert_int_equal(handshake_anew(), TLS_OK);
	clean_up();
	scratch_remove();
}

static void a_pasted_certificate_is_trusted_though_self_signed(void **state UNUSED)
{
	struct identity id;
	struct fault fault;

	identity_make(&id, &good, NULL);
	ends_init(&ends);
	ends.on_accept = serve_tls;
	host = "mail.example";
	assert_int_equal(tls_server_new(buffer_slice(&id.certificate), buffer_slice(&id.key),
	    &server, &fault), 0);
	assert_int_equal(tls_client_new_pem(buffer_slice(&id.certificate), &client, &fault), 0);
	identity_release(&id);
	assert_int_equal(handshake()->error, TLS_OK);
	clean_up();
}

static void a_weak_key_is_not_served(void **state UNUSED)
{
	struct identity weak;
	struct identity_spec spec = good;
	struct fault fault;

	spec.rsa_bits = 1024;
	identity_make(&weak, &spec, &authority);
	assert_int_equal(tls_server_new(buffer_slice(&weak.certificate), buffer_slice(&weak.key),
	    &server, &fault), -1);
	assert_string_equal(fault.text,
	    "the certificate cannot be used: its key or signature is too weak");
	identity_release(&weak);
}

/* A server as others run them: with this certificate, however weak. */
static void prepare_weak(const struct identity_spec *spec)
{
	struct identity id;
	struct identity_spec strong = good; /* is replaced, since the kind of key is the same */
	SSL_CTX *context;
	STACK_OF(X509) *chain;
	EVP_PKEY *key;

	strong.rsa_bits = spec->rsa_bits != 0 ? 2048 : 0;
	prepare(&strong, &authority, buffer_slice(&authority.certificate), "mail.example");
	context = tls_server_context(server);
	SSL_CTX_set_security_level(context, 0);
	identity_make(&id, spec, &authority);
	chain = tls_pem_read(buffer_slice(&id.certificate), NULL);
	key = tls_pem_read_key(buffer_slice(&id.key), NULL);
	assert_int_equal(SSL_CTX_use_certificate(context, sk_X509_value(chain, 0)), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
	sk_X509_pop_free(chain, X509_free);
	EVP_PKEY_free(key);
	identity_release(&id);
}

static void weak_keys_and_signatures_are_refused(void **state UNUSED)
{
	struct identity_spec spec = good;

	spec.rsa_bits = 1024;
	prepare_weak(&spec);
	assert_int_equal(handshake()->error, TLS_TOO_WEAK);
	assert_string_equal(ends.client.text,
	    "the certificate has a key or a signature that is too weak");
	clean_up();
	spec.rsa_bits = 0;
	spec.sha1 = true;
	prepare_weak(&spec);
	assert_int_equal(handshake()->error, TLS_TOO_WEAK);
	clean_up();
}

static void old_protocol_versions_are_refused(void **state UNUSED)
{
	prepare_weak(&good);
	SSL_CTX_set_min_proto_version(tls_server_context(server), TLS1_VERSION);
	SSL_CTX_set_max_proto_version(tls_server_context(server), TLS1_1_VERSION);
	SSL_CTX_set_cipher_list(tls_server_context(server), "ALL:@SECLEVEL=0");
	assert_int_equal(handshake()->error, TLS_PROTOCOL_VERSION);
	assert_string_equal(ends.client.text, "the other side offers nothing newer than TLS 1.1");
	clean_up();
}

static void a_huge_chain_is_refused(void **state UNUSED)
{
	STACK_OF(X509) *one = tls_pem_read(buffer_slice(&authority.certificate), NULL);

	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	for (int i = 0; i < 1000; i++)
		SSL_CTX_add1_chain_cert(tls_server_context(server), sk_X509_value(one, 0));
	assert_int_equal(handshake()->error, TLS_BAD_CERTIFICATE);
	assert_false(stream_tls_info(ends.client.stream)->has_certificate);
	sk_X509_pop_free(one, X509_free);
	clean_up();
}

static void an_expired_authority_is_refused(void **state UNUSED)
{
	struct identity old;

	identity_make(&old, &(struct identity_spec){ .subject = "Old Authority", .from = -2 * DAY,
	    .until = -DAY, .authority = true }, NULL);
	prepare(&good, &old, buffer_slice(&old.certificate), "mail.example");
	assert_int_equal(handshake()->error, TLS_EXPIRED);
	assert_true(slice_starts(slice_of(ends.client.text),
	    "a certificate above the server's own expired on 20"));
	assert_string_equal(stream_tls_info(ends.client.stream)->certificate.subject,
	    "CN = mail.example");
	identity_release(&old);
	clean_up();
}

/* ---- peers that do not play by the rules ---- */

static struct slice plain_words;

static void speak_plainly(struct ends *e)
{
	assert_int_equal(stream_write(e->server.stream, plain_words), 0);
}

static void a_peer_in_clear_is_named_so(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = speak_plainly;
	plain_words = SLICE("220 mail.example ESMTP ready\r\n");
	assert_int_equal(handshake()->error, TLS_NOT_TLS);
	assert_false(stream_tls_info(ends.client.stream)->has_certificate);
	clean_up();
}

/* Records as RFC 8446 has them: alert, version, length 2, fatal, what. */
static void an_alert_of_the_peer_is_named(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = speak_plainly;
	plain_words = SLICE("\x15\x03\x01\x00\x02\x02\x46");
	assert_int_equal(handshake()->error, TLS_PROTOCOL_VERSION);
	assert_string_equal(ends.client.text, "the other side offers nothing newer than TLS 1.1");
	clean_up();
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = speak_plainly;
	plain_words = SLICE("\x15\x03\x03\x00\x02\x02\x28");
	assert_int_equal(handshake()->error, TLS_REFUSED);
	assert_string_equal(ends.client.text, "the other side refused the TLS connection: "
	    "it has no version or cipher in common with us");
	clean_up();
}

static void free_server(struct ends *e)
{
	stream_free(e->server.stream);
	e->server.stream = NULL;
}

static void a_peer_that_hangs_up_in_the_handshake_is_named_so(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = free_server;
	assert_int_equal(handshake()->error, TLS_CLOSED);
	assert_int_equal(ends.client.reason, STREAM_END_TLS);
	clean_up();
}

static void a_silent_peer_leaves_the_deadline_to_the_owner(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = NULL;
	ends_connect(&ends);
	assert_int_equal(stream_start_tls(ends.client.stream, client, host), 0);
	ends_run(&ends, 50);
	assert_int_equal(ends.client.connected, 1);
	assert_int_equal(ends.client.secured + ends.client.closed, 0);
	clean_up();
}

static bool client_has_5(const struct ends *e)
{
	return e->client.got.len >= 5;
}

/* The client is done first: the server must have its last words and have sent its tickets, or it
 * closes in the middle of the handshake, where no goodbye can be said. */
static void handshake_of_both(void)
{
	handshake();
	assert_int_equal(stream_write(ends.server.stream, SLICE("words")), 0);
	ends_run_until(&ends, client_has_5);
}

static void a_tls_goodbye_is_told_from_a_cut(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	handshake_of_both();
	stream_close_when_written(ends.server.stream);
	ends_run_until(&ends, ends_both_closed);
	assert_int_equal(ends.client.reason, STREAM_END_EOF);
	assert_int_equal(ends.server.reason, STREAM_END_WRITTEN);
	clean_up();

	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	handshake_of_both();
	shutdown(stream_fd(ends.server.stream), SHUT_WR);
	ends_run_until(&ends, ends_client_closed);
	assert_int_equal(ends.client.reason, STREAM_END_TRUNCATED);
	clean_up();
}

/* ---- STARTTLS ---- */

/* As a relay: "220 go" in clear, perhaps with more behind it, then TLS. */
static void switch_server(struct end *e)
{
	stream_consume(e->stream, stream_input(e->stream).len);
	stream_pause(e->stream);
	assert_int_equal(stream_write(e->stream, plain_words), 0);
}

static int started;

/* As our relay session: on the answer's line end the switch, whatever else was read with it. */
static void switch_client(struct end *e)
{
	struct slice input = stream_input(e->stream);
	size_t line = slice_find_char(input, '\n');

	if (line == input.len)
		return;
	stream_consume(e->stream, line + 1);
	e->on_readable = NULL;
	started = stream_start_tls(e->stream, client, host);
}

static bool client_tried_to_switch(const struct ends *e UNUSED)
{
	return started != -2;
}

static void begin_starttls(const char *answer)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = NULL;
	ends.server.on_readable = switch_server;
	ends.client.on_readable = switch_client;
	plain_words = slice_of(answer);
	started = -2;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("STARTTLS\r\n")), 0);
	ends_run_until(&ends, client_tried_to_switch);
}

static void a_stream_turns_to_tls_in_place(void **state UNUSED)
{
	begin_starttls("220 go\r\n");
	assert_int_equal(started, 0);
	assert_int_equal(stream_accept_tls(ends.server.stream, server), 0);
	ends.server.on_readable = NULL;
	stream_resume(ends.server.stream);
	ends_run_until(&ends, client_secured_or_closed);
	assert_int_equal(ends.client.secured, 1);
	assert_int_equal(stream_write(ends.client.stream, SLICE("hello")), 0);
	assert_int_equal(stream_write(ends.server.stream, SLICE("world")), 0);
	ends_run_until(&ends, both_have_5);
	assert_slice(buffer_slice(&ends.server.got), "hello");
	clean_up();
}

static void bytes_behind_the_answer_forbid_the_switch(void **state UNUSED)
{
	begin_starttls("220 go\r\n250 injected\r\n");
	assert_int_equal(started, STREAM_DIRTY);
	assert_false(stream_is_tls(ends.client.stream));
	clean_up();
	begin_starttls("220 go\r\nx");
	assert_int_equal(started, STREAM_DIRTY);
	clean_up();
}

/* The injected byte comes in a packet of its own and has not been read when we switch. */
static void a_byte_still_in_the_kernel_forbids_the_switch(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = NULL;
	ends_connect(&ends);
	ends_run_until(&ends, ends_server_up);
	assert_int_equal(write(stream_fd(ends.server.stream), "x", 1), 1);
	usleep(20000);
	assert_int_equal(stream_start_tls(ends.client.stream, client, host), STREAM_DIRTY);
	clean_up();
}

static bool server_has_both_commands(const struct ends *e)
{
	return e->server.stream != NULL && stream_input(e->server.stream).len == 16;
}

static void commands_behind_starttls_forbid_the_switch_of_a_server(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.on_accept = NULL;
	ends.server.keep = true;
	ends_connect(&ends);
	assert_int_equal(stream_write(ends.client.stream, SLICE("STARTTLS\r\nRSET\r\n")), 0);
	ends_run_until(&ends, server_has_both_commands);
	stream_consume(ends.server.stream, 10);
	assert_int_equal(stream_accept_tls(ends.server.stream, server), STREAM_DIRTY);
	clean_up();
}

/* ---- much data, changed certificates ---- */

static bool server_has_3_mib(const struct ends *e)
{
	return e->server.got.len == 3 << 20;
}

static void much_data_passes_a_small_window(void **state UNUSED)
{
	static char data[3 << 20];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 2654435761u >> 13);
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends.input_limit = 5000;
	ends.output_limit = sizeof(data);
	handshake();
	assert_int_equal(stream_write(ends.client.stream, slice_make(data, sizeof(data))), 0);
	ends_run(&ends, 5);
	stream_pause(ends.server.stream);
	ends_run(&ends, 20);
	stream_resume(ends.server.stream);
	ends_run_until(&ends, server_has_3_mib);
	assert_memory_equal(ends.server.got.data, data, sizeof(data));
	assert_int_equal(ends.client.drained, 1);
	clean_up();
}

static void contexts_may_go_while_streams_live(void **state UNUSED)
{
	prepare(&good, &authority, buffer_slice(&authority.certificate), "mail.example");
	ends_connect(&ends);
	assert_int_equal(stream_start_tls(ends.client.stream, client, host), 0);
	tls_client_free(client);
	client = NULL;
	ends_run_until(&ends, client_secured_or_closed);
	tls_server_free(server);
	server = NULL;
	assert_int_equal(stream_write(ends.client.stream, SLICE("hello")), 0);
	assert_int_equal(stream_write(ends.server.stream, SLICE("world")), 0);
	ends_run_until(&ends, both_have_5);
	clean_up();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_certificate_opens_the_way),
		cmocka_unit_test(the_name_may_be_written_in_its_usual_ways),
		cmocka_unit_test(a_wrong_name_is_refused_and_the_right_ones_are_told),
		cmocka_unit_test(the_common_name_is_no_name),
		cmocka_unit_test(an_expired_certificate_is_refused),
		cmocka_unit_test(a_certificate_of_the_future_is_refused),
		cmocka_unit_test(an_unknown_issuer_is_refused),
		cmocka_unit_test(a_self_signed_certificate_is_refused),
		cmocka_unit_test(the_systems_authorities_do_not_know_ours),
		cmocka_unit_test(authorities_that_rest_are_read_anew),
		cmocka_unit_test(a_pasted_certificate_is_trusted_though_self_signed),
		cmocka_unit_test(a_weak_key_is_not_served),
		cmocka_unit_test(weak_keys_and_signatures_are_refused),
		cmocka_unit_test(old_protocol_versions_are_refused),
		cmocka_unit_test(a_huge_chain_is_refused),
		cmocka_unit_test(an_expired_authority_is_refused),
		cmocka_unit_test(a_peer_in_clear_is_named_so),
		cmocka_unit_test(an_alert_of_the_peer_is_named),
		cmocka_unit_test(a_peer_that_hangs_up_in_the_handshake_is_named_so),
		cmocka_unit_test(a_silent_peer_leaves_the_deadline_to_the_owner),
		cmocka_unit_test(a_tls_goodbye_is_told_from_a_cut),
		cmocka_unit_test(a_stream_turns_to_tls_in_place),
		cmocka_unit_test(bytes_behind_the_answer_forbid_the_switch),
		cmocka_unit_test(a_byte_still_in_the_kernel_forbids_the_switch),
		cmocka_unit_test(commands_behind_starttls_forbid_the_switch_of_a_server),
		cmocka_unit_test(much_data_passes_a_small_window),
		cmocka_unit_test(contexts_may_go_while_streams_live),
	};

	return cmocka_run_group_tests_name("sys/tls", tests, make_authorities, release_authorities);
}
