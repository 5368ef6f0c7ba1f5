/*
 * resent.h - the fields in front of a message that somebody sends again. They tell the receiver
 * that it was brought in a second time, from where and when; the message itself, its Message-ID
 * included, stays as it was, so that whoever got it after all can see that both are one.
 * Source: RFC 5322 3.6.6.
 */
#ifndef TOCSIN_CORE_RESENT_H
#define TOCSIN_CORE_RESENT_H

#include "core/message_id.h"

struct resent {
	const char *from; /* address */
	const char *to; /* the only recipient, or NULL: several are not told of each other */
	const char *node_name; /* right half of the Resent-Message-ID */
	int64_t now;
	uint8_t random[MESSAGE_ID_RANDOM];
};

enum {
	RESENT_MAX = 2048, /* octets of the fields, at the most */
};

/* Appends Resent-From, Resent-To, Resent-Date and Resent-Message-ID, each with its CRLF. */
void resent_fields(const struct resent *r, struct buffer *out);

#endif
