/* queue_list.c - the queue as lists and the status show it; see queue_list.h. */
#include "store/queue_list.h"

#include <string.h>

#include "store/queue_rows.h"

enum {
	PATTERN_SIZE = 2 * QUEUE_SEARCH_TEXT_MAX + 3, /* every octet escaped, two "%" and a NUL */
};

/* ---- one message in a list ---- */

/* The columns every list selects, in the order read_item() reads them. */
#define ITEM_COLUMNS \
	"m.id, m.queue_id, m.at, m.submitter, m.sender, m.header_from, m.subject, m.message_id," \
	" m.size, m.n_open, m.held_by, m.n_open > 0 OR m.kept"

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
		.held_by = column_text(q, 10, a),
		.has_content = column_number(q, 11) != 0,
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
	if (item->state == QUEUE_HELD && item->held_by[0] != '\0')
		item->reason = arena_printf(a, "Held by %s.", item->held_by);
	else if (item->state == QUEUE_HELD && column_number(&q, 1) == 0)
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

/*
 * A list is a walk over one index, in the order in which mail came in, and conditions on what it
 * meets. All walks have the same parameters: messages from ?1 on and before ?2, ?3 the limit, ?4
 * the state or -1, ?5 only open ones, ?6 to, ?7 from, ?8 subject, ?9 since, ?10 until. A condition
 * whose parameter is NULL holds.
 */
#define IS_BETWEEN(id) id " >= ?1 AND " id " < ?2"
#define IS_MESSAGE \
	" AND (?7 IS NULL OR m.sender LIKE ?7 ESCAPE '\\' OR m.header_from LIKE ?7 ESCAPE '\\')" \
	" AND (?8 IS NULL OR m.subject LIKE ?8 ESCAPE '\\')" \
	" AND (?9 IS NULL OR m.at >= ?9) AND (?10 IS NULL OR m.at < ?10)"
#define IS_RECIPIENT \
	" AND (?4 < 0 OR r.state = ?4) AND (?5 = 0 OR r.state NOT IN (3, 5))" \
	" AND (?6 IS NULL OR r.address LIKE ?6 ESCAPE '\\')"
#define HAS_RECIPIENT \
	" AND (?5 = 0 OR m.n_open > 0) AND ((?4 < 0 AND ?6 IS NULL)" \
	" OR EXISTS (SELECT 1 FROM recipient r WHERE r.message = m.id" IS_RECIPIENT "))"

#define WALK_MESSAGES(order) \
	"SELECT " ITEM_COLUMNS " FROM message m WHERE " IS_BETWEEN("m.id") IS_MESSAGE HAS_RECIPIENT \
	" ORDER BY m.id " order " LIMIT ?3"
#define WALK_OPEN(order) \
	"SELECT " ITEM_COLUMNS " FROM message m INDEXED BY message_open WHERE m.n_open > 0 AND " \
	IS_BETWEEN("m.id") IS_MESSAGE HAS_RECIPIENT " ORDER BY m.id " order " LIMIT ?3"
#define WALK_STATE(order) \
	"SELECT " ITEM_COLUMNS " FROM recipient r INDEXED BY recipient_state" \
	" CROSS JOIN message m ON m.id = r.message WHERE r.state = ?4 AND " \
	IS_BETWEEN("r.message") IS_RECIPIENT IS_MESSAGE \
	" GROUP BY r.message ORDER BY r.message " order " LIMIT ?3"
#define WALK_ADDRESSES(order) \
	"SELECT " ITEM_COLUMNS " FROM recipient r INDEXED BY sqlite_autoindex_recipient_1" \
	" CROSS JOIN message m ON m.id = r.message WHERE r.address LIKE ?6 ESCAPE '\\' AND " \
	IS_BETWEEN("r.message") IS_RECIPIENT IS_MESSAGE \
	" GROUP BY r.message ORDER BY r.message " order " LIMIT ?3"

enum walk {
	OVER_MESSAGES,
	OVER_OPEN,
	OVER_STATE,
	OVER_ADDRESSES,
	WALK_COUNT,
};

static const char *const walks[WALK_COUNT][2] = {
	[OVER_MESSAGES] = { WALK_MESSAGES("DESC"), WALK_MESSAGES("ASC") },
	[OVER_OPEN] = { WALK_OPEN("DESC"), WALK_OPEN("ASC") },
	[OVER_STATE] = { WALK_STATE("DESC"), WALK_STATE("ASC") },
	[OVER_ADDRESSES] = { WALK_ADDRESSES("DESC"), WALK_ADDRESSES("ASC") },
};

static bool is_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* The walk that meets least of what is not wanted: little mail is in a state, but for one. */
static enum walk choose_walk(const struct queue_query *w)
{
	bool in_few = w->filter == QUEUE_LIST_STATE && w->state != QUEUE_ACCEPTED;

	if (in_few)
		return OVER_STATE;
	if (is_text(w->to))
		return OVER_ADDRESSES;
	if (w->filter == QUEUE_LIST_OPEN)
		return OVER_OPEN;
	if (w->filter == QUEUE_LIST_STATE && !is_text(w->from) && !is_text(w->subject))
		return OVER_STATE;
	return OVER_MESSAGES;
}

/* The pattern of LIKE that finds a text anywhere; "" for any. False when the text is too long. */
static bool make_pattern(const char *text, char ret_pattern[static PATTERN_SIZE])
{
	size_t len = 0;

	ret_pattern[0] = '\0';
	if (!is_text(text))
		return true;
	if (strlen(text) > QUEUE_SEARCH_TEXT_MAX)
		return false;
	ret_pattern[len++] = '%';
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			ret_pattern[len++] = '\\';
		ret_pattern[len++] = *text;
	}
	ret_pattern[len++] = '%';
	ret_pattern[len] = '\0';
	return true;
}

struct patterns {
	char to[PATTERN_SIZE], from[PATTERN_SIZE], subject[PATTERN_SIZE];
};

static bool make_patterns(const struct queue_query *w, struct patterns *ret_patterns)
{
	return make_pattern(w->to, ret_patterns->to) && make_pattern(w->from, ret_patterns->from) &&
		make_pattern(w->subject, ret_patterns->subject);
}

/* ---- which part of the log ---- */

/* From first on, before end. */
struct span {
	int64_t first, end;
};

static int read_bound(struct store_db *db, const char *sql, int64_t time, int64_t *ret_id)
{
	struct query q;

	query_init(&q, db, sql);
	if (time != 0)
		query_number(&q, time);
	return query_value(&q, ret_id); /* 0 for none */
}

/* Times grow with the ids, but for a clock that was set back: what came in then may be missed. */
static int narrow_by_time(struct store_db *db, const struct queue_query *w, struct span *s)
{
	int64_t id = 0;
	int result = STORE_OK;

	if (w->since != 0) {
		result = read_bound(db, "SELECT id FROM message INDEXED BY message_at WHERE at >= ?"
			" ORDER BY at, id LIMIT 1", w->since, &id);
		s->first = id == 0 ? s->end : id;
	}
	if (result == STORE_OK && w->until != 0) {
		result = read_bound(db, "SELECT id FROM message INDEXED BY message_at WHERE at < ?"
			" ORDER BY at DESC, id DESC LIMIT 1", w->until, &id);
		if (id + 1 < s->end)
			s->end = id + 1;
	}
	return result;
}

static int whole_span(struct store_db *db, const struct queue_query *w, struct span *ret_span)
{
	struct span s = { 0 };
	int64_t after = w->after > INT64_MAX ? INT64_MAX : (int64_t)w->after;
	int result = read_bound(db, "SELECT min(id) FROM message", 0, &s.first);

	if (result == STORE_OK)
		result = read_bound(db, "SELECT max(id) + 1 FROM message", 0, &s.end);
	if (result == STORE_OK)
		result = narrow_by_time(db, w, &s);
	if (result != STORE_OK)
		return result;
	if (after != 0 && w->oldest_first && after >= s.first)
		s.first = after < INT64_MAX ? after + 1 : after;
	if (after != 0 && !w->oldest_first && after < s.end)
		s.end = after;
	*ret_span = s;
	return STORE_OK;
}

/* The part of it that this call looks at; *ret_next is where the next call goes on, 0 nowhere. */
static struct span window_of(const struct queue_query *w, struct span whole, uint64_t *ret_next)
{
	bool bounded = is_text(w->to) || is_text(w->from) || is_text(w->subject);
	struct span s = whole;

	*ret_next = 0;
	if (!bounded || whole.end - whole.first <= QUEUE_SEARCH_WINDOW)
		return s;
	if (w->oldest_first) {
		s.end = s.first + QUEUE_SEARCH_WINDOW;
		*ret_next = (uint64_t)s.end - 1;
	} else {
		s.first = s.end - QUEUE_SEARCH_WINDOW;
		*ret_next = (uint64_t)s.first;
	}
	return s;
}

/* ---- a page ---- */

static void bind_pattern(struct query *q, const char *pattern)
{
	query_text(q, pattern[0] != '\0' ? pattern : NULL);
}

static void bind_time(struct query *q, int64_t time)
{
	if (time != 0)
		query_number(q, time);
	else
		query_null(q);
}

static void bind_walk(struct query *q, const struct queue_query *w, struct span s,
	const struct patterns *p)
{
	query_number(q, s.first);
	query_number(q, s.end);
	query_id(q, size_min(w->limit, QUEUE_LIST_MAX));
	query_number(q, w->filter == QUEUE_LIST_STATE ? (int64_t)w->state : -1);
	query_number(q, w->filter == QUEUE_LIST_OPEN);
	bind_pattern(q, p->to);
	bind_pattern(q, p->from);
	bind_pattern(q, p->subject);
	bind_time(q, w->since);
	bind_time(q, w->until);
}

static int read_items(struct store_db *db, struct query *q, size_t limit, struct arena *a,
	struct queue_items *list)
{
	int result;

	list->items = arena_array(a, limit, sizeof(*list->items));
	while (list->items != NULL && list->n < limit && query_row(q))
		read_item(q, a, &list->items[list->n++]);
	result = query_end(q);
	for (size_t i = 0; result == STORE_OK && i < list->n; i++)
		result = complete(db, a, &list->items[i]);
	return result == STORE_OK && arena_failed(a) ? STORE_FAILED : result;
}

/* At most a few: queue IDs are unique, and Message-IDs as a rule. */
static int list_by_id(struct store_db *db, const struct queue_query *w, struct arena *a,
	struct queue_items *list)
{
	const char *bare = w->id[0] == '<' ? w->id : arena_printf(a, "<%s>", w->id);
	struct query q;

	query_init(&q, db, "SELECT " ITEM_COLUMNS " FROM message m WHERE m.id < ?3"
			   " AND (m.queue_id = ?1 OR m.message_id IN (?1, ?2)) ORDER BY m.id DESC LIMIT ?4");
	query_text(&q, w->id);
	query_text(&q, bare);
	query_id(&q, w->after == 0 ? INT64_MAX : w->after);
	query_id(&q, size_min(w->limit, QUEUE_LIST_MAX));
	return read_items(db, &q, size_min(w->limit, QUEUE_LIST_MAX), a, list);
}

static int list_by_walk(struct store_db *db, const struct queue_query *w, struct arena *a,
	struct queue_items *list)
{
	struct patterns patterns;
	struct span span;
	struct query q;
	int result;

	if (!make_patterns(w, &patterns))
		return STORE_FAILED;
	result = whole_span(db, w, &span);
	if (result != STORE_OK || span.first >= span.end)
		return result;
	span = window_of(w, span, &list->next);
	query_init(&q, db, walks[choose_walk(w)][w->oldest_first]);
	bind_walk(&q, w, span, &patterns);
	return read_items(db, &q, size_min(w->limit, QUEUE_LIST_MAX), a, list);
}

int queue_list(struct store_db *db, const struct queue_query *wanted, struct arena *a,
	struct queue_items *ret_items)
{
	struct queue_items list = { 0 };
	int result = is_text(wanted->id) ? list_by_id(db, wanted, a, &list) :
		list_by_walk(db, wanted, a, &list);

	if (result != STORE_OK)
		return STORE_FAILED;
	if (list.n > 0 && list.n == size_min(wanted->limit, QUEUE_LIST_MAX))
		list.next = list.items[list.n - 1].id;
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

static int read_details(struct store_db *db, uint64_t after, size_t limit, struct arena *a,
	struct queue_details *details)
{
	struct query q;

	limit = size_min(limit, details->item.n_recipients);
	details->recipients = arena_array(a, limit + 1, sizeof(*details->recipients));
	if (details->recipients == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT r.id, r.address, r.state, r.attempts, r.next_try, r.ambiguous,"
			   " r.changed, t.relay, t.took_ms, t.class, t.stage, t.reason, t.code,"
			   " t.enhanced, t.words FROM recipient r LEFT JOIN attempt t ON t.id = r.last"
			   " WHERE r.message = ? AND r.id > ? ORDER BY r.id LIMIT ?");
	query_id(&q, details->item.id);
	query_id(&q, after);
	query_id(&q, limit + 1); /* one more tells whether there are more */
	while (details->n < limit && query_row(&q))
		read_detail(&q, a, &details->recipients[details->n++]);
	details->more = details->n == limit && query_row(&q);
	return query_end(&q);
}

static int count_resent(struct store_db *db, struct queue_details *details)
{
	struct query q;
	int64_t n = 0;
	int result;

	query_init(&q, db, "SELECT count(*) FROM deed WHERE message = ? AND what = 'resend'");
	query_id(&q, details->item.id);
	result = query_value(&q, &n);
	details->n_resent = (uint64_t)n;
	return result;
}

int queue_show(struct store_db *db, const char *queue_id, uint64_t after, size_t limit,
	struct arena *a, struct queue_details *ret_details)
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
		result = read_details(db, after, limit, a, &details);
	if (result == STORE_OK)
		result = count_resent(db, &details);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_details = details;
	return STORE_OK;
}

static void read_attempt(const struct query *q, struct arena *a, struct queue_attempt *item)
{
	*item = (struct queue_attempt){
		.id = column_id(q, 0),
		.address = column_text(q, 1, a),
		.at = column_number(q, 2),
		.relay = column_text(q, 3, a),
		.took_ms = column_id(q, 4),
		.verdict = arena_alloc(a, sizeof(*item->verdict)),
	};
	if (item->verdict != NULL)
		attempt_read_verdict(q, 5, item->verdict);
}

int queue_attempts(struct store_db *db, const struct queue_attempts_wanted *wanted,
	struct arena *a, struct queue_attempts *ret_attempts)
{
	struct queue_attempts list = { 0 };
	struct query q;
	int result;

	list.items = arena_array(a, wanted->limit + 1, sizeof(*list.items));
	if (list.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT t.id, r.address, t.at, t.relay, t.took_ms, t.class, t.stage,"
			   " t.reason, t.code, t.enhanced, t.words FROM recipient r"
			   " JOIN attempt t ON t.recipient = r.id WHERE r.message = ? AND r.id >= ?"
			   " AND r.id <= ? AND t.id < ? ORDER BY t.id DESC LIMIT ?");
	query_id(&q, wanted->message);
	query_id(&q, wanted->first);
	query_id(&q, wanted->last);
	query_id(&q, wanted->before == 0 ? INT64_MAX : wanted->before);
	query_id(&q, wanted->limit + 1);
	while (list.n < wanted->limit && query_row(&q))
		read_attempt(&q, a, &list.items[list.n++]);
	list.more = list.n == wanted->limit && query_row(&q);
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_attempts = list;
	return STORE_OK;
}

/* ---- the status ---- */

int queue_tallies(struct store_db *db, uint64_t ret_recipients[static QUEUE_STATE_COUNT])
{
	struct query q;

	for (int i = 0; i < QUEUE_STATE_COUNT; i++)
		ret_recipients[i] = 0;
	query_init(&q, db, "SELECT state, n FROM tally");
	while (query_row(&q)) {
		uint64_t state = column_id(&q, 0);

		if (state < QUEUE_STATE_COUNT)
			ret_recipients[state] = column_id(&q, 1);
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
	int result = queue_tallies(db, c.recipients);

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

int queue_delivery_totals(struct store_db *db, uint64_t ret_totals[static VERDICT_CLASS_COUNT])
{
	struct query q;

	for (int i = 0; i < VERDICT_CLASS_COUNT; i++)
		ret_totals[i] = 0;
	query_init(&q, db, "SELECT class, n FROM delivery_total");
	while (query_row(&q))
		for (int i = 0; i < VERDICT_CLASS_COUNT; i++) {
			enum verdict_class class = (enum verdict_class)i;

			if (slice_is(column_slice(&q, 0), verdict_class_name(class)))
				ret_totals[i] = column_id(&q, 1);
		}
	return query_end(&q);
}
