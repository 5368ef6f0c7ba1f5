/*
 * delivery.h - what came of a delivery: verdicts from sender to keeper, and in every view of them.
 *   VERDICT  = (number class, number stage, number reason, number code,
 *               number enhanced class, subject and detail, number token, text words)
 *   DELIVERY = the fields of struct delivery in their order; n x (number id, VERDICT)
 */
#ifndef TOCSIN_WIRE_DELIVERY_H
#define TOCSIN_WIRE_DELIVERY_H

#include "core/verdict.h"
#include "wire/pack.h"

enum {
	DELIVERY_RECIPIENTS_MAX = 100, /* of one transaction: their verdicts fit one message */
};

struct delivery_recipient {
	uint64_t id; /* row in the store */
	struct verdict verdict;
};

struct delivery {
	uint64_t message; /* row in the store */
	const char *relay; /* "smtp.example.com:587" */
	uint64_t took_ms;
	const char *relay_queue_id; /* the relay's name for the mail, or "" */
	/* the connection's: decides whether the relay counts as working */
	struct verdict verdict;
	/* those whose state changes; others go back untried */
	struct delivery_recipient *recipients;
	size_t n_recipients;
};

void verdict_pack(struct buffer *b, const struct verdict *v);
void verdict_unpack(struct unpack *u, struct verdict *ret_verdict);

void delivery_pack(struct buffer *b, const struct delivery *d);
void delivery_unpack(struct unpack *u, struct arena *a, struct delivery *ret_delivery);

#endif
