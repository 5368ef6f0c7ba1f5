/* metrics.c - the numbers that monitoring asks for and the status has not. */
#include "core/verdict.h"
#include "keep/handlers.h"
#include "keep/oauth.h"
#include "keep/queue.h"
#include "store/queue_list.h"

/* What holds the whole queue is no try of a recipient: it counts among those of the relay. */
static void pack_deliveries(struct buffer *body, const uint64_t totals[static VERDICT_CLASS_COUNT])
{
	uint64_t n = 0;

	for (int i = 0; i < VERDICT_CLASS_COUNT; i++)
		n += !verdict_holds_all((enum verdict_class)i);
	pack_number(body, n);
	for (int i = 0; i < VERDICT_CLASS_COUNT; i++) {
		if (verdict_holds_all((enum verdict_class)i))
			continue;
		pack_text(body, verdict_class_name((enum verdict_class)i));
		pack_number(body, totals[i]);
	}
}

void keep_metrics(struct request *r)
{
	struct store_db *db = store_reader(r->keeper->store);
	uint64_t recipients[QUEUE_STATE_COUNT], totals[VERDICT_CLASS_COUNT];
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (queue_tallies(db, recipients) != STORE_OK ||
		queue_delivery_totals(db, totals) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, QUEUE_STATE_COUNT);
	for (int i = 0; i < QUEUE_STATE_COUNT; i++) {
		pack_text(&body, queue_state_name((enum queue_state)i));
		pack_number(&body, recipients[i]);
	}
	pack_deliveries(&body, totals);
	keep_queue_pack_tries(r->keeper, &body);
	keep_oauth_pack_metrics(r->keeper, &body);
	keep_reply(r, WORD_METRICS_ARE, &body);
	buffer_release(&body);
}
