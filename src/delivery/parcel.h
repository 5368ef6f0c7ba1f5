/*
 * parcel.h - the message that the courier has in hand: envelope, content, what was said about each
 * recipient, and how far it got; and the report that comes of it.
 */
#ifndef TOCSIN_DELIVERY_PARCEL_H
#define TOCSIN_DELIVERY_PARCEL_H

#include "delivery/content.h"
#include "delivery/outbox.h"
#include "smtp/session.h"

struct parcel {
	struct arena *arena;
	struct envelope envelope;
	size_t n_recipients; /* of one transaction; what is above goes back untried */
	struct slice *addresses; /* as they go into commands */
	bool *refused; /* with a verdict of its own */
	struct verdict *verdicts;
	struct content content;
	int64_t began;
	bool fitted; /* to the connection there is */
	bool begun; /* MAIL is on its way */
	bool answered; /* the relay has said something about it */
	bool retried; /* on a new connection, since the warm one turned out dead */
	bool withdrawn; /* we stopped it: nobody's try is counted */
	uint64_t dot_ask; /* the open WORD_DOT, 0 none */
	bool dot_asked, dot_marked;
	bool finished; /* the dot is on its way: what comes now is the relay's word or ambiguous */
};

/* body is WORD_MAIL's. NULL: memory or malformed. Begins to fetch the content. */
struct parcel *parcel_new(struct channel *keeper, struct slice body, const struct relay *relay,
	int64_t now, void (*content_changed)(void *arg), void *arg);
void parcel_free(struct parcel *p); /* NULL is fine */

struct smtp_envelope parcel_envelope(const struct parcel *p);
void parcel_recipient(struct parcel *p, size_t recipient, const struct verdict *v);

/* Says what came of it to keeper and the log. v is the message's, or what ended the connection. */
void parcel_report(const struct parcel *p, const struct relay *relay, const struct verdict *v,
	int64_t now, struct outbox *outbox);

#endif
