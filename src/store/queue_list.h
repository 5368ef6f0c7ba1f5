/*
 * queue_list.h - the queue as lists, pages and the status show it. Reads only.
 */
#ifndef TOCSIN_STORE_QUEUE_LIST_H
#define TOCSIN_STORE_QUEUE_LIST_H

#include "store/queue.h"

struct queue_item {
	uint64_t id; /* for paging */
	const char *queue_id;
	int64_t at;
	const char *submitter;
	const char *sender;
	const char *header_from;
	const char *subject;
	const char *message_id;
	uint64_t size;
	uint64_t n_recipients;
	uint64_t n_open;
	enum queue_state state; /* worst open, or worst final */
	int64_t next_try; /* the earliest, 0 when none is due by time */
	const char *reason; /* last words about the recipient whose state is shown, or "" */
	const char *held_by; /* the person who holds it, or "" */
	bool has_content; /* its octets are here */
};

struct queue_items {
	struct queue_item *items;
	size_t n;
	uint64_t next; /* where to go on (queue_query.after), 0: nothing is left */
};

enum queue_filter {
	QUEUE_LIST_OPEN, /* messages with a recipient that is not final */
	QUEUE_LIST_ALL,
	QUEUE_LIST_STATE, /* messages with a recipient in that state */
};

enum {
	QUEUE_LIST_MAX = 1000, /* messages of one call */
	/* as many rows as a call with a text looks at: a few milliseconds, whatever it finds */
	QUEUE_SEARCH_WINDOW = 20000,
};

/*
 * What is listed; a zeroed one is all open mail, the newest first. Texts are NULL or "" for any;
 * they are found anywhere in the value, ASCII letters in either case. A recipient's state and a
 * part of its address must fit the same recipient. Mail is listed in the order in which it came in.
 */
struct queue_query {
	enum queue_filter filter;
	enum queue_state state; /* QUEUE_LIST_STATE */
	const char *to; /* part of a recipient's address */
	const char *from; /* part of the envelope sender or of From */
	const char *subject;
	const char *id; /* the whole queue ID, or the whole Message-ID, also without its brackets */
	int64_t since, until; /* came in at since or later, and before until; 0 no bound */
	bool oldest_first;
	uint64_t after; /* next of the page before, 0 for the first page */
	size_t limit;
};

/*
 * A page of at most limit messages. It may be short, even empty, and yet not be the last: a search
 * for a text ends after QUEUE_SEARCH_WINDOW rows, and next says where to go on.
 * STORE_FAILED for a text of more than QUEUE_SEARCH_TEXT_MAX octets.
 */
int queue_list(struct store_db *db, const struct queue_query *wanted, struct arena *a,
	struct queue_items *ret_items) MUST_CHECK;

struct queue_detail {
	uint64_t id;
	const char *address;
	enum queue_state state;
	unsigned attempts;
	int64_t next_try; /* 0 none */
	bool maybe_delivered; /* a dot was sent and no answer came */
	int64_t at; /* of the last change */
	const char *relay; /* of the last try, "" none */
	uint64_t took_ms;
	bool tried; /* verdict says something */
	struct verdict *verdict; /* of the last try; REASON_REPLY texts are the server's */
};

struct queue_details {
	struct queue_item item;
	struct queue_detail *recipients;
	size_t n;
	bool more; /* recipients behind the last */
	uint64_t n_resent; /* how often it was sent again */
};

/* A message with at most limit recipients whose id is above after. STORE_NOT_FOUND. */
int queue_show(struct store_db *db, const char *queue_id, uint64_t after, size_t limit,
	struct arena *a, struct queue_details *ret_details) MUST_CHECK;

struct queue_attempt {
	uint64_t id;
	const char *address; /* of its recipient */
	int64_t at;
	const char *relay;
	uint64_t took_ms;
	struct verdict *verdict;
};

struct queue_attempts {
	struct queue_attempt *items; /* newest first */
	size_t n;
	bool more; /* older ones */
};

/*
 * At most limit tries whose id is below before (0 = from the newest), of the message's recipients
 * from the id first to last.
 */
struct queue_attempts_wanted {
	uint64_t message, first, last, before;
	size_t limit;
};

int queue_attempts(struct store_db *db, const struct queue_attempts_wanted *wanted,
	struct arena *a, struct queue_attempts *ret_attempts) MUST_CHECK;

/* Recipients in each state: kept, not counted. */
int queue_tallies(struct store_db *db, uint64_t ret_recipients[static QUEUE_STATE_COUNT])
	MUST_CHECK;

/* These and more; takes as long as there are recipients that became final after that time. */
struct queue_counts {
	uint64_t recipients[QUEUE_STATE_COUNT];
	int64_t oldest_open; /* when it was accepted, 0 none */
	uint64_t accepted_since, failed_since; /* recipients that became so after that time */
	int64_t last_accepted; /* 0 never */
};

int queue_counts(struct store_db *db, int64_t since, struct queue_counts *ret_counts) MUST_CHECK;

/* Tries by their verdict's class, from the first day on: also of mail that has left the log. */
int queue_delivery_totals(struct store_db *db, uint64_t ret_totals[static VERDICT_CLASS_COUNT])
	MUST_CHECK;

#endif
