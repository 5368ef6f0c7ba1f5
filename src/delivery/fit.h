/*
 * fit.h - makes a message fit for the relay: the sender it allows, addresses in A-labels, a header
 * in ASCII wherever that loses nothing, a 7-bit body for relays without 8BITMIME.
 */
#ifndef TOCSIN_DELIVERY_FIT_H
#define TOCSIN_DELIVERY_FIT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "wire/relay.h"

enum {
	FIT_WHOLE_MAX = 64 * 1024 * 1024, /* a whole message in base64 */
};

/* What the fitting gave. */
struct fit {
	struct slice sender; /* for MAIL FROM, in the arena */
	uint64_t size; /* octets as they will be sent */
	bool needs_8bitmime;
	bool needs_smtputf8;
};

/*
 * Rewrites and fits a header section with its empty line; appends. The same for mail that does not
 * come from the queue. Sets sender and needs_smtputf8. Negative: memory, or not canonical.
 */
int fit_header(struct slice header, struct slice sender, const struct relay *relay,
	struct arena *arena, struct buffer *out, struct fit *ret_fit) MUST_CHECK;

/*
 * Re-encodes the body of a whole message for a relay without 8BITMIME; appends. Sets size and
 * needs_8bitmime (when it could not be done). Negative: memory, or not canonical.
 */
int fit_body(struct slice header, struct slice body, struct buffer *out,
	struct fit *ret_fit) MUST_CHECK;

/* The address as it goes into a command: domain in A-labels where that can be; in the arena. */
struct slice fit_address(struct slice address, struct arena *arena);

#endif
