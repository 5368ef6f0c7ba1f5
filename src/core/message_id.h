/* message_id.h - new Message-IDs: "<time.random@host>". Source: RFC 5322 3.6.4. */
#ifndef TOCSIN_CORE_MESSAGE_ID_H
#define TOCSIN_CORE_MESSAGE_ID_H

#include "base/buffer.h"

enum {
	MESSAGE_ID_RANDOM = 16, /* octets; enough never to be drawn twice */
};

/* host: a domain name; another text becomes localhost. */
void message_id_make(int64_t now, const uint8_t random[static MESSAGE_ID_RANDOM], struct slice host,
	struct buffer *out);

#endif
