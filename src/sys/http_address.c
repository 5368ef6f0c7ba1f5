/*
 * http_address.c - where a call may go and where it goes: the addresses of its host that pass, one
 * after the other.
 */
#include "sys/http_private.h"

#include <stdio.h>
#include <sys/socket.h>

#include "sys/clock.h"

enum {
	CONNECT_MIN_MS = 3 * 1000, /* for one of many addresses */
	RESOLVE_SIZE = 2 * ENDPOINT_TEXT_SIZE + HTTP_HOST_MAX + 16,
};

/* ---- which pass ---- */

/* With leave, at least. */
static bool is_usable(const struct endpoint *e)
{
	return !endpoint_is_link_local(e) && !endpoint_is_metadata(e) && endpoint_is_unicast(e);
}

static bool is_allowed(const struct http_call *call, const struct endpoint *e)
{
	if (!is_usable(e))
		return false;
	return call->allow_private || (!endpoint_is_loopback(e) && !endpoint_is_private(e));
}

curl_socket_t http_address_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
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

/* ---- one after the other ---- */

/* The address of this family that is to be tried in this round; NULL none. */
static const struct endpoint *pick(const struct http_call *call, sa_family_t family)
{
	size_t turn = 0;

	for (size_t i = 0; i < call->n_endpoints; i++)
		if (call->endpoints[i].any.sa_family == family && turn++ == call->round)
			return &call->endpoints[i];
	return NULL;
}

static size_t rounds_left(const struct http_call *call)
{
	size_t four = 0, six = 0;

	for (size_t i = 0; i < call->n_endpoints; i++)
		*(call->endpoints[i].any.sa_family == AF_INET ? &four : &six) += 1;
	return (four > six ? four : six) - call->round;
}

/*
 * "host:port:address,address": curl connects there and asks nobody. An address as host needs no line,
 * and one of IPv6 could not stand in it.
 */
static bool set_addresses(struct http_call *call)
{
	const struct endpoint *four = pick(call, AF_INET), *six = pick(call, AF_INET6);
	char line[RESOLVE_SIZE], four_text[ENDPOINT_TEXT_SIZE] = "", six_text[ENDPOINT_TEXT_SIZE] = "";
	bool six_first = call->endpoints[0].any.sa_family == AF_INET6;

	if (endpoint_is_ip_literal(slice_of(call->host)))
		return true;
	if (four != NULL)
		endpoint_ip_text(four, four_text);
	if (six != NULL)
		endpoint_ip_text(six, six_text);
	snprintf(line, sizeof(line), "%s:%u:%s%s%s", call->host, call->port,
		six_first ? six_text : four_text, six != NULL && four != NULL ? "," : "",
		six_first ? four_text : six_text);
	curl->slist_free_all(call->addresses);
	call->addresses = curl->slist_append(NULL, line);
	return call->addresses != NULL &&
		curl->easy_setopt(call->easy, CURLOPT_RESOLVE, call->addresses) == CURLE_OK;
}

/*
 * One address of each family at a time: curl (7.88) would spend all the time for connecting at the
 * first of a family, since nothing wakes it for the second.
 */
static bool try_round(struct http_call *call)
{
	int64_t left = call->deadline - clock_boot_ms(), each;
	size_t rounds = rounds_left(call);

	if (left <= 0 || !set_addresses(call))
		return false;
	each = HTTP_CONNECT_MS / (int64_t)(rounds > 0 ? rounds : 1);
	curl->easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(each > CONNECT_MIN_MS ? each : CONNECT_MIN_MS));
	curl->easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)left);
	return curl->multi_add_handle(call->client->multi, call->easy) == CURLM_OK;
}

/* Only what nobody has answered at all is tried elsewhere: so nothing is asked twice. */
bool http_address_next(struct http_call *call, CURLcode code)
{
	curl_off_t connected = 0;

	curl->easy_getinfo(call->easy, CURLINFO_CONNECT_TIME_T, &connected);
	if (connected != 0 || rounds_left(call) <= 1 ||
		(code != CURLE_COULDNT_CONNECT && code != CURLE_OPERATION_TIMEDOUT))
		return false;
	call->round++;
	curl->multi_remove_handle(call->client->multi, call->easy);
	return try_round(call);
}

bool http_address_keep(struct http_call *call, const struct endpoint *addresses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_allowed(call, &addresses[i]))
			call->endpoints[call->n_endpoints++] = addresses[i];
	return call->n_endpoints > 0;
}

bool http_address_wants_leave(const struct endpoint *addresses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_usable(&addresses[i]))
			return true;
	return false;
}

bool http_address_start(struct http_call *call)
{
	call->deadline = clock_boot_ms() + HTTP_TOTAL_MS;
	return try_round(call);
}
