/*
 * address_header.h - the addresses in a header field (From, To, Cc, Bcc, Reply-To ...): display
 * names, angle brackets, groups, comments, quoted strings, old routes. Forgiving: what cannot be
 * read is skipped to the next comma and counted, the rest is given.
 * Source: RFC 5322 3.4 and 4.4, RFC 6854 (groups), RFC 6532 (UTF-8).
 */
#ifndef TOCSIN_CORE_ADDRESS_HEADER_H
#define TOCSIN_CORE_ADDRESS_HEADER_H

#include "base/arena.h"
#include "base/slice.h"

enum {
	MAILBOX_LIST_MAX = 5000, /* from one field */
};

struct mailbox {
	/*
	 * The display name: words joined by one space, quotes and backslashes undone, encoded words
	 * as they are; without one, the text of a comment ("root (Cron Daemon)"); else empty.
	 */
	struct slice name;
	/* local, or local@domain, without blanks and comments; not checked by address_parse(). */
	struct slice address;
	struct slice local; /* quotes kept */
	struct slice domain; /* absent for a bare name; brackets of a literal kept */
	/* Where the bare name or local part ends in the field's body: a domain may be put there. */
	size_t local_end;
};

struct mailbox_list {
	struct mailbox *items; /* in the arena */
	size_t count;
	size_t n_bad; /* pieces that are no address */
	struct slice bad; /* the first of them as written, blanks around it cut */
};

enum {
	MAILBOX_TOO_MANY = 1,
};

/*
 * Reads the body of a field, folded or not. Returns 0, MAILBOX_TOO_MANY (more than the limit), or
 * negative (arena).
 */
int address_header_parse(struct slice body, struct arena *arena, struct mailbox_list *ret_list)
	MUST_CHECK;

#endif
