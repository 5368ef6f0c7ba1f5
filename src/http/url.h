/*
 * url.h - addresses of pages: reading and checking them, building them, and telling whether two
 * have the same origin. Only http and https, no user information, no fragment.
 * Source: RFC 3986, RFC 6454 section 4 (origin).
 */
#ifndef TOCSIN_HTTP_URL_H
#define TOCSIN_HTTP_URL_H

#include "base/buffer.h"

/* Slices point into the text that was read. */
struct url {
	bool secure; /* https */
	struct slice host; /* name, IPv4, or IPv6 without its brackets */
	uint16_t port; /* the scheme's own when none was written */
	struct slice path; /* "" or "/..." as written */
	struct slice query; /* behind "?", absent without one */
};

/*
 * authority = host [ ":" port ]. True when host is a name of letters, digits, "-", "_" and dots,
 * an IPv4 address, or an IPv6 address in brackets, and port, if there, is 1 to 65535.
 * *ret_host comes without brackets; *ret_port is 0 when none was written.
 */
bool url_authority_parse(struct slice text, struct slice *ret_host, uint16_t *ret_port) MUST_CHECK;

/* NULL and *ret_url when text is an http or https address, else what is wrong and the cure. */
const char *url_parse(struct slice text, struct url *ret_url) MUST_CHECK;

/* What a site's own address must be: https, host, perhaps a port; no path or query. NULL = good. */
const char *url_check_site(struct slice text);

/* "https://host[:port]", the port left out when it is 443, IPv6 in brackets. */
void url_append_origin(struct buffer *out, struct slice host, uint16_t port);

/* Value for a query or form: all but the unreserved characters as %XX. */
void url_append_escaped(struct buffer *out, struct slice value);

/* Same scheme, host (case ignored) and port. */
bool url_same_origin(const struct url *a, const struct url *b);

/*
 * For the check of a change: source is the Origin field's value, or Referer's when there is none;
 * host is the Host field of the same request, which came over TLS. False for "null" and garbage.
 */
bool url_origin_is_host(struct slice source, struct slice host);

#endif
