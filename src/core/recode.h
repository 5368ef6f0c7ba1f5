/*
 * recode.h - re-encodes the body of a message part by part: what is too long or too wide for the
 * wire becomes quoted-printable or base64, the labels in the header follow. Used by message.c.
 * Sources: RFC 2045 6, RFC 2046 5.1 (multipart), RFC 1652 3 (downgrade).
 */
#ifndef TOCSIN_CORE_RECODE_H
#define TOCSIN_CORE_RECODE_H

#include "base/buffer.h"
#include "base/slice.h"

enum recode_goal {
	RECODE_LINES, /* no line above 998 octets, and no NUL */
	RECODE_7BIT, /* that, and no octet above 127 */
};

enum {
	RECODE_DEPTH_MAX = 20, /* parts within parts; deeper ones have their lines broken */
};

/*
 * entity: header fields, empty line, body; CRLF line ends, field lines within 998. Parts that meet
 * the goal are copied as they are. Where a part cannot be re-encoded (message/partial, nested too
 * deep), long lines are broken with CRLF SP as Postfix does, a NUL becomes a space, and 8-bit
 * octets stay.
 */
void recode_entity(struct slice entity, enum recode_goal goal, struct buffer *out);

#endif
