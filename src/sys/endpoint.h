/*
 * endpoint.h - where a connection goes to or comes from: an IPv4 or IPv6 address with a port, or
 * the path of a Unix-domain socket.
 */
#ifndef TOCSIN_SYS_ENDPOINT_H
#define TOCSIN_SYS_ENDPOINT_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/slice.h"

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	};
	socklen_t len;
};

enum {
	ENDPOINT_TEXT_SIZE = 128, /* room for any endpoint_text() */
};

/*
 * address:port, where an IPv6 address stands in brackets and port is 0 to 65535:
 *   127.0.0.1:8443   [::1]:0   [::]:8443
 */
bool endpoint_parse(struct slice text, struct endpoint *ret_endpoint) MUST_CHECK;

/* An address literal without brackets ("192.0.2.1", "2001:db8::1"); false when it is a name. */
bool endpoint_from_ip(struct slice ip, uint16_t port, struct endpoint *ret_endpoint) MUST_CHECK;
bool endpoint_is_ip_literal(struct slice text); /* as above, brackets allowed */

bool endpoint_from_sockaddr(const struct sockaddr *address, socklen_t len,
	struct endpoint *ret_endpoint) MUST_CHECK;

/* False when the path does not fit into a socket address (see unix_socket_connect()). */
bool endpoint_from_path(const char *path, struct endpoint *ret_endpoint) MUST_CHECK;

/* "192.0.2.1:25", "[2001:db8::1]:25", "local"; an IPv4 address mapped into IPv6 shows as IPv4. */
const char *endpoint_text(const struct endpoint *e, char ret_text[ENDPOINT_TEXT_SIZE]);
/* The same without the port and brackets. */
const char *endpoint_ip_text(const struct endpoint *e, char ret_text[ENDPOINT_TEXT_SIZE]);

uint16_t endpoint_port(const struct endpoint *e); /* 0 for a Unix-domain socket */

/*
 * What an address is. One in IPv6 by mapping, by NAT64 (64:ff9b::/96), by 6to4 (2002::/16) or
 * IPv4-compatible (::/96) is what is in it.
 */
bool endpoint_is_loopback(const struct endpoint *e); /* 127/8, ::1, Unix-domain */
bool endpoint_is_link_local(const struct endpoint *e); /* 169.254/16, fe80::/10 */
bool endpoint_is_private(const struct endpoint *e); /* RFC 1918, 100.64/10, fc00::/7 */
bool endpoint_is_unicast(const struct endpoint *e); /* not unspecified, multicast, broadcast */

/* Where a cloud tells its guests their secrets, beside 169.254.169.254, which is link-local. */
bool endpoint_is_metadata(const struct endpoint *e);

/* The same address, whatever the port. */
bool endpoint_same_ip(const struct endpoint *a, const struct endpoint *b);

#endif
