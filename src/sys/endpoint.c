/* endpoint.c - addresses with ports, as text and back; see endpoint.h. */
#include "sys/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

bool endpoint_from_ip(struct slice ip, uint16_t port, struct endpoint *ret_endpoint)
{
	struct endpoint e = { 0 };
	char text[INET6_ADDRSTRLEN];

	if (!slice_copy(ip, text, sizeof(text)))
		return false;
	if (inet_pton(AF_INET, text, &e.in.sin_addr) == 1) {
		e.in.sin_family = AF_INET;
		e.in.sin_port = htons(port);
		e.len = sizeof(e.in);
	} else if (inet_pton(AF_INET6, text, &e.in6.sin6_addr) == 1) {
		e.in6.sin6_family = AF_INET6;
		e.in6.sin6_port = htons(port);
		e.len = sizeof(e.in6);
	} else {
		return false;
	}
	*ret_endpoint = e;
	return true;
}

/* "[...]" without its brackets; anything else as it is. */
static struct slice strip_brackets(struct slice text)
{
	if (text.len > 2 && text.data[0] == '[' && text.data[text.len - 1] == ']')
		return slice_sub(text, 1, text.len - 2);
	return text;
}

bool endpoint_is_ip_literal(struct slice text)
{
	struct endpoint e;

	return endpoint_from_ip(strip_brackets(text), 0, &e);
}

/*
 * endpoint = ( IPv4 / "[" IPv6 "]" ) ":" port
 */
bool endpoint_parse(struct slice text, struct endpoint *ret_endpoint)
{
	struct slice host, rest = text;
	struct endpoint e;
	uint64_t port;

	if (slice_starts(text, "[")) {
		host = slice_cut(&rest, ']');
		host = slice_sub(host, 1, host.len);
		if (!slice_starts(rest, ":") || !slice_has_char(host, ':'))
			return false;
		rest = slice_sub(rest, 1, rest.len);
	} else {
		host = slice_cut(&rest, ':');
	}
	if (!number_parse(rest, 0, UINT16_MAX, &port) ||
	    !endpoint_from_ip(host, (uint16_t)port, &e))
		return false;
	*ret_endpoint = e;
	return true;
}

bool endpoint_from_sockaddr(const struct sockaddr *address, socklen_t len,
	struct endpoint *ret_endpoint)
{
	struct endpoint e = { .len = len };

	if (len < sizeof(address->sa_family) || len > sizeof(e.un))
		return false;
	memcpy(&e.un, address, len);
	if (e.any.sa_family != AF_UNIX && e.any.sa_family != AF_INET && e.any.sa_family != AF_INET6)
		return false;
	*ret_endpoint = e;
	return true;
}

bool endpoint_from_path(const char *path, struct endpoint *ret_endpoint)
{
	struct endpoint e = { .len = sizeof(e.un) };

	e.un.sun_family = AF_UNIX;
	if (!slice_copy(slice_of(path), e.un.sun_path, sizeof(e.un.sun_path)))
		return false;
	*ret_endpoint = e;
	return true;
}

/* The four bytes of an IPv4 address, also of one mapped into IPv6; NULL when it is none. */
static const uint8_t *ipv4_bytes(const struct endpoint *e)
{
	if (e->any.sa_family == AF_INET)
		return (const uint8_t *)&e->in.sin_addr;
	if (e->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&e->in6.sin6_addr))
		return e->in6.sin6_addr.s6_addr + 12;
	return NULL;
}

const char *endpoint_ip_text(const struct endpoint *e, char ret_text[ENDPOINT_TEXT_SIZE])
{
	const uint8_t *v4 = ipv4_bytes(e);

	if (v4 != NULL)
		inet_ntop(AF_INET, v4, ret_text, ENDPOINT_TEXT_SIZE);
	else if (e->any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &e->in6.sin6_addr, ret_text, ENDPOINT_TEXT_SIZE);
	else
		snprintf(ret_text, ENDPOINT_TEXT_SIZE, "local");
	return ret_text;
}

const char *endpoint_text(const struct endpoint *e, char ret_text[ENDPOINT_TEXT_SIZE])
{
	char ip[ENDPOINT_TEXT_SIZE];
	bool v6 = e->any.sa_family == AF_INET6 && ipv4_bytes(e) == NULL;

	endpoint_ip_text(e, ip);
	if (e->any.sa_family == AF_UNIX)
		return memcpy(ret_text, ip, sizeof(ip));
	snprintf(ret_text, ENDPOINT_TEXT_SIZE, v6 ? "[%.100s]:%u" : "%.100s:%u", ip,
	    (unsigned)endpoint_port(e));
	return ret_text;
}

uint16_t endpoint_port(const struct endpoint *e)
{
	if (e->any.sa_family == AF_INET)
		return ntohs(e->in.sin_port);
	return e->any.sa_family == AF_INET6 ? ntohs(e->in6.sin6_port) : 0;
}

/*
 * Also of one that a NAT64 gateway would make of it (RFC 6052 2.1), of 6to4 (RFC 3056) and of the
 * old IPv4-compatible form (RFC 4291 2.5.5.1): there it ends, too.
 */
static const uint8_t *reached_ipv4(const struct endpoint *e)
{
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };
	const uint8_t *v6 = e->in6.sin6_addr.s6_addr;

	if (e->any.sa_family != AF_INET6)
		return ipv4_bytes(e);
	if (v6[0] == 0x20 && v6[1] == 0x02)
		return v6 + 2;
	return memcmp(v6, nat64, sizeof(nat64)) == 0 || IN6_IS_ADDR_V4COMPAT(&e->in6.sin6_addr) ?
	    v6 + 12 : ipv4_bytes(e);
}

bool endpoint_is_loopback(const struct endpoint *e)
{
	const uint8_t *v4 = reached_ipv4(e);

	if (v4 != NULL)
		return v4[0] == 127;
	return e->any.sa_family == AF_UNIX ||
	    (e->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&e->in6.sin6_addr));
}

bool endpoint_is_link_local(const struct endpoint *e)
{
	const uint8_t *v4 = reached_ipv4(e);

	if (v4 != NULL)
		return v4[0] == 169 && v4[1] == 254;
	return e->any.sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&e->in6.sin6_addr);
}

bool endpoint_is_private(const struct endpoint *e)
{
	const uint8_t *v4 = reached_ipv4(e);

	if (v4 == NULL)
		return e->any.sa_family == AF_INET6 && (e->in6.sin6_addr.s6_addr[0] & 0xfe) == 0xfc;
	return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xf0) == 16) ||
	    (v4[0] == 192 && v4[1] == 168) || (v4[0] == 100 && (v4[1] & 0xc0) == 64);
}

bool endpoint_is_unicast(const struct endpoint *e)
{
	const uint8_t *v4 = reached_ipv4(e);

	if (v4 != NULL)
		return v4[0] != 0 && v4[0] < 224;
	return e->any.sa_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&e->in6.sin6_addr) &&
	    !IN6_IS_ADDR_MULTICAST(&e->in6.sin6_addr);
}

bool endpoint_is_metadata(const struct endpoint *e)
{
	/* Alibaba Cloud, Azure's wire server, Oracle Cloud; then Amazon's, on IPv6 */
	static const uint8_t known[][4] = {
		{ 100, 100, 100, 200 }, { 168, 63, 129, 16 }, { 192, 0, 0, 192 },
	};
	static const uint8_t amazon[16] = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 };
	const uint8_t *v4 = reached_ipv4(e);

	for (size_t i = 0; v4 != NULL && i < COUNT_OF(known); i++)
		if (memcmp(v4, known[i], sizeof(known[i])) == 0)
			return true;
	return e->any.sa_family == AF_INET6 &&
	    memcmp(&e->in6.sin6_addr, amazon, sizeof(amazon)) == 0;
}

bool endpoint_same_ip(const struct endpoint *a, const struct endpoint *b)
{
	const uint8_t *a4 = ipv4_bytes(a), *b4 = ipv4_bytes(b);

	if (a4 != NULL && b4 != NULL)
		return memcmp(a4, b4, 4) == 0;
	return a4 == NULL && b4 == NULL && a->any.sa_family == b->any.sa_family &&
	    (a->any.sa_family != AF_INET6 ||
	    memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, sizeof(a->in6.sin6_addr)) == 0);
}
