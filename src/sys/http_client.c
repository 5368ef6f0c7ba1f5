/*
 * http_client.c - https by libcurl: one call from its request to its answer; see http_client.h.
 */
#include "sys/http_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "sys/tls_client.h"
#include "sys/tls_private.h"

enum {
	REQUEST_MAX = 256 * 1024,
	FIELD_MAX = 64 * 1024, /* octets of one header field of ours */
	NO_CONTENT = 204, /* RFC 9110 15 */
	NOT_MODIFIED = 304,
	PASSWORD_WANTED = 407,
};

/* ---- ends ---- */

static void finish(struct http_call *call, unsigned status)
{
	struct http_answer answer = {
		.fault = call->fault, .text = call->text, .status = status,
	};
	http_done_fn *done = call->done;
	void *arg = call->arg;
	curl_off_t wait = 0;

	if (call->fault == HTTP_OK) {
		answer.body = buffer_slice(&call->body);
		curl->easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait);
		answer.retry_after = wait <= 0 ? 0 :
			wait < HTTP_RETRY_MAX_S ? (int64_t)wait : HTTP_RETRY_MAX_S;
	}
	done(arg, &answer);
	http_call_free(call);
}

static void on_soon(void *arg)
{
	finish(arg, 0);
}

/* For what is wrong before the connection: told from the loop. */
static void fail_soon(struct http_call *call, enum http_fault fault, const char *text)
{
	call->fault = fault;
	snprintf(call->text, sizeof(call->text), "%s", text);
	timer_set(&call->soon, 0);
}

/* True once the answer has begun. */
static bool has_begun(const struct http_call *call)
{
	curl_off_t us = 0;

	curl->easy_getinfo(call->easy, CURLINFO_STARTTRANSFER_TIME_T, &us);
	return us > 0;
}

static enum http_fault fault_of(const struct http_call *call, CURLcode code, long proxy_said)
{
	if (call->forbidden)
		return HTTP_FORBIDDEN;
	if (proxy_said >= 300)
		return HTTP_PROXY;
	if (call->too_large)
		return HTTP_TOO_LARGE;
	if (call->no_trust)
		return HTTP_TLS;
	switch (code) {
	case CURLE_OK:
		return HTTP_OK;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_NO_NAME;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_TLS;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_HTTP2:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_PARTIAL_FILE:
		return HTTP_BROKEN;
	case CURLE_RECV_ERROR: /* of chunks, too */
		return has_begun(call) ? HTTP_BROKEN : HTTP_UNREACHABLE;
	case CURLE_OUT_OF_MEMORY: /* for a header line of more than curl's 100 KB, too */
		return has_begun(call) ? HTTP_TOO_LARGE : HTTP_NO_MEMORY;
	default:
		return HTTP_UNREACHABLE;
	}
}

/*
 * RFC 9112 6.3, 9.8: without a length and without chunks the end of the connection is the end of
 * the body, if TLS has said that it is over; else somebody on the way may have cut it.
 */
static bool may_be_cut(const struct http_call *call, long status)
{
	curl_off_t length = -1;

	curl->easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length < 0 && !call->in_chunks && !call->said_goodbye && status != NO_CONTENT &&
		status != NOT_MODIFIED;
}

static bool is_unknown_issuer(long verified)
{
	return verified == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
		verified == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
		verified == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
}

/* As OpenSSL reads "HTTP" where a TLS record should begin. */
static bool is_clear_text(const char *curl_text)
{
	return strstr(curl_text, "wrong version number") != NULL ||
		strstr(curl_text, "packet length too long") != NULL;
}

static void say_tls(struct http_call *call, long verified)
{
	const char *fault = call->curl_text[0] != '\0' ? call->curl_text : "the handshake was refused";

	if (call->no_trust)
		fault = "this machine's authorities cannot be read; the package ca-certificates brings them";
	else if (verified != X509_V_OK && verified != X509_V_ERR_UNSPECIFIED)
		fault = X509_verify_cert_error_string(verified);
	else if (is_clear_text(fault))
		fault = "what answers there speaks no TLS, but clear text such as http. Check the port";
	snprintf(call->text, sizeof(call->text), "TLS with %s failed: %.150s%s", call->asked, fault,
		!call->no_trust && is_unknown_issuer(verified) ? ". Who issued it is not trusted here: "
		"set email.oauth_ca_certificate to the provider's own authority, or clear it when the "
		"provider's is a public one." : "");
}

/* Our words; curl's own only for TLS, where they name the certificate's fault and no content. */
static void say(struct http_call *call, long verified, long proxy_said)
{
	const char *host = proxy_said != 0 ? call->asked : call->host; /* who has spoken last */

	switch (call->fault) {
	case HTTP_OK:
		call->text[0] = '\0';
		break;
	case HTTP_TLS:
		say_tls(call, verified);
		break;
	case HTTP_PROXY:
		snprintf(call->text, sizeof(call->text), "The proxy %s %s status %ld.", call->host,
			proxy_said == PASSWORD_WANTED ?
			"asks for a name and a password, which it gets from no setting here:" :
			"does not let this node through to the provider: it answered with", proxy_said);
		break;
	case HTTP_TIMEOUT:
		snprintf(call->text, sizeof(call->text), "%s did not answer in time.", host);
		break;
	case HTTP_TOO_LARGE:
		snprintf(call->text, sizeof(call->text), "%s answered with more than is taken.", host);
		break;
	case HTTP_FORBIDDEN:
		snprintf(call->text, sizeof(call->text), "%s leads to an address that is not allowed.",
			host);
		break;
	case HTTP_BROKEN:
		snprintf(call->text, sizeof(call->text), "What %s answered is no HTTP, or it "
			"broke off.", host);
		break;
	case HTTP_NO_LIBRARY: /* no call was begun */
	case HTTP_NO_MEMORY:
		snprintf(call->text, sizeof(call->text), "There is not enough memory.");
		break;
	case HTTP_BAD_URL:
	case HTTP_NO_NAME:
	case HTTP_UNREACHABLE:
		snprintf(call->text, sizeof(call->text), "%s%s port %u cannot be reached, or cut the "
			"connection.", call->proxy[0] != '\0' ? "The proxy " : "", call->host, call->port);
		break;
	}
}

void http_call_ended(struct http_call *call, CURLcode code)
{
	long status = 0, verified = X509_V_OK, proxy_said = 0;

	curl->easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	curl->easy_getinfo(call->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	curl->easy_getinfo(call->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_said);
	call->fault = fault_of(call, code, proxy_said);
	if (call->fault == HTTP_OK && may_be_cut(call, status))
		call->fault = HTTP_BROKEN;
	say(call, verified, proxy_said);
	finish(call, (unsigned)status);
}

/* ---- what curl asks and brings ---- */

static size_t take_body(char *octets, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;

	if (size * n > HTTP_BODY_MAX - buffer_slice(&call->body).len) {
		call->too_large = true;
		return 0;
	}
	buffer_append(&call->body, octets, size * n);
	return buffer_ok(&call->body) ? size * n : 0;
}

/* Which of the answers it is, when there are interim ones, shows at the status line. */
static void look_for_chunks(struct http_call *call, struct slice line)
{
	struct slice name = slice_cut(&line, ':');

	if (slice_starts(name, "HTTP/"))
		call->in_chunks = false;
	while (slice_is_nocase(name, "Transfer-Encoding") && line.data != NULL)
		if (slice_is_nocase(slice_trim(slice_cut(&line, ',')), "chunked"))
			call->in_chunks = true;
}

static size_t take_field(char *octets UNUSED, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;

	call->head_octets += size * n;
	call->too_large = call->too_large || call->head_octets > HTTP_HEAD_MAX;
	look_for_chunks(call, slice_make(octets, size * n));
	return call->too_large ? 0 : size * n;
}

/* curl takes any end of the connection for the end of the body, and does not tell which it was. */
static void on_tls(const SSL *ssl, int where, int what)
{
	struct http_call *call = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (where == SSL_CB_READ_ALERT && (what & 0xff) == SSL_AD_CLOSE_NOTIFY)
		call->said_goodbye = true;
}

/* The trust is ours; curl would look for files. */
static CURLcode set_trust(CURL *easy UNUSED, void *context, void *arg)
{
	struct http_call *call = arg;
	SSL_CTX *trust = tls_client_context(call->trust);

	call->no_trust = trust == NULL;
	if (trust == NULL)
		return CURLE_SSL_CERTPROBLEM;
	SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(trust));
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_app_data((SSL_CTX *)context, call);
	SSL_CTX_set_info_callback(context, on_tls);
	return CURLE_OK;
}

/* ---- setting up ---- */

static void set_transport(struct http_call *call)
{
	CURL *e = call->easy;

	curl->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl->easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl->easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
	curl->easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
	curl->easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl->easy_setopt(e, CURLOPT_PROXY, call->proxy); /* "": none, whatever the environment says */
	curl->easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, http_address_socket);
	curl->easy_setopt(e, CURLOPT_OPENSOCKETDATA, call);
	curl->easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl->easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl->easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl->easy_setopt(e, CURLOPT_CAINFO, NULL);
	curl->easy_setopt(e, CURLOPT_CAPATH, NULL);
	/* else the trust of the first call is that of all */
	curl->easy_setopt(e, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	curl->easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, set_trust);
	curl->easy_setopt(e, CURLOPT_SSL_CTX_DATA, call);
}

static void set_request(struct http_call *call)
{
	CURL *e = call->easy;

	curl->easy_setopt(e, CURLOPT_URL, call->url);
	if (call->form != NULL) {
		curl->easy_setopt(e, CURLOPT_POST, 1L);
		curl->easy_setopt(e, CURLOPT_POSTFIELDS, call->form);
	}
	curl->easy_setopt(e, CURLOPT_HTTPHEADER, call->fields);
	curl->easy_setopt(e, CURLOPT_USERAGENT, "Tocsin/" TOCSIN_VERSION);
	curl->easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl->easy_setopt(e, CURLOPT_WRITEDATA, call);
	curl->easy_setopt(e, CURLOPT_HEADERFUNCTION, take_field);
	curl->easy_setopt(e, CURLOPT_HEADERDATA, call);
	curl->easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl->easy_setopt(e, CURLOPT_ERRORBUFFER, call->curl_text);
	curl->easy_setopt(e, CURLOPT_PRIVATE, (char *)call);
}

static bool add_field(struct http_call *call, const char *line)
{
	struct curl_slist *list = curl->slist_append(call->fields, line);

	if (list == NULL)
		return false;
	call->fields = list;
	return true;
}

static bool add_fields(struct http_call *call, const char *authorization)
{
	bool good = add_field(call, "Accept: application/json") && add_field(call, "Expect:");
	struct buffer line;

	if (!good || authorization[0] == '\0')
		return good;
	buffer_init_secret(&line, FIELD_MAX);
	buffer_append_text(&line, "Authorization: ");
	buffer_append_text(&line, authorization);
	buffer_append_char(&line, '\0');
	good = buffer_ok(&line) && add_field(call, buffer_slice(&line).data);
	buffer_release(&line);
	return good;
}

static void on_resolved(void *arg, enum resolver_error error, const struct endpoint *addresses,
	size_t n)
{
	struct http_call *call = arg;
	char text[HTTP_TEXT_SIZE];

	call->query = NULL;
	if (error != RESOLVER_OK) {
		snprintf(text, sizeof(text), "%s cannot be found: %s.", call->host,
			resolver_error_text(error));
		fail_soon(call, HTTP_NO_NAME, text);
		return;
	}
	if (!http_address_keep(call, addresses, n)) {
		snprintf(text, sizeof(text), http_address_wants_leave(addresses, n) ?
			"%s has only addresses of this machine or of a private network. When that is "
			"meant, set private_endpoints = yes in tocsin.conf." :
			"%s has only addresses that are never used: those of a single link, of a cloud's "
			"metadata, or of no one machine. Check the address.", call->host);
		fail_soon(call, HTTP_FORBIDDEN, text);
		return;
	}
	if (!http_address_start(call))
		fail_soon(call, HTTP_NO_MEMORY, "There is not enough memory.");
}

/* ---- life ---- */

/* Host and port of an address; false when it has none. */
static bool split(const char *url, bool need_https, char ret_host[static HTTP_HOST_MAX + 1],
	uint16_t *ret_port)
{
	CURLU *u = curl->url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	bool good = u != NULL &&
		curl->url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		curl->url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl->url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		curl->url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;

	good = good && (!need_https || strcmp(scheme, "https") == 0) && strlen(host) <= HTTP_HOST_MAX;
	if (good) {
		memcpy(ret_host, host, strlen(host) + 1);
		*ret_port = (uint16_t)strtoul(port, NULL, 10);
	}
	curl->free(scheme);
	curl->free(host);
	curl->free(port);
	curl->url_cleanup(u);
	return good;
}

static bool set_up(struct http_call *call, const struct http_request *r)
{
	call->arena = arena_new(REQUEST_MAX);
	call->easy = curl->easy_init();
	if (call->arena == NULL || call->easy == NULL || !add_fields(call, r->authorization))
		return false;
	call->url = arena_copy(call->arena, r->url);
	call->form = r->form != NULL ? arena_copy(call->arena, r->form) : NULL;
	call->proxy = arena_copy(call->arena, r->proxy);
	if (arena_failed(call->arena))
		return false;
	set_transport(call);
	set_request(call);
	return true;
}

struct http_call *http_call_new(struct http_client *c, const struct http_request *r,
	http_done_fn *done, void *arg)
{
	struct http_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;
	call->client = c;
	call->done = done;
	call->arg = arg;
	call->trust = r->trust;
	call->allow_private = r->allow_private;
	timer_init(&call->soon, c->loop, on_soon, call);
	buffer_init_secret(&call->body, HTTP_BODY_MAX);
	if (!curl_load()) {
		fail_soon(call, HTTP_NO_LIBRARY, "libcurl, by which providers are asked, cannot be used on "
			"this node: install libcurl4, and try again.");
		return call;
	}
	if (!http_client_begin(c) || !set_up(call, r)) {
		http_call_free(call);
		return NULL;
	}
	if (!split(r->url, true, call->asked, &call->port)) {
		fail_soon(call, HTTP_BAD_URL, "This is no https address.");
		return call;
	}
	memcpy(call->host, call->asked, sizeof(call->host));
	if (r->proxy[0] != '\0' && !split(r->proxy, false, call->host, &call->port)) {
		fail_soon(call, HTTP_BAD_URL, "The proxy is no address such as "
			"http://proxy.example.com:3128.");
		return call;
	}
	call->query = resolver_ask(c->resolver, slice_of(call->host), call->port, on_resolved,
		call);
	if (call->query == NULL)
		fail_soon(call, HTTP_NO_MEMORY, "There is not enough memory.");
	return call;
}

void http_call_free(struct http_call *call)
{
	if (call == NULL)
		return;
	if (call->query != NULL)
		resolver_cancel(call->query);
	timer_cancel(&call->soon);
	if (call->easy != NULL) {
		curl->multi_remove_handle(call->client->multi, call->easy);
		curl->easy_cleanup(call->easy);
	}
	for (struct curl_slist *f = call->fields; f != NULL; f = f->next)
		secret_wipe(f->data, strlen(f->data));
	if (call->fields != NULL)
		curl->slist_free_all(call->fields);
	if (call->addresses != NULL)
		curl->slist_free_all(call->addresses);
	buffer_release(&call->body);
	arena_free(call->arena);
	free(call);
}
