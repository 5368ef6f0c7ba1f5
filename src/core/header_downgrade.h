/*
 * header_downgrade.h - a header field in ASCII, for relays without SMTPUTF8 and for MIME parts that
 * must be 7-bit. Used by message.c and recode.c.
 * Sources: RFC 2047 5, RFC 6857 3.2 (where names go), RFC 5890 (domains).
 */
#ifndef TOCSIN_CORE_HEADER_DOWNGRADE_H
#define TOCSIN_CORE_HEADER_DOWNGRADE_H

#include "core/message.h"

/*
 * Appends the field with its CRLF. ASCII fields stay as they are. In address fields names become
 * encoded words, domains A-labels, groups plain lists; in other structured fields each run of words
 * that are not ASCII becomes encoded words (within quotes too: file names; not by the book, but
 * what mail programs read); text is encoded as a whole. Returns 0, MESSAGE_NEEDS_SMTPUTF8 when an
 * address has a local part that is not ASCII (nothing is appended), or negative (memory).
 */
int header_downgrade_field(const struct message_field *field, struct arena *arena,
	struct buffer *out) MUST_CHECK;

/* True for From, Sender, Reply-To, To, Cc, Bcc, their Resent- forms and their like. */
bool header_is_address_field(struct slice name);

#endif
