/*
 * address.h - mail addresses as the envelope carries them, and lists of them as people type them.
 * Addresses in header fields (names, comments, groups) are address_header.h's.
 * Sources: RFC 5321 4.1.2 and 4.5.3.1, RFC 6531 3.3 (UTF-8), RFC 3696 erratum 1690 (254 octets).
 */
#ifndef TOCSIN_CORE_ADDRESS_H
#define TOCSIN_CORE_ADDRESS_H

#include "base/arena.h"
#include "base/slice.h"

enum {
	ADDRESS_LOCAL_MAX = 64,
	ADDRESS_DOMAIN_MAX = 255,
	ADDRESS_MAX = 254, /* in all, in the form with A-labels */
	ADDRESS_SIZE = ADDRESS_MAX + 1, /* with its NUL */
	ADDRESS_LIST_MAX = 200, /* the admin contacts' limit */
};

/* Why a text is no address; each has its sentence in address_error_text(). */
enum address_error {
	ADDRESS_OK,
	ADDRESS_EMPTY,
	ADDRESS_CONTROL, /* CR, LF, NUL and the rest of 0-31 and 127 */
	ADDRESS_NOT_UTF8,
	ADDRESS_LONG,
	ADDRESS_ANGLE, /* "<" or ">": a name or brackets around the address */
	ADDRESS_SPACE,
	ADDRESS_NO_DOMAIN,
	ADDRESS_NO_LOCAL,
	ADDRESS_TWO_AT,
	ADDRESS_LOCAL_LONG,
	ADDRESS_LOCAL_DOT,
	ADDRESS_LOCAL_CHAR,
	ADDRESS_QUOTE_OPEN,
	ADDRESS_QUOTE_REST, /* something between the closing quote and the "@" */
	ADDRESS_DOMAIN_LONG,
	ADDRESS_DOMAIN_DOT,
	ADDRESS_LABEL_LONG,
	ADDRESS_LABEL_HYPHEN,
	ADDRESS_DOMAIN_CHAR,
	ADDRESS_DOMAIN_IDN,
	ADDRESS_LITERAL, /* brackets without a valid IP address in them */
	ADDRESS_BARE_IP, /* an IP address without brackets */
	ADDRESS_TOO_MANY, /* lists only */
};

enum address_domain {
	ADDRESS_DOMAIN_NAME,
	ADDRESS_DOMAIN_IPV4, /* [192.0.2.1] */
	ADDRESS_DOMAIN_IPV6, /* [IPv6:2001:db8::1] */
};

/* All three are views of what was parsed; local keeps its quotes, a literal its brackets. */
struct address {
	struct slice text;
	struct slice local;
	struct slice domain;
	enum address_domain domain_kind;
};

/* One address and nothing around it. Returns 0, an enum address_error, or negative (memory). */
int address_parse(struct slice text, struct address *ret_address) MUST_CHECK;

/* Continues a sentence that begins with the address or the field: "has no domain: write it as ..." */
const char *address_error_text(int error);

/*
 * The form for the wire: local part as it is, domain in A-labels and lower case, so that one
 * mailbox has one form. Negative without memory.
 */
int address_to_ascii_domain(const struct address *a, char ret_text[static ADDRESS_SIZE]) MUST_CHECK;

/* True when the local part is not ASCII: only a relay with SMTPUTF8 can take it. */
bool address_needs_smtputf8(const struct address *a);

/* Same mailbox: local parts equal as they are (RFC 5321 2.4), domains without regard to case. */
bool address_equal(const struct address *a, const struct address *b);

struct address_list {
	struct address *items; /* in the arena, as are the bytes they show */
	size_t count;
};

struct address_problem {
	int error; /* enum address_error */
	const char *word; /* the first bad address, safe to show, cut at 60 octets; "" for TOO_MANY */
	size_t n_bad; /* how many more there are besides, or for ADDRESS_TOO_MANY how many in all */
	const char *text; /* the whole sentence for a person, ready to show */
};

/*
 * Addresses separated by spaces, commas, semicolons, tabs and line ends in any mixture; duplicates
 * are folded. An empty text is an empty list. Returns 0, 1 with *ret_problem filled, or negative
 * (memory, also of the arena).
 */
int address_list_parse(struct slice text, struct arena *arena, struct address_list *ret_list,
	struct address_problem *ret_problem) MUST_CHECK;

#endif
