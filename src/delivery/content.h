/*
 * content.h - a queued mail's content on its way from keeper to the connection: the header section
 * whole, to be rewritten and made fit for the relay; the body chunk by chunk as the connection
 * takes it. Only a body that must be re-encoded is held in memory as a whole.
 */
#ifndef TOCSIN_DELIVERY_CONTENT_H
#define TOCSIN_DELIVERY_CONTENT_H

#include "delivery/fit.h"
#include "smtp/ehlo.h"
#include "wire/channel.h"
#include "wire/envelope.h"

enum content_state {
	CONTENT_HEADER, /* the header section is on its way */
	CONTENT_LOADED, /* it is there: fit it to the connection */
	CONTENT_WHOLE, /* the body is fetched as a whole, to be re-encoded */
	CONTENT_FIT, /* may be sent */
	CONTENT_FAILED,
};

struct content {
	enum content_state state;
	struct channel *keeper;
	const struct envelope *envelope;
	struct arena *arena;
	void (*changed)(void *arg); /* another state, or more to peek at */
	void *arg;
	uint64_t ask; /* the open question for a chunk, 0 none */
	uint64_t offset; /* of the next chunk */
	struct buffer header; /* as it stands in the queue */
	struct buffer body; /* fetched and not consumed */
	struct buffer out; /* what goes out before body */
	size_t out_sent;
	struct fit fit;
	bool reencoded; /* out is all of it */
	const char *problem; /* CONTENT_FAILED: for the verdict; NULL when the channel was lost */
};

/* Begins to fetch. The pointers stay the caller's, and stay where they are. */
void content_init(struct content *c, struct channel *keeper, const struct envelope *envelope,
	struct arena *arena, void (*changed)(void *arg), void *arg);
void content_release(struct content *c); /* zeroed struct is fine */

/* CONTENT_LOADED, or CONTENT_FIT again for another connection before anything was consumed. */
void content_fit(struct content *c, const struct relay *relay,
	const struct smtp_capabilities *capabilities);
/* True when nothing was consumed and no relay's ways are in it for good. */
bool content_is_fresh(const struct content *c);

/* CONTENT_FIT: what is there to be sent; consuming fetches more. */
struct slice content_peek(const struct content *c);
void content_consume(struct content *c, size_t len);
bool content_is_here(const struct content *c); /* no more has to be fetched, so it is not large */
bool content_is_sent(const struct content *c); /* all of it was consumed */

#endif
