/*
 * lane.h - one connection to the relay and the message it carries, one after the other. The courier
 * gives it messages and frees it when it has ended.
 *
 * Rule of the dot: the final dot goes out only after keeper has answered WORD_DOT_MARKED and has
 * kept the lane's every verdict before it, so a crash doubles one message of each lane at most.
 * Other lanes' answers are not waited for.
 *
 * The mark is asked for when the content is out. Where that takes no longer than a mark does, as
 * with a relay nearby, it is asked for with the envelope: then it comes in time, and shares a
 * commit with the verdict of the message before.
 */
#ifndef TOCSIN_DELIVERY_LANE_H
#define TOCSIN_DELIVERY_LANE_H

#include "delivery/connection.h"
#include "delivery/parcel.h"
#include "delivery/route.h"

struct lane;

enum {
	LANE_MESSAGES_MAX = 100, /* over one connection */
	LANE_IDLE_MS = 30 * 1000, /* a connection without work is closed after that */
	LANE_CHANGE_MS = 5 * 1000, /* one that is retired may finish its message for so long */
	LANE_GOODBYE_MS = 1000, /* and then waits so long for the answer to QUIT */
};

/* What lanes tell, never from inside a verb; the lane may be freed in each. */
struct lane_events {
	/* it could take a message, or it has ended */
	void (*changed)(void *arg, struct lane *l);
	/* a message is done, with the verdict that decides about the relay */
	void (*reported)(void *arg, struct lane *l, const struct verdict *v);
	/*
	 * the connection was not to be had or was taken away before the message was begun, or the
	 * relay is crowded: the parcel is the receiver's now, and the lane has ended or will
	 */
	void (*returned)(void *arg, struct lane *l, struct parcel *p, const struct verdict *v);
};

/* What all lanes share. */
struct lane_shared {
	struct loop *loop;
	struct resolver *resolver;
	struct tls_client *system_trust;
	struct channel *keeper; /* NULL while away */
	struct outbox outbox;
	const struct lane_events *events;
	void *arg;
};

struct lane {
	TAILQ_ENTRY(lane) entry; /* the courier's */
	struct lane_shared *shared;
	struct route *route;
	struct connection *connection; /* NULL before the first message and at the end */
	struct parcel *parcel; /* the message in hand, or NULL */
	bool warm; /* it was ready once */
	bool quitting;
	bool retired; /* takes no more */
	size_t n_messages;
	int64_t begun_at, dot_asked_at; /* of the message in hand */
	int64_t content_ms, mark_ms; /* of the last one: from MAIL to its last octet; its mark */
	struct timer timer; /* idle; retired: patience with the message, then with QUIT */
};

struct lane *lane_new(struct lane_shared *shared, struct route *route); /* NULL: memory */
void lane_free(struct lane *l); /* what it carries is forgotten; NULL is fine */

/* Only when it is free. */
void lane_take(struct lane *l, struct parcel *p);
bool lane_is_free(const struct lane *l);
bool lane_is_over(const struct lane *l); /* nothing left in it: free it */
bool lane_is_warm(const struct lane *l); /* signed in, and not leaving */

/* A verdict of its, or of a lane that is gone, was kept. */
void lane_kept(struct lane *l);

/* Finishes what it carries, if that does not take too long, then ends in good order. */
void lane_retire(struct lane *l);
/* What it carries goes back to the queue untried, unless its dot is on its way. */
void lane_withdraw(struct lane *l);
/* Gives back what it was given and has not begun, NULL when there is nothing like that. */
struct parcel *lane_unload(struct lane *l);
/* What keeper alone knows ends with it; what the relay may have taken already does not. */
void lane_lose_keeper(struct lane *l);

/* Tells keeper (NULL: nobody) when the certificate of a relay with these settings ends. */
void lane_tell_certificate(struct channel *keeper, uint64_t version, int64_t until);

#endif
