/*
 * host.h - the name or address of a machine as a person types it: a relay, a peer, a test IP.
 * Sources: RFC 1123 2.1 (names), RFC 4291 2.2 (IPv6), RFC 5890 (internationalised names).
 */
#ifndef TOCSIN_CORE_HOST_H
#define TOCSIN_CORE_HOST_H

#include "base/slice.h"
#include "core/domain.h"

enum host_kind {
	HOST_NAME,
	HOST_IPV4,
	HOST_IPV6,
};

struct host {
	enum host_kind kind;
	/* name in ASCII form without trailing dot, or the address, IPv6 without brackets */
	char text[DOMAIN_SIZE];
};

enum host_error {
	HOST_OK,
	HOST_EMPTY,
	HOST_CONTROL,
	HOST_NOT_UTF8,
	HOST_SPACE,
	HOST_SCHEME, /* https://mail.example.com */
	HOST_AT, /* admin@example.com */
	HOST_PATH, /* mail.example.com/ */
	HOST_PORT, /* mail.example.com:587 or [::1]:587 */
	HOST_ZONE, /* fe80::1%eth0 */
	HOST_BAD_IPV4,
	HOST_BAD_IPV6,
	HOST_LONG,
	HOST_DOT,
	HOST_LABEL_LONG,
	HOST_LABEL_HYPHEN,
	HOST_CHAR,
	HOST_IDN,
};

/* ret_host may be NULL. Returns 0, an enum host_error, or negative (memory). */
int host_name_check(struct slice text, struct host *ret_host) MUST_CHECK;

/* True for "localhost", 127/8 and ::1, as host_name_check() gives them. */
bool host_is_loopback(struct slice text);

/*
 * What a machine that calls itself name is called with its domain: the first name on the first line
 * of /etc/hosts that has name and such a one. The name as it is when there is none.
 */
struct slice host_whole_name(struct slice hosts, struct slice name);

/* Continues a sentence that begins with the field: "contains a space: ..." */
const char *host_error_text(int error);

#endif
