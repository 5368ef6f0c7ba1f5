/*
 * http_client.c - https by libcurl in the loop; see http_client.h. curl tells which sockets it
 * waits for and until when (curl_multi_socket_action(3)); our watches and timer do the waiting.
 */
#include "sys/http_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "sys/loop.h"
#include "sys/resolver.h"
#include "sys/tls_client.h"
#include "sys/tls_private.h"

enum {
	TEXT_SIZE = 600,
	REQUEST_MAX = 256 * 1024,
	FIELD_MAX = 64 * 1024, /* octets of one header field of ours */
	HOST_MAX = 255,
	RESOLVE_SIZE = RESOLVER_ADDRESSES_MAX * ENDPOINT_TEXT_SIZE + HOST_MAX + 16,
};

struct http_client {
	struct loop *loop;
	struct resolver *resolver;
	CURLM *multi;
	struct timer timer;
};

struct http_call {
	struct http_client *client;
	http_done_fn *done;
	void *arg;
	struct resolver_query *query;
	struct timer soon; /* tells a fault that was found at once */
	CURL *easy;
	struct curl_slist *fields, *addresses;
	struct tls_client *trust;
	struct arena *arena; /* of the texts below */
	const char *url, *form, *proxy;
	char host[HOST_MAX + 1]; /* that is connected to: the proxy's, when there is one */
	uint16_t port;
	bool allow_private;
	bool forbidden; /* an address was turned down */
	bool too_large;
	size_t head_octets;
	struct buffer body;
	enum http_fault fault;
	char text[TEXT_SIZE];
	char curl_text[CURL_ERROR_SIZE];
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
		curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait);
		answer.retry_after = wait > 0 ? (int64_t)wait : 0;
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

static enum http_fault fault_of(const struct http_call *call, CURLcode code)
{
	if (call->forbidden)
		return HTTP_FORBIDDEN;
	if (call->too_large)
		return HTTP_TOO_LARGE;
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
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		return code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ? HTTP_UNREACHABLE :
			HTTP_BROKEN;
	case CURLE_OUT_OF_MEMORY:
		return HTTP_NO_MEMORY;
	default:
		return HTTP_UNREACHABLE;
	}
}

/* Our words; curl's own only for TLS, where they name the certificate's fault and no content. */
static void say(struct http_call *call, long verified)
{
	const char *host = call->host;

	switch (call->fault) {
	case HTTP_OK:
		call->text[0] = '\0';
		break;
	case HTTP_TLS:
		snprintf(call->text, sizeof(call->text), "TLS with %s failed: %.200s", host,
			verified != X509_V_OK && verified != X509_V_ERR_UNSPECIFIED ?
			X509_verify_cert_error_string(verified) :
			call->curl_text[0] != '\0' ? call->curl_text : "the handshake was refused");
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
		snprintf(call->text, sizeof(call->text), "What %s answered is no HTTP.", host);
		break;
	case HTTP_NO_MEMORY:
		snprintf(call->text, sizeof(call->text), "There is not enough memory.");
		break;
	case HTTP_BAD_URL:
	case HTTP_NO_NAME:
	case HTTP_UNREACHABLE:
		snprintf(call->text, sizeof(call->text), "%s port %u cannot be reached, or cut the "
			"connection.", host, call->port);
		break;
	}
}

static void on_curl_done(struct http_call *call, CURLcode code)
{
	long status = 0, verified = X509_V_OK;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	call->fault = fault_of(call, code);
	say(call, verified);
	finish(call, (unsigned)status);
}

/* ---- curl and the loop ---- */

static void look_for_ends(struct http_client *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct http_call *call = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		on_curl_done(call, code);
	}
}

static void act(struct http_client *c, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(c->multi, fd, events, &running);
	look_for_ends(c);
}

static void on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int want_time(CURLM *multi UNUSED, long ms, void *arg)
{
	struct http_client *c = arg;

	if (ms < 0)
		timer_cancel(&c->timer);
	else
		timer_set(&c->timer, ms);
	return 0;
}

/* One descriptor of curl's. */
struct plug {
	struct http_client *client;
	struct watch watch;
};

static void on_ready(void *arg, unsigned events)
{
	struct plug *p = arg;
	int what = 0;

	if ((events & WATCH_READ) != 0)
		what |= CURL_CSELECT_IN;
	if ((events & WATCH_WRITE) != 0)
		what |= CURL_CSELECT_OUT;
	act(p->client, p->watch.fd, what); /* p may be gone */
}

static int want_socket(CURL *easy UNUSED, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http_client *c = arg;
	struct plug *p = socket_arg;
	unsigned events = 0;

	if (what == CURL_POLL_REMOVE) {
		if (p != NULL)
			watch_release(&p->watch);
		free(p);
		return 0;
	}
	if (p == NULL) {
		p = calloc(1, sizeof(*p));
		if (p == NULL)
			return -1;
		p->client = c;
		watch_init(&p->watch, c->loop, fd, on_ready, p);
		curl_multi_assign(c->multi, fd, p);
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= WATCH_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= WATCH_WRITE;
	return watch_set(&p->watch, events) == 0 ? 0 : -1;
}

/* ---- what curl asks and brings ---- */

static bool is_allowed(const struct http_call *call, const struct endpoint *e)
{
	if (endpoint_is_link_local(e) || endpoint_is_metadata(e) || !endpoint_is_unicast(e))
		return false;
	return call->allow_private || (!endpoint_is_loopback(e) && !endpoint_is_private(e));
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_call *call = arg;
	struct endpoint e;

	if (purpose != CURLSOCKTYPE_IPCXN ||
		!endpoint_from_sockaddr(&address->addr, address->addrlen, &e) ||
		!is_allowed(call, &e)) {
		call->forbidden = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		address->protocol);
}

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

static size_t take_field(char *octets UNUSED, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;

	call->head_octets += size * n;
	call->too_large = call->too_large || call->head_octets > HTTP_HEAD_MAX;
	return call->too_large ? 0 : size * n;
}

/* The trust is ours, read before the sandbox closed; curl would look for files. */
static CURLcode set_trust(CURL *easy UNUSED, void *context, void *arg)
{
	struct http_call *call = arg;
	X509_STORE *store = SSL_CTX_get_cert_store(tls_client_context(call->trust));

	SSL_CTX_set1_cert_store(context, store);
	return CURLE_OK;
}

/* ---- setting up ---- */

static void set_transport(struct http_call *call)
{
	CURL *e = call->easy;

	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_PROXY, call->proxy); /* "": none, whatever the environment says */
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)HTTP_TOTAL_MS);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, call);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, set_trust);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, call);
}

static void set_request(struct http_call *call)
{
	CURL *e = call->easy;

	curl_easy_setopt(e, CURLOPT_URL, call->url);
	if (call->form != NULL) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, call->form);
	}
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, call->fields);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "Tocsin/" TOCSIN_VERSION);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_field);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, call->curl_text);
	curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)call);
}

static bool add_field(struct http_call *call, const char *line)
{
	struct curl_slist *list = curl_slist_append(call->fields, line);

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

/*
 * "host:port:address,address": curl connects there and asks nobody. An address as host needs no line,
 * and one of IPv6 could not stand in it.
 */
static bool set_addresses(struct http_call *call, const struct endpoint *addresses, size_t n)
{
	char line[RESOLVE_SIZE], ip[ENDPOINT_TEXT_SIZE];
	size_t used = (size_t)snprintf(line, sizeof(line), "%s:%u:", call->host, call->port);
	bool any = false;

	for (size_t i = 0; i < n && used < sizeof(line); i++) {
		bool six = addresses[i].any.sa_family == AF_INET6;

		if (!is_allowed(call, &addresses[i]))
			continue;
		endpoint_ip_text(&addresses[i], ip);
		six = six && strchr(ip, ':') != NULL;
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s%s%s", any ? "," : "",
			six ? "[" : "", ip, six ? "]" : "");
		any = true;
	}
	if (!any || endpoint_is_ip_literal(slice_of(call->host)))
		return any;
	call->addresses = curl_slist_append(NULL, line);
	curl_easy_setopt(call->easy, CURLOPT_RESOLVE, call->addresses);
	return true;
}

static void on_resolved(void *arg, enum resolver_error error, const struct endpoint *addresses,
	size_t n)
{
	struct http_call *call = arg;
	char text[TEXT_SIZE];

	call->query = NULL;
	if (error != RESOLVER_OK) {
		snprintf(text, sizeof(text), "%s cannot be found: %s.", call->host,
			resolver_error_text(error));
		fail_soon(call, HTTP_NO_NAME, text);
		return;
	}
	if (!set_addresses(call, addresses, n)) {
		snprintf(text, sizeof(text), "%s has only addresses of this machine, of a private network or "
			"of a single link. When that is meant, set private_endpoints = yes in tocsin.conf; "
			"link-local addresses are never used.", call->host);
		fail_soon(call, HTTP_FORBIDDEN, text);
		return;
	}
	if (curl_multi_add_handle(call->client->multi, call->easy) != CURLM_OK)
		fail_soon(call, HTTP_NO_MEMORY, "There is not enough memory.");
}

/* ---- life ---- */

/* Host and port of an address; false when it has none. */
static bool split(const char *url, bool need_https, char ret_host[static HOST_MAX + 1],
	uint16_t *ret_port)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	bool good = u != NULL &&
		curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;

	good = good && (!need_https || strcmp(scheme, "https") == 0) && strlen(host) <= HOST_MAX;
	if (good) {
		memcpy(ret_host, host, strlen(host) + 1);
		*ret_port = (uint16_t)strtoul(port, NULL, 10);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	return good;
}

struct http_client *http_client_new(struct loop *loop, struct resolver *resolver)
{
	struct http_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = loop;
	c->resolver = resolver;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		c->multi = curl_multi_init();
	if (c->multi == NULL) {
		free(c);
		return NULL;
	}
	timer_init(&c->timer, loop, on_timer, c);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, want_time);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return c;
}

void http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	curl_multi_cleanup(c->multi);
	timer_cancel(&c->timer);
	free(c);
}

static bool set_up(struct http_call *call, const struct http_request *r)
{
	call->arena = arena_new(REQUEST_MAX);
	call->easy = curl_easy_init();
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
	uint16_t port;

	if (call == NULL)
		return NULL;
	call->client = c;
	call->done = done;
	call->arg = arg;
	call->trust = r->trust;
	call->allow_private = r->allow_private;
	timer_init(&call->soon, c->loop, on_soon, call);
	buffer_init_secret(&call->body, HTTP_BODY_MAX);
	if (!set_up(call, r)) {
		http_call_free(call);
		return NULL;
	}
	if (!split(r->url, true, call->host, &port)) {
		fail_soon(call, HTTP_BAD_URL, "This is no https address.");
		return call;
	}
	call->port = port;
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
		curl_multi_remove_handle(call->client->multi, call->easy);
		curl_easy_cleanup(call->easy);
	}
	for (struct curl_slist *f = call->fields; f != NULL; f = f->next)
		secret_wipe(f->data, strlen(f->data));
	curl_slist_free_all(call->fields);
	curl_slist_free_all(call->addresses);
	buffer_release(&call->body);
	arena_free(call->arena);
	free(call);
}
