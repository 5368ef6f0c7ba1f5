/*
 * parcel.h - a message on its way through the sender: envelope, content, what was said about each
 * recipient, and how far it got; and the report that comes of it. The courier has it in stock, or a
 * lane carries it.
 */
#ifndef TOCSIN_DELIVERY_PARCEL_H
#define TOCSIN_DELIVERY_PARCEL_H

#include <sys/queue.h>

#include "delivery/content.h"
#include "delivery/outbox.h"
#include "smtp/session.h"

struct parcel {
	TAILQ_ENTRY(parcel) entry; /* in the courier's stock */
	struct arena *arena;
	struct envelope envelope;
	size_t n_recipients; /* of one transaction; what is above goes back untried */
	struct slice *addresses; /* as they go into commands */
	bool *refused; /* with a verdict of its own */
	struct verdict *verdicts;
	struct content content;
	void (*content_changed)(void *carrier);
	void *carrier; /* NULL in the stock */
	int64_t began; /* when a lane took it */
	bool fitted; /* to the connection there is */
	bool begun; /* MAIL is on its way */
	bool answered; /* the relay has said something about it */
	bool retried; /* on a new connection, since the warm one turned out dead */
	bool disputed; /* some recipient's refusal stands, whoever carries it next */
	bool withdrawn; /* we stopped it: nobody's try is counted */
	bool sent; /* all its content went to the connection */
	uint64_t dot_ask; /* the open WORD_DOT, 0 none */
	bool dot_asked, dot_marked;
	bool finished; /* the dot is on its way: what comes now is the relay's word or ambiguous */
};

TAILQ_HEAD(parcel_list, parcel);

/* body is WORD_MAIL's. NULL: memory or malformed. Begins to fetch the content. */
struct parcel *parcel_new(struct channel *keeper, struct slice body);
void parcel_free(struct parcel *p); /* NULL is fine */

/* Who carries it from now on, and hears of its content; NULL, NULL for nobody. */
void parcel_carry(struct parcel *p, void (*content_changed)(void *carrier), void *carrier);
/* True while another connection, and other settings, may carry it as if nothing had been. */
bool parcel_is_fresh(const struct parcel *p);

struct smtp_envelope parcel_envelope(const struct parcel *p);
void parcel_recipient(struct parcel *p, size_t recipient, const struct verdict *v);

/*
 * Says what came of it to keeper and the log, as the owner's (outbox.h). v is the message's, or
 * what ended the connection.
 */
void parcel_report(const struct parcel *p, const struct relay *relay, const struct verdict *v,
	int64_t now, struct outbox *outbox, void *owner);
/* The verdict that decides about the relay. */
const struct verdict *parcel_deciding(const struct parcel *p, const struct verdict *v);

#endif
