/* queue_list.c - the queue as lists and the status show it; see queue_list.h. */
#include "store/queue_list.h"

#include "store/queue_rows.h"

enum {
	LIST_MAX = 1000,
	ATTEMPTS_MAX = 200,
};

/* ---- one message in a list ---- */

/* The columns every list selects, in the order read_item() reads them. */
#define ITEM_COLUMNS \
	"m.id, m.queue_id, m.at, m.submitter, m.sender, m.header_from, m.subject, m.message_id," \
	" m.size, m.n_open"

static void read_item(const struct query *q, struct arena *a, struct queue_item *item)
{
	*item = (struct queue_item){
		.id = column_id(q, 0),
		.queue_id = column_text(q, 1, a),
		.at = column_number(q, 2),
		.submitter = column_text(q, 3, a),
		.sender = column_text(q, 4, a),
		.header_from = column_text(q, 5, a),
		.subject = column_text(q, 6, a),
		.message_id = column_text(q, 7, a),
		.size = column_id(q, 8),
		.n_open = column_id(q, 9),
		.state = QUEUE_ACCEPTED,
		.reason = "",
	};
}

/* How many recipients, the state shown, the earliest due time. */
static int read_states(struct store_db *db, struct queue_item *item)
{
	struct query q;

	query_init(&q, db, "SELECT state, count(*), min(next_try) FROM recipient WHERE message = ?"
			   " GROUP BY state");
	query_id(&q, item->id);
	while (query_row(&q)) {
		enum queue_state state = (enum queue_state)column_number(&q, 0);
		int64_t due = column_number(&q, 2);

		item->state = queue_state_worse(item->state, state);
		item->n_recipients += column_id(&q, 1);
		if (!column_is_null(&q, 2) && (item->next_try == 0 || due < item->next_try))
			item->next_try = due;
	}
	return query_end(&q);
}

static int read_reason(struct store_db *db, struct arena *a, struct queue_item *item)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT t.words, instr(r.address, '@') FROM recipient r"
			   " LEFT JOIN attempt t ON t.id = r.last WHERE r.message = ? AND r.state = ?"
			   " ORDER BY r.last DESC LIMIT 1");
	query_id(&q, item->id);
	query_number(&q, item->state);
	result = query_first(&q);
	if (result != STORE_OK)
		return result == STORE_NOT_FOUND ? STORE_OK : result;
	if (item->state == QUEUE_HELD && column_number(&q, 1) == 0)
		item->reason = "No admin contact is set.";
	else
		item->reason = column_text(&q, 0, a);
	return query_end(&q);
}

static int complete(struct store_db *db, struct arena *a, struct queue_item *item)
{
	int result = read_states(db, item);

	return result == STORE_OK ? read_reason(db, a, item) : result;
}

/* ---- lists ---- */

static void select_page(struct query *q, struct store_db *db, enum queue_filter filter,
	enum queue_state state)
{
	switch (filter) {
	case QUEUE_LIST_OPEN:
		query_init(q, db, "SELECT " ITEM_COLUMNS " FROM message m INDEXED BY message_open"
				  " WHERE n_open > 0 AND m.id < ? ORDER BY m.id DESC LIMIT ?");
		return;
	case QUEUE_LIST_ALL:
		query_init(q, db, "SELECT " ITEM_COLUMNS " FROM message m"
				  " WHERE m.id < ? ORDER BY m.id DESC LIMIT ?");
		return;
	case QUEUE_LIST_STATE:
		query_init(q, db, "SELECT DISTINCT " ITEM_COLUMNS
				  " FROM recipient r INDEXED BY recipient_state"
				  " JOIN message m ON m.id = r.message"
				  " WHERE r.state = ? AND r.message < ? ORDER BY r.message DESC LIMIT ?");
		query_number(q, state);
		return;
	}
}

static int count_all(struct store_db *db, enum queue_filter filter, enum queue_state state,
	uint64_t *ret_total)
{
	struct query q;
	int64_t n;
	int result;

	switch (filter) {
	case QUEUE_LIST_OPEN:
		query_init(&q, db, "SELECT count(*) FROM message INDEXED BY message_open"
				   " WHERE n_open > 0");
		break;
	case QUEUE_LIST_ALL:
		query_init(&q, db, "SELECT count(*) FROM message");
		break;
	case QUEUE_LIST_STATE:
		query_init(&q, db, "SELECT count(DISTINCT message) FROM recipient"
				   " INDEXED BY recipient_state WHERE state = ?");
		query_number(&q, state);
		break;
	}
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_total = (uint64_t)n;
	return result;
}

int queue_list(struct store_db *db, enum queue_filter filter, enum queue_state state,
	uint64_t before, size_t limit, struct arena *a, struct queue_items *ret_items)
{
	struct queue_items list = { 0 };
	struct query q;
	int result;

	limit = size_min(limit, LIST_MAX);
	list.items = arena_array(a, limit, sizeof(*list.items));
	if (list.items == NULL)
		return STORE_FAILED;
	select_page(&q, db, filter, state);
	query_id(&q, before == 0 ? INT64_MAX : before);
	query_id(&q, limit);
	while (list.n < limit && query_row(&q))
		read_item(&q, a, &list.items[list.n++]);
	result = query_end(&q);
	for (size_t i = 0; result == STORE_OK && i < list.n; i++)
		result = complete(db, a, &list.items[i]);
	if (result == STORE_OK)
		result = count_all(db, filter, state, &list.total);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_items = list;
	return STORE_OK;
}

/* ---- one message ---- */

static void read_detail(const struct query *q, struct arena *a, struct queue_detail *d)
{
	*d = (struct queue_detail){
		.id = column_id(q, 0),
		.address = column_text(q, 1, a),
		.state = (enum queue_state)column_number(q, 2),
		.attempts = (unsigned)column_number(q, 3),
		.next_try = column_number(q, 4),
		.maybe_delivered = column_number(q, 5) > 0,
		.at = column_number(q, 6),
		.relay = column_text(q, 7, a),
		.took_ms = column_id(q, 8),
		.tried = !column_is_null(q, 9),
	};
	d->verdict = arena_alloc(a, sizeof(*d->verdict));
	if (d->verdict != NULL && d->tried)
		attempt_read_verdict(q, 9, d->verdict);
}

static int read_details(struct store_db *db, struct arena *a, struct queue_details *details)
{
	struct query q;

	details->recipients = arena_array(a, details->item.n_recipients,
		sizeof(*details->recipients));
	if (details->recipients == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT r.id, r.address, r.state, r.attempts, r.next_try, r.ambiguous,"
			   " r.changed, t.relay, t.took_ms, t.class, t.stage, t.reason, t.code,"
			   " t.enhanced, t.words FROM recipient r LEFT JOIN attempt t ON t.id = r.last"
			   " WHERE r.message = ? ORDER BY r.id");
	query_id(&q, details->item.id);
	while (details->n < details->item.n_recipients && query_row(&q))
		read_detail(&q, a, &details->recipients[details->n++]);
	return query_end(&q);
}

int queue_show(struct store_db *db, const char *queue_id, struct arena *a,
	struct queue_details *ret_details)
{
	struct queue_details details = { 0 };
	struct query q;
	int result;

	query_init(&q, db, "SELECT " ITEM_COLUMNS " FROM message m WHERE m.queue_id = ?");
	query_text(&q, queue_id);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	read_item(&q, a, &details.item);
	result = query_end(&q);
	if (result == STORE_OK)
		result = complete(db, a, &details.item);
	if (result == STORE_OK)
		result = read_details(db, a, &details);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_details = details;
	return STORE_OK;
}

int queue_attempts(struct store_db *db, uint64_t recipient, struct arena *a,
	struct queue_attempts *ret_attempts)
{
	struct queue_attempts list = { 0 };
	struct query q;
	int result;

	list.items = arena_array(a, ATTEMPTS_MAX, sizeof(*list.items));
	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT * FROM (SELECT id, at, relay, took_ms, class, stage, reason, code,"
			   " enhanced, words FROM attempt WHERE recipient = ? ORDER BY id DESC LIMIT ?)"
			   " ORDER BY id");
	query_id(&q, recipient);
	query_number(&q, ATTEMPTS_MAX);
	while (list.n < ATTEMPTS_MAX && query_row(&q)) {
		struct queue_attempt *item = &list.items[list.n++];

		item->at = column_number(&q, 1);
		item->relay = column_text(&q, 2, a);
		item->took_ms = column_id(&q, 3);
		item->verdict = arena_alloc(a, sizeof(*item->verdict));
		if (item->verdict != NULL)
			attempt_read_verdict(&q, 4, item->verdict);
	}
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_attempts = list;
	return STORE_OK;
}

/* ---- the status ---- */

static int read_tallies(struct store_db *db, struct queue_counts *c)
{
	struct query q;

	query_init(&q, db, "SELECT state, n FROM tally");
	while (query_row(&q)) {
		uint64_t state = column_id(&q, 0);

		if (state < QUEUE_STATE_COUNT)
			c->recipients[state] = column_id(&q, 1);
	}
	return query_end(&q);
}

static int count_finals(struct store_db *db, enum queue_state state, int64_t since,
	uint64_t *ret_n)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM recipient INDEXED BY recipient_final"
			   " WHERE state IN (3, 5) AND state = ? AND changed > ?");
	query_number(&q, state);
	query_number(&q, since);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_n = (uint64_t)n;
	return result;
}

static int read_times(struct store_db *db, struct queue_counts *c)
{
	struct query q;
	int result;

	query_init(&q, db, "SELECT at FROM message INDEXED BY message_open WHERE n_open > 0"
			   " ORDER BY id LIMIT 1");
	result = query_value(&q, &c->oldest_open);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "SELECT max(changed) FROM recipient INDEXED BY recipient_final"
			   " WHERE state IN (3, 5) AND state = 3");
	return query_value(&q, &c->last_accepted);
}

int queue_counts(struct store_db *db, int64_t since, struct queue_counts *ret_counts)
{
	struct queue_counts c = { 0 };
	int result = read_tallies(db, &c);

	if (result == STORE_OK)
		result = count_all(db, QUEUE_LIST_ALL, QUEUE_QUEUED, &c.messages);
	if (result == STORE_OK)
		result = count_finals(db, QUEUE_ACCEPTED, since, &c.accepted_since);
	if (result == STORE_OK)
		result = count_finals(db, QUEUE_FAILED, since, &c.failed_since);
	if (result == STORE_OK)
		result = read_times(db, &c);
	if (result == STORE_OK)
		*ret_counts = c;
	return result;
}
