/*
 * domain.h - domain names as mail and the resolver write them: the label rules and the ASCII form
 * (A-labels) of internationalised names. Shared by address.c and host.c.
 * Sources: RFC 1034 3.5 with RFC 1123 2.1; RFC 5321 4.1.2; RFC 5891 and UTS #46 (non-transitional).
 */
#ifndef TOCSIN_CORE_DOMAIN_H
#define TOCSIN_CORE_DOMAIN_H

#include "base/slice.h"

enum {
	DOMAIN_MAX = 253, /* octets in ASCII form; 255 on the wire */
	DOMAIN_LABEL_MAX = 63,
	DOMAIN_SIZE = DOMAIN_MAX + 1, /* with its NUL */
};

/* What is wrong with a name; 0 is nothing. */
enum domain_error {
	DOMAIN_OK,
	DOMAIN_EMPTY,
	DOMAIN_LONG,
	DOMAIN_LABEL_EMPTY, /* two dots in a row, or one at an end */
	DOMAIN_LABEL_LONG,
	DOMAIN_LABEL_HYPHEN, /* a label begins or ends with a hyphen */
	DOMAIN_CHAR, /* something else than letters, digits, hyphens and dots */
	DOMAIN_NOT_IDN, /* not ASCII, and not a name IDNA allows */
};

/*
 * Checks a name without trailing dot and gives its ASCII form; letters keep their case when the
 * name was ASCII already. Returns 0 or an enum domain_error, or negative without memory.
 */
int domain_to_ascii(struct slice name, char ret_name[static DOMAIN_SIZE]) MUST_CHECK;

/* True when the last label is all digits: such a name can only be meant as an IPv4 address. */
bool domain_looks_like_ipv4(struct slice name);

#endif
